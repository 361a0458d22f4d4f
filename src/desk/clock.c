#include "desk/clock.h"

#include <stdio.h>

static const struct column columns[] = {
    [CLOCK_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CLOCK_SUBJECT] = {.name = "subject", .type = COLUMN_ID, .required = true},
    [CLOCK_RULE] = {.name = "rule", .type = COLUMN_ID, .required = true},
    [CLOCK_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [CLOCK_CALENDAR] = {.name = "calendar", .type = COLUMN_ID},
    [CLOCK_PROVISIONAL] = {.name = "provisional",
                           .type = COLUMN_WORD,
                           .required = true,
                           .words = "yes no"},
    [CLOCK_AMOUNT] = {.name = "amount", .type = COLUMN_COUNT},
    [CLOCK_UNIT] = {.name = "unit",
                    .type = COLUMN_WORD,
                    .words = "hours days working-days months years"},
    [CLOCK_STARTED] = {.name = "started_at", .type = COLUMN_TIME, .required = true},
    [CLOCK_DUE] = {.name = "due", .type = COLUMN_TIME, .required = true},
    [CLOCK_DUE_BEFORE] = {.name = "due_before", .type = COLUMN_TIME},
    [CLOCK_PAUSED] = {.name = "paused_at", .type = COLUMN_TIME},
    [CLOCK_REMIND] = {.name = "remind_at", .type = COLUMN_TIME},
    [CLOCK_REMINDED] = {.name = "reminded_at", .type = COLUMN_TIME},
    [CLOCK_BREACHED] = {.name = "breached_at", .type = COLUMN_TIME},
    [CLOCK_DONE] = {.name = "done_at", .type = COLUMN_TIME},
    [CLOCK_STATUS] = {.name = "status",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = CLOCK_STATES},
};
_Static_assert(sizeof columns / sizeof *columns == CLOCK_COLUMNS, "one entry a column");

const struct fact_kind clock_kind = {
    .name = "clocks", .table = "clocks", .columns = columns, .count = CLOCK_COLUMNS};

static const struct column pause_columns[] = {
    [PAUSE_CLOCK] =
        {.name = "clock", .type = COLUMN_ID, .required = true, .key = true, .refers = "clocks"},
    [PAUSE_AT] = {.name = "at", .type = COLUMN_TIME, .required = true, .key = true},
    [PAUSE_UNTIL] = {.name = "until", .type = COLUMN_TIME},
    [PAUSE_GROUND] = {.name = "ground", .type = COLUMN_TEXT, .required = true},
};
_Static_assert(sizeof pause_columns / sizeof *pause_columns == PAUSE_COLUMNS, "one entry a column");

const struct fact_kind clock_pause_kind = {.name = "clock_pauses",
                                           .table = "clock_pauses",
                                           .columns = pause_columns,
                                           .count = PAUSE_COLUMNS};

static bool is(const struct value *row, const char *status)
{
    return str_eq(row[CLOCK_STATUS].s, str_of(status));
}

bool clock_is_window(const struct value *row)
{
    return str_eq(row[CLOCK_RULE].s, STR(CLOCK_WINDOW));
}

static bool over(const struct value *row, when at)
{
    if (clock_is_window(row))
        return false;
    return row[CLOCK_BREACHED].type == VALUE_INT ||
           (row[CLOCK_PAUSED].type == VALUE_NULL && row[CLOCK_DUE].i <= at);
}

/* Counting ------------------------------------------------------------------------------------- */

/* An end moves by a pause. */
static enum err move(const struct rules *r, enum clock_unit unit, const struct value *pause,
                     when *due, struct problem *problem)
{
    const when from = pause[PAUSE_AT].i, until = pause[PAUSE_UNTIL].i;
    int64_t amount;
    enum err e = calendar_between(r, from, until, unit, &amount, problem);
    if (e != OK || amount == 0)
        return e;
    switch (unit) {
    case CLOCK_HOURS:
        *due = when_plus(*due, amount);
        break;
    case CLOCK_MONTHS:
    case CLOCK_YEARS:
        *due = when_plus(*due, amount * WHEN_DAY);
        break;
    case CLOCK_DAYS:
    case CLOCK_WORKING_DAYS:
        e = calendar_end(r, *due - 1, (int)amount, unit, due, problem);
        break;
    }
    return e;
}

/* An end is written, with what follows from it. */
static void put_due(const struct rules *r, struct value *row, when due)
{
    when remind;
    const char *version = calendar_version(r);
    row[CLOCK_DUE] = value_int(due);
    row[CLOCK_CALENDAR] = *version != '\0' ? value_text(str_of(version)) : value_null();
    row[CLOCK_PROVISIONAL] =
        value_text(calendar_provisional(r, row[CLOCK_STARTED].i, due) ? STR("yes") : STR("no"));
    row[CLOCK_REMIND] =
        clock_remind_at(r, row[CLOCK_STARTED].i, due, &remind) ? value_int(remind) : value_null();
}

struct moving {
    const struct rules *rules;
    enum clock_unit unit;
    when due;
    enum err e;
    struct problem *problem;
};

static bool move_on(void *to, const struct value *pause)
{
    struct moving *m = to;
    m->e = move(m->rules, m->unit, pause, &m->due, m->problem);
    return m->e == OK;
}

/* By the rule, from the start, with all pauses in their order. */
static enum err count_anew(const struct desk_work *w, const struct value *row,
                           const struct rule_clock *rule, when *due, struct problem *problem)
{
    struct moving m = {.rules = w->rules, .unit = rule->unit, .problem = problem};
    enum err e =
        calendar_end(w->rules, row[CLOCK_STARTED].i, rule->amount, rule->unit, &m.due, problem);
    if (e == OK)
        e = fact_list(w->store, &clock_pause_kind,
                      "WHERE x.\"clock\" = $1 AND x.\"until\" IS NOT NULL ORDER BY x.\"at\"",
                      &row[CLOCK_ID], 1, move_on, &m, problem);
    *due = m.due;
    return e == OK ? m.e : e;
}

static const struct rule_clock *rule_of(const struct rules *r, struct str id)
{
    enum rules_kind kind;
    const void *entry = rules_find_entry(r, id, &kind);
    return entry != NULL && kind == RULES_CLOCK ? entry : NULL;
}

static enum clock_unit unit_of(struct str word)
{
    enum clock_unit unit = CLOCK_HOURS; /* also of an end that was set */
    while (word.n > 0 && unit < CLOCK_YEARS && !str_eq(word, str_of(clock_unit_name(unit))))
        unit++;
    return unit;
}

/* Rows ----------------------------------------------------------------------------------------- */

#define OPEN "\"status\" IN ('running', 'paused')"

static bool take_id(void *to, const struct value *v, size_t n)
{
    char *id = to;
    (void)n;
    if (!str_copy(v[0].s, id, ID_BYTES + 1))
        *id = '\0';
    return false;
}

enum err clock_read(struct store *s, struct str id, struct fact_row *row, struct problem *problem)
{
    const struct value key[CLOCK_COLUMNS] = {[CLOCK_ID] = value_text(id)};
    enum err e = fact_find(s, &clock_kind, key, row, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such deadline") : e;
}

enum err clock_find(struct store *s, struct str subject, const char *rule, struct fact_row *row,
                    struct problem *problem)
{
    char id[ID_BYTES + 1] = "";
    const struct value v[] = {value_text(subject), value_text(str_of(rule))};
    enum err e = store_run(s,
                           "SELECT \"id\" FROM clocks WHERE \"subject\" = $1 AND \"rule\" = $2 "
                           "ORDER BY CASE WHEN " OPEN " THEN 0 ELSE 1 END, \"started_at\" DESC, "
                           "\"id\" LIMIT 1",
                           v, 2, take_id, id, problem);
    return e == OK ? clock_read(s, str_of(id), row, problem) : e;
}

/* As clock_state names them, at $4. */
#define STATES                                                                                     \
    "($3 = '' OR ($3 = 'open' AND x." OPEN ") OR ($3 = 'overdue' AND x.\"status\" = 'running' "    \
    "AND x.\"due\" <= $4) OR ($3 = 'running' AND x.\"status\" = 'running' AND x.\"due\" > $4) OR " \
    "($3 NOT IN ('running', 'overdue') AND x.\"status\" = $3))"
#define AFTER                                                                                      \
    "($5 = '' OR x.\"due\" > (SELECT c.\"due\" FROM clocks c WHERE c.\"id\" = $5) OR (x.\"due\" "  \
    "= (SELECT c.\"due\" FROM clocks c WHERE c.\"id\" = $5) AND x.\"id\" > $5))"

enum err clock_list(const struct desk_work *w, const struct clock_query *q, fact_pick *each,
                    void *to, struct problem *problem)
{
    const struct value v[] = {value_text(q->organisation), value_text(q->subject),
                              value_text(q->state),        value_int(w->at),
                              value_text(q->after),        value_int(q->limit)};
    return fact_list(w->store, &clock_kind,
                     "WHERE x.\"organisation\" = $1 AND ($2 = '' OR x.\"subject\" = $2) AND " STATES
                     " AND " AFTER " ORDER BY x.\"due\", x.\"id\" LIMIT $6",
                     v, 6, each, to, problem);
}

/* By its id, locked until the transaction ends. ERR_NOT_FOUND. */
static enum err lock(const struct desk_work *w, struct str id, struct fact_row *row,
                     struct problem *problem)
{
    const struct value v[] = {value_text(id)};
    enum err e = store_run(w->store, "UPDATE clocks SET \"status\" = \"status\" WHERE \"id\" = $1",
                           v, 1, NULL, NULL, problem);
    return e == OK ? clock_read(w->store, id, row, problem) : e;
}

/* The one of its subject that is not done, locked; `found` tells whether there is one. */
static enum err open_one(const struct desk_work *w, struct str subject, const char *rule,
                         struct fact_row *row, bool *found, struct problem *problem)
{
    char id[ID_BYTES + 1] = "";
    const struct value v[] = {value_text(subject), value_text(str_of(rule))};
    *found = false;
    enum err e = store_run(w->store,
                           "UPDATE clocks SET \"status\" = \"status\" WHERE \"subject\" = $1 AND "
                           "\"rule\" = $2 AND " OPEN " RETURNING \"id\"",
                           v, 2, take_id, id, problem);
    if (e != OK || *id == '\0')
        return e;
    *found = true;
    return clock_read(w->store, str_of(id), row, problem);
}

static enum err write(const struct desk_work *w, const struct value *row, int64_t *seq,
                      struct problem *problem)
{
    return desk_write(w, &clock_kind, row, seq, problem);
}

/* Starting ------------------------------------------------------------------------------------- */

static struct value maybe(struct str text)
{
    return text.n > 0 ? value_text(text) : value_null();
}

enum err clock_begin(const struct desk_work *w, const struct clock_terms *t, when *due,
                     int64_t *seq, struct problem *problem)
{
    const struct rule_clock *rule = rule_of(w->rules, str_of(t->rule));
    char id[FRESH_ID];
    struct fact_row old;
    bool runs;
    struct str organisation = t->organisation;
    enum rules_kind kind;

    if (t->until != 0 ? rules_find_entry(w->rules, str_of(t->rule), &kind) == NULL : rule == NULL)
        return problem_set(problem, ERR_INVALID, "the rule packs have no deadline %s", t->rule);
    if (organisation.n == 0 && w->who != NULL)
        organisation = str_of(w->who->organisation);
    enum err e = open_one(w, t->subject, t->rule, &old, &runs, problem);
    if (e != OK || runs) {
        *due = e == OK ? old.v[CLOCK_DUE].i : 0;
        return e;
    }
    *due = t->until;
    if (t->until == 0)
        e = calendar_end(w->rules, t->from, rule->amount, rule->unit, due, problem);
    if (e != OK)
        return e;
    fresh_id("clk", id);
    struct value row[CLOCK_COLUMNS];
    for (size_t i = 0; i < CLOCK_COLUMNS; i++)
        row[i] = value_null();
    row[CLOCK_ID] = value_text(str_of(id));
    row[CLOCK_SUBJECT] = value_text(t->subject);
    row[CLOCK_RULE] = value_text(str_of(t->rule));
    row[CLOCK_ORGANISATION] = maybe(organisation);
    row[CLOCK_STARTED] = value_int(t->from);
    if (t->until == 0) {
        row[CLOCK_AMOUNT] = value_int(rule->amount);
        row[CLOCK_UNIT] = value_text(str_of(clock_unit_name(rule->unit)));
    }
    row[CLOCK_STATUS] = value_text(STR("running"));
    put_due(w->rules, row, *due);
    return write(w, row, seq, problem);
}

enum err clock_start(const struct desk_work *w, struct str subject, const char *rule, when from,
                     when *due, int64_t *seq, struct problem *problem)
{
    const struct clock_terms t = {.subject = subject, .rule = rule, .from = from};
    return clock_begin(w, &t, due, seq, problem);
}

/* Pauses --------------------------------------------------------------------------------------- */

/* The pause that stands ends now. */
static enum err end_pause(const struct desk_work *w, const struct value *row,
                          struct fact_row *pause, int64_t *seq, struct problem *problem)
{
    const struct value key[PAUSE_COLUMNS] = {
        [PAUSE_CLOCK] = row[CLOCK_ID], [PAUSE_AT] = row[CLOCK_PAUSED]};
    enum err e = fact_find(w->store, &clock_pause_kind, key, pause, problem);
    if (e != OK)
        return e;
    pause->v[PAUSE_UNTIL] = value_int(w->at);
    return desk_write(w, &clock_pause_kind, pause->v, seq, problem);
}

enum err clock_pause(const struct desk_work *w, struct str subject, const char *rule,
                     struct str ground, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    bool found;
    enum err e = open_one(w, subject, rule, &row, &found, problem);
    if (e != OK || !found || row.v[CLOCK_PAUSED].type == VALUE_INT || over(row.v, w->at))
        return e;
    const struct value pause[PAUSE_COLUMNS] = {
        [PAUSE_CLOCK] = row.v[CLOCK_ID],
        [PAUSE_AT] = value_int(w->at),
        [PAUSE_UNTIL] = value_null(),
        [PAUSE_GROUND] = value_text(ground),
    };
    row.v[CLOCK_PAUSED] = value_int(w->at);
    row.v[CLOCK_STATUS] = value_text(STR("paused"));
    e = desk_write(w, &clock_pause_kind, pause, seq, problem);
    return e == OK ? write(w, row.v, seq, problem) : e;
}

enum err clock_resume(const struct desk_work *w, struct str subject, const char *rule, int64_t *seq,
                      struct problem *problem)
{
    struct fact_row row, pause;
    bool found;
    enum err e = open_one(w, subject, rule, &row, &found, problem);
    if (e != OK || !found || row.v[CLOCK_PAUSED].type == VALUE_NULL)
        return e;
    when due = row.v[CLOCK_DUE].i;
    e = end_pause(w, row.v, &pause, seq, problem);
    if (e == OK)
        e = move(w->rules, unit_of(fact_text(&row.v[CLOCK_UNIT])), pause.v, &due, problem);
    if (e == OK && due <= w->at) /* it stood still on its last day, and goes on when no one works */
        e = calendar_end(w->rules, w->at, 0, CLOCK_DAYS, &due, problem);
    if (e != OK)
        return e;
    row.v[CLOCK_PAUSED] = value_null();
    row.v[CLOCK_STATUS] = value_text(STR("running"));
    put_due(w->rules, row.v, due);
    return write(w, row.v, seq, problem);
}

/* Ending --------------------------------------------------------------------------------------- */

static enum err end(const struct desk_work *w, struct value *row, const char *status, int64_t *seq,
                    struct problem *problem)
{
    struct fact_row pause;
    enum err e = OK;
    if (over(row, w->at))
        row[CLOCK_BREACHED] = row[CLOCK_DUE];
    if (row[CLOCK_PAUSED].type == VALUE_INT)
        e = end_pause(w, row, &pause, seq, problem);
    row[CLOCK_PAUSED] = value_null();
    row[CLOCK_DONE] = value_int(w->at);
    row[CLOCK_STATUS] = value_text(str_of(status));
    return e == OK ? write(w, row, seq, problem) : e;
}

enum err clock_meet(const struct desk_work *w, struct str subject, const char *rule, bool *late,
                    int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    bool found;
    enum err e = open_one(w, subject, rule, &row, &found, problem);
    const bool is_late = e == OK && found && over(row.v, w->at);
    if (late != NULL)
        *late = is_late;
    return e != OK || !found ? e : end(w, row.v, is_late ? "late" : "met", seq, problem);
}

enum err clock_drop(const struct desk_work *w, struct str subject, const char *rule, int64_t *seq,
                    struct problem *problem)
{
    const struct value v[] = {value_text(subject),
                              rule != NULL ? value_text(str_of(rule)) : value_null()};
    for (;;) {
        char id[ID_BYTES + 1] = "";
        struct fact_row row;
        enum err e = store_run(w->store,
                               "SELECT \"id\" FROM clocks WHERE \"subject\" = $1 AND (CAST($2 AS "
                               "TEXT) IS NULL OR \"rule\" = $2) AND " OPEN " ORDER BY \"id\" LIMIT "
                               "1",
                               v, 2, take_id, id, problem);
        if (e != OK || *id == '\0')
            return e;
        e = lock(w, str_of(id), &row, problem);
        if (e == OK)
            e = end(w, row.v, "dropped", seq, problem);
        if (e != OK)
            return e;
    }
}

/* Counting anew -------------------------------------------------------------------------------- */

enum err clock_recount(const struct desk_work *w, struct str id, when *due, struct desk_no *no,
                       int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = lock(w, id, &row, problem);
    if (e != OK)
        return e;
    const struct rule_clock *rule = rule_of(w->rules, row.v[CLOCK_RULE].s);
    *due = row.v[CLOCK_DUE].i;
    if (!is(row.v, "running") || row.v[CLOCK_AMOUNT].type == VALUE_NULL || rule == NULL) {
        desk_refuse(no, DESK_CONFLICT, "not-counted",
                    "only a deadline that runs and was counted by a rule is counted anew");
        return OK;
    }
    if (over(row.v, w->at)) {
        desk_refuse(no, DESK_CONFLICT, "deadline-over", "it is over, and what is late stays late");
        return OK;
    }
    e = count_anew(w, row.v, rule, due, problem);
    if (e != OK)
        return e;
    if (*due <= w->at) {
        desk_refuse(no, DESK_CONFLICT, "would-be-late",
                    "counted anew it would be over already; nothing becomes late by counting");
        return OK;
    }
    row.v[CLOCK_DUE_BEFORE] = row.v[CLOCK_DUE];
    row.v[CLOCK_AMOUNT] = value_int(rule->amount);
    row.v[CLOCK_UNIT] = value_text(str_of(clock_unit_name(rule->unit)));
    put_due(w->rules, row.v, *due);
    return write(w, row.v, seq, problem);
}
