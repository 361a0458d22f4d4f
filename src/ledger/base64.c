#include "ledger/base64.h"

#include <sodium.h>

static bool decode(struct str text, int variant, void *out, size_t size, size_t *n)
{
    /* libsodium 1.0.18 compares in int, so that 0xAF passes for '/' where char is signed. */
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    return sodium_base642bin(out, size, text.p, text.n, NULL, n, NULL, variant) == 0;
}

static void put(struct buf *out, int variant, const void *bytes, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, variant);
    uint8_t *at = buf_reserve(out, room);
    if (at == NULL)
        return;
    sodium_bin2base64((char *)at, room, bytes, n, variant);
    out->n--; /* its NUL */
}

bool base64_decode(struct str text, void *out, size_t size, size_t *n)
{
    return decode(text, sodium_base64_VARIANT_ORIGINAL, out, size, n);
}

void base64_put(struct buf *out, const void *bytes, size_t n)
{
    put(out, sodium_base64_VARIANT_ORIGINAL, bytes, n);
}

bool base64_url_decode(struct str text, void *out, size_t size, size_t *n)
{
    return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out, size, n);
}

void base64_url_put(struct buf *out, const void *bytes, size_t n)
{
    put(out, sodium_base64_VARIANT_URLSAFE_NO_PADDING, bytes, n);
}
