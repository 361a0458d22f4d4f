/*
 * keystore: where persons' wrapped keys lie.
 *
 * A file of the data folder (keyfile.h), or, for nodes that share a PostgreSQL, a schema
 * of its own there (keytable.h). Whichever it is:
 *
 *   - A key is found once keystore_put has returned OK, also after a crash.
 *   - A key that was erased stays as a mark, so that nobody makes it anew.
 *   - A crash leaves each key as it was before or after, never another one.
 *
 * Any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

enum { KEY_NAME = 32, KEY_WRAPPED = 72, KEY_SALT = 16 };

/* A key as it lies there. */
struct key_slot {
    uint8_t class;
    uint8_t name[KEY_NAME];
    uint8_t wrapped[KEY_WRAPPED];
    when at; /* made, or erased */
};

/* Live and erased keys, and those that the disk has damaged. */
struct keystore_stats {
    uint64_t live, erased, damaged;
};

struct keystore;

typedef enum err keystore_change(void *to, struct key_slot *);

struct keystore_kind {
    void (*close)(struct keystore *);
    enum err (*follow)(struct keystore *, struct problem *);
    uint64_t (*master)(struct keystore *);
    enum err (*get)(struct keystore *, const uint8_t name[static KEY_NAME],
                    uint8_t wrapped[static KEY_WRAPPED]);
    enum err (*put)(struct keystore *, const struct key_slot *, size_t count, struct problem *);
    enum err (*erase)(struct keystore *, const uint8_t name[static KEY_NAME], when at,
                      struct problem *);
    enum err (*rewrap)(struct keystore *, uint64_t master, keystore_change *, void *to,
                       struct problem *);
    void (*stats)(struct keystore *, struct keystore_stats *out);
};

/* The first member of each kind. */
struct keystore {
    const struct keystore_kind *kind;
    uint8_t salt[KEY_SALT];
};

static inline void keystore_close(struct keystore *k)
{
    if (k != NULL)
        k->kind->close(k);
}

/*
 * Take over what other processes have changed. Who changes a key calls it first, and
 * holds person/keylock.h until done. ERR_CONFLICT: the keys were wrapped anew meanwhile;
 * open them again.
 */
MUST_USE static inline enum err keystore_follow(struct keystore *k, struct problem *problem)
{
    return k->kind->follow(k, problem);
}

/* Which master key the keys are wrapped with. */
static inline uint64_t keystore_master(struct keystore *k)
{
    return k->kind->master(k);
}

/* The name of a person's key of a class: BLAKE2b-256 of both, key: the salt. */
void keystore_name(const struct keystore *, struct str person, uint8_t class,
                   uint8_t name[static KEY_NAME]);

/*
 * The wrapped key. ERR_NOT_FOUND: never made. ERR_CLOSED: erased. ERR_CORRUPT: it is
 * damaged.
 */
MUST_USE static inline enum err keystore_get(struct keystore *k,
                                             const uint8_t name[static KEY_NAME],
                                             uint8_t wrapped[static KEY_WRAPPED])
{
    return k->kind->get(k, name, wrapped);
}

/* Add all or none, durable. ERR_CONFLICT: one is there, live or erased. */
MUST_USE static inline enum err keystore_put(struct keystore *k, const struct key_slot *slots,
                                             size_t count, struct problem *problem)
{
    return k->kind->put(k, slots, count, problem);
}

/* Overwrite. OK also if it was erased before; ERR_NOT_FOUND: never made. */
MUST_USE static inline enum err keystore_erase(struct keystore *k,
                                               const uint8_t name[static KEY_NAME], when at,
                                               struct problem *problem)
{
    return k->kind->erase(k, name, at, problem);
}

/*
 * Every live key changed by `change`, all or none, and from then on wrapped by `master`.
 * After an error keystore_master tells which is in force.
 */
MUST_USE static inline enum err keystore_rewrap(struct keystore *k, uint64_t master,
                                                keystore_change *change, void *to,
                                                struct problem *problem)
{
    return k->kind->rewrap(k, master, change, to, problem);
}

static inline void keystore_stats(struct keystore *k, struct keystore_stats *out)
{
    k->kind->stats(k, out);
}
