#include "registry/secret.h"

#include <sodium.h>

enum { BYTES = 32, VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
_Static_assert(sodium_base64_ENCODED_LEN(BYTES, VARIANT) == SECRET_TEXT, "43 characters and a NUL");

enum err secret_make(char out[static SECRET_TEXT])
{
    uint8_t random[BYTES];
    if (sodium_init() < 0)
        return ERR_IO;
    randombytes_buf(random, sizeof random);
    sodium_bin2base64(out, SECRET_TEXT, random, sizeof random, VARIANT);
    sodium_memzero(random, sizeof random);
    return OK;
}

enum err secret_hash(struct str secret, uint8_t out[static SECRET_HASH])
{
    if (sodium_init() < 0)
        return ERR_IO;
    crypto_generichash(out, SECRET_HASH, (const uint8_t *)secret.p, secret.n, NULL, 0);
    return OK;
}
