#include "http/contract_json.h"

#include "http/fact_json.h"
#include "http/route.h"

#include <stdio.h>

enum { REACH_MS = 5000 };

static const char *state_word(enum contract_state state)
{
    switch (state) {
    case CONTRACT_NONE:
        break;
    case CONTRACT_COOLING:
        return "cooling-off";
    case CONTRACT_NOT_BEGUN:
        return "not-begun";
    case CONTRACT_IN_FORCE:
        return "in-force";
    case CONTRACT_ENDED:
        return "ended";
    }
    return "not-signed";
}

static json_t *value_json(const struct rules *rules, const struct column *c, const struct value *v)
{
    if (c->type == COLUMN_TIME || c->type == COLUMN_UNTIL)
        return fact_json_time(rules, v);
    if (c->type == COLUMN_LIST)
        return fact_json_list(fact_text(v));
    return v->type == VALUE_INT ? json_integer(v->i) : fact_json_text(v);
}

/* What is said of it; what is not said is left out. */
static json_t *fact_json(const struct rules *rules, const struct fact_kind *kind,
                         const struct value *row)
{
    json_t *j = json_object();
    for (size_t i = 0; i < kind->count; i++)
        if (row[i].type != VALUE_NULL)
            json_object_set_new(j, kind->columns[i].name,
                                value_json(rules, &kind->columns[i], &row[i]));
    return j;
}

json_t *contract_json(const struct rules *rules, const struct value *row, when now)
{
    json_t *j = fact_json(rules, &contract_kind, row);
    const char *state = state_word(contract_stands(row, now));
    if (json_object_set_new(j, "state", json_string(state)) == 0)
        return j;
    json_decref(j);
    return NULL;
}

/* Entries ----------------------------------------------------------------------------------- */

struct entries {
    const struct rules *rules;
    const struct fact_kind *kind;
    json_t *list;
};

static bool add_entry(void *to, const struct value *row)
{
    const struct entries *x = to;
    json_t *j = fact_json(x->rules, x->kind, row);
    json_object_del(j, "contract");
    /* Money that went back is told as less than nothing, as it is entered. */
    if (x->kind == &contract_payment_kind && row[PAYMENT_REFUND].i != 0)
        json_object_set_new(j, "amount_fen", json_integer(-row[PAYMENT_AMOUNT_FEN].i));
    json_object_del(j, "refund");
    return json_array_append_new(x->list, j) == 0;
}

/* What was kept of what she paid, unless that went with an erasure. */
static enum err put_costs(const struct hands *h, const struct value *row, json_t *into,
                          struct problem *problem)
{
    json_t *list;
    enum err e = contract_costs_open(h->store, gate_unwrap(h->gate), row, &list, problem);
    if (list != NULL)
        json_object_set_new(into, "costs", list);
    return e == ERR_NOT_FOUND || e == ERR_CLOSED ? OK : e;
}

/* Why it ended, if that was said, and did not go with an erasure. */
static enum err put_reason(const struct hands *h, const struct value *row, json_t *into,
                           struct problem *problem)
{
    struct buf text;
    if (row[CONTRACT_ENDED_AT].type != VALUE_INT)
        return OK;
    buf_init(&text, CONTRACT_REASON);
    enum err e = contract_open_reason(h->store, gate_unwrap(h->gate), row, &text, problem);
    if (e == OK)
        json_object_set_new(into, "reason", json_stringn((const char *)text.p, text.n));
    vault_wipe(&text);
    return e == ERR_NOT_FOUND || e == ERR_CLOSED ? OK : e;
}

enum err contract_put_end(const struct hands *h, const struct value *row, json_t *into,
                          struct problem *problem)
{
    enum err costs = put_costs(h, row, into, problem), reason = put_reason(h, row, into, problem);
    return costs != OK ? costs : reason;
}

enum err contract_put_entries(const struct hands *h, const struct value *row, json_t *into,
                              struct problem *problem)
{
    const struct rules *rules = gate_rules(h->gate);
    struct entries payments = {rules, &contract_payment_kind, json_array()},
                   services = {rules, &contract_service_kind, json_array()};
    enum err e = contract_payments(h->store, row[CONTRACT_KEY].s, add_entry, &payments, problem);
    if (e == OK)
        e = contract_services(h->store, row[CONTRACT_KEY].s, add_entry, &services, problem);
    json_object_set_new(into, "payments", payments.list);
    json_object_set_new(into, "services", services.list);
    return e == OK ? contract_put_end(h, row, into, problem) : e;
}

json_t *contract_refund_json(const struct rules *rules, const struct contract_refund *x)
{
    const struct refund *r = &x->refund;
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:i, s:s, s:s?, s:s?, s:o}", "amount_fen",
                     (json_int_t)r->amount_fen, "with_disputed_fen",
                     (json_int_t)x->with_disputed_fen, "paid_fen", (json_int_t)x->paid_fen,
                     "served_fen", (json_int_t)r->served_fen, "returned_fen",
                     (json_int_t)x->returned_fen, "disputed", (int)x->disputed, "rule",
                     refund_way_name(r->way), "basis", r->basis != NULL ? r->basis->citation : NULL,
                     "interest", r->interest, "due_at", fact_json_when(rules, r->due));
}

/* When it ends by the query; without one, now. False after an outcome. */
static bool refund_at(struct request *r, when now, when *at)
{
    const struct str text = query_text(&r->query, "at");
    *at = now;
    if (text.n == 0 || when_parse_exact(text, at) == OK)
        return true;
    outcome_problem(r, 400, "not-a-time", "`at` is a time by RFC 3339");
    return false;
}

void contract_tell_refund(struct request *r, const struct pool_work *w, const struct value *row)
{
    when at;
    struct contract_refund refund;
    struct problem problem = {.text = ""};
    const enum fault fault = contract_fault(query_text(&r->query, "fault"));
    if (!refund_at(r, w->at, &at))
        return;
    if (row[CONTRACT_PERSON_SIGNED_AT].type != VALUE_INT) {
        contract_refused(r, CONTRACT_NOT_SIGNED);
        return;
    }
    enum err e = contract_refund(w, row, at, fault, &refund, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else
        outcome_json(r, 200, contract_refund_json(w->rules, &refund));
}

void contract_tag(const struct value *row, char out[static CONTRACT_TAG])
{
    snprintf(out, CONTRACT_TAG, "\"%.22s\"", row[CONTRACT_HASH].s.p);
}

/* Changes ----------------------------------------------------------------------------------- */

struct pool_work contract_hands(const struct request *r, const struct hands *h)
{
    const struct fact_origin origin = work_origin(r, h);
    return (struct pool_work){.store = h->store,
                              .keys = gate_unwrap(h->gate),
                              .rules = gate_rules(h->gate),
                              .node = origin.node,
                              .staff = origin.actor,
                              .at = origin.at};
}

static int status_of(enum contract_no no)
{
    switch (no) {
    case CONTRACT_YES:
        return 200;
    case CONTRACT_ABSENT:
    case CONTRACT_NO_SERVICE:
        return 404;
    case CONTRACT_CHANGED:
        return 412;
    case CONTRACT_OTHER_PARTIES:
    case CONTRACT_NON_CONFORMING:
    case CONTRACT_AHEAD:
    case CONTRACT_PAYEE_DIFFERS:
    case CONTRACT_OVER_TOTAL:
    case CONTRACT_REFUND_DIFFERS:
    case CONTRACT_ROUTE_DIFFERS:
    case CONTRACT_NO_ITEM:
    case CONTRACT_NO_INTRODUCTION:
    case CONTRACT_COSTS_OVER:
        return 422;
    case CONTRACT_SUSPENDED:
        return 403;
    case CONTRACT_NOT_DRAFT:
    case CONTRACT_NOT_OFFERED:
    case CONTRACT_OTHER_TEXT:
    case CONTRACT_TERM_OVER:
    case CONTRACT_ALREADY_IN_FORCE:
    case CONTRACT_NOT_SIGNED:
    case CONTRACT_COOLING_OFF:
    case CONTRACT_TOO_EARLY:
    case CONTRACT_OVER:
    case CONTRACT_NOT_ENDED:
    case CONTRACT_USED_UP:
    case CONTRACT_ANSWERED:
    case CONTRACT_NO_COSTS:
    case CONTRACT_COSTS_STATED:
    case CONTRACT_COSTS_LATE:
        break;
    }
    return 409;
}

void contract_refused(struct request *r, enum contract_no no)
{
    outcome_problem(r, status_of(no), contract_word(no), "%s", contract_no_text(no));
}

void contract_done(struct request *r, const struct hands *h, enum err e,
                   const struct problem *problem, const struct contract_result *result,
                   json_t *more)
{
    if (e == OK && result->no == CONTRACT_YES) {
        json_t *j = contract_json(gate_rules(h->gate), result->row.v, request_now(r));
        if (more != NULL)
            json_object_update(j, more);
        contract_tag(result->row.v, r->outcome.etag);
        work_reach(r, h, result->seq, REACH_MS);
        outcome_json(r, r->route->status > 0 ? r->route->status : 200, j);
    } else if (e == OK) {
        contract_refused(r, result->no);
    } else {
        outcome_failed(r, e, problem);
    }
    json_decref(more);
}

/* Bodies ------------------------------------------------------------------------------------ */

enum fault contract_fault(struct str word)
{
    if (str_eq(word, STR("agency")))
        return FAULT_AGENCY;
    return str_eq(word, STR("client")) ? FAULT_CLIENT : FAULT_NONE;
}

bool contract_good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        respond_problem(r, 400, "invalid-body",
                        "the body is not one of this route; /openapi.json has its fields", errors);
    return errors->count == 0;
}

void contract_ask_reason(const struct request *r, struct ask_errors *errors)
{
    if (contract_holds_number(ask_text(r->json, "reason", CONTRACT_REASON, false, errors)))
        ask_error(errors, "reason", "number-in-text", "a reason needs no telephone number");
}

static int64_t read_cost(const json_t *one, struct ask_errors *errors)
{
    ask_fields(one, "what amount_fen", errors);
    if (contract_holds_number(ask_some(one, "what", CONTRACT_COST_WHAT, errors)))
        ask_error(errors, "what", "number-in-text", "a cost needs no telephone number");
    return ask_count(one, "amount_fen", 1, TERMS_FEN_MAX, errors);
}

struct contract_costs contract_read_costs(const struct request *r, bool required,
                                          struct ask_errors *errors)
{
    json_t *list = json_object_get(r->json, "costs"), *one;
    struct contract_costs out = {.list = NULL};
    size_t i;
    if (list == NULL && !required)
        return out;
    const size_t count = json_array_size(list); /* 0: also of what is no list */
    if (count == 0 || count > CONTRACT_COSTS) {
        ask_error(errors, "costs", "wrong-type",
                  "\"costs\" is a list of 1 to %d {what, amount_fen}", CONTRACT_COSTS);
        return out;
    }
    json_array_foreach(list, i, one)
    {
        struct ask_errors its = {.count = 0};
        const int64_t fen = read_cost(one, &its);
        for (size_t k = 0; k < its.count && errors->count < ASK_ERRORS; k++) {
            struct ask_error *e = &errors->at[errors->count++];
            *e = its.at[k];
            snprintf(e->pointer, sizeof e->pointer, "/costs/%zu%.50s", i, its.at[k].pointer);
        }
        out.fen += fen;
    }
    out.list = list;
    return out;
}
