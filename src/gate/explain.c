#include "gate/node.h"

static enum err sealed_of(struct gate *g, uint64_t index, struct buf *sealed)
{
    buf_init(sealed, 2 * OPENING_MAX);
    enum err e = index_opening(g->index, index, sealed);
    if (e == ERR_NOT_FOUND) { /* too new? */
        e = index_catch_up(g->index, NULL);
        if (!e)
            e = index_opening(g->index, index, sealed);
    }
    return e;
}

enum err gate_opening(struct gate *g, uint64_t index, const uint8_t commitment[static COMMITMENT],
                      struct buf *plaintext)
{
    struct buf sealed;
    enum err e = sealed_of(g, index, &sealed);
    if (!e)
        e = opening_open(g->keys, buf_view(&sealed), commitment, plaintext);
    buf_fini(&sealed);
    return e;
}

enum err gate_disclose(struct gate *g, uint64_t index, const uint8_t commitment[static COMMITMENT],
                       struct buf *opening)
{
    struct buf sealed;
    enum err e = sealed_of(g, index, &sealed);
    if (!e)
        e = opening_disclose(g->keys, buf_view(&sealed), commitment, opening);
    buf_fini(&sealed);
    return e;
}

/* The entry at `index`, if it is of this kind. */
static enum err read_entry(struct gate *g, uint64_t index, enum entry_kind kind, struct buf *out)
{
    buf_init(out, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = ledger_read(g->ledger, index, out);
    return !e && (out->n < ENTRY_HEADER || out->p[1] != kind) ? ERR_NOT_FOUND : e;
}

/* What only the opening tells. */
static enum err open_call(struct gate *g, uint64_t index, struct call_record *out, bool *opened)
{
    struct buf plain;
    buf_init(&plain, 2 * OPENING_MAX);
    enum err e = gate_opening(g, index, out->commitment, &plain);
    if (!e)
        e = call_opening_decode(buf_view(&plain), out);
    *opened = !e;
    buf_fini(&plain);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err gate_explain(struct gate *g, uint64_t index, struct call_record *out, bool *opened)
{
    struct buf entry;
    *opened = false;
    enum err e = read_entry(g, index, ENTRY_CALL, &entry);
    if (!e)
        e = call_record_decode(str_skip(buf_view(&entry), ENTRY_HEADER), out);
    buf_fini(&entry);
    return e ? e : open_call(g, index, out, opened);
}

static enum err open_part(struct gate *g, uint64_t index, struct scrub_part *out, bool *opened)
{
    struct buf plain;
    uint32_t count = out->count;
    buf_init(&plain, 2 * OPENING_MAX);
    enum err e = gate_opening(g, index, out->commitment, &plain);
    if (!e)
        e = scrub_part_opening_decode(buf_view(&plain), out);
    if (!e && out->count != count)
        e = ERR_CORRUPT;
    *opened = !e;
    buf_fini(&plain);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err gate_explain_part(struct gate *g, uint64_t index, struct scrub_part *out, bool *opened)
{
    struct buf entry;
    *opened = false;
    enum err e = read_entry(g, index, ENTRY_SCRUB_PART, &entry);
    if (!e)
        e = scrub_part_decode(str_skip(buf_view(&entry), ENTRY_HEADER), out);
    buf_fini(&entry);
    return e ? e : open_part(g, index, out, opened);
}
