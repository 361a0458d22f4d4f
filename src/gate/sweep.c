#include "gate/sweep.h"

#include "core/log.h"
#include "person/opening.h"

/* Those that are over first, so that none begins after its end. */
static enum err begin_and_end(struct sweep *s, struct gate *g, struct problem *problem)
{
    const struct fact_origin origin = {
        .node = str_of(g->node), .actor = STR("menshen"), .at = clock_now(g->clock)};
    unsigned ended, begun;
    int64_t seq;
    enum err e = s->store ? OK : store_open(g->store_at, &s->store, problem);
    if (e)
        return e;
    const struct vault vault = {.store = s->store, .keys = g->unwrap, .rules = g->rules};
    e = opening_expire(&vault, &origin, &ended, &seq, problem);
    if (!e && ended)
        log_info("%u openings have ended; their keys are destroyed", ended);
    return e ? e : opening_begin(&vault, &origin, &begun, &seq, problem);
}

void sweep_openings(struct sweep *s, struct gate *g)
{
    struct problem problem;
    enum err e = begin_and_end(s, g, &problem);
    if (e && !s->failing)
        log_error("openings do not begin and end when they should: %s; tried again", problem.text);
    s->failing = e != OK;
}

void sweep_close(struct sweep *s)
{
    store_close(s->store);
}
