#include "sip/refill.h"

#include "gate/verdict.h"

struct refill {
    struct transactions *transactions;
    when now;
    int64_t now_ms;
};

static bool refill_one(void *to, const struct ledger_record *r)
{
    const struct refill *f = to;
    struct call_record call;
    if (r->transaction == 0 || r->entry.n < ENTRY_HEADER || r->entry.p[1] != ENTRY_CALL)
        return true;
    int64_t age_ms = (f->now - r->recorded) / WHEN_MS;
    if (age_ms >= TRANSACTION_MS)
        return true;
    if (call_record_decode(str_skip(r->entry, ENTRY_HEADER), &call) != OK)
        return true;
    struct outcome outcome = {.cause = OUTCOME_VERDICT,
                              .kind = (uint8_t)call.verdict.kind,
                              .check = (uint8_t)call.verdict.check,
                              .record = r->index};
    transaction_refill(f->transactions, r->transaction,
                       f->now_ms + TRANSACTION_MS - (age_ms < 0 ? 0 : age_ms), &outcome);
    return true;
}

/* When the entry was recorded; 0 if it cannot be read. */
static when recorded_at(const struct ledger *l, uint64_t index)
{
    struct buf b;
    when at = 0;
    buf_init(&b, ENTRY_HEADER + ENTRY_BODY_MAX);
    if (ledger_read(l, index, &b) == OK && b.n >= ENTRY_HEADER) {
        struct cursor c = cursor_of(b.p, b.n);
        cursor_take(&c, 2);
        at = (when)cursor_u64be(&c);
    }
    buf_fini(&b);
    return at;
}

enum err refill_transactions(const struct ledger *l, struct transactions *t, when now,
                             int64_t now_ms, struct problem *problem)
{
    struct refill f = {.transactions = t, .now = now, .now_ms = now_ms};
    uint64_t low = 0, high = ledger_size(l);
    /* Entries are in the order of their times: find the first that is young enough. */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (recorded_at(l, middle) < now - TRANSACTION_MS * WHEN_MS)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == ledger_size(l))
        return OK;
    return ledger_follow(l, low, refill_one, &f, problem);
}
