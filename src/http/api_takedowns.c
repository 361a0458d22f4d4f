/*
 * GET and POST /v1/takedowns, POST /v1/takedowns/{id}/answer, POST /v1/takedowns/sightings: what
 * an authority has a platform take down, and that it has come back.
 */
#include "desk/clock.h"
#include "desk/takedown.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"

enum { LISTED = 200, GROUND = 64, EVIDENCE = 7 + 64 };

static json_t *takedown_json(const struct rules *rules, const struct value *row, when at)
{
    const bool open = row[TAKEDOWN_DUE].i <= at &&
                      !str_eq(fact_text(&row[TAKEDOWN_STATUS]), STR("removed")) &&
                      !str_eq(fact_text(&row[TAKEDOWN_STATUS]), STR("refused"));
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:I}",
        "id", fact_json_text(&row[TAKEDOWN_ID]), "kind", fact_json_text(&row[TAKEDOWN_KIND]),
        "artefact", fact_json_text(&row[TAKEDOWN_ARTEFACT]), "url",
        fact_json_text(&row[TAKEDOWN_URL]), "platform", fact_json_text(&row[TAKEDOWN_PLATFORM]),
        "ground", fact_json_text(&row[TAKEDOWN_GROUND]), "ordered_by",
        fact_json_text(&row[TAKEDOWN_ORDERED_BY]), "ordered_at",
        fact_json_time(rules, &row[TAKEDOWN_ORDERED_AT]), "due",
        fact_json_time(rules, &row[TAKEDOWN_DUE]), "overdue", open, "status",
        fact_json_text(&row[TAKEDOWN_STATUS]), "receipt", fact_json_text(&row[TAKEDOWN_RECEIPT]),
        "proof", fact_json_text(&row[TAKEDOWN_PROOF]), "reason",
        fact_json_text(&row[TAKEDOWN_REASON]), "seen_at",
        fact_json_time(rules, &row[TAKEDOWN_SEEN_AT]), "seen_url",
        fact_json_text(&row[TAKEDOWN_SEEN_URL]), "sightings",
        (json_int_t)row[TAKEDOWN_SIGHTINGS].i);
}

static struct str read_hash(const struct request *r, const char *name, bool required,
                            const struct rules *rules, struct fact_scratch *scratch,
                            struct ask_errors *errors)
{
    const struct column evidence = {.name = name, .type = COLUMN_EVIDENCE};
    const struct str text = ask_text(r->json, name, EVIDENCE, required, errors);
    struct problem problem = {.text = ""};
    struct value v = value_null();
    if (text.n > 0 && fact_parse(rules, &evidence, text, scratch, &v, &problem) != OK)
        ask_error(errors, name, "wrong-type", "%s", problem.text);
    return fact_text(&v);
}

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-takedown", "%s", errors->at[0].detail);
    return errors->count == 0;
}

/* The takedown as it is now. */
static void answer(struct request *r, const struct hands *h, const struct desk_work *w, enum err e,
                   const struct desk_no *no, int64_t seq, int status, struct str id,
                   struct problem *problem)
{
    struct fact_row row;
    json_t *json = NULL;
    if (e == OK && no->why == DESK_YES)
        e = fact_first(w->store, &takedown_kind, value_text(id), &row, problem);
    if (e == OK && no->why == DESK_YES)
        json = takedown_json(w->rules, row.v, w->at);
    desk_answer(r, h, e, problem, no, seq, status, json);
}

void api_takedown_order(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct takedown_terms t = {.id = ""};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct fact_scratch scratch;
    struct desk_no no;
    int64_t seq = 0;
    if (ask_object(r->json, "kind artefact url platform ground", &errors)) {
        t.kind = ask_word(r->json, "kind", TAKEDOWN_KINDS, true, &errors);
        t.artefact = read_hash(r, "artefact", false, w.rules, &scratch, &errors);
        t.url = ask_some(r->json, "url", TAKEDOWN_URL_MAX, &errors);
        t.platform = ask_some(r->json, "platform", ID_BYTES, &errors);
        t.ground = ask_some(r->json, "ground", GROUND, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, takedown_order, &t, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 201, str_of(t.id), &problem);
}

void api_takedown_answer(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct takedown_act a = {.id = r->param};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct fact_scratch scratch;
    struct desk_no no;
    int64_t seq = 0;
    if (ask_object(r->json, "act text proof", &errors)) {
        a.act = ask_word(r->json, "act", TAKEDOWN_ACTS, true, &errors);
        a.text = str_trim(ask_text(r->json, "text", TAKEDOWN_TEXT, false, &errors));
        a.proof = read_hash(r, "proof", false, w.rules, &scratch, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, takedown_answer, &a, &no, &seq, &problem);
    answer(r, h, &w, e, &no, seq, 200, r->param, &problem);
}

void api_takedown_seen(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct takedown_sighting s = {.matches = 0};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct fact_scratch scratch;
    struct desk_no no;
    int64_t seq = 0;
    if (ask_object(r->json, "artefact url", &errors)) {
        s.artefact = read_hash(r, "artefact", true, w.rules, &scratch, &errors);
        s.url = ask_some(r->json, "url", TAKEDOWN_URL_MAX, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = desk_do(&w, takedown_seen, &s, &no, &seq, &problem);
    desk_answer(r, h, e, &problem, &no, seq, 201,
                json_pack("{s:I, s:I}", "matches", (json_int_t)s.matches, "reappeared",
                          (json_int_t)s.reappeared));
}

struct listing {
    const struct desk_work *w;
    json_t *list;
};

static bool add(void *to, const struct value *row)
{
    const struct listing *l = to;
    return json_array_append_new(l->list, takedown_json(l->w->rules, row, l->w->at)) == 0;
}

void api_takedowns(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct listing l = {&w, json_array()};
    struct problem problem = {.text = ""};
    const struct desk_no no = {.why = DESK_YES};
    enum err e = takedown_list(&w, LISTED, add, &l, &problem);
    desk_answer(r, h, e, &problem, &no, 0, 200, json_pack("{s:o}", "takedowns", l.list));
}
