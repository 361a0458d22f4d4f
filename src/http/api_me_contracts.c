/* /v1/me/contracts: what a member reads of her contracts, and does with them but signing. */
#include "http/contract_json.h"
#include "http/fact_json.h"
#include "http/me.h"
#include "http/route.h"

#include <stdlib.h>

typedef void her_run(struct request *, const struct hands *, const struct self *);

static void as_her(struct request *r, const struct hands *h, her_run *run)
{
    const struct problem problem = {.text = "out of memory"};
    struct self *self = malloc(sizeof *self);
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &problem);
    else if (me_read(r, h, self))
        run(r, h, self);
    free(self);
}

/* Reading ----------------------------------------------------------------------------------- */

struct rows {
    const struct rules *rules;
    when now;
    json_t *list;
};

static bool add(void *to, const struct value *row)
{
    const struct rows *x = to;
    return json_array_append_new(x->list, contract_json(x->rules, row, x->now)) == 0;
}

static void list(struct request *r, const struct hands *h, const struct self *self)
{
    struct problem problem = {.text = ""};
    struct rows x = {gate_rules(h->gate), request_now(r), json_array()};
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK; i++)
        e = contract_hers(h->store, str_of(self->id[i]), add, &x, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "contracts", x.list));
    } else {
        json_decref(x.list);
        outcome_failed(r, e, &problem);
    }
}

void api_my_contracts(struct request *r, const struct hands *h)
{
    as_her(r, h, list);
}

/* Of one of her memberships, and offered to her. */
static bool is_hers(const struct self *self, const struct value *row)
{
    return self_is(self, row[CONTRACT_PERSON].s) &&
           row[CONTRACT_AGENCY_SIGNED_AT].type == VALUE_INT;
}

/* What would go back if she, or the agency, were at fault now. */
static enum err put_refunds(const struct pool_work *w, const struct value *row,
                            const struct terms *terms, json_t *into, struct problem *problem)
{
    struct contract_refund x[FAULTS];
    if (contract_stands(row, w->at) == CONTRACT_NONE)
        return OK;
    enum err e = contract_refunds(w, row, terms, w->at, x, problem);
    json_t *refunds = json_object();
    for (int f = 0; f < FAULTS && e == OK; f++)
        json_object_set_new(refunds, fault_name((enum fault)f),
                            contract_refund_json(w->rules, &x[f]));
    json_object_set_new(into, "refunds", refunds);
    return e;
}

/* The contract with all that was entered, and its text unless that is gone. NULL: an error. */
static json_t *whole(const struct hands *h, const struct pool_work *w, const struct value *row,
                     bool with_refunds, struct problem *problem)
{
    struct contract_document d;
    json_t *j = contract_json(w->rules, row, w->at);
    enum err e = contract_document_open(h->store, w->keys, row, &d, problem);
    const bool gone = e == ERR_NOT_FOUND || e == ERR_CLOSED; /* with an erasure */
    if (e == OK || gone)
        e = contract_put_entries(h, row, j, problem);
    if (e == OK && with_refunds && !gone)
        e = put_refunds(w, row, d.terms, j, problem);
    json_object_set_new(j, "text", e == OK && !gone ? json_incref(d.json) : json_null());
    contract_document_fini(&d);
    if (e == OK)
        return j;
    json_decref(j);
    return NULL;
}

/* The row. False after an outcome. */
static bool find(struct request *r, const struct hands *h, const struct self *self,
                 struct fact_row *row)
{
    struct problem problem = {.text = ""};
    enum err e = contract_find(h->store, r->param, row, &problem);
    const bool hers = e == OK && is_hers(self, row->v);
    if (e == ERR_NOT_FOUND || (e == OK && !hers))
        contract_refused(r, CONTRACT_ABSENT);
    else if (e != OK)
        outcome_failed(r, e, &problem);
    return hers;
}

static void show(struct request *r, const struct hands *h, const struct self *self)
{
    struct fact_row row;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    if (!find(r, h, self, &row))
        return;
    json_t *j = whole(h, &w, row.v, true, &problem);
    if (j != NULL)
        outcome_json(r, 200, j);
    else
        outcome_failed(r, problem.code, &problem);
}

void api_my_contract(struct request *r, const struct hands *h)
{
    as_her(r, h, show);
}

static void show_refund(struct request *r, const struct hands *h, const struct self *self)
{
    struct fact_row row;
    const struct pool_work w = contract_hands(r, h);
    if (find(r, h, self, &row))
        contract_tell_refund(r, &w, row.v);
}

void api_my_contract_refund(struct request *r, const struct hands *h)
{
    as_her(r, h, show_refund);
}

/* Her copy (PIPL Art. 45) ------------------------------------------------------------------- */

struct ids {
    char id[200][CONTRACT_ID];
    size_t count;
};

static bool note_id(void *to, const struct value *row)
{
    struct ids *x = to;
    x->count += str_copy(row[CONTRACT_KEY].s, x->id[x->count], sizeof x->id[0]);
    return x->count < sizeof x->id / sizeof *x->id;
}

static enum err add_whole(const struct hands *h, const struct pool_work *w, const char *id,
                          json_t *list, struct problem *problem)
{
    struct fact_row row;
    enum err e = contract_find(h->store, str_of(id), &row, problem);
    json_t *j = e == OK ? whole(h, w, row.v, false, problem) : NULL;
    if (j == NULL)
        return problem->code != OK ? problem->code : ERR_MEMORY;
    return json_array_append_new(list, j) == 0 ? OK : ERR_MEMORY;
}

json_t *contracts_hers(struct request *r, const struct hands *h, const struct self *self,
                       struct problem *problem)
{
    struct ids x;
    const struct pool_work w = contract_hands(r, h);
    json_t *list = json_array();
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK; i++) {
        x.count = 0;
        e = contract_hers(h->store, str_of(self->id[i]), note_id, &x, problem);
        for (size_t k = 0; k < x.count && e == OK; k++)
            e = add_whole(h, &w, x.id[k], list, problem);
    }
    if (e == OK)
        return list;
    json_decref(list);
    return NULL;
}

/* Services ---------------------------------------------------------------------------------- */

static struct str field(const struct request *r, const char *name)
{
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    return ask_text(r->json, name, CONTRACT_REASON, false, &ignored);
}

/* Do it as the member that the contract is of. */
typedef enum err her_step(const struct request *, const struct pool_work *, struct str person,
                          struct contract_result *, struct problem *);

static void change(struct request *r, const struct hands *h, const struct self *self,
                   her_step *step)
{
    struct contract_result result = {.no = CONTRACT_ABSENT};
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK && result.no == CONTRACT_ABSENT; i++)
        e = step(r, &w, str_of(self->id[i]), &result, &problem);
    contract_done(r, h, e, &problem, &result, NULL);
}

static enum err answer(const struct request *r, const struct pool_work *w, struct str person,
                       struct contract_result *result, struct problem *problem)
{
    const bool agree = json_is_true(json_object_get(r->json, "agree"));
    return contract_answer(w, r->param, person, field(r, "service"), agree, result, problem);
}

static void run_answer(struct request *r, const struct hands *h, const struct self *self)
{
    change(r, h, self, answer);
}

static void work_answer(struct request *r, const struct hands *h)
{
    as_her(r, h, run_answer);
}

void api_my_service(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "service agree", &errors)) {
        ask_text(r->json, "service", ID_BYTES, true, &errors);
        ask_flag(r->json, "agree", &errors);
    }
    if (contract_good(r, &errors))
        request_work(r, work_answer);
}

/* The end ----------------------------------------------------------------------------------- */

static enum err end(const struct request *r, const struct pool_work *w, struct str person,
                    struct contract_result *result, struct problem *problem)
{
    const struct contract_ending x = {.id = r->param,
                                      .person = person,
                                      .reason = field(r, "reason"),
                                      .fault = contract_fault(field(r, "fault"))};
    return contract_end(w, &x, result, problem);
}

static void run_end(struct request *r, const struct hands *h, const struct self *self)
{
    change(r, h, self, end);
}

static void work_end(struct request *r, const struct hands *h)
{
    as_her(r, h, run_end);
}

void api_my_contract_end(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "fault reason", &errors)) {
        ask_word(r->json, "fault", CONTRACT_FAULTS, true, &errors);
        contract_ask_reason(r, &errors);
    }
    if (contract_good(r, &errors))
        request_work(r, work_end);
}
