/*
 * /v1/me/consents: what a person allows.
 *
 * A list of changes is carried out whole or not at all, and acts on the next question
 * by the time it is answered. Docs: docs/consent.md.
 */
#include "gate/receipt.h"
#include "http/consent_json.h"
#include "http/me.h"
#include "http/route.h"
#include "http/work.h"
#include "person/binding_basis.h"
#include "ledger/prove.h"
#include "registry/organisation.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHANGES_MAX = 20, RECORDS_SHOWN = 100 };

/* Reading ------------------------------------------------------------------------------------ */

/* A consent's key, as the journal writes it. */
static void put_subject(const struct value *row, struct buf *out)
{
    buf_printf(out, "%lld/", (long long)row[CONSENT_NUMBER].i);
    buf_str(out, fact_text(&row[CONSENT_ORGANISATION]));
    buf_u8(out, '/');
    buf_str(out, fact_text(&row[CONSENT_PURPOSES]));
    buf_u8(out, '/');
    buf_str(out, fact_text(&row[CONSENT_EVIDENCE]));
}

static enum err record_of(struct gate *gate, struct store *store, const struct value *row,
                          struct consent_record *out, struct problem *problem)
{
    struct buf subject;
    buf_init(&subject, 2 * LIST_MAX);
    put_subject(row, &subject);
    enum err e = consent_record_find(gate, store, buf_view(&subject), out, problem);
    buf_fini(&subject);
    return e;
}

/* Its record's id, or null: none yet, or of another node. */
static json_t *record_json(const struct hands *h, const struct value *row)
{
    struct consent_record record;
    char id[RECORD_ID];
    enum err e = record_of(h->gate, h->store, row, &record, NULL);
    buf_fini(&record.payload);
    if (e != OK)
        return json_null();
    ledger_record_id(gate_ledger(h->gate), record.index, id);
    return json_string(id);
}

static void answer_list(struct request *r, const struct hands *h, const struct self *self)
{
    struct grant_list *list = malloc(sizeof *list);
    struct problem problem = {.text = "out of memory"};
    json_t *array = json_array();
    enum err e = list == NULL || array == NULL ? ERR_MEMORY : OK;
    if (list != NULL)
        list->count = 0;
    if (e == OK)
        e = grant_read(h->store, self->number, self->since, list, &problem);
    for (size_t i = 0; (e == OK || e == ERR_LIMIT) && i < list->count; i++) {
        json_t *one = consent_json(gate_rules(h->gate), list->row[i]->v, request_now(r));
        if (i < RECORDS_SHOWN)
            json_object_set_new(one, "record", record_json(h, list->row[i]->v));
        json_array_append_new(array, one);
    }
    if (list != NULL)
        grant_forget(list);
    free(list);
    if (e == OK || e == ERR_LIMIT) {
        outcome_json(r, 200, json_pack("{s:o}", "consents", array));
    } else {
        json_decref(array);
        outcome_failed(r, e, &problem);
    }
}

void api_my_consents(struct request *r, const struct hands *h)
{
    struct self *self = malloc(sizeof *self);
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    else if (me_read(r, h, self))
        answer_list(r, h, self);
    free(self);
}

/* Changing ----------------------------------------------------------------------------------- */

/* Whose consent, from the name that the wording gives it. ERR_NOT_FOUND. */
static enum err read_organisation(struct store *s, struct str id, struct fact_row *out,
                                  struct problem *problem)
{
    struct value key[COLUMNS_MAX] = {{.type = VALUE_NULL}};
    key[0] = value_text(id);
    return fact_find(s, &organisation_kind, key, out, problem);
}

static enum err put_wording(const struct hands *h, const struct consent_terms *t,
                            enum wording_language language, struct buf *out,
                            struct problem *problem)
{
    struct fact_row *row = malloc(sizeof *row);
    enum err e =
        row == NULL ? ERR_MEMORY : read_organisation(h->store, t->organisation, row, problem);
    if (e == OK)
        e = wording_put(
            gate_rules(h->gate), t,
            &(struct wording_names){.organisation = fact_text(&row->v[ORGANISATION_NAME])},
            language, out);
    free(row);
    return e;
}

/* Is the wording the one that belongs to the terms, in either language? */
static enum err check_wording(const struct hands *h, const struct consent_terms *t,
                              enum grant_no *no, struct problem *problem)
{
    char text[TEXT_MAX];
    struct buf out;
    bool same = false;
    enum err e = OK;
    for (int language = WORDING_ZH; language <= WORDING_EN && e == OK && !same; language++) {
        buf_fixed(&out, text, sizeof text);
        e = put_wording(h, t, (enum wording_language)language, &out, problem);
        same = e == OK && str_eq(buf_view(&out), t->wording);
    }
    if (e == ERR_NOT_FOUND)
        *no = GRANT_NO_ORGANISATION;
    else if (e == OK && !same)
        *no = GRANT_OTHER_WORDING;
    return e == ERR_NOT_FOUND ? OK : e;
}

struct change {
    char purposes[ID_BYTES * 4], channels[64];
    struct consent_terms terms;
};

/* What a body's "give" says; false after an error. */
static bool take_terms(const json_t *body, struct change *c, struct ask_errors *errors)
{
    c->terms = (struct consent_terms){
        .organisation = ask_text(body, "organisation", ID_BYTES, false, errors),
        .wording = ask_text(body, "wording", TEXT_MAX, false, errors)};
    bool good = consent_take_list(body, "purposes", c->purposes, sizeof c->purposes, errors) &&
                consent_take_list(body, "channels", c->channels, sizeof c->channels, errors) &&
                consent_take_categories(body, "categories", &c->terms.what, errors) &&
                consent_take_until(body, "until", &c->terms.until, errors);
    c->terms.purpose = str_of(c->purposes);
    c->terms.channels = str_of(c->channels);
    return good && errors->count == 0;
}

static enum err give(const struct hands *h, struct grant_act *a, struct change *c,
                     enum grant_no *no, struct problem *problem)
{
    char id[GRANT_ID];
    enum err e = OK;
    if (c->terms.wording.n == 0)
        *no = GRANT_INCOMPLETE;
    else
        *no = grant_check(a->rules, &c->terms, a->origin.at);
    if (*no == GRANT_YES)
        e = check_wording(h, &c->terms, no, problem);
    return e == OK && *no == GRANT_YES ? grant_give(a, &c->terms, id, no, problem) : e;
}

static enum err change_one(const struct hands *h, struct grant_act *a, const json_t *body,
                           enum grant_no *no, struct ask_errors *errors, struct problem *problem)
{
    struct change c;
    struct str act = ask_text(body, "act", 16, true, errors);
    struct str id = ask_text(body, "id", GRANT_ID, false, errors);
    if (!take_terms(body, &c, errors))
        return OK;
    if (str_eq(act, STR("give")))
        return give(h, a, &c, no, problem);
    if (str_eq(act, STR("withdraw")))
        return grant_withdraw(a, id, no, problem);
    if (str_eq(act, STR("disown")))
        return grant_disown(a, id, no, problem);
    if (str_eq(act, STR("narrow"))) {
        const struct grant_less less = {c.terms.what, c.terms.channels, c.terms.until};
        return grant_narrow(a, id, &less, no, problem);
    }
    ask_error(errors, "act", "unknown-word", "expected give, narrow, withdraw or disown");
    return OK;
}

static int status_of(enum grant_no no)
{
    return no == GRANT_ABSENT ? 404 : no == GRANT_ENDED ? 409 : 422;
}

/* All of them, or none. False after an outcome. */
static bool change_all(struct request *r, const struct hands *h, const struct self *self,
                       struct grant_act *a)
{
    const json_t *changes = json_object_get(r->json, "changes");
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    enum grant_no no = GRANT_YES;
    size_t i = 0;
    enum err e = store_begin(h->store, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return false;
    }
    for (; i < json_array_size(changes) && e == OK && no == GRANT_YES && errors.count == 0; i++) {
        a->origin.at++; /* each an instant of its own, in their order */
        e = change_one(h, a, json_array_get(changes, i), &no, &errors, &problem);
    }
    const bool good = no == GRANT_YES && errors.count == 0;
    if (e == OK && good && a->changed)
        e = binding_basis_end(a, self, &problem);
    e = store_end_if(h->store, e, good, &problem);
    if (errors.count > 0)
        outcome_problem(r, 400, "invalid-consent", "/changes/%zu%s: %s; nothing was changed", i - 1,
                        errors.at[0].pointer, errors.at[0].detail);
    else if (no != GRANT_YES)
        outcome_problem(r, status_of(no), grant_word(no), "/changes/%zu: %.150s", i - 1,
                        grant_text(no));
    else if (e != OK)
        outcome_failed(r, e, &problem);
    return errors.count == 0 && no == GRANT_YES && e == OK;
}

static void run_change(struct request *r, const struct hands *h)
{
    struct self *self = malloc(sizeof *self);
    if (self == NULL) {
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    } else if (me_read(r, h, self)) {
        struct grant_act a = me_grant_act(r, h, self);
        if (change_all(r, h, self, &a)) {
            me_grant_reach(r, h, &a);
            answer_list(r, h, self);
        }
    }
    free(self);
}

void api_change_consents(struct request *r)
{
    static const char *const names[] = {"changes", NULL};
    static const char *const members[] = {"act",      "id",         "organisation",
                                          "purposes", "categories", "channels",
                                          "until",    "wording",    NULL};
    struct ask_errors errors = {.count = 0};
    const json_t *changes = json_object_get(r->json, "changes");
    consent_only(r->json, names, &errors);
    if (!json_is_array(changes) || json_array_size(changes) > CHANGES_MAX)
        ask_error(&errors, "changes", "wrong-type", "expected a list of at most %d changes",
                  CHANGES_MAX);
    for (size_t i = 0; errors.count == 0 && i < json_array_size(changes); i++) {
        if (!json_is_object(json_array_get(changes, i)))
            ask_error(&errors, "changes", "wrong-type", "expected objects");
        else
            consent_only(json_array_get(changes, i), members, &errors);
    }
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-consent", "the changes cannot be read; nothing was done",
                        &errors);
    else
        request_work(r, run_change);
}

/* The wording of what she would give ---------------------------------------------------------- */

void api_consent_wording(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const json_t *body = r->json;
    struct ask_errors errors = {.count = 0};
    char text[2][TEXT_MAX + 1];
    struct buf out[2];
    struct change c;
    enum err e = OK;
    if (!take_terms(body, &c, &errors)) {
        outcome_problem(r, 400, "invalid-consent", "%s: %s", errors.at[0].pointer,
                        errors.at[0].detail);
        return;
    }
    enum grant_no no = grant_check(gate_rules(h->gate), &c.terms, request_now(r));
    for (int i = 0; i < 2 && no == GRANT_YES && e == OK; i++) {
        buf_fixed(&out[i], text[i], TEXT_MAX);
        e = put_wording(h, &c.terms, i == 0 ? WORDING_ZH : WORDING_EN, &out[i], &problem);
    }
    if (e == ERR_NOT_FOUND)
        no = GRANT_NO_ORGANISATION;
    if (no != GRANT_YES)
        outcome_problem(r, 422, grant_word(no), "%.180s", grant_text(no));
    else if (e != OK)
        outcome_failed(r, e, &problem);
    else
        outcome_json(r, 200,
                     json_pack("{s:s%, s:s%}", "zh", text[0], out[0].n, "en", text[1], out[1].n));
}

/* Receipts ------------------------------------------------------------------------------------ */

static void respond_receipt(struct request *r, struct str id, const struct buf *receipt,
                            bool witnessed)
{
    char name[GRANT_ID + 80];
    snprintf(name, sizeof name, "attachment; filename=\"%.*s%s.tlog-proof\"", STR_ARG(id),
             witnessed ? "" : ".unwitnessed");
    respond_header(r, "Content-Disposition", name);
    respond_header(r, "X-Menshen-Witnessed", witnessed ? "yes" : "no");
    respond(r, 200, "text/plain; charset=utf-8", receipt->p, receipt->n);
}

static enum err make_receipt(struct request *r, const struct self *self, struct buf *out,
                             bool *witnessed, struct problem *problem)
{
    struct gate *gate = request_gate(r);
    struct store *store = request_store(r);
    struct grant_list *list = malloc(sizeof *list);
    struct consent_record record = {.index = 0};
    if (list == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = grant_read(store, self->number, self->since, list, problem);
    const struct grant_row *row = e == OK || e == ERR_LIMIT ? grant_find(list, r->param) : NULL;
    if (row == NULL && (e == OK || e == ERR_LIMIT))
        e = ERR_DENIED;
    else if (row != NULL)
        e = record_of(gate, store, row->v, &record, problem);
    if (row != NULL && e == OK)
        e = receipt_of_consent(gate, &record, out, witnessed, problem);
    buf_fini(&record.payload);
    grant_forget(list);
    free(list);
    return e;
}

void api_consent_receipt(struct request *r)
{
    struct problem problem = {.text = ""};
    struct self *self = malloc(sizeof *self);
    struct buf receipt;
    bool witnessed = false;
    const struct hands h = request_hands(r);
    const struct self_sources sources = me_sources(&h);
    buf_init(&receipt, 2 * PROOF_MAX);
    enum err e = self == NULL ? ERR_MEMORY
                              : self_read(&sources, &r->subject, request_now(r), self, &problem);
    e = e == ERR_NOT_FOUND ? ERR_DENIED
        : e == OK          ? make_receipt(r, self, &receipt, &witnessed, &problem)
                           : e;
    if (e == OK) {
        respond_receipt(r, r->param, &receipt, witnessed);
    } else if (e == ERR_DENIED) {
        respond_problem(r, 404, grant_word(GRANT_ABSENT), grant_text(GRANT_ABSENT), NULL);
    } else if (e == ERR_NOT_FOUND) {
        respond_header(r, "Retry-After", "1");
        respond_problem(r, 409, "not-published",
                        "no checkpoint covers the record yet; ask again in a second", NULL);
    } else if (e == ERR_CONFLICT) {
        respond_problem(r, 404, "other-node", "another node's ledger has the record; ask it there",
                        NULL);
    } else if (e == ERR_CLOSED) {
        respond_problem(r, 410, "entry-deleted",
                        "the record is kept no longer; receipts made before stay valid", NULL);
    } else {
        respond_failed(r, e, &problem);
    }
    buf_fini(&receipt);
    free(self);
}
