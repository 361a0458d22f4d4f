/*
 * awaited: a thread that waits until another has done what it asked for.
 *
 *     struct awaited a = AWAITED;  …ask, with &a…  awaited_wait(&a);
 *
 * The other calls awaited_end once, as the last thing that it does with it.
 */
#pragma once
#include <pthread.h>
#include <stdbool.h>

struct awaited {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
};
#define AWAITED                                                                                    \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER                       \
    }

static inline void awaited_end(struct awaited *a)
{
    pthread_mutex_lock(&a->lock);
    a->done = true;
    pthread_cond_signal(&a->ended);
    pthread_mutex_unlock(&a->lock);
}

/* Of no use afterwards. */
static inline void awaited_wait(struct awaited *a)
{
    pthread_mutex_lock(&a->lock);
    while (!a->done)
        pthread_cond_wait(&a->ended, &a->lock);
    pthread_mutex_unlock(&a->lock);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->ended);
}
