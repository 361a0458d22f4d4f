#include "ledger/nonce.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { KEY = crypto_stream_chacha20_KEYBYTES, POOL = 2048, REFILLS = 512 };

struct stream {
    unsigned long epoch; /* of the process; 0: never seeded */
    unsigned refills;
    size_t used;
    unsigned char bytes[POOL]; /* the first KEY are the next key */
};

static _Thread_local struct stream stream;
static _Atomic unsigned long epoch = 1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void forked(void)
{
    epoch++;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forked);
}

static void refill(struct stream *s, unsigned long now)
{
    static const unsigned char zero[crypto_stream_chacha20_NONCEBYTES];
    unsigned char key[KEY];
    if (s->epoch != now || s->refills == 0) {
        randombytes_buf(key, sizeof key);
        for (size_t i = 0; s->epoch == now && i < KEY; i++)
            key[i] ^= s->bytes[i];
        s->epoch = now;
        s->refills = REFILLS;
    } else {
        memcpy(key, s->bytes, KEY);
    }
    s->refills--;
    crypto_stream_chacha20(s->bytes, sizeof s->bytes, zero, key);
    sodium_memzero(key, sizeof key);
    s->used = KEY;
}

void nonce_bytes(void *out, size_t n)
{
    struct stream *s = &stream;
    unsigned char *p = out;
    pthread_once(&once, watch_forks);
    unsigned long now = atomic_load_explicit(&epoch, memory_order_relaxed);
    while (n > 0) {
        if (s->epoch != now || s->used == POOL)
            refill(s, now);
        size_t part = n < POOL - s->used ? n : POOL - s->used;
        memcpy(p, s->bytes + s->used, part);
        sodium_memzero(s->bytes + s->used, part);
        s->used += part;
        p += part;
        n -= part;
    }
}
