#include "desk/forget.h"

#include "desk/appeal.h"
#include "desk/clock.h"
#include "desk/complaint_act.h"
#include "desk/report.h"
#include "desk/text.h"

enum { ROUND = 1000 /* of a kind, before others have their turn */, ASKED_A_DAY = 3 };

/* One of them --------------------------------------------------------------------------------- */

struct forgetting {
    char id[COMPLAINT_ID];
    const struct forget_hers *hers; /* who asked; NULL: its time is over */
};

static enum err each_statement(const struct desk_work *w, const char *const *sql, size_t n,
                               const struct value *id, struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < n && e == OK; i++)
        e = store_run(w->store, sql[i], id, 1, NULL, NULL, problem);
    return e;
}

static enum err drop_complaint(const struct desk_work *w, const struct value *id,
                               struct problem *problem)
{
    static const char *const sql[] = {
        "DELETE FROM desk_texts WHERE \"owner\" = $1 OR \"owner\" IN (SELECT \"id\" FROM "
        "disclosures WHERE \"complaint\" = $1) OR \"owner\" IN (SELECT \"id\" FROM documents WHERE "
        "\"subject\" = $1)",
        "DELETE FROM evidence_parts WHERE \"evidence\" IN (SELECT \"id\" FROM evidence WHERE "
        "\"complaint\" = $1)",
        "UPDATE complaints SET \"link\" = NULL WHERE \"id\" = $1",
    };
    return each_statement(w, sql, sizeof sql / sizeof *sql, id, problem);
}

/* She asked, and it is still open: then she takes it back. */
static enum err withdraw(const struct desk_work *w, const struct forgetting *f,
                         struct fact_row *row, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct complaint_withdrawing x = {str_of(f->id), NULL, 0};
    if (f->hers == NULL || !(complaint_is(row->v, "received") || complaint_is(row->v, "accepted")))
        return OK;
    x.link = f->hers->link;
    x.since = f->hers->since;
    enum err e = complaint_withdraw(w, &x, no, seq, problem);
    return e == OK && no->why == DESK_YES ? complaint_lock(w, str_of(f->id), row, problem) : e;
}

static enum err forget_complaint(const struct desk_work *w, void *what, struct desk_no *no,
                                 int64_t *seq, struct problem *problem)
{
    const struct forgetting *f = what;
    struct fact_row row;
    const struct value id = value_text(str_of(f->id));
    enum err e = complaint_lock(w, id.s, &row, problem);
    if (e == OK)
        e = withdraw(w, f, &row, no, seq, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    e = drop_complaint(w, &id, problem);
    row.v[COMPLAINT_FORGOTTEN_AT] = value_int(w->at);
    return e == OK ? desk_write(w, &complaint_kind, row.v, seq, problem) : e;
}

/* Who she is goes; what an authority's case rests on stays, for that authority alone. */
static enum err restrict_complaint(const struct desk_work *w, void *what, struct desk_no *no,
                                   int64_t *seq, struct problem *problem)
{
    static const char *const sql[] = {
        "DELETE FROM desk_texts WHERE \"owner\" = $1 AND \"name\" IN ('" COMPLAINT_TEXT_NAME
        "', '" COMPLAINT_TEXT_NUMBER "', '" COMPLAINT_TEXT_ADDRESS "')"};
    const struct forgetting *f = what;
    struct fact_row row;
    const struct value id = value_text(str_of(f->id));
    (void)no;
    enum err e = complaint_lock(w, id.s, &row, problem);
    if (e == OK)
        e = each_statement(w, sql, 1, &id, problem);
    row.v[COMPLAINT_RESTRICTED_AT] = value_int(w->at);
    return e == OK ? desk_write(w, &complaint_kind, row.v, seq, problem) : e;
}

static enum err find(const struct desk_work *w, const struct fact_kind *kind,
                     const struct value *id, struct fact_row *row, struct problem *problem)
{
    struct value key[COLUMNS_MAX] = {*id};
    return fact_find(w->store, kind, key, row, problem);
}

static enum err forget_report(const struct desk_work *w, void *what, struct desk_no *no,
                              int64_t *seq, struct problem *problem)
{
    static const char *const sql[] = {"DELETE FROM desk_texts WHERE \"owner\" = $1",
                                      "UPDATE reports SET \"link\" = NULL WHERE \"id\" = $1"};
    const struct forgetting *f = what;
    struct fact_row row;
    const struct value id = value_text(str_of(f->id));
    (void)no;
    enum err e = find(w, &report_kind, &id, &row, problem);
    if (e == OK)
        e = each_statement(w, sql, 2, &id, problem);
    if (e == OK && f->hers != NULL)
        e = clock_drop(w, id.s, NULL, seq, problem);
    if (e != OK)
        return e;
    if (str_eq(row.v[REPORT_STATUS].s, STR("waiting"))) {
        row.v[REPORT_STATUS] = value_text(STR("lead"));
        row.v[REPORT_GROUND] = value_text(STR("erased"));
    }
    row.v[REPORT_FORGOTTEN] = value_int(w->at);
    return desk_write(w, &report_kind, row.v, seq, problem);
}

static enum err forget_appeal(const struct desk_work *w, void *what, struct desk_no *no,
                              int64_t *seq, struct problem *problem)
{
    static const char *const sql[] = {"DELETE FROM desk_texts WHERE \"owner\" = $1 OR \"owner\" IN "
                                      "(SELECT \"id\" FROM documents WHERE \"subject\" = $1)",
                                      "UPDATE appeals SET \"link\" = NULL WHERE \"id\" = $1"};
    const struct forgetting *f = what;
    struct fact_row row;
    const struct value id = value_text(str_of(f->id));
    (void)no;
    enum err e = find(w, &appeal_kind, &id, &row, problem);
    if (e == OK)
        e = each_statement(w, sql, 2, &id, problem);
    row.v[APPEAL_FORGOTTEN] = value_int(w->at);
    return e == OK ? desk_write(w, &appeal_kind, row.v, seq, problem) : e;
}

/* One after the other ------------------------------------------------------------------------- */

/* What a statement finds, one at a time, until it finds none. */
struct forgets {
    const char *sql; /* "SELECT id …" */
    desk_step *step;
};

static bool take_id(void *to, const struct value *c, size_t count)
{
    (void)count;
    return !str_copy(c[0].s, to, COMPLAINT_ID);
}

static enum err run(const struct desk_work *w, const struct forgets *k, const struct value *params,
                    size_t count, const struct forget_hers *hers, unsigned *ended, int64_t *seq,
                    struct problem *problem)
{
    for (int i = 0; i < ROUND; i++) {
        struct forgetting f = {.id = "", .hers = hers};
        struct desk_no no;
        int64_t last = 0;
        enum err e = store_run(w->store, k->sql, params, count, take_id, f.id, problem);
        if (e != OK || f.id[0] == '\0')
            return e;
        e = desk_do(w, k->step, &f, &no, &last, problem);
        if (e != OK)
            return e;
        if (no.why != DESK_YES) /* somebody was first: at the next round */
            return OK;
        *seq = last > *seq ? last : *seq;
        ++*ended;
    }
    return OK;
}

/* By its time --------------------------------------------------------------------------------- */

#define OVER(c)                                                                                    \
    "(" c ".\"status\" IN ('closed', 'refused', 'withdrawn') AND COALESCE(" c ".\"closed_at\", " c \
    ".\"decided_at\") <= $1)"

static enum err limit_of(const struct desk_work *w, enum limit_kind limit, struct value *before)
{
    const int64_t kept_s = rules_limit_time(w->rules, limit, 0);
    *before = value_int(when_plus(w->at, -kept_s * WHEN_SECOND));
    return kept_s > 0 ? OK : ERR_NOT_FOUND;
}

static enum err complaints_due(const struct desk_work *w, unsigned *ended, int64_t *seq,
                               struct problem *problem)
{
    static const struct forgets complaints = {
        "SELECT x.\"id\" FROM complaints x LEFT JOIN complaints l ON l.\"id\" = x.\"joined_to\" "
        "WHERE x.\"forgotten_at\" IS NULL AND x.\"received_at\" <= $1 AND (" OVER(
            "x") " OR (x.\"status\" = 'joined' AND " OVER("l") ")) AND NOT EXISTS (SELECT 1 FROM "
                                                               "cases k WHERE k.\"id\" = "
                                                               "COALESCE(x.\"case\", l.\"case\") "
                                                               "AND (k.\"status\" <> 'closed' "
                                                               "OR EXISTS (SELECT 1 FROM case_acts "
                                                               "a WHERE a.\"case\" = k.\"id\" AND "
                                                               "a.\"at\" > $1))) "
                                                               "ORDER BY x.\"received_at\" LIMIT 1",
        forget_complaint};
    struct value before;
    return limit_of(w, LIMIT_COMPLAINT_KEPT, &before) == OK
               ? run(w, &complaints, &before, 1, NULL, ended, seq, problem)
               : OK;
}

static enum err reports_due(const struct desk_work *w, unsigned *ended, int64_t *seq,
                            struct problem *problem)
{
    static const struct forgets reports = {
        "SELECT \"id\" FROM reports WHERE \"forgotten_at\" IS NULL AND \"received_at\" <= $1 AND "
        "\"status\" <> 'waiting' ORDER BY \"received_at\" LIMIT 1",
        forget_report};
    static const struct forgets appeals = {
        "SELECT \"id\" FROM appeals WHERE \"forgotten_at\" IS NULL AND \"status\" <> 'open' AND "
        "\"decided_at\" <= $1 LIMIT 1",
        forget_appeal};
    struct value before;
    if (limit_of(w, LIMIT_REPORT_KEPT, &before) != OK)
        return OK;
    enum err e = run(w, &reports, &before, 1, NULL, ended, seq, problem);
    if (e == OK)
        e = run(w, &appeals, &before, 1, NULL, ended, seq, problem);
    return e == OK ? store_run(w->store,
                               "UPDATE restraints SET \"link\" = NULL WHERE \"link\" IS NOT NULL "
                               "AND \"until\" <= $1",
                               &before, 1, NULL, NULL, problem)
                   : e;
}

enum err forget_due(const struct desk_work *w, unsigned *ended, int64_t *seq,
                    struct problem *problem)
{
    *ended = 0;
    enum err e = complaints_due(w, ended, seq, problem);
    if (e == OK)
        e = reports_due(w, ended, seq, problem);
    return e == OK && *ended > 0 ? store_scour(w->store, problem) : e;
}

/* Because she asked --------------------------------------------------------------------------- */

#define HERS(c, at) c ".\"link\" = $1 AND " c ".\"" at "\" >= $2"

/* Part of an open case of an authority, itself or by the one that it is handled with. */
#define IN_CASE                                                                                    \
    "EXISTS (SELECT 1 FROM cases k WHERE k.\"id\" = COALESCE(x.\"case\", (SELECT l.\"case\" FROM " \
    "complaints l WHERE l.\"id\" = x.\"joined_to\")) AND k.\"status\" <> 'closed' AND "            \
    "(k.\"filed_by\" IS NOT NULL OR k.\"opened_as\" = 'authority'))"

/* What is left of hers: complaints, appeals, restraints of her number that hold. */
#define LEFT                                                                                       \
    "SELECT 'complaint/' || x.\"id\" FROM complaints x WHERE " HERS(                               \
        "x",                                                                                       \
        "received_at") " UNION "                                                                   \
                       "SELECT 'appeal/' || x.\"id\" FROM appeals x WHERE " HERS(                  \
                           "x",                                                                    \
                           "at") " UNION "                                                         \
                                 "SELECT 'restraint/' || x.\"id\" FROM restraints x WHERE " HERS(  \
                                     "x", "at")

enum { ERASURES = 50 };
struct erasure {
    char id[FRESH_ID];
    uint8_t link[SUBJECT_LINK];
    when since;
};
struct erasures {
    struct erasure at[ERASURES];
    size_t count;
};

static bool take_erasure(void *to, const struct value *c, size_t count)
{
    struct erasures *all = to;
    struct erasure *one = &all->at[all->count];
    (void)count;
    if (!str_copy(c[0].s, one->id, sizeof one->id) || c[1].s.n != sizeof one->link)
        return true;
    memcpy(one->link, c[1].s.p, sizeof one->link);
    one->since = c[2].i;
    return ++all->count < ERASURES;
}

/* Links that are in no row of facts. */
static enum err drop_links(const struct desk_work *w, const struct value *hers,
                           struct problem *problem)
{
    const struct value v[] = {hers[0], hers[1], value_int(w->at)};
    enum err e = store_run(w->store,
                           "UPDATE documents SET \"link\" = NULL WHERE \"link\" = $1 AND \"at\" "
                           ">= $2",
                           hers, 2, NULL, NULL, problem);
    return e == OK ? store_run(w->store,
                               "UPDATE restraints SET \"link\" = NULL WHERE \"link\" = $1 AND "
                               "\"at\" >= $2 AND (\"until\" <= $3 OR \"lifted_at\" IS NOT NULL)",
                               v, 3, NULL, NULL, problem)
                   : e;
}

/* Done with, once nothing is left and the files are scoured. */
static enum err finish(const struct desk_work *w, const struct erasure *x, const struct value *hers,
                       bool changed, struct problem *problem)
{
    const struct value id = value_text(str_of(x->id));
    bool left = true;
    enum err e = store_any(w->store, LEFT " LIMIT 1", hers, 2, &left, problem);
    if (e == OK && (changed || !left))
        e = store_scour(w->store, problem);
    if (e != OK)
        return e;
    return store_run(w->store,
                     left ? "UPDATE desk_erasures SET \"status\" = 'held' WHERE \"id\" = $1 AND "
                            "\"status\" = 'waiting'"
                          : "DELETE FROM desk_erasures WHERE \"id\" = $1",
                     &id, 1, NULL, NULL, problem);
}

static enum err carry_out(const struct desk_work *w, const struct erasure *x, int64_t *seq,
                          struct problem *problem)
{
    static const struct forgets kinds[] = {
        {"SELECT x.\"id\" FROM complaints x WHERE " HERS("x", "received_at") " AND NOT " IN_CASE
                                                                             " LIMIT 1",
         forget_complaint},
        {"SELECT x.\"id\" FROM complaints x WHERE " HERS(
             "x", "received_at") " AND x.\"restricted_at\" IS NULL AND " IN_CASE " LIMIT 1",
         restrict_complaint},
        {"SELECT x.\"id\" FROM reports x WHERE " HERS("x", "received_at") " LIMIT 1",
         forget_report},
        {"SELECT x.\"id\" FROM appeals x WHERE " HERS("x", "at") " AND x.\"status\" <> 'open' "
                                                                 "LIMIT 1",
         forget_appeal},
    };
    const struct forget_hers hers = {x->link, x->since};
    const struct value v[] = {value_bytes(x->link, sizeof x->link), value_int(x->since)};
    unsigned ended = 0;
    enum err e = OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && e == OK; i++)
        e = run(w, &kinds[i], v, 2, &hers, &ended, seq, problem);
    if (e == OK)
        e = drop_links(w, v, problem);
    return e == OK ? finish(w, x, v, ended > 0, problem) : e;
}

enum err forget_asked(const struct desk_work *w, int64_t *seq, struct problem *problem)
{
    struct erasures all = {.count = 0};
    const struct value v[] = {value_int(w->at), value_int(w->at - WHEN_DAY)};
    enum err e = store_run(w->store,
                           "SELECT \"id\", \"link\", \"since\" FROM desk_erasures WHERE \"due_at\" "
                           "<= $1 AND \"status\" IN ('waiting', 'held') ORDER BY \"due_at\" "
                           "LIMIT 50",
                           v, 1, take_erasure, &all, problem);
    for (size_t i = 0; i < all.count && e == OK; i++)
        e = carry_out(w, &all.at[i], seq, problem);
    return e == OK ? store_run(w->store,
                               "DELETE FROM desk_erasures WHERE \"status\" = 'cancelled' AND "
                               "\"asked_at\" <= $1",
                               &v[1], 1, NULL, NULL, problem)
                   : e;
}

/* Asking -------------------------------------------------------------------------------------- */

static void params_of(const struct forget_hers *hers, struct value v[static 2])
{
    v[0] = value_bytes(hers->link, SUBJECT_LINK);
    v[1] = value_int(hers->since);
}

enum err forget_count(struct store *s, const struct forget_hers *hers, int64_t *out,
                      struct problem *problem)
{
    struct value v[2];
    params_of(hers, v);
    *out = 0;
    return store_integer(
        s,
        "SELECT (SELECT COUNT(*) FROM complaints x WHERE " HERS(
            "x",
            "received_at") ") + (SELECT COUNT(*) FROM reports x WHERE " HERS("x",
                                                                             "received_at") ") + "
                                                                                            "(SELEC"
                                                                                            "T "
                                                                                            "COUNT("
                                                                                            "*) "
                                                                                            "FROM "
                                                                                            "appeal"
                                                                                            "s x "
                                                                                            "WHERE"
                                                                                            " " HERS(
                                                                                                "x",
                                                                                                "a"
                                                                                                "t") ")",
        v, 2, out, problem);
}

static enum err may_ask(const struct desk_work *w, const struct value *link, when due,
                        struct problem *problem)
{
    const struct value v[] = {*link, value_int(w->at - WHEN_DAY)};
    int64_t asked = 0;
    bool waits = false;
    enum err e = store_any(w->store,
                           "SELECT 1 FROM desk_erasures WHERE \"link\" = $1 AND \"status\" <> "
                           "'cancelled'",
                           v, 1, &waits, problem);
    if (e == OK)
        e = store_integer(w->store,
                          "SELECT COUNT(*) FROM desk_erasures WHERE \"link\" = $1 AND "
                          "\"asked_at\" > $2",
                          v, 2, &asked, problem);
    if (e == OK && waits)
        e = problem_set(problem, ERR_CONFLICT, "an erasure is under way");
    else if (e == OK && asked >= ASKED_A_DAY && due > w->at)
        e = problem_set(problem, ERR_LIMIT, "an erasure was asked for too often");
    return e;
}

static enum err ask(const struct desk_work *w, const struct forget_hers *hers, when due,
                    const char *id, struct problem *problem)
{
    int64_t count;
    const struct value row[] = {value_text(str_of(id)), value_bytes(hers->link, SUBJECT_LINK),
                                value_int(hers->since), value_int(w->at), value_int(due)};
    enum err e = forget_count(w->store, hers, &count, problem);
    if (e == OK && count == 0)
        e = problem_set(problem, ERR_NOT_FOUND, "nothing is kept at the desk");
    if (e == OK)
        e = may_ask(w, &row[1], due, problem);
    if (e == OK)
        e = store_run(w->store,
                      "INSERT INTO desk_erasures (\"id\", \"link\", \"since\", \"asked_at\", "
                      "\"due_at\", \"status\") VALUES ($1, $2, $3, $4, $5, 'waiting')",
                      row, 5, NULL, NULL, problem);
    if (e == OK)
        store_notify(w->store); /* whoever carries it out */
    return e;
}

enum err forget_ask(const struct desk_work *w, const struct forget_hers *hers, when due,
                    char id[static FRESH_ID], struct problem *problem)
{
    fresh_id("era", id);
    enum err e = store_begin(w->store, problem);
    if (e == OK)
        e = ask(w, hers, due, id, problem);
    return store_end(w->store, e, problem);
}

static bool take_any(void *to, const struct value *c, size_t count)
{
    (void)c;
    (void)count;
    *(bool *)to = true;
    return true;
}

enum err forget_cancel(const struct desk_work *w, const struct forget_hers *hers,
                       struct problem *problem)
{
    bool any = false;
    const struct value link = value_bytes(hers->link, SUBJECT_LINK);
    enum err e = store_run(w->store,
                           "UPDATE desk_erasures SET \"status\" = 'cancelled' WHERE \"link\" = $1 "
                           "AND \"status\" = 'waiting' RETURNING \"id\"",
                           &link, 1, take_any, &any, problem);
    return e == OK && !any ? problem_set(problem, ERR_NOT_FOUND, "no erasure waits") : e;
}

/* Telling ------------------------------------------------------------------------------------- */

struct holding {
    forget_each *each;
    void *to;
};

static bool take_left(void *to, const struct value *c, size_t count)
{
    const struct holding *h = to;
    (void)count;
    return h->each(h->to, c[0].s);
}

enum err forget_held(struct store *s, const struct forget_hers *hers, forget_each *each, void *to,
                     struct problem *problem)
{
    struct value v[2];
    struct holding h = {each, to};
    bool held = false;
    params_of(hers, v);
    enum err e = store_any(s,
                           "SELECT 1 FROM desk_erasures WHERE \"link\" = $1 AND \"status\" = "
                           "'held'",
                           v, 1, &held, problem);
    return e == OK && held ? store_run(s, LEFT " ORDER BY 1", v, 2, take_left, &h, problem) : e;
}
