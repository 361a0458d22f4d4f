/*
 * Dispatches: GET, POST /v1/dispatches, GET /v1/dispatches/{id}, POST …/accept, …/return,
 * …/answer, …/dispute, …/designate; GET /v1/dispatches/routes.
 */
#include "desk/clock.h"
#include "desk/dispatch.h"
#include "http/desk.h"
#include "http/dispatch_body.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "person/vault.h"

enum { PAGE = 100 };

/* One ----------------------------------------------------------------------------------------- */

static enum err add_text(const struct desk_work *w, struct str id, const char *name, json_t *to,
                         struct problem *problem)
{
    struct buf text;
    buf_init(&text, DISPATCH_NOTE);
    enum err e = desk_text_get(w, id, name, &text, problem);
    if (e == OK || e == ERR_NOT_FOUND)
        json_object_set_new(to, name,
                            e == OK ? json_stringn((const char *)text.p, text.n) : json_null());
    vault_wipe(&text);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* With the state of its clock, and the end of a dispute. */
static enum err dispatch_json(const struct desk_work *w, const struct value *v, bool texts,
                              json_t **out, struct problem *problem)
{
    const struct rules *r = w->rules;
    const struct str id = v[DISPATCH_ID].s;
    struct fact_row clock, dispute;
    bool disputed = str_eq(v[DISPATCH_STATUS].s, STR("disputed"));
    enum err e = clock_find(w->store, id, DISPATCH_CLOCK, &clock, problem);
    if (e == OK && disputed)
        e = clock_find(w->store, id, DISPUTE_CLOCK, &dispute, problem);
    if (e != OK)
        return e;
    *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:o}", "id",
        fact_json_text(&v[DISPATCH_ID]), "case", fact_json_text(&v[DISPATCH_CASE]), "matters",
        fact_json_list(v[DISPATCH_MATTERS].s), "department",
        fact_json_text(&v[DISPATCH_DEPARTMENT]), "organisation",
        fact_json_text(&v[DISPATCH_ORGANISATION]), "by", fact_json_text(&v[DISPATCH_BY]), "sent_at",
        fact_json_time(r, &v[DISPATCH_SENT_AT]), "follows", fact_json_text(&v[DISPATCH_FOLLOWS]),
        "bound", str_eq(v[DISPATCH_BOUND].s, STR("yes")), "status",
        fact_json_text(&v[DISPATCH_STATUS]), "status_at", fact_json_time(r, &v[DISPATCH_STATUS_AT]),
        "ground", fact_json_text(&v[DISPATCH_GROUND]), "designated",
        fact_json_text(&v[DISPATCH_DESIGNATED]), "due", fact_json_time(r, &clock.v[CLOCK_DUE]),
        "clock", clock_state(clock.v, w->at), "dispute_until",
        disputed ? fact_json_time(r, &dispute.v[CLOCK_DUE]) : json_null());
    if (*out == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    if (texts)
        e = add_text(w, id, "note", *out, problem);
    return e == OK && texts ? add_text(w, id, "reply", *out, problem) : e;
}

static enum err read_one(const struct desk_work *w, struct str id, bool texts, json_t **out,
                         struct desk_no *no, struct problem *problem)
{
    struct fact_row row;
    enum err e = dispatch_read(w, id, &row, no, problem);
    return e == OK && no->why == DESK_YES ? dispatch_json(w, row.v, texts, out, problem) : e;
}

void api_dispatch(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    json_t *json = NULL;
    enum err e = read_one(&w, r->param, true, &json, &no, &problem);
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
}

/* A list -------------------------------------------------------------------------------------- */

struct page {
    size_t count;
    char id[PAGE + 1][ID_BYTES + 1];
};

static bool take(void *to, struct str id)
{
    struct page *p = to;
    p->count += str_copy(id, p->id[p->count], sizeof p->id[0]);
    return p->count <= PAGE;
}

/* Those of them that who asks may see: of others' disputes only the superior's. */
static enum err add_all(const struct desk_work *w, const struct page *p, json_t *list,
                        struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < p->count && i < PAGE && e == OK; i++) {
        struct desk_no no = {.why = DESK_YES};
        json_t *one = NULL;
        e = read_one(w, str_of(p->id[i]), false, &one, &no, problem);
        if (e == OK && one != NULL && json_array_append(list, one) != 0)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
        json_decref(one);
    }
    return e;
}

void api_dispatches(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct dispatch_query q = {.of = query_text(&r->query, "case"),
                                     .status = query_text(&r->query, "status"),
                                     .after = query_text(&r->query, "cursor"),
                                     .limit = PAGE + 1};
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    struct page p = {.count = 0};
    json_t *list = json_array();
    enum err e = dispatch_list(&w, &q, take, &p, &problem);
    if (e == OK)
        e = add_all(&w, &p, list, &problem);
    desk_answer(r, h, e, &problem, &no, 0, 200,
                json_pack("{s:o, s:s?}", "dispatches", list, "next",
                          p.count > PAGE ? p.id[PAGE - 1] : NULL));
}

/* Where a matter would go --------------------------------------------------------------------- */

void api_dispatch_routes(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const unsigned matters = matters_of(query_text(&r->query, "matters"));
    const struct rule_route *out[RECIPIENTS];
    const size_t n = recipients(w.rules, matters, query_text(&r->query, "sector"), w.at, out);
    json_t *list = json_array();
    if (matters == 0) {
        json_decref(list);
        outcome_problem(r, 400, "unknown-matter",
                        "`matters` names, separated by \";\": crime personal-information telecom "
                        "sector consumer");
        return;
    }
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:{s:s, s:s}, s:s, s:s}", "department",
                                        out[i]->to, "matter", matter_name(out[i]->matter), "name",
                                        "zh", out[i]->department_zh, "en", out[i]->department_en,
                                        "rule", out[i]->about.id, "basis", out[i]->about.citation));
    outcome_json(r, 200, json_pack("{s:o}", "routes", list));
}

/* Sending ------------------------------------------------------------------------------------- */

void api_dispatch_send(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct dispatch_sending s = {.matters = 0};
    struct desk_no no;
    int64_t seq = 0;
    json_t *list = json_array();
    if (ask_object(r->json, "case matters to follows note", &errors)) {
        s.of = ask_text(r->json, "case", ID_BYTES, true, &errors);
        s.note = ask_text(r->json, "note", DISPATCH_NOTE, false, &errors);
        s.follows = ask_text(r->json, "follows", ID_BYTES, false, &errors);
        dispatch_body_matters(r->json, &s, &errors);
        dispatch_body_to(r->json, &s, &errors);
    }
    if (errors.count > 0) {
        json_decref(list);
        outcome_errors(r, 400, "invalid-dispatch", &errors);
        return;
    }
    enum err e = desk_do(&w, dispatch_send, &s, &no, &seq, &problem);
    for (size_t i = 0; e == OK && no.why == DESK_YES && i < s.count; i++) {
        json_t *one = NULL;
        e = read_one(&w, str_of(s.id[i]), false, &one, &no, &problem);
        json_array_append_new(list, one);
    }
    desk_answer(r, h, e, &problem, &no, seq, 201,
                json_pack("{s:o, s:n}", "dispatches", list, "next"));
}

/* What becomes of it -------------------------------------------------------------------------- */

static void act(struct request *r, const struct hands *h, desk_step *step, const char *fields)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct dispatch_doing d = {.id = r->param};
    struct desk_no no;
    int64_t seq = 0;
    json_t *json = NULL;
    if (r->json != NULL && ask_object(r->json, fields, &errors)) {
        d.ground = ask_text(r->json, "ground", 40, false, &errors);
        d.text = ask_text(r->json, "text", DISPATCH_NOTE, false, &errors);
        d.organisation = ask_text(r->json, "organisation", ID_BYTES, false, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 400, "invalid-dispatch", &errors);
        return;
    }
    enum err e = desk_do(&w, step, &d, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES) {
        struct fact_row row;
        e = fact_first(w.store, &dispatch_kind, value_text(d.id), &row, &problem);
        if (e == OK)
            e = dispatch_json(&w, row.v, false, &json, &problem);
    }
    desk_answer(r, h, e, &problem, &no, seq, 200, json);
}

void api_dispatch_accept(struct request *r, const struct hands *h)
{
    act(r, h, dispatch_accept, "text");
}

void api_dispatch_return(struct request *r, const struct hands *h)
{
    act(r, h, dispatch_return, "ground text");
}

void api_dispatch_answer(struct request *r, const struct hands *h)
{
    act(r, h, dispatch_answer, "text");
}

void api_dispatch_dispute(struct request *r, const struct hands *h)
{
    act(r, h, dispatch_dispute, "text");
}

void api_dispatch_designate(struct request *r, const struct hands *h)
{
    act(r, h, dispatch_designate, "organisation text");
}
