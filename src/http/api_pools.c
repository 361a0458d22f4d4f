/* GET /v1/pools, GET and PUT /v1/pools/settings, and what the other routes of pools share. */
#include "http/api_pools.h"

#include "gate/look_ask.h"
#include "http/fact_json.h"
#include "person/pool_view.h"

#include <limits.h>
#include <stdio.h>

enum { REACH_MS = 5000 };

struct pool_work pools_hands(const struct request *r, const struct hands *h)
{
    return (struct pool_work){.store = h->store,
                              .keys = gate_unwrap(h->gate),
                              .rules = gate_rules(h->gate),
                              .node = str_of(gate_node(h->gate)),
                              .staff = str_of(r->subject.id),
                              .at = clock_now(gate_clock(h->gate))};
}

json_t *pools_when(const struct pool_work *w, when at)
{
    return at == 0 || at == WHEN_NEVER ? json_null() : fact_json_when(w->rules, at);
}

json_t *pools_answer(const struct pool_work *w, const struct pool_answer *a)
{
    return json_pack("{s:s?, s:I, s:o, s:o}", "owner", a->owner[0] != '\0' ? a->owner : NULL,
                     "version", (json_int_t)a->version, "claimed_at", pools_when(w, a->claimed_at),
                     "returns_at", pools_when(w, a->returns_at));
}

int pools_status(enum pool_no no)
{
    switch (no) {
    case POOL_YES:
        return 200;
    case POOL_ABSENT:
        return 404;
    case POOL_CLAIMED:
    case POOL_UNCLAIMED:
        return 409;
    case POOL_LIMIT:
        return 429;
    case POOL_NO_STAFF:
        return 422;
    case POOL_SUSPENDED:
    case POOL_UNCERTIFIED:
    case POOL_FROZEN:
    case POOL_NOT_OWNER:
    case POOL_NO_POOL:
    case POOL_OTHER_STORE:
    case POOL_NOT_SHARED:
    case POOL_PROTECTED:
    case POOL_COOL_DOWN:
    case POOL_HANDS_FULL:
    case POOL_SAME_PERSON:
        return 403;
    }
    return 403;
}

static void refuse(struct request *r, const struct pool_work *w, const struct pool_answer *a)
{
    char until[WHEN_TEXT];
    const int status = pools_status(a->no);
    if (a->until == 0) {
        outcome_problem(r, status, pool_word(a->no), "%s", pool_text(a->no));
        return;
    }
    when_format(a->until, rules_offset_minutes(w->rules), until);
    outcome_problem(r, status, pool_word(a->no), "%s; until %s", pool_text(a->no), until);
    if (status == 429)
        r->outcome.retry_after_s = (int)((a->until - w->at + WHEN_SECOND - 1) / WHEN_SECOND);
}

void pools_done(struct request *r, const struct hands *h, const struct pool_work *w, enum err e,
                const struct problem *problem, const struct pool_answer *a, int status,
                json_t *json)
{
    if (e == OK && a->no == POOL_YES) {
        work_reach(r, h, a->seq, REACH_MS);
        outcome_json(r, status, json);
        return;
    }
    json_decref(json);
    if (e != OK)
        outcome_failed(r, e, problem);
    else
        refuse(r, w, a);
}

/* GET /v1/pools ----------------------------------------------------------------------------- */

struct rows {
    const struct pool_work *w;
    json_t *list;
};

static bool add_due(void *to, const struct pool_row *row)
{
    const struct rows *r = to;
    return json_array_append_new(r->list,
                                 json_pack("{s:s%, s:s%, s:s, s:o, s:o}", "person", row->person.p,
                                           row->person.n, "owner", row->owner.p, row->owner.n,
                                           "due", row->due == POOL_COPY ? "copy" : "remind",
                                           "claimed_at", pools_when(r->w, row->at), "returns_at",
                                           pools_when(r->w, row->returns_at))) == 0;
}

static bool add_plan(void *to, const struct pool_row *row)
{
    const struct rows *r = to;
    return json_array_append_new(r->list,
                                 json_pack("{s:s%, s:o}", "person", row->person.p, row->person.n,
                                           "next_at", pools_when(r->w, row->at))) == 0;
}

static bool add_return(void *to, const struct pool_return *p)
{
    const struct rows *r = to;
    return json_array_append_new(r->list, json_pack("{s:s%, s:s%, s:o, s:s%}", "person",
                                                    p->person.p, p->person.n, "alias", p->alias.p,
                                                    p->alias.n, "at", pools_when(r->w, p->at),
                                                    "why", p->why.p, p->why.n)) == 0;
}

void api_pools(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    struct pool_view v;
    struct problem problem;
    struct rows due = {&w, json_array()}, plans = {&w, json_array()}, returned = {&w, json_array()};
    enum err e = pool_view_read(&w, &v, &problem);
    if (e == OK)
        e = pool_view_due(&w, &v, add_due, &due, &problem);
    if (e == OK)
        e = pool_view_plans(&w, add_plan, &plans, &problem);
    if (e == OK)
        e = pool_view_returns(&w, add_return, &returned, &problem);
    if (e != OK) {
        json_decref(due.list);
        json_decref(plans.list);
        json_decref(returned.list);
        outcome_failed(r, e, &problem);
        return;
    }
    const int64_t *s = v.settings.value;
    const int64_t views = s[POOL_VIEWS_PER_DAY], opened = gate_files_opened(h->gate, w.staff, w.at);
    outcome_json(
        r, 200,
        json_pack("{s:s, s:{s:I, s:I, s:I}, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
                  "organisation", v.staff.organisation, "free", "store", (json_int_t)v.store,
                  "city", (json_int_t)v.city, "frozen", (json_int_t)v.frozen, "claims_left",
                  (json_int_t)v.claims_left, "claims_per_day", (json_int_t)s[POOL_CLAIMS_PER_DAY],
                  "views_left", (json_int_t)(opened < views ? views - opened : 0), "views_per_day",
                  (json_int_t)views, "held", (json_int_t)v.held, "capacity",
                  (json_int_t)s[POOL_CAPACITY], "certificate_until",
                  pools_when(&w, v.staff.certificate_until), "due", due.list, "plans", plans.list,
                  "returned", returned.list));
}

/* Settings ---------------------------------------------------------------------------------- */

static json_t *settings_json(const char *organisation, const struct pool_settings *s)
{
    json_t *all = json_object();
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        const struct pool_rule_about *a = &pool_rules[i];
        json_t *one = json_pack("{s:I, s:I, s:I, s:I, s:s, s:s}", "value", (json_int_t)s->value[i],
                                "default", (json_int_t)a->standard, "min", (json_int_t)a->min,
                                "max", (json_int_t)a->max, "unit", a->unit, "sets", a->text);
        if (json_object_set_new(all, a->key, one) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return json_pack("{s:s, s:o}", "organisation", organisation, "settings", all);
}

void api_pool_settings(struct request *r, const struct hands *h)
{
    struct pool_settings s;
    struct problem problem;
    enum err e = pool_rule_read(h->store, str_of(r->subject.organisation), &s, &problem);
    if (e == OK)
        outcome_json(r, 200, settings_json(r->subject.organisation, &s));
    else
        outcome_failed(r, e, &problem);
}

static void write_settings(struct request *r, const struct hands *h)
{
    struct value own[POOL_RULE_COUNT];
    struct problem problem;
    enum pool_rule wrong;
    int64_t seq = 0;
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        const json_t *v = json_object_get(r->json, pool_rules[i].key);
        own[i] = json_is_integer(v) ? value_int(json_integer_value(v)) : value_null();
    }
    const struct pool_work w = pools_hands(r, h);
    const struct fact_origin origin = {.node = w.node, .actor = w.staff, .at = w.at};
    enum err e = pool_rule_write(h->store, str_of(r->subject.organisation), own, &origin, &wrong,
                                 &seq, &problem);
    if (e == OK)
        api_pool_settings(r, h);
    else if (e == ERR_INVALID)
        outcome_problem(r, 422, "setting-out-of-bounds", "%.190s", problem.text);
    else
        outcome_failed(r, e, &problem);
}

void api_set_pool_settings(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const char *key;
    json_t *value;
    if (!json_is_object(r->json))
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    json_object_foreach(r->json, key, value)
    {
        int i = 0;
        while (i < POOL_RULE_COUNT && strcmp(pool_rules[i].key, key) != 0)
            i++;
        if (i == POOL_RULE_COUNT)
            ask_error(&errors, key, "unknown-field", "\"%.60s\" is no setting of pools", key);
        else if (!json_is_integer(value) && !json_is_null(value))
            ask_error(&errors, key, "wrong-type",
                      "\"%s\" is a whole number, or null for what is "
                      "in force without it",
                      key);
    }
    if (errors.count == 0)
        request_work(r, write_settings);
    else
        respond_problem(r, 400, "invalid-settings",
                        "GET /v1/pools/settings shows the settings with their bounds", &errors);
}
