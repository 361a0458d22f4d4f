#include "gate/rounds.h"

#include "gate/node.h"

static void *run(void *to)
{
    struct rounds *r = to;
    while (!atomic_load(&r->stop)) {
        struct problem problem;
        r->work(r);
        if (node_pause(r->gate, r->pause_ms))
            break;
        enum err e = store_wait(r->store, r->round_ms, &problem);
        if (e != OK && e != ERR_TIMEOUT && node_pause(r->gate, ROUNDS_PAUSE_MS))
            break;
    }
    return NULL;
}

enum err rounds_start(struct rounds *r, struct gate *g, void (*work)(struct rounds *),
                      struct problem *problem)
{
    *r = (struct rounds){
        .gate = g, .work = work, .pause_ms = ROUNDS_PAUSE_MS, .round_ms = ROUNDS_MS};
    enum err e = store_open(g->store_at, &r->store, problem);
    if (e == OK && pthread_create(&r->thread, NULL, run, r) != 0) {
        e = problem_set(problem, ERR_MEMORY, "a thread for work in rounds cannot be started");
        store_close(r->store);
    }
    return e;
}

void rounds_stop(struct rounds *r)
{
    atomic_store(&r->stop, true);
    store_wake(r->store);
    pthread_join(r->thread, NULL);
    store_close(r->store);
}
