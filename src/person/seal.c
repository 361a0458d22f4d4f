#include "person/seal.h"

#include <sodium.h>

enum {
    VERSION = 2,
    WITHOUT_ITEMS = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    HEAD = 6 + SEAL_OFFICERS * (SEAL_NAME + SEAL_ENVELOPE) + NONCE,
    BOUND = HEAD + 2 + 512,
};
_Static_assert(SEAL_KEY == crypto_box_PUBLICKEYBYTES, "a public key");
_Static_assert(SEAL_KEY == crypto_box_SECRETKEYBYTES, "a private key");
_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "a content key");
_Static_assert(SEAL_ENVELOPE == crypto_box_SEALBYTES + SEAL_KEY, "an envelope");
_Static_assert(SEAL_OVERHEAD == HEAD + TAG, "as the header says");

void seal_name(const uint8_t public[static SEAL_KEY], uint8_t name[static SEAL_NAME])
{
    uint8_t h[16];
    crypto_generichash(h, sizeof h, public, SEAL_KEY, NULL, 0);
    memcpy(name, h, SEAL_NAME);
}

bool seal_public(const uint8_t private[static SEAL_KEY], uint8_t public[static SEAL_KEY])
{
    return crypto_scalarmult_base(public, private) == 0;
}

/* What the tag covers: all that stands before the ciphertext, and where it belongs. */
static bool bind(struct str head, struct str person, struct str label, struct buf *out)
{
    buf_str(out, head);
    buf_u16be(out, (uint16_t)person.n);
    buf_str(out, person);
    buf_str(out, label);
    return !out->failed;
}

static enum err write_head(const uint8_t (*officers)[SEAL_KEY], size_t count, uint32_t items,
                           const uint8_t *key, struct buf *out)
{
    buf_u8(out, VERSION);
    buf_u8(out, (uint8_t)count);
    buf_u32be(out, items);
    for (size_t i = 0; i < count; i++) {
        uint8_t name[SEAL_NAME], envelope[SEAL_ENVELOPE];
        seal_name(officers[i], name);
        if (crypto_box_seal(envelope, key, SEAL_KEY, officers[i]) != 0)
            return ERR_INVALID;
        buf_bytes(out, name, sizeof name);
        buf_bytes(out, envelope, sizeof envelope);
    }
    uint8_t *nonce = buf_reserve(out, NONCE);
    if (nonce != NULL)
        randombytes_buf(nonce, NONCE);
    return OK;
}

enum err seal_close(const uint8_t (*officers)[SEAL_KEY], size_t count, const struct seal_text *t,
                    struct buf *sealed)
{
    uint8_t key[SEAL_KEY], memory[BOUND];
    struct buf bound;
    if (count == 0 || count > SEAL_OFFICERS)
        return ERR_INVALID;
    buf_fixed(&bound, memory, sizeof memory);
    randombytes_buf(key, sizeof key);
    enum err e = write_head(officers, count, t->items, key, &bound);
    const size_t head = bound.n;
    if (e == OK && !bind(STR(""), t->person, t->label, &bound))
        e = ERR_LIMIT;
    if (e == OK) {
        buf_bytes(sealed, memory, head);
        uint8_t *out = buf_reserve(sealed, t->plain.n + TAG);
        if (out != NULL)
            crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, (const unsigned char *)t->plain.p,
                                                       t->plain.n, memory, bound.n, NULL,
                                                       memory + head - NONCE, key);
        e = sealed->failed ? ERR_MEMORY : OK;
    }
    sodium_memzero(key, sizeof key);
    return e;
}

/* The parts of a sealed text. False: it is none. */
struct parts {
    struct str head, envelopes, nonce, text;
    uint32_t items;
};
static bool split(struct str sealed, struct parts *out)
{
    struct cursor c = cursor_of(sealed.p, sealed.n);
    const uint8_t version = cursor_u8(&c);
    const size_t count = cursor_u8(&c);
    out->items = version == VERSION ? cursor_u32be(&c) : 0;
    const bool good =
        (version == VERSION || version == WITHOUT_ITEMS) && count > 0 && count <= SEAL_OFFICERS;
    out->envelopes = cursor_take(&c, count * (SEAL_NAME + SEAL_ENVELOPE));
    out->nonce = cursor_take(&c, NONCE);
    out->head = (struct str){sealed.p, sealed.n - c.n};
    out->text = cursor_take(&c, c.n);
    return good && !c.failed && out->text.n >= TAG;
}

enum err seal_open(const uint8_t key[static SEAL_KEY], struct str person, struct str label,
                   struct str sealed, struct buf *plain)
{
    uint8_t memory[BOUND];
    struct buf bound;
    struct parts p;
    buf_fixed(&bound, memory, sizeof memory);
    if (!split(sealed, &p) || !bind(p.head, person, label, &bound))
        return ERR_CORRUPT;
    const size_t n = p.text.n - TAG, before = plain->n;
    uint8_t *out = buf_reserve(plain, n);
    if (out == NULL && n > 0)
        return ERR_MEMORY;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, (const unsigned char *)p.text.p,
                                                   p.text.n, memory, bound.n,
                                                   (const unsigned char *)p.nonce.p, key) == 0)
        return OK;
    plain->n = before;
    return ERR_CORRUPT;
}

uint32_t seal_items(struct str sealed)
{
    struct parts p;
    return split(sealed, &p) ? p.items : 0;
}

enum err seal_envelopes(struct str sealed, seal_each *each, void *to)
{
    struct parts p;
    if (!split(sealed, &p))
        return ERR_CORRUPT;
    struct cursor c = cursor_of(p.envelopes.p, p.envelopes.n);
    while (c.n > 0) {
        const struct str name = cursor_take(&c, SEAL_NAME), one = cursor_take(&c, SEAL_ENVELOPE);
        if (!each(to, (const uint8_t *)name.p, (const uint8_t *)one.p))
            break;
    }
    return OK;
}

enum err seal_unpack(const uint8_t private[static SEAL_KEY],
                     const uint8_t envelope[static SEAL_ENVELOPE], uint8_t key[static SEAL_KEY])
{
    uint8_t public[SEAL_KEY];
    return seal_public(private, public) &&
                   crypto_box_seal_open(key, envelope, SEAL_ENVELOPE, public, private) == 0
               ? OK
               : ERR_CORRUPT;
}

enum err seal_hand_on(const uint8_t private[static SEAL_KEY],
                      const uint8_t envelope[static SEAL_ENVELOPE],
                      const uint8_t to[static SEAL_KEY], uint8_t out[static SEAL_ENVELOPE])
{
    uint8_t key[SEAL_KEY];
    enum err e = seal_unpack(private, envelope, key);
    if (e == OK && crypto_box_seal(out, key, sizeof key, to) != 0)
        e = ERR_INVALID;
    sodium_memzero(key, sizeof key);
    return e;
}
