/*
 * POST /v1/exams/{id}/annul: a question of an exam that was found wrong; and what an exam tells
 * of those.
 */
#include "http/api_exams.h"

#include "http/fact_json.h"

static enum err add(const struct exam_work *w, const struct annulment *a, json_t *list,
                    struct problem *problem)
{
    json_t *text;
    enum err e = question_text(w, a->question, &text, problem);
    if (e == OK &&
        json_array_append_new(
            list, json_pack("{s:s, s:{s:O, s:O}, s:s, s:o}", "question", a->question, "text", "zh",
                            json_object_get(text, "zh"), "en", json_object_get(text, "en"),
                            "ground", a->ground, "at", fact_json_when(w->rules, a->at))) != 0)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(text);
    return e;
}

enum err exams_annulled(const struct request *r, const struct hands *h, struct str exam,
                        json_t **out, struct problem *problem)
{
    const struct exam_work w = exams_work(r, h);
    struct annulments list;
    enum err e = r->subject.role == ROLE_EXAMINER
                     ? annulments_read(h->store, exam, &list, problem)
                     : paper_annulments(&w, exam, str_of(r->subject.id), &list, problem);
    *out = json_array();
    for (size_t i = 0; e == OK && i < list.count; i++)
        e = add(&w, &list.of[i], *out, problem);
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}

void api_exam_annul(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    const struct str question = ask_text(r->json, "question", FRESH_ID - 1, true, &errors);
    const struct str ground = ask_some(r->json, "ground", ANNULMENT_TEXT, &errors);
    struct paper_annulled done;
    struct problem problem;
    int64_t seq = 0;
    if (!exams_good(r, "question ground", "invalid-annulment", &errors) || !exams_hers(r, h))
        return;
    enum err e = paper_annul(&w, r->param, question, ground, &done, &seq, &problem);
    if (e == ERR_LIMIT) {
        outcome_problem(r, 409, "too-many-annulled", "%.190s", problem.text);
    } else if (e == ERR_REFUSED) {
        outcome_problem(r, 409, "own-human", "%.190s", problem.text);
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "already-annulled", "%.190s", problem.text);
    } else if (e != OK) {
        exams_failed(r, e, "invalid-annulment", &problem);
    } else {
        work_reach(r, h, seq, EXAMS_REACH_MS);
        outcome_json(r, 201,
                     json_pack("{s:s%, s:s%, s:o, s:i, s:i}", "question", question.p, question.n,
                               "ground", ground.p, ground.n, "at",
                               fact_json_when(w.rules, w.origin.at), "raised", (int)done.raised,
                               "passed", (int)done.passed));
    }
}
