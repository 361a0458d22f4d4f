#include "registry/paper_desk.h"

static bool begun(const struct paper_desk *d)
{
    return d->paper.v[PAPER_STARTED_AT].type == VALUE_INT;
}

/* Beginning ------------------------------------------------------------------------------------ */

/* The exam has begun, and she still may: a bar acts at once. */
static enum err start(const struct exam_work *w, struct paper_desk *d, enum paper_no *no,
                      int64_t *seq, struct problem *problem)
{
    const struct value *x = d->exam.v;
    const when end = w->origin.at + (when)x[EXAM_MINUTES].i * WHEN_MINUTE;
    if (w->origin.at < x[EXAM_FROM].i || w->origin.at >= x[EXAM_UNTIL].i) {
        *no = PAPER_NOT_OPEN;
        return OK;
    }
    enum err e = paper_desk_may(w, fact_text(&d->paper.v[PAPER_PRACTITIONER]), no, problem);
    if (e != OK || *no != PAPER_YES)
        return e;
    d->paper.v[PAPER_STARTED_AT] = value_int(w->origin.at);
    d->paper.v[PAPER_ENDS_AT] = value_int(end < x[EXAM_UNTIL].i ? end : x[EXAM_UNTIL].i);
    return paper_desk_write(w, d->paper.v, seq, problem);
}

/* Options in the paper's order, by the paper's names; what is right is told by neither. */
static json_t *options_json(const struct paper_desk *d, const struct sheet_item *item,
                            const json_t *text)
{
    const struct bank_question *q = &d->bank.question[item->question];
    json_t *options = json_array();
    for (size_t i = 0; i < q->options; i++) {
        char name[SHEET_ID];
        const unsigned k = item->order[i];
        json_t *words = k == 0 ? json_object_get(text, "right")
                               : json_array_get(json_object_get(text, "wrong"), k - 1);
        sheet_option_name(d->seed, q->id, k, name);
        json_array_append_new(options, json_pack("{s:s, s:O}", "option", name, "text", words));
    }
    return options;
}

static json_t *item_json(const struct paper_desk *d, size_t i, const json_t *text)
{
    const struct bank_question *q = &d->bank.question[d->sheet.item[i].question];
    char name[SHEET_ID];
    sheet_item_name(d->seed, q->id, name);
    const struct annulment *a = annulments_find(&d->annulments, q->id);
    return json_pack("{s:s, s:s, s:{s:O, s:O}, s:o, s:s?, s:s?}", "item", name, "topic", q->topic,
                     "text", "zh", json_object_get(text, "zh"), "en", json_object_get(text, "en"),
                     "options", options_json(d, &d->sheet.item[i], text), "chosen",
                     d->chosen[i][0] != '\0' ? d->chosen[i] : NULL, "annulled",
                     a != NULL ? a->ground : NULL);
}

static enum err show(const struct exam_work *w, const struct paper_desk *d, struct paper_sheet *out,
                     struct problem *problem)
{
    enum err e = OK;
    out->items = json_array();
    out->ends_at = d->paper.v[PAPER_ENDS_AT].i;
    str_copy(fact_text(&d->paper.v[PAPER_ID]), out->id, sizeof out->id);
    for (size_t i = 0; e == OK && i < d->sheet.count; i++) {
        json_t *text;
        e = question_text(w, d->bank.question[d->sheet.item[i].question].id, &text, problem);
        if (e == OK && json_array_append_new(out->items, item_json(d, i, text)) != 0)
            e = problem_set(problem, ERR_MEMORY, "out of memory");
        json_decref(text);
    }
    if (e != OK) {
        json_decref(out->items);
        out->items = NULL;
    }
    return e;
}

static enum err begin(const struct exam_work *w, struct paper_desk *d, struct str exam,
                      struct str staff, enum paper_no *no, int64_t *seq, struct problem *problem)
{
    enum err e = paper_desk_seat(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES && !begun(d))
        e = start(w, d, no, seq, problem);
    return e == OK && *no == PAPER_YES ? paper_desk_answers(w, d, problem) : e;
}

enum err paper_begin(const struct exam_work *w, struct str exam, struct str staff,
                     struct paper_sheet *out, enum paper_no *no, int64_t *seq,
                     struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    *no = PAPER_YES;
    *out = (struct paper_sheet){.items = NULL};
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK) {
        e = begin(w, d, exam, staff, no, seq, problem);
        e = store_end_if(w->store, e, *no == PAPER_YES, problem);
    }
    if (e == OK && *no == PAPER_YES)
        e = show(w, d, out, problem);
    paper_desk_free(d);
    return e;
}

/* Writing -------------------------------------------------------------------------------------- */

/* Before the paper was begun nothing can be answered or handed in. */
static enum err write_on(const struct exam_work *w, struct paper_desk *d, struct str exam,
                         struct str staff, enum paper_no *no, struct problem *problem)
{
    enum err e = paper_desk_seat(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES && !begun(d))
        *no = PAPER_NOT_OPEN;
    return e;
}

static enum err save(const struct exam_work *w, const struct paper_desk *d,
                     const struct paper_choice *c, enum paper_no *no, struct problem *problem)
{
    const int i = sheet_find_item(&d->bank, &d->sheet, d->seed, c->item);
    if (i < 0 ||
        sheet_find_option(&d->bank.question[d->sheet.item[i].question], d->seed, c->option) < 0) {
        *no = PAPER_FOREIGN;
        return OK;
    }
    const struct value v[] = {d->paper.v[PAPER_ID], value_text(c->item), value_text(c->option),
                              value_int(w->origin.at)};
    return store_run(w->store,
                     "INSERT INTO paper_answers (\"paper\", \"item\", \"option\", \"at\") VALUES "
                     "($1, $2, $3, $4) ON CONFLICT (\"paper\", \"item\") DO UPDATE SET \"option\" "
                     "= excluded.\"option\", \"at\" = excluded.\"at\"",
                     v, 4, NULL, NULL, problem);
}

enum err paper_answer(const struct exam_work *w, struct str exam, struct str staff,
                      const struct paper_choice *choices, size_t n, when *ends_at,
                      enum paper_no *no, struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    *no = PAPER_YES;
    *ends_at = 0;
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e != OK) {
        paper_desk_free(d);
        return e;
    }
    e = write_on(w, d, exam, staff, no, problem);
    for (size_t i = 0; e == OK && *no == PAPER_YES && i < n; i++)
        e = save(w, d, &choices[i], no, problem);
    if (e == OK && *no == PAPER_YES)
        *ends_at = d->paper.v[PAPER_ENDS_AT].i;
    paper_desk_free(d);
    return store_end_if(w->store, e, *no == PAPER_YES, problem);
}

enum err paper_hand_in(const struct exam_work *w, struct str exam, struct str staff,
                       struct fact_row *out, enum paper_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    *no = PAPER_YES;
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e != OK) {
        paper_desk_free(d);
        return e;
    }
    e = write_on(w, d, exam, staff, no, problem);
    if (e == OK && *no == PAPER_YES)
        e = paper_mark(w, d, "candidate", w->origin.at, seq, problem);
    paper_desk_free(d);
    e = store_end_if(w->store, e, *no == PAPER_YES, problem);
    return e == OK && *no == PAPER_YES ? paper_of(w->store, exam, staff, out, problem) : e;
}
