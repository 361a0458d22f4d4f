/*
 * rounds: a thread of a server that works in rounds, with a store of its own.
 *
 *     work ─► a pause, so that changes gather ─► until facts change, or time is over ─► work …
 *
 * The first member of what works; both are one thread's until rounds_stop has returned.
 */
#pragma once
#include "gate/gate.h"

#include <pthread.h>

struct rounds {
    struct gate *gate;
    struct store *store;
    int pause_ms,
        round_ms; /* work may set them anew: the pause, and at most until its next round */
    void (*work)(struct rounds *);
    pthread_t thread;
    _Atomic bool stop;
};

enum { ROUNDS_PAUSE_MS = 200, ROUNDS_MS = 60000 };

/* After an error there is nothing to stop. */
MUST_USE enum err rounds_start(struct rounds *, struct gate *, void (*work)(struct rounds *),
                               struct problem *);
void rounds_stop(struct rounds *);
