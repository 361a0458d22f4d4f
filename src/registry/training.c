#include "registry/training.h"

static const struct column columns[] = {
    [TRAINING_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [TRAINING_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [TRAINING_COURSE] = {.name = "course", .type = COLUMN_TEXT, .required = true},
    [TRAINING_HOURS] = {.name = "hours", .type = COLUMN_COUNT, .required = true},
    [TRAINING_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [TRAINING_UNTIL] = {.name = "until", .type = COLUMN_TIME, .required = true},
    [TRAINING_DELIVERED_BY] = {.name = "delivered_by", .type = COLUMN_ID, .required = true},
    [TRAINING_ENTERED_BY] = {.name = "entered_by", .type = COLUMN_ID, .required = true},
    [TRAINING_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == TRAINING_COLUMNS, "one entry a column");

const struct fact_kind training_kind = {
    .name = "trainings", .table = "trainings", .columns = columns, .count = TRAINING_COLUMNS};

/* The accounts of the human behind $1: itself at least. */
#define HERS                                                                                       \
    "(\"staff\" = $1 OR \"staff\" IN (SELECT b.\"staff\" FROM practitioner_staff a JOIN "          \
    "practitioner_staff b ON b.\"practitioner\" = a.\"practitioner\" WHERE a.\"staff\" = $1))"

static enum err check(struct store *s, const struct training *t, when at, struct problem *problem)
{
    const struct value v[] = {value_text(t->staff), value_int(t->from), value_int(t->until)};
    bool any;
    if (t->hours < 1 || t->hours > TRAINING_HOURS_MOST || t->from >= t->until || t->until > at ||
        t->hours * WHEN_HOUR > t->until - t->from)
        return problem_set(problem, ERR_INVALID,
                           "training has ended, and has 1 to %d hours, no more than its time",
                           TRAINING_HOURS_MOST);
    enum err e = store_any(s, "SELECT 1 FROM staff WHERE \"id\" = $1", v, 1, &any, problem);
    if (!e && !any)
        e = problem_set(problem, ERR_NOT_FOUND, "no such staff");
    if (!e)
        e = store_any(s,
                      "SELECT 1 FROM trainings WHERE " HERS " AND \"from\" < $3 AND \"until\" > $2",
                      v, 3, &any, problem);
    if (!e && any)
        e = problem_set(problem, ERR_CONFLICT, "she has training within that time already");
    return e;
}

static enum err enter(struct store *s, const struct training *t, const struct fact_origin *origin,
                      const char *id, int64_t *seq, struct problem *problem)
{
    const struct value row[TRAINING_COLUMNS] = {
        [TRAINING_ID] = value_text(str_of(id)),
        [TRAINING_STAFF] = value_text(t->staff),
        [TRAINING_COURSE] = value_text(t->course),
        [TRAINING_HOURS] = value_int(t->hours),
        [TRAINING_FROM] = value_int(t->from),
        [TRAINING_UNTIL] = value_int(t->until),
        [TRAINING_DELIVERED_BY] = value_text(t->delivered_by),
        [TRAINING_ENTERED_BY] = value_text(origin->actor),
        [TRAINING_AT] = value_int(origin->at),
    };
    enum err e = check(s, t, origin->at, problem);
    return e ? e
             : fact_write(s, &training_kind, row, origin->node, origin->actor, origin->at, seq,
                          problem);
}

enum err training_enter(struct store *s, const struct training *t, const struct fact_origin *origin,
                        char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    fresh_id("trn", id);
    enum err e = store_begin(s, problem);
    return e ? e : store_end(s, enter(s, t, origin, id, seq, problem), problem);
}

enum err training_hours(struct store *s, struct str staff, when since, when at, int64_t *hours,
                        struct problem *problem)
{
    const struct value v[] = {value_text(staff), value_int(since), value_int(at)};
    *hours = 0;
    return store_integer(s,
                         "SELECT CAST(SUM(\"hours\") AS BIGINT) FROM trainings WHERE " HERS
                         " AND \"until\" > $2 AND \"until\" <= $3",
                         v, 3, hours, problem);
}

enum err training_list(struct store *s, struct str staff, training_each *each, void *to,
                       struct problem *problem)
{
    const struct value who = value_text(staff);
    return fact_list(s, &training_kind,
                     "WHERE x.\"staff\" = $1 ORDER BY x.\"until\" DESC, x.\"id\" LIMIT 100", &who,
                     1, each, to, problem);
}
