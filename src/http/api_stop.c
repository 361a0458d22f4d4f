/*
 * POST /v1/me/stop: everything at once. Her consents end, who waits for one is refused, no
 * commercial call rings, no relay number does, and what she had approved is shut.
 *
 * Consents, refusals, wishes and bindings are one transaction; sealed data, whose keys are
 * overwritten, end one by one behind it. Sent again it finds nothing left to do.
 */
#include "http/fact_json.h"
#include "http/route.h"
#include "http/wishes.h"
#include "person/binding.h"
#include "person/consent_request.h"
#include "person/opening.h"

#include <stdlib.h>

enum { IDS = 1000 };

/* Ids that a list is read for, since a list that is being read keeps the store busy. */
struct ids {
    size_t count;
    char id[IDS][GRANT_ID];
};

struct stopping {
    struct request *request;
    const struct hands *h;
    struct her_wishes *hers;
    struct grant_act act;
    struct ids *ids;
    json_t *consents, *requests, *bindings, *approvals;
    struct problem problem;
};

static bool keep(struct ids *to, struct str id)
{
    if (to->count < IDS && str_copy(id, to->id[to->count], GRANT_ID))
        to->count++;
    return to->count < IDS;
}

static enum err note(struct stopping *x, json_t *list, const char *id)
{
    return json_array_append_new(list, json_string(id)) == 0
               ? OK
               : problem_set(&x->problem, ERR_MEMORY, "out of memory");
}

/* Consents ----------------------------------------------------------------------------------- */

static enum err read_consents(struct stopping *x)
{
    const struct self *self = &x->hers->self;
    struct grant_list *list = calloc(1, sizeof *list);
    if (list == NULL)
        return problem_set(&x->problem, ERR_MEMORY, "out of memory");
    enum err e = grant_read(x->h->store, self->number, self->since, list, &x->problem);
    x->ids->count = 0;
    for (size_t i = 0; (e == OK || e == ERR_LIMIT) && i < list->count; i++)
        if (strcmp(grant_status(list->row[i]->v, x->act.origin.at), "active") == 0) {
            char id[GRANT_ID];
            grant_id(list->row[i]->v, id);
            keep(x->ids, str_of(id));
        }
    grant_forget(list);
    free(list);
    return e == ERR_LIMIT ? OK : e;
}

static enum err end_consents(struct stopping *x)
{
    enum grant_no no = GRANT_YES;
    enum err e = read_consents(x);
    for (size_t i = 0; e == OK && i < x->ids->count; i++) {
        x->act.origin.at++; /* each an instant of its own, as one by one */
        e = grant_withdraw(&x->act, str_of(x->ids->id[i]), &no, &x->problem);
        if (e == OK && no == GRANT_YES)
            e = note(x, x->consents, x->ids->id[i]);
    }
    return e;
}

struct open_requests {
    struct ids *ids;
    when now;
};

static bool take_request(void *to, const struct fact_kind *kind, const struct value *row)
{
    const struct open_requests *o = to;
    (void)kind;
    return strcmp(consent_request_status(row, o->now), "open") != 0 ||
           keep(o->ids, fact_text(&row[REQUEST_ID]));
}

static enum err refuse_requests(struct stopping *x, const char *person)
{
    struct open_requests o = {x->ids, x->act.origin.at};
    char consent[GRANT_ID];
    enum request_no no = REQUEST_YES;
    enum grant_no why;
    x->ids->count = 0;
    enum err e = consent_request_each(x->h->store, str_of(person), take_request, &o, &x->problem);
    for (size_t i = 0; e == OK && i < x->ids->count; i++) {
        const struct consent_answer q = {.person = str_of(person), .id = str_of(x->ids->id[i])};
        x->act.origin.at++;
        e = consent_request_answer(&x->act, &q, consent, &no, &why, &x->problem);
        if (e == OK && no == REQUEST_YES)
            e = note(x, x->requests, x->ids->id[i]);
    }
    return e;
}

/* Calls -------------------------------------------------------------------------------------- */

/* Every sector, nobody excepted; what she blocks, classes and hours stay as they are. */
static enum err refuse_calls(struct stopping *x, struct value row[static PREFERENCE_COLUMNS])
{
    memcpy(row, x->hers->stored.v, PREFERENCE_COLUMNS * sizeof *row);
    row[PREFERENCE_NUMBER] = value_int((int64_t)x->hers->self.number);
    row[PREFERENCE_SECTORS] = value_text(STR("*"));
    row[PREFERENCE_ALLOW] = value_null();
    x->act.origin.at++;
    return wishes_write(&x->act, &x->hers->self, row, &x->problem);
}

static bool take_binding(void *to, const struct value *row)
{
    return !str_eq(fact_text(&row[BINDING_STATUS]), STR("open")) ||
           keep(to, fact_text(&row[BINDING_ID]));
}

/* Those that a contract carries, too. */
static enum err end_bindings(struct stopping *x, const char *person)
{
    const struct binding_which of = {.person = str_of(person)};
    unsigned ended;
    x->ids->count = 0;
    enum err e = binding_list(x->h->store, &of, BINDINGS_LISTED, take_binding, x->ids, &x->problem);
    for (size_t i = 0; e == OK && i < x->ids->count; i++)
        e = note(x, x->bindings, x->ids->id[i]);
    if (e == OK)
        e = binding_end(x->h->store, &of, "refused", &x->act.origin, &ended, &x->act.seq,
                        &x->problem);
    return e;
}

/* What is sealed ----------------------------------------------------------------------------- */

static bool take_approval(void *to, const struct value *row)
{
    const struct str status = fact_text(&row[OPENING_STATUS]);
    return !str_eq(fact_text(&row[OPENING_BASIS]), STR("approval")) ||
           str_eq(status, STR("ended")) || str_eq(status, STR("void")) ||
           keep(to, fact_text(&row[OPENING_ID]));
}

static enum err end_approvals(struct stopping *x, const char *person)
{
    const struct vault v = work_vault(x->h);
    x->ids->count = 0;
    enum err e = opening_list(x->h->store, str_of(person), take_approval, x->ids, &x->problem);
    for (size_t i = 0; e == OK && i < x->ids->count; i++) {
        e = opening_end(&v, str_of(x->ids->id[i]), &x->act.origin, &x->act.seq, &x->problem);
        if (e == OK)
            e = note(x, x->approvals, x->ids->id[i]);
    }
    return e;
}

/* All of it ---------------------------------------------------------------------------------- */

static enum err stop_all(struct stopping *x, struct value row[static PREFERENCE_COLUMNS])
{
    const struct self *self = &x->hers->self;
    enum err e = store_begin(x->h->store, &x->problem);
    if (e != OK)
        return e;
    e = end_consents(x);
    for (size_t i = 0; e == OK && i < self->count; i++)
        e = refuse_requests(x, self->id[i]);
    /* Before her wishes end those that they cover, to know all of them. */
    for (size_t i = 0; e == OK && i < self->count; i++)
        e = end_bindings(x, self->id[i]);
    if (e == OK)
        e = refuse_calls(x, row);
    return store_end(x->h->store, e, &x->problem);
}

static void stop(struct stopping *x)
{
    struct value row[PREFERENCE_COLUMNS];
    const when at = x->act.origin.at;
    enum err e = stop_all(x, row);
    for (size_t i = 0; e == OK && i < x->hers->self.count; i++)
        e = end_approvals(x, x->hers->self.id[i]);
    if (e != OK) {
        outcome_failed(x->request, e, &x->problem);
        return;
    }
    me_grant_reach(x->request, x->h, &x->act);
    outcome_json(x->request, 200,
                 json_pack("{s:o, s:O, s:O, s:O, s:O, s:o, s:o}", "at",
                           fact_json_when(gate_rules(x->h->gate), at), "consents", x->consents,
                           "requests", x->requests, "bindings", x->bindings, "approvals",
                           x->approvals, "before", wishes_json(x->hers->stored.v), "preferences",
                           wishes_json(row)));
}

void api_stop(struct request *r, const struct hands *h)
{
    struct stopping x = {.request = r, .h = h, .problem = {.text = "out of memory"}};
    x.hers = wishes_begin(r, h);
    if (x.hers == NULL)
        return;
    x.act = me_grant_act(r, h, &x.hers->self);
    x.ids = malloc(sizeof *x.ids);
    x.consents = json_array();
    x.requests = json_array();
    x.bindings = json_array();
    x.approvals = json_array();
    if (x.ids == NULL || x.consents == NULL || x.requests == NULL || x.bindings == NULL ||
        x.approvals == NULL)
        outcome_failed(r, ERR_MEMORY, &x.problem);
    else
        stop(&x);
    json_decref(x.approvals);
    json_decref(x.bindings);
    json_decref(x.requests);
    json_decref(x.consents);
    free(x.ids);
    free(x.hers);
}
