/*
 * Threads and caller meet in a ring of stretches. A thread takes the next stretch
 * that nobody has, unless the caller is a whole ring behind; the caller reads the
 * oldest, waiting until it is done, and frees it.
 *
 *      stretch   7       8       9      10      11
 *             [ done ][ ··· ][ done ][ ··· ][  free  ]
 *               ▲       ▲               ▲       ▲
 *               asked   thread 1  thread 2      taken
 */
#include "ledger/ahead.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { STRETCH = 64, THREADS_MAX = 64 };

struct stretch {
    bool done;
    bool good[STRETCH];
    struct hash root[STRETCH];
};

struct ahead {
    const struct tile_reader *reader;
    uint64_t tiles;
    unsigned threads;
    pthread_t thread[THREADS_MAX];
    _Atomic bool stop;

    pthread_mutex_t lock;
    pthread_cond_t room, done;
    uint64_t taken, freed; /* stretches: by threads, by the caller */

    uint64_t asked; /* tiles; the caller's */
    size_t room_for;
    struct stretch ring[];
};

static bool check_tile(const struct tile_reader *r, uint64_t n, struct hash *root)
{
    struct hash leaf[TILE_WIDTH], stored[TILE_WIDTH];
    void *bytes;
    size_t size, i = 0;
    if (tile_bundle(r, n, &bytes, &size) != OK)
        return false;
    struct cursor c = cursor_of(bytes, size);
    struct str entry;
    while (i < TILE_WIDTH && tile_next_entry(&c, &entry))
        merkle_leaf(entry.p, entry.n, &leaf[i++]);
    free(bytes);
    if (i != TILE_WIDTH || tile_hashes(r, 0, n, stored) != OK ||
        memcmp(leaf, stored, sizeof leaf) != 0)
        return false;
    merkle_fold(leaf, TILE_WIDTH);
    *root = leaf[0];
    return true;
}

/* Wait for a stretch to take. False: there is none left. */
static bool take(struct ahead *a, uint64_t *number)
{
    pthread_mutex_lock(&a->lock);
    while (!a->stop && a->taken * STRETCH < a->tiles && a->taken >= a->freed + a->room_for)
        pthread_cond_wait(&a->room, &a->lock);
    bool some = !a->stop && a->taken * STRETCH < a->tiles;
    if (some)
        *number = a->taken++;
    pthread_mutex_unlock(&a->lock);
    return some;
}

static void *work(void *context)
{
    struct ahead *a = context;
    for (uint64_t number; take(a, &number);) {
        struct stretch *s = &a->ring[number % a->room_for];
        uint64_t first = number * STRETCH;
        for (unsigned i = 0; i < STRETCH && first + i < a->tiles && !a->stop; i++)
            s->good[i] = check_tile(a->reader, first + i, &s->root[i]);
        pthread_mutex_lock(&a->lock);
        s->done = true;
        pthread_cond_signal(&a->done);
        pthread_mutex_unlock(&a->lock);
    }
    return NULL;
}

struct ahead *ahead_open(const struct tile_reader *reader, uint64_t tiles, unsigned threads)
{
    if (threads > THREADS_MAX)
        threads = THREADS_MAX;
    struct ahead *a = calloc(1, sizeof *a + 2 * threads * sizeof *a->ring);
    if (a == NULL)
        return NULL;
    a->reader = reader;
    a->tiles = tiles;
    a->room_for = 2 * (size_t)threads;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->room, NULL);
    pthread_cond_init(&a->done, NULL);
    while (a->threads < threads && pthread_create(&a->thread[a->threads], NULL, work, a) == 0)
        a->threads++;
    if (a->threads > 0)
        return a;
    ahead_close(a);
    return NULL;
}

bool ahead_next(struct ahead *a, struct hash *root)
{
    struct stretch *s = &a->ring[a->asked / STRETCH % a->room_for];
    unsigned i = (unsigned)(a->asked++ % STRETCH);
    if (i == 0) {
        pthread_mutex_lock(&a->lock);
        while (!s->done)
            pthread_cond_wait(&a->done, &a->lock);
        pthread_mutex_unlock(&a->lock);
    }
    bool good = s->good[i];
    *root = s->root[i];
    if (i + 1 == STRETCH) {
        pthread_mutex_lock(&a->lock);
        s->done = false;
        a->freed++;
        pthread_cond_signal(&a->room);
        pthread_mutex_unlock(&a->lock);
    }
    return good;
}

void ahead_close(struct ahead *a)
{
    if (a == NULL)
        return;
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_broadcast(&a->room);
    pthread_mutex_unlock(&a->lock);
    for (unsigned i = 0; i < a->threads; i++)
        pthread_join(a->thread[i], NULL);
    pthread_cond_destroy(&a->room);
    pthread_cond_destroy(&a->done);
    pthread_mutex_destroy(&a->lock);
    free(a);
}
