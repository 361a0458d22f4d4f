#include "gate/recorded.h"
#include "core/buf.h"

enum err recorded_at(const struct ledger *ledger, uint64_t index, when *at)
{
    struct buf entry;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(ledger, index, &entry);
    struct cursor c = cursor_of(entry.p, entry.n);
    cursor_u16be(&c);
    *at = (when)cursor_u64be(&c);
    buf_fini(&entry);
    return e == OK && c.failed ? ERR_CORRUPT : e;
}

enum err recorded_since(const struct ledger *ledger, when since, uint64_t *out)
{
    uint64_t low = ledger_first(ledger), high = ledger_size(ledger);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        when at;
        enum err e = recorded_at(ledger, middle, &at);
        if (e != OK)
            return e;
        if (at < since)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    return OK;
}
