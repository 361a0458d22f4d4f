#include "http/me.h"

bool me_read(struct request *r, const struct hands *hands, struct self *out)
{
    struct problem problem = {.text = ""};
    const struct self_sources from = {
        .store = hands->store, .link = gate_link(hands->gate), .keys = gate_unwrap(hands->gate)};
    enum err e = self_read(&from, &r->subject, request_now(r), out, &problem);
    if (e == ERR_NOT_FOUND)
        outcome_problem(r, 401, "session-required",
                        "the session has ended; sign in with POST /v1/session");
    else if (e != OK)
        outcome_failed(r, e, &problem);
    return e == OK;
}

struct grant_act me_grant_act(const struct request *r, const struct hands *h,
                              const struct self *self)
{
    return (struct grant_act){
        .store = h->store,
        .rules = gate_rules(h->gate),
        .number = self->number,
        .since = self->since,
        .origin = {.node = str_of(gate_node(h->gate)), .actor = ME_ACTOR, .at = request_now(r)},
    };
}

void me_grant_reach(struct request *r, const struct hands *h, const struct grant_act *a)
{
    enum { REACH_MS = 2000 };
    if (a->changed)
        work_reach(r, h, a->seq, REACH_MS);
}
