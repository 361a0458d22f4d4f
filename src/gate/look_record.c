#include "gate/look_record.h"

enum { VERSION = 1, WITH_ITEMS = 2 /* of openings */ };
enum { DRY = 1, HOST = 2, IMPORTED = 4 };

void look_record_encode(const struct look_record *r, struct buf *out)
{
    buf_u8(out, VERSION);
    buf_u8(out,
           (uint8_t)((r->dry ? DRY : 0) | (r->host ? HOST : 0) | (r->imported ? IMPORTED : 0)));
    buf_u8(out, (uint8_t)r->surface);
    buf_u64be(out, (uint64_t)r->asked);
    buf_u64be(out, (uint64_t)r->journal);
    buf_bytes(out, r->pack, sizeof r->pack);
    buf_word(out, r->purpose);
    buf_bytes(out, r->asker, COMMITMENT);
    buf_u8(out, (uint8_t)r->persons);
    for (size_t i = 0; i < r->persons; i++)
        buf_bytes(out, r->commitment[i], COMMITMENT);
}

enum err look_record_decode(struct str body, struct look_record *out)
{
    *out = (struct look_record){.persons = 0};
    struct cursor c = cursor_of(body.p, body.n);
    bool good = cursor_u8(&c) == VERSION;
    uint8_t flags = cursor_u8(&c), surface = cursor_u8(&c);
    good = good && (flags & ~(DRY | HOST | IMPORTED)) == 0;
    out->dry = flags & DRY;
    out->host = flags & HOST;
    out->imported = flags & IMPORTED;
    out->surface = (enum surface)surface;
    out->asked = (when)cursor_u64be(&c);
    out->journal = (int64_t)cursor_u64be(&c);
    struct str pack = cursor_take(&c, sizeof out->pack);
    if (pack.n > 0)
        memcpy(out->pack, pack.p, sizeof out->pack);
    good =
        good && surface <= SURFACE_FEED && cursor_word_copy(&c, out->purpose, sizeof out->purpose);
    struct str asker = cursor_take(&c, COMMITMENT);
    if (asker.n > 0)
        memcpy(out->asker, asker.p, COMMITMENT);
    out->persons = cursor_u8(&c);
    struct str all = cursor_take(&c, out->persons * COMMITMENT);
    if (good && !c.failed && c.n == 0 && out->persons <= LOOK_PERSONS) {
        if (all.n > 0)
            memcpy(out->commitment, all.p, all.n);
        return OK;
    }
    *out = (struct look_record){.persons = 0};
    return ERR_CORRUPT;
}

static uint8_t version_of(const struct look_verdict *v)
{
    for (int c = 0; c < CATEGORIES; c++)
        if ((v->asked >> c & 1) != 0 && v->items[c] != 0)
            return WITH_ITEMS;
    return VERSION;
}

static void put_asker(const struct look_asker *a, const struct look_verdict *v, struct buf *out)
{
    buf_word(out, a->looker);
    buf_word(out, a->organisation);
    buf_word(out, a->task);
    buf_word(out, a->host);
    buf_u16be(out, v->asked);
    for (int c = 0; c < CATEGORIES; c++) {
        if ((v->asked >> c & 1) == 0)
            continue;
        buf_u8(out, (uint8_t)v->answer[c]);
        buf_u8(out, (uint8_t)v->basis[c]);
        buf_word(out, check_word(v->check[c]));
        if (version_of(v) == WITH_ITEMS)
            buf_u32be(out, v->items[c]);
    }
}

void look_opening_encode(const struct look_opening *o, struct buf *out)
{
    buf_u8(out, version_of(&o->verdict));
    buf_u32be(out, o->person_seq);
    buf_u64be(out, (uint64_t)o->asked);
    buf_word(out, o->person);
    put_asker(&o->asker, &o->verdict, out);
}

void look_asker_encode(const struct look_asker *a, const struct look_verdict *v, struct buf *out)
{
    buf_u8(out, version_of(v));
    put_asker(a, v, out);
}

static bool take_category(struct cursor *in, uint8_t version, enum category c,
                          struct look_verdict *v)
{
    uint8_t answer = cursor_u8(in), basis = cursor_u8(in);
    struct str word = cursor_word(in);
    if (answer > LOOK_SHOW || basis > BASIS_ORDER || !check_find(word, &v->check[c]))
        return false;
    if (version == WITH_ITEMS)
        v->items[c] = cursor_u32be(in);
    v->answer[c] = (enum look_answer)answer;
    v->basis[c] = (enum basis)basis;
    return true;
}

static bool take_verdict(struct cursor *in, uint8_t version, struct look_verdict *v)
{
    bool first = true, alike = true;
    v->asked = cursor_u16be(in);
    if (v->asked > CATEGORIES_ALL)
        return false;
    for (int c = 0; c < CATEGORIES; c++) {
        if ((v->asked >> c & 1) == 0)
            continue;
        if (!take_category(in, version, (enum category)c, v))
            return false;
        alike = alike && (first || v->check[c] == v->whole);
        if (first)
            v->whole = v->check[c];
        first = false;
    }
    if (first || !alike)
        v->whole = CHECK_SHOWN;
    return true;
}

static bool take_asker(struct cursor *in, uint8_t version, struct look_asker *a,
                       struct look_verdict *v)
{
    return version >= VERSION && version <= WITH_ITEMS &&
           cursor_word_copy(in, a->looker, sizeof a->looker) &&
           cursor_word_copy(in, a->organisation, sizeof a->organisation) &&
           cursor_word_copy(in, a->task, sizeof a->task) &&
           cursor_word_copy(in, a->host, sizeof a->host) && take_verdict(in, version, v);
}

enum err look_opening_decode(struct str plaintext, struct look_opening *out)
{
    *out = (struct look_opening){.person_seq = 0};
    struct cursor c = cursor_of(plaintext.p, plaintext.n);
    const uint8_t version = cursor_u8(&c);
    out->person_seq = cursor_u32be(&c);
    out->asked = (when)cursor_u64be(&c);
    const bool good = cursor_word_copy(&c, out->person, sizeof out->person) &&
                      take_asker(&c, version, &out->asker, &out->verdict);
    if (good && !c.failed && c.n == 0)
        return OK;
    *out = (struct look_opening){.person_seq = 0};
    return ERR_CORRUPT;
}

enum err look_asker_decode(struct str plaintext, struct look_asker *out,
                           struct look_verdict *verdict)
{
    *out = (struct look_asker){.looker = ""};
    *verdict = (struct look_verdict){.asked = 0};
    struct cursor c = cursor_of(plaintext.p, plaintext.n);
    const uint8_t version = cursor_u8(&c);
    if (take_asker(&c, version, out, verdict) && !c.failed && c.n == 0)
        return OK;
    *out = (struct look_asker){.looker = ""};
    *verdict = (struct look_verdict){.asked = 0};
    return ERR_CORRUPT;
}
