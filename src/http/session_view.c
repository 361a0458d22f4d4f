#include "http/session_view.h"
#include "http/route.h"
#include "http/scopes.h"
#include "http/staff_view.h"
#include "registry/organisation.h"
#include "registry/session.h"

static enum err name_of(const struct hands *h, const char *organisation, json_t **out,
                        struct problem *problem)
{
    struct fact_row row;
    const struct value key[ORGANISATION_COLUMNS] = {[ORGANISATION_ID] =
                                                        value_text(str_of(organisation))};
    enum err e = fact_find(h->store, &organisation_kind, key, &row, problem);
    if (e == OK)
        *out = fact_json_text(&row.v[ORGANISATION_NAME]);
    return e;
}

/* What the registry knows of a member of staff. */
static enum err add_staff(const struct request *r, json_t *j, struct problem *problem)
{
    const struct hands h = request_hands(r);
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(str_of(r->subject.id))};
    struct fact_row row;
    json_t *organisation = NULL, *certificate = NULL;
    enum err e = fact_find(h.store, &staff_kind, key, &row, problem);
    if (e == OK)
        e = name_of(&h, r->subject.organisation, &organisation, problem);
    if (e == OK)
        e = staff_certificate(&h, row.v, request_now(r), &certificate, problem);
    if (e == OK &&
        json_object_update_new(j, json_pack("{s:o, s:O?, s:O?}", "name",
                                            fact_json_text(&row.v[STAFF_NAME]), "organisation_name",
                                            organisation, "certificate", certificate)) != 0)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(organisation);
    json_decref(certificate);
    return e;
}

enum err session_json(const struct request *r, json_t **out, struct problem *problem)
{
    const struct subject *s = &r->subject;
    const bool person = s->role == ROLE_PERSON;
    char csrf[SECRET_TEXT];
    *out = NULL;
    if (session_csrf(str_of(r->session), csrf) != OK)
        return problem_set(problem, ERR_IO, "libsodium does not start");
    json_t *j =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:n, s:n, s:s, s:o, s:b}", "id", s->id, "role",
                  person ? "person" : s->position, "organisation", s->organisation, "kind",
                  person ? "person" : s->kind, "csrf", csrf, "name", "organisation_name",
                  "certificate", "access", role_word((unsigned)__builtin_ctz(s->role)), "may",
                  scopes_json(scopes_of_role(s->role) & s->scopes), "demo", (int)request_demo(r));
    enum err e = j != NULL ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK && !person)
        e = add_staff(r, j, problem);
    if (e == OK)
        *out = j;
    else
        json_decref(j);
    return e;
}
