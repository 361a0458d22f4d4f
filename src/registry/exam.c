#include "registry/exam.h"

#include "core/buf.h"

#include <stdlib.h>

static const struct column columns[] = {
    [EXAM_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [EXAM_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [EXAM_COURSE] = {.name = "course", .type = COLUMN_ID, .required = true},
    [EXAM_PLAN] = {.name = "topics", .type = COLUMN_LIST, .required = true},
    [EXAM_BANK] = {.name = "bank", .type = COLUMN_COUNT, .required = true},
    [EXAM_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [EXAM_UNTIL] = {.name = "until", .type = COLUMN_TIME, .required = true},
    [EXAM_MINUTES] = {.name = "minutes", .type = COLUMN_COUNT, .required = true},
    [EXAM_QUESTIONS] = {.name = "questions", .type = COLUMN_COUNT, .required = true},
    [EXAM_PASS] = {.name = "pass", .type = COLUMN_COUNT, .required = true},
    [EXAM_SEATS] = {.name = "seats", .type = COLUMN_COUNT, .required = true},
    [EXAM_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [EXAM_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == EXAM_COLUMNS, "one entry a column");

const struct fact_kind exam_kind = {
    .name = "exams", .table = "exams", .columns = columns, .count = EXAM_COLUMNS};

/* Setting -------------------------------------------------------------------------------------- */

static enum err check(const struct exam_work *w, const struct exam_terms *t,
                      const struct exam_rule *rule, struct problem *problem)
{
    if (rule == NULL)
        return problem_set(problem, ERR_INVALID, "the rule pack has no such course");
    if (t->from < w->origin.at)
        return problem_set(problem, ERR_INVALID, "an exam begins after it is set");
    if (t->until - t->from < (when)rule->minutes * WHEN_MINUTE || t->until - t->from > EXAM_LONGEST)
        return problem_set(problem, ERR_INVALID,
                           "an exam has room for a paper of %u minutes, and at most 31 days",
                           rule->minutes);
    if (t->seats < 1 || t->seats > EXAM_SEATS_MOST)
        return problem_set(problem, ERR_INVALID, "an exam has 1 to %d seats", EXAM_SEATS_MOST);
    return OK;
}

static void put_plan(struct buf *out, const struct exam_rule *rule)
{
    for (size_t i = 0; i < rule->topic_count; i++)
        buf_printf(out, "%s%s:%u", i > 0 ? ";" : "", rule->topics[i].word,
                   rule->topics[i].questions);
}

/* Twice of each topic is the least with which two papers can differ in half. */
static enum err check_bank(const struct exam_work *w, struct str course, struct str text,
                           int64_t version, struct sheet_plan *plan, struct problem *problem)
{
    struct bank *bank = malloc(sizeof *bank);
    if (bank == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = sheet_plan_read(text, plan);
    if (e == OK)
        e = question_bank(w->store, course, version, bank, problem);
    const char *lacks = e == OK ? sheet_lacks(bank, plan, 2) : NULL;
    free(bank);
    return lacks == NULL ? e
                         : problem_set(problem, ERR_LIMIT,
                                       "the bank has too few questions on %s: a paper needs twice "
                                       "as many to draw from; add some, or take the rule pack's",
                                       lacks);
}

static enum err set(const struct exam_work *w, const struct exam_terms *t,
                    const struct exam_rule *rule, const char *id, int64_t *seq,
                    struct problem *problem)
{
    char text[EXAM_TOPICS * (EXAM_WORD + 4)];
    struct buf topics;
    struct sheet_plan plan = {.count = 0};
    int64_t version;
    buf_fixed(&topics, text, sizeof text);
    put_plan(&topics, rule);
    enum err e = question_version(w->store, &version, problem);
    if (e == OK)
        e = check_bank(w, t->course, buf_view(&topics), version, &plan, problem);
    const struct value row[EXAM_COLUMNS] = {
        [EXAM_ID] = value_text(str_of(id)),
        [EXAM_ORGANISATION] = value_text(t->organisation),
        [EXAM_COURSE] = value_text(t->course),
        [EXAM_PLAN] = value_text(buf_view(&topics)),
        [EXAM_BANK] = value_int(e == OK ? version : 0),
        [EXAM_FROM] = value_int(t->from),
        [EXAM_UNTIL] = value_int(t->until),
        [EXAM_MINUTES] = value_int(rule->minutes),
        [EXAM_QUESTIONS] = value_int((int64_t)plan.questions),
        [EXAM_PASS] = value_int(rule->pass),
        [EXAM_SEATS] = value_int(t->seats),
        [EXAM_BY] = value_text(w->origin.actor),
        [EXAM_AT] = value_int(w->origin.at),
    };
    return e == OK ? fact_write(w->store, &exam_kind, row, w->origin.node, w->origin.actor,
                                w->origin.at, seq, problem)
                   : e;
}

enum err exam_set(const struct exam_work *w, const struct exam_terms *t, char id[static FRESH_ID],
                  int64_t *seq, struct problem *problem)
{
    const struct exam_rule *rule = rules_exam(w->rules, t->course);
    fresh_id("exm", id);
    enum err e = check(w, t, rule, problem);
    if (e == OK)
        e = store_begin(w->store, problem);
    return e == OK ? store_end(w->store, set(w, t, rule, id, seq, problem), problem) : e;
}

/* Reading -------------------------------------------------------------------------------------- */

enum err exam_find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[EXAM_COLUMNS] = {[EXAM_ID] = value_text(id)};
    enum err e = fact_find(s, &exam_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such exam") : e;
}

const char *exam_state(const struct value *row, when at)
{
    if (at >= row[EXAM_UNTIL].i)
        return "closed";
    return at < row[EXAM_FROM].i ? "open" : "running";
}

enum err exam_list(struct store *s, struct str organisation, when after, int64_t limit,
                   exam_each *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_int(after), value_text(organisation), value_int(limit)};
    return fact_list(s, &exam_kind,
                     "WHERE x.\"until\" > $1 AND ($2 = '' OR x.\"organisation\" = $2) "
                     "ORDER BY x.\"until\" DESC, x.\"id\" LIMIT $3",
                     v, 3, each, to, problem);
}

enum err exam_asks(struct store *s, const struct value *question, when at, bool *asks,
                   struct problem *problem)
{
    const struct value *retired = &question[QUESTION_RETIRED];
    const struct value v[] = {question[QUESTION_COURSE], value_int(at), question[QUESTION_VERSION],
                              retired->type == VALUE_INT ? *retired : value_int(INT64_MAX)};
    *asks = true;
    return store_any(s,
                     "SELECT 1 FROM exams WHERE \"course\" = $1 AND \"from\" <= $2 AND \"until\" > "
                     "$2 AND \"bank\" >= $3 AND \"bank\" < $4 LIMIT 1",
                     v, 4, asks, problem);
}
