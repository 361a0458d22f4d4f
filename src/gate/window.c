#include "gate/window.h"

#include "gate/key.h"
#include "gate/window_inner.h"

#include <stdlib.h>

enum { PERSONS_PER_PAIR = 8, TURN_BYTES = 512 << 20 };

/* Pairs: */

struct pair {
    uint64_t principal;
    number callee;
};

static bool is_pair(const void *cell, const void *key)
{
    const struct slot *x = cell;
    const struct pair *p = key;
    return x->callee == p->callee && x->principal == p->principal;
}

static uint64_t hash_of_slot(const void *cell)
{
    const struct slot *x = cell;
    return window_hash(x->principal, x->callee);
}

/* What the caps of now still depend on. */
struct alive {
    const struct windows *windows;
    when at;
};

static bool is_live(const void *cell, const void *context)
{
    const struct slot *x = cell;
    const struct alive *a = context;
    return x->count && (x->at[0] >= a->at || a->at - x->at[0] <= a->windows->horizon);
}

const struct leaf_kind window_pairs = {
    .size = sizeof(struct slot),
    .mark = offsetof(struct slot, callee),
    .is = is_pair,
    .hash = hash_of_slot,
    .live = is_live,
};

/* Persons: */

static bool is_person(const void *cell, const void *key)
{
    return ((const struct person_slot *)cell)->person == *(const number *)key;
}

static uint64_t hash_of_person(const void *cell)
{
    return key_mix(((const struct person_slot *)cell)->person);
}

/* Running numbers have no end. */
static bool always(const void *cell, const void *context)
{
    return true;
}

const struct leaf_kind window_persons = {
    .size = sizeof(struct person_slot),
    .mark = offsetof(struct person_slot, person),
    .is = is_person,
    .hash = hash_of_person,
    .live = always,
};

enum err windows_new(size_t capacity, int64_t horizon_s, struct windows **out)
{
    struct windows *w = *out = aligned_alloc(64, sizeof *w);
    if (!w)
        return ERR_MEMORY;
    memset(w, 0, sizeof *w);
    const size_t pairs = capacity / WINDOW_SHARDS * 9 / 8 + 32; /* chance fills shards unevenly */
    w->horizon = horizon_s * WHEN_SECOND;
    w->turn = TURN_BYTES;
    for (int i = 0; i < WINDOW_SHARDS; i++) {
        pthread_mutex_init(&w->shards[i].lock, NULL);
        pthread_mutex_init(&w->persons[i].lock, NULL);
        leaves_init(&w->shards[i].pairs, pairs);
        leaves_init(&w->persons[i].persons, pairs * PERSONS_PER_PAIR);
    }
    return OK;
}

void windows_free(struct windows *w)
{
    if (!w)
        return;
    for (int i = 0; i < WINDOW_SHARDS; i++) {
        leaves_fini(&w->shards[i].pairs);
        leaves_fini(&w->persons[i].persons);
        free(w->shards[i].loaded);
        pthread_mutex_destroy(&w->shards[i].lock);
        pthread_mutex_destroy(&w->persons[i].lock);
    }
    free(w);
}

static struct slot *find(const struct shard *s, uint64_t principal, number callee, uint64_t hash)
{
    const struct pair p = {principal, callee};
    return leaves_find(&window_pairs, &s->pairs, hash, &p);
}

void window_read(struct windows *w, uint64_t principal, number callee, when at,
                 struct attempts *out)
{
    *out = (struct attempts){0};
    uint64_t hash = window_hash(principal, callee);
    struct shard *s = window_shard(w, hash);
    pthread_mutex_lock(&s->lock);
    const struct slot *x = find(s, principal, callee, hash);
    if (x) {
        out->count = x->count;
        memcpy(out->at, x->at, sizeof out->at);
        out->version = x->version;
    }
    pthread_mutex_unlock(&s->lock);
}

/* Versions are never 0, which means "absent". */
static uint32_t next_version(struct shard *s)
{
    s->sequence++;
    if ((uint32_t)s->sequence == 0)
        s->sequence++;
    return (uint32_t)s->sequence;
}

static void insert(struct slot *x, when at)
{
    unsigned i = x->count;
    if (i == ATTEMPTS) {
        if (at <= x->at[ATTEMPTS - 1])
            return; /* older than the five newest */
        i--;
    } else {
        x->count++;
    }
    for (; i > 0 && x->at[i - 1] < at; i--)
        x->at[i] = x->at[i - 1];
    x->at[i] = at;
}

enum err window_insert(struct windows *w, struct shard *s, uint64_t hash, uint64_t principal,
                       number callee, when at, const uint64_t *version)
{
    const struct pair p = {principal, callee};
    struct slot *x = leaves_find(&window_pairs, &s->pairs, hash, &p);
    if (version && (x ? x->version : 0) != *version)
        return ERR_CONFLICT;
    if (!x) {
        const struct alive a = {w, at};
        x = leaves_add(&window_pairs, &s->pairs, hash, &a);
        if (!x)
            return ERR_FULL;
        x->principal = principal;
        x->callee = callee;
    }
    insert(x, at);
    x->version = next_version(s);
    return OK;
}

enum err window_add(struct windows *w, uint64_t principal, number callee, when at, uint64_t version,
                    uint64_t *sequence)
{
    uint64_t hash = window_hash(principal, callee);
    struct shard *s = window_shard(w, hash);
    pthread_mutex_lock(&s->lock);
    enum err e = window_insert(w, s, hash, principal, callee, at, &version);
    *sequence = s->sequence;
    pthread_mutex_unlock(&s->lock);
    return e;
}

void window_withdraw(struct windows *w, uint64_t principal, number callee, when at)
{
    uint64_t hash = window_hash(principal, callee);
    struct shard *s = window_shard(w, hash);
    pthread_mutex_lock(&s->lock);
    struct slot *x = find(s, principal, callee, hash);
    for (unsigned i = 0; x && i < x->count; i++) {
        if (x->at[i] != at)
            continue;
        memmove(&x->at[i], &x->at[i + 1], (x->count - i - 1) * sizeof *x->at);
        x->count--;
        x->version = next_version(s);
        break;
    }
    pthread_mutex_unlock(&s->lock);
}

/* The sequence at which the leaf that holds this hash was copied into the snapshot; 0: it was not.
 */
static uint64_t loaded(const struct shard *s, uint64_t hash)
{
    const uint64_t place = leaves_place(hash);
    for (size_t i = 0; i < s->loaded_count; i++)
        if (place < s->loaded[i].end)
            return s->loaded[i].sequence;
    return 0;
}

void window_replay(struct windows *w, uint64_t principal, number callee, when at, uint64_t sequence)
{
    uint64_t hash = window_hash(principal, callee);
    struct shard *s = window_shard(w, hash);
    pthread_mutex_lock(&s->lock);
    if (sequence > loaded(s, hash)) {
        /* A full table then refuses commercial calls, as window_add says. */
        enum err e = window_insert(w, s, hash, principal, callee, at, NULL);
        (void)e;
        if (sequence > s->sequence)
            s->sequence = sequence;
    }
    pthread_mutex_unlock(&s->lock);
}

static bool holds(const struct slot *x, when at)
{
    for (unsigned i = 0; x && i < x->count; i++)
        if (x->at[i] == at)
            return true;
    return false;
}

void window_note(struct windows *w, uint64_t principal, number callee, when at)
{
    uint64_t hash = window_hash(principal, callee);
    struct shard *s = window_shard(w, hash);
    pthread_mutex_lock(&s->lock);
    if (!holds(find(s, principal, callee, hash), at)) {
        enum err e =
            window_insert(w, s, hash, principal, callee, at, NULL); /* full: as window_replay */
        (void)e;
    }
    pthread_mutex_unlock(&s->lock);
}

when windows_horizon(const struct windows *w)
{
    return w->horizon;
}

static struct person_shard *persons_of(struct windows *w, uint64_t hash)
{
    return &w->persons[hash >> 58];
}

struct person_slot *window_lock_person(struct windows *w, number person, struct person_shard **out)
{
    const uint64_t hash = key_mix(person);
    struct person_shard *s = *out = persons_of(w, hash);
    pthread_mutex_lock(&s->lock);
    if (!person)
        return NULL;
    struct person_slot *x = leaves_find(&window_persons, &s->persons, hash, &person);
    if (!x && (x = leaves_add(&window_persons, &s->persons, hash, NULL)) != NULL)
        x->person = person;
    return x;
}

uint32_t window_next_number(struct windows *w, number person)
{
    struct person_shard *s;
    struct person_slot *x = window_lock_person(w, person, &s);
    uint32_t n = x ? ++x->last : 0;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void window_return_number(struct windows *w, number person, uint32_t n)
{
    struct person_shard *s;
    struct person_slot *x = window_lock_person(w, person, &s);
    if (x && n && x->last == n)
        x->last--;
    pthread_mutex_unlock(&s->lock);
}

void window_replay_number(struct windows *w, number person, uint32_t n)
{
    struct person_shard *s;
    struct person_slot *x = window_lock_person(w, person, &s);
    if (x && n > x->last)
        x->last = n;
    pthread_mutex_unlock(&s->lock);
}

void window_note_emergency(struct windows *w, number person, when at)
{
    struct person_shard *s;
    struct person_slot *x = window_lock_person(w, person, &s);
    if (x && at > x->emergency)
        x->emergency = at;
    pthread_mutex_unlock(&s->lock);
}

when window_last_emergency(struct windows *w, number person)
{
    const uint64_t hash = key_mix(person);
    struct person_shard *s = persons_of(w, hash);
    pthread_mutex_lock(&s->lock);
    const struct person_slot *x =
        person ? leaves_find(&window_persons, &s->persons, hash, &person) : NULL;
    const when at = x ? x->emergency : 0;
    pthread_mutex_unlock(&s->lock);
    return at;
}
