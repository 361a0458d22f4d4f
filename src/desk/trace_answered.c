#include "desk/trace_answered.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEYED = 2 * ACCOUNT_HASH + 1 };

static const struct column columns[] = {
    [TRACE_ANSWERED_ASKER] = {.name = "asker", .type = COLUMN_ID, .required = true, .key = true},
    [TRACE_ANSWERED_TRACE] = {.name = "trace", .type = COLUMN_ID, .required = true, .key = true},
    [TRACE_ANSWERED_N] = {.name = "n", .type = COLUMN_COUNT, .required = true, .key = true},
    [TRACE_ANSWERED_QUESTION] = {.name = "question", .type = COLUMN_ID, .required = true},
    [TRACE_ANSWERED_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [TRACE_ANSWERED_STATUS] = {.name = "status",
                               .type = COLUMN_WORD,
                               .required = true,
                               .words = "answered unknown"},
    [TRACE_ANSWERED_WHY] = {.name = "why", .type = COLUMN_ID},
    [TRACE_ANSWERED_LINE] = {.name = "line", .type = COLUMN_ID},
    [TRACE_ANSWERED_RECORD] = {.name = "record", .type = COLUMN_ID},
    [TRACE_ANSWERED_PREVIOUS] = {.name = "previous", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == TRACE_ANSWERED_COLUMNS, "one entry a column");

const struct fact_kind trace_answered_kind = {.name = "trace_answers",
                                              .table = "trace_answers",
                                              .columns = columns,
                                              .count = TRACE_ANSWERED_COLUMNS};

static void hash_question(const struct desk_work *w, const struct hop_question *q,
                          char out[static KEYED])
{
    char text[120];
    uint8_t hash[ACCOUNT_HASH];
    snprintf(text, sizeof text, "trace-answer/%llu/%llu/%lld", (unsigned long long)q->caller,
             (unsigned long long)q->callee, (long long)q->at);
    account_hash(w->key, str_of(text), hash);
    for (size_t i = 0; i < sizeof hash; i++)
        snprintf(out + 2 * i, 3, "%02x", hash[i]);
    explicit_bzero(text, sizeof text);
}

static enum err count_today(const struct desk_work *w, struct desk_no *no, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(w->who->organisation)),
                              value_int(when_plus(w->at, -WHEN_DAY))};
    int64_t told = 0;
    enum err e = store_integer(
        w->store, "SELECT COUNT(*) FROM trace_answers WHERE \"asker\" = $1 AND \"at\" > $2", v, 2,
        &told, problem);
    if (e == OK && told >= TRACE_ANSWERED_A_DAY)
        desk_refuse(no, DESK_LIMIT, "too-many-traces", "%d answers a day", TRACE_ANSWERED_A_DAY);
    return e;
}

static enum err note(const struct desk_work *w, const struct trace_telling *t, const char *question,
                     int64_t *seq, struct problem *problem)
{
    const struct hop_answer *a = t->answer;
    const bool yes = a->status == HOP_ANSWERED;
    const struct value row[TRACE_ANSWERED_COLUMNS] = {
        [TRACE_ANSWERED_ASKER] = value_text(str_of(w->who->organisation)),
        [TRACE_ANSWERED_TRACE] = value_text(str_of(t->asked->trace)),
        [TRACE_ANSWERED_N] = value_int(t->asked->n),
        [TRACE_ANSWERED_QUESTION] = value_text(str_of(question)),
        [TRACE_ANSWERED_AT] = value_int(w->at),
        [TRACE_ANSWERED_STATUS] = value_text(str_of(hop_word(yes ? HOP_ANSWERED : HOP_UNKNOWN))),
        [TRACE_ANSWERED_WHY] = yes ? value_null() : value_text(str_of(a->why)),
        [TRACE_ANSWERED_LINE] = yes ? value_text(str_of(a->line)) : value_null(),
        [TRACE_ANSWERED_RECORD] = yes ? value_text(str_of(a->record)) : value_null(),
        [TRACE_ANSWERED_PREVIOUS] =
            *a->previous != '\0' ? value_text(str_of(a->previous)) : value_null(),
    };
    return desk_write(w, &trace_answered_kind, row, seq, problem);
}

static enum err tell(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                     struct problem *problem)
{
    const struct trace_telling *t = what;
    char question[KEYED];
    const struct value key[TRACE_ANSWERED_COLUMNS] = {
        [TRACE_ANSWERED_ASKER] = value_text(str_of(w->who->organisation)),
        [TRACE_ANSWERED_TRACE] = value_text(str_of(t->asked->trace)),
        [TRACE_ANSWERED_N] = value_int(t->asked->n),
    };
    if ((w->who->role & (ROLE_CARRIER | ROLE_AUTHORITY)) == 0) {
        desk_refuse(no, DESK_DENIED, "not-a-tracer", "carriers and authorities ask this");
        return OK;
    }
    struct fact_row *former = malloc(sizeof *former);
    if (former == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    hash_question(w, t->asked, question);
    enum err e = fact_find(w->store, &trace_answered_kind, key, former, problem);
    if (e == OK && !str_eq(former->v[TRACE_ANSWERED_QUESTION].s, str_of(question)))
        desk_refuse(no, DESK_CONFLICT, "another-question",
                    "something else was asked under this trace and hop");
    else if (e == OK &&
             !str_eq(former->v[TRACE_ANSWERED_STATUS].s, str_of(hop_word(t->answer->status))))
        e = note(w, t, question, seq, problem);
    else if (e == ERR_NOT_FOUND && (e = count_today(w, no, problem)) == OK && no->why == DESK_YES)
        e = note(w, t, question, seq, problem);
    free(former);
    return e;
}

enum err trace_answered(const struct desk_work *w, const struct trace_telling *t,
                        struct desk_no *no, int64_t *seq, struct problem *problem)
{
    return desk_do(w, tell, (void *)t, no, seq, problem);
}

struct told {
    trace_told_each *each;
    void *to;
};

static bool take_told(void *to, const struct value *v, size_t count)
{
    const struct told *t = to;
    (void)count;
    return t->each(t->to, fact_text(&v[0]), v[1].i);
}

enum err trace_told(struct store *s, struct str record, trace_told_each *each, void *to,
                    struct problem *problem)
{
    struct told t = {each, to};
    const struct value v = value_text(record);
    return store_run(s,
                     "SELECT \"asker\", \"at\" FROM trace_answers WHERE \"record\" = $1 UNION ALL "
                     "SELECT x.\"organisation\", h.\"asked_at\" FROM trace_hops h JOIN traces x ON "
                     "x.\"id\" = h.\"trace\" WHERE h.\"record\" = $1 AND h.\"n\" = 0 ORDER BY 2 "
                     "DESC",
                     &v, 1, take_told, &t, problem);
}
