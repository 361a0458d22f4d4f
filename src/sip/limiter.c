#include "sip/limiter.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum { BUCKETS = 4096, EACH_PER_S = 10, EACH_BURST = 20, ALL_PER_S = 500, ALL_BURST = 1000 };

/* Thousandths of a token. */
struct bucket {
    int64_t at_ms;
    int64_t tokens;
};

struct limiter {
    pthread_mutex_t lock;
    uint8_t key[crypto_shorthash_KEYBYTES];
    struct bucket all, each[BUCKETS];
};

enum err limiter_new(struct limiter **out)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return ERR_MEMORY;
    pthread_mutex_init(&(*out)->lock, NULL);
    randombytes_buf((*out)->key, sizeof(*out)->key);
    (*out)->all.tokens = ALL_BURST * 1000;
    for (size_t i = 0; i < BUCKETS; i++)
        (*out)->each[i].tokens = EACH_BURST * 1000;
    return OK;
}

void limiter_free(struct limiter *l)
{
    if (l == NULL)
        return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static void fill(struct bucket *b, int64_t now_ms, int64_t per_s, int64_t burst)
{
    int64_t passed = now_ms - b->at_ms;
    if (passed > 0) {
        b->tokens = passed > burst * 1000 / per_s ? burst * 1000 : b->tokens + passed * per_s;
        b->at_ms = now_ms;
    }
    if (b->tokens > burst * 1000)
        b->tokens = burst * 1000;
}

bool limiter_take(struct limiter *l, const struct in6_addr *address, int64_t now_ms)
{
    uint64_t h;
    crypto_shorthash((uint8_t *)&h, address->s6_addr, sizeof address->s6_addr, l->key);
    struct bucket *each = &l->each[h % BUCKETS];
    pthread_mutex_lock(&l->lock);
    fill(each, now_ms, EACH_PER_S, EACH_BURST);
    fill(&l->all, now_ms, ALL_PER_S, ALL_BURST);
    bool may = each->tokens >= 1000 && l->all.tokens >= 1000;
    if (may) {
        each->tokens -= 1000;
        l->all.tokens -= 1000;
    }
    pthread_mutex_unlock(&l->lock);
    return may;
}
