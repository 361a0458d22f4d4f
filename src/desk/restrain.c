#include "desk/restrain.h"

#include "desk/clock.h"
#include "desk/inbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct column columns[] = {
    [RESTRAINT_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [RESTRAINT_KIND] = {.name = "kind",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = RESTRAINT_KINDS},
    [RESTRAINT_SENDER] = {.name = "sender", .type = COLUMN_ID, .required = true},
    [RESTRAINT_LINE] = {.name = "line", .type = COLUMN_ID},
    [RESTRAINT_HOLDER] = {.name = "holder", .type = COLUMN_ID},
    [RESTRAINT_REPORTS] = {.name = "reports", .type = COLUMN_COUNT, .required = true},
    [RESTRAINT_CALLS] = {.name = "calls", .type = COLUMN_COUNT},
    [RESTRAINT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [RESTRAINT_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [RESTRAINT_LIFTED] = {.name = "lifted_at", .type = COLUMN_TIME},
    [RESTRAINT_GROUND] = {.name = "ground", .type = COLUMN_ID},
    [RESTRAINT_PROTECTED] = {.name = "protected", .type = COLUMN_WORD, .words = "yes"},
    [RESTRAINT_STATUS] = {.name = "status",
                          .type = COLUMN_WORD,
                          .required = true,
                          .words = RESTRAINT_STATES},
    [RESTRAINT_WHY] = {.name = "why", .type = COLUMN_WORD, .words = RESTRAINT_ENDS},
    [RESTRAINT_DECIDED_BY] = {.name = "decided_by", .type = COLUMN_ID},
    [RESTRAINT_DECIDED_AT] = {.name = "decided_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == RESTRAINT_COLUMNS, "one entry a column");

const struct fact_kind restraint_kind = {
    .name = "restraints", .table = "restraints", .columns = columns, .count = RESTRAINT_COLUMNS};

/* What adds up --------------------------------------------------------------------------------- */

/* Since a person has lifted what reports had led to, or since `since`. */
static enum err begins(const struct desk_work *w, const struct report_span *span, when *out,
                       struct problem *problem)
{
    const struct value v[] = {value_text(span->line.n > 0 ? span->line : span->sender),
                              value_int(span->until)};
    int64_t lifted = INT64_MIN;
    enum err e =
        store_integer(w->store,
                      "SELECT MAX(\"lifted_at\") FROM restraints WHERE \"sender\" = $1 AND "
                      "\"lifted_at\" <= $2 AND (\"why\" IS NULL OR \"why\" <> 'untrue')",
                      v, 2, &lifted, problem);
    *out = lifted > span->since ? lifted : span->since;
    return e;
}

enum err restrain_sum(const struct desk_work *w, const struct report_span *span, int64_t *sum,
                      bool *marketing, struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    struct restraint_report *reports = malloc(REPORTS_WEIGHED * sizeof *reports);
    struct report_span from = *span;
    size_t count = 0;
    *sum = 0;
    *marketing = false;
    if (reports == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = begins(w, span, &from.since, problem);
    if (e == OK)
        e = report_weigh(w->store, &from, reports, &count, problem);
    if (e == OK) {
        *sum = restraint_sum(&l, reports, count, span->until);
        *marketing = restraint_is_marketing(&l, reports, count, span->until);
    }
    free(reports);
    return e;
}

/* As far back as any of the windows. */
static struct report_span span_to(const struct restraint_limits *l, struct str sender,
                                  struct str line, when until)
{
    const int64_t back = l->within_s > l->marketing_s ? l->within_s : l->marketing_s;
    return (struct report_span){.sender = sender,
                                .line = line,
                                .since = when_plus(until, -back * WHEN_SECOND),
                                .until = until};
}

enum err restrain_due(const struct desk_work *w, struct str sender, struct str line,
                      struct restrain_due *due, struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const struct report_span own = span_to(&l, sender, STR(""), w->at);
    const struct report_span over = span_to(&l, STR(""), line, w->at);
    const int64_t least = l.reports * RESTRAINT_WHOLE;
    int64_t sum = 0;
    bool marketing;
    *due = (struct restrain_due){.sender = false};
    enum err e = restrain_sum(w, &own, &sum, &marketing, problem);
    due->sender = least > 0 && sum >= least;
    if (e == OK && line.n > 0)
        e = restrain_sum(w, &over, &sum, &due->marketing, problem);
    due->line = line.n > 0 && least > 0 && sum >= least;
    return e;
}

/* Doing it ------------------------------------------------------------------------------------- */

struct restraining {
    const struct restrain_sender *s;
    struct restrained *done;
};

/* The number, or the line whoever called over it. */
struct restrained_one {
    struct str sender, holder, subject; /* `subject`: of an order; empty: none is given */
    struct restraint_sender is;
    int64_t sum;
};

static enum err holds(const struct desk_work *w, struct str sender, const char *kind, bool *out,
                      struct problem *problem)
{
    const struct value v[] = {value_text(sender), value_text(str_of(kind)), value_int(w->at)};
    return store_any(w->store,
                     "SELECT 1 FROM restraints WHERE \"sender\" = $1 AND \"kind\" = $2 AND "
                     "\"until\" > $3 AND \"lifted_at\" IS NULL",
                     v, 3, out, problem);
}

static struct value optional(struct str s)
{
    return s.n > 0 ? value_text(s) : value_null();
}

struct notice {
    const char *id, *kind, *ground;
    struct str sender, holder;
    int64_t reports;
    struct value calls;
    when until;
    bool look; /* an officer's time to look into it begins */
};

static enum err note(const struct desk_work *w, const struct restrain_sender *s,
                     const struct notice *n, int64_t *seq, struct problem *problem)
{
    const struct value row[RESTRAINT_COLUMNS] = {
        [RESTRAINT_ID] = value_text(str_of(n->id)),
        [RESTRAINT_KIND] = value_text(str_of(n->kind)),
        [RESTRAINT_SENDER] = value_text(n->sender),
        [RESTRAINT_LINE] = optional(s->line),
        [RESTRAINT_HOLDER] = optional(n->holder),
        [RESTRAINT_REPORTS] = value_int(n->reports),
        [RESTRAINT_CALLS] = n->calls,
        [RESTRAINT_AT] = value_int(w->at),
        [RESTRAINT_UNTIL] = value_int(n->until),
        [RESTRAINT_GROUND] = value_text(str_of(n->ground)),
        [RESTRAINT_PROTECTED] = s->protected ? value_text(STR("yes")) : value_null(),
        [RESTRAINT_STATUS] = value_text(STR("open")),
    };
    const struct clock_terms look = {.subject = row[RESTRAINT_ID].s,
                                     .organisation = s->line_carrier,
                                     .rule = CLOCK_RESTRAINT,
                                     .from = w->at};
    when due;
    enum err e = desk_write(w, &restraint_kind, row, seq, problem);
    if (e == OK && s->link != NULL && n->holder.n == 0 && str_eq(n->sender, s->sender)) {
        const struct value v[] = {row[RESTRAINT_ID], value_bytes(s->link, REPORT_LINK)};
        e = store_run(w->store, "UPDATE restraints SET \"link\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                      NULL, problem);
    }
    if (e == OK)
        e = inbox_put(w, n->holder, "restraint", row[RESTRAINT_ID].s, seq, problem);
    return e == OK && n->look ? clock_begin(w, &look, &due, seq, problem) : e;
}

static enum err order(const struct desk_work *w, struct str subject, const char *act,
                      const char *reason, when until, char id[static FRESH_ID], int64_t *seq,
                      struct problem *problem)
{
    const struct fact_origin by = {.node = w->node, .actor = STR("menshen"), .at = w->at};
    const struct order_terms terms = {.subject = subject,
                                      .act = str_of(act),
                                      .reason = str_of(reason),
                                      .document = STR("cn.watch.behaviour"),
                                      .until = until};
    return order_give(w->store, &terms, &by, id, seq, problem);
}

/* What the pack has no ground for is not done. */
static bool grounded(const struct desk_work *w, const char *ground)
{
    return rules_ground(w->rules, GROUND_RESTRAINT, str_of(ground), w->at) != NULL;
}

static enum err review(const struct desk_work *w, struct restraining *x,
                       const struct restrained_one *o, bool look, int64_t *seq,
                       struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const char *ground = restraint_ground(RESTRAINT_REVIEW, &o->is);
    char id[FRESH_ID];
    bool already;
    enum err e = holds(w, o->sender, "review", &already, problem);
    if (e != OK || already || !grounded(w, ground))
        return e;
    fresh_id("rvw", id);
    const struct notice n = {.id = id,
                             .kind = "review",
                             .ground = ground,
                             .sender = o->sender,
                             .holder = o->holder,
                             .reports = o->sum,
                             .calls = value_int(o->is.calls),
                             .until = when_plus(w->at, l.within_s * WHEN_SECOND),
                             .look = look};
    x->done->reviewed = true;
    return note(w, x->s, &n, seq, problem);
}

static enum err cap(const struct desk_work *w, struct restraining *x,
                    const struct restrained_one *o, int64_t *seq, struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const char *ground = restraint_ground(RESTRAINT_CAP, &o->is);
    const when until = when_plus(w->at, l.cap_s * WHEN_SECOND);
    char id[FRESH_ID];
    bool already;
    enum err e = holds(w, o->sender, "cap", &already, problem);
    if (e != OK || already || !grounded(w, ground))
        return e;
    e = order(w, o->subject, "restrict", "reports of calls that are on record", until, id, seq,
              problem);
    const struct notice n = {.id = id,
                             .kind = "cap",
                             .ground = ground,
                             .sender = o->sender,
                             .holder = o->holder,
                             .reports = o->sum,
                             .calls = value_int(o->is.calls),
                             .until = until,
                             .look = true};
    x->done->capped = true;
    x->done->until = until;
    return e == OK ? note(w, x->s, &n, seq, problem) : e;
}

static enum err take_for_commercial(const struct desk_work *w, struct restraining *x, int64_t *seq,
                                    struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const when until = when_plus(w->at, l.marketing_s * WHEN_SECOND);
    char id[FRESH_ID];
    bool already;
    enum err e = holds(w, x->s->line, "commercial", &already, problem);
    if (e != OK || already || !grounded(w, RESTRAINT_ON_MARKETING))
        return e;
    e = order(w, x->s->line, "commercial", "reports that calls on this service line were marketing",
              until, id, seq, problem);
    const struct notice n = {.id = id,
                             .kind = "commercial",
                             .ground = RESTRAINT_ON_MARKETING,
                             .sender = x->s->line,
                             .holder = x->s->line_holder,
                             .reports = l.marketing * RESTRAINT_WHOLE,
                             .calls = value_null(),
                             .until = until,
                             .look = true};
    x->done->commercial = true;
    return e == OK ? note(w, x->s, &n, seq, problem) : e;
}

static enum err act_on(const struct desk_work *w, struct restraining *x,
                       const struct restrained_one *o, int64_t *seq, struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const enum restraint r = restraint_of(&l, &o->is, o->sum);
    enum err e = OK;
    if (r >= RESTRAINT_REVIEW)
        e = review(w, x, o, r == RESTRAINT_REVIEW, seq, problem);
    return e == OK && r == RESTRAINT_CAP ? cap(w, x, o, seq, problem) : e;
}

static enum err act_on_number(const struct desk_work *w, struct restraining *x, int64_t *seq,
                              struct problem *problem)
{
    const struct restrain_sender *s = x->s;
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const struct report_span span = span_to(&l, s->sender, STR(""), w->at);
    char subject[24];
    bool marketing;
    snprintf(subject, sizeof subject, "%" PRIu64, s->number);
    struct restrained_one o = {.sender = s->sender,
                               .holder = s->holder,
                               .subject = str_of(subject),
                               .is = {.registered = s->registered,
                                      .protected = s->protected,
                                      .proven = true,
                                      .calls = s->calls}};
    enum err e = restrain_sum(w, &span, &o.sum, &marketing, problem);
    return e == OK ? act_on(w, x, &o, seq, problem) : e;
}

/* What a number of the line has been restrained for is none of the line's (report_weigh). */
static enum err act_on_line(const struct desk_work *w, struct restraining *x, int64_t *seq,
                            struct problem *problem)
{
    const struct restrain_sender *s = x->s;
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const struct report_span span = span_to(&l, STR(""), s->line, w->at);
    bool marketing = false;
    struct restrained_one o = {.sender = s->line,
                               .holder = s->line_holder,
                               .subject = s->line,
                               .is = {.registered = true,
                                      .protected = s->protected,
                                      .proven = !s->shared,
                                      .calls = s->line_calls}};
    enum err e = restrain_sum(w, &span, &o.sum, &marketing, problem);
    if (e == OK)
        e = act_on(w, x, &o, seq, problem);
    return e == OK && marketing && s->service ? take_for_commercial(w, x, seq, problem) : e;
}

static enum err act(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    struct restraining *x = what;
    enum err e = OK;
    (void)no;
    if (x->s->number != 0)
        e = act_on_number(w, x, seq, problem);
    return e == OK && x->s->line.n > 0 ? act_on_line(w, x, seq, problem) : e;
}

enum err restrain(const struct desk_work *w, const struct restrain_sender *s,
                  struct restrained *out, int64_t *seq, struct problem *problem)
{
    struct desk_no no;
    struct restraining x = {s, out};
    *out = (struct restrained){.until = 0};
    return desk_do(w, act, &x, &no, seq, problem);
}

/* Lists ---------------------------------------------------------------------------------------- */

#define NEWEST                                                                                     \
    "($2 = '' OR (x.\"at\", x.\"id\") < (SELECT c.\"at\", c.\"id\" FROM restraints c WHERE "       \
    "c.\"id\" = $2)) AND (x.\"at\" >= $4 OR (x.\"lifted_at\" IS NULL AND x.\"until\" > $5)) "      \
    "ORDER BY x.\"at\" DESC, x.\"id\" DESC LIMIT $3"

enum err restrain_list(struct store *s, const struct restrain_list *l, fact_pick *each, void *to,
                       struct problem *problem)
{
    const struct value whose = l->link != NULL      ? value_bytes(l->link, REPORT_LINK)
                               : l->holder != NULL  ? value_text(str_of(l->holder))
                               : l->carrier != NULL ? value_text(str_of(l->carrier))
                                                    : value_text(STR(""));
    const struct value v[] = {whose, value_text(l->cursor), value_int(l->most),
                              value_int(l->link != NULL ? l->since : INT64_MIN), value_int(l->now)};
    const char *where =
        l->link != NULL     ? "WHERE x.\"link\" = $1 AND " NEWEST
        : l->holder != NULL ? "WHERE x.\"holder\" = $1 AND " NEWEST
        : l->carrier != NULL
            ? "WHERE (x.\"holder\" = $1 OR EXISTS (SELECT 1 FROM lines l WHERE l.\"id\" = "
              "x.\"line\" AND l.\"carrier\" = $1)) AND " NEWEST
            : "WHERE $1 = '' AND " NEWEST;
    return fact_list(s, &restraint_kind, where, v, 5, each, to, problem);
}
