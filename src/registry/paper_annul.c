#include "registry/paper_desk.h"

/* Where on the sheet a question stands; -1: nowhere. */
static int find_question(const struct paper_desk *d, const char *question)
{
    for (size_t i = 0; i < d->sheet.count; i++)
        if (strcmp(d->bank.question[d->sheet.item[i].question].id, question) == 0)
            return (int)i;
    return -1;
}

static bool in_bank(const struct bank *b, struct str question, char out[static FRESH_ID])
{
    for (size_t i = 0; i < b->count; i++)
        if (str_eq(question, str_of(b->question[i].id)))
            return str_copy(question, out, FRESH_ID);
    return false;
}

/* By the answers that were saved. A mark only rises, and what was passed stays so. */
static enum err mark_again(const struct exam_work *w, struct paper_desk *d, const char *question,
                           struct paper_annulled *out, int64_t *seq, struct problem *problem)
{
    struct value *p = d->paper.v;
    int64_t score;
    enum err e = paper_desk_sheet(w, d, problem);
    if (e == OK && find_question(d, question) < 0)
        return OK;
    if (e == OK)
        e = paper_desk_score(w, d, &score, problem);
    if (e != OK || score <= p[PAPER_SCORE].i)
        return e;
    const bool passes = score >= d->exam.v[EXAM_PASS].i;
    out->raised++;
    out->passed += passes && p[PAPER_PASSED].i != 1;
    p[PAPER_SCORE] = value_int(score);
    if (passes)
        p[PAPER_PASSED] = value_int(1);
    return paper_desk_write(w, p, seq, problem);
}

/* Nobody betters a paper of her own, by whichever account. */
static enum err refuse_own(const struct exam_work *w, struct str exam, struct problem *problem)
{
    const struct value v[] = {value_text(exam), value_text(w->origin.actor)};
    bool own;
    enum err e = store_any(w->store,
                           "SELECT 1 FROM papers p JOIN practitioner_staff s ON "
                           "s.\"practitioner\" = p.\"practitioner\" WHERE p.\"exam\" = $1 AND "
                           "s.\"staff\" = $2",
                           v, 2, &own, problem);
    return e == OK && own ? problem_set(problem, ERR_REFUSED,
                                        "you have a paper in this exam; a colleague annuls in it")
                          : e;
}

static enum err annul(const struct exam_work *w, struct paper_desk *d, struct str exam,
                      struct str question, struct str ground, struct paper_annulled *out,
                      int64_t *seq, struct problem *problem)
{
    struct paper_ids ids;
    char id[FRESH_ID];
    enum err e = paper_desk_exam(w, d, exam, problem);
    if (e == OK && !in_bank(&d->bank, question, id))
        e = problem_set(problem, ERR_NOT_FOUND, "this exam can ask no such question");
    if (e == OK)
        e = refuse_own(w, exam, problem);
    if (e == OK)
        e = annulment_write(w, exam, id, ground, seq, problem);
    if (e == OK)
        e = annulments_read(w->store, exam, &d->annulments, problem);
    if (e == OK)
        e = paper_ids_read(w->store,
                           "SELECT \"id\" FROM papers WHERE \"exam\" = $1 AND \"score\" IS NOT "
                           "NULL ORDER BY \"id\"",
                           value_text(exam), &ids, problem);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        e = paper_find(w->store, str_of(ids.id[i]), &d->paper, problem);
        if (e == OK)
            e = mark_again(w, d, id, out, seq, problem);
    }
    return e;
}

enum err paper_annul(const struct exam_work *w, struct str exam, struct str question,
                     struct str ground, struct paper_annulled *out, int64_t *seq,
                     struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    *out = (struct paper_annulled){.raised = 0};
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK)
        e = store_end(w->store, annul(w, d, exam, question, ground, out, seq, problem), problem);
    paper_desk_free(d);
    return e;
}

/* Those of `d` that are on its sheet. */
static void pick(const struct paper_desk *d, struct annulments *out)
{
    for (size_t i = 0; i < d->annulments.count; i++)
        if (find_question(d, d->annulments.of[i].question) >= 0)
            out->of[out->count++] = d->annulments.of[i];
}

enum err paper_annulments(const struct exam_work *w, struct str exam, struct str staff,
                          struct annulments *out, struct problem *problem)
{
    out->count = 0;
    struct paper_desk *d = paper_desk_new(problem);
    enum err e = d != NULL ? paper_of(w->store, exam, staff, &d->paper, problem) : ERR_MEMORY;
    if (e == OK && d->paper.v[PAPER_STARTED_AT].type == VALUE_INT) {
        e = paper_desk_exam(w, d, exam, problem);
        if (e == OK && d->annulments.count > 0)
            e = paper_desk_sheet(w, d, problem);
        if (e == OK)
            pick(d, out);
    }
    paper_desk_free(d);
    return e == ERR_NOT_FOUND ? OK : e;
}
