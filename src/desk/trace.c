#include "desk/trace.h"

static const struct column columns[] = {
    [TRACE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [TRACE_KIND] = {.name = "kind", .type = COLUMN_WORD, .required = true, .words = "call"},
    [TRACE_CALLER] = {.name = "caller", .type = COLUMN_ID, .required = true},
    [TRACE_CALLEE] = {.name = "callee", .type = COLUMN_ID},
    [TRACE_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [TRACE_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
    [TRACE_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [TRACE_REPORT] = {.name = "report", .type = COLUMN_ID},
    [TRACE_CASE] = {.name = "case", .type = COLUMN_ID},
    [TRACE_OPENED_AT] = {.name = "opened_at", .type = COLUMN_TIME, .required = true},
    [TRACE_STATUS] = {.name = "status",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = "open found lost"},
    [TRACE_WHY] = {.name = "why", .type = COLUMN_ID},
    [TRACE_CLOSED_AT] = {.name = "closed_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof columns / sizeof *columns == TRACE_COLUMNS, "one entry a column");

const struct fact_kind trace_kind = {
    .name = "traces", .table = "traces", .columns = columns, .count = TRACE_COLUMNS};

static const struct column hop_columns[] = {
    [TRACE_HOP_TRACE] = {.name = "trace", .type = COLUMN_ID, .required = true, .key = true},
    [TRACE_HOP_N] = {.name = "n", .type = COLUMN_COUNT, .required = true, .key = true},
    [TRACE_HOP_CARRIER] = {.name = "carrier", .type = COLUMN_ID},
    [TRACE_HOP_STATUS] = {.name = "status",
                          .type = COLUMN_WORD,
                          .required = true,
                          .words = HOP_STATUSES},
    [TRACE_HOP_WHY] = {.name = "why", .type = COLUMN_ID},
    [TRACE_HOP_ASKED_AT] = {.name = "asked_at", .type = COLUMN_TIME, .required = true},
    [TRACE_HOP_DUE] = {.name = "due", .type = COLUMN_TIME},
    [TRACE_HOP_ANSWERED_AT] = {.name = "answered_at", .type = COLUMN_TIME},
    [TRACE_HOP_AT] = {.name = "at", .type = COLUMN_TIME},
    [TRACE_HOP_LINE] = {.name = "line", .type = COLUMN_ID},
    [TRACE_HOP_PURPOSE] = {.name = "purpose", .type = COLUMN_ID},
    [TRACE_HOP_HOLDER] = {.name = "holder", .type = COLUMN_ID},
    [TRACE_HOP_HOLDER_NAME] = {.name = "holder_name", .type = COLUMN_TEXT},
    [TRACE_HOP_PRINCIPAL] = {.name = "principal", .type = COLUMN_ID},
    [TRACE_HOP_CAMPAIGN] = {.name = "campaign", .type = COLUMN_ID},
    [TRACE_HOP_RECORD] = {.name = "record", .type = COLUMN_ID},
    [TRACE_HOP_PREVIOUS] = {.name = "previous", .type = COLUMN_ID},
    [TRACE_HOP_PROVEN] = {.name = "proven", .type = COLUMN_COUNT},
    [TRACE_HOP_KNOWN] = {.name = "known", .type = COLUMN_ID},
};
_Static_assert(sizeof hop_columns / sizeof *hop_columns == TRACE_HOP_COLUMNS, "one entry a column");

const struct fact_kind trace_hop_kind = {.name = "trace_hops",
                                         .table = "trace_hops",
                                         .columns = hop_columns,
                                         .count = TRACE_HOP_COLUMNS};

/* Reading ----------------------------------------------------------------------------------- */

/* A text of the row; it was checked when it was written. */
static void take(const struct value *v, char *out, size_t size)
{
    if (!str_copy(fact_text(v), out, size))
        *out = '\0';
}
#define TAKE(v, out) take(v, out, sizeof(out))

static when instant(const struct value *v)
{
    return v->type == VALUE_INT ? v->i : 0;
}

static bool take_trace(void *to, const struct value *row)
{
    struct trace *t = to;
    TAKE(&row[TRACE_ID], t->id);
    TAKE(&row[TRACE_ORGANISATION], t->organisation);
    TAKE(&row[TRACE_BY], t->by);
    TAKE(&row[TRACE_REPORT], t->report);
    TAKE(&row[TRACE_CASE], t->case_id);
    TAKE(&row[TRACE_STATUS], t->status);
    TAKE(&row[TRACE_WHY], t->why);
    t->at = row[TRACE_AT].i;
    t->opened_at = row[TRACE_OPENED_AT].i;
    t->closed_at = instant(&row[TRACE_CLOSED_AT]);
    return false;
}

static bool take_hop(void *to, const struct value *row)
{
    struct trace *t = to;
    if (t->hops == HOPS)
        return false;
    struct trace_hop *h = &t->hop[t->hops++];
    struct hop_answer *a = &h->answer;
    if (!hop_status_of(row[TRACE_HOP_STATUS].s, &a->status))
        a->status = HOP_REFUSED;
    TAKE(&row[TRACE_HOP_CARRIER], h->carrier);
    TAKE(&row[TRACE_HOP_WHY], a->why);
    TAKE(&row[TRACE_HOP_LINE], a->line);
    TAKE(&row[TRACE_HOP_PURPOSE], a->purpose);
    TAKE(&row[TRACE_HOP_HOLDER], a->holder);
    TAKE(&row[TRACE_HOP_HOLDER_NAME], a->holder_name);
    TAKE(&row[TRACE_HOP_PRINCIPAL], a->principal);
    TAKE(&row[TRACE_HOP_CAMPAIGN], a->campaign);
    TAKE(&row[TRACE_HOP_RECORD], a->record);
    TAKE(&row[TRACE_HOP_PREVIOUS], a->previous);
    TAKE(&row[TRACE_HOP_KNOWN], h->known);
    a->at = instant(&row[TRACE_HOP_AT]);
    a->proven = row[TRACE_HOP_PROVEN].type == VALUE_INT;
    h->asked_at = row[TRACE_HOP_ASKED_AT].i;
    h->due = instant(&row[TRACE_HOP_DUE]);
    h->answered_at = instant(&row[TRACE_HOP_ANSWERED_AT]);
    return true;
}

struct str trace_seer(const struct desk_work *w)
{
    const bool all = w->who == NULL || (w->who->role & (ROLE_MACHINE | ROLE_AUTHORITY)) != 0;
    return all ? STR("") : str_of(w->who->organisation);
}

enum err trace_read(const struct desk_work *w, struct str id, struct trace *out, struct desk_no *no,
                    struct problem *problem)
{
    const struct value v[] = {value_text(trace_seer(w)), value_text(id)};
    *out = (struct trace){.hops = 0};
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    enum err e = fact_list(w->store, &trace_kind, "WHERE " TRACE_SEEN "AND x.\"id\" = $2", v, 2,
                           take_trace, out, problem);
    if (e == OK && *out->id == '\0')
        desk_absent(no);
    if (e == OK && *out->id != '\0')
        e = fact_list(w->store, &trace_hop_kind, "WHERE x.\"trace\" = $1 ORDER BY x.\"n\"", &v[1],
                      1, take_hop, out, problem);
    return e;
}

struct listing {
    trace_each *each;
    void *to;
};

static bool list_one(void *to, const struct value *v, size_t count)
{
    const struct listing *l = to;
    (void)count;
    return l->each(l->to, v[0].s);
}

enum err trace_list(const struct desk_work *w, struct str after, size_t limit, trace_each *each,
                    void *to, struct problem *problem)
{
    struct listing l = {each, to};
    const struct value v[] = {value_text(trace_seer(w)), value_text(after),
                              value_int((int64_t)limit)};
    return store_run(
        w->store,
        "SELECT x.\"id\" FROM traces x WHERE " TRACE_SEEN
        "AND ($2 = '' OR (x.\"opened_at\", x.\"id\") < (SELECT c.\"opened_at\", c.\"id\" FROM "
        "traces c WHERE c.\"id\" = $2)) ORDER BY x.\"opened_at\" DESC, x.\"id\" DESC "
        "LIMIT $3",
        v, 3, list_one, &l, problem);
}

enum err trace_waiting(const struct desk_work *w, trace_each *each, void *to,
                       struct problem *problem)
{
    struct listing l = {each, to};
    const struct value v = value_int(w->at);
    return store_run(w->store,
                     "SELECT h.\"trace\" FROM trace_hops h JOIN traces x ON x.\"id\" = "
                     "h.\"trace\" WHERE h.\"status\" IN ('asked', 'overdue') AND "
                     "COALESCE(h.\"next_at\", 0) <= $1 AND x.\"status\" = 'open' ORDER BY "
                     "h.\"asked_at\" LIMIT 100",
                     &v, 1, list_one, &l, problem);
}
