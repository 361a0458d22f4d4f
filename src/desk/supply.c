#include "desk/supply.h"

#include "desk/body.h"
#include "registry/line.h"

static enum err own_line(const struct desk_work *w, struct str id, struct fact_row *line,
                         struct desk_no *no, struct problem *problem)
{
    if (!body_acts(w->who)) {
        desk_refuse(no, DESK_DENIED, "not-officer",
                    "operators, officers, managers and compliance enter papers");
        return OK;
    }
    enum err e = fact_first(w->store, &line_kind, value_text(id), line, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e == OK && !str_eq(fact_text(&line->v[LINE_CARRIER]), str_of(w->who->organisation)))
        desk_refuse(no, DESK_DENIED, "not-yours",
                    "the carrier under whose contract the line is enters its papers");
    return e;
}

enum err supply_document(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    const struct supply_document *d = what;
    struct fact_row line;
    enum err e = own_line(w, d->line, &line, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    const struct value row[LINE_DOCUMENT_COLUMNS] = {
        [LINE_DOCUMENT_LINE] = value_text(d->line),
        [LINE_DOCUMENT_KIND] = value_text(d->kind),
        [LINE_DOCUMENT_NUMBER] = value_text(d->number),
        [LINE_DOCUMENT_UNTIL] = d->until != 0 ? value_int(d->until) : value_null(),
        [LINE_DOCUMENT_EVIDENCE] = value_text(d->evidence),
        [LINE_DOCUMENT_BY] = value_text(str_of(w->who->id)),
        [LINE_DOCUMENT_AT] = value_int(w->at),
    };
    return desk_write(w, &line_document_kind, row, seq, problem);
}

enum err supply_contract(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                         struct problem *problem)
{
    struct supply_contract *c = what;
    struct fact_row line;
    const struct value id = value_text(c->line);
    int64_t newest = 0;
    enum err e = own_line(w, c->line, &line, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    if (c->signed_at > w->at) {
        desk_refuse(no, DESK_WRONG, "signed-ahead", "only what is signed is entered");
        return OK;
    }
    e = store_integer(w->store, "SELECT MAX(\"version\") FROM line_contracts WHERE \"line\" = $1",
                      &id, 1, &newest, problem);
    c->version = newest + 1;
    const struct value row[LINE_CONTRACT_COLUMNS] = {
        [LINE_CONTRACT_LINE] = id,
        [LINE_CONTRACT_VERSION] = value_int(c->version),
        [LINE_CONTRACT_CLAUSES] = c->clauses.n > 0 ? value_text(c->clauses) : value_null(),
        [LINE_CONTRACT_CALLS] = c->calls_a_day > 0 ? value_int(c->calls_a_day) : value_null(),
        [LINE_CONTRACT_SIGNED] = value_int(c->signed_at),
        [LINE_CONTRACT_EVIDENCE] = value_text(c->evidence),
        [LINE_CONTRACT_BY] = value_text(str_of(w->who->id)),
        [LINE_CONTRACT_AT] = value_int(w->at),
    };
    return e == OK ? desk_write(w, &line_contract_kind, row, seq, problem) : e;
}

/* Reading ------------------------------------------------------------------------------------ */

/* In charge of a line whose user is of this sector and region: as of orders (desk/ordering.h). */
static bool in_charge(const struct power_body *own, struct str sector, struct str region,
                      struct str carriers_region)
{
    const bool lines = own->sector.n == 0 || str_eq(own->sector, STR("telecom"));
    const struct power_body every = {.region = own->region};
    return body_is(own, "authority") &&
           (power_competent(own, sector, region) ||
            (lines && (power_competent(&every, STR(""), region) ||
                       power_competent(&every, STR(""), carriers_region))));
}

enum err supply_papers(const struct desk_work *w, struct str id, fact_pick *document,
                       fact_pick *contract, void *to, struct desk_no *no, struct problem *problem)
{
    struct fact_row line, own_row, user_row, carrier_row;
    struct power_body own, user = {.id = STR("")}, carrier = {.id = STR("")};
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    enum err e = fact_first(w->store, &line_kind, value_text(id), &line, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e == OK)
        e = body_own(w, &own_row, &own, problem);
    if (e == OK)
        e = body_find(w->store, fact_text(&line.v[LINE_ORGANISATION]), &user_row, &user, problem);
    if (e == OK)
        e = body_find(w->store, fact_text(&line.v[LINE_CARRIER]), &carrier_row, &carrier, problem);
    if (e != OK)
        return e;
    if (own.id.n == 0 || !(str_eq(own.id, user.id) || str_eq(own.id, carrier.id) ||
                           in_charge(&own, user.sector, user.region, carrier.region))) {
        desk_absent(no);
        return OK;
    }
    const struct value v = value_text(id);
    e = fact_list(w->store, &line_document_kind, "WHERE x.\"line\" = $1 ORDER BY x.\"kind\"", &v, 1,
                  document, to, problem);
    if (e == OK)
        e = fact_list(w->store, &line_contract_kind,
                      "WHERE x.\"line\" = $1 ORDER BY x.\"version\" DESC LIMIT 50", &v, 1, contract,
                      to, problem);
    return e;
}

struct patrolling {
    const struct power_body *own;
    patrol_each *each;
    void *to;
};

/* A row of one of the two statements below. */
enum {
    P_LINE,
    P_USER,
    P_CARRIER,
    P_SECTOR,
    P_REGION,
    P_CARRIERS_REGION,
    P_KIND,
    P_CLAUSES,
    P_UNTIL
};

static bool take_patrol(void *to, const struct value *v, size_t n)
{
    const struct patrolling *x = to;
    const struct patrol p = {.line = fact_text(&v[P_LINE]),
                             .organisation = fact_text(&v[P_USER]),
                             .kind = fact_text(&v[P_KIND]),
                             .clauses = fact_text(&v[P_CLAUSES]),
                             .until = v[P_UNTIL].type == VALUE_INT ? v[P_UNTIL].i : 0};
    (void)n;
    const bool its = body_is(x->own, "carrier")
                         ? str_eq(fact_text(&v[P_CARRIER]), x->own->id)
                         : in_charge(x->own, fact_text(&v[P_SECTOR]), fact_text(&v[P_REGION]),
                                     fact_text(&v[P_CARRIERS_REGION]));
    return !its || x->each(x->to, &p);
}

#define LINES                                                                                      \
    "l.\"id\", l.\"organisation\", l.\"carrier\", o.\"sector\", o.\"region\", c.\"region\", "
#define WHOSE                                                                                      \
    " LEFT JOIN organisations o ON o.\"id\" = l.\"organisation\" LEFT JOIN organisations c ON "    \
    "c.\"id\" = l.\"carrier\" WHERE l.\"status\" <> 'closed' "

enum err supply_patrol(const struct desk_work *w, const struct patrol *after, patrol_each *each,
                       void *to, struct problem *problem)
{
    struct fact_row row;
    struct power_body own;
    struct patrolling x = {&own, each, to};
    const struct patrol first = {.kind = STR("-"), .until = INT64_MIN}, *a = after ? after : &first;
    const bool documents = a->kind.n > 0;
    const struct value v[] = {value_int(w->at + SUPPLY_AHEAD_DAYS * WHEN_DAY), value_int(a->until),
                              value_text(a->line), value_text(a->kind)};
    const struct value line = value_text(documents ? STR("") : a->line);
    enum err e = body_own(w, &row, &own, problem);
    if (e == OK && documents)
        e = store_run(
            w->store,
            "SELECT " LINES "d.\"kind\", NULL, d.\"until\" FROM line_documents d JOIN "
            "lines l ON l.\"id\" = d.\"line\"" WHOSE
            "AND d.\"until\" <= $1 AND (d.\"until\", l.\"id\", d.\"kind\") > ($2, $3, $4) "
            "ORDER BY d.\"until\", l.\"id\", d.\"kind\"",
            v, 4, take_patrol, &x, problem);
    /* A carrier's own trunk has no user to contract with. */
    if (e == OK)
        e = store_run(w->store,
                      "SELECT " LINES "NULL, k.\"clauses\", NULL FROM lines l LEFT JOIN "
                      "line_contracts k ON k.\"line\" = l.\"id\" AND k.\"version\" = (SELECT "
                      "MAX(m.\"version\") FROM line_contracts m WHERE m.\"line\" = l.\"id\")" WHOSE
                      "AND COALESCE(l.\"organisation\", '') <> COALESCE(l.\"carrier\", '') AND NOT "
                      "(COALESCE(k.\"clauses\", '') LIKE '%frequency-limit%' AND "
                      "k.\"clauses\" LIKE '%reporting%' AND k.\"clauses\" LIKE '%handling%') "
                      "AND l.\"id\" > $1 ORDER BY l.\"id\"",
                      &line, 1, take_patrol, &x, problem);
    return e;
}
