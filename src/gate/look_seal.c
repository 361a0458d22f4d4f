#include "gate/look_seal.h"

#include "ledger/ledger.h"
#include "ledger/merkle.h"
#include "ledger/nonce.h"

#include <sodium.h>

enum {
    VERSION = 2,
    SALT = 32, /* the commitment's nonce */
    ASKER_MAX = OPENING_OVERHEAD + LOOK_OPENING_MAX,
};
_Static_assert(3 + ASKER_MAX + LOOK_PERSONS * (15 + LOOK_HANDLE + LOOK_SEALED_MAX) <= BESIDE_MAX,
               "the longest list has room beside its entry");

static const struct str label = {"look", 4};

void look_handle_of(const struct unwrap_key *k, uint8_t out[static LOOK_HANDLE])
{
    uint8_t key[32];
    unwrap_derive_with(k, 1, "wholookd", key);
    memcpy(out, key, LOOK_HANDLE);
    sodium_memzero(key, sizeof key);
}

enum err look_handle(struct unwrap *keys, struct str person, uint8_t out[static LOOK_HANDLE])
{
    struct unwrap_key key;
    enum err e = unwrap_take(keys, person, KEY_RECORD, &key);
    if (e == OK)
        look_handle_of(&key, out);
    unwrap_drop(&key);
    return e;
}

enum err look_seal(const struct unwrap_key *key, const struct look_opening *o,
                   uint8_t commitment[static COMMITMENT], struct buf *sealed)
{
    uint8_t clear[SALT + LOOK_OPENING_MAX];
    struct buf b;
    struct hash hash;
    buf_fixed(&b, clear, sizeof clear);
    nonce_bytes(buf_reserve(&b, SALT), SALT);
    look_opening_encode(o, &b);
    enum err e = b.failed ? ERR_LIMIT : unwrap_seal_with(key, label, buf_view(&b), sealed);
    merkle_sha256(clear, b.n, &hash);
    memcpy(commitment, hash.b, COMMITMENT);
    sodium_memzero(clear, sizeof clear);
    return e;
}

enum err look_mark(struct unwrap *keys, const struct look_opening *o, const struct look_record *r,
                   uint64_t *mark)
{
    uint8_t key[32], hash[crypto_generichash_BYTES_MIN], clear[LOOK_OPENING_MAX + PURPOSE_MAX + 1];
    struct look_opening told = *o;
    struct buf b;
    told.person_seq = 0;
    *told.asker.organisation = '\0'; /* which the registry tells, and may change its mind */
    buf_fixed(&b, clear, sizeof clear);
    look_opening_encode(&told, &b);
    buf_word(&b, r->purpose);
    buf_u8(&b, (uint8_t)r->surface);
    enum err e = b.failed ? ERR_LIMIT
                          : unwrap_derive(keys, str_of(o->person), KEY_RECORD, 2, "wholookd", key);
    if (e == OK) {
        crypto_generichash(hash, sizeof hash, clear, b.n, key, sizeof key);
        struct cursor c = cursor_of(hash, sizeof hash);
        *mark = cursor_u64be(&c);
        *mark += *mark == 0;
    }
    sodium_memzero(key, sizeof key);
    sodium_memzero(clear, sizeof clear);
    return e;
}

/* Into `b`, which is empty; a copy for the caller to wipe. */
static enum err open_into(struct unwrap *keys, struct str person, struct str sealed,
                          const uint8_t commitment[static COMMITMENT], struct buf *b,
                          struct look_opening *out)
{
    struct hash hash;
    enum err e = unwrap_text(keys, person, KEY_RECORD, label, sealed, b);
    merkle_sha256(b->p, b->n, &hash);
    if (e == OK && (b->failed || b->n < SALT || memcmp(hash.b, commitment, COMMITMENT) != 0))
        e = ERR_CORRUPT;
    if (e == OK)
        e = look_opening_decode(str_skip(buf_view(b), SALT), out);
    if (e == OK && !str_eq(str_of(out->person), person))
        e = ERR_CORRUPT;
    return e;
}

enum err look_unseal(struct unwrap *keys, struct str person, struct str sealed,
                     const uint8_t commitment[static COMMITMENT], struct look_opening *out)
{
    uint8_t clear[SALT + LOOK_OPENING_MAX + UNWRAP_OVERHEAD];
    struct buf b;
    buf_fixed(&b, clear, sizeof clear);
    enum err e = open_into(keys, person, sealed, commitment, &b, out);
    sodium_memzero(clear, sizeof clear);
    return e;
}

enum err look_disclose(struct unwrap *keys, struct str person, struct str sealed,
                       const uint8_t commitment[static COMMITMENT], struct buf *opening)
{
    uint8_t clear[SALT + LOOK_OPENING_MAX + UNWRAP_OVERHEAD];
    struct look_opening o;
    struct buf b;
    buf_fixed(&b, clear, sizeof clear);
    enum err e = open_into(keys, person, sealed, commitment, &b, &o);
    if (e == OK) {
        buf_bytes(opening, b.p, b.n);
        e = opening->failed ? ERR_MEMORY : OK;
    }
    sodium_memzero(clear, sizeof clear);
    sodium_memzero(&o, sizeof o);
    return e;
}

void look_parts_begin(struct buf *out, struct str asker)
{
    buf_u8(out, VERSION);
    buf_u16be(out, (uint16_t)asker.n);
    buf_str(out, asker);
}

void look_parts_add(struct buf *out, const struct look_part *p)
{
    buf_u8(out, p->place);
    buf_bytes(out, p->handle, LOOK_HANDLE);
    buf_u32be(out, p->person_seq);
    buf_u64be(out, p->mark);
    buf_u16be(out, (uint16_t)p->sealed.n);
    buf_str(out, p->sealed);
}

bool look_parts_open(struct str beside, struct str *asker, struct cursor *parts)
{
    *parts = cursor_of(beside.p, beside.n);
    bool good = cursor_u8(parts) == VERSION;
    *asker = cursor_take(parts, cursor_u16be(parts));
    return good && !parts->failed;
}

bool look_parts_next(struct cursor *parts, struct look_part *out)
{
    if (parts->n == 0)
        return false;
    out->place = cursor_u8(parts);
    out->handle = (const uint8_t *)cursor_take(parts, LOOK_HANDLE).p;
    out->person_seq = cursor_u32be(parts);
    out->mark = cursor_u64be(parts);
    out->sealed = cursor_take(parts, cursor_u16be(parts));
    return !parts->failed && out->place < LOOK_PERSONS;
}
