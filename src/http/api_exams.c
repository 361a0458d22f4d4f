/*
 * GET, POST /v1/exams, GET /v1/exams/{id}, POST …/candidates, GET …/results: sittings, who is
 * registered, and how they did.
 */
#include "http/api_exams.h"

#include "http/fact_json.h"

#include <stdlib.h>

enum { LISTED = 100, NAME = 120, ID_NUMBER = 20, DATE = 10 };

/* Shared --------------------------------------------------------------------------------------- */

struct exam_work exams_work(const struct request *r, const struct hands *h)
{
    return (struct exam_work){.store = h->store,
                              .key = request_account_key(r),
                              .rules = gate_rules(h->gate),
                              .origin = work_origin(r, h)};
}

void exams_failed(struct request *r, enum err e, const char *code, const struct problem *problem)
{
    if (e == ERR_INVALID)
        outcome_problem(r, 400, code, "%.190s", problem->text);
    else if (e == ERR_NOT_FOUND)
        outcome_problem(r, 404, "not-found", "%.190s", problem->text);
    else if (e == ERR_CONFLICT)
        outcome_problem(r, 409, "conflict", "%.190s", problem->text);
    else if (e == ERR_LIMIT)
        outcome_problem(r, 409, "bank-too-small", "%.190s", problem->text);
    else
        outcome_failed(r, e, problem);
}

bool exams_good(struct request *r, const char *fields, const char *code, struct ask_errors *errors)
{
    ask_object(r->json, fields, errors);
    if (errors->count > 0)
        outcome_problem(r, 400, code, "%s", errors->at[0].detail);
    return errors->count == 0;
}

static json_t *count_json(const struct value *v)
{
    return v->type == VALUE_INT ? json_integer(v->i) : json_null();
}

json_t *exams_paper(const struct hands *h, const struct value *p)
{
    const struct rules *rules = gate_rules(h->gate);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&p[PAPER_ID]),
                     "registered_at", fact_json_time(rules, &p[PAPER_REGISTERED_AT]), "started_at",
                     fact_json_time(rules, &p[PAPER_STARTED_AT]), "ends_at",
                     fact_json_time(rules, &p[PAPER_ENDS_AT]), "handed_in_at",
                     fact_json_time(rules, &p[PAPER_HANDED_IN_AT]), "how",
                     fact_json_text(&p[PAPER_HOW]), "score", count_json(&p[PAPER_SCORE]), "passed",
                     p[PAPER_PASSED].type == VALUE_INT ? json_boolean(p[PAPER_PASSED].i == 1)
                                                       : json_null());
}

/* An exam, her own paper in it, and what is annulled. */
static enum err exam_json(const struct request *r, const struct hands *h, const struct value *x,
                          json_t **out, struct problem *problem)
{
    const struct rules *rules = gate_rules(h->gate);
    struct fact_row paper;
    json_t *annulled = NULL;
    enum err e = ERR_NOT_FOUND;
    *out = NULL;
    if (r->subject.role != ROLE_EXAMINER)
        e = paper_of(h->store, fact_text(&x[EXAM_ID]), str_of(r->subject.id), &paper, problem);
    const bool sits = e == OK;
    if (e == OK || e == ERR_NOT_FOUND)
        e = exams_annulled(r, h, fact_text(&x[EXAM_ID]), &annulled, problem);
    if (e != OK)
        return e;
    *out = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:s, s:o, s:o}", "id",
        fact_json_text(&x[EXAM_ID]), "organisation", fact_json_text(&x[EXAM_ORGANISATION]),
        "course", fact_json_text(&x[EXAM_COURSE]), "from", fact_json_time(rules, &x[EXAM_FROM]),
        "until", fact_json_time(rules, &x[EXAM_UNTIL]), "minutes", (json_int_t)x[EXAM_MINUTES].i,
        "questions", (json_int_t)x[EXAM_QUESTIONS].i, "pass", (json_int_t)x[EXAM_PASS].i, "seats",
        (json_int_t)x[EXAM_SEATS].i, "state", exam_state(x, clock_now(gate_clock(h->gate))),
        "annulled", annulled, "paper", sits ? exams_paper(h, paper.v) : json_null());
    return OK;
}

/* An examiner sees what her association sets; others all that are not over, and their own. */
static bool hers(const struct request *r, const struct value *x)
{
    return r->subject.role != ROLE_EXAMINER ||
           str_eq(fact_text(&x[EXAM_ORGANISATION]), str_of(r->subject.organisation));
}

/* Sittings ------------------------------------------------------------------------------------- */

struct rows {
    struct ids {
        size_t count;
        char id[LISTED][FRESH_ID];
    } ids;
    json_t *list;
};

static bool take_id(void *to, const struct value *row)
{
    struct ids *ids = to;
    ids->count += str_copy(fact_text(&row[EXAM_ID]), ids->id[ids->count], FRESH_ID);
    return ids->count < LISTED;
}

void api_exams(struct request *r, const struct hands *h)
{
    const struct exam_work w = exams_work(r, h);
    const bool examiner = r->subject.role == ROLE_EXAMINER;
    struct rows rows = {.list = json_array()};
    json_t *one;
    struct fact_row row;
    struct problem problem;
    enum err e = exam_list(h->store, examiner ? str_of(r->subject.organisation) : STR(""),
                           examiner ? 0 : w.origin.at, LISTED, take_id, &rows.ids, &problem);
    for (size_t i = 0; e == OK && i < rows.ids.count; i++) {
        e = exam_find(h->store, str_of(rows.ids.id[i]), &row, &problem);
        if (e == OK)
            e = exam_json(r, h, row.v, &one, &problem);
        if (e == OK)
            json_array_append_new(rows.list, one);
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "exams", rows.list));
        return;
    }
    json_decref(rows.list);
    outcome_failed(r, e, &problem);
}

static void answer(struct request *r, const struct hands *h, struct str id, int status)
{
    struct fact_row row;
    json_t *json;
    struct problem problem;
    enum err e = exam_find(h->store, id, &row, &problem);
    if (e == OK && !hers(r, row.v))
        e = problem_set(&problem, ERR_NOT_FOUND, "no such exam");
    if (e == OK)
        e = exam_json(r, h, row.v, &json, &problem);
    if (e == OK)
        outcome_json(r, status, json);
    else
        exams_failed(r, e, "invalid-exam", &problem);
}

void api_exam(struct request *r, const struct hands *h)
{
    answer(r, h, r->param, 200);
}

void api_exam_set(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    const struct exam_terms t = {.organisation = str_of(r->subject.organisation),
                                 .course =
                                     ask_text(r->json, "course", EXAM_WORD - 1, true, &errors),
                                 .from = ask_when(r->json, "from", true, &errors),
                                 .until = ask_when(r->json, "until", true, &errors),
                                 .seats = ask_count(r->json, "seats", 1, EXAM_SEATS_MOST, &errors)};
    char id[FRESH_ID];
    struct problem problem;
    int64_t seq = 0;
    if (!exams_good(r, "course from until seats", "invalid-exam", &errors))
        return;
    enum err e = exam_set(&w, &t, id, &seq, &problem);
    if (e != OK) {
        exams_failed(r, e, "invalid-exam", &problem);
        return;
    }
    work_reach(r, h, seq, EXAMS_REACH_MS);
    answer(r, h, str_of(id), 201);
}

/* Candidates ----------------------------------------------------------------------------------- */

bool exams_hers(struct request *r, const struct hands *h)
{
    struct fact_row row;
    struct problem problem;
    enum err e = exam_find(h->store, r->param, &row, &problem);
    if (e == OK && !hers(r, row.v))
        e = problem_set(&problem, ERR_NOT_FOUND, "no such exam");
    if (e != OK)
        exams_failed(r, e, "invalid-exam", &problem);
    return e == OK;
}

void api_exam_candidate(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    const struct practitioner_entry p = {
        .staff = ask_text(r->json, "staff", ID_BYTES, true, &errors),
        .name = ask_some(r->json, "name", NAME, &errors),
        .id_number = ask_text(r->json, "id_number", ID_NUMBER, true, &errors),
        .born = ask_text(r->json, "birth_date", DATE, true, &errors),
        .education = ask_word(r->json, "education", EDUCATION_WORDS, true, &errors),
        .full_capacity = ask_flag(r->json, "full_capacity", &errors)};
    char id[FRESH_ID];
    enum paper_no no;
    struct problem problem;
    int64_t seq = 0;
    if (!exams_good(r, "staff name id_number birth_date education full_capacity",
                    "invalid-candidate", &errors) ||
        !exams_hers(r, h))
        return;
    enum err e = paper_register(&w, r->param, &p, id, &no, &seq, &problem);
    if (e != OK) {
        exams_failed(r, e, "invalid-candidate", &problem);
    } else if (no != PAPER_YES) {
        outcome_problem(r, 409, paper_word(no), "%s", paper_reason(no));
    } else {
        work_reach(r, h, seq, EXAMS_REACH_MS);
        outcome_json(r, 201, json_pack("{s:s, s:s%}", "paper", id, "staff", p.staff.p, p.staff.n));
    }
}

struct results {
    const struct hands *hands;
    json_t *list;
};

static bool add_result(void *to, const struct value *row)
{
    const struct results *x = to;
    json_t *one = exams_paper(x->hands, row);
    json_object_set_new(one, "staff", fact_json_text(&row[PAPER_STAFF]));
    json_object_set_new(one, "practitioner", fact_json_text(&row[PAPER_PRACTITIONER]));
    return json_array_append_new(x->list, one) == 0;
}

void api_exam_results(struct request *r, const struct hands *h)
{
    struct results x = {h, NULL};
    struct problem problem;
    if (!exams_hers(r, h))
        return;
    x.list = json_array();
    enum err e = paper_list(h->store, r->param, add_result, &x, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "results", x.list));
        return;
    }
    json_decref(x.list);
    outcome_failed(r, e, &problem);
}
