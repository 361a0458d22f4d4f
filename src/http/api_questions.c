/*
 * GET, POST /v1/exams/questions, POST …/questions/pack, GET, PATCH …/questions/{id}: the bank.
 */
#include "http/api_exams.h"
#include "http/fact_json.h"

static json_t *question_json(const struct hands *h, const struct value *q)
{
    return json_pack("{s:o, s:o, s:o, s:I, s:s, s:o, s:o}", "id", fact_json_text(&q[QUESTION_ID]),
                     "course", fact_json_text(&q[QUESTION_COURSE]), "topic",
                     fact_json_text(&q[QUESTION_TOPIC]), "options",
                     (json_int_t)q[QUESTION_CHOICES].i, "status",
                     q[QUESTION_RETIRED].type == VALUE_INT ? "retired" : "active", "by",
                     fact_json_text(&q[QUESTION_BY]), "at",
                     fact_json_time(gate_rules(h->gate), &q[QUESTION_AT]));
}

struct rows {
    const struct hands *hands;
    json_t *list;
};

static bool add_row(void *to, const struct value *row)
{
    const struct rows *x = to;
    return json_array_append_new(x->list, question_json(x->hands, row)) == 0;
}

/* Without what they ask: that is told of one at a time. */
void api_questions(struct request *r, const struct hands *h)
{
    struct rows x = {h, json_array()};
    struct problem problem;
    const struct str course = query_text(&r->query, "course");
    enum err e =
        question_list(h->store, course.n > 0 ? course : STR("practitioner"), add_row, &x, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "questions", x.list));
        return;
    }
    json_decref(x.list);
    outcome_failed(r, e, &problem);
}

/*
 * What it asks, with its options in the order of their texts. Which is right is told only while
 * no exam is running that may ask it.
 */
static enum err whole_json(const struct request *r, const struct hands *h, struct str id,
                           json_t **out, struct problem *problem)
{
    const struct exam_work w = exams_work(r, h);
    struct fact_row row;
    json_t *text = NULL;
    bool asked = true;
    char name[FRESH_ID];
    enum err e = question_find(h->store, id, &row, problem);
    if (e == OK)
        e = exam_asks(h->store, row.v, w.origin.at, &asked, problem);
    if (e == OK && !str_copy(fact_text(&row.v[QUESTION_ID]), name, sizeof name))
        e = problem_set(problem, ERR_NOT_FOUND, "no such question");
    if (e == OK)
        e = question_text(&w, name, &text, problem);
    if (e != OK)
        return e;
    *out = question_json(h, row.v);
    if (asked) {
        json_object_del(text, "right");
        json_object_del(text, "wrong");
    }
    json_object_update(*out, text);
    json_object_set_new(*out, "asked_now", json_boolean(asked));
    json_decref(text);
    return OK;
}

static void answer(struct request *r, const struct hands *h, struct str id, int status)
{
    json_t *json = NULL;
    struct problem problem;
    enum err e = whole_json(r, h, id, &json, &problem);
    if (e == OK)
        outcome_json(r, status, json);
    else
        exams_failed(r, e, "invalid-question", &problem);
}

void api_question(struct request *r, const struct hands *h)
{
    answer(r, h, r->param, 200);
}

static struct question_words words(const json_t *o, struct ask_errors *errors)
{
    struct question_words none = {STR(""), STR("")};
    if (!ask_object(o, "zh en", errors))
        return none;
    return (struct question_words){ask_some(o, "zh", QUESTION_OPTION, errors),
                                   ask_some(o, "en", QUESTION_OPTION, errors)};
}

static void read_options(const json_t *body, struct question_entry *q, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "wrong"), *one;
    size_t i;
    q->right = words(json_object_get(body, "right"), errors);
    if (!json_is_array(list) || json_array_size(list) == 0 ||
        json_array_size(list) >= QUESTION_OPTIONS) {
        ask_error(errors, "wrong", "wrong-type", "\"wrong\" is a list of 1 to %d options",
                  QUESTION_OPTIONS - 1);
        return;
    }
    json_array_foreach(list, i, one) q->wrong[i] = words(one, errors);
    q->wrong_count = json_array_size(list);
}

static void too_many(struct request *r, enum err e, const struct problem *problem)
{
    if (e == ERR_LIMIT)
        outcome_problem(r, 409, "bank-full", "%.190s", problem->text);
    else
        exams_failed(r, e, "invalid-question", problem);
}

void api_question_add(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    struct question_entry q = {.course = ask_text(r->json, "course", EXAM_WORD - 1, true, &errors),
                               .topic = ask_text(r->json, "topic", EXAM_WORD - 1, true, &errors),
                               .source = ask_some(r->json, "source", QUESTION_OPTION, &errors),
                               .asks = {ask_some(r->json, "zh", QUESTION_TEXT, &errors),
                                        ask_some(r->json, "en", QUESTION_TEXT, &errors)}};
    char id[FRESH_ID];
    struct problem problem;
    int64_t seq = 0;
    read_options(r->json, &q, &errors);
    if (!exams_good(r, "course topic source zh en right wrong", "invalid-question", &errors))
        return;
    enum err e = question_add(&w, &q, id, &seq, &problem);
    if (e != OK) {
        too_many(r, e, &problem);
        return;
    }
    work_reach(r, h, seq, EXAMS_REACH_MS);
    answer(r, h, str_of(id), 201);
}

void api_question_take(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    const struct str course = ask_text(r->json, "course", EXAM_WORD - 1, true, &errors);
    struct problem problem;
    unsigned added;
    int64_t seq = 0;
    if (!exams_good(r, "course", "invalid-question", &errors))
        return;
    enum err e = question_take(&w, course, &added, &seq, &problem);
    if (e != OK) {
        too_many(r, e, &problem);
        return;
    }
    work_reach(r, h, seq, EXAMS_REACH_MS);
    outcome_json(r, 200, json_pack("{s:i}", "added", (int)added));
}

void api_question_change(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct exam_work w = exams_work(r, h);
    struct problem problem;
    int64_t seq = 0;
    ask_word(r->json, "status", "retired", true, &errors);
    if (!exams_good(r, "status", "invalid-question", &errors))
        return;
    enum err e = question_retire(&w, r->param, &seq, &problem);
    if (e != OK) {
        exams_failed(r, e, "invalid-question", &problem);
        return;
    }
    work_reach(r, h, seq, EXAMS_REACH_MS);
    answer(r, h, r->param, 200);
}
