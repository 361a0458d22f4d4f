#include "ledger/sign.h"

#include "ledger/key_file.h"

#include <sodium.h>

#include <stdio.h>
#include <stdlib.h>

_Static_assert((int)SIGN_SEED == (int)KEY_FILE, "a seed is a key file");

struct sign_key {
    uint8_t public_key[SIGN_PUBLIC];
    uint8_t *secret; /* crypto_sign_SECRETKEYBYTES of sodium_malloc, read-only once filled */
};

enum err sign_key_new(const uint8_t seed[static SIGN_SEED], struct sign_key **out)
{
    *out = NULL;
    if (sodium_init() < 0)
        return ERR_MEMORY;
    struct sign_key *k = calloc(1, sizeof *k);
    if (k == NULL)
        return ERR_MEMORY;
    k->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (k->secret == NULL) {
        free(k);
        return ERR_MEMORY;
    }
    crypto_sign_seed_keypair(k->public_key, k->secret, seed);
    sodium_mprotect_readonly(k->secret);
    *out = k;
    return OK;
}

void sign_key_free(struct sign_key *k)
{
    if (k == NULL)
        return;
    sodium_free(k->secret);
    free(k);
}

const uint8_t *sign_public(const struct sign_key *k)
{
    return k->public_key;
}

void sign_bytes(const struct sign_key *k, const void *bytes, size_t n,
                uint8_t signature[static SIGN_SIGNATURE])
{
    crypto_sign_detached(signature, NULL, bytes, n, k->secret);
}

bool sign_check(const uint8_t public_key[static SIGN_PUBLIC], const void *bytes, size_t n,
                const uint8_t signature[static SIGN_SIGNATURE])
{
    return crypto_sign_verify_detached(signature, bytes, n, public_key) == 0;
}

enum err sign_key_load(const struct disk *d, const char *path, bool create, struct sign_key **out,
                       struct problem *problem)
{
    uint8_t seed[SIGN_SEED];
    *out = NULL;
    if (sodium_init() < 0)
        return problem_set(problem, ERR_MEMORY, "libsodium does not start");
    enum err e = key_file_load(d, path, seed, problem);
    if (e == ERR_NOT_FOUND && create)
        e = key_file_make(d, path, seed, problem);
    if (e != OK)
        return e;
    e = sign_key_new(seed, out);
    sodium_memzero(seed, sizeof seed);
    return e == OK ? OK : problem_set(problem, e, "%s: no locked memory for the key", path);
}
