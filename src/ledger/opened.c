#include "ledger/opened.h"

#include "ledger/base64.h"
#include "ledger/opening.h"

#include <stdlib.h>

enum { VERSION = 2, EXTRA_MAX = 65535, HEAD = 10, KIND_FACT = 3 };

enum err opened_put(struct str text, struct str opening, struct str content, struct buf *out)
{
    struct receipt *r = calloc(1, sizeof *r);
    uint8_t *entry = malloc(EXTRA_MAX);
    struct buf extra;
    size_t n = 0;
    buf_init(&extra, EXTRA_MAX);
    enum err e = r == NULL || entry == NULL ? ERR_MEMORY : receipt_parse(text, r);
    if (e == OK && (r->extra.p == NULL || !base64_decode(r->extra, entry, EXTRA_MAX, &n)))
        e = ERR_INVALID;
    if (e == OK) {
        buf_u8(&extra, VERSION);
        buf_u16be(&extra, (uint16_t)n);
        buf_bytes(&extra, entry, n);
        buf_u16be(&extra, (uint16_t)opening.n);
        buf_str(&extra, opening);
        buf_u32be(&extra, (uint32_t)content.n);
        buf_str(&extra, content);
        const size_t before = (size_t)(r->extra.p - text.p);
        buf_str(out, (struct str){.p = text.p, .n = before});
        base64_put(out, extra.p, extra.n);
        buf_str(out, str_skip(text, before + r->extra.n));
        e = extra.failed || opening.n > UINT16_MAX ? ERR_LIMIT : out->failed ? ERR_MEMORY : OK;
    }
    buf_fini(&extra);
    free(entry);
    free(r);
    return e;
}

enum err opened_parse(struct str extra, struct opened *out)
{
    struct cursor c = cursor_of(extra.p, extra.n);
    uint8_t version = cursor_u8(&c);
    out->entry = cursor_take(&c, cursor_u16be(&c));
    out->opening = cursor_take(&c, cursor_u16be(&c));
    out->content = cursor_take(&c, cursor_u32be(&c));
    return version == VERSION && !c.failed && c.n == 0 && out->entry.n >= HEAD ? OK : ERR_INVALID;
}

enum err opened_of(struct str text, struct buf *memory, struct opened *out)
{
    struct receipt *r = calloc(1, sizeof *r);
    size_t n = 0;
    enum err e = r == NULL ? ERR_MEMORY : receipt_parse(text, r);
    if (e == OK) {
        uint8_t *bytes = buf_reserve(memory, EXTRA_MAX);
        if (bytes == NULL)
            e = ERR_MEMORY;
        else if (r->extra.p == NULL || !base64_decode(r->extra, bytes, EXTRA_MAX, &n))
            e = ERR_INVALID;
        else if (n == 0 || bytes[0] != VERSION)
            e = ERR_NOT_FOUND;
        else
            e = opened_parse((struct str){.p = (const char *)bytes, .n = n}, out);
    }
    free(r);
    return e;
}

/* Commitments are the last thing in a body: a fact's one, or a look's for each person. */
static bool commits(struct str entry, const struct hash *commitment)
{
    for (size_t at = entry.n; at >= HEAD + COMMITMENT; at -= COMMITMENT)
        if (memcmp(entry.p + at - COMMITMENT, commitment, COMMITMENT) == 0)
            return true;
    return false;
}

bool opened_agrees(const struct opened *o)
{
    struct hash hash;
    merkle_sha256(o->opening.p, o->opening.n, &hash);
    if (o->entry.n < HEAD || !commits(o->entry, &hash))
        return false;
    if (o->entry.p[1] != KIND_FACT)
        return o->content.n == 0;
    merkle_sha256(o->content.p, o->content.n, &hash);
    return o->opening.n >= COMMITMENT &&
           memcmp(o->opening.p + o->opening.n - COMMITMENT, &hash, COMMITMENT) == 0;
}
