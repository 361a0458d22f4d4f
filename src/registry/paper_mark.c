#include "registry/paper_desk.h"

enum err paper_desk_score(const struct exam_work *w, struct paper_desk *d, int64_t *score,
                          struct problem *problem)
{
    size_t right = 0;
    enum err e = paper_desk_answers(w, d, problem);
    for (size_t i = 0; i < d->sheet.count; i++) {
        const char *question = d->bank.question[d->sheet.item[i].question].id;
        char name[SHEET_ID];
        sheet_option_name(d->seed, question, 0, name);
        right +=
            strcmp(name, d->chosen[i]) == 0 || annulments_find(&d->annulments, question) != NULL;
    }
    *score = sheet_score(right, d->sheet.count);
    return e;
}

enum err paper_mark(const struct exam_work *w, struct paper_desk *d, const char *how, when at,
                    int64_t *seq, struct problem *problem)
{
    struct value *p = d->paper.v;
    int64_t score;
    enum err e = paper_desk_score(w, d, &score, problem);
    if (e != OK)
        return e;
    p[PAPER_HANDED_IN_AT] = value_int(at);
    p[PAPER_HOW] = value_text(str_of(how));
    p[PAPER_SCORE] = value_int(score);
    p[PAPER_PASSED] = value_int(score >= d->exam.v[EXAM_PASS].i);
    return paper_desk_write(w, p, seq, problem);
}

/* Ends ----------------------------------------------------------------------------------------- */

static enum err expire(const struct exam_work *w, struct paper_desk *d, const char *id,
                       unsigned *ended, int64_t *seq, struct problem *problem)
{
    enum err e = paper_find(w->store, str_of(id), &d->paper, problem);
    if (e != OK || d->paper.v[PAPER_HANDED_IN_AT].type == VALUE_INT)
        return e; /* another node, or she herself, was first */
    e = paper_desk_exam(w, d, fact_text(&d->paper.v[PAPER_EXAM]), problem);
    if (e == OK)
        e = paper_desk_sheet(w, d, problem);
    if (e == OK)
        e = paper_mark(w, d, "time", d->paper.v[PAPER_ENDS_AT].i, seq, problem);
    *ended += e == OK;
    return e;
}

static enum err expire_one(const struct exam_work *w, const char *id, unsigned *ended, int64_t *seq,
                           struct problem *problem)
{
    struct paper_desk *d = paper_desk_new(problem);
    enum err e = d != NULL ? store_begin(w->store, problem) : ERR_MEMORY;
    if (e == OK)
        e = store_end(w->store, expire(w, d, id, ended, seq, problem), problem);
    paper_desk_free(d);
    return e;
}

enum err papers_due(struct store *s, when at, bool *due, struct problem *problem)
{
    const struct value now = value_int(at);
    return store_any(s,
                     "SELECT 1 FROM papers WHERE \"handed_in_at\" IS NULL AND \"ends_at\" <= $1 "
                     "LIMIT 1",
                     &now, 1, due, problem);
}

enum err papers_expire(const struct exam_work *w, unsigned *ended, int64_t *seq,
                       struct problem *problem)
{
    struct paper_ids ids;
    const struct value now = value_int(w->origin.at);
    enum err failed = OK;
    *ended = 0;
    enum err e = paper_ids_read(w->store,
                                "SELECT \"id\" FROM papers WHERE \"handed_in_at\" IS NULL AND "
                                "\"ends_at\" <= $1 ORDER BY \"ends_at\"",
                                now, &ids, problem);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        enum err one = expire_one(w, ids.id[i], ended, seq, problem);
        failed = one != OK ? one : failed;
    }
    return e != OK ? e : failed;
}

enum err paper_void_of(struct store *s, struct str staff, const struct fact_origin *origin,
                       int64_t *seq, struct problem *problem)
{
    struct paper_ids ids;
    const struct value who = value_text(staff);
    const struct exam_work w = {.store = s, .origin = *origin};
    struct fact_row row;
    enum err e =
        paper_ids_read(s,
                       "SELECT \"id\" FROM papers WHERE \"staff\" = $1 AND \"handed_in_at\" IS "
                       "NULL",
                       who, &ids, problem);
    for (size_t i = 0; e == OK && i < ids.count; i++) {
        e = paper_find(s, str_of(ids.id[i]), &row, problem);
        if (e != OK)
            break;
        row.v[PAPER_HANDED_IN_AT] = value_int(origin->at);
        row.v[PAPER_HOW] = value_text(STR("void"));
        row.v[PAPER_PASSED] = value_int(0);
        e = paper_desk_write(&w, row.v, seq, problem);
    }
    return e;
}
