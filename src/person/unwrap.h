/*
 * unwrap: the narrow door to persons' keys.
 *
 * What is kept about a person is sealed with XChaCha20-Poly1305 under keys of her
 * own, one for each class of data that ends at its own time. The keys lie wrapped
 * by the master key in DATA/keys/persons and nowhere else: in no database and no
 * backup of one (on PostgreSQL in a schema that is left out of dumps: keystore.h). Erasing
 * overwrites a key; whatever it sealed, wherever a copy of it is, stays closed for ever.
 *
 *     master key ─wraps─► person's key of a class ─seals─► profile, photos, looks …
 *
 * No key leaves this file: callers hand in bytes to seal or to open. What stands
 * behind this header can move to a process of its own without a change elsewhere.
 *
 * A sealed text:
 *
 *      1  version, 1
 *      1  class
 *     24  nonce
 *      n  ciphertext
 *     16  tag, which covers the first two bytes, the person's id and the label
 *
 * so that it opens only where it belongs. Any thread, and several processes: a
 * server and a command that imports use the same keys (keylock.h).
 */
#pragma once
#include "core/buf.h"
#include "core/disk.h"
#include "person/keystore.h"

enum key_class {
    KEY_PROFILE,  /* what she told about herself: erased at once */
    KEY_CONTRACT, /* contracts, complaints, proof of consent: until their term ends */
    KEY_RECORD,   /* who looked, in the ledger's openings: as long as records are kept */
};
enum { KEY_CLASSES = KEY_RECORD + 1 };

/* A sealed text is this much longer than the plain one. */
enum { UNWRAP_OVERHEAD = 42, UNWRAP_MAX = 16 << 20 };

struct unwrap;

/* Where keys are that are not in the data folder. */
struct unwrap_from {
    const char *master; /* a file with the master key, or "credential:" and the name of one of
                           systemd's; NULL: FOLDER/master */
    const char *store; /* "postgresql://…": the keys lie there; else FOLDER/persons; may be NULL */
};

/*
 * Open the keys of `folder` (DATA/keys); `from` may be NULL. FOLDER/master is made if
 * there are no keys yet; a file named by `from` is not. ERR_NOT_FOUND: the master key is
 * missing; ERR_CORRUPT: it is another one.
 */
MUST_USE enum err unwrap_open(const struct disk *, const char *folder,
                              const struct unwrap_from *from, struct unwrap **out,
                              struct problem *);
void unwrap_close(struct unwrap *);

/*
 * Make the missing keys of these persons, of all classes, durable with one sync.
 * An erased key stays erased.
 */
MUST_USE enum err unwrap_make(struct unwrap *, const struct str *persons, size_t count, when now,
                              struct problem *);

/*
 * A person's key of a class, for several things done in a row. Whoever took it drops it,
 * which overwrites it, before the request ends. `person` must live as long.
 */
struct unwrap_key {
    struct str person;
    enum key_class class;
    uint8_t bytes[32];
};

/*
 * ERR_NOT_FOUND: she has no key yet. ERR_CLOSED: it was erased. With either, `out` is a
 * key of nobody's, for which the same work was done: who seals with it for appearance's
 * sake takes as long as for somebody.
 */
MUST_USE enum err unwrap_take(struct unwrap *, struct str person, enum key_class,
                              struct unwrap_key *out);

/*
 * The same, but never waits for another process: a key that one has made since this one
 * last looked is ERR_NOT_FOUND. For ids of which nobody knows whether they are anybody's.
 */
MUST_USE enum err unwrap_take_known(struct unwrap *, struct str person, enum key_class,
                                    struct unwrap_key *out);
void unwrap_drop(struct unwrap_key *);

/* As the three below, with a key at hand. */
MUST_USE enum err unwrap_seal_with(const struct unwrap_key *, struct str label, struct str plain,
                                   struct buf *sealed);
MUST_USE enum err unwrap_text_with(const struct unwrap_key *, struct str label, struct str sealed,
                                   struct buf *plain);
void unwrap_derive_with(const struct unwrap_key *, uint64_t id, const char context[static 9],
                        uint8_t out[static 32]);

/*
 * Seal for this person, class and label. ERR_NOT_FOUND: she has no key yet.
 * ERR_CLOSED: it was erased. ERR_LIMIT: over UNWRAP_MAX.
 */
MUST_USE enum err unwrap_seal(struct unwrap *, struct str person, enum key_class, struct str label,
                              struct str plain, struct buf *sealed);

/*
 * Open. Errors as above; ERR_CORRUPT: not sealed for this person, class and label.
 * The caller overwrites what it got.
 */
MUST_USE enum err unwrap_text(struct unwrap *, struct str person, enum key_class, struct str label,
                              struct str sealed, struct buf *plain);

/* A key of 32 bytes for another use that ends with hers: `context` has 8 characters. */
MUST_USE enum err unwrap_derive(struct unwrap *, struct str person, enum key_class, uint64_t id,
                                const char context[static 9], uint8_t key[static 32]);

/* Destroy. OK also if it was before; ERR_NOT_FOUND: there never was one. */
MUST_USE enum err unwrap_erase(struct unwrap *, struct str person, enum key_class, when now,
                               struct problem *);

/*
 * A new master key in FOLDER/master; every key is wrapped anew and the old one's
 * bytes are overwritten. Carried on by the next unwrap_open after a crash.
 * ERR_CONFLICT: the master key is kept elsewhere.
 */
MUST_USE enum err unwrap_rotate(struct unwrap *, struct problem *);

void unwrap_stats(struct unwrap *, struct keystore_stats *out);
