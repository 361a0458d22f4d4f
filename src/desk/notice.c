#include "desk/notice.h"

#include "desk/inbox.h"
#include "desk/line_paper.h"
#include "desk/text.h"

#include <stdlib.h>

#define WEEK (7 * WHEN_DAY)

static const struct column columns[] = {
    [NOTICE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [NOTICE_TO] = {.name = "to", .type = COLUMN_ID, .required = true},
    [NOTICE_LINE] = {.name = "line", .type = COLUMN_ID, .required = true},
    [NOTICE_GROUND] = {.name = "ground", .type = COLUMN_ID, .required = true},
    [NOTICE_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [NOTICE_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [NOTICE_TRACE] = {.name = "trace", .type = COLUMN_ID},
    [NOTICE_CASE] = {.name = "case", .type = COLUMN_ID},
    [NOTICE_SERVED_AT] = {.name = "served_at", .type = COLUMN_TIME, .required = true},
    [NOTICE_KNOWN_AT] = {.name = "known_at", .type = COLUMN_TIME},
    [NOTICE_KNOWN_TRACE] = {.name = "known_trace", .type = COLUMN_ID},
    [NOTICE_ACKNOWLEDGED_AT] = {.name = "acknowledged_at", .type = COLUMN_TIME},
    [NOTICE_ACKNOWLEDGED_BY] = {.name = "acknowledged_by", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == NOTICE_COLUMNS, "one entry a column");

const struct fact_kind notice_kind = {
    .name = "notices", .table = "notices", .columns = columns, .count = NOTICE_COLUMNS};

static struct value text_or_null(struct str text)
{
    return text.n > 0 ? value_text(text) : value_null();
}

/* Serving ----------------------------------------------------------------------------------- */

struct serving {
    const struct notice *n;
    char *id;
};

static enum err check(const struct desk_work *w, const struct notice *n, struct desk_no *no,
                      struct problem *problem)
{
    const struct value to = value_text(n->to);
    bool provider = false;
    if (w->who == NULL || (w->who->role & (ROLE_CARRIER | ROLE_AUTHORITY)) == 0) {
        desk_refuse(no, DESK_DENIED, "not-a-server", "carriers and authorities serve notices");
        return OK;
    }
    if (n->served_at > w->at || n->served_at < when_plus(w->at, -WEEK)) {
        desk_refuse(no, DESK_WRONG, "time-out-of-range",
                    "a notice is entered within a week of its service");
        return OK;
    }
    enum err e = store_any(w->store,
                           "SELECT 1 FROM organisations WHERE \"id\" = $1 AND \"kind\" IN "
                           "('carrier', 'platform')",
                           &to, 1, &provider, problem);
    if (e == OK && (!provider || str_eq(n->to, str_of(w->who->organisation))))
        desk_refuse(no, DESK_WRONG, "not-a-provider",
                    "a notice is served on another carrier or platform that is registered");
    return e;
}

static enum err serve(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                      struct problem *problem)
{
    const struct serving *s = what;
    struct notice n = *s->n;
    const struct fact_origin origin = desk_origin(w);
    if (n.served_at == 0)
        n.served_at = w->at;
    enum err e = check(w, &n, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    fresh_id("ntc", s->id);
    const struct value row[NOTICE_COLUMNS] = {
        [NOTICE_ID] = value_text(str_of(s->id)),
        [NOTICE_TO] = value_text(n.to),
        [NOTICE_LINE] = value_text(n.line),
        [NOTICE_GROUND] = value_text(n.ground),
        [NOTICE_ORGANISATION] = value_text(str_of(w->who->organisation)),
        [NOTICE_BY] = value_text(origin.actor),
        [NOTICE_TRACE] = text_or_null(n.trace),
        [NOTICE_CASE] = text_or_null(n.case_id),
        [NOTICE_SERVED_AT] = value_int(n.served_at),
    };
    e = desk_write(w, &notice_kind, row, seq, problem);
    if (e == OK)
        e = inbox_put(w, n.to, "notice", str_of(s->id), seq, problem);
    if (e == OK && n.text.n > 0)
        e = desk_text_put(w, str_of(s->id), "text", n.text, problem);
    return e == OK ? line_paper_notice(w, &n, str_of(s->id), no, seq, problem) : e;
}

enum err notice_serve(const struct desk_work *w, const struct notice *n, char id[static FRESH_ID],
                      struct desk_no *no, int64_t *seq, struct problem *problem)
{
    struct serving s = {n, id};
    *id = '\0';
    return desk_do(w, serve, &s, no, seq, problem);
}

/* Reading ----------------------------------------------------------------------------------- */

/* Of notices x, to $1: an organisation that served it or was served, or "" for who sees all. */
#define SEEN "($1 = '' OR x.\"organisation\" = $1 OR x.\"to\" = $1) "

static struct str seer(const struct desk_work *w)
{
    const bool all = w->who == NULL || (w->who->role & (ROLE_MACHINE | ROLE_AUTHORITY)) != 0;
    return all ? STR("") : str_of(w->who->organisation);
}

enum err notice_list(const struct desk_work *w, struct str line, struct str after, size_t limit,
                     fact_pick *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_text(seer(w)), value_text(line), value_text(after),
                              value_int((int64_t)limit)};
    return fact_list(w->store, &notice_kind,
                     "WHERE " SEEN "AND ($2 = '' OR x.\"line\" = $2) AND x.\"id\" > $3 ORDER BY "
                     "x.\"id\" LIMIT $4",
                     v, 4, each, to, problem);
}

static bool is_there(void *to, const struct value *row)
{
    (void)row;
    *(bool *)to = true;
    return false;
}

enum err notice_read(const struct desk_work *w, struct str id, struct fact_row *row,
                     struct buf *text, struct desk_no *no, struct problem *problem)
{
    const struct value v[] = {value_text(seer(w)), value_text(id)};
    const struct value key[NOTICE_COLUMNS] = {[NOTICE_ID] = value_text(id)};
    bool there = false;
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    enum err e = fact_list(w->store, &notice_kind, "WHERE " SEEN "AND x.\"id\" = $2", v, 2,
                           is_there, &there, problem);
    if (e == OK && !there)
        desk_absent(no);
    if (e != OK || !there)
        return e;
    e = fact_find(w->store, &notice_kind, key, row, problem);
    if (e == OK)
        e = desk_text_get(w, id, "text", text, problem);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* Acknowledging ----------------------------------------------------------------------------- */

static enum err acknowledge(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                            struct problem *problem)
{
    const struct str *id = what;
    const struct value v[] = {value_text(seer(w)), value_text(*id)};
    const struct fact_origin origin = desk_origin(w);
    struct fact_row row;
    bool seen = false;
    enum err e = store_any(w->store, "SELECT 1 FROM notices x WHERE " SEEN "AND x.\"id\" = $2", v,
                           2, &seen, problem);
    if (e == OK && seen)
        e = fact_first(w->store, &notice_kind, value_text(*id), &row, problem);
    if (e != OK || !seen) {
        desk_absent(no);
        return e;
    }
    if (w->who == NULL || !str_eq(row.v[NOTICE_TO].s, str_of(w->who->organisation)))
        desk_refuse(no, DESK_DENIED, "not-served", "it was served on another");
    else if (row.v[NOTICE_ACKNOWLEDGED_AT].type == VALUE_INT)
        desk_refuse(no, DESK_CONFLICT, "already-acknowledged", "this notice is acknowledged");
    if (no->why != DESK_YES)
        return OK;
    row.v[NOTICE_ACKNOWLEDGED_AT] = value_int(w->at);
    row.v[NOTICE_ACKNOWLEDGED_BY] = value_text(origin.actor);
    return desk_write(w, &notice_kind, row.v, seq, problem);
}

enum err notice_acknowledge(const struct desk_work *w, struct str id, struct desk_no *no,
                            int64_t *seq, struct problem *problem)
{
    return desk_do(w, acknowledge, &id, no, seq, problem);
}

/* Known ------------------------------------------------------------------------------------- */

static bool take_id(void *to, const struct value *row)
{
    if (!str_copy(row[NOTICE_ID].s, to, HOP_ID))
        *(char *)to = '\0';
    return false;
}

static enum err mark(const struct desk_work *w, const struct notice_call *c, const char *id,
                     int64_t *seq, struct problem *problem)
{
    const struct value key[NOTICE_COLUMNS] = {[NOTICE_ID] = value_text(str_of(id))};
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = fact_find(w->store, &notice_kind, key, row, problem);
    if (e == OK &&
        (row->v[NOTICE_KNOWN_AT].type == VALUE_NULL || c->at < row->v[NOTICE_KNOWN_AT].i)) {
        row->v[NOTICE_KNOWN_AT] = value_int(c->at);
        row->v[NOTICE_KNOWN_TRACE] = text_or_null(c->trace);
        e = desk_write(w, &notice_kind, row->v, seq, problem);
    }
    free(row);
    return e;
}

enum err notice_known(const struct desk_work *w, const struct notice_call *c,
                      char id[static HOP_ID], int64_t *seq, struct problem *problem)
{
    const struct value v[] = {value_text(c->line), value_text(c->carrier), value_text(c->holder),
                              value_int(c->at)};
    *id = '\0';
    enum err e = fact_list(w->store, &notice_kind,
                           "WHERE x.\"line\" = $1 AND (x.\"to\" = $2 OR x.\"to\" = $3) AND "
                           "x.\"served_at\" < $4 ORDER BY x.\"served_at\", x.\"id\" LIMIT 1",
                           v, 4, take_id, id, problem);
    return e == OK && *id != '\0' ? mark(w, c, id, seq, problem) : e;
}
