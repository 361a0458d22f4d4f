/*
 * POST, GET /v1/bindings, GET, DELETE /v1/bindings/{id}: staff ask to ring a member by a
 * relay number, and see what they have. GET /v1/me/bindings, DELETE …/{id}: she sees which
 * numbers ring hers, and ends one. A relay number is all that either reads.
 */
#include "gate/relay.h"
#include "http/api_pools.h"
#include "http/fact_json.h"
#include "http/me_json.h"

#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 5000, CALL_MOST_S = 86400, WAIT_S = 60 };

/* Why it ended. What the member wants is one word to staff, as where they ask. */
static json_t *why(const struct value *row, bool hers)
{
    const struct str word = fact_text(&row[BINDING_WHY]);
    const bool wish =
        str_eq(word, STR("refused")) || str_eq(word, STR("frozen")) || str_eq(word, STR("erased"));
    return wish && !hers ? json_string("do-not-call") : fact_json_text(&row[BINDING_WHY]);
}

static json_t *describe(const struct rules *rules, const struct value *row, when now, bool hers)
{
    const char *state = binding_state(row, now);
    const bool open = strcmp(state, "open") == 0;
    char relay[NUMBER_TEXT];
    number_format(rules_plan(rules), (number)row[BINDING_RELAY].i, relay);
    json_t *j = json_pack("{s:s%, s:s, s:s%, s:s%, s:o, s:o}", "id", row[BINDING_ID].s.p,
                          row[BINDING_ID].s.n, "state", state, "person", row[BINDING_PERSON].s.p,
                          row[BINDING_PERSON].s.n, "purpose", row[BINDING_PURPOSE].s.p,
                          row[BINDING_PURPOSE].s.n, "opened_at",
                          fact_json_time(rules, &row[BINDING_OPENED_AT]), "expires_at",
                          fact_json_time(rules, &row[BINDING_EXPIRES_AT]));
    bool whole = j != NULL;
    if (whole && open)
        whole = json_object_set_new(j, "dial",
                                    json_pack("{s:s, s:s}", "type", "relay", "number", relay)) == 0;
    if (whole && hers)
        whole =
            json_object_set_new(j, "relay", json_string(relay)) == 0 &&
            json_object_set_new(j, "organisation", fact_json_text(&row[BINDING_ORGANISATION])) == 0;
    if (whole && !hers)
        whole = json_object_set_new(j, "staff", fact_json_text(&row[BINDING_STAFF])) == 0 &&
                json_object_set_new(j, "record", fact_json_text(&row[BINDING_RECORD])) == 0;
    if (whole && row[BINDING_MAX_CALL_S].type == VALUE_INT)
        whole = json_object_set_new(j, "max_call_seconds",
                                    json_integer(row[BINDING_MAX_CALL_S].i)) == 0;
    if (whole && row[BINDING_CLOSED_AT].type == VALUE_INT)
        whole = json_object_set_new(j, "closed_at",
                                    fact_json_time(rules, &row[BINDING_CLOSED_AT])) == 0 &&
                json_object_set_new(j, "why", why(row, hers)) == 0;
    if (whole)
        return j;
    json_decref(j);
    return NULL;
}

/* Asking ------------------------------------------------------------------------------------- */

static void retry_at(struct request *r, when again, when now)
{
    const int64_t s = (again - now + WHEN_SECOND - 1) / WHEN_SECOND;
    r->outcome.retry_after_s = again > now && s < INT32_MAX ? (int)s : WAIT_S;
}

static void refuse(struct request *r, const struct hands *h, const struct relay_opened *o, when now)
{
    char record[RECORD_ID];
    const enum check check = o->answer.verdict.check;
    switch (o->no) {
    case RELAY_YES:
        break;
    case RELAY_REFUSED:
        ledger_record_id(gate_ledger(h->gate), o->answer.record, record);
        outcome_problem(r, 403, ask_reason(check, ASK_ORGANISATION),
                        "the gate refuses such a call at this moment; record %s", record);
        break;
    case RELAY_ALREADY:
        if (strcmp(o->binding.staff, r->subject.id) == 0)
            outcome_problem(r, 409, "already-open", "one is open between you: %s", o->binding.id);
        else
            outcome_problem(r, 409, "already-open", "a colleague has one open with this member");
        break;
    case RELAY_LIMIT:
        outcome_problem(r, 429, "binding-limit", "no more for you today");
        retry_at(r, o->binding.again, now);
        break;
    case RELAY_NO_NUMBER:
        outcome_problem(r, 503, "no-relay-number",
                        "no number of your relay line is free and rested for the two of you");
        retry_at(r, o->binding.again, now);
        break;
    case RELAY_NO_ANSWERING:
        outcome_problem(r, 409, "no-answering-number",
                        "your organisation has no number of its own on an active line, which her "
                        "call-back could ring");
        break;
    case RELAY_UNRECORDED:
        outcome_problem(r, 503, "not-recorded", "the verdict has no record; try again");
        retry_at(r, 0, now);
        break;
    }
}

static enum err read_row(struct store *s, struct str id, struct fact_row *row,
                         struct problem *problem)
{
    const struct value key[BINDING_COLUMNS] = {[BINDING_ID] = value_text(id)};
    return fact_find(s, &binding_kind, key, row, problem);
}

static void open_one(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct ask_errors seen = {.count = 0}; /* the handler has seen them */
    const struct rules *rules = gate_rules(h->gate);
    const struct pool_work w = pools_hands(r, h);
    const struct fact_origin origin = work_origin(r, h);
    const struct relay_request ask = {
        .staff = str_of(r->subject.id),
        .person = ask_text(r->json, "person", ID_BYTES, true, &seen),
        .purpose = ask_text(r->json, "purpose", ID_BYTES, true, &seen),
        .at = origin.at,
        .until =
            origin.at + json_integer_value(json_object_get(r->json, "expires_in")) * WHEN_SECOND,
        .max_call_s = json_integer_value(json_object_get(r->json, "max_call_seconds")),
    };
    const struct purpose_rule *purpose = rules_purpose(rules, ask.purpose);
    struct fact_row row;
    struct relay_opened o;
    bool there;
    if (purpose == NULL || !(purpose->what >> CATEGORY_CONTACT & 1)) {
        outcome_problem(r, 422, "purpose-unknown", "no purpose for which members are rung");
        return;
    }
    enum err e = pool_member_read(&w, ask.person, r->subject.organisation, &row, &there, &problem);
    if (e == OK && !there) {
        outcome_problem(r, 404, "not-found", "there is no such member of yours");
        return;
    }
    if (e == OK)
        e = gate_relay_open(h->gate, h->store, &ask, &origin, &o, &problem);
    if (e == OK && o.no != RELAY_YES) {
        refuse(r, h, &o, ask.at);
        return;
    }
    if (e == OK)
        e = read_row(h->store, str_of(o.binding.id), &row, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    work_reach(r, h, o.binding.seq, REACH_MS);
    outcome_json(r, 201, describe(rules, row.v, ask.at, false));
}

/* 422 where the words are known and what they say is not to be had. */
static bool unmet(struct request *r)
{
    const struct rules *rules = gate_rules(request_gate(r));
    const json_t *expires = json_object_get(r->json, "expires_in");
    const json_t *recording = json_object_get(r->json, "recording");
    const int64_t least = rules_limit_time(rules, LIMIT_RELAY_LEAST, 60);
    const int64_t most = rules_limit_time(rules, LIMIT_RELAY_MOST, CALL_MOST_S);
    if (!json_is_integer(expires) || json_integer_value(expires) < least ||
        json_integer_value(expires) > most)
        respond_problem(r, 422, "expires-in",
                        "\"expires_in\" says for how many seconds: from 60 to 86400", NULL);
    else if (json_is_string(recording) && strcmp(json_string_value(recording), "off") != 0)
        respond_problem(r, 422, "recording",
                        "calls are not recorded: only \"off\" can be agreed to", NULL);
    else
        return false;
    return true;
}

void api_bind(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (json_is_object(r->json))
        ask_fields(r->json, "person purpose expires_in max_call_seconds recording", &errors);
    else
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    ask_some(r->json, "person", ID_BYTES, &errors);
    ask_some(r->json, "purpose", ID_BYTES, &errors);
    ask_text(r->json, "recording", ID_BYTES, false, &errors);
    if (json_object_get(r->json, "max_call_seconds") != NULL)
        ask_count(r->json, "max_call_seconds", 1, CALL_MOST_S, &errors);
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-binding",
                        "the body is not one of this route; /openapi.json has its fields", &errors);
    else if (!unmet(r))
        request_work(r, open_one);
}

/* What staff have ---------------------------------------------------------------------------- */

struct rows {
    const struct rules *rules;
    when now;
    bool hers;
    json_t *list;
};

static bool add(void *to, const struct value *row)
{
    const struct rows *x = to;
    return json_array_append_new(x->list, describe(x->rules, row, x->now, x->hers)) == 0;
}

/* Those above see what their colleagues have. */
static bool sees_all(const struct request *r)
{
    return r->subject.role == ROLE_MANAGER || r->subject.role == ROLE_COMPLIANCE;
}

static void answer_list(struct request *r, enum err e, struct rows *x, const struct problem *why)
{
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "bindings", x->list));
        return;
    }
    json_decref(x->list);
    outcome_failed(r, e, why);
}

void api_bindings(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct rows x = {gate_rules(h->gate), request_now(r), false, json_array()};
    const struct binding_which which = {.organisation = str_of(r->subject.organisation),
                                        .staff = str_of(sees_all(r) ? "" : r->subject.id)};
    answer_list(r, binding_list(h->store, &which, BINDINGS_LISTED, add, &x, &problem), &x,
                &problem);
}

/* The row, if it concerns who asks; to others it is not there. ERR_NOT_FOUND. */
static enum err read_own(const struct request *r, const struct hands *h, struct fact_row *row,
                         struct problem *problem)
{
    char entity[TEXT_MAX + 1];
    enum err e = read_row(h->store, r->param, row, problem);
    if (e == OK)
        e = binding_entity(h->store, str_of(r->subject.organisation), entity, problem);
    if (e == OK &&
        (!str_eq(fact_text(&row->v[BINDING_ORGANISATION]), str_of(entity)) ||
         (!sees_all(r) && !str_eq(fact_text(&row->v[BINDING_STAFF]), str_of(r->subject.id)))))
        e = ERR_NOT_FOUND;
    return e;
}

static void answer_one(struct request *r, const struct hands *h, enum err e,
                       const struct fact_row *row, bool hers, const struct problem *problem)
{
    if (e == ERR_NOT_FOUND)
        outcome_problem(r, 404, "not-found", "there is no such binding of yours");
    else if (e != OK)
        outcome_failed(r, e, problem);
    else
        outcome_json(r, 200, describe(gate_rules(h->gate), row->v, request_now(r), hers));
}

void api_binding(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    answer_one(r, h, read_own(r, h, &row, &problem), &row, false, &problem);
}

/* `row` gets how it stands then; one that has ended stays as it is. */
static enum err end(struct request *r, const struct hands *h, struct fact_row *row,
                    struct problem *problem)
{
    const struct fact_origin origin = work_origin(r, h);
    const struct binding_which which = {.id = r->param};
    unsigned ended;
    int64_t seq = 0;
    enum err e = store_begin(h->store, problem);
    if (e != OK)
        return e;
    e = binding_end(h->store, &which, "closed", &origin, &ended, &seq, problem);
    e = store_end(h->store, e, problem);
    if (e == OK)
        work_reach(r, h, seq, REACH_MS);
    return e == OK ? read_row(h->store, r->param, row, problem) : e;
}

void api_unbind(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    enum err e = read_own(r, h, &row, &problem);
    if (e == OK)
        e = end(r, h, &row, &problem);
    answer_one(r, h, e, &row, false, &problem);
}

/* Hers --------------------------------------------------------------------------------------- */

json_t *me_bindings(struct request *r, const struct hands *h, const struct self *self, size_t most,
                    struct problem *problem)
{
    struct rows x = {gate_rules(h->gate), request_now(r), true, json_array()};
    enum err e = x.list != NULL ? OK : ERR_MEMORY;
    for (size_t i = 0; e == OK && i < self->count; i++) {
        const struct binding_which which = {.person = str_of(self->id[i])};
        e = binding_list(h->store, &which, most, add, &x, problem);
    }
    if (e == OK)
        return x.list;
    json_decref(x.list);
    return NULL;
}

void api_my_bindings(struct request *r, const struct hands *h)
{
    struct problem problem = {.code = ERR_MEMORY, .text = "out of memory"};
    struct self *self = malloc(sizeof *self);
    if (self != NULL && !me_read(r, h, self)) {
        free(self);
        return;
    }
    json_t *list = self != NULL ? me_bindings(r, h, self, BINDINGS_LISTED, &problem) : NULL;
    if (list != NULL)
        outcome_json(r, 200, json_pack("{s:o}", "bindings", list));
    else
        outcome_failed(r, problem.code, &problem);
    free(self);
}

void api_my_unbind(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    struct self *self = malloc(sizeof *self);
    enum err e = self != NULL ? OK : ERR_MEMORY;
    if (self != NULL && !me_read(r, h, self)) {
        free(self);
        return;
    }
    if (e == OK)
        e = read_row(h->store, r->param, &row, &problem);
    if (e == OK && !self_is(self, fact_text(&row.v[BINDING_PERSON])))
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = end(r, h, &row, &problem);
    answer_one(r, h, e, &row, true, &problem);
    free(self);
}
