#include "gate/sweep.h"

#include "core/log.h"
#include "person/opening.h"

static enum err end_those_over(struct sweep *s, struct gate *g, struct problem *problem)
{
    const struct fact_origin origin = {
        .node = str_of(g->node), .actor = STR("menshen"), .at = clock_now(g->clock)};
    unsigned ended;
    int64_t seq;
    enum err e = s->store ? OK : store_open(g->store_at, &s->store, problem);
    if (e)
        return e;
    const struct vault vault = {.store = s->store, .keys = g->unwrap, .rules = g->rules};
    e = opening_expire(&vault, &origin, &ended, &seq, problem);
    if (!e && ended)
        log_info("%u openings have ended; their keys are destroyed", ended);
    return e;
}

void sweep_openings(struct sweep *s, struct gate *g)
{
    struct problem problem;
    enum err e = end_those_over(s, g, &problem);
    if (e && !s->failing)
        log_error("openings whose time is over keep their keys: %s; tried again", problem.text);
    s->failing = e != OK;
}

void sweep_close(struct sweep *s)
{
    store_close(s->store);
}
