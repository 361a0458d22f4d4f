#include "http/staff_view.h"

/* By her position: a carrier, an association and an authority have managers, too. */
static bool keeps(const struct subject *s)
{
    const enum position p = position_of(str_of(s->position));
    return p == POSITION_MANAGER || p == POSITION_COMPLIANCE;
}

bool staff_keeps(struct request *r)
{
    if (keeps(&r->subject))
        return true;
    outcome_problem(r, 403, "role-missing", "managers and compliance keep the staff of a house");
    return false;
}

enum err staff_own_entity(const struct request *r, const struct hands *h, struct str organisation,
                          bool *own, struct problem *problem)
{
    const struct value v[] = {value_text(str_of(r->subject.organisation)),
                              value_text(organisation)};
    return store_any(h->store,
                     "SELECT 1 FROM organisations a JOIN organisations b ON "
                     "COALESCE(a.\"legal_entity\", a.\"id\") = COALESCE(b.\"legal_entity\", "
                     "b.\"id\") WHERE a.\"id\" = $1 AND b.\"id\" = $2",
                     v, 2, own, problem);
}

enum err staff_read(const struct request *r, const struct hands *h, struct str id,
                    struct fact_row *out, struct problem *problem)
{
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(id)};
    const bool herself = str_eq(id, str_of(r->subject.id));
    bool may = herself || (r->subject.role & STAFF_WATCHERS) != 0;
    enum err e = fact_find(h->store, &staff_kind, key, out, problem);
    if (!e && !may && keeps(&r->subject))
        e = staff_own_entity(r, h, fact_text(&out->v[STAFF_ORGANISATION]), &may, problem);
    return e || may ? e : problem_set(problem, ERR_NOT_FOUND, "no such staff");
}

enum err staff_own(const struct request *r, const struct hands *h, struct str id,
                   struct fact_row *out, struct problem *problem)
{
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(id)};
    bool own = false;
    enum err e = fact_find(h->store, &staff_kind, key, out, problem);
    if (!e)
        e = staff_own_entity(r, h, fact_text(&out->v[STAFF_ORGANISATION]), &own, problem);
    return e || own ? e : problem_set(problem, ERR_NOT_FOUND, "no such staff");
}

const char *certificate_status(const struct value *row, when at)
{
    const struct str status = fact_text(&row[CERTIFICATE_STATUS]);
    if (str_eq(status, STR("revoked")))
        return "revoked";
    if (str_eq(status, STR("suspended")))
        return "suspended";
    return at < row[CERTIFICATE_UNTIL].i ? "valid" : "expired";
}

json_t *certificate_json(const struct hands *h, const struct value *v, when at)
{
    const struct rules *rules = gate_rules(h->gate);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "number",
        fact_json_text(&v[CERTIFICATE_ID]), "practitioner",
        fact_json_text(&v[CERTIFICATE_PRACTITIONER]), "staff",
        fact_json_text(&v[CERTIFICATE_STAFF]), "course", fact_json_text(&v[CERTIFICATE_COURSE]),
        "exam", fact_json_text(&v[CERTIFICATE_EXAM]), "score", (json_int_t)v[CERTIFICATE_SCORE].i,
        "issued_at", fact_json_time(rules, &v[CERTIFICATE_ISSUED_AT]), "until",
        fact_json_time(rules, &v[CERTIFICATE_UNTIL]), "status", certificate_status(v, at), "renews",
        fact_json_text(&v[CERTIFICATE_RENEWS]), "from", fact_json_time(rules, &v[CERTIFICATE_FROM]),
        "ground", fact_json_text(&v[CERTIFICATE_GROUND]), "document",
        fact_json_text(&v[CERTIFICATE_DOCUMENT]), "by", fact_json_text(&v[CERTIFICATE_BY]));
}

struct newest {
    const struct hands *hands;
    when at;
    json_t *json;
};

static bool take_newest(void *to, const struct value *v)
{
    struct newest *n = to;
    n->json = json_pack("{s:o, s:o, s:s, s:b}", "number", fact_json_text(&v[CERTIFICATE_ID]),
                        "until", fact_json_time(gate_rules(n->hands->gate), &v[CERTIFICATE_UNTIL]),
                        "status", certificate_status(v, n->at), "confirmed", 1);
    return false;
}

enum err staff_certificate(const struct hands *h, const struct value *staff, when at, json_t **out,
                           struct problem *problem)
{
    const struct rules *rules = gate_rules(h->gate);
    const struct str id = fact_text(&staff[STAFF_ID]),
                     stated = fact_text(&staff[STAFF_CERTIFICATE]);
    struct newest n = {.hands = h, .at = at};
    struct str name;
    when until = 0, end;
    enum err e = certificate_list(h->store, id, take_newest, &n, problem);
    if (!e && n.json == NULL)
        e = certificate_until(h->store, rules, id, stated, &until, problem);
    if (!e && until != 0 && fact_certificate(rules, stated, &name, &end))
        n.json = json_pack("{s:s%, s:o, s:s, s:b}", "number", name.p, name.n, "until",
                           fact_json_when(rules, until), "status", at < until ? "valid" : "expired",
                           "confirmed", 0);
    *out = n.json != NULL ? n.json : json_null();
    return e;
}

void staff_refuse(struct request *r, enum err e, const struct problem *problem)
{
    if (e == ERR_NOT_FOUND)
        outcome_problem(r, 404, "not-found", "nothing of that id is here for you");
    else
        outcome_failed(r, e, problem);
}
