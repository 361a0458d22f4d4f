#include "gate/start.h"

enum { VERSION = 1, DAMAGED = 1 };

void start_record_put(struct buf *out, const struct start_record *r)
{
    buf_u8(out, VERSION);
    buf_word(out, r->program);
    buf_word(out, r->node);
    buf_bytes(out, r->pack, sizeof r->pack);
    buf_u64be(out, r->recovered);
    buf_u64be(out, r->cut);
    buf_u8(out, r->damaged ? DAMAGED : 0);
}

bool start_record_read(struct str body, struct start_record *out)
{
    struct cursor c = cursor_of(body.p, body.n);
    uint8_t version = cursor_u8(&c);
    if (!cursor_word_copy(&c, out->program, sizeof out->program) ||
        !cursor_word_copy(&c, out->node, sizeof out->node))
        return false;
    struct str pack = cursor_take(&c, START_HASH);
    if (pack.n == START_HASH)
        memcpy(out->pack, pack.p, START_HASH);
    out->recovered = cursor_u64be(&c);
    out->cut = cursor_u64be(&c);
    out->damaged = (cursor_u8(&c) & DAMAGED) != 0;
    return !c.failed && c.n == 0 && version == VERSION;
}
