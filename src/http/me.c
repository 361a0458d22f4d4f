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
