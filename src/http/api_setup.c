/*
 * GET, POST /v1/setup: the first organisation and account, by the link that the server's start
 * told (http/setup_link.h).
 *
 * Whoever has the link runs the host, or was let in by who does: it opens nothing beyond that
 * one account, and nothing any more once anybody can sign in.
 */
#include "http/account_made.h"
#include "http/route.h"
#include "http/sign_in.h"
#include "registry/setup.h"

#include <string.h>

enum { REACH_MS = 5000 };

void api_setup_state(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    bool wanted = false;
    enum err e = OK;
    if (request_setup_open(r))
        e = setup_wanted(h->store, request_now(r), &wanted, &problem);
    if (e)
        outcome_failed(r, e, &problem);
    else
        outcome_json(r, 200, json_pack("{s:b}", "open", (int)wanted));
}

static void read_organisation(const json_t *j, struct str out[static ORGANISATION_COLUMNS],
                              struct ask_errors *errors)
{
    static const struct {
        const char *name;
        int column;
    } fields[] = {{"name", ORGANISATION_NAME},     {"kind", ORGANISATION_KIND},
                  {"sector", ORGANISATION_SECTOR}, {"licence", ORGANISATION_LICENCE},
                  {"region", ORGANISATION_REGION}, {"filing", ORGANISATION_FILING}};
    for (size_t i = 0; i < ORGANISATION_COLUMNS; i++)
        out[i] = STR("");
    if (!json_is_object(j)) {
        ask_error(errors, "organisation", "missing", "\"organisation\" is an object");
        return;
    }
    ask_fields(j, "name kind sector licence region filing", errors);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        out[fields[i].column] = ask_text(j, fields[i].name, TEXT_MAX, i < 2, errors);
}

/* False after having answered. Views of the body. */
static bool read_body(struct request *r, const struct hands *h, struct setup *s, struct str *token)
{
    struct ask_errors errors = {.count = 0};
    *s = (struct setup){
        .at = request_now(r), .actor = STR("setup"), .node = str_of(gate_node(h->gate))};
    if (ask_object(r->json, "token organisation name login password", &errors)) {
        *token = ask_text(r->json, "token", SECRET_TEXT - 1, true, &errors);
        read_organisation(json_object_get(r->json, "organisation"), s->organisation, &errors);
        s->name = ask_some(r->json, "name", TEXT_MAX, &errors);
        s->login = ask_some(r->json, "login", ACCOUNT_LOGIN - 1, &errors);
        s->password = ask_text(r->json, "password", ACCOUNT_PASSWORD_MAX, true, &errors);
    }
    if (errors.count > 0)
        outcome_errors(r, 400, "invalid-setup", &errors);
    return errors.count == 0;
}

/* What is wrong, where it was sent. */
static void refuse_field(struct request *r, const struct setup_made *m, const struct problem *p)
{
    struct ask_errors errors = {.count = 0};
    const char *outer = m->person ? m->field : "organisation";
    const struct ask_place place = {{outer, m->person ? NULL : m->field}};
    ask_error_in(&errors, &place, "not-good", "%s", p->text);
    outcome_errors(r, 422, "invalid-setup", &errors);
}

static void set_up(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct setup s;
    struct setup_made made;
    struct str token = STR("");
    if (!read_body(r, h, &s, &token))
        return;
    if (!request_setup_opens(r, token)) {
        outcome_problem(r, 403, "setup-refused",
                        "the link is not the last one that `menshen serve` printed, has been used, "
                        "or is older than 24 hours; starting the server anew makes another");
        return;
    }
    enum err e =
        setup_do(h->store, gate_rules(h->gate), request_account_key(r), &s, &made, &problem);
    if (e == OK) {
        request_setup_used(r);
        work_reach(r, h, made.seq, REACH_MS);
        account_made(r, made.organisation, made.staff, "manager", &made.secret);
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "already-set-up",
                        "somebody can sign in here already; she adds further accounts");
    } else if (e == ERR_INVALID && made.field != NULL) {
        refuse_field(r, &made, &problem);
    } else {
        outcome_failed(r, e, &problem);
    }
    explicit_bzero(&made.secret, sizeof made.secret);
}

void api_setup(struct request *r)
{
    if (sign_in_page(r) && sign_in_attempt(r))
        request_work(r, set_up);
}
