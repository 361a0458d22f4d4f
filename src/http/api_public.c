/*
 * GET /v1/public/certificates/{no}: is this certificate real, and does it hold?
 *
 * For whoever is shown one: the holder by the first character of her name, and where she works.
 * As many look-ups of an address as attempts to sign in, so that numbers are not tried out.
 */
#include "http/staff_view.h"
#include "registry/organisation.h"

struct found {
    size_t count;
    char staff[ID_BYTES + 1];
};

static bool take_staff(void *to, const struct value *v, size_t count)
{
    struct found *f = to;
    f->count += str_copy(v->s, f->staff, sizeof f->staff);
    return f->count < 2;
}

/* "沈**": one character, whatever its bytes. */
static json_t *holder_json(struct str name)
{
    char text[8];
    size_t n = name.n > 0;
    while (n < name.n && n < 4 && ((unsigned char)name.p[n] & 0xc0) == 0x80)
        n++;
    memcpy(text, name.p, n);
    memcpy(text + n, "**", 3);
    return json_string(text);
}

/* Where she works now; null: nowhere that is known. */
static json_t *place_json(const struct hands *h, const struct value *staff, struct problem *problem)
{
    struct fact_row row;
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] = staff[STAFF_ORGANISATION]};
    if (!str_eq(fact_text(&staff[STAFF_STATUS]), STR("active")) ||
        fact_find(h->store, &organisation_kind, key, &row, problem) != OK)
        return json_null();
    return fact_json_text(&row.v[ORGANISATION_NAME]);
}

static enum err read_staff(const struct hands *h, struct str id, struct fact_row *out,
                           struct problem *problem)
{
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(id)};
    return fact_find(h->store, &staff_kind, key, out, problem);
}

/* One that the association issued. */
static enum err issued(const struct request *r, const struct hands *h, json_t **out,
                       struct problem *problem)
{
    const struct rules *rules = gate_rules(h->gate);
    struct fact_row row, staff, human;
    enum err e = certificate_find(h->store, r->param, &row, problem);
    if (e)
        return e;
    const struct value key[PRACTITIONER_COLUMNS] = {[PRACTITIONER_ID] =
                                                        row.v[CERTIFICATE_PRACTITIONER]};
    e = fact_find(h->store, &practitioner_kind, key, &human, problem);
    if (!e)
        e = read_staff(h, fact_text(&row.v[CERTIFICATE_STAFF]), &staff, problem);
    if (!e)
        *out = json_pack(
            "{s:o, s:o, s:o, s:s, s:o, s:o, s:b}", "number", fact_json_text(&row.v[CERTIFICATE_ID]),
            "holder", holder_json(fact_text(&human.v[PRACTITIONER_NAME])), "organisation",
            place_json(h, staff.v, problem), "status", certificate_status(row.v, request_now(r)),
            "issued_at", fact_json_time(rules, &row.v[CERTIFICATE_ISSUED_AT]), "until",
            fact_json_time(rules, &row.v[CERTIFICATE_UNTIL]), "confirmed", 1);
    return e;
}

/* One that an agency alone states, of exactly one account that the association does not know. */
static enum err stated(const struct request *r, const struct hands *h, json_t **out,
                       struct problem *problem)
{
    const struct rules *rules = gate_rules(h->gate);
    const struct value no = value_text(r->param);
    struct found f = {.count = 0};
    struct fact_row row;
    when until = 0;
    enum err e =
        store_run(h->store,
                  "SELECT s.\"id\" FROM staff s WHERE substr(s.\"certificate\", 1, length($1) "
                  "+ 1) = $1 || ':' AND NOT EXISTS (SELECT 1 FROM certificates c WHERE "
                  "c.\"staff\" = s.\"id\") LIMIT 2",
                  &no, 1, take_staff, &f, problem);
    if (!e && f.count != 1)
        e = problem_set(problem, ERR_NOT_FOUND, "no such certificate");
    if (!e)
        e = read_staff(h, str_of(f.staff), &row, problem);
    if (!e)
        e = certificate_until(h->store, rules, str_of(f.staff),
                              fact_text(&row.v[STAFF_CERTIFICATE]), &until, problem);
    if (!e && until == 0)
        e = problem_set(problem, ERR_NOT_FOUND, "no such certificate");
    if (!e)
        *out = json_pack("{s:s%, s:o, s:o, s:s, s:n, s:o, s:b}", "number", r->param.p, r->param.n,
                         "holder", holder_json(fact_text(&row.v[STAFF_NAME])), "organisation",
                         place_json(h, row.v, problem), "status",
                         request_now(r) < until ? "valid" : "expired", "issued_at", "until",
                         fact_json_when(rules, until), "confirmed", 0);
    return e;
}

static void look_up(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    json_t *out = NULL;
    enum err e = issued(r, h, &out, &problem);
    if (e == ERR_NOT_FOUND)
        e = stated(r, h, &out, &problem);
    if (e)
        staff_refuse(r, e, &problem);
    else
        outcome_json(r, 200, out);
}

void api_public_certificate(struct request *r)
{
    if (request_attempt(r)) {
        request_work(r, look_up);
        return;
    }
    respond_header(r, "Retry-After", "60");
    respond_problem(r, 429, "too-many-attempts", "this address has asked too often; wait a minute",
                    NULL);
}
