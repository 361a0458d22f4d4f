/*
 * GET /v1/organisations/names: what organisations are called, for whoever reads their ids in looks,
 * calls, cases or registers, or looks for the one that she complains about. What is told is what
 * their registration makes public.
 */
#include "http/fact_json.h"
#include "http/me.h"
#include "http/route.h"
#include "registry/organisation.h"

enum { NAMED = 100, FOUND = 20 };

struct listing {
    struct str part; /* of the name; empty: of all */
    size_t most;
    json_t *list;
};

/* Names are Chinese for the most part: bytes alike are letters alike. */
static bool holds(struct str text, struct str part)
{
    for (size_t i = 0; part.n > 0 && i + part.n <= text.n; i++)
        if (strncasecmp(text.p + i, part.p, part.n) == 0)
            return true;
    return false;
}

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    if (l->part.n > 0 && !holds(fact_text(&row[ORGANISATION_NAME]), l->part))
        return true;
    json_t *one = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[ORGANISATION_ID]), "name",
        fact_json_text(&row[ORGANISATION_NAME]), "kind", fact_json_text(&row[ORGANISATION_KIND]),
        "sector", fact_json_text(&row[ORGANISATION_SECTOR]), "region",
        fact_json_text(&row[ORGANISATION_REGION]), "status",
        fact_json_text(&row[ORGANISATION_STATUS]));
    return json_array_append_new(l->list, one) == 0 && json_array_size(l->list) < l->most;
}

/* An id that nobody has is left out. */
static enum err add_named(const struct hands *h, struct str ids, struct listing *l,
                          struct problem *problem)
{
    struct str id;
    enum err e = OK;
    for (size_t i = 0; i < NAMED && e == OK && ids.n > 0 && str_split(&ids, ',', &id); i++) {
        const struct value key = value_text(id);
        e = fact_list(h->store, &organisation_kind, "WHERE x.\"id\" = $1", &key, 1, add, l,
                      problem);
    }
    return e;
}

void api_organisation_names(struct request *r, const struct hands *h)
{
    const struct str ids = query_text(&r->query, "ids");
    struct problem problem = {.text = ""};
    struct listing l = {.part = str_trim(query_text(&r->query, "q")), .list = json_array()};
    enum err e = OK;
    if (ids.n > 0) {
        l.most = NAMED;
        l.part = STR("");
        e = add_named(h, ids, &l, &problem);
    } else if (l.part.n > 0) {
        l.most = FOUND;
        e = fact_list(h->store, &organisation_kind,
                      "WHERE x.\"status\" <> 'closed' ORDER BY x.\"name\", x.\"id\"", NULL, 0, add,
                      &l, &problem);
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "organisations", l.list));
        return;
    }
    json_decref(l.list);
    outcome_failed(r, e, &problem);
}
