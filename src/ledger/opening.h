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

enum { OPENING_CLASSES = OPENING_FACT + 1, COMMITMENT = 32 };

/* A sealed opening is this much longer than its plaintext (opening.c). */
enum { OPENING_OVERHEAD = 78 };

struct opening_keys;

MUST_USE enum err opening_keys_open(const struct disk *, const char *keys_folder,
                                    struct opening_keys **out, struct problem *);
void opening_keys_close(struct opening_keys *);

/*
 * Commit to `plaintext` and seal it for the period of `at`. Any thread; allocates
 * only in `sealed`. A key that is missing is made and synced first (once a month).
 */
MUST_USE enum err opening_seal(struct opening_keys *, enum opening_class, when at,
                               struct str plaintext, uint8_t commitment[static COMMITMENT],
                               struct buf *sealed);

/*
 * Open. ERR_NOT_FOUND: the key was destroyed. ERR_CORRUPT: not sealed by this key,
 * or not what the commitment says.
 */
MUST_USE enum err opening_open(struct opening_keys *, struct str sealed,
                               const uint8_t commitment[static COMMITMENT], struct buf *plaintext);

/* The same with the nonce before the plaintext: what the commitment is the hash of. */
MUST_USE enum err opening_disclose(struct opening_keys *, struct str sealed,
                                   const uint8_t commitment[static COMMITMENT],
                                   struct buf *opening);

/* Overwrite, sync and remove the keys whose retention has ended at `now`. */
MUST_USE enum err opening_keys_purge(struct opening_keys *, when now, struct problem *);

/* The same for who does not know the commitment: it is computed. `plaintext` may be NULL. */
MUST_USE enum err opening_unseal(struct opening_keys *, struct str sealed,
                                 uint8_t commitment[static COMMITMENT], struct buf *plaintext);

/* Which key it is sealed with. False: no sealed opening. */
bool opening_key_of(struct str sealed, enum opening_class *, uint32_t *month);

/* "call" "plain" "fact"; days a key is kept after its month has ended. */
const char *opening_class_name(enum opening_class);
int opening_retention_days(enum opening_class);

/* Does the key of `month` (202611) have to be gone at `now`? */
bool opening_expired(enum opening_class, uint32_t month, when now);

/*
 * A key for another use that dies with the key of that month: `id` and `context`
 * (8 characters) say which. `create` makes the month's key if it is missing, else
 * ERR_NOT_FOUND.
 */
MUST_USE enum err opening_derive(struct opening_keys *, enum opening_class, uint32_t month,
                                 bool create, uint64_t id, const char context[static 9],
                                 uint8_t key[static 32]);
