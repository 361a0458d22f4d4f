#include "ledger/base64.h"

#include <sodium.h>

bool base64_decode(struct str text, void *out, size_t size, size_t *n)
{
    /* libsodium 1.0.18 compares in int, so that 0xAF passes for '/' where char is signed. */
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    return sodium_base642bin(out, size, text.p, text.n, NULL, n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

void base64_put(struct buf *out, const void *bytes, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    uint8_t *at = buf_reserve(out, room);
    if (at == NULL)
        return;
    sodium_bin2base64((char *)at, room, bytes, n, sodium_base64_VARIANT_ORIGINAL);
    out->n--; /* its NUL */
}
