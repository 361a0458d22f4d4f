/*
 * /v1/contracts: what staff do with contracts (docs/contracts.md), and both sides' signatures.
 *
 * To read a text is a look at the member, on record before anything of it is opened: what the
 * look does not show of her is left out of it. The hash is that of the whole in any case.
 */
#include "desk/clause.h"
#include "gate/look_ask.h"
#include "http/contract_json.h"
#include "http/etag.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/look.h"
#include "http/me.h"
#include "http/route.h"
#include "registry/code.h"

#include <stdio.h>
#include <stdlib.h>

/* Lists ------------------------------------------------------------------------------------- */

enum { PAGE = 100 };

struct listing {
    const struct rules *rules;
    when now;
    struct fact_page page;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[CONTRACT_KEY].s, contract_json(l->rules, row, l->now));
}

void api_contracts(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    struct listing l = {.rules = w.rules, .now = w.at, .page = fact_page_of(PAGE)};
    enum err e = contract_list(&w, query_text(&r->query, "person"), query_text(&r->query, "cursor"),
                               PAGE + 1, add, &l, &problem);
    json_t *j = fact_page_json(&l.page, "contracts");
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

/* The row, for whoever may see it. False after an outcome. */
static bool find(struct request *r, const struct pool_work *w, struct fact_row *row)
{
    bool there;
    struct problem problem = {.text = ""};
    enum err e = contract_read(w, r->param, row, &there, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (!there)
        contract_refused(r, CONTRACT_ABSENT);
    return e == OK && there;
}

/* One --------------------------------------------------------------------------------------- */

static bool take_alias(void *to, const struct value *c, size_t count)
{
    (void)count;
    json_object_set_new(to, "name", fact_json_text(&c[0]));
    return false;
}

/* What the look does not show of her, out of the document. */
static enum err mask(const struct hands *h, const struct look_verdict *v, const struct value *row,
                     json_t *document, struct problem *problem)
{
    json_t *client = json_object_get(document, "client");
    if (v->answer[CATEGORY_BASIC] != LOOK_SHOW) {
        json_object_del(client, "marital");
        json_object_del(client, "district");
        json_object_del(document, "verification"); /* of a divorce, too */
    }
    if (v->answer[CATEGORY_CONTACT] == LOOK_SHOW)
        return OK;
    json_object_del(client, "proxy");
    json_object_del(client, "born");
    return store_run(h->store, "SELECT \"alias\" FROM members WHERE \"id\" = $1",
                     &row[CONTRACT_PERSON], 1, take_alias, client, problem);
}

static void show(struct request *r, const struct hands *h, const struct pool_work *w,
                 const struct fact_row *row, const struct look_result *look)
{
    char record[RECORD_ID];
    struct contract_document d;
    struct problem problem = {.text = ""};
    json_t *j = contract_json(w->rules, row->v, w->at);
    enum err e = contract_document_open(w->store, w->keys, row->v, &d, &problem);
    if (e == OK)
        e = mask(h, &look->verdict[0], row->v, d.json, &problem);
    if (e == OK)
        e = contract_put_entries(h, row->v, j, &problem);
    if (e == OK) {
        ledger_record_id(gate_ledger(h->gate), look->record, record);
        json_object_set_new(j, "record", json_string(record));
        json_object_set(j, "text", d.json);
        contract_tag(row->v, r->outcome.etag);
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
    contract_document_fini(&d);
}

void api_contract(struct request *r, const struct hands *h)
{
    static _Thread_local struct look_result look;
    struct fact_row row;
    const struct pool_work w = contract_hands(r, h);
    if (!find(r, &w, &row))
        return;
    const struct look_question q = {.actor = w.staff,
                                    .persons = &row.v[CONTRACT_PERSON].s,
                                    .count = 1,
                                    .purpose = r->purpose,
                                    .what = 1 << CATEGORY_BASIC | 1 << CATEGORY_CONTACT,
                                    .surface = SURFACE_DETAIL,
                                    .task = r->param,
                                    .at = w.at};
    if (!look_wait(r, h, &q, &look))
        return;
    if (look.verdict[0].whole == CHECK_NO_RELATION)
        contract_refused(r, CONTRACT_ABSENT);
    else
        show(r, h, &w, &row, &look);
}

/* What the 27 checks say, which quote the text; not what it says of her. */
void api_contract_checked(struct request *r, const struct hands *h)
{
    struct fact_row row;
    struct contract_document d;
    struct clause_result results[CLAUSES];
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    if (!find(r, &w, &row))
        return;
    enum err e = contract_document_open(w.store, w.keys, row.v, &d, &problem);
    if (e == OK) {
        clause_check(w.rules, d.terms, results);
        json_object_del(d.json, "client");
        json_object_del(d.json, "verification");
        outcome_json(r, 200, clause_json(w.rules, d.json, d.terms, results));
    } else {
        outcome_failed(r, e, &problem);
    }
    contract_document_fini(&d);
}

/* Drafts ------------------------------------------------------------------------------------ */

static void forget_document(void *document)
{
    contract_document_fini(document);
    free(document);
}

/* The body's "contract" into r->kept; false after having answered. */
static bool read_draft(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct terms_errors wrong;
    struct problem problem = {.text = "out of memory"};
    const bool good = ask_object(r->json, "contract", &errors);
    struct contract_document *d = calloc(1, sizeof *d);
    r->kept = d;
    r->kept_free = forget_document;
    if (!good)
        return contract_good(r, &errors);
    enum err e =
        d == NULL
            ? ERR_MEMORY
            : contract_document_read(gate_rules(request_gate(r)),
                                     json_incref(json_object_get(r->json, "contract")), d, &wrong);
    if (e == OK)
        return true;
    if (e != ERR_INVALID) {
        respond_failed(r, e, &problem);
        return false;
    }
    for (size_t i = 0; i < wrong.count && i < ASK_ERRORS; i++) {
        ask_error(&errors, "", wrong.at[i].code, "%s", wrong.at[i].detail);
        snprintf(errors.at[i].pointer, sizeof errors.at[i].pointer, "/contract%.60s",
                 wrong.at[i].pointer);
    }
    const bool tells = wrong.count > 0 && strcmp(wrong.at[0].code, "number-in-text") == 0;
    respond_problem(r, 422, tells ? "number-in-text" : "invalid-contract",
                    tells ? "a contract holds no telephone number but in complaint.contact"
                          : "this is no contract that can be kept; docs/clauses.md has the fields",
                    &errors);
    return false;
}

static void put(struct request *r, const struct hands *h, struct str id, int64_t version)
{
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct contract_document *d = r->kept;
    const struct pool_work w = contract_hands(r, h);
    const struct contract_draft draft = {
        .id = id, .version = version, .document = d, .score = contract_score(w.rules, d->terms)};
    enum err e = contract_put(&w, &draft, &result, &problem);
    contract_done(r, h, e, &problem, &result, NULL);
}

static void run_new(struct request *r, const struct hands *h)
{
    put(r, h, STR(""), 0);
}

void api_contract_new(struct request *r)
{
    if (read_draft(r))
        request_work(r, run_new);
}

static void run_change(struct request *r, const struct hands *h)
{
    char tag[CONTRACT_TAG];
    struct fact_row row;
    const struct pool_work w = contract_hands(r, h);
    if (!find(r, &w, &row))
        return;
    contract_tag(row.v, tag);
    if (etag_holds(r->if_match, tag))
        put(r, h, r->param, row.v[CONTRACT_VERSION].i);
    else
        contract_refused(r, CONTRACT_CHANGED);
}

void api_contract_change(struct request *r)
{
    if (read_draft(r))
        request_work(r, run_change);
}

/* Signing ----------------------------------------------------------------------------------- */

static struct str field(const struct request *r, const char *name)
{
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    return ask_text(r->json, name, CONTRACT_REASON, false, &ignored);
}

/* The code is used up only by what would be signed. False after an outcome. */
static bool prove(struct request *r, const struct hands *h, const struct self *self)
{
    uint8_t link[LINK_BYTES];
    struct problem problem = {.text = ""};
    _Static_assert((int)LINK_BYTES == (int)SUBJECT_LINK, "a code is kept under the number's link");
    if (self->number == 0) {
        outcome_problem(r, 403, "wrong-code", "there is no number to which a code could go");
        return false;
    }
    link_of(gate_link(h->gate), self->number, link);
    enum err e = code_check(h->store, request_account_key(r), link, field(r, "code"),
                            request_now(r), &problem);
    if (e == ERR_REFUSED)
        outcome_problem(r, 403, "wrong-code",
                        "the code is wrong, used or over; POST /v1/session/codes sends another");
    else if (e != OK)
        outcome_failed(r, e, &problem);
    return e == OK;
}

static void sign_as(struct request *r, const struct hands *h, const struct self *self)
{
    struct contract_result result = {.no = CONTRACT_ABSENT};
    struct problem problem = {.text = ""};
    struct str person = {.n = 0};
    const struct pool_work w = contract_hands(r, h);
    const struct str hash = field(r, "hash");
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK && result.no == CONTRACT_ABSENT; i++) {
        person = str_of(self->id[i]);
        e = contract_may_sign(&w, r->param, person, hash, &result.no, &problem);
    }
    if (e == OK && result.no == CONTRACT_YES) {
        if (!me_settled(r, self) || !prove(r, h, self))
            return;
        e = contract_sign(&w, r->param, person, hash, &result, &problem);
    }
    contract_done(r, h, e, &problem, &result, NULL);
}

/* Unless she wants no contact: she finds it when she signs in. */
static void tell_offered(struct request *r, const struct hands *h, const struct value *person)
{
    bool wants = false;
    struct problem problem = {.text = ""};
    const when now = request_now(r);
    const struct value params[] = {*person, value_int(now)};
    enum err e = store_any(h->store,
                           "SELECT 1 FROM members WHERE \"id\" = $1 AND (\"frozen_until\" IS NULL "
                           "OR \"frozen_until\" <= $2)",
                           params, 2, &wants, &problem);
    if (e == OK && wants)
        me_tell(r, h, person->s, ME_AWAITED, now + WHEN_DAY);
}

/* For the agency; she is told that something awaits her. */
static void offer(struct request *r, const struct hands *h)
{
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    enum err e = contract_offer(&w, r->param, field(r, "hash"), &result, &problem);
    if (e == OK && result.no == CONTRACT_YES)
        tell_offered(r, h, &result.row.v[CONTRACT_PERSON]);
    contract_done(r, h, e, &problem, &result, NULL);
}

static void sign(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    if (r->subject.role != ROLE_PERSON) {
        offer(r, h);
        return;
    }
    struct self *self = malloc(sizeof *self);
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &problem);
    else if (me_read(r, h, self))
        sign_as(r, h, self);
    free(self);
}

void api_contract_sign(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const bool herself = r->subject.role == ROLE_PERSON;
    /* What the host makes for her signs nothing; staff's tokens do, as their sessions. */
    if (herself && r->session[0] == '\0') {
        respond_problem(r, 401, "session-required",
                        "no token signs for a member; sign in with POST /v1/session", NULL);
        return;
    }
    if (ask_object(r->json, herself ? "hash code" : "hash", &errors)) {
        ask_text(r->json, "hash", CONTRACT_HASH_TEXT - 1, true, &errors);
        ask_text(r->json, "code", CODE_DIGITS, herself, &errors);
    }
    if (contract_good(r, &errors))
        request_work(r, sign);
}

/* Money ------------------------------------------------------------------------------------- */

static struct contract_payment read_payment(const struct request *r, struct ask_errors *errors)
{
    return (struct contract_payment){
        .id = r->param,
        .amount_fen = ask_count(r->json, "amount_fen", -TERMS_FEN_MAX, TERMS_FEN_MAX, errors),
        .at = ask_when(r->json, "at", true, errors),
        .route = ask_word(r->json, "route", CONTRACT_ROUTES, true, errors),
        .payee = ask_text(r->json, "payee", ID_BYTES, true, errors)};
}

static void pay(struct request *r, const struct hands *h)
{
    struct ask_errors ignored = {.count = 0};
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    const struct contract_payment p = read_payment(r, &ignored);
    enum err e = contract_pay(&w, &p, &result, &problem);
    contract_done(r, h, e, &problem, &result, NULL);
}

void api_contract_pay(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "amount_fen at route payee", &errors)) {
        const struct contract_payment p = read_payment(r, &errors);
        if (errors.count == 0 && p.amount_fen == 0)
            ask_error(&errors, "amount_fen", "out-of-range", "nothing is no payment");
    }
    if (contract_good(r, &errors))
        request_work(r, pay);
}

void api_contract_refund(struct request *r, const struct hands *h)
{
    struct fact_row row;
    const struct pool_work w = contract_hands(r, h);
    if (find(r, &w, &row))
        contract_tell_refund(r, &w, row.v);
}

/* Services ---------------------------------------------------------------------------------- */

enum { SERVED_AT_ONCE = 1000 };

static struct contract_service read_service(const struct request *r, struct ask_errors *errors)
{
    return (struct contract_service){
        .id = r->param,
        .item = ask_count(r->json, "item", 1, TERMS_ITEMS, errors),
        .count = ask_count(r->json, "count", 1, SERVED_AT_ONCE, errors),
        .at = ask_when(r->json, "at", true, errors),
        .introduction = ask_text(r->json, "introduction", ID_BYTES, false, errors)};
}

static void serve(struct request *r, const struct hands *h)
{
    char id[FRESH_ID];
    struct ask_errors ignored = {.count = 0};
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    const struct contract_service s = read_service(r, &ignored);
    enum err e = contract_serve(&w, &s, id, &result, &problem);
    contract_done(r, h, e, &problem, &result,
                  e == OK && result.no == CONTRACT_YES ? json_pack("{s:s}", "service", id) : NULL);
}

void api_contract_serve(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "item count at introduction", &errors))
        read_service(r, &errors);
    if (contract_good(r, &errors))
        request_work(r, serve);
}

/* The end ----------------------------------------------------------------------------------- */

static void end(struct request *r, const struct hands *h)
{
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    struct ask_errors ignored = {.count = 0};
    const struct contract_ending x = {.id = r->param,
                                      .reason = field(r, "reason"),
                                      .fault = contract_fault(field(r, "fault")),
                                      .costs = contract_read_costs(r, false, &ignored)};
    enum err e = contract_end(&w, &x, &result, &problem);
    contract_done(r, h, e, &problem, &result, NULL);
}

void api_contract_end(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "fault reason costs", &errors)) {
        ask_word(r->json, "fault", CONTRACT_FAULTS, true, &errors);
        contract_ask_reason(r, &errors);
        contract_read_costs(r, false, &errors);
    }
    if (contract_good(r, &errors))
        request_work(r, end);
}

/* Those of one that she has ended; she is told, since less goes back. */
static void cost(struct request *r, const struct hands *h)
{
    struct ask_errors ignored = {.count = 0};
    struct contract_result result;
    struct problem problem = {.text = ""};
    const struct pool_work w = contract_hands(r, h);
    const struct contract_costs costs = contract_read_costs(r, true, &ignored);
    enum err e = contract_cost(&w, r->param, &costs, &result, &problem);
    if (e == OK && result.no == CONTRACT_YES)
        me_tell(r, h, result.row.v[CONTRACT_PERSON].s, ME_AWAITED, w.at + WHEN_DAY);
    contract_done(r, h, e, &problem, &result, NULL);
}

void api_contract_cost(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "costs", &errors))
        contract_read_costs(r, true, &errors);
    if (contract_good(r, &errors))
        request_work(r, cost);
}
