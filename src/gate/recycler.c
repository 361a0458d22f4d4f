#include "gate/recycler.h"

#include "core/log.h"
#include "gate/node.h"
#include "person/recycle.h"

#include <stdlib.h>

enum { ROUND_MS = 60000, PAUSE_MS = 200 };

struct recycler {
    struct gate *gate;
    struct store *store;
    pthread_t thread;
    _Atomic bool stop;
    _Atomic uint64_t ended, failed;
    uint64_t said; /* failures of the last round: the same are said once */
};

typedef enum err recycle_step(const struct pool_work *, struct recycle_result *, struct problem *);

static uint64_t run(struct recycler *r, recycle_step *step)
{
    struct recycle_result result = {.seen = 0};
    struct problem problem = {.text = ""};
    const struct pool_work w = {.store = r->store,
                                .rules = r->gate->rules,
                                .node = str_of(r->gate->node),
                                .staff = STR("pool"),
                                .at = clock_now(r->gate->clock)};
    if (step(&w, &result, &problem) != OK) {
        if (result.failed++ == 0)
            result.first = problem;
    }
    atomic_fetch_add(&r->ended, result.returned);
    atomic_fetch_add(&r->failed, result.failed);
    if (result.failed > 0 && result.failed != r->said)
        log_warning("pools: %llu claims could not be ended: %s; they are tried again",
                    (unsigned long long)result.failed, result.first.text);
    return result.failed;
}

static void *recycle(void *to)
{
    struct recycler *r = to;
    int64_t next = 0;
    while (!atomic_load(&r->stop)) {
        struct problem problem;
        if (clock_monotonic() >= next) {
            r->said = run(r, recycle_run);
            next = clock_monotonic() + ROUND_MS * WHEN_MS;
        } else {
            run(r, recycle_leavers);
        }
        if (node_pause(r->gate, PAUSE_MS))
            break;
        enum err e = store_wait(r->store, ROUND_MS, &problem);
        if (e != OK && e != ERR_TIMEOUT && node_pause(r->gate, PAUSE_MS))
            break;
    }
    return NULL;
}

enum err recycler_start(struct gate *g, struct recycler **out, struct problem *problem)
{
    struct recycler *r = calloc(1, sizeof *r);
    *out = NULL;
    if (r == NULL)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    r->gate = g;
    enum err e = store_open(g->store_at, &r->store, problem);
    if (!e && pthread_create(&r->thread, NULL, recycle, r) != 0)
        e = problem_set(problem, ERR_MEMORY, "a thread to end claims cannot be started");
    if (!e) {
        *out = r;
        return OK;
    }
    store_close(r->store);
    free(r);
    return e;
}

void recycler_stop(struct recycler *r)
{
    if (r == NULL)
        return;
    atomic_store(&r->stop, true);
    store_wake(r->store);
    pthread_join(r->thread, NULL);
    store_close(r->store);
    free(r);
}

struct recycler_stats recycler_count(const struct recycler *r)
{
    return (struct recycler_stats){.ended = r != NULL ? atomic_load(&r->ended) : 0,
                                   .failed = r != NULL ? atomic_load(&r->failed) : 0};
}
