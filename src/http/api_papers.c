/*
 * POST /v1/exams/{id}/paper, PUT …/answers, POST …/hand-in: a candidate sits an exam.
 */
#include "http/api_exams.h"
#include "http/fact_json.h"

static void refuse(struct request *r, enum paper_no no)
{
    const int status = no == PAPER_NOT_REGISTERED ? 404 : no == PAPER_FOREIGN ? 422 : 409;
    outcome_problem(r, status, paper_word(no), "%s", paper_reason(no));
}

/* False: answered. */
static bool done(struct request *r, enum err e, enum paper_no no, const struct problem *problem)
{
    if (e != OK)
        exams_failed(r, e, "invalid-answers", problem);
    else if (no != PAPER_YES)
        refuse(r, no);
    return e == OK && no == PAPER_YES;
}

void api_paper(struct request *r, const struct hands *h)
{
    const struct exam_work w = exams_work(r, h);
    struct paper_sheet sheet;
    enum paper_no no;
    struct problem problem;
    int64_t seq = 0;
    enum err e = paper_begin(&w, r->param, str_of(r->subject.id), &sheet, &no, &seq, &problem);
    if (!done(r, e, no, &problem))
        return;
    work_reach(r, h, seq, EXAMS_REACH_MS);
    outcome_json(r, 200,
                 json_pack("{s:s, s:o, s:o, s:o}", "paper", sheet.id, "ends_at",
                           fact_json_when(w.rules, sheet.ends_at), "now",
                           fact_json_when(w.rules, w.origin.at), "items", sheet.items));
}

/* Answers, at most as many as a paper has questions. */
static size_t read_choices(const json_t *body, struct paper_choice *out, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "answers"), *one;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) > SHEET_QUESTIONS) {
        ask_error(errors, "answers", "wrong-type", "\"answers\" is a list of 1 to %d answers",
                  SHEET_QUESTIONS);
        return 0;
    }
    json_array_foreach(list, i, one)
    {
        if (!ask_object(one, "item option", errors))
            return 0;
        out[i] = (struct paper_choice){ask_text(one, "item", SHEET_ID - 1, true, errors),
                                       ask_text(one, "option", SHEET_ID - 1, true, errors)};
    }
    return json_array_size(list);
}

void api_paper_answers(struct request *r, const struct hands *h)
{
    const struct exam_work w = exams_work(r, h);
    struct ask_errors errors = {.count = 0};
    struct paper_choice choices[SHEET_QUESTIONS];
    enum paper_no no;
    when ends_at;
    struct problem problem;
    const size_t n = read_choices(r->json, choices, &errors);
    if (!exams_good(r, "answers", "invalid-answers", &errors))
        return;
    enum err e =
        paper_answer(&w, r->param, str_of(r->subject.id), choices, n, &ends_at, &no, &problem);
    if (done(r, e, no, &problem))
        outcome_json(r, 200,
                     json_pack("{s:I, s:o, s:o}", "saved", (json_int_t)n, "ends_at",
                               fact_json_when(w.rules, ends_at), "now",
                               fact_json_when(w.rules, w.origin.at)));
}

void api_paper_hand_in(struct request *r, const struct hands *h)
{
    const struct exam_work w = exams_work(r, h);
    struct fact_row paper;
    enum paper_no no;
    struct problem problem;
    int64_t seq = 0;
    enum err e = paper_hand_in(&w, r->param, str_of(r->subject.id), &paper, &no, &seq, &problem);
    if (!done(r, e, no, &problem))
        return;
    work_reach(r, h, seq, EXAMS_REACH_MS);
    outcome_json(r, 200, exams_paper(h, paper.v));
}
