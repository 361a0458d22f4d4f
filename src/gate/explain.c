#include "gate/node.h"

/* What only the opening tells. */
static enum err open_call(struct gate *g, uint64_t index, struct call_record *out, bool *opened)
{
    struct buf sealed, plain;
    buf_init(&sealed, 2 * OPENING_MAX);
    buf_init(&plain, 2 * OPENING_MAX);
    enum err e = index_catch_up(g->index, NULL);
    if (!e)
        e = index_opening(g->index, index, &sealed);
    if (!e)
        e = opening_open(g->keys, buf_view(&sealed), out->commitment, &plain);
    if (!e)
        e = call_opening_decode(buf_view(&plain), out);
    *opened = !e;
    buf_fini(&sealed);
    buf_fini(&plain);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err gate_explain(struct gate *g, uint64_t index, struct call_record *out, bool *opened)
{
    struct buf entry;
    *opened = false;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, &entry);
    if (!e && (entry.n < ENTRY_HEADER || entry.p[1] != ENTRY_CALL))
        e = ERR_NOT_FOUND;
    if (!e)
        e = call_record_decode(str_skip(buf_view(&entry), ENTRY_HEADER), out);
    buf_fini(&entry);
    return e ? e : open_call(g, index, out, opened);
}
