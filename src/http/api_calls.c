/* POST /v1/calls */
#include "http/route.h"

static void answered(struct request *r)
{
    respond_json(r, 200, ask_answer(request_gate(r), &r->answer, request_view(r)));
}

void api_calls(struct request *r)
{
    struct gate *gate = request_gate(r);
    struct ask_options options = {.rules = gate_rules(gate), .now = clock_now(gate_clock(gate))};
    struct ask_errors errors = {.count = 0};
    struct question question;
    bool shifted;
    if (!ask_read(&options, r->json, &question, &shifted, &errors))
        respond_problem(r, 400, "invalid-question", "the question cannot be asked like this",
                        &errors);
    else if (shifted && (r->token.scopes & SCOPE_REPLAY) == 0)
        respond_problem(r, 403, "scope-missing",
                        "\"at\" and \"dry_run\" need a token with the scope replay", NULL);
    else
        request_ask(r, &question, answered);
}
