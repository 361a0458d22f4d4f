#include "http/cursor.h"

#include "ledger/base64.h"

#include <sodium.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEALED = NONCE + CURSOR_PLAIN + TAG,
};
_Static_assert((SEALED + 2) / 3 * 4 < CURSOR_TEXT, "the longest cursor fits");
_Static_assert(CURSOR_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the cipher's key");

void cursor_scope_of(const struct str *parts, size_t count, struct cursor_scope *out)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof out->hash);
    for (size_t i = 0; i < count; i++) {
        uint8_t length[8];
        struct buf b;
        buf_fixed(&b, length, sizeof length);
        buf_u64le(&b, parts[i].n);
        crypto_generichash_update(&state, length, sizeof length);
        crypto_generichash_update(&state, (const uint8_t *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, out->hash, sizeof out->hash);
}

/* From the plaintext, as in SIV: never the same for two texts, always the same for one. */
static void nonce_of(const struct cursor_key *key, const struct cursor_scope *scope,
                     struct str plain, uint8_t out[static NONCE])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, NONCE);
    crypto_generichash_update(&state, scope->hash, sizeof scope->hash);
    crypto_generichash_update(&state, (const uint8_t *)plain.p, plain.n);
    crypto_generichash_final(&state, out, NONCE);
}

enum err cursor_seal(const struct cursor_key *key, const struct cursor_scope *scope,
                     struct str plain, char out[static CURSOR_TEXT])
{
    uint8_t sealed[SEALED];
    struct buf text;
    out[0] = '\0';
    if (plain.n > CURSOR_PLAIN)
        return ERR_LIMIT;
    nonce_of(key, scope, plain, sealed);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, (const uint8_t *)plain.p,
                                               plain.n, scope->hash, sizeof scope->hash, NULL,
                                               sealed, key->bytes);
    buf_fixed(&text, out, CURSOR_TEXT);
    base64_url_put(&text, sealed, NONCE + plain.n + TAG);
    buf_u8(&text, '\0');
    return OK;
}

bool cursor_open(const struct cursor_key *key, const struct cursor_scope *scope, struct str text,
                 struct buf *plain)
{
    uint8_t sealed[SEALED], opened[CURSOR_PLAIN];
    size_t n;
    if (!base64_url_decode(text, sealed, sizeof sealed, &n) || n < NONCE + TAG ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(opened, NULL, NULL, sealed + NONCE, n - NONCE,
                                                   scope->hash, sizeof scope->hash, sealed,
                                                   key->bytes) != 0)
        return false;
    buf_bytes(plain, opened, n - NONCE - TAG);
    return !plain->failed;
}
