#include "gate/eraser.h"

#include "core/log.h"
#include "gate/node.h"
#include "person/erase.h"

#include <stdlib.h>

enum { ROUND_MS = 60000, PAUSE_MS = 200 };

struct eraser {
    struct gate *gate;
    struct store *store;
    pthread_t thread;
    _Atomic bool stop;
    bool failing; /* said once */
};

static void run(struct eraser *x, bool *restored)
{
    struct problem problem = {.text = ""};
    struct gate *g = x->gate;
    int64_t seq = 0;
    const struct erase with = {
        .vault = {.store = x->store, .keys = g->unwrap, .rules = g->rules},
        .link = g->link,
        .node = str_of(g->node),
        .record_days = g->config->ledger.retention_days,
    };
    const when now = clock_now(g->clock);
    enum err e = *restored ? OK : erase_again(&with, now, &problem);
    *restored |= e == OK;
    if (e == OK)
        e = erase_run(&with, now, &seq, &problem);
    if (e != OK && !x->failing)
        log_warning("an erasure is not done yet: %s; it is tried again", problem.text);
    x->failing = e != OK;
}

static void *erase(void *to)
{
    struct eraser *x = to;
    bool restored = false;
    while (!atomic_load(&x->stop)) {
        struct problem problem;
        run(x, &restored);
        if (node_pause(x->gate, PAUSE_MS))
            break;
        enum err e = store_wait(x->store, x->failing ? PAUSE_MS : ROUND_MS, &problem);
        if (e != OK && e != ERR_TIMEOUT && node_pause(x->gate, PAUSE_MS))
            break;
    }
    return NULL;
}

enum err eraser_start(struct gate *g, struct eraser **out, struct problem *problem)
{
    struct eraser *x = calloc(1, sizeof *x);
    *out = NULL;
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    x->gate = g;
    enum err e = store_open(g->store_at, &x->store, problem);
    if (!e && pthread_create(&x->thread, NULL, erase, x) != 0)
        e = problem_set(problem, ERR_MEMORY, "a thread for erasures cannot be started");
    if (!e) {
        *out = x;
        return OK;
    }
    store_close(x->store);
    free(x);
    return e;
}

void eraser_stop(struct eraser *x)
{
    if (x == NULL)
        return;
    atomic_store(&x->stop, true);
    store_wake(x->store);
    pthread_join(x->thread, NULL);
    store_close(x->store);
    free(x);
}
