#include "desk/register.h"

#include "core/buf.h"
#include "desk/body.h"
#include "desk/campaign_pause.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"

#include <stdio.h>

/* Entering ----------------------------------------------------------------------------------- */

static bool is_telecom(const struct power_body *own)
{
    return body_is(own, "authority") && (own->sector.n == 0 || str_eq(own->sector, STR("telecom")));
}

static bool supervises(const struct power_body *own, const struct value *row)
{
    const struct power_body b = body_of(row);
    return body_is(own, "authority") && !body_is(&b, "authority") && !body_is(&b, "association") &&
           power_competent(own, b.sector, b.region);
}

/*
 * Does a block of this carrier hold the range, and more, and no other carrier's lie between? What
 * was ported is its new carrier's. Who is an emergency service is for the authority to say: no
 * order stops such numbers.
 */
static enum err within_block(const struct desk_work *w, const struct power_body *own,
                             const struct value *row, bool *yes, struct problem *problem)
{
    const struct value v[] = {row[RANGE_FIRST], row[RANGE_LAST], value_text(own->id)};
    bool anothers = false;
    if (str_eq(fact_text(&row[RANGE_USE]), STR("emergency")))
        return OK;
    enum err e = range_of_another(w->store, v[0].i, v[1].i, own->id, &anothers, problem);
    if (e != OK || anothers)
        return e;
    return store_any(w->store,
                     "SELECT 1 FROM ranges WHERE \"first\" <= $1 AND \"last\" >= $2 AND "
                     "\"organisation\" = $3 AND NOT (\"first\" = $1 AND \"last\" = $2)",
                     v, 3, yes, problem);
}

/* Are the range's organisation, and that of the block around it, of the body's region? */
static enum err within_region(const struct desk_work *w, const struct power_body *own,
                              const struct value *row, bool *yes, struct problem *problem)
{
    const struct value v[] = {row[RANGE_FIRST], row[RANGE_LAST], row[RANGE_ORGANISATION],
                              value_text(power_place(own->region))};
    bool elsewhere = true;
    enum err e = store_any(w->store,
                           "SELECT 1 FROM organisations o WHERE (o.\"id\" = $3 OR o.\"id\" = "
                           "(SELECT r.\"organisation\" FROM ranges r WHERE r.\"first\" <= $1 AND "
                           "r.\"last\" >= $2 AND NOT (r.\"first\" = $1 AND r.\"last\" = $2) ORDER "
                           "BY r.\"last\" - r.\"first\" LIMIT 1)) AND "
                           "substr(COALESCE(o.\"region\", ''), 1, length(CAST($4 AS TEXT))) <> $4",
                           v, 4, &elsewhere, problem);
    *yes = e == OK && !elsewhere;
    return e;
}

/* Are there lines, and all under this carrier's contract? */
static enum err supplies_all(const struct desk_work *w, const struct power_body *own,
                             struct str lines, bool *yes, struct problem *problem)
{
    struct str id;
    enum err e = OK;
    *yes = body_is(own, "carrier") && lines.n > 0;
    while (e == OK && *yes && lines.n > 0 && str_split(&lines, ';', &id)) {
        const struct value v[] = {value_text(id), value_text(own->id)};
        e = store_any(w->store, "SELECT 1 FROM lines WHERE \"id\" = $1 AND \"carrier\" = $2", v, 2,
                      yes, problem);
    }
    return e;
}

static enum err commands_campaign(const struct desk_work *w, const struct power_body *own,
                                  const struct value *row, bool *yes, struct problem *problem)
{
    struct fact_row principal_row;
    struct power_body principal;
    enum err e = supplies_all(w, own, fact_text(&row[CAMPAIGN_LINES]), yes, problem);
    if (e == OK && !*yes)
        e = body_find(w->store, fact_text(&row[CAMPAIGN_PRINCIPAL]), &principal_row, &principal,
                      problem);
    else
        return e;
    *yes = e == OK && body_is(own, "authority") && principal.id.n > 0 &&
           power_competent(own, fact_text(&row[CAMPAIGN_SECTOR]), principal.region);
    return e;
}

/* May this one enter that row, or change it? */
static enum err may_enter(const struct desk_work *w, const struct fact_kind *k,
                          const struct power_body *own, const struct value *row, bool *yes,
                          struct problem *problem)
{
    *yes = false;
    if (k == &organisation_kind)
        *yes = supervises(own, row);
    else if (k == &line_kind)
        *yes = body_is(own, "carrier") && str_eq(fact_text(&row[LINE_CARRIER]), own->id);
    else if (k == &range_kind && is_telecom(own))
        return within_region(w, own, row, yes, problem);
    else if (k == &range_kind && body_is(own, "carrier"))
        return within_block(w, own, row, yes, problem);
    else if (k == &campaign_kind)
        return commands_campaign(w, own, row, yes, problem);
    return OK;
}

enum err register_enter(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct entry *x = what;
    struct fact_row own_row, old;
    struct power_body own;
    const struct fact_origin origin = desk_origin(w);
    bool yes = false;
    enum err e = body_own(w, &own_row, &own, problem);
    if (e == OK && body_acts(w->who))
        e = may_enter(w, x->kind, &own, x->row, &yes, problem);
    if (e != OK)
        return e;
    e = yes ? fact_find(w->store, x->kind, x->row, &old, problem) : ERR_NOT_FOUND;
    if (e == OK)
        e = may_enter(w, x->kind, &own, old.v, &yes, problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    if (!yes) {
        desk_refuse(no, DESK_DENIED, "not-yours",
                    "a carrier enters its lines, numbers of its blocks and campaigns on its lines; "
                    "an authority organisations and campaigns of its sector and region, one for "
                    "telecom ranges of its region");
        return OK;
    }
    if (x->kind == &campaign_kind && str_eq(fact_text(&x->row[CAMPAIGN_STATUS]), STR("active")) &&
        x->row[CAMPAIGN_CONSENT_BASIS].type == VALUE_NULL) {
        desk_refuse(no, DESK_WRONG, "consent-proof-missing",
                    "consent_basis: silence is no consent; say which proof the campaign rests on, "
                    "or leave it a draft");
        return OK;
    }
    e = entry_write(w->store, x, &origin, seq, problem);
    if (e == OK && x->kind == &campaign_kind &&
        str_eq(fact_text(&x->row[CAMPAIGN_STATUS]), STR("active")))
        e = campaign_pause_end(w, x->row[CAMPAIGN_ID].s, seq, problem);
    if (e == ERR_INVALID) {
        desk_refuse(no, DESK_WRONG, "refused", "%s: %.150s", x->kind->columns[x->column].name,
                    problem->text);
        return OK;
    }
    return e;
}

/* Reading ------------------------------------------------------------------------------------ */

/* Whose a row is, and of which sector and region: columns of it, or of its organisation `o`. */
struct reading {
    const struct fact_kind *kind;
    const char *join, *owner, *sector, *region;
};
#define OF(column) "LEFT JOIN organisations o ON o.\"id\" = x.\"" column "\" "
static const struct reading readings[] = {
    {&organisation_kind, "", "x.\"id\"", "x.\"sector\"", "x.\"region\""},
    {&line_kind, OF("organisation"), "x.\"organisation\"", "o.\"sector\"", "o.\"region\""},
    {&range_kind, OF("organisation"), "x.\"organisation\"", "o.\"sector\"", "o.\"region\""},
    {&campaign_kind, OF("principal"), "x.\"principal\"", "x.\"sector\"", "o.\"region\""},
};

static const struct reading *reading_of(const struct fact_kind *k)
{
    size_t i = 0;
    while (readings[i].kind != k)
        i++;
    return &readings[i];
}

/* What a carrier reads besides its own. */
static const char *supplied(const struct fact_kind *k)
{
    return k == &line_kind ? " OR x.\"carrier\" = $4"
           : k == &campaign_kind
               ? " OR EXISTS (SELECT 1 FROM lines l WHERE l.\"carrier\" = $4 AND replace(';' || "
                 "x.\"lines\" || ';', ';' || l.\"id\" || ';', '') <> ';' || x.\"lines\" || ';')"
               : "";
}

/* $1 and $2: behind which key, or of which; $3: how many; $4, $5: whose. */
static void write_query(const struct reading *g, const struct power_body *own, bool host, bool one,
                        struct buf *sql)
{
    const bool ranges = g->kind == &range_kind;
    const char *key = ranges ? "x.\"first\", x.\"last\"" : "x.\"id\"";
    buf_printf(sql, "%sWHERE %s", g->join,
               ranges ? "(x.\"first\" > $1 OR (x.\"first\" = $1 AND x.\"last\" > $2)) "
               : one  ? "x.\"id\" = $1 AND x.\"id\" = $2 "
                      : "x.\"id\" > $1 AND x.\"id\" >= $2 ");
    if (host)
        buf_printf(sql, "AND $4 = $5 ");
    else if (body_is(own, "authority") || body_is(own, "association"))
        buf_printf(sql, "AND ($4 = '' OR COALESCE(%s, '') = $4%s) AND COALESCE(%s, '') LIKE $5 ",
                   g->sector,
                   is_telecom(own) && g->kind != &organisation_kind ? " OR $4 = 'telecom'" : "",
                   g->region);
    else
        buf_printf(sql, "AND (%s = $4%s) AND $4 = $5 ", g->owner,
                   body_is(own, "carrier") ? supplied(g->kind) : "");
    buf_printf(sql, "ORDER BY %s LIMIT $3", key);
}

static bool read_after(const struct fact_kind *k, struct str after, struct value v[static 2])
{
    struct str first, last;
    unsigned long long a = 0, b = 0;
    if (k != &range_kind) {
        v[0] = v[1] = value_text(after);
        return true;
    }
    const bool good =
        after.n == 0 ||
        (str_split(&after, '-', &first) && str_split(&after, '-', &last) && after.n == 0 &&
         str_to_u64(first, INT64_MAX, &a) && str_to_u64(last, INT64_MAX, &b));
    v[0] = value_int((int64_t)a);
    v[1] = value_int((int64_t)b);
    return good;
}

static enum err read_rows(const struct desk_work *w, const struct fact_kind *k, struct str key,
                          bool one, int64_t limit, fact_pick *each, void *to,
                          struct problem *problem)
{
    struct fact_row own_row;
    struct power_body own;
    struct value v[5];
    char text[1024], like[ID_BYTES + 2] = "";
    struct buf sql;
    const bool host = w->who->role == ROLE_MACHINE;
    buf_fixed(&sql, text, sizeof text - 1);
    enum err e = body_own(w, &own_row, &own, problem);
    if (e != OK || (own.id.n == 0 && !host))
        return e;
    if (!read_after(k, key, v))
        return problem_set(problem, ERR_INVALID, "the cursor is none of a page before");
    const bool by_region = body_is(&own, "authority") || body_is(&own, "association");
    const struct str place = power_place(own.region);
    snprintf(like, sizeof like, "%.*s%%", (int)(place.n < ID_BYTES ? place.n : ID_BYTES), place.p);
    v[2] = value_int(limit);
    v[3] = host ? value_text(STR("")) : value_text(by_region ? own.sector : own.id);
    v[4] = by_region ? value_text(str_of(like)) : v[3];
    write_query(reading_of(k), &own, host, one, &sql);
    text[sql.n] = '\0';
    return fact_list(w->store, k, text, v, 5, each, to, problem);
}

enum err register_list(const struct desk_work *w, const struct fact_kind *k, struct str after,
                       int64_t limit, fact_pick *each, void *to, struct problem *problem)
{
    return read_rows(w, k, after, false, limit, each, to, problem);
}

static bool is_there(void *to, const struct value *row)
{
    (void)row;
    *(bool *)to = true;
    return false;
}

enum err register_find(const struct desk_work *w, const struct fact_kind *k, struct str id,
                       struct fact_row *out, struct problem *problem)
{
    bool there = false;
    enum err e = read_rows(w, k, id, true, 1, is_there, &there, problem);
    if (e == OK && !there)
        e = problem_set(problem, ERR_NOT_FOUND, "none of this id, or none of yours");
    return e == OK ? fact_first(w->store, k, value_text(id), out, problem) : e;
}
