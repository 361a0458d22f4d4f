#include "desk/campaign_pause.h"

#include "core/buf.h"
#include "desk/inbox.h"
#include "desk/restraint.h"
#include "registry/campaign.h"

#include <stdlib.h>

static const struct column columns[] = {
    [CAMPAIGN_PAUSE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CAMPAIGN_PAUSE_CAMPAIGN] = {.name = "campaign", .type = COLUMN_ID, .required = true},
    [CAMPAIGN_PAUSE_PRINCIPAL] = {.name = "principal", .type = COLUMN_ID, .required = true},
    [CAMPAIGN_PAUSE_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [CAMPAIGN_PAUSE_GROUND] = {.name = "ground",
                               .type = COLUMN_WORD,
                               .required = true,
                               .words = CAMPAIGN_PAUSE_GROUNDS},
    [CAMPAIGN_PAUSE_SINCE] = {.name = "since", .type = COLUMN_TIME, .required = true},
    [CAMPAIGN_PAUSE_CALLS] = {.name = "calls", .type = COLUMN_COUNT, .required = true},
    [CAMPAIGN_PAUSE_DECLINED] = {.name = "declined", .type = COLUMN_COUNT, .required = true},
    [CAMPAIGN_PAUSE_REPORTS] = {.name = "reports", .type = COLUMN_COUNT, .required = true},
    [CAMPAIGN_PAUSE_THRESHOLD] = {.name = "threshold", .type = COLUMN_COUNT, .required = true},
    [CAMPAIGN_PAUSE_ENDED] = {.name = "ended_at", .type = COLUMN_TIME},
    [CAMPAIGN_PAUSE_ENDED_BY] = {.name = "ended_by", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == CAMPAIGN_PAUSE_COLUMNS, "one entry a column");

const struct fact_kind campaign_pause_kind = {.name = "campaign-pauses",
                                              .table = "campaign_pauses",
                                              .columns = columns,
                                              .count = CAMPAIGN_PAUSE_COLUMNS};

/* Deciding ------------------------------------------------------------------------------------- */

#define REFUSALS "refusals"
#define REPORTS  "reports"

struct campaign_limits campaign_limits_of(const struct rules *r)
{
    return (struct campaign_limits){
        .calls = rules_limit_count(r, LIMIT_CAMPAIGN_CALLS, 0),
        .within_s = rules_limit_time(r, LIMIT_CAMPAIGN_CALLS, 0),
        .refusals = rules_limit_count(r, LIMIT_CAMPAIGN_REFUSALS, 0),
        .reports = rules_limit_count(r, LIMIT_CAMPAIGN_REPORTS, 0),
        .reporters = rules_limit_count(r, LIMIT_CAMPAIGN_REPORTERS, 0),
    };
}

const char *campaign_pause_ground(const struct campaign_limits *l, const struct campaign_counts *c)
{
    if (l->calls == 0 || c->calls < l->calls)
        return NULL;
    if (l->refusals > 0 && c->declined * 100 >= l->refusals * c->calls)
        return REFUSALS;
    if (l->reports > 0 && c->reports >= l->reporters * RESTRAINT_WHOLE &&
        c->reports * 1000 >= l->reports * RESTRAINT_WHOLE * c->calls)
        return REPORTS;
    return NULL;
}

enum err campaign_pause_since(const struct desk_work *w, struct str campaign, when step,
                              when *since, struct problem *problem)
{
    const when back =
        when_plus(w->at, -rules_limit_time(w->rules, LIMIT_CAMPAIGN_CALLS, 0) * WHEN_SECOND);
    const struct value v = value_text(campaign);
    int64_t resumed = INT64_MIN;
    enum err e = store_integer(
        w->store, "SELECT MAX(\"ended_at\") FROM campaign_pauses WHERE \"campaign\" = $1", &v, 1,
        &resumed, problem);
    const when from = resumed > back ? resumed : back;
    *since = from + (step - from % step) % step;
    return e;
}

/* Pausing -------------------------------------------------------------------------------------- */

struct pausing {
    struct str campaign;
    const struct campaign_run *run;
    struct fact_row row;
};

static bool collect(void *to, const struct value *v, size_t count)
{
    struct buf *ids = to;
    (void)count;
    buf_printf(ids, "%s%.*s", ids->n > 0 ? ";" : "", (int)v->s.n, v->s.p);
    return true;
}

/* Whoever makes its calls, and whoever carries them: each once. */
static enum err tell(const struct desk_work *w, const struct value *campaign, int64_t *seq,
                     struct problem *problem)
{
    const struct value v[] = {campaign[CAMPAIGN_PRINCIPAL],
                              value_text(fact_text(&campaign[CAMPAIGN_CALLERS])),
                              value_text(fact_text(&campaign[CAMPAIGN_LINES]))};
    char memory[2 * LIST_MAX];
    struct buf told;
    struct str rest, one;
    buf_fixed(&told, memory, sizeof memory);
    enum err e = store_run(
        w->store,
        "SELECT o.\"id\" FROM organisations o WHERE o.\"id\" = $1 OR replace(';' || $2 || ';', ';' "
        "|| o.\"id\" || ';', '') <> ';' || $2 || ';' OR EXISTS (SELECT 1 FROM lines l WHERE "
        "l.\"carrier\" = o.\"id\" AND replace(';' || $3 || ';', ';' || l.\"id\" || ';', '') <> ';' "
        "|| $3 || ';') ORDER BY 1",
        v, 3, collect, &told, problem);
    for (rest = buf_view(&told); e == OK && rest.n > 0 && str_split(&rest, ';', &one);)
        e = inbox_put(w, one, "pause", campaign[CAMPAIGN_ID].s, seq, problem);
    return e;
}

static enum err pause_it(const struct desk_work *w, struct pausing *x, const char *ground,
                         int64_t *seq, struct problem *problem)
{
    const struct campaign_run *run = x->run;
    char id[FRESH_ID];
    fresh_id("pau", id);
    const struct value row[CAMPAIGN_PAUSE_COLUMNS] = {
        [CAMPAIGN_PAUSE_ID] = value_text(str_of(id)),
        [CAMPAIGN_PAUSE_CAMPAIGN] = value_text(x->campaign),
        [CAMPAIGN_PAUSE_PRINCIPAL] = x->row.v[CAMPAIGN_PRINCIPAL],
        [CAMPAIGN_PAUSE_AT] = value_int(w->at),
        [CAMPAIGN_PAUSE_GROUND] = value_text(str_of(ground)),
        [CAMPAIGN_PAUSE_SINCE] = value_int(run->since),
        [CAMPAIGN_PAUSE_CALLS] = value_int(run->counts.calls),
        [CAMPAIGN_PAUSE_DECLINED] = value_int(run->counts.declined),
        [CAMPAIGN_PAUSE_REPORTS] = value_int(run->counts.reports),
        [CAMPAIGN_PAUSE_THRESHOLD] =
            value_int(strcmp(ground, REFUSALS) == 0 ? run->limits.refusals : run->limits.reports),
    };
    x->row.v[CAMPAIGN_STATUS] = value_text(STR("paused"));
    enum err e = desk_write(w, &campaign_kind, x->row.v, seq, problem);
    if (e == OK)
        e = desk_write(w, &campaign_pause_kind, row, seq, problem);
    return e == OK ? tell(w, x->row.v, seq, problem) : e;
}

/* What was counted may be from before somebody resumed it, or paused it. */
static enum err consider(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct pausing *x = what;
    const char *ground = campaign_pause_ground(&x->run->limits, &x->run->counts);
    when since;
    (void)no;
    enum err e = fact_first(w->store, &campaign_kind, value_text(x->campaign), &x->row, problem);
    if (e != OK || ground == NULL || !str_eq(x->row.v[CAMPAIGN_STATUS].s, STR("active")))
        return e;
    e = campaign_pause_since(w, x->campaign, x->run->step, &since, problem);
    return e == OK && since == x->run->since ? pause_it(w, x, ground, seq, problem) : e;
}

enum err campaign_pause(const struct desk_work *w, struct str campaign,
                        const struct campaign_run *run, int64_t *seq, struct problem *problem)
{
    struct desk_no no;
    struct pausing *x = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    x->campaign = campaign;
    x->run = run;
    enum err e = desk_do(w, consider, x, &no, seq, problem);
    free(x);
    return e;
}

/* Running again -------------------------------------------------------------------------------- */

#define OPEN "WHERE x.\"campaign\" = $1 AND x.\"ended_at\" IS NULL ORDER BY x.\"at\", x.\"id\" "

static bool first(void *to, const struct value *row)
{
    return !str_copy(row[CAMPAIGN_PAUSE_ID].s, to, FRESH_ID);
}

enum err campaign_pause_end(const struct desk_work *w, struct str campaign, int64_t *seq,
                            struct problem *problem)
{
    const struct value v = value_text(campaign);
    struct fact_row *row = malloc(sizeof *row);
    enum err e = OK;
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (bool more = true; e == OK && more;) {
        char id[FRESH_ID] = "";
        e = fact_list(w->store, &campaign_pause_kind, OPEN "LIMIT 1", &v, 1, first, id, problem);
        more = e == OK && id[0] != '\0';
        if (more)
            e = fact_first(w->store, &campaign_pause_kind, value_text(str_of(id)), row, problem);
        if (more && e == OK) {
            row->v[CAMPAIGN_PAUSE_ENDED] = value_int(w->at);
            row->v[CAMPAIGN_PAUSE_ENDED_BY] =
                w->who != NULL ? value_text(str_of(w->who->id)) : value_null();
            e = desk_write(w, &campaign_pause_kind, row->v, seq, problem);
        }
    }
    free(row);
    return e;
}

static bool take(void *to, const struct value *v, size_t count)
{
    (void)count;
    return !str_copy(v->s, to, ID_BYTES + 1);
}

static enum err catch_up(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    bool more = true;
    enum err e = OK;
    (void)what;
    (void)no;
    while (e == OK && more) {
        char id[ID_BYTES + 1] = "";
        e = store_run(w->store,
                      "SELECT c.\"id\" FROM campaigns c JOIN campaign_pauses x ON x.\"campaign\" = "
                      "c.\"id\" WHERE c.\"status\" = 'active' AND x.\"ended_at\" IS NULL ORDER BY "
                      "1 LIMIT 1",
                      NULL, 0, take, id, problem);
        more = id[0] != '\0';
        if (e == OK && more)
            e = campaign_pause_end(w, str_of(id), seq, problem);
    }
    return e;
}

enum err campaign_pause_catch_up(const struct desk_work *w, int64_t *seq, struct problem *problem)
{
    struct desk_no no;
    return desk_do(w, catch_up, NULL, &no, seq, problem);
}

enum err campaign_pause_list(struct store *s, struct str campaign, int64_t most, fact_pick *each,
                             void *to, struct problem *problem)
{
    const struct value v[] = {value_text(campaign), value_int(most)};
    return fact_list(s, &campaign_pause_kind,
                     "WHERE x.\"campaign\" = $1 ORDER BY x.\"at\" DESC, x.\"id\" DESC LIMIT $2", v,
                     2, each, to, problem);
}
