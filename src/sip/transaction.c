#include "sip/transaction.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SHARDS = 64, NONE = 0 };

enum state { STATE_PENDING, STATE_CANCELLED, STATE_FINAL };

/*
 * Entries are numbered from 1; 0 ends every list. An entry is in the free list, or
 * in the list of its bucket and, once final, in the queue of those that end, which
 * is in the order of their ends since all live equally long.
 */
struct entry {
    uint64_t key;
    uint64_t record, target;
    int64_t expires_ms;
    uint32_t bucket_next;
    uint32_t queue_next; /* also the free list's link */
    uint8_t state, cause, kind, check;
    uint32_t branch; /* lower half of it; unknown of one from the ledger, which is final */
    uint32_t max_call_s;
};

struct shard {
    pthread_mutex_t lock;
    struct entry *entry; /* entry[0] is never used */
    uint32_t *bucket;
    uint32_t buckets; /* a power of two */
    uint32_t capacity, used, free;
    uint32_t first, last; /* the queue */
    uint32_t count;
};

struct transactions {
    struct shard shard[SHARDS];
};

enum err transactions_new(size_t capacity, struct transactions **out)
{
    struct transactions *t = calloc(1, sizeof *t);
    size_t each = capacity / SHARDS < 16 ? 16 : capacity / SHARDS;
    *out = NULL;
    if (t == NULL || each >= UINT32_MAX / 2) {
        free(t);
        return ERR_MEMORY;
    }
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &t->shard[i];
        pthread_mutex_init(&s->lock, NULL);
        s->capacity = (uint32_t)each;
        s->buckets = 16;
        while (s->buckets < each)
            s->buckets *= 2;
        s->entry = calloc(each + 1, sizeof *s->entry);
        s->bucket = calloc(s->buckets, sizeof *s->bucket);
        if (s->entry == NULL || s->bucket == NULL) {
            transactions_free(t);
            return ERR_MEMORY;
        }
    }
    *out = t;
    return OK;
}

void transactions_free(struct transactions *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        free(t->shard[i].entry);
        free(t->shard[i].bucket);
        pthread_mutex_destroy(&t->shard[i].lock);
    }
    free(t);
}

/* The key is a keyed hash already. Its upper half, the branch's, chooses shard and bucket. */
static struct shard *lock_shard(struct transactions *t, uint64_t key)
{
    struct shard *s = &t->shard[key >> 58];
    pthread_mutex_lock(&s->lock);
    return s;
}

static uint32_t *bucket_of(struct shard *s, uint64_t key)
{
    return &s->bucket[key >> 32 & (s->buckets - 1)];
}

static uint32_t *link_to(struct shard *s, uint64_t key)
{
    uint32_t *link = bucket_of(s, key);
    while (*link != NONE && s->entry[*link].key != key)
        link = &s->entry[*link].bucket_next;
    return link;
}

static void drop(struct shard *s, uint32_t *link)
{
    uint32_t i = *link;
    *link = s->entry[i].bucket_next;
    s->entry[i].queue_next = s->free;
    s->free = i;
    s->count--;
}

static void drop_expired(struct shard *s, int64_t now_ms)
{
    while (s->first != NONE && s->entry[s->first].expires_ms <= now_ms) {
        uint32_t i = s->first;
        s->first = s->entry[i].queue_next;
        if (s->first == NONE)
            s->last = NONE;
        drop(s, link_to(s, s->entry[i].key));
    }
}

static struct entry *add(struct shard *s, uint64_t key, uint64_t branch)
{
    uint32_t i = s->free;
    if (i != NONE)
        s->free = s->entry[i].queue_next;
    else if (s->used < s->capacity)
        i = ++s->used;
    else
        return NULL;
    uint32_t *bucket = bucket_of(s, key);
    s->entry[i] = (struct entry){
        .key = key, .bucket_next = *bucket, .state = STATE_PENDING, .branch = (uint32_t)branch};
    *bucket = i;
    s->count++;
    return &s->entry[i];
}

static void finish(struct shard *s, struct entry *e, const struct outcome *o, int64_t expires_ms)
{
    uint32_t i = (uint32_t)(e - s->entry);
    e->state = STATE_FINAL;
    e->cause = o->cause;
    e->kind = o->kind;
    e->check = o->check;
    e->record = o->record;
    e->target = o->target;
    e->max_call_s = o->max_call_s;
    e->expires_ms = expires_ms;
    e->queue_next = NONE;
    if (s->last != NONE)
        s->entry[s->last].queue_next = i;
    else
        s->first = i;
    s->last = i;
}

enum transaction_state transaction_begin(struct transactions *t, uint64_t key, uint64_t branch,
                                         int64_t now_ms, struct outcome *out)
{
    struct shard *s = lock_shard(t, key);
    enum transaction_state state = TRANSACTION_PENDING;
    drop_expired(s, now_ms);
    uint32_t i = *link_to(s, key);
    if (i == NONE) {
        state = add(s, key, branch) != NULL ? TRANSACTION_NEW : TRANSACTION_FULL;
    } else if (s->entry[i].state == STATE_FINAL) {
        const struct entry *e = &s->entry[i];
        *out = (struct outcome){.cause = e->cause,
                                .kind = e->kind,
                                .check = e->check,
                                .max_call_s = e->max_call_s,
                                .record = e->record,
                                .target = e->target};
        state = TRANSACTION_FINAL;
    }
    pthread_mutex_unlock(&s->lock);
    return state;
}

void transaction_answer(struct transactions *t, uint64_t key, int64_t now_ms,
                        struct outcome *outcome)
{
    struct shard *s = lock_shard(t, key);
    uint32_t i = *link_to(s, key);
    if (i != NONE && s->entry[i].state != STATE_FINAL) {
        if (s->entry[i].state == STATE_CANCELLED)
            outcome->cause = OUTCOME_CANCELLED;
        finish(s, &s->entry[i], outcome, now_ms + TRANSACTION_MS);
    }
    pthread_mutex_unlock(&s->lock);
}

void transaction_forget(struct transactions *t, uint64_t key)
{
    struct shard *s = lock_shard(t, key);
    uint32_t *link = link_to(s, key);
    if (*link != NONE && s->entry[*link].state != STATE_FINAL)
        drop(s, link);
    pthread_mutex_unlock(&s->lock);
}

enum transaction_state transaction_cancel(struct transactions *t, uint64_t branch, int64_t now_ms)
{
    struct shard *s = lock_shard(t, branch);
    enum transaction_state state = TRANSACTION_NEW;
    drop_expired(s, now_ms);
    for (uint32_t i = *bucket_of(s, branch); i != NONE; i = s->entry[i].bucket_next) {
        struct entry *e = &s->entry[i];
        if (e->key >> 32 != branch >> 32)
            continue;
        if (e->state != STATE_FINAL && e->branch == (uint32_t)branch) {
            e->state = STATE_CANCELLED;
            state = TRANSACTION_PENDING;
        } else if (e->state == STATE_FINAL && state == TRANSACTION_NEW) {
            state = TRANSACTION_FINAL;
        }
    }
    pthread_mutex_unlock(&s->lock);
    return state;
}

void transaction_refill(struct transactions *t, uint64_t key, int64_t expires_ms,
                        const struct outcome *outcome)
{
    struct shard *s = lock_shard(t, key);
    uint32_t i = *link_to(s, key);
    struct entry *e = i == NONE ? add(s, key, 0) : NULL;
    if (e != NULL) {
        finish(s, e, outcome, expires_ms);
    } else if (i != NONE) {
        /* What was answered in the end; the check stays that of the verdict. */
        s->entry[i].cause = outcome->cause;
        s->entry[i].kind = outcome->kind;
        s->entry[i].record = outcome->record;
        s->entry[i].target = outcome->target;
        s->entry[i].max_call_s = outcome->max_call_s;
    }
    pthread_mutex_unlock(&s->lock);
}

size_t transactions_count(struct transactions *t)
{
    size_t n = 0;
    for (size_t i = 0; i < SHARDS; i++) {
        pthread_mutex_lock(&t->shard[i].lock);
        n += t->shard[i].count;
        pthread_mutex_unlock(&t->shard[i].lock);
    }
    return n;
}
