/*
 * Openings over HTTP: an authority orders, a second officer confirms, an officer hands
 * the keys on; a person approves. What is opened is then seen through looks like
 * everything else.
 */
#include "http/fact_json.h"
#include "http/me.h"
#include "http/route.h"
#include "ledger/base64.h"
#include "person/officer.h"
#include "person/opening.h"
#include "registry/session.h"

#include <stdlib.h>
#include <string.h>

enum { REACH_MS = 5000, KEY_TEXT = 160, LISTED = 200 };

/* Words ---------------------------------------------------------------------------------------- */

static void put_time(const struct hands *h, json_t *o, const char *name, const struct value *v)
{
    if (v->type == VALUE_INT)
        json_object_set_new(o, name, fact_json_time(gate_rules(h->gate), v));
}

static void put_text(json_t *o, const char *name, const struct value *v)
{
    const struct str s = fact_text(v);
    if (s.n > 0)
        json_object_set_new(o, name, json_stringn(s.p, s.n));
}

static json_t *opening_json(const struct hands *h, const struct value *row)
{
    json_t *o = json_object();
    put_text(o, "id", &row[OPENING_ID]);
    put_text(o, "person", &row[OPENING_PERSON]);
    json_object_set_new(o, "categories", fact_json_list(fact_text(&row[OPENING_CATEGORIES])));
    put_text(o, "basis", &row[OPENING_BASIS]);
    put_text(o, "holder", &row[OPENING_HOLDER]);
    put_time(h, o, "from", &row[OPENING_FROM]);
    put_time(h, o, "until", &row[OPENING_UNTIL]);
    put_text(o, "document", &row[OPENING_DOCUMENT]);
    put_text(o, "task", &row[OPENING_TASK]);
    put_text(o, "asked_by", &row[OPENING_ASKED_BY]);
    put_time(h, o, "asked_at", &row[OPENING_ASKED_AT]);
    put_text(o, "confirmed_by", &row[OPENING_CONFIRMED_BY]);
    put_time(h, o, "confirmed_at", &row[OPENING_CONFIRMED_AT]);
    put_time(h, o, "secret_until", &row[OPENING_SECRET_UNTIL]);
    put_text(o, "status", &row[OPENING_STATUS]);
    put_text(o, "why", &row[OPENING_WHY]);
    return o;
}

static json_t *base64_json(const uint8_t *bytes, size_t n)
{
    char text[KEY_TEXT];
    struct buf b;
    buf_fixed(&b, text, sizeof text);
    base64_put(&b, bytes, n);
    return json_stringn((const char *)b.p, b.n);
}

/* Doing ---------------------------------------------------------------------------------------- */

static void refuse(struct request *r, enum err e, const struct problem *problem)
{
    if (e == ERR_INVALID)
        outcome_problem(r, 400, "invalid-opening", "%s", problem->text);
    else if (e == ERR_NOT_FOUND)
        outcome_problem(r, 404, "not-found", "nothing of that id is here for you");
    else if (e == ERR_DENIED)
        outcome_problem(r, 403, "not-yours", "%s", problem->text);
    else if (e == ERR_LIMIT)
        outcome_problem(r, 429, "too-many-approvals",
                        "an approval without a further code is asked for three times a day");
    else if (e == ERR_CONFLICT || e == ERR_CLOSED)
        outcome_problem(r, 409, "not-waiting", "this opening does not wait for that, or has ended");
    else
        outcome_failed(r, e, problem);
}

/* The opening as it is now, once looks are judged by it. */
static void answer(struct request *r, const struct hands *h, enum err e, int status, struct str id,
                   int64_t seq, struct problem *problem)
{
    struct fact_row row;
    if (e == OK && seq > 0)
        e = gate_reach(h->gate, seq, REACH_MS, problem);
    if (e == OK)
        e = opening_find(h->store, id, &row, problem);
    if (e == OK)
        outcome_json(r, status, opening_json(h, row.v));
    else
        refuse(r, e, problem);
}

static categories read_categories(const json_t *body, struct ask_errors *errors)
{
    const json_t *list = json_object_get(body, "categories");
    categories what = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *word = json_array_get(list, i);
        enum category c;
        if (json_is_string(word) && category_find(str_of(json_string_value(word)), &c))
            what |= (categories)(1 << c);
        else
            ask_error(errors, "categories", "unknown-category",
                      "\"categories\" names what is no category of data; /openapi.json has them");
    }
    if (what == 0)
        ask_error(errors, "categories", "missing", "a list of at least one category");
    return what;
}

static when read_time(const json_t *body, const char *name, bool required,
                      struct ask_errors *errors)
{
    const struct str text = ask_text(body, name, WHEN_TEXT, required, errors);
    when at = 0;
    if (text.n > 0 && when_parse_exact(text, &at) != OK)
        ask_error(errors, name, "not-a-time", "\"%s\" is a time as RFC 3339 writes it", name);
    return at;
}

static void known_fields(const json_t *body, const char *const *names, struct ask_errors *errors)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)body, key, value)
    {
        bool known = false;
        for (size_t i = 0; names[i] != NULL && !known; i++)
            known = strcmp(key, names[i]) == 0;
        if (!known)
            ask_error(errors, key, "unknown-field", "\"%.40s\" is not a field of this", key);
    }
}

static bool complete(struct request *r, const struct ask_errors *errors)
{
    if (errors->count == 0)
        return true;
    outcome_problem(r, 400, "invalid-opening", "%s", errors->at[0].detail);
    return false;
}

/* An authority's order ------------------------------------------------------------------------- */

void api_opening_propose(struct request *r, const struct hands *h)
{
    static const char *const fields[] = {"categories", "until",        "document",
                                         "task",       "secret_until", NULL};
    struct ask_errors errors = {.count = 0};
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    char id[FRESH_ID];
    int64_t seq = 0;
    known_fields(r->json, fields, &errors);
    const struct opening_terms t = {
        .person = r->param,
        .what = read_categories(r->json, &errors),
        .until = read_time(r->json, "until", true, &errors),
        .document = ask_text(r->json, "document", TEXT_MAX, true, &errors),
        .task = ask_text(r->json, "task", ID_BYTES, false, &errors),
        .secret_until = read_time(r->json, "secret_until", false, &errors),
    };
    if (!complete(r, &errors))
        return;
    const enum err e = opening_propose(&v, &t, &origin, id, &seq, &problem);
    answer(r, h, e, 201, str_of(id), seq, &problem);
}

/* Whose data they are, unless the order keeps it secret, or she cannot be reached any more. */
static void tell_ordered(struct request *r, const struct hands *h)
{
    static const char text[] = "主管机关依法启封您的部分资料，详情请登录查看。 An authority has "
                               "ordered that data of yours be "
                               "opened; sign in to see which.";
    struct problem problem;
    struct fact_row row;
    const when now = request_now(r);
    if (opening_find(h->store, r->param, &row, &problem) == OK && opening_told(row.v, now))
        me_tell(r, h, fact_text(&row.v[OPENING_PERSON]), text, now + WHEN_DAY);
}

void api_opening_confirm(struct request *r, const struct hands *h)
{
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    const enum err e = opening_confirm(&v, r->param, &origin, &seq, &problem);
    if (e == OK)
        tell_ordered(r, h);
    answer(r, h, e, 200, r->param, seq, &problem);
}

/* Her own authority's orders; approvals are for the hands of those who hold an officer's key. */
static bool concerns(const struct request *r, bool officer, const struct value *row)
{
    return (officer && str_eq(fact_text(&row[OPENING_BASIS]), STR("approval"))) ||
           str_eq(fact_text(&row[OPENING_HOLDER]), str_of(r->subject.organisation));
}

static enum err find(const struct request *r, const struct hands *h, struct fact_row *row,
                     struct problem *problem)
{
    bool officer = false;
    enum err e = officer_is(h->store, str_of(r->subject.id), &officer, problem);
    if (e == OK)
        e = opening_find(h->store, r->param, row, problem);
    return e == OK && !concerns(r, officer, row->v)
               ? problem_set(problem, ERR_NOT_FOUND, "no such opening")
               : e;
}

void api_opening_end(struct request *r, const struct hands *h)
{
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct fact_row row;
    int64_t seq = 0;
    enum err e = find(r, h, &row, &problem);
    if (e == OK && !str_eq(fact_text(&row.v[OPENING_BASIS]), STR("order")))
        e = problem_set(&problem, ERR_DENIED, "only she ends what she approved");
    if (e == OK)
        e = opening_end(&v, r->param, &origin, &seq, &problem);
    answer(r, h, e, 200, r->param, seq, &problem);
}

void api_opening_void(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct fact_row row;
    int64_t seq = 0;
    ask_fields(r->json, "reason", &errors);
    const struct str why = ask_text(r->json, "reason", TEXT_MAX, true, &errors);
    if (!complete(r, &errors))
        return;
    enum err e = find(r, h, &row, &problem);
    if (e == OK)
        e = opening_void(&v, r->param, why, &origin, &seq, &problem);
    answer(r, h, e, 200, r->param, seq, &problem);
}

/* An officer's part ---------------------------------------------------------------------------- */

static void add_envelopes(json_t *o, const struct opening_request *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < q->count; i++) {
        char officer[OFFICER_ID_TEXT];
        officer_id(q->envelope[i].officer, officer);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "category",
                                              category_word(q->envelope[i].category), "officer",
                                              officer, "sealed",
                                              base64_json(q->envelope[i].sealed, SEAL_ENVELOPE)));
    }
    json_object_set_new(o, "seal_to", base64_json(q->seal_to, SEAL_KEY));
    json_object_set_new(o, "envelopes", list);
}

/* The opening, and what an officer needs for her part while it waits for that. */
static enum err describe(struct request *r, const struct hands *h, json_t *o,
                         struct problem *problem)
{
    const struct vault v = work_vault(h);
    struct opening_request *q = calloc(1, sizeof *q);
    if (q == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = opening_request(&v, r->param, clock_now(gate_clock(h->gate)), q, problem);
    if (e == OK)
        add_envelopes(o, q);
    free(q);
    return e == ERR_CONFLICT ? OK : e;
}

void api_opening(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct fact_row row;
    json_t *o = NULL;
    enum err e = find(r, h, &row, &problem);
    if (e == OK) {
        o = opening_json(h, row.v);
        e = describe(r, h, o, &problem);
    }
    if (e == OK) {
        outcome_json(r, 200, o);
    } else {
        json_decref(o);
        refuse(r, e, &problem);
    }
}

struct listing {
    const struct request *request;
    const struct hands *hands;
    json_t *list;
    bool officer;
};

static bool list_one(void *to, const struct value *row)
{
    const struct listing *l = to;
    if (concerns(l->request, l->officer, row))
        json_array_append_new(l->list, opening_json(l->hands, row));
    return json_array_size(l->list) < LISTED;
}

void api_openings(struct request *r, const struct hands *h)
{
    struct listing l = {r, h, json_array(), false};
    struct problem problem = {.text = ""};
    enum err e = officer_is(h->store, str_of(r->subject.id), &l.officer, &problem);
    if (e == OK)
        e = opening_waiting(h->store, clock_now(gate_clock(h->gate)), list_one, &l, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "openings", l.list));
    } else {
        json_decref(l.list);
        refuse(r, e, &problem);
    }
}

static size_t read_keys(const json_t *body, struct opening_envelope out[static CATEGORIES],
                        struct ask_errors *errors)
{
    const json_t *keys = json_object_get(body, "keys");
    const size_t count = json_array_size(keys);
    if (count > CATEGORIES || (!json_is_array(keys)))
        ask_error(errors, "keys", "wrong-type", "\"keys\" is a list, one a category at most");
    for (size_t i = 0; i < count && i < CATEGORIES; i++) {
        const json_t *key = json_array_get(keys, i);
        size_t n;
        if (!category_find(ask_text(key, "category", 32, true, errors), &out[i].category) ||
            !base64_decode(ask_text(key, "sealed", KEY_TEXT, true, errors), out[i].sealed,
                           SEAL_ENVELOPE, &n) ||
            n != SEAL_ENVELOPE)
            ask_error(errors, "keys", "not-a-key",
                      "a key is {category, sealed}, as `menshen "
                      "opening reseal` prints it");
    }
    return count;
}

void api_opening_keys(struct request *r, const struct hands *h)
{
    static const char *const fields[] = {"keys", NULL};
    struct opening_envelope keys[CATEGORIES];
    struct ask_errors errors = {.count = 0};
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct fact_row row;
    int64_t seq = 0;
    known_fields(r->json, fields, &errors);
    const size_t count = read_keys(r->json, keys, &errors);
    if (!complete(r, &errors))
        return;
    enum err e = find(r, h, &row, &problem);
    if (e == OK)
        e = opening_hand_in(&v, r->param, keys, count, &origin, &seq, &problem);
    answer(r, h, e, 200, r->param, seq, &problem);
}

/* Her approvals -------------------------------------------------------------------------------- */

/* What waits can be ended before it acts. */
static void tell_waiting(struct request *r, const struct self *self, when from)
{
    char at[WHEN_TEXT];
    when_format(from, rules_offset_minutes(gate_rules(request_gate(r))), at);
    me_tell_self(
        r, self, from,
        "有人以您的名义批准启封您的资料，%.16s 起生效。若非本人操作，请登录撤回。 Sealed data of "
        "yours may be opened from %.16s. If you did not allow this, sign in and withdraw it.",
        at, at);
}

struct telling {
    const struct hands *hands;
    json_t *list;
};

static bool tell_one(void *to, const struct value *row)
{
    const struct telling *t = to;
    if (opening_told(row, clock_now(gate_clock(t->hands->gate))))
        json_array_append_new(t->list, opening_json(t->hands, row));
    return json_array_size(t->list) < LISTED;
}

void api_approvals(struct request *r, const struct hands *h)
{
    struct self self;
    struct telling t = {h, json_array()};
    struct problem problem = {.text = ""};
    enum err e = OK;
    if (!me_read(r, h, &self)) {
        json_decref(t.list);
        return;
    }
    for (size_t i = 0; i < self.count && e == OK; i++)
        e = opening_list(h->store, str_of(self.id[i]), tell_one, &t, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "approvals", t.list));
    } else {
        json_decref(t.list);
        refuse(r, e, &problem);
    }
}

void api_approve(struct request *r, const struct hands *h)
{
    static const char *const fields[] = {"person", "categories", "holder", "until", NULL};
    struct ask_errors errors = {.count = 0};
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct self self;
    char id[FRESH_ID];
    int64_t seq = 0;
    known_fields(r->json, fields, &errors);
    struct opening_terms t = {
        .person = ask_text(r->json, "person", ID_BYTES, false, &errors),
        .what = read_categories(r->json, &errors),
        .holder = ask_text(r->json, "holder", ID_BYTES, true, &errors),
        .until = read_time(r->json, "until", true, &errors),
    };
    if (!complete(r, &errors) || !me_read(r, h, &self))
        return;
    if (!session_confirmed(&r->subject, origin.at))
        t.from = origin.at + WHEN_DAY;
    if (t.person.n == 0 && self.count == 1)
        t.person = str_of(self.id[0]);
    enum err e = OK;
    if (!self_is(&self, t.person))
        e = problem_set(&problem, ERR_NOT_FOUND, "not she");
    if (e == OK)
        e = opening_approve(&v, &t, &origin, id, &seq, &problem);
    if (e == OK && t.from != 0)
        tell_waiting(r, &self, t.from);
    answer(r, h, e, t.from != 0 ? 202 : 201, str_of(id), seq, &problem);
}

void api_approval_withdraw(struct request *r, const struct hands *h)
{
    const struct vault v = work_vault(h);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct fact_row row;
    struct self self;
    int64_t seq = 0;
    if (!me_read(r, h, &self))
        return;
    enum err e = opening_find(h->store, r->param, &row, &problem);
    if (e == OK && (!self_is(&self, fact_text(&row.v[OPENING_PERSON])) ||
                    !str_eq(fact_text(&row.v[OPENING_BASIS]), STR("approval"))))
        e = problem_set(&problem, ERR_NOT_FOUND, "not hers");
    if (e == OK)
        e = opening_end(&v, r->param, &origin, &seq, &problem);
    answer(r, h, e, 200, r->param, seq, &problem);
}
