#include "desk/workload.h"

#include "desk/clock.h"
#include "desk/competent.h"
#include "desk/complaint.h"

enum { PARAMS = COMPETENT_PARAMS + 2 };

struct reading {
    const struct desk_work *w;
    struct problem *problem;
    struct value v[PARAMS]; /* who asks, then two of the question */
    struct workload *out;
};

#define SEEN                                                                                       \
    "FROM complaints x JOIN organisations o ON o.\"id\" = x.\"body\" WHERE " COMPETENT_SEES " AND" \
    " "

#define WAITING                                                                                    \
    "SELECT COUNT(*) " SEEN "x.\"status\" = 'received' AND x.\"received_at\" >= $5 AND "           \
    "x.\"received_at\" < $6"

static enum err count(struct reading *r, const char *sql, int64_t a, int64_t b, int64_t *out)
{
    r->v[COMPETENT_PARAMS] = value_int(a);
    r->v[COMPETENT_PARAMS + 1] = value_int(b);
    return store_integer(r->w->store, sql, r->v, PARAMS, out, r->problem);
}

static enum err count_complaints(struct reading *r, when midnight, when before, when soon)
{
    const when at = r->w->at;
    enum err e = count(r,
                       "SELECT COUNT(*) " SEEN "x.\"received_at\" >= $5 AND x.\"received_at\" <= "
                       "$6",
                       midnight, at, &r->out->today);
    if (e == OK)
        e = count(r, WAITING, 0, WHEN_NEVER, &r->out->waiting);
    if (e == OK)
        e = count(r, WAITING, 0, before, &r->out->waiting_long);
    if (e == OK)
        e = count(r,
                  "SELECT COUNT(*) " SEEN "x.\"status\" = 'accepted' AND EXISTS (SELECT 1 FROM "
                  "clocks c WHERE c.\"subject\" = x.\"id\" AND c.\"rule\" = "
                  "'" COMPLAINT_CLOCK_MEDIATE "' AND c.\"status\" = 'running' AND c.\"due\" > $5 "
                  "AND c.\"due\" <= $6)",
                  at, soon, &r->out->mediation_due);
    return e;
}

static enum err count_clocks(struct reading *r)
{
    const struct value v[] = {value_text(str_of(r->w->who->organisation)), value_int(r->w->at)};
    enum err e = store_integer(r->w->store,
                               "SELECT COUNT(*) FROM clocks WHERE \"organisation\" = $1 AND "
                               "\"status\" = 'running' AND \"rule\" <> '" CLOCK_WINDOW "' AND "
                               "\"due\" <= $2",
                               v, 2, &r->out->overdue, r->problem);
    return e == OK ? store_integer(r->w->store,
                                   "SELECT COUNT(*) FROM clocks c JOIN cases k ON c.\"subject\" "
                                   "LIKE k.\"id\" || '.%' WHERE k.\"status\" = 'open' AND "
                                   "(k.\"opened_by\" = $1 OR k.\"filed_by\" = $1) AND "
                                   "c.\"status\" = 'running' AND c.\"due\" <= $2 AND "
                                   "c.\"subject\" <> k.\"id\" || '.0'",
                                   v, 2, &r->out->verify, r->problem)
                   : e;
}

static unsigned issue_of(struct str word)
{
    struct str rest = STR(COMPLAINT_ISSUES), one;
    unsigned i = 0;
    while (str_split(&rest, ' ', &one) && !str_eq(one, word))
        i++;
    return i;
}

/* Which week, which issue, how many. */
static bool take_week(void *to, const struct value *c, size_t n)
{
    struct workload *out = to;
    const unsigned issue = issue_of(fact_text(&c[1]));
    (void)n;
    if (c[0].i >= 0 && c[0].i < WORKLOAD_WEEKS && issue < WORKLOAD_ISSUES)
        out->week[c[0].i].of[issue] = c[2].i;
    return true;
}

static enum err count_weeks(struct reading *r, when first)
{
    for (int i = 0; i < WORKLOAD_WEEKS; i++)
        r->out->week[i].from = first + i * 7 * WHEN_DAY;
    r->v[COMPETENT_PARAMS] = value_int(first);
    r->v[COMPETENT_PARAMS + 1] = value_int(7 * WHEN_DAY);
    return store_run(r->w->store,
                     "SELECT (x.\"received_at\" - $5) / $6, x.\"issue\", COUNT(*) " SEEN
                     "x.\"received_at\" >= $5 GROUP BY 1, 2",
                     r->v, PARAMS, take_week, r->out, r->problem);
}

enum err workload_read(const struct desk_work *w, struct workload *out, struct problem *problem)
{
    enum { THURSDAY = 3, WEEK = 7 }; /* 1970-01-01 was a Thursday; Monday is 0 */
    const int offset = rules_offset_minutes(w->rules);
    const int64_t day = when_day(w->at, offset);
    const when midnight = day * WHEN_DAY - offset * WHEN_MINUTE;
    const when monday = midnight - (day + THURSDAY) % WEEK * WHEN_DAY;
    struct reading r = {.w = w, .problem = problem, .out = out};
    struct competent_asker asker;
    when before, soon;
    *out = (struct workload){.today = 0};
    enum err e =
        calendar_end(w->rules, w->at, -WORKLOAD_SOON, CLOCK_WORKING_DAYS, &before, problem);
    if (e == OK)
        e = calendar_end(w->rules, w->at, WORKLOAD_SOON, CLOCK_WORKING_DAYS, &soon, problem);
    if (e == OK)
        e = competent_ask(w, &asker, problem);
    if (e != OK)
        return e;
    competent_params(&asker, r.v);
    e = count_complaints(&r, midnight, before, soon);
    if (e == OK)
        e = count_clocks(&r);
    return e == OK ? count_weeks(&r, monday - (WORKLOAD_WEEKS - 1) * WEEK * WHEN_DAY) : e;
}
