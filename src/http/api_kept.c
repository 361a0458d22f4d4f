/*
 * GET /v1/persons/{id}/kept: what an erasure left by law (person/erase.h), for compliance of the
 * organisation whose member she was, to defend a claim or answer an authority.
 *
 * A look like any other, on record before anything is opened. Proofs of what she agreed to with
 * others lie with the membership that ended last: they are not this organisation's to read, nor
 * to know of.
 */
#include "gate/look_ask.h"
#include "http/contract_json.h"
#include "http/look.h"
#include "http/me_json.h"
#include "http/route.h"
#include "person/consent.h"
#include "person/erase.h"
#include "person/member.h"
#include "person/pool.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    struct request *r;
    const struct hands *h;
    struct str label; /* the one to open, or empty */
    struct erase_kept text[ERASE_KEPT];
    size_t count;
    struct erase_proof proof; /* one of them */
    struct look_result look;
    struct problem problem;
};

/* Leave what was asked for. */
static void narrow(struct kept *k)
{
    size_t n = 0;
    for (size_t i = 0; i < k->count; i++)
        if (k->label.n == 0 || str_eq(str_of(k->text[i].label), k->label))
            k->text[n++] = k->text[i];
    k->count = n;
}

/* Do the digits of the text have the last eight of her number, however they are written? */
static bool tells(struct str text, number n)
{
    enum { EIGHT = 100000000 };
    number last = 0;
    size_t digits = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            continue;
        last = (last * 10 + (number)(text.p[i] - '0')) % EIGHT;
        if (++digits >= 8 && last == n % EIGHT)
            return true;
    }
    return false;
}

static json_t *value_json(const struct request *r, const struct column *c, const struct value *v)
{
    if (c->type == COLUMN_TIME || c->type == COLUMN_UNTIL)
        return me_time(r, v->i);
    return v->type == VALUE_INT ? json_integer(v->i) : json_stringn(v->s.p, v->s.n);
}

/* Without her number, and without a text that tells it. */
static json_t *content_of(const struct request *r, const struct erase_proof *p)
{
    const number hers = p->kind == &consent_kind ? (number)p->row.v[CONSENT_NUMBER].i : 0;
    json_t *content = json_object();
    for (size_t i = 0; i < p->kind->count; i++) {
        const struct column *c = &p->kind->columns[i];
        const struct value *v = &p->row.v[i];
        if (v->type == VALUE_NULL || strcmp(c->name, "number") == 0 ||
            (hers != 0 && v->type == VALUE_TEXT && tells(v->s, hers)))
            continue;
        json_object_set_new(content, c->name, value_json(r, c, v));
    }
    return content;
}

/* The document that both signed; null: it does not open any more. */
static json_t *text_of(const struct kept *k)
{
    struct buf text;
    buf_init(&text, CONTRACT_TEXT);
    enum err e = contract_open(k->h->store, gate_unwrap(k->h->gate), k->proof.row.v, &text,
                               &(struct problem){OK});
    json_t *json = e == OK ? json_loadb((const char *)text.p, text.n, 0, NULL) : NULL;
    vault_wipe(&text);
    return json != NULL ? json : json_null();
}

/* Open one, and tell it if it is this legal entity's. */
static enum err add(struct kept *k, struct str person, const struct erase_kept *t, json_t *list)
{
    const struct vault vault = work_vault(k->h);
    const struct pool_work w = {.store = k->h->store};
    bool ours = false;
    enum err e = erase_open_kept(&vault, person, str_of(t->label), request_now(k->r), &k->proof,
                                 &k->problem);
    if (e == OK)
        e = pool_same_entity(&w, str_of(k->r->subject.organisation), k->proof.organisation, &ours,
                             &k->problem);
    if (e != OK || !ours)
        return e == ERR_NOT_FOUND || e == ERR_CLOSED ? OK : e; /* its term has ended meanwhile */
    json_t *j = json_pack("{s:s, s:o}", "label", t->label, "until", me_time(k->r, t->until));
    if (j != NULL && k->label.n > 0)
        json_object_set_new(j, "content", content_of(k->r, &k->proof));
    if (j != NULL && k->label.n > 0 && k->proof.kind == &contract_kind) {
        json_object_set_new(j, "text", text_of(k));
        enum err said = contract_put_end(k->h, k->proof.row.v, j, &(struct problem){OK});
        (void)said; /* what does not open any more is left out, as the text is */
    }
    return json_array_append_new(list, j) == 0 ? OK : ERR_MEMORY;
}

static void nobody(struct request *r)
{
    outcome_problem(r, 404, "not-found", "there is no such person here");
}

static void show(struct kept *k, struct str person)
{
    char record[RECORD_ID];
    json_t *list = json_array();
    enum err e = OK;
    for (size_t i = 0; i < k->count && e == OK; i++)
        e = add(k, person, &k->text[i], list);
    if (e == OK && json_array_size(list) > 0) {
        ledger_record_id(gate_ledger(k->h->gate), k->look.record, record);
        outcome_json(k->r, 200,
                     json_pack("{s:s%, s:s, s:O}", "person", person.p, person.n, "record", record,
                               "kept", list));
    } else if (e == OK) {
        nobody(k->r);
    } else {
        outcome_failed(k->r, e, &k->problem);
    }
    json_decref(list);
}

static void look(struct kept *k)
{
    struct request *r = k->r;
    struct str person = look_person(r->param);
    enum err e = erase_kept(k->h->store, person, request_now(r), k->text, &k->count, &k->problem);
    narrow(k);
    if (e != OK) {
        outcome_failed(r, e, &k->problem);
        return;
    }
    if (k->count == 0)
        person = look_person(STR("")); /* the record must not say that something was shown */
    struct look_question q = look_question_of(r, SURFACE_DETAIL, 1 << CATEGORY_BASIC);
    q.persons = &person;
    q.count = 1;
    q.kept = true;
    gate_look_wait(k->h->gate, &q, &k->look);
    const struct look_verdict *v = &k->look.verdict[0];
    if (k->look.record_error != OK)
        outcome_problem(r, 503, "not-recorded",
                        "the look cannot be recorded at the moment, so nothing is shown");
    else if (v->whole == CHECK_NO_RELATION)
        nobody(r);
    else if (v->answer[CATEGORY_BASIC] != LOOK_SHOW)
        outcome_problem(r, 403, check_reason_for_staff(v->check[CATEGORY_BASIC]),
                        "what is kept opens for the purpose " ERASE_KEPT_PURPOSE " alone");
    else
        show(k, person);
}

void api_kept(struct request *r, const struct hands *h)
{
    if (query_text(&r->query, "task").n == 0) {
        outcome_problem(r, 400, "task-required",
                        "say in `task` which claim or authority's document it serves; it goes on "
                        "the record, where she reads it");
        return;
    }
    struct kept *k = calloc(1, sizeof *k);
    if (k == NULL) {
        const struct problem problem = {.text = "out of memory"};
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    k->r = r;
    k->h = h;
    k->label = query_text(&r->query, "label");
    look(k);
    sodium_memzero(k, sizeof *k);
    free(k);
}
