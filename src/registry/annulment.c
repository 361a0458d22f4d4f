#include "registry/annulment.h"

static const struct column columns[] = {
    [ANNULMENT_EXAM] = {.name = "exam", .type = COLUMN_ID, .required = true, .key = true},
    [ANNULMENT_QUESTION] = {.name = "question", .type = COLUMN_ID, .required = true, .key = true},
    [ANNULMENT_GROUND] = {.name = "ground", .type = COLUMN_TEXT, .required = true},
    [ANNULMENT_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [ANNULMENT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == ANNULMENT_COLUMNS, "one entry a column");

const struct fact_kind annulment_kind = {.name = "exam_annulments",
                                         .table = "exam_annulments",
                                         .columns = columns,
                                         .count = ANNULMENT_COLUMNS};

static bool take(void *to, const struct value *row)
{
    struct annulments *list = to;
    struct annulment *a = &list->of[list->count];
    list->count += str_copy(fact_text(&row[ANNULMENT_QUESTION]), a->question, sizeof a->question) &&
                   str_copy(fact_text(&row[ANNULMENT_GROUND]), a->ground, sizeof a->ground);
    a->at = row[ANNULMENT_AT].i;
    return list->count < ANNULMENTS;
}

enum err annulments_read(struct store *s, struct str exam, struct annulments *out,
                         struct problem *problem)
{
    const struct value v = value_text(exam);
    out->count = 0;
    return fact_list(s, &annulment_kind, "WHERE x.\"exam\" = $1 ORDER BY x.\"at\", x.\"question\"",
                     &v, 1, take, out, problem);
}

const struct annulment *annulments_find(const struct annulments *list, const char *question)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->of[i].question, question) == 0)
            return &list->of[i];
    return NULL;
}

enum err annulment_write(const struct exam_work *w, struct str exam, const char *question,
                         struct str ground, int64_t *seq, struct problem *problem)
{
    struct annulments known;
    enum err e = annulments_read(w->store, exam, &known, problem);
    if (e == OK && annulments_find(&known, question) != NULL)
        e = problem_set(problem, ERR_CONFLICT, "this question is annulled already");
    if (e == OK && known.count == ANNULMENTS)
        e = problem_set(problem, ERR_LIMIT,
                        "of an exam at most %d questions are annulled; set another", ANNULMENTS);
    const struct value row[ANNULMENT_COLUMNS] = {
        [ANNULMENT_EXAM] = value_text(exam),
        [ANNULMENT_QUESTION] = value_text(str_of(question)),
        [ANNULMENT_GROUND] = value_text(ground),
        [ANNULMENT_BY] = value_text(w->origin.actor),
        [ANNULMENT_AT] = value_int(w->origin.at),
    };
    return e == OK ? fact_write(w->store, &annulment_kind, row, w->origin.node, w->origin.actor,
                                w->origin.at, seq, problem)
                   : e;
}
