/*
 * /v1/me/consent-requests and /v1/persons/{id}/consent-requests: staff ask, and she
 * answers. Docs: docs/consent.md.
 */
#include "http/api_pools.h"
#include "http/consent_json.h"
#include "http/fact_json.h"
#include "http/look.h"
#include "http/me.h"

#include <stdlib.h>

/* She answers -------------------------------------------------------------------------------- */

struct listing {
    const struct rules *rules;
    when now;
    json_t *array;
    bool staff;
};

static bool list_request(void *to, const struct fact_kind *kind, const struct value *row)
{
    struct listing *l = to;
    (void)kind;
    json_array_append_new(l->array, l->staff ? consent_request_json_for_staff(row, l->now)
                                             : consent_request_json(l->rules, row, l->now));
    return json_array_size(l->array) < 200;
}

void api_my_consent_requests(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "out of memory"};
    struct self *self = malloc(sizeof *self);
    if (self == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    if (me_read(r, h, self)) {
        struct listing l = {
            .rules = gate_rules(h->gate), .now = request_now(r), .array = json_array()};
        enum err e = OK;
        for (size_t i = 0; i < self->count && e == OK; i++)
            e = consent_request_each(h->store, str_of(self->id[i]), list_request, &l, &problem);
        if (e == OK)
            outcome_json(r, 200, json_pack("{s:o}", "requests", l.array));
        else
            outcome_failed(r, e, &problem);
        if (e != OK)
            json_decref(l.array);
    }
    free(self);
}

static enum err answer_as(struct grant_act *a, const struct self *self, struct consent_answer *q,
                          char consent[static GRANT_ID], enum request_no *no, enum grant_no *why,
                          struct problem *problem)
{
    enum err e = OK;
    *no = REQUEST_ABSENT;
    *why = GRANT_YES;
    for (size_t i = 0; i < self->count && e == OK && *no == REQUEST_ABSENT; i++) {
        q->person = str_of(self->id[i]);
        e = consent_request_answer(a, q, consent, no, why, problem);
    }
    return e;
}

static int request_status_of(enum request_no no)
{
    return no == REQUEST_ABSENT        ? 404
           : no == REQUEST_TERMS       ? 422
           : no == REQUEST_UNCERTIFIED ? 403
           : no == REQUEST_LIMIT       ? 429
                                       : 409;
}

static void outcome_no(struct request *r, enum request_no no, enum grant_no why)
{
    if (no == REQUEST_TERMS)
        outcome_problem(r, 422, grant_word(why), "%.190s", grant_text(why));
    else
        outcome_problem(r, request_status_of(no), consent_request_word(no), "%.190s",
                        consent_request_text(no));
}

static void answer_request(struct request *r, const struct hands *h, const struct self *self,
                           struct consent_answer *q)
{
    struct grant_act a = me_grant_act(r, h, self);
    struct problem problem = {.text = ""};
    char consent[GRANT_ID] = "";
    enum request_no no = REQUEST_ABSENT;
    enum grant_no why = GRANT_YES;
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = answer_as(&a, self, q, consent, &no, &why, &problem);
    e = store_end_if(h->store, e, no == REQUEST_YES, &problem);
    if (e != OK) {
        outcome_failed(r, e, &problem);
    } else if (no != REQUEST_YES) {
        outcome_no(r, no, why);
    } else {
        me_grant_reach(r, h, &a);
        outcome_json(r, 200,
                     json_pack("{s:s, s:o}", "status", q->grant ? "granted" : "refused", "consent",
                               consent[0] != '\0' ? json_string(consent) : json_null()));
    }
}

static void run_answer(struct request *r, const struct hands *h)
{
    struct self *self = malloc(sizeof *self);
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &(struct problem){.text = "out of memory"});
    else if (me_read(r, h, self)) {
        struct consent_answer *q = r->kept;
        answer_request(r, h, self, q);
    }
    free(self);
}

void api_answer_consent_request(struct request *r)
{
    static const char *const names[] = {"answer", "categories", "until", "language", NULL};
    struct ask_errors errors = {.count = 0};
    struct consent_answer *q = request_keep(r, sizeof *q);
    if (q == NULL)
        return;
    consent_only(r->json, names, &errors);
    struct str answer = ask_text(r->json, "answer", 16, true, &errors);
    struct str language = ask_text(r->json, "language", 2, false, &errors);
    q->id = r->param;
    q->grant = str_eq(answer, STR("grant"));
    q->language = str_eq(language, STR("en")) ? WORDING_EN : WORDING_ZH;
    if (errors.count == 0 && !q->grant && !str_eq(answer, STR("refuse")))
        ask_error(&errors, "answer", "unknown-word", "expected grant or refuse");
    if (language.n > 0 && !str_eq(language, STR("en")) && !str_eq(language, STR("zh")))
        ask_error(&errors, "language", "unknown-word", "expected zh or en");
    if (consent_take_categories(r->json, "categories", &q->what, &errors) &&
        consent_take_until(r->json, "until", &q->until, &errors) && errors.count == 0)
        request_work(r, run_answer);
    else
        respond_problem(r, 400, "invalid-answer", "the answer cannot be read; nothing was done",
                        &errors);
}

/* Staff ask ------------------------------------------------------------------------------------ */

struct asking {
    struct consent_ask ask;
    char channels[64];
};

static void outcome_asked(struct request *r, const struct asking *q, const struct consent_asked *a)
{
    json_t *array = json_array();
    for (size_t i = 0; i < a->count; i++) {
        char list[CATEGORIES_TEXT];
        categories_list(a->item[i].what, list);
        json_array_append_new(array,
                              json_pack("{s:s, s:s%, s:o, s:s}", "id", a->item[i].id, "purpose",
                                        q->ask.purpose.p, q->ask.purpose.n, "categories",
                                        fact_json_list(str_of(list)), "status", "pending"));
    }
    outcome_json(r, 201, json_pack("{s:o}", "requests", array));
}

static void run_ask(struct request *r, const struct hands *h)
{
    const struct asking *q = r->kept;
    const struct pool_work w = pools_hands(r, h);
    struct problem problem = {.text = ""};
    struct consent_asked asked = {.no = REQUEST_YES};
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = consent_request_ask(&w, &q->ask, &asked, &problem);
    e = store_end_if(h->store, e, asked.no == REQUEST_YES, &problem);
    if (e == ERR_LIMIT)
        outcome_problem(r, 422, "wording-too-long", "%.190s", problem.text);
    else if (e != OK)
        outcome_failed(r, e, &problem);
    else if (asked.no != REQUEST_YES)
        outcome_no(r, asked.no, asked.why);
    else
        outcome_asked(r, q, &asked);
    if (e == OK && asked.no == REQUEST_LIMIT)
        r->outcome.retry_after_s = (int)((asked.again - w.at) / WHEN_SECOND) + 1;
}

void api_ask_consent(struct request *r)
{
    static const char *const names[] = {"purpose", "categories", "channels", "until",
                                        "wording", "recipient",  "contact",  NULL};
    struct ask_errors errors = {.count = 0};
    struct asking *q = request_keep(r, sizeof *q);
    if (q == NULL)
        return;
    consent_only(r->json, names, &errors);
    q->ask = (struct consent_ask){
        .person = r->param,
        .purpose = ask_text(r->json, "purpose", ID_BYTES, true, &errors),
        .note = ask_text(r->json, "wording", NOTE_TEXT_MAX, false, &errors),
        .recipient = ask_text(r->json, "recipient", ID_BYTES, false, &errors),
        .contact = ask_text(r->json, "contact", CONTACT_MAX, false, &errors),
    };
    if (consent_take_list(r->json, "channels", q->channels, sizeof q->channels, &errors) &&
        consent_take_categories(r->json, "categories", &q->ask.what, &errors) &&
        consent_take_until(r->json, "until", &q->ask.until, &errors) && errors.count == 0) {
        q->ask.channels = str_of(q->channels);
        request_work(r, run_ask);
    } else {
        respond_problem(r, 400, "invalid-request", "the request cannot be read; nobody was asked",
                        &errors);
    }
}

/* Whether she answered is hers to tell, so that reading it is a look; what it shows is no category
 * of her data, and so not judged by consent, nor a file opened. */
static bool asked_on_record(struct request *r, const struct hands *h, when at)
{
    static _Thread_local struct look_result result;
    const struct str she = look_person(r->param);
    const struct look_question q = {.actor = str_of(r->subject.id),
                                    .persons = &she,
                                    .count = 1,
                                    .purpose = r->purpose,
                                    .what = 1 << CATEGORY_BASIC,
                                    .surface = SURFACE_LIST,
                                    .at = at};
    gate_look_wait(h->gate, &q, &result);
    const enum check whole = result.verdict[0].whole;
    if (result.record_error != OK)
        outcome_problem(r, 503, "not-recorded",
                        "the look cannot be recorded at the moment, so nothing is shown");
    else if (whole == CHECK_NO_RELATION)
        outcome_no(r, REQUEST_ABSENT, GRANT_YES);
    else if (whole != CHECK_SHOWN)
        outcome_problem(r, 403, check_reason_for_staff(whole), "the gate refuses this look");
    return result.record_error == OK && whole == CHECK_SHOWN;
}

void api_asked_consents(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    if (!asked_on_record(r, h, w.at))
        return;
    struct problem problem = {.text = ""};
    struct listing l = {.now = w.at, .array = json_array(), .staff = true};
    struct fact_row *row = malloc(sizeof *row);
    bool there = false;
    enum err e = row == NULL ? ERR_MEMORY
                             : pool_member_read(&w, r->param, r->subject.organisation, row, &there,
                                                &problem);
    if (e == OK && there)
        e = consent_request_each(h->store, r->param, list_request, &l, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (!there)
        outcome_no(r, REQUEST_ABSENT, GRANT_YES);
    else
        outcome_json(r, 200, json_pack("{s:O}", "requests", l.array));
    json_decref(l.array);
    free(row);
}
