#include "desk/report.h"

#include "desk/body.h"
#include "desk/clock.h"
#include "desk/ordering.h"
#include "desk/restrain.h"
#include "desk/text.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

static const struct column columns[] = {
    [REPORT_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [REPORT_KIND] = {.name = "kind", .type = COLUMN_WORD, .required = true, .words = REPORT_KINDS},
    [REPORT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [REPORT_RECEIVED] = {.name = "received_at", .type = COLUMN_TIME, .required = true},
    [REPORT_CHANNEL] = {.name = "channel",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = REPORT_CHANNELS},
    [REPORT_ENTERED] = {.name = "entered_by", .type = COLUMN_ID},
    [REPORT_CLUSTER] = {.name = "cluster", .type = COLUMN_ID, .required = true},
    [REPORT_SENDER] = {.name = "sender", .type = COLUMN_ID},
    [REPORT_LINE] = {.name = "line", .type = COLUMN_ID},
    [REPORT_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [REPORT_RECORD] = {.name = "record", .type = COLUMN_ID},
    [REPORT_STATUS] = {.name = "status",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = REPORT_STATES},
    [REPORT_GROUND] = {.name = "ground", .type = COLUMN_WORD, .words = REPORT_GROUNDS},
    [REPORT_WEIGHT] = {.name = "weight", .type = COLUMN_COUNT, .required = true},
    [REPORT_STAGE] = {.name = "stage",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = REPORT_STAGES},
    [REPORT_FORGOTTEN] = {.name = "forgotten_at", .type = COLUMN_TIME},
    [REPORT_TRIAGED] = {.name = "triaged", .type = COLUMN_WORD, .words = REPORT_KINDS},
};
_Static_assert(sizeof columns / sizeof *columns == REPORT_COLUMNS, "one entry a column");

const struct fact_kind report_kind = {
    .name = "reports", .table = "reports", .columns = columns, .count = REPORT_COLUMNS};

#define CLOCK_FORWARD "cn.clock.nuisance.forward"
#define CLOCK_FIRM    "cn.clock.nuisance.firm"
#define CLOCK_TELL    "cn.clock.nuisance.tell"

void report_cluster(const struct account_key *key, number n, char out[static REPORT_CLUSTER_TEXT])
{
    char text[32];
    uint8_t hash[ACCOUNT_HASH];
    snprintf(text, sizeof text, "report/%" PRIu64, n);
    account_hash(key, str_of(text), hash);
    sodium_bin2hex(out, REPORT_CLUSTER_TEXT, hash, (REPORT_CLUSTER_TEXT - 1) / 2);
}

/* How many of this reporter since then have one of these states. */
static enum err count_of(struct store *s, const struct value *link, when since, const char *states,
                         int64_t *out, struct problem *problem)
{
    char sql[200];
    const struct value v[] = {*link, value_int(since)};
    snprintf(sql, sizeof sql,
             "SELECT COUNT(*) FROM reports WHERE \"link\" = $1 AND \"received_at\" > $2 AND "
             "\"status\" IN (%s)",
             states);
    *out = 0;
    return store_integer(s, sql, v, 2, out, problem);
}

/* Entering ------------------------------------------------------------------------------------ */

enum { ENTERED_TIMES = 5 }; /* as many as count */

static enum err put_number(const struct desk_work *w, const char *id, const char *name, number n,
                           struct problem *problem)
{
    char text[24];
    const int length = snprintf(text, sizeof text, "%" PRIu64, n);
    enum err e = desk_text_put(w, str_of(id), name, str_bytes(text, (size_t)length), problem);
    explicit_bzero(text, sizeof text);
    return e;
}

static enum err put_beside(const struct desk_work *w, const struct report_entry *said,
                           const char *id, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(id)), value_bytes(said->link, REPORT_LINK)};
    enum err e = store_run(w->store, "UPDATE reports SET \"link\" = $2 WHERE \"id\" = $1", v, 2,
                           NULL, NULL, problem);
    if (e == OK)
        e = put_number(w, id, "number", said->caller, problem);
    if (e == OK)
        e = put_number(w, id, "reporter", said->reporter, problem);
    if (e == OK && said->note.n > 0)
        e = desk_text_put(w, str_of(id), "note", said->note, problem);
    return e;
}

enum err report_put(const struct desk_work *w, const struct report_entry *said,
                    char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    const struct value link = value_bytes(said->link, REPORT_LINK);
    const int64_t most = ENTERED_TIMES * rules_limit_count(w->rules, LIMIT_REPORTS_DAILY, 20);
    char cluster[REPORT_CLUSTER_TEXT];
    int64_t today;
    when due;
    if (said->at > w->at) {
        desk_refuse(no, DESK_WRONG, "not-yet", "the call is said to be later than now");
        return OK;
    }
    enum err e = count_of(w->store, &link, when_plus(w->at, -WHEN_DAY),
                          "'waiting', 'counted', 'lead', 'untrue'", &today, problem);
    if (e == OK && today >= most) {
        desk_refuse(no, DESK_LIMIT, "too-many-reports",
                    "%" PRId64 " reports have come from here within a day", today);
        return OK;
    }
    fresh_id("rpt", id);
    report_cluster(w->key, said->caller, cluster);
    const struct value row[REPORT_COLUMNS] = {
        [REPORT_ID] = value_text(str_of(id)),
        [REPORT_KIND] = value_text(said->kind),
        [REPORT_AT] = value_int(said->at),
        [REPORT_RECEIVED] = value_int(w->at),
        [REPORT_CHANNEL] = value_text(said->channel),
        [REPORT_ENTERED] = w->who != NULL && w->who->organisation[0] != '\0'
                               ? value_text(str_of(w->who->organisation))
                               : value_null(),
        [REPORT_CLUSTER] = value_text(str_of(cluster)),
        [REPORT_STATUS] = value_text(STR("waiting")),
        [REPORT_WEIGHT] = value_int(0),
        [REPORT_STAGE] = value_text(STR("received")),
    };
    if (e == OK)
        e = desk_write(w, &report_kind, row, seq, problem);
    if (e == OK)
        e = put_beside(w, said, id, problem);
    return e == OK ? clock_start(w, str_of(id), CLOCK_FORWARD, w->at, &due, seq, problem) : e;
}

struct entering {
    const struct report_entry *said;
    char *id;
};

static enum err enter(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct entering *x = what;
    return report_put(w, x->said, x->id, no, seq, problem);
}

enum err report_enter(const struct desk_work *w, const struct report_entry *said,
                      char id[static FRESH_ID], struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    struct entering x = {.said = said};
    x.id = id;
    return desk_do(w, enter, &x, no, seq, problem);
}

/* Opening ------------------------------------------------------------------------------------- */

static enum err get_number(const struct desk_work *w, struct str id, const char *name, number *out,
                           struct problem *problem)
{
    uint8_t bytes[32];
    struct buf text;
    unsigned long long n = 0;
    buf_fixed(&text, bytes, sizeof bytes);
    enum err e = desk_text_get(w, id, name, &text, problem);
    if (e == OK && !str_to_u64(buf_view(&text), UINT64_MAX / 2, &n))
        e = problem_set(problem, ERR_CORRUPT, "a report holds no number");
    explicit_bzero(bytes, sizeof bytes);
    *out = n;
    return e;
}

static enum err find(struct store *s, struct str id, struct fact_row *row, struct problem *problem)
{
    const struct value key[REPORT_COLUMNS] = {[REPORT_ID] = value_text(id)};
    return fact_find(s, &report_kind, key, row, problem);
}

enum err report_open(const struct desk_work *w, struct str id, struct report_said *out,
                     struct problem *problem)
{
    enum err e = find(w->store, id, &out->row, problem);
    if (e == OK)
        e = get_number(w, id, "number", &out->caller, problem);
    return e == OK ? get_number(w, id, "reporter", &out->reporter, problem) : e;
}

bool report_unmatched(const struct value *row)
{
    return str_eq(row[REPORT_STATUS].s, STR("waiting")) ||
           (str_eq(row[REPORT_STATUS].s, STR("lead")) &&
            str_eq(fact_text(&row[REPORT_GROUND]), STR("no-call")));
}

/* Settling ------------------------------------------------------------------------------------ */

struct settling {
    struct str id;
    const struct report_call *call;
    struct fact_row row;
    uint8_t link[REPORT_LINK];
};

static bool take_link(void *to, const struct value *v, size_t count)
{
    struct settling *x = to;
    (void)count;
    if (v->type == VALUE_BYTES && v->s.n == sizeof x->link)
        memcpy(x->link, v->s.p, v->s.n);
    return false;
}

/* One of hers counts already: of this sender in the time that must lie between. */
static enum err repeated(const struct desk_work *w, const struct value *link,
                         const struct value *row, bool *out, struct problem *problem)
{
    const int64_t between = rules_limit_time(w->rules, LIMIT_REPORT_REPEAT, 0);
    const struct value v[] = {*link, row[REPORT_SENDER],
                              value_int(when_plus(row[REPORT_RECEIVED].i, -between * WHEN_SECOND)),
                              row[REPORT_ID]};
    return store_any(w->store,
                     "SELECT 1 FROM reports WHERE \"link\" = $1 AND \"sender\" = $2 AND "
                     "\"received_at\" > $3 AND \"id\" <> $4 AND \"status\" IN ('counted', "
                     "'untrue')",
                     v, 4, out, problem);
}

/* As many count of the civil day on which it came as may. */
static enum err day_is_full(const struct desk_work *w, const struct value *link,
                            const struct value *row, bool *out, struct problem *problem)
{
    const int offset = rules_offset_minutes(w->rules);
    const int64_t most = rules_limit_count(w->rules, LIMIT_REPORTS_DAILY, 0);
    const when begins =
        when_day(row[REPORT_RECEIVED].i, offset) * WHEN_DAY - (when)offset * WHEN_MINUTE;
    int64_t counted;
    enum err e = count_of(w->store, link, begins - 1, "'counted', 'untrue'", &counted, problem);
    *out = e == OK && counted >= most;
    return e;
}

/* Why it does not count; NULL: it does. */
static enum err ground_of(const struct desk_work *w, const struct settling *x, const char **ground,
                          struct problem *problem)
{
    const struct value *row = x->row.v;
    const struct value link = value_bytes(x->link, sizeof x->link);
    const int64_t window = rules_limit_time(w->rules, LIMIT_REPORT_WINDOW, 0);
    bool no = false;
    *ground = NULL;
    if (row[REPORT_RECEIVED].i - row[REPORT_AT].i >= window * WHEN_SECOND)
        *ground = "too-late";
    else if (!x->call->found)
        *ground = "no-call";
    if (*ground != NULL)
        return OK;
    enum err e = repeated(w, &link, row, &no, problem);
    if (e == OK && no)
        *ground = "repeated";
    if (e == OK && !no) {
        e = day_is_full(w, &link, row, &no, problem);
        if (e == OK && no)
            *ground = "daily-number";
    }
    return e;
}

static struct value optional(struct str s)
{
    return s.n > 0 ? value_text(s) : value_null();
}

static enum err settle(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct settling *x = what;
    struct value *v = x->row.v;
    const struct report_call *call = x->call;
    const char *ground;
    int64_t untrue = 0;
    (void)no;
    enum err e = find(w->store, x->id, &x->row, problem);
    if (e != OK || !report_unmatched(v))
        return e;
    e = store_run(w->store, "SELECT \"link\" FROM reports WHERE \"id\" = $1", &v[REPORT_ID], 1,
                  take_link, x, problem);
    if (call->found) {
        v[REPORT_RECORD] = optional(call->record);
        v[REPORT_LINE] = optional(call->line);
        v[REPORT_ORGANISATION] = optional(call->organisation);
        v[REPORT_SENDER] = call->proven ? v[REPORT_CLUSTER] : optional(call->line);
    }
    if (e == OK)
        e = ground_of(w, x, &ground, problem);
    const struct value link = value_bytes(x->link, sizeof x->link);
    if (e == OK && ground == NULL)
        e = count_of(
            w->store, &link,
            when_plus(w->at, -rules_limit_time(w->rules, LIMIT_REPORT_UNTRUE, 0) * WHEN_SECOND),
            "'untrue'", &untrue, problem);
    if (e != OK)
        return e;
    v[REPORT_STATUS] = value_text(ground == NULL ? STR("counted") : STR("lead"));
    v[REPORT_GROUND] = ground == NULL ? value_null() : value_text(str_of(ground));
    v[REPORT_WEIGHT] = value_int(ground == NULL ? restraint_weight(untrue) : 0);
    return desk_write(w, &report_kind, v, seq, problem);
}

enum err report_settle(const struct desk_work *w, struct str id, const struct report_call *call,
                       int64_t *seq, struct problem *problem)
{
    struct desk_no no;
    struct settling x = {.id = id, .call = call};
    return desk_do(w, settle, &x, &no, seq, problem);
}

/* Weighing ------------------------------------------------------------------------------------ */

struct weighing {
    struct restraint_report *out;
    size_t *count;
};

static bool weigh(void *to, const struct value *v, size_t count)
{
    const struct weighing *x = to;
    (void)count;
    x->out[(*x->count)++] =
        (struct restraint_report){.at = v[0].i, .weight = (unsigned)v[1].i, .marketing = v[2].i};
    return *x->count < REPORTS_WEIGHED;
}

/* A reporter's newest instant, most weight, and whether any of hers says so. */
#define REPORTERS                                                                                  \
    "SELECT MAX(r.\"received_at\"), MAX(r.\"weight\"), MAX(CASE " REPORT_TAKEN_FOR(                \
        "r") " WHEN "                                                                              \
             "'marketing' THEN 1 ELSE 0 END) FROM reports r WHERE r.\"received_at\" > $2 AND "     \
             "r.\"received_at\" <= $3 AND r.\"status\" = 'counted' AND "
#define NEWEST_FIRST " GROUP BY r.\"link\" ORDER BY 1 DESC LIMIT $4"

enum err report_weigh(struct store *s, const struct report_span *span, struct restraint_report *out,
                      size_t *count, struct problem *problem)
{
    const bool line = span->line.n > 0;
    const struct value v[] = {value_text(line ? span->line : span->sender), value_int(span->since),
                              value_int(span->until), value_int(REPORTS_WEIGHED)};
    struct weighing x = {out, count};
    *count = 0;
    return store_run(s,
                     line ? REPORTERS
                         "r.\"line\" = $1 AND NOT EXISTS (SELECT 1 FROM restraints x WHERE "
                         "x.\"sender\" = r.\"sender\" AND x.\"sender\" <> $1 AND x.\"at\" >= "
                         "r.\"received_at\" AND x.\"at\" <= $3 AND (x.\"why\" IS NULL OR "
                         "x.\"why\" <> 'untrue'))" NEWEST_FIRST
                          : REPORTERS "r.\"sender\" = $1" NEWEST_FIRST,
                     v, 4, weigh, &x, problem);
}

/* Acts ---------------------------------------------------------------------------------------- */

static const struct stage {
    const char *act, *from, *to, *meets, *starts;
} stages[] = {
    {"forward", "received", "forwarded", CLOCK_FORWARD, CLOCK_FIRM},
    {"answer", "forwarded", "answered", CLOCK_FIRM, CLOCK_TELL},
    {"tell", "answered", "told", CLOCK_TELL, NULL},
};

enum err report_seen(const struct desk_work *w, struct str id, struct desk_no *no,
                     struct problem *problem)
{
    bool seen = true;
    enum err e = OK;
    if (w->who != NULL && w->who->role == ROLE_CARRIER) {
        const struct value v[] = {value_text(id), value_text(str_of(w->who->organisation))};
        e = store_any(
            w->store,
            "SELECT 1 FROM reports x WHERE x.\"id\" = $1 AND " REPORT_OF_CARRIER("x", "$2"), v, 2,
            &seen, problem);
    }
    if (e == OK && !seen)
        desk_absent(no);
    return e;
}

static enum err move_on(const struct desk_work *w, const struct stage *s, struct value *v,
                        struct desk_no *no, int64_t *seq, struct problem *problem)
{
    bool late;
    when due;
    if (!str_eq(v[REPORT_STAGE].s, str_of(s->from))) {
        desk_refuse(no, DESK_CONFLICT, "not-in-turn", "%s is for a report that is %s; this is %.*s",
                    s->act, s->from, STR_ARG(v[REPORT_STAGE].s));
        return OK;
    }
    v[REPORT_STAGE] = value_text(str_of(s->to));
    enum err e = clock_meet(w, v[REPORT_ID].s, s->meets, &late, seq, problem);
    if (e == OK && s->starts != NULL)
        e = clock_start(w, v[REPORT_ID].s, s->starts, w->at, &due, seq, problem);
    return e == OK ? desk_write(w, &report_kind, v, seq, problem) : e;
}

/* A report of a call that nobody has on record is about no line of anybody's. */
static enum err may_find(const struct desk_work *w, const struct value *v, struct desk_no *no,
                         struct problem *problem)
{
    if (w->who == NULL || !body_acts(w->who)) {
        desk_refuse(no, DESK_DENIED, "not-officer",
                    "an officer finds what a report is, and whether it is true");
        return OK;
    }
    return v[REPORT_LINE].type == VALUE_TEXT ? ordering_competent(w, v[REPORT_LINE].s, no, problem)
                                             : OK;
}

static enum err find_untrue(const struct desk_work *w, struct report_act *a, struct desk_no *no,
                            int64_t *seq, struct problem *problem)
{
    struct value *v = a->row.v;
    const bool counted = str_eq(v[REPORT_STATUS].s, STR("counted"));
    enum err e = may_find(w, v, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (!counted && !str_eq(v[REPORT_STATUS].s, STR("lead"))) {
        desk_refuse(no, DESK_CONFLICT, "not-in-turn", "this report is %.*s",
                    STR_ARG(v[REPORT_STATUS].s));
        return OK;
    }
    v[REPORT_STATUS] = value_text(STR("untrue"));
    v[REPORT_GROUND] = value_text(STR("untrue"));
    v[REPORT_WEIGHT] = value_int(0);
    e = desk_write(w, &report_kind, v, seq, problem);
    return e == OK && counted ? restrain_revise(w, v[REPORT_SENDER].s, fact_text(&v[REPORT_LINE]),
                                                &a->lifted, seq, problem)
                              : e;
}

static enum err triage(const struct desk_work *w, struct report_act *a, struct desk_no *no,
                       int64_t *seq, struct problem *problem)
{
    struct value *v = a->row.v;
    const struct value *now =
        &v[v[REPORT_TRIAGED].type == VALUE_TEXT ? REPORT_TRIAGED : REPORT_KIND];
    enum err e = may_find(w, v, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (str_eq(v[REPORT_STATUS].s, STR("untrue")) || str_eq(now->s, a->as)) {
        desk_refuse(no, DESK_CONFLICT, "not-in-turn", "this report is %.*s, taken for %.*s",
                    STR_ARG(v[REPORT_STATUS].s), STR_ARG(now->s));
        return OK;
    }
    v[REPORT_TRIAGED] = value_text(a->as);
    e = desk_write(w, &report_kind, v, seq, problem);
    return e == OK && str_eq(v[REPORT_STATUS].s, STR("counted"))
               ? restrain_revise(w, v[REPORT_SENDER].s, fact_text(&v[REPORT_LINE]), &a->lifted, seq,
                                 problem)
               : e;
}

static enum err act(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    struct report_act *a = what;
    char name[16];
    const struct stage *stage = NULL;
    enum err e = find(w->store, a->id, &a->row, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (str_eq(a->act, str_of(stages[i].act)))
            stage = &stages[i];
    if (e == OK)
        e = report_seen(w, a->id, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = stage != NULL                   ? move_on(w, stage, a->row.v, no, seq, problem)
            : str_eq(a->act, STR("triage")) ? triage(w, a, no, seq, problem)
                                            : find_untrue(w, a, no, seq, problem);
    if (e == OK && no->why == DESK_YES && a->note.n > 0 && str_copy(a->act, name, sizeof name))
        e = desk_text_put(w, a->id, name, a->note, problem);
    return e;
}

enum err report_do(const struct desk_work *w, struct report_act *a, struct desk_no *no,
                   int64_t *seq, struct problem *problem)
{
    a->lifted = false;
    return desk_do(w, act, a, no, seq, problem);
}
