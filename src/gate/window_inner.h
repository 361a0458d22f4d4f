/*
 * window_inner: what windows are made of; for window.c, which counts, and window_save.c, which
 * keeps the counts in files.
 */
#pragma once
#include "gate/key.h"
#include "gate/leaves.h"
#include "gate/window.h"

#include <pthread.h>

enum { WINDOW_SHARDS = 64 };

/* A pair, in one cache line. */
struct slot {
    _Alignas(64) uint64_t principal;
    number callee;     /* 0: free */
    when at[ATTEMPTS]; /* newest first */
    uint32_t version;  /* low bits of the shard's sequence at the last change */
    uint32_t count;
};

struct person_slot {
    number person; /* 0: free */
    when emergency;
    uint32_t last; /* running number */
};

/* A leaf in the snapshot that was loaded: hashes whose place is below `end`, of none before. */
struct loaded {
    uint64_t end;
    uint64_t sequence; /* when it was copied */
};

struct shard {
    _Alignas(64) pthread_mutex_t lock;
    struct leaves pairs;
    uint64_t sequence; /* of the last change */
    struct loaded *loaded;
    size_t loaded_count;
};

struct person_shard {
    _Alignas(64) pthread_mutex_t lock;
    struct leaves persons;
};

struct windows {
    struct shard shards[WINDOW_SHARDS];
    struct person_shard persons[WINDOW_SHARDS];
    int64_t horizon; /* ns */
    int next;        /* part to save next */
    size_t turn;     /* bytes after which a save leaves the rest to the next one */
};

extern const struct leaf_kind window_pairs, window_persons;

static inline uint64_t window_hash(uint64_t principal, number callee)
{
    return key_mix(principal ^ key_mix(callee));
}

static inline struct shard *window_shard(struct windows *w, uint64_t hash)
{
    return &w->shards[hash >> 58];
}

/* Add an attempt; with the shard locked. As window_add; `version` NULL: whatever it is. */
MUST_USE enum err window_insert(struct windows *, struct shard *, uint64_t hash, uint64_t principal,
                                number callee, when at, const uint64_t *version);

/* The person's slot with its shard locked, made if need be; NULL, also locked: no room. */
struct person_slot *window_lock_person(struct windows *, number person, struct person_shard **out);
