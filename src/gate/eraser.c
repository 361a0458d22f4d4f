#include "gate/eraser.h"

#include "core/log.h"
#include "desk/forget.h"
#include "gate/node.h"
#include "gate/rounds.h"
#include "person/erase.h"

#include <stdlib.h>

struct eraser {
    struct rounds rounds;
    bool restored; /* what an older copy of the database brought back is erased again */
    bool failing;  /* said once */
};

static void erase(struct rounds *r)
{
    struct problem problem = {.text = ""};
    struct eraser *x = (struct eraser *)r;
    struct gate *g = r->gate;
    int64_t seq = 0;
    const struct erase with = {
        .vault = {.store = r->store, .keys = g->unwrap, .rules = g->rules},
        .link = g->link,
        .node = str_of(g->node),
        .record_days = g->config->ledger.retention_days,
    };
    const when now = clock_now(g->clock);
    enum err e = x->restored ? OK : erase_again(&with, now, &problem);
    x->restored |= e == OK;
    if (e == OK)
        e = erase_run(&with, now, &seq, &problem);
    const struct desk_work desk = {
        .store = r->store, .rules = g->rules, .node = str_of(g->node), .at = now};
    if (e == OK)
        e = forget_asked(&desk, &seq, &problem);
    if (e != OK && !x->failing)
        log_warning("an erasure is not done yet: %s; it is tried again", problem.text);
    x->failing = e != OK;
    r->round_ms = x->failing ? ROUNDS_PAUSE_MS : ROUNDS_MS;
}

enum err eraser_start(struct gate *g, struct eraser **out, struct problem *problem)
{
    struct eraser *x = *out = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "not enough memory");
    enum err e = rounds_start(&x->rounds, g, erase, problem);
    if (e != OK) {
        free(x);
        *out = NULL;
    }
    return e;
}

void eraser_stop(struct eraser *x)
{
    if (x == NULL)
        return;
    rounds_stop(&x->rounds);
    free(x);
}
