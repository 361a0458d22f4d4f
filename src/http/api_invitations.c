/*
 * POST /v1/staff/{id}/invitation: a link by which a colleague sets her first password herself;
 * POST /v1/join: she does (registry/invitation.h).
 */
#include "http/account_made.h"
#include "http/sign_in.h"
#include "http/staff_view.h"
#include "registry/invitation.h"

#include <string.h>

static enum err invite(struct request *r, const struct hands *h, char secret[static SECRET_TEXT],
                       bool *active, struct problem *problem)
{
    struct fact_row row;
    const struct fact_origin origin = {
        .node = str_of(gate_node(h->gate)), .actor = str_of(r->subject.id), .at = request_now(r)};
    enum err e = staff_own(r, h, r->param, &row, problem);
    *active = e == OK && str_eq(fact_text(&row.v[STAFF_STATUS]), STR("active"));
    return e == OK && *active ? invitation_make(h->store, r->param, &origin, secret, problem) : e;
}

void api_invite(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    char secret[SECRET_TEXT];
    bool active = false;
    if (!staff_keeps(r))
        return;
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = store_end(h->store, invite(r, h, secret, &active, &problem), &problem);
    if (e == OK && !active)
        outcome_problem(r, 409, "not-active", "she is not active: make her so first");
    else if (e == OK)
        outcome_json(
            r, 201,
            json_pack("{s:s, s:o}", "token", secret, "until",
                      fact_json_when(gate_rules(h->gate), request_now(r) + INVITATION_LIFE)));
    else if (e == ERR_INVALID)
        outcome_problem(r, 422, "no-login", "give her a login first, then invite her");
    else if (e == ERR_CONFLICT)
        outcome_problem(r, 409, "has-account",
                        "she has a password already; only who runs the host resets it, with "
                        "`menshen user passwd`");
    else
        staff_refuse(r, e, &problem);
    explicit_bzero(secret, sizeof secret);
}

static void answer_short(struct request *r, const struct problem *p)
{
    struct ask_errors errors = {.count = 0};
    ask_error(&errors, "password", "not-good", "%s", p->text);
    outcome_errors(r, 422, "invalid-join", &errors);
}

static void join(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    struct invitation_answer a = {.at = request_now(r), .node = str_of(gate_node(h->gate))};
    struct invitation_taken taken;
    if (ask_object(r->json, "token password", &errors)) {
        a.secret = ask_text(r->json, "token", SECRET_TEXT - 1, true, &errors);
        a.password = ask_text(r->json, "password", ACCOUNT_PASSWORD_MAX, true, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 400, "invalid-join", &errors);
        return;
    }
    const enum err e = invitation_take(h->store, request_account_key(r), &a, &taken, &problem);
    if (e == OK)
        account_made(r, taken.who.organisation, taken.who.id, taken.who.position, &taken.secret);
    else if (e == ERR_REFUSED)
        outcome_problem(r, 403, "invitation-refused",
                        "the link has been used, was replaced by a newer one, or is older than "
                        "three days; whoever invited you makes another");
    else if (e == ERR_INVALID)
        answer_short(r, &problem);
    else
        outcome_failed(r, e, &problem);
    explicit_bzero(&taken.secret, sizeof taken.secret);
}

void api_join(struct request *r)
{
    if (sign_in_page(r) && sign_in_attempt(r))
        request_work(r, join);
}
