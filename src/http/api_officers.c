/*
 * GET /v1/officers/names: what officers of associations and authorities are called, for staff who
 * read their ids in cases and draws. They are public by the papers that they sign; who works
 * elsewhere is not named here.
 */
#include "http/route.h"
#include "store/store.h"

enum { NAMED = 100 };

struct naming {
    json_t *names;
    struct str id;
};

static bool add(void *to, const struct value *v, size_t count)
{
    const struct naming *n = to;
    (void)count;
    json_object_setn_new(n->names, n->id.p, n->id.n, json_stringn(v[0].s.p, v[0].s.n));
    return false;
}

void api_officer_names(struct request *r, const struct hands *h)
{
    struct str ids = query_text(&r->query, "ids");
    struct problem problem = {.text = ""};
    struct naming n = {.names = json_object()};
    enum err e = OK;
    for (size_t i = 0; i < NAMED && e == OK && ids.n > 0 && str_split(&ids, ',', &n.id); i++) {
        const struct value id = value_text(n.id);
        e = store_run(h->store,
                      "SELECT s.\"name\" FROM staff s JOIN organisations o ON o.\"id\" = "
                      "s.\"organisation\" WHERE s.\"id\" = $1 AND o.\"kind\" IN ('association', "
                      "'authority')",
                      &id, 1, add, &n, &problem);
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "names", n.names));
        return;
    }
    json_decref(n.names);
    outcome_failed(r, e, &problem);
}
