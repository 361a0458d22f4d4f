#include "gate/recycler.h"

#include "core/log.h"
#include "gate/node.h"
#include "gate/rounds.h"
#include "person/recycle.h"

#include <stdlib.h>

struct recycler {
    struct rounds rounds;
    _Atomic uint64_t ended, failed;
    uint64_t said; /* failures of the last round: the same are said once */
    int64_t next;  /* when all are gone through again, on clock_monotonic */
};

typedef enum err recycle_step(const struct pool_work *, struct recycle_result *, struct problem *);

static uint64_t run(struct recycler *r, recycle_step *step)
{
    struct recycle_result result = {.seen = 0};
    struct problem problem = {.text = ""};
    const struct gate *g = r->rounds.gate;
    const struct pool_work w = {.store = r->rounds.store,
                                .rules = g->rules,
                                .node = str_of(g->node),
                                .staff = STR("pool"),
                                .at = clock_now(g->clock)};
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

static void recycle(struct rounds *to)
{
    struct recycler *r = (struct recycler *)to;
    if (clock_monotonic() < r->next) {
        run(r, recycle_leavers);
        return;
    }
    r->said = run(r, recycle_run);
    r->next = clock_monotonic() + ROUNDS_MS * WHEN_MS;
}

enum err recycler_start(struct gate *g, struct recycler **out, struct problem *problem)
{
    struct recycler *r = *out = calloc(1, sizeof *r);
    if (r == NULL)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    enum err e = rounds_start(&r->rounds, g, recycle, problem);
    if (e != OK) {
        free(r);
        *out = NULL;
    }
    return e;
}

void recycler_stop(struct recycler *r)
{
    if (r == NULL)
        return;
    rounds_stop(&r->rounds);
    free(r);
}

struct recycler_stats recycler_count(const struct recycler *r)
{
    return (struct recycler_stats){.ended = r != NULL ? atomic_load(&r->ended) : 0,
                                   .failed = r != NULL ? atomic_load(&r->failed) : 0};
}
