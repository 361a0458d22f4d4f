/* POST /v1/calls */
#include "core/log.h"
#include "http/own.h"
#include "http/route.h"

static void answered(struct request *r)
{
    respond_json(r, 200, ask_answer(request_gate(r), &r->answer, request_view(r)));
}

enum { CLOCKS_APART_S = 5 };

/* Nobody fills or empties caps at times that are not now: that only tries a rule out. */
static void keep_out_of_windows(struct question *question, when now)
{
    const when near = CLOCKS_APART_S * WHEN_SECOND;
    if (question->call.at > now + near || question->call.at < now - near)
        question->dry = true;
}

/* Whether the token's holder may ask about this line; false after having answered. */
static bool may_ask(struct request *r, const struct call *call, when now)
{
    struct problem problem = {.text = ""};
    enum err e = own_line(request_store(r), &r->subject, call, now, &problem);
    if (e == OK)
        return true;
    if (e == ERR_REFUSED) {
        respond_problem(r, 403, "not-your-line",
                        "an organisation asks about its own lines only, or as a campaign's "
                        "entrusted caller about its principal's",
                        NULL);
        return false;
    }
    log_warning("http: whose line it is could not be looked up: %s", problem.text);
    respond_problem(r, 503, "store-unavailable",
                    "the registry cannot be read at the moment; try again", NULL);
    return false;
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
    else if (shifted && (r->subject.scopes & SCOPE_REPLAY) == 0)
        respond_problem(r, 403, "scope-missing",
                        "\"at\" and \"dry_run\" need a token with the scope replay", NULL);
    else if (may_ask(r, &question.call, options.now)) {
        keep_out_of_windows(&question, options.now);
        request_ask(r, &question, answered);
    }
}
