/*
 * GET /v1/duties: what persons have asked of an organisation, for its compliance to answer
 * (person/duty.h). A look for the purpose `rights` names one of them as its task.
 */
#include "http/fact_json.h"
#include "http/me_json.h"
#include "http/route.h"
#include "person/duty.h"

struct rows {
    struct request *r;
    json_t *list;
};

static bool add(void *to, const struct duty_open *d)
{
    const struct rows *x = to;
    json_t *j = json_pack("{s:s%, s:s%, s:s%, s:s%, s:s%, s:o, s:o}", "id", d->id.p, d->id.n,
                          "person", d->person.p, d->person.n, "alias", d->alias.p ? d->alias.p : "",
                          d->alias.n, "organisation", d->organisation.p, d->organisation.n, "kind",
                          d->kind.p, d->kind.n, "categories", fact_json_list(d->categories), "from",
                          me_time(x->r, d->from));
    if (j != NULL && d->until != WHEN_NEVER)
        json_object_set_new(j, "until", me_time(x->r, d->until));
    return json_array_append_new(x->list, j) == 0;
}

void api_duties(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct rows x = {r, json_array()};
    enum err e =
        duty_list(h->store, str_of(r->subject.organisation), request_now(r), add, &x, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "duties", x.list));
    } else {
        json_decref(x.list);
        outcome_failed(r, e, &problem);
    }
}
