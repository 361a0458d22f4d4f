#include "registry/bar.h"

#include "registry/certificate.h"

static const struct column columns[] = {
    [BAR_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [BAR_PRACTITIONER] = {.name = "practitioner", .type = COLUMN_ID, .required = true},
    [BAR_GROUND] = {.name = "ground", .type = COLUMN_WORD, .required = true, .words = BAR_GROUNDS},
    [BAR_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [BAR_UNTIL] = {.name = "until", .type = COLUMN_UNTIL},
    [BAR_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [BAR_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT, .required = true},
    [BAR_STATUS] = {.name = "status",
                    .type = COLUMN_WORD,
                    .required = true,
                    .words = "active lifted"},
};
_Static_assert(sizeof columns / sizeof *columns == BAR_COLUMNS, "one entry a column");

const struct fact_kind bar_kind = {
    .name = "bars", .table = "bars", .columns = columns, .count = BAR_COLUMNS};

static const struct column misconduct_columns[] = {
    [MISCONDUCT_PRACTITIONER] = {.name = "practitioner",
                                 .type = COLUMN_ID,
                                 .required = true,
                                 .key = true},
    [MISCONDUCT_ORGANISATION] = {.name = "organisation",
                                 .type = COLUMN_ID,
                                 .required = true,
                                 .key = true},
    [MISCONDUCT_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [MISCONDUCT_GROUND] = {.name = "ground", .type = COLUMN_TEXT, .required = true},
    [MISCONDUCT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [MISCONDUCT_BY] = {.name = "by", .type = COLUMN_ID, .required = true},
    [MISCONDUCT_DOCUMENT] = {.name = "document", .type = COLUMN_EVIDENCE, .required = true},
};
_Static_assert(sizeof misconduct_columns / sizeof *misconduct_columns == MISCONDUCT_COLUMNS,
               "one entry a column");

const struct fact_kind misconduct_kind = {.name = "misconduct",
                                          .table = "misconduct",
                                          .columns = misconduct_columns,
                                          .count = MISCONDUCT_COLUMNS};

/* Of the practitioner $1, at $2. */
#define HOLDS                                                                                      \
    "\"practitioner\" = $1 AND \"status\" = 'active' AND (\"until\" IS NULL OR \"until\" > $2)"

enum err bar_holds(struct store *s, struct str practitioner, when at, bool *holds,
                   struct problem *problem)
{
    const struct value v[] = {value_text(practitioner), value_int(at)};
    return store_any(s, "SELECT 1 FROM bars WHERE " HOLDS, v, 2, holds, problem);
}

/* -- Putting and lifting -------------------------------------------------------------------- */

static enum err write(struct store *s, const struct value *row, const struct fact_origin *origin,
                      int64_t *seq, struct problem *problem)
{
    return fact_write(s, &bar_kind, row, origin->node, origin->actor, origin->at, seq, problem);
}

static enum err put(struct store *s, const struct bar_terms *t, const struct fact_origin *origin,
                    char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    fresh_id("bar", id);
    const struct value row[BAR_COLUMNS] = {
        [BAR_ID] = value_text(str_of(id)),
        [BAR_PRACTITIONER] = value_text(t->practitioner),
        [BAR_GROUND] = value_text(t->ground),
        [BAR_FROM] = value_int(origin->at),
        [BAR_UNTIL] = t->until == WHEN_NEVER ? value_null() : value_int(t->until),
        [BAR_BY] = value_text(origin->actor),
        [BAR_DOCUMENT] = value_text(t->document),
        [BAR_STATUS] = value_text(STR("active")),
    };
    const struct certificate_which hers = {.practitioner = t->practitioner,
                                           .from = STR("valid"),
                                           .to = STR("suspended"),
                                           .ground = STR(CERTIFICATE_BAR_GROUND),
                                           .document = str_of(id)};
    unsigned moved;
    enum err e = write(s, row, origin, seq, problem);
    return e ? e : certificate_move(s, &hers, origin, &moved, seq, problem);
}

static enum err put_known(struct store *s, const struct bar_terms *t,
                          const struct fact_origin *origin, char id[static FRESH_ID], int64_t *seq,
                          struct problem *problem)
{
    const struct value who = value_text(t->practitioner);
    bool known;
    enum err e =
        store_any(s, "SELECT 1 FROM practitioners WHERE \"id\" = $1", &who, 1, &known, problem);
    if (e)
        return e;
    return known ? put(s, t, origin, id, seq, problem)
                 : problem_set(problem, ERR_NOT_FOUND, "no such practitioner");
}

enum err bar_put(struct store *s, const struct bar_terms *t, const struct fact_origin *origin,
                 char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    enum err e = store_begin(s, problem);
    return e ? e : store_end(s, put_known(s, t, origin, id, seq, problem), problem);
}

static bool take_id(void *to, const struct value *v, size_t count)
{
    str_copy(v->s, to, FRESH_ID);
    return false;
}

/* What a bar that is lifted suspended is valid again, or passes to another one that holds. */
static enum err give_back(struct store *s, const struct value *row,
                          const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    const struct value v[] = {row[BAR_PRACTITIONER], value_int(origin->at)};
    struct certificate_which hers = {.practitioner = row[BAR_PRACTITIONER].s,
                                     .from = STR("suspended"),
                                     .to = STR("valid"),
                                     .ground = STR("lifted"),
                                     .document = row[BAR_ID].s,
                                     .was = row[BAR_ID].s};
    char other[FRESH_ID] = "";
    unsigned moved;
    enum err e = store_run(s, "SELECT \"id\" FROM bars WHERE " HOLDS " LIMIT 1", v, 2, take_id,
                           other, problem);
    if (other[0] != '\0') {
        hers.to = hers.from;
        hers.ground = STR(CERTIFICATE_BAR_GROUND);
        hers.document = str_of(other);
    }
    return e ? e : certificate_move(s, &hers, origin, &moved, seq, problem);
}

static enum err lift(struct store *s, struct str id, const struct fact_origin *origin, int64_t *seq,
                     struct problem *problem)
{
    const struct value key[BAR_COLUMNS] = {[BAR_ID] = value_text(id)};
    struct fact_row row;
    bool own = false;
    enum err e = fact_find(s, &bar_kind, key, &row, problem);
    if (e || str_eq(fact_text(&row.v[BAR_STATUS]), STR("lifted")))
        return e;
    e = practitioner_has(s, row.v[BAR_PRACTITIONER].s, origin->actor, &own, problem);
    if (!e && own)
        e = problem_set(problem, ERR_REFUSED, "nobody clears herself; a colleague does");
    if (e)
        return e;
    row.v[BAR_STATUS] = value_text(STR("lifted"));
    row.v[BAR_UNTIL] = value_int(origin->at);
    row.v[BAR_BY] = value_text(origin->actor);
    e = write(s, row.v, origin, seq, problem);
    return e ? e : give_back(s, row.v, origin, seq, problem);
}

enum err bar_lift(struct store *s, struct str id, const struct fact_origin *origin, int64_t *seq,
                  struct problem *problem)
{
    enum err e = store_begin(s, problem);
    return e ? e : store_end(s, lift(s, id, origin, seq, problem), problem);
}

/* -- Misconduct ----------------------------------------------------------------------------- */

struct report {
    char practitioner[FRESH_ID], organisation[ID_BYTES + 1];
};

static bool take_organisation(void *to, const struct value *v, size_t count)
{
    str_copy(v->s, to, ID_BYTES + 1);
    return false;
}

/*
 * What was reported of the practitioner $1 since her last bar for reports ended, at $2 or before:
 * whoever lifted it judged all that had been told, and what ran out is served.
 */
#define REPORTED                                                                                   \
    " FROM misconduct x JOIN organisations a ON a.\"id\" = x.\"organisation\" WHERE "              \
    "x.\"practitioner\" = $1 AND x.\"at\" > (SELECT COALESCE(MAX(\"until\"), 0) FROM bars "        \
    "WHERE \"practitioner\" = $1 AND \"ground\" = 'reports' AND \"until\" <= $2)"

/* Has her legal entity reported this human already? */
static enum err check_new(struct store *s, const struct report *r, when at, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(r->practitioner)), value_int(at),
                              value_text(str_of(r->organisation))};
    bool told;
    enum err e = store_any(s,
                           "SELECT 1" REPORTED " AND COALESCE(a.\"legal_entity\", a.\"id\") = "
                           "(SELECT COALESCE(b.\"legal_entity\", b.\"id\") FROM organisations "
                           "b WHERE b.\"id\" = $3)",
                           v, 3, &told, problem);
    if (e || !told)
        return e;
    return problem_set(problem, ERR_CONFLICT, "this legal entity has reported her already");
}

/* Of as many legal entities as the rules say; none while a bar for reports holds. */
static enum err bar_if_many(struct store *s, const struct rules *rules, const struct report *r,
                            struct str document, const struct fact_origin *origin, bool *barred,
                            int64_t *seq, struct problem *problem)
{
    const struct rule_limit *limit = rules_limit(rules, LIMIT_MISCONDUCT);
    const struct value v[] = {value_text(str_of(r->practitioner)), value_int(origin->at)};
    const struct bar_terms t = {
        .practitioner = v->s, .ground = STR("reports"), .document = document, .until = WHEN_NEVER};
    char id[FRESH_ID];
    int64_t reports = 0;
    bool held = false;
    enum err e =
        store_integer(s, "SELECT COUNT(DISTINCT COALESCE(a.\"legal_entity\", a.\"id\"))" REPORTED,
                      v, 2, &reports, problem);
    if (!e)
        e = store_any(s, "SELECT 1 FROM bars WHERE " HOLDS " AND \"ground\" = 'reports'", v, 2,
                      &held, problem);
    *barred = !e && limit != NULL && reports >= limit->count && !held;
    return *barred ? put(s, &t, origin, id, seq, problem) : e;
}

static enum err report(struct store *s, const struct rules *rules,
                       const struct misconduct_report *m, const struct fact_origin *origin,
                       bool *barred, int64_t *seq, struct problem *problem)
{
    const struct value staff = value_text(m->staff);
    struct report r = {.organisation = ""};
    enum err e = practitioner_of(s, m->staff, r.practitioner, problem);
    if (!e)
        e = store_run(s, "SELECT \"organisation\" FROM staff WHERE \"id\" = $1", &staff, 1,
                      take_organisation, r.organisation, problem);
    if (!e)
        e = check_new(s, &r, origin->at, problem);
    const struct value row[MISCONDUCT_COLUMNS] = {
        [MISCONDUCT_PRACTITIONER] = value_text(str_of(r.practitioner)),
        [MISCONDUCT_ORGANISATION] = value_text(str_of(r.organisation)),
        [MISCONDUCT_STAFF] = staff,
        [MISCONDUCT_GROUND] = value_text(m->ground),
        [MISCONDUCT_AT] = value_int(origin->at),
        [MISCONDUCT_BY] = value_text(origin->actor),
        [MISCONDUCT_DOCUMENT] = value_text(m->document),
    };
    if (!e)
        e = fact_write(s, &misconduct_kind, row, origin->node, origin->actor, origin->at, seq,
                       problem);
    return e ? e : bar_if_many(s, rules, &r, m->document, origin, barred, seq, problem);
}

enum err misconduct_report(struct store *s, const struct rules *rules,
                           const struct misconduct_report *m, const struct fact_origin *origin,
                           bool *barred, int64_t *seq, struct problem *problem)
{
    *barred = false;
    enum err e = store_begin(s, problem);
    return e ? e : store_end(s, report(s, rules, m, origin, barred, seq, problem), problem);
}

/* -- Reading -------------------------------------------------------------------------------- */

enum err bar_list(struct store *s, bar_each *each, void *to, struct problem *problem)
{
    return fact_list(s, &bar_kind, "ORDER BY x.\"from\" DESC, x.\"id\" LIMIT 200", NULL, 0, each,
                     to, problem);
}
