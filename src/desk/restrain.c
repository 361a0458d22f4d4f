#include "desk/restrain.h"

#include "registry/order.h"

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
};
_Static_assert(sizeof columns / sizeof *columns == RESTRAINT_COLUMNS, "one entry a column");

const struct fact_kind restraint_kind = {
    .name = "restraints", .table = "restraints", .columns = columns, .count = RESTRAINT_COLUMNS};

/* What adds up --------------------------------------------------------------------------------- */

struct added {
    struct restraint_report *reports;
    int64_t sum;    /* of the sender's */
    bool marketing; /* of the line's */
};

/* Since an appeal has lifted what reports led to, or since `since`. */
static enum err begins(const struct desk_work *w, struct str sender, when since, when *out,
                       struct problem *problem)
{
    const struct value v = value_text(sender);
    int64_t lifted = INT64_MIN;
    enum err e =
        store_integer(w->store, "SELECT MAX(\"lifted_at\") FROM restraints WHERE \"sender\" = $1",
                      &v, 1, &lifted, problem);
    *out = lifted > since ? lifted : since;
    return e;
}

static enum err add_up(const struct desk_work *w, const struct restraint_limits *l,
                       struct str sender, struct str line, struct added *out,
                       struct problem *problem)
{
    size_t count = 0;
    when since;
    out->sum = 0;
    out->marketing = false;
    enum err e = begins(w, sender, when_plus(w->at, -l->within_s * WHEN_SECOND), &since, problem);
    if (e == OK)
        e = report_weigh(w->store, sender, STR(""), since, out->reports, &count, problem);
    if (e == OK)
        out->sum = restraint_sum(l, out->reports, count, w->at);
    if (e != OK || line.n == 0)
        return e;
    e = begins(w, line, when_plus(w->at, -l->marketing_s * WHEN_SECOND), &since, problem);
    if (e == OK)
        e = report_weigh(w->store, STR(""), line, since, out->reports, &count, problem);
    if (e == OK)
        out->marketing = restraint_is_marketing(l, out->reports, count, w->at);
    return e;
}

static enum err added(const struct desk_work *w, struct str sender, struct str line,
                      struct added *out, struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    out->reports = malloc(REPORTS_WEIGHED * sizeof *out->reports);
    enum err e = out->reports != NULL ? add_up(w, &l, sender, line, out, problem)
                                      : problem_set(problem, ERR_MEMORY, "out of memory");
    free(out->reports);
    out->reports = NULL;
    return e;
}

enum err restrain_due(const struct desk_work *w, struct str sender, struct str line, bool *due,
                      struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    struct added a = {.sum = 0};
    enum err e = added(w, sender, line, &a, problem);
    *due = e == OK && (a.marketing || (l.reports > 0 && a.sum >= l.reports * RESTRAINT_WHOLE));
    return e;
}

/* Doing it ------------------------------------------------------------------------------------- */

struct restraining {
    const struct restrain_sender *s;
    struct restrained *done;
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
    const char *id, *kind;
    struct str sender, holder;
    int64_t reports;
    bool counted; /* its calls were */
    when until;
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
        [RESTRAINT_CALLS] = n->counted ? value_int(s->calls) : value_null(),
        [RESTRAINT_AT] = value_int(w->at),
        [RESTRAINT_UNTIL] = value_int(n->until),
    };
    enum err e = desk_write(w, &restraint_kind, row, seq, problem);
    if (e != OK || s->link == NULL || n->holder.n > 0)
        return e;
    const struct value v[] = {row[RESTRAINT_ID], value_bytes(s->link, REPORT_LINK)};
    return store_run(w->store, "UPDATE restraints SET \"link\" = $2 WHERE \"id\" = $1", v, 2, NULL,
                     NULL, problem);
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

static enum err review(const struct desk_work *w, struct restraining *x, int64_t sum, int64_t *seq,
                       struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    char id[FRESH_ID];
    bool already;
    enum err e = holds(w, x->s->sender, "review", &already, problem);
    if (e != OK || already)
        return e;
    fresh_id("rvw", id);
    const struct notice n = {.id = id,
                             .kind = "review",
                             .sender = x->s->sender,
                             .holder = x->s->holder,
                             .reports = sum,
                             .counted = true,
                             .until = when_plus(w->at, l.within_s * WHEN_SECOND)};
    x->done->reviewed = true;
    return note(w, x->s, &n, seq, problem);
}

static enum err cap(const struct desk_work *w, struct restraining *x, int64_t sum, int64_t *seq,
                    struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    char id[FRESH_ID], subject[24];
    bool already;
    enum err e = holds(w, x->s->sender, "cap", &already, problem);
    if (e != OK || already)
        return e;
    x->done->until = when_plus(w->at, l.cap_s * WHEN_SECOND);
    snprintf(subject, sizeof subject, "%" PRIu64, x->s->number);
    e = order(w, str_of(subject), "restrict", "reports of calls that are on record", x->done->until,
              id, seq, problem);
    const struct notice n = {.id = id,
                             .kind = "cap",
                             .sender = x->s->sender,
                             .holder = x->s->holder,
                             .reports = sum,
                             .counted = true,
                             .until = x->done->until};
    x->done->capped = true;
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
    if (e != OK || already)
        return e;
    e = order(w, x->s->line, "commercial", "reports that calls on this service line were marketing",
              until, id, seq, problem);
    const struct notice n = {.id = id,
                             .kind = "commercial",
                             .sender = x->s->line,
                             .holder = x->s->line_holder,
                             .reports = l.marketing * RESTRAINT_WHOLE,
                             .until = until};
    x->done->commercial = true;
    return e == OK ? note(w, x->s, &n, seq, problem) : e;
}

static enum err act(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                    struct problem *problem)
{
    struct restraining *x = what;
    const struct restrain_sender *s = x->s;
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const struct restraint_sender sender = {.registered = s->registered,
                                            .protected = s->protected,
                                            .proven = s->number != 0,
                                            .calls = s->calls};
    struct added a = {.sum = 0};
    (void)no;
    enum err e = added(w, s->sender, s->line, &a, problem);
    if (e != OK)
        return e;
    const enum restraint r = restraint_of(&l, &sender, a.sum);
    if (r >= RESTRAINT_REVIEW)
        e = review(w, x, a.sum, seq, problem);
    if (e == OK && r == RESTRAINT_CAP)
        e = cap(w, x, a.sum, seq, problem);
    if (e == OK && a.marketing && s->service)
        e = take_for_commercial(w, x, seq, problem);
    return e;
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
    "c.\"id\" = $2)) ORDER BY x.\"at\" DESC, x.\"id\" DESC LIMIT $3"

enum err restrain_list(struct store *s, const struct restrain_list *l, fact_pick *each, void *to,
                       struct problem *problem)
{
    const struct value whose = l->link != NULL     ? value_bytes(l->link, REPORT_LINK)
                               : l->holder != NULL ? value_text(str_of(l->holder))
                                                   : value_text(STR(""));
    const struct value v[] = {whose, value_text(l->cursor), value_int(l->most)};
    const char *where = l->link != NULL     ? "WHERE x.\"link\" = $1 AND " NEWEST
                        : l->holder != NULL ? "WHERE x.\"holder\" = $1 AND " NEWEST
                                            : "WHERE $1 = '' AND " NEWEST;
    return fact_list(s, &restraint_kind, where, v, 3, each, to, problem);
}
