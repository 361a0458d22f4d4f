/*
 * sign: the narrow door to a log's secret key.
 *
 * Nothing else in the program sees a secret key: it enters as a seed, lives in
 * locked memory that is left out of core dumps and overwritten when freed, and
 * answers one question, "sign these bytes". What stands behind this header can
 * move to a process of its own without a change elsewhere.
 *
 * Signing is pure: any thread, also at the same time.
 */
#pragma once
#include "core/disk.h"

enum { SIGN_SEED = 32, SIGN_PUBLIC = 32, SIGN_SIGNATURE = 64 };

struct sign_key;

/* An Ed25519 key from its seed; the caller overwrites his copy. ERR_MEMORY: no locked memory. */
MUST_USE enum err sign_key_new(const uint8_t seed[static SIGN_SEED], struct sign_key **out);
void sign_key_free(struct sign_key *);

const uint8_t *sign_public(const struct sign_key *);
void sign_bytes(const struct sign_key *, const void *bytes, size_t n,
                uint8_t signature[static SIGN_SIGNATURE]);

/* Is `signature` that of `public_key` over the bytes? */
bool sign_check(const uint8_t public_key[static SIGN_PUBLIC], const void *bytes, size_t n,
                const uint8_t signature[static SIGN_SIGNATURE]);

/*
 * The key whose seed lies in the file `path` (32 bytes, 0600). Without such a
 * file a random seed is made and synced first if `create` is set, else
 * ERR_NOT_FOUND. ERR_CORRUPT: the file has another length.
 */
MUST_USE enum err sign_key_load(const struct disk *, const char *path, bool create,
                                struct sign_key **out, struct problem *);
