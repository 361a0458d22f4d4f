/*
 * opening: what an entry hides, sealed for those who may know.
 *
 * An entry holds commitment = SHA-256(nonce ‖ plaintext), with a random nonce of
 * 32 bytes. Nonce and plaintext together are the opening; it is sealed with
 * XChaCha20-Poly1305 under the key of its period and class, and travels beside
 * the entry, never in it. When the key is destroyed at the end of its retention,
 * nobody can open the commitment again, and every proof stays valid.
 *
 * Keys: DATA/keys/periods/<class>-<YYYYMM>, 32 random bytes, 0600.
 */
#pragma once
#include "core/buf.h"
#include "core/clock.h"
#include "core/disk.h"

enum opening_class {
    OPENING_CALL,  /* 180 days */
    OPENING_PLAIN, /* person-to-person `allow`: 30 days */
    OPENING_FACT,  /* changes of facts: 5 years */
};

enum { COMMITMENT = 32 };

struct opening_keys;

MUST_USE enum err opening_keys_open(const struct disk *, const char *keys_folder, struct opening_keys **out,
                                    struct problem *);
void opening_keys_close(struct opening_keys *);

/*
 * Commit to `plaintext` and seal it for the period of `at`. Any thread; allocates
 * only in `sealed`. A key that is missing is made and synced first (once a month).
 */
MUST_USE enum err opening_seal(struct opening_keys *, enum opening_class, when at, struct str plaintext,
                               uint8_t commitment[static COMMITMENT], struct buf *sealed);

/*
 * Open. ERR_NOT_FOUND: the key was destroyed. ERR_CORRUPT: not sealed by this key,
 * or not what the commitment says.
 */
MUST_USE enum err opening_open(struct opening_keys *, struct str sealed,
                               const uint8_t commitment[static COMMITMENT], struct buf *plaintext);

/* Overwrite, sync and remove the keys whose retention has ended at `now`. */
MUST_USE enum err opening_keys_purge(struct opening_keys *, when now, struct problem *);
