#include "gate/window.h"

#include "core/buf.h"
#include "gate/key.h"
#include "ledger/merkle.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 64, FIRST_SLOTS = 64, PERSONS_PER_PAIR = 8 };

struct slot {
    _Alignas(64) uint64_t principal;
    number callee;     /* 0: never used */
    when at[ATTEMPTS]; /* newest first */
    uint32_t version;  /* low bits of the shard's sequence at the last change */
    uint32_t count;
};

struct shard {
    _Alignas(64) pthread_mutex_t lock;
    struct slot *slots;
    size_t size, used;        /* a power of two; slots with a callee */
    uint64_t sequence;        /* of the last change */
    uint64_t loaded_sequence; /* of the snapshot loaded */
};

struct person_slot {
    number person; /* 0: never used */
    when emergency;
    uint32_t last; /* running number */
};

struct person_shard {
    _Alignas(64) pthread_mutex_t lock;
    struct person_slot *slots;
    size_t size, used;
};

struct windows {
    struct shard shards[SHARDS];
    struct person_shard persons[SHARDS];
    size_t max_slots, max_persons; /* of one shard */
    int64_t horizon;               /* ns */
};

static size_t power_above(size_t n)
{
    size_t p = FIRST_SLOTS;
    while (p < n)
        p *= 2;
    return p;
}

enum err windows_new(size_t capacity, int64_t horizon_s, struct windows **out)
{
    struct windows *w = *out = aligned_alloc(64, sizeof *w);
    if (!w)
        return ERR_MEMORY;
    memset(w, 0, sizeof *w);
    /* Tables are kept at most three quarters full. */
    w->max_slots = power_above(capacity / SHARDS + capacity / SHARDS / 3 + 1);
    w->max_persons = w->max_slots * PERSONS_PER_PAIR;
    w->horizon = horizon_s * WHEN_SECOND;
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_init(&w->shards[i].lock, NULL);
        pthread_mutex_init(&w->persons[i].lock, NULL);
    }
    return OK;
}

void windows_free(struct windows *w)
{
    if (!w)
        return;
    for (int i = 0; i < SHARDS; i++) {
        free(w->shards[i].slots);
        free(w->persons[i].slots);
        pthread_mutex_destroy(&w->shards[i].lock);
        pthread_mutex_destroy(&w->persons[i].lock);
    }
    free(w);
}

static uint64_t hash_pair(uint64_t principal, number callee)
{
    return key_mix(principal ^ key_mix(callee));
}

static struct shard *shard_of(struct windows *w, uint64_t hash)
{
    return &w->shards[hash >> 58];
}

/* The pair's slot, or the free one where it would go, or NULL in a full or empty table. */
static struct slot *probe(const struct shard *s, uint64_t principal, number callee, uint64_t hash)
{
    for (size_t i = 0; i < s->size; i++) {
        struct slot *x = &s->slots[(hash + i) & (s->size - 1)];
        if (!x->callee || (x->callee == callee && x->principal == principal))
            return x;
    }
    return NULL;
}

static struct slot *find(const struct shard *s, uint64_t principal, number callee, uint64_t hash)
{
    struct slot *x = probe(s, principal, callee, hash);
    return x && x->callee ? x : NULL;
}

void window_read(struct windows *w, uint64_t principal, number callee, when at,
                 struct attempts *out)
{
    *out = (struct attempts){0};
    uint64_t hash = hash_pair(principal, callee);
    struct shard *s = shard_of(w, hash);
    pthread_mutex_lock(&s->lock);
    const struct slot *x = find(s, principal, callee, hash);
    if (x) {
        out->count = x->count;
        memcpy(out->at, x->at, sizeof out->at);
        out->version = x->version;
    }
    pthread_mutex_unlock(&s->lock);
}

static bool live(const struct windows *w, const struct slot *x, when at)
{
    return x->callee && x->count && (x->at[0] >= at || at - x->at[0] <= w->horizon);
}

/*
 * Make room for one more: a table with the live slots only, twice as large if more
 * than half of it would be in use.
 */
static enum err make_room(const struct windows *w, struct shard *s, when at)
{
    if (s->used < s->size / 4 * 3)
        return OK;
    size_t alive = 0;
    for (size_t i = 0; i < s->size; i++)
        alive += live(w, &s->slots[i], at);
    size_t size = s->size ? s->size : FIRST_SLOTS;
    if (alive >= size / 2 && size < w->max_slots)
        size *= 2;
    if (alive >= size / 4 * 3)
        return ERR_FULL;
    struct slot *slots = aligned_alloc(64, size * sizeof *slots);
    if (!slots)
        return ERR_FULL;
    memset(slots, 0, size * sizeof *slots);
    struct shard next = {.slots = slots, .size = size, .used = alive};
    for (size_t i = 0; i < s->size; i++) {
        const struct slot *x = &s->slots[i];
        if (live(w, x, at))
            *probe(&next, x->principal, x->callee, hash_pair(x->principal, x->callee)) = *x;
    }
    free(s->slots);
    s->slots = next.slots;
    s->size = next.size;
    s->used = next.used;
    return OK;
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

/* With the shard locked. */
static enum err add(struct windows *w, struct shard *s, uint64_t hash, uint64_t principal,
                    number callee, when at, const uint64_t *version)
{
    struct slot *x = find(s, principal, callee, hash);
    if (version && (x ? x->version : 0) != *version)
        return ERR_CONFLICT;
    if (!x) {
        enum err e = make_room(w, s, at);
        if (e)
            return e;
        x = probe(s, principal, callee, hash);
        x->principal = principal;
        x->callee = callee;
        s->used++;
    }
    insert(x, at);
    x->version = next_version(s);
    return OK;
}

enum err window_add(struct windows *w, uint64_t principal, number callee, when at, uint64_t version,
                    uint64_t *sequence)
{
    uint64_t hash = hash_pair(principal, callee);
    struct shard *s = shard_of(w, hash);
    pthread_mutex_lock(&s->lock);
    enum err e = add(w, s, hash, principal, callee, at, &version);
    *sequence = s->sequence;
    pthread_mutex_unlock(&s->lock);
    return e;
}

void window_withdraw(struct windows *w, uint64_t principal, number callee, when at)
{
    uint64_t hash = hash_pair(principal, callee);
    struct shard *s = shard_of(w, hash);
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

void window_replay(struct windows *w, uint64_t principal, number callee, when at, uint64_t sequence)
{
    uint64_t hash = hash_pair(principal, callee);
    struct shard *s = shard_of(w, hash);
    pthread_mutex_lock(&s->lock);
    if (sequence > s->loaded_sequence) {
        /* A full table then refuses commercial calls, as window_add says. */
        enum err e = add(w, s, hash, principal, callee, at, NULL);
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
    uint64_t hash = hash_pair(principal, callee);
    struct shard *s = shard_of(w, hash);
    pthread_mutex_lock(&s->lock);
    if (!holds(find(s, principal, callee, hash), at)) {
        enum err e = add(w, s, hash, principal, callee, at, NULL); /* full: as window_replay */
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

static struct person_slot *probe_person(const struct person_shard *s, number person, uint64_t hash)
{
    for (size_t i = 0; i < s->size; i++) {
        struct person_slot *x = &s->slots[(hash + i) & (s->size - 1)];
        if (!x->person || x->person == person)
            return x;
    }
    return NULL;
}

static bool make_person_room(const struct windows *w, struct person_shard *s)
{
    if (s->used < s->size / 4 * 3)
        return true;
    size_t size = s->size ? s->size * 2 : FIRST_SLOTS;
    if (size > w->max_persons)
        return false;
    struct person_slot *slots = calloc(size, sizeof *slots);
    if (!slots)
        return false;
    struct person_shard next = {.slots = slots, .size = size};
    for (size_t i = 0; i < s->size; i++)
        if (s->slots[i].person)
            *probe_person(&next, s->slots[i].person, key_mix(s->slots[i].person)) = s->slots[i];
    free(s->slots);
    s->slots = slots;
    s->size = size;
    return true;
}

/* The person's slot with its shard locked, made if need be; NULL, also locked: no room. */
static struct person_slot *lock_person(struct windows *w, number person, struct person_shard **out)
{
    uint64_t hash = key_mix(person);
    struct person_shard *s = *out = persons_of(w, hash);
    pthread_mutex_lock(&s->lock);
    struct person_slot *x = probe_person(s, person, hash);
    if (!person || (x && x->person))
        return person ? x : NULL;
    if (!make_person_room(w, s))
        return NULL;
    x = probe_person(s, person, hash);
    x->person = person;
    s->used++;
    return x;
}

uint32_t window_next_number(struct windows *w, number person)
{
    struct person_shard *s;
    struct person_slot *x = lock_person(w, person, &s);
    uint32_t n = x ? ++x->last : 0;
    pthread_mutex_unlock(&s->lock);
    return n;
}

void window_return_number(struct windows *w, number person, uint32_t n)
{
    struct person_shard *s;
    struct person_slot *x = lock_person(w, person, &s);
    if (x && n && x->last == n)
        x->last--;
    pthread_mutex_unlock(&s->lock);
}

void window_replay_number(struct windows *w, number person, uint32_t n)
{
    struct person_shard *s;
    struct person_slot *x = lock_person(w, person, &s);
    if (x && n > x->last)
        x->last = n;
    pthread_mutex_unlock(&s->lock);
}

void window_note_emergency(struct windows *w, number person, when at)
{
    struct person_shard *s;
    struct person_slot *x = lock_person(w, person, &s);
    if (x && at > x->emergency)
        x->emergency = at;
    pthread_mutex_unlock(&s->lock);
}

when window_last_emergency(struct windows *w, number person)
{
    uint64_t hash = key_mix(person);
    struct person_shard *s = persons_of(w, hash);
    pthread_mutex_lock(&s->lock);
    const struct person_slot *x = probe_person(s, person, hash);
    when at = x && x->person == person ? x->emergency : 0;
    pthread_mutex_unlock(&s->lock);
    return at;
}

/*
 * The snapshot file, little-endian:
 *
 *     8  "MSWINDOW"     4  version, 1     8  first ledger index to replay from
 *    64 × ( 8 sequence  4 n  n × ( 8 principal  8 callee  1 count  count × 8 instant ) )
 *    64 × ( 4 n  n × ( 8 person  4 running number  8 emergency ) )
 *    32  SHA-256 of all before
 *
 * Shards are copied one after the other, each in one moment of its own.
 */
static const char magic[8] = "MSWINDOW";
enum { FILE_VERSION = 1, HASH = 32 };
static const size_t file_max = (size_t)64 << 30;

static void put_shard(struct shard *s, struct buf *out)
{
    pthread_mutex_lock(&s->lock);
    buf_u64le(out, s->sequence);
    uint32_t n = 0;
    for (size_t i = 0; i < s->size; i++)
        n += s->slots[i].callee && s->slots[i].count;
    buf_u32le(out, n);
    for (size_t i = 0; i < s->size; i++) {
        const struct slot *x = &s->slots[i];
        if (!x->callee || !x->count)
            continue;
        buf_u64le(out, x->principal);
        buf_u64le(out, x->callee);
        buf_u8(out, (uint8_t)x->count);
        for (unsigned j = 0; j < x->count; j++)
            buf_u64le(out, (uint64_t)x->at[j]);
    }
    pthread_mutex_unlock(&s->lock);
}

static void put_persons(struct person_shard *s, struct buf *out)
{
    pthread_mutex_lock(&s->lock);
    buf_u32le(out, (uint32_t)s->used);
    for (size_t i = 0; i < s->size; i++) {
        const struct person_slot *x = &s->slots[i];
        if (!x->person)
            continue;
        buf_u64le(out, x->person);
        buf_u32le(out, x->last);
        buf_u64le(out, (uint64_t)x->emergency);
    }
    pthread_mutex_unlock(&s->lock);
}

enum err windows_save(struct windows *w, const struct disk *disk, const char *path, uint64_t upto,
                      struct problem *problem)
{
    struct buf out;
    buf_init(&out, file_max);
    buf_bytes(&out, magic, sizeof magic);
    buf_u32le(&out, FILE_VERSION);
    buf_u64le(&out, upto);
    for (int i = 0; i < SHARDS; i++)
        put_shard(&w->shards[i], &out);
    for (int i = 0; i < SHARDS; i++)
        put_persons(&w->persons[i], &out);
    struct hash hash;
    enum err e = out.failed ? ERR_MEMORY : OK;
    if (!e) {
        merkle_sha256(out.p, out.n, &hash);
        buf_bytes(&out, &hash, HASH);
        e = out.failed ? ERR_MEMORY : disk_replace(disk, path, 0600, out.p, out.n);
    }
    buf_fini(&out);
    return e ? problem_set(problem, e, "%s: cannot be written (%s)", path, err_name(e)) : OK;
}

static bool take_shard(struct windows *w, struct shard *s, struct cursor *c)
{
    s->sequence = s->loaded_sequence = cursor_u64le(c);
    uint32_t n = cursor_u32le(c);
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        uint64_t principal = cursor_u64le(c);
        number callee = cursor_u64le(c);
        uint8_t count = cursor_u8(c);
        uint64_t hash = hash_pair(principal, callee);
        when newest = INT64_MIN;
        if (!callee || !count || count > ATTEMPTS || shard_of(w, hash) != s)
            return false;
        for (unsigned j = 0; j < count; j++) {
            when at = (when)cursor_u64le(c);
            if (j == 0)
                newest = at;
            if (at > newest || (!c->failed && add(w, s, hash, principal, callee, at, NULL) != OK))
                return false;
        }
    }
    s->sequence = s->loaded_sequence + n * ATTEMPTS; /* versions of loaded slots stay distinct */
    return !c->failed;
}

static bool take_persons(struct windows *w, struct person_shard *s, struct cursor *c)
{
    uint32_t n = cursor_u32le(c);
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        number person = cursor_u64le(c);
        uint32_t last = cursor_u32le(c);
        when emergency = (when)cursor_u64le(c);
        struct person_shard *own;
        struct person_slot *x = lock_person(w, person, &own);
        if (x) {
            x->last = last;
            x->emergency = emergency;
        }
        pthread_mutex_unlock(&own->lock);
        if (!x || own != s)
            return false;
    }
    return !c->failed;
}

static bool take_all(struct windows *w, const uint8_t *bytes, size_t n, uint64_t *upto)
{
    struct hash hash;
    if (n < HASH)
        return false;
    merkle_sha256(bytes, n - HASH, &hash);
    if (memcmp(bytes + n - HASH, &hash, HASH) != 0)
        return false;
    struct cursor c = cursor_of(bytes, n - HASH);
    if (!str_eq(cursor_take(&c, sizeof magic), (struct str){magic, sizeof magic}) ||
        cursor_u32le(&c) != FILE_VERSION)
        return false;
    *upto = cursor_u64le(&c);
    bool good = true;
    for (int i = 0; good && i < SHARDS; i++)
        good = take_shard(w, &w->shards[i], &c);
    for (int i = 0; good && i < SHARDS; i++)
        good = take_persons(w, &w->persons[i], &c);
    return good && c.n == 0;
}

static void forget_all(struct windows *w)
{
    for (int i = 0; i < SHARDS; i++) {
        struct shard *s = &w->shards[i];
        struct person_shard *p = &w->persons[i];
        free(s->slots);
        free(p->slots);
        s->slots = NULL;
        p->slots = NULL;
        s->size = s->used = p->size = p->used = 0;
        s->sequence = s->loaded_sequence = 0;
    }
}

enum err windows_load(struct windows *w, const struct disk *disk, const char *path, uint64_t *upto,
                      struct problem *problem)
{
    void *bytes;
    size_t n;
    *upto = 0;
    enum err e = disk_load(disk, path, file_max, &bytes, &n);
    if (e)
        return problem_set(problem, e, "%s: cannot be read (%s)", path, err_name(e));
    bool good = take_all(w, bytes, n, upto);
    free(bytes);
    if (good)
        return OK;
    forget_all(w);
    *upto = 0;
    return problem_set(problem, ERR_CORRUPT,
                       "%s: the snapshot of call counts is damaged; it is rebuilt from the ledger",
                       path);
}
