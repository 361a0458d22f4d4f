#include "gate/scrub_part.h"

enum { VERSION = 1, NO_PLACE = 0xff };

_Static_assert((int)SCRUB_PART_ROWS <= (int)INDEX_ROWS, "every row is found");
_Static_assert((int)CHECKS < (int)NO_PLACE, "a check's place is a byte");

void scrub_part_encode(const struct scrub_part *p, struct buf *out)
{
    buf_u8(out, VERSION);
    buf_bytes(out, p->id, sizeof p->id);
    buf_u64be(out, p->first);
    buf_u32be(out, p->count);
    buf_bytes(out, p->commitment, sizeof p->commitment);
}

static void take_bytes(struct cursor *c, uint8_t *out, size_t n)
{
    struct str bytes = cursor_take(c, n);
    if (bytes.n == n)
        memcpy(out, bytes.p, n);
}

enum err scrub_part_decode(struct str body, struct scrub_part *out)
{
    *out = (struct scrub_part){.first = 0};
    struct cursor c = cursor_of(body.p, body.n);
    if (cursor_u8(&c) != VERSION)
        return ERR_CORRUPT;
    take_bytes(&c, out->id, sizeof out->id);
    out->first = cursor_u64be(&c);
    out->count = cursor_u32be(&c);
    take_bytes(&c, out->commitment, sizeof out->commitment);
    if (!c.failed && c.n == 0 && out->count <= SCRUB_PART_ROWS)
        return OK;
    *out = (struct scrub_part){.first = 0};
    return ERR_CORRUPT;
}

/* The words of the checks that occur, in the order in which they do; where each stands. */
static void put_checks(const struct scrub_part *p, uint8_t place[static CHECKS], struct buf *out)
{
    enum check order[CHECKS];
    uint8_t n = 0;
    memset(place, NO_PLACE, CHECKS);
    for (uint32_t i = 0; i < p->count; i++) {
        enum check check = p->row[i].check;
        if (place[check] != NO_PLACE)
            continue;
        order[n] = check;
        place[check] = n++;
    }
    buf_u8(out, n);
    for (uint8_t i = 0; i < n; i++)
        buf_word(out, check_word(order[i]));
}

void scrub_part_opening_encode(const struct scrub_part *p, struct buf *out)
{
    uint8_t place[CHECKS];
    buf_u8(out, VERSION);
    buf_u64be(out, p->caller);
    buf_u64be(out, (uint64_t)p->asked);
    buf_word(out, p->line);
    buf_word(out, p->campaign);
    buf_word(out, p->principal);
    put_checks(p, place, out);
    buf_u32be(out, p->count);
    for (uint32_t i = 0; i < p->count; i++) {
        buf_u64be(out, p->row[i].callee);
        buf_u8(out, (uint8_t)p->row[i].kind);
        buf_u8(out, place[p->row[i].check]);
    }
}

static bool take_row(struct cursor *c, const enum check *checks, uint8_t count,
                     struct scrub_row *out)
{
    out->callee = cursor_u64be(c);
    uint8_t kind = cursor_u8(c), place = cursor_u8(c);
    if (c->failed || kind > VERDICT_ALLOW || place >= count)
        return false;
    out->kind = (enum verdict_kind)kind;
    out->check = checks[place];
    return true;
}

enum err scrub_part_opening_decode(struct str plaintext, struct scrub_part *out)
{
    enum check checks[CHECKS];
    struct cursor c = cursor_of(plaintext.p, plaintext.n);
    if (cursor_u8(&c) != VERSION)
        return ERR_CORRUPT;
    out->caller = cursor_u64be(&c);
    out->asked = (when)cursor_u64be(&c);
    bool good = cursor_word_copy(&c, out->line, sizeof out->line);
    good = good && cursor_word_copy(&c, out->campaign, sizeof out->campaign) &&
           cursor_word_copy(&c, out->principal, sizeof out->principal);
    uint8_t count = cursor_u8(&c);
    good = good && count <= CHECKS;
    for (uint8_t i = 0; good && i < count; i++)
        good = check_find(cursor_word(&c), &checks[i]);
    out->count = cursor_u32be(&c);
    good = good && out->count <= SCRUB_PART_ROWS;
    for (uint32_t i = 0; good && i < out->count; i++)
        good = take_row(&c, checks, count, &out->row[i]);
    if (good && !c.failed && c.n == 0)
        return OK;
    *out = (struct scrub_part){.first = 0};
    return ERR_CORRUPT;
}

size_t scrub_part_index_rows(when recorded, struct str plaintext,
                             struct index_row out[static INDEX_ROWS])
{
    struct scrub_part p;
    size_t n = 0;
    if (scrub_part_opening_decode(plaintext, &p) != OK)
        return 0;
    for (uint32_t i = 0; i < p.count; i++)
        if (p.row[i].callee != 0)
            out[n++] =
                (struct index_row){.caller = p.caller, .callee = p.row[i].callee, .at = recorded};
    return n;
}
