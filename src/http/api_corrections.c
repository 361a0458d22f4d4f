/*
 * GET and POST /v1/me/corrections; GET /v1/corrections, GET and POST /v1/corrections/{id}:
 * what a person sets right, and who checks it (person/correction.h).
 *
 * What a field shall say is read by a look alone; the list names the field, no more.
 */
#include "gate/look_ask.h"
#include "http/me_json.h"
#include "http/route.h"
#include "person/correction.h"

enum { REACH_MS = 2000 };

static void refused(struct request *r, enum correction_no no)
{
    static const struct {
        int status;
        const char *code, *text;
    } nos[] = {
        [CORRECTION_YES] = {200, "done", "done"},
        [CORRECTION_ABSENT] = {404, "not-found", "there is nothing here"},
        [CORRECTION_UNDER_WAY] = {409, "correction-under-way",
                                  "you have asked for this field already; GET /v1/me/corrections "
                                  "says until when it is answered"},
        [CORRECTION_LIMIT] = {429, "correction-limit", "fifty corrections a day; come back later"},
        [CORRECTION_ANSWERED] = {409, "already-answered", "this correction has its answer"},
    };
    outcome_problem(r, nos[no].status, nos[no].code, "%s", nos[no].text);
    r->outcome.retry_after_s = no == CORRECTION_LIMIT ? 3600 : 0;
}

/* Answer what was done, once the gate knows of it. Takes the reference. */
static void done(struct request *r, const struct hands *h, const struct correction_act *a,
                 enum err e, enum correction_no no, const struct problem *problem, json_t *json)
{
    if (e == OK && no == CORRECTION_YES) {
        work_reach(r, h, a->seq, REACH_MS);
        outcome_json(r, r->route->status > 0 ? r->route->status : 200, json);
        return;
    }
    json_decref(json);
    if (e == OK)
        refused(r, no);
    else
        outcome_failed(r, e, problem);
}

/* Hers ------------------------------------------------------------------------------------- */

struct asked {
    struct str organisation;
    struct vault_field field;
};

static struct asked read_asked(const struct request *r, struct ask_errors *errors)
{
    enum category c;
    struct problem why;
    const struct rules *rules = gate_rules(request_gate(r));
    const struct str category = ask_text(r->json, "category", 16, true, errors);
    const struct asked a = {
        .organisation = ask_text(r->json, "organisation", ID_BYTES, true, errors),
        .field = {.name = ask_text(r->json, "field", 63, true, errors),
                  .value = ask_text(r->json, "value", VAULT_VALUE, true, errors)}};
    if (errors->count > 0)
        return a;
    if (!category_find(category, &c))
        ask_error(errors, "category", "unknown-category", "no category of the rule pack");
    else if (rules_category(rules, c)->sealed)
        ask_error(errors, "category", "sealed", "what is sealed is not written here");
    else if (vault_check(rules, c, &a.field, &why) != OK)
        ask_error(errors, "field", "invalid-field", "%.120s", why.text);
    else if (a.field.value.n == 0)
        ask_error(errors, "value", "missing", "say what the field shall be");
    return a;
}

/* Her member there; false after an outcome. */
static bool find_member(struct request *r, const struct hands *h, struct str organisation,
                        const struct self *self, struct str *person)
{
    bool there = false;
    struct problem problem;
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK && !there; i++) {
        *person = str_of(self->id[i]);
        const struct value key[] = {value_text(*person), value_text(organisation)};
        e = store_any(h->store,
                      "SELECT 1 FROM members WHERE id = $1 AND organisation = $2 AND "
                      "status = 'active'",
                      key, 2, &there, &problem);
    }
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (!there)
        outcome_problem(r, 404, "not-found", "you are no member there");
    return e == OK && there;
}

static bool is_checked(const struct hands *h, const struct vault_field *field)
{
    enum category c;
    return rules_field(gate_rules(h->gate), field->name, &c) && correction_checked(c, field->name);
}

static void correct(struct request *r, const struct hands *h)
{
    struct self self;
    struct str person;
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    struct problem problem = {.text = ""};
    char id[FRESH_ID] = "";
    bool open;
    enum correction_no no;
    const struct asked asked = read_asked(r, &ignored);
    const struct intake intake = work_intake(h);
    struct correction_act a = {.intake = &intake, .origin = work_origin(r, h)};
    if (!me_read(r, h, &self) || !find_member(r, h, asked.organisation, &self, &person))
        return;
    if (is_checked(h, &asked.field) && !me_settled(r, &self))
        return;
    enum err e = correction_ask(&a, person, &asked.field, id, &open, &no, &problem);
    json_t *json = json_pack("{s:s, s:s}", "id", id, "status", open ? "open" : "applied");
    if (json != NULL && open)
        json_object_set_new(json, "due_at", me_time(r, a.origin.at + CORRECTION_DAYS * WHEN_DAY));
    done(r, h, &a, e, no, &problem, json);
}

void api_correct(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (json_is_object(r->json)) {
        ask_fields(r->json, "organisation category field value", &errors);
        read_asked(r, &errors);
    } else {
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    }
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-correction",
                        "a correction names organisation, category, field and value", &errors);
    else
        request_work(r, correct);
}

struct rows {
    struct request *r;
    json_t *list;
};

static void put_time(const struct rows *x, json_t *j, const char *name, when at)
{
    if (at != 0)
        json_object_set_new(j, name, me_time(x->r, at));
}

static json_t *row_of(const struct rows *x, const struct correction *c)
{
    json_t *j =
        json_pack("{s:s%, s:s%, s:s%, s:s%, s:s%}", "id", c->id.p, c->id.n, "person", c->person.p,
                  c->person.n, "organisation", c->organisation.p, c->organisation.n, "category",
                  c->category.p, c->category.n, "field", c->field.p, c->field.n);
    put_time(x, j, "asked_at", c->asked_at);
    put_time(x, j, "due_at", c->due_at);
    return j;
}

static bool add_hers(void *to, const struct correction *c)
{
    const struct rows *x = to;
    json_t *j = row_of(x, c);
    json_object_set_new(j, "status", json_stringn(c->status.p, c->status.n));
    put_time(x, j, "answered_at", c->answered_at);
    if (c->reason.n > 0)
        json_object_set_new(j, "reason", json_stringn(c->reason.p, c->reason.n));
    return json_array_append_new(x->list, j) == 0;
}

static void finish(struct request *r, json_t *list, enum err e, const struct problem *problem)
{
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "corrections", list));
        return;
    }
    json_decref(list);
    outcome_failed(r, e, problem);
}

json_t *me_corrections(struct request *r, const struct hands *h, const struct self *self,
                       struct problem *problem)
{
    const struct vault vault = work_vault(h);
    struct rows x = {r, json_array()};
    enum err e = OK;
    for (size_t i = 0; i < self->count && e == OK; i++)
        e = correction_hers(&vault, str_of(self->id[i]), add_hers, &x, problem);
    if (e == OK)
        return x.list;
    json_decref(x.list);
    return NULL;
}

void api_my_corrections(struct request *r, const struct hands *h)
{
    struct self self;
    struct problem problem = {.code = OK, .text = ""};
    if (!me_read(r, h, &self))
        return;
    json_t *list = me_corrections(r, h, &self, &problem);
    finish(r, list, list == NULL ? problem.code : OK, &problem);
}

/* Compliance's ----------------------------------------------------------------------------- */

static bool add_waiting(void *to, const struct correction *c)
{
    const struct rows *x = to;
    json_t *j = row_of(x, c);
    json_object_set_new(j, "alias", json_stringn(c->alias.p, c->alias.n));
    json_object_set_new(j, "overdue", json_boolean(request_now(x->r) > c->due_at));
    return json_array_append_new(x->list, j) == 0;
}

void api_corrections(struct request *r, const struct hands *h)
{
    struct problem problem;
    struct rows x = {r, json_array()};
    enum err e =
        correction_waiting(h->store, str_of(r->subject.organisation), add_waiting, &x, &problem);
    finish(r, x.list, e, &problem);
}

static void show(struct request *r, const struct hands *h, const struct correction_asked *asked)
{
    struct problem problem;
    struct buf value;
    const struct vault vault = work_vault(h);
    buf_init(&value, VAULT_VALUE);
    enum err e = correction_value(&vault, r->param, str_of(asked->person), &value, &problem);
    if (e == OK)
        outcome_json(r, 200,
                     json_pack("{s:s%, s:s, s:s, s:s, s:s%}", "id", r->param.p, r->param.n,
                               "person", asked->person, "category", category_word(asked->category),
                               "field", asked->field, "value", value.p, value.n));
    else if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        refused(r, CORRECTION_ABSENT);
    else
        outcome_failed(r, e, &problem);
    vault_wipe(&value);
}

void api_correction(struct request *r, const struct hands *h)
{
    static _Thread_local struct look_result result;
    struct correction_asked asked;
    struct problem problem;
    enum err e =
        correction_find(h->store, r->param, str_of(r->subject.organisation), &asked, &problem);
    if (e == ERR_NOT_FOUND) {
        refused(r, CORRECTION_ABSENT);
        return;
    }
    if (e != OK) {
        outcome_failed(r, e, &problem);
        return;
    }
    const struct str person = str_of(asked.person);
    const struct look_question q = {.actor = str_of(r->subject.id),
                                    .persons = &person,
                                    .count = 1,
                                    .purpose = r->purpose,
                                    .what = (categories)(1U << asked.category),
                                    .surface = SURFACE_DETAIL,
                                    .task = r->param,
                                    .at = request_now(r)};
    gate_look_wait(h->gate, &q, &result);
    const struct look_verdict *v = &result.verdict[0];
    const enum check why = v->whole != CHECK_SHOWN ? v->whole : v->check[asked.category];
    if (result.record_error != OK)
        outcome_problem(r, 503, "not-recorded",
                        "the look cannot be recorded at the moment, so nothing is shown");
    else if (v->answer[asked.category] != LOOK_SHOW)
        outcome_problem(r, 403, check_reason_for_staff(why),
                        "what she asks for opens as the field's category does");
    else
        show(r, h, &asked);
}

static struct correction_answer read_answer(const struct request *r, struct ask_errors *errors)
{
    struct correction_answer q = {
        .id = r->param,
        .organisation = str_of(r->subject.organisation),
        .accept = str_eq(ask_word(r->json, "answer", "accept refuse", true, errors), STR("accept")),
        .reason = ask_text(r->json, "reason", CORRECTION_REASON, false, errors)};
    if (errors->count == 0 && !q.accept && q.reason.n == 0)
        ask_error(errors, "reason", "missing", "a refusal has a reason, which she reads");
    return q;
}

static void answer(struct request *r, const struct hands *h)
{
    struct ask_errors ignored = {.count = 0};
    struct problem problem = {.text = ""};
    enum correction_no no;
    const struct correction_answer q = read_answer(r, &ignored);
    const struct intake intake = work_intake(h);
    struct correction_act a = {.intake = &intake, .origin = work_origin(r, h)};
    enum err e = correction_answer(&a, &q, &no, &problem);
    done(r, h, &a, e, no, &problem,
         json_pack("{s:s%, s:s}", "id", q.id.p, q.id.n, "status",
                   q.accept ? "accepted" : "refused"));
}

void api_answer_correction(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (json_is_object(r->json)) {
        ask_fields(r->json, "answer reason", &errors);
        read_answer(r, &errors);
    } else {
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    }
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-answer",
                        "an answer is accept or refuse; a refusal has a reason", &errors);
    else
        request_work(r, answer);
}
