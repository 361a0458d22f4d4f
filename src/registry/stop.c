#include "registry/stop.h"

#include "registry/fresh_id.h"
#include "registry/staff.h"

#include <stdlib.h>

#define GOOD_FOR WHEN_DAY

static const struct column columns[] = {
    [STOP_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [STOP_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true, .refers = "staff"},
    [STOP_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [STOP_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [STOP_POINTS] = {.name = "points", .type = COLUMN_COUNT, .required = true},
    [STOP_REVIEW_DUE] = {.name = "review_due", .type = COLUMN_TIME},
    [STOP_REVIEW] = {.name = "review", .type = COLUMN_WORD, .words = STOP_REVIEWS},
    [STOP_REVIEW_REASON] = {.name = "review_reason", .type = COLUMN_TEXT},
    [STOP_REVIEWED_BY] = {.name = "reviewed_by", .type = COLUMN_ID},
    [STOP_REVIEWED_AT] = {.name = "reviewed_at", .type = COLUMN_TIME},
    [STOP_COMPLIANCE] = {.name = "compliance", .type = COLUMN_ID},
    [STOP_COMPLIANCE_AT] = {.name = "compliance_at", .type = COLUMN_TIME},
    [STOP_COMPLIANCE_REASON] = {.name = "compliance_reason", .type = COLUMN_TEXT},
    [STOP_MANAGER] = {.name = "manager", .type = COLUMN_ID},
    [STOP_MANAGER_AT] = {.name = "manager_at", .type = COLUMN_TIME},
    [STOP_MANAGER_REASON] = {.name = "manager_reason", .type = COLUMN_TEXT},
    [STOP_LIFTED_AT] = {.name = "lifted_at", .type = COLUMN_TIME},
    [STOP_LIFTED_POINTS] = {.name = "lifted_points", .type = COLUMN_COUNT},
    [STOP_STATUS] = {.name = "status",
                     .type = COLUMN_WORD,
                     .required = true,
                     .words = "stopped lifted"},
};
_Static_assert(sizeof columns / sizeof *columns == STOP_COLUMNS, "one entry a column");

const struct fact_kind stop_kind = {
    .name = "stops", .table = "stops", .columns = columns, .count = STOP_COLUMNS};

static enum err write(struct store *s, const struct value *row, const struct fact_origin *origin,
                      int64_t *seq, struct problem *problem)
{
    return fact_write(s, &stop_kind, row, origin->node, origin->actor, origin->at, seq, problem);
}

/* Counts --------------------------------------------------------------------------------------- */

enum err stop_tell(struct store *s, struct str node, const struct stop_tally *t, size_t count,
                   struct problem *problem)
{
    const struct value key = value_text(node);
    enum err e = store_begin(s, problem);
    if (e != OK)
        return e;
    e = store_run(s, "DELETE FROM tallies WHERE \"node\" = $1", &key, 1, NULL, NULL, problem);
    for (size_t i = 0; e == OK && i < count; i++) {
        const struct value v[] = {key,
                                  value_text(str_of(t[i].staff)),
                                  value_int(t[i].points),
                                  value_int(t[i].items),
                                  value_int(t[i].since),
                                  value_int(t[i].last)};
        e = store_run(s,
                      "INSERT INTO tallies (\"node\", \"staff\", \"points\", \"items\", \"since\", "
                      "\"last\") VALUES ($1, $2, $3, $4, $5, $6)",
                      v, 6, NULL, NULL, problem);
    }
    return store_end(s, e, problem);
}

struct telling {
    stop_tally_each *each;
    void *to;
};

static bool tell(void *to, const struct value *v, size_t n)
{
    const struct telling *t = to;
    struct stop_tally one = {.points = v[1].i, .items = v[2].i, .since = v[3].i, .last = v[4].i};
    (void)n;
    return !str_copy(v[0].s, one.staff, sizeof one.staff) || t->each(t->to, &one);
}

/* PostgreSQL sums integers to something wider. */
#define SUMS                                                                                       \
    "CAST(SUM(t.\"points\") AS BIGINT), CAST(SUM(t.\"items\") AS BIGINT), MIN(t.\"since\"), "      \
    "MAX(t.\"last\")"

enum err stop_told(struct store *s, struct str node, stop_tally_each *each, void *to,
                   struct problem *problem)
{
    struct telling t = {each, to};
    const struct value v[] = {value_text(node)};
    return store_run(s,
                     "SELECT t.\"staff\", " SUMS " FROM tallies t WHERE t.\"node\" <> $1 GROUP BY "
                     "t.\"staff\" ORDER BY t.\"staff\"",
                     v, 1, tell, &t, problem);
}

static enum err points_of(struct store *s, struct str staff, int64_t *points,
                          struct problem *problem)
{
    const struct value v[] = {value_text(staff)};
    *points = 0;
    return store_integer(s,
                         "SELECT CAST(SUM(\"points\") AS BIGINT) FROM tallies WHERE \"staff\" = $1",
                         v, 1, points, problem);
}

/* Stopping ------------------------------------------------------------------------------------- */

enum { AT_ONCE = 64 };

/* Those over the line whose newest stop does not say so yet. */
struct over {
    size_t count;
    struct {
        char staff[ID_BYTES + 1], organisation[ID_BYTES + 1], stop[ID_BYTES + 1];
        int64_t points;
    } row[AT_ONCE];
};

static bool take_over(void *to, const struct value *v, size_t n)
{
    struct over *o = to;
    (void)n;
    o->row[o->count].points = v[2].i;
    o->count += str_copy(v[0].s, o->row[o->count].staff, ID_BYTES + 1) &&
                str_copy(v[1].s, o->row[o->count].organisation, ID_BYTES + 1) &&
                str_copy(fact_text(&v[3]), o->row[o->count].stop, ID_BYTES + 1);
    return o->count < AT_ONCE;
}

static enum err begin_one(struct store *s, const struct over *o, size_t i,
                          const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    char id[FRESH_ID];
    struct value row[STOP_COLUMNS];
    for (size_t c = 0; c < STOP_COLUMNS; c++)
        row[c] = value_null();
    fresh_id("stp", id);
    row[STOP_ID] = value_text(str_of(id));
    row[STOP_STAFF] = value_text(str_of(o->row[i].staff));
    row[STOP_ORGANISATION] = value_text(str_of(o->row[i].organisation));
    row[STOP_AT] = value_int(origin->at);
    row[STOP_POINTS] = value_int(o->row[i].points);
    if (o->row[i].points >= STOP_REFERRAL)
        row[STOP_REVIEW_DUE] = value_int(origin->at);
    row[STOP_STATUS] = value_text(STR("stopped"));
    return write(s, row, origin, seq, problem);
}

/* It went on while it was stopped: by what came in later, or turned out to be no grant. */
static enum err demand_review(struct store *s, struct str id, const struct fact_origin *origin,
                              int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum err e = stop_find(s, id, &row, problem);
    if (e != OK || row.v[STOP_REVIEW_DUE].type == VALUE_INT)
        return e;
    row.v[STOP_REVIEW_DUE] = value_int(origin->at);
    return write(s, row.v, origin, seq, problem);
}

enum err stop_due(struct store *s, const struct fact_origin *origin, int64_t *seq,
                  struct problem *problem)
{
    static const char over[] =
        "SELECT s.\"id\", s.\"organisation\", t.\"points\", x.\"id\" FROM (SELECT \"staff\", "
        "CAST(SUM(\"points\") AS BIGINT) AS \"points\" FROM tallies GROUP BY \"staff\") t JOIN "
        "staff s ON s.\"id\" = t.\"staff\" LEFT JOIN stops x ON x.\"staff\" = s.\"id\" AND "
        "x.\"status\" = 'stopped' WHERE (x.\"id\" IS NULL AND t.\"points\" >= $1 + COALESCE("
        "(SELECT MAX(\"lifted_points\") FROM stops WHERE \"staff\" = s.\"id\"), 0)) OR "
        "(x.\"review_due\" IS NULL AND x.\"id\" IS NOT NULL AND t.\"points\" >= $2)";
    const struct value lines[] = {value_int(STOP_LINE), value_int(STOP_REFERRAL)};
    struct over *o = malloc(sizeof *o);
    if (o == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = OK;
    bool more = true;
    while (more && e == OK) {
        o->count = 0;
        e = store_run(s, over, lines, 2, take_over, o, problem);
        more = e == OK && o->count > 0;
        if (more)
            e = store_begin(s, problem);
        if (e != OK || !more)
            break;
        for (size_t i = 0; e == OK && i < o->count; i++)
            e = *o->row[i].stop ? demand_review(s, str_of(o->row[i].stop), origin, seq, problem)
                                : begin_one(s, o, i, origin, seq, problem);
        e = store_end(s, e, problem);
    }
    free(o);
    return e == ERR_CONFLICT ? OK : e; /* another node was first */
}

/* Who speaks ----------------------------------------------------------------------------------- */

/* Of a stop `x`, to the member of staff $1, who is `me`: compliance of its legal entity, or a
 * manager of its organisation or of one above it. */
#define ENTITY(o) "COALESCE(" o ".\"legal_entity\", " o ".\"id\")"
#define ABOVE                                                                                      \
    "WITH RECURSIVE mine(\"id\", \"depth\") AS (SELECT \"organisation\", CAST(0 AS BIGINT) FROM "  \
    "staff WHERE \"id\" = $1 AND \"status\" = 'active' UNION ALL SELECT o.\"id\", m.\"depth\" + "  \
    "1 "                                                                                           \
    "FROM organisations o JOIN mine m ON o.\"parent\" = m.\"id\" WHERE m.\"depth\" < 8) "
#define HERS                                                                                       \
    "FROM stops x JOIN organisations its ON its.\"id\" = x.\"organisation\" JOIN staff me ON "     \
    "me.\"id\" = $1 AND me.\"status\" = 'active' JOIN organisations o ON o.\"id\" = "              \
    "me.\"organisation\" WHERE " ENTITY("o") " = " ENTITY(                                         \
        "its") " AND (me.\"role\" IN "                                                             \
               "('compliance', 'auditor') OR (me.\"role\" IN ('manager', 'approver') AND "         \
               "x.\"organisation\" IN (SELECT \"id\" FROM mine))) "

enum part { NOBODY, COMPLIANCE, MANAGER };

static bool take_part(void *to, const struct value *v, size_t n)
{
    const enum position p = position_of(v[0].s);
    (void)n;
    *(enum part *)to = p == POSITION_COMPLIANCE || p == POSITION_AUDITOR ? COMPLIANCE : MANAGER;
    return false;
}

/* The stop, locked until the transaction ends, and what origin->actor is to it. */
static enum err read(struct store *s, struct str id, const struct fact_origin *origin,
                     struct fact_row *row, enum part *part, struct problem *problem)
{
    const struct value v[] = {value_text(origin->actor), value_text(id)};
    *part = NOBODY;
    enum err e = store_run(s, "UPDATE stops SET \"status\" = \"status\" WHERE \"id\" = $1", &v[1],
                           1, NULL, NULL, problem);
    if (e == OK)
        e = stop_find(s, id, row, problem);
    if (e == OK)
        e = store_run(s, ABOVE "SELECT me.\"role\" " HERS "AND x.\"id\" = $2", v, 2, take_part,
                      part, problem);
    if (e != OK)
        return e;
    if (*part == NOBODY)
        return problem_set(problem, ERR_NOT_FOUND, "no such stop");
    if (str_eq(origin->actor, fact_text(&row->v[STOP_STAFF])))
        return problem_set(problem, ERR_DENIED, "nobody lifts or reviews a stop of her own");
    return OK;
}

static enum err trim_reason(struct str *reason, struct problem *problem)
{
    *reason = str_trim(*reason);
    return reason->n > 0 && reason->n <= STOP_REASON
               ? OK
               : problem_set(problem, ERR_INVALID, "give a reason, of at most %d bytes",
                             STOP_REASON);
}

/* A word is said: the transaction, and the stop in it. store_end ends it, also after an error. */
static enum err begin(struct store *s, struct str id, struct str *reason,
                      const struct fact_origin *origin, struct fact_row *row, enum part *part,
                      struct problem *problem)
{
    enum err e = trim_reason(reason, problem);
    if (e == OK)
        e = store_begin(s, problem);
    return e == OK ? read(s, id, origin, row, part, problem) : e;
}

/* Review --------------------------------------------------------------------------------------- */

static enum err review(struct store *s, struct fact_row *row, enum part part, struct str word,
                       struct str reason, const struct fact_origin *origin, int64_t *seq,
                       struct problem *problem)
{
    if (part != COMPLIANCE)
        return problem_set(problem, ERR_DENIED, "compliance answers the review");
    if (row->v[STOP_REVIEW_DUE].type != VALUE_INT || row->v[STOP_REVIEW].type == VALUE_TEXT)
        return problem_set(problem, ERR_CONFLICT, "no review is due, or it was answered");
    row->v[STOP_REVIEW] = value_text(word);
    row->v[STOP_REVIEW_REASON] = value_text(reason);
    row->v[STOP_REVIEWED_BY] = value_text(origin->actor);
    row->v[STOP_REVIEWED_AT] = value_int(origin->at);
    return write(s, row->v, origin, seq, problem);
}

enum err stop_review(struct store *s, struct str id, struct str word, struct str reason,
                     const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum part part;
    enum err e = begin(s, id, &reason, origin, &row, &part, problem);
    if (e == OK)
        e = review(s, &row, part, word, reason, origin, seq, problem);
    return store_end(s, e, problem);
}

/* Lift ----------------------------------------------------------------------------------------- */

static const int part_column[] = {[COMPLIANCE] = STOP_COMPLIANCE, [MANAGER] = STOP_MANAGER};

/* The other one's word, if it still holds; else it is dropped. */
static bool other_agrees(struct value *row, enum part part, const struct fact_origin *origin)
{
    struct value *other = &row[part_column[part == COMPLIANCE ? MANAGER : COMPLIANCE]];
    if (other[0].type == VALUE_TEXT && origin->at < other[1].i + GOOD_FOR &&
        !str_eq(other[0].s, origin->actor))
        return true;
    other[0] = other[1] = other[2] = value_null();
    return false;
}

static enum err lift(struct store *s, struct fact_row *row, enum part part, struct str reason,
                     const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct value *mine = &row->v[part_column[part]];
    int64_t points;
    if (!str_eq(fact_text(&row->v[STOP_STATUS]), STR("stopped")))
        return problem_set(problem, ERR_CONFLICT, "it was lifted");
    enum err e = points_of(s, fact_text(&row->v[STOP_STAFF]), &points, problem);
    if (e != OK)
        return e;
    const bool due = row->v[STOP_REVIEW_DUE].type == VALUE_INT || points >= STOP_REFERRAL;
    if (due && row->v[STOP_REVIEW].type != VALUE_TEXT)
        return problem_set(problem, ERR_REFUSED,
                           "compliance must first answer whether it goes to the police");
    mine[0] = value_text(origin->actor);
    mine[1] = value_int(origin->at);
    mine[2] = value_text(reason);
    if (other_agrees(row->v, part, origin)) {
        row->v[STOP_LIFTED_AT] = value_int(origin->at);
        row->v[STOP_LIFTED_POINTS] = value_int(points);
        row->v[STOP_STATUS] = value_text(STR("lifted"));
    }
    return write(s, row->v, origin, seq, problem);
}

enum err stop_lift(struct store *s, struct str id, struct str reason,
                   const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    enum part part;
    enum err e = begin(s, id, &reason, origin, &row, &part, problem);
    if (e == OK)
        e = lift(s, &row, part, reason, origin, seq, problem);
    return store_end(s, e, problem);
}

/* Reading -------------------------------------------------------------------------------------- */

enum err stop_find(struct store *s, struct str id, struct fact_row *out, struct problem *problem)
{
    const struct value key[STOP_COLUMNS] = {[STOP_ID] = value_text(id)};
    enum err e = fact_find(s, &stop_kind, key, out, problem);
    return e == ERR_NOT_FOUND ? problem_set(problem, e, "no such stop") : e;
}

#define NEWEST "ORDER BY x.\"at\" DESC, x.\"id\" LIMIT "

enum err stop_list(struct store *s, struct str staff, int64_t limit, fact_pick *each, void *to,
                   struct problem *problem)
{
    const struct value v[] = {value_text(staff), value_int(limit)};
    return staff.n > 0
               ? fact_list(s, &stop_kind,
                           "WHERE x.\"id\" IN (" ABOVE "SELECT x.\"id\" " HERS ") " NEWEST "$2", v,
                           2, each, to, problem)
               : fact_list(s, &stop_kind, NEWEST "$1", &v[1], 1, each, to, problem);
}
