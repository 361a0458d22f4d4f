/* GET, POST /v1/bars, DELETE /v1/bars/{id}: who may not be certified, and why. */
#include "http/staff_view.h"
#include "registry/bar.h"

enum { REACH_MS = 5000, DOCUMENT = 200 };

static json_t *bar_json(const struct hands *h, const struct value *v)
{
    const struct rules *rules = gate_rules(h->gate);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&v[BAR_ID]),
                     "practitioner", fact_json_text(&v[BAR_PRACTITIONER]), "ground",
                     fact_json_text(&v[BAR_GROUND]), "from", fact_json_time(rules, &v[BAR_FROM]),
                     "until", fact_json_time(rules, &v[BAR_UNTIL]), "by",
                     fact_json_text(&v[BAR_BY]), "document", fact_json_text(&v[BAR_DOCUMENT]),
                     "status", fact_json_text(&v[BAR_STATUS]));
}

struct listing {
    const struct hands *hands;
    json_t *list;
};

static bool add(void *to, const struct value *v)
{
    const struct listing *l = to;
    return json_array_append_new(l->list, bar_json(l->hands, v)) == 0;
}

void api_bars(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct listing l = {h, json_array()};
    enum err e = bar_list(h->store, add, &l, &problem);
    if (!e) {
        outcome_json(r, 200, json_pack("{s:o}", "bars", l.list));
        return;
    }
    json_decref(l.list);
    outcome_failed(r, e, &problem);
}

static void answer(struct request *r, const struct hands *h, enum err e, int status, struct str id,
                   int64_t seq, struct problem *problem)
{
    const struct value key[BAR_COLUMNS] = {[BAR_ID] = value_text(id)};
    struct fact_row row;
    if (!e)
        e = fact_find(h->store, &bar_kind, key, &row, problem);
    if (e) {
        staff_refuse(r, e, problem);
        return;
    }
    work_reach(r, h, seq, REACH_MS);
    outcome_json(r, status, bar_json(h, row.v));
}

void api_bar_put(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    const struct fact_origin origin = work_origin(r, h);
    struct bar_terms t = {.until = WHEN_NEVER};
    char id[FRESH_ID] = "";
    when until = 0;
    int64_t seq = 0;
    if (ask_object(r->json, "practitioner ground document until", &errors)) {
        t.practitioner = ask_some(r->json, "practitioner", ID_BYTES, &errors);
        t.ground = ask_word(r->json, "ground", BAR_GROUNDS, true, &errors);
        t.document = ask_some(r->json, "document", DOCUMENT, &errors);
        until = ask_when(r->json, "until", false, &errors);
    }
    if (errors.count > 0) {
        outcome_problem(r, 400, "invalid-bar", "%s", errors.at[0].detail);
        return;
    }
    t.until = until != 0 ? until : WHEN_NEVER;
    if (t.until <= origin.at) {
        outcome_problem(r, 422, "in-the-past", "a bar ends later than now, or without `until`");
        return;
    }
    enum err e = bar_put(h->store, &t, &origin, id, &seq, &problem);
    if (e == ERR_NOT_FOUND)
        outcome_problem(r, 422, "unknown-practitioner", "nobody's documents were seen by that id");
    else
        answer(r, h, e, 201, str_of(id), seq, &problem);
}

void api_bar_lift(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct fact_origin origin = work_origin(r, h);
    int64_t seq = 0;
    enum err e = bar_lift(h->store, r->param, &origin, &seq, &problem);
    if (e == ERR_REFUSED)
        outcome_problem(r, 409, "own-human", "%s", problem.text);
    else
        answer(r, h, e, 200, r->param, seq, &problem);
}
