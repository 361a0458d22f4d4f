/* GET /v1/records/{id} and …/proof */
#include "desk/disclosure.h"
#include "gate/receipt.h"
#include "http/complaint_json.h"
#include "http/explain_look.h"
#include "http/explain.h"
#include "http/fact_json.h"
#include "http/me_json.h"
#include "http/route.h"
#include "ledger/prove.h"
#include "person/pool.h"
#include "person/vault.h"
#include "registry/line.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 4096 };

static void no_such(struct request *r)
{
    respond_problem(r, 404, "not-found", "there is no such record, or it does not concern you",
                    NULL);
}

static bool same_entity(struct store *store, struct str a, struct str b)
{
    const struct pool_work w = {.store = store};
    bool same = false;
    return pool_same_entity(&w, a, b, &same, NULL) == OK && same;
}

/* The line is of the organisation, or of its legal entity. */
static bool holds_line(struct store *store, const char *line, const char *organisation)
{
    struct value key[LINE_COLUMNS] = {{.type = VALUE_NULL}};
    struct fact_row *row = malloc(sizeof *row);
    if (row == NULL)
        return false;
    key[LINE_ID] = value_text(str_of(line));
    bool holds = fact_find(store, &line_kind, key, row, NULL) == OK &&
                 row->v[LINE_ORGANISATION].type == VALUE_TEXT &&
                 same_entity(store, row->v[LINE_ORGANISATION].s, str_of(organisation));
    free(row);
    return holds;
}

/* She was looked at. Adds what her own opening tells. */
static bool looked_at(struct gate *gate, const struct self *self, const struct explained *x,
                      json_t *object)
{
    struct look_seen seen;
    for (size_t i = 0; i < self->count; i++)
        if (gate_look_seen(gate, str_of(self->id[i]), x->index, &seen, NULL) == OK) {
            explain_look_own(gate, &seen, object);
            return true;
        }
    return false;
}

/* She was rung, as GET /v1/me/calls tells her. */
static bool rung(const struct self *self, const struct explained *x)
{
    const struct call_record *c = &x->call;
    return x->opened && !c->dry && self->number != 0 && c->callee == self->number &&
           c->asked >= self->since;
}

struct disclosed {
    const struct rules *rules;
    json_t *object;
    bool hers;
};

static bool add_disclosed(void *to, const struct value *row)
{
    struct disclosed *d = to;
    d->hers = json_object_update_new(d->object, complaint_json_disclosure(d->rules, row)) == 0 &&
              json_object_set_new(d->object, "complaint",
                                  fact_json_text(&row[DISCLOSURE_COMPLAINT])) == 0;
    return false;
}

/* Somebody opened a complaint of hers. Adds what, who, and the running number. */
static bool disclosed(const struct hands *h, const struct self *self, json_t *object)
{
    uint8_t link[LINK_BYTES];
    struct disclosed d = {.rules = gate_rules(h->gate), .object = object};
    const int64_t seq = json_integer_value(json_object_get(object, "journal"));
    if (self->number == 0)
        return false;
    link_of(gate_link(h->gate), self->number, link);
    return disclosure_of_hers(h->store, seq, link, self->since, add_disclosed, &d, NULL) == OK &&
           d.hers;
}

/* A look at her, a call to her, a disclosure of her complaint explains itself to her. */
static bool concerns_person(struct request *r, const struct explained *x, json_t *object)
{
    const struct hands h = request_hands(r);
    const struct self_sources sources = me_sources(&h);
    struct self *self = malloc(sizeof *self);
    bool hers = false;
    if (self != NULL && self_read(&sources, &r->subject, request_now(r), self, NULL) == OK)
        hers = x->kind == ENTRY_LOOK   ? looked_at(h.gate, self, x, object)
               : x->kind == ENTRY_CALL ? rung(self, x)
               : x->kind == ENTRY_FACT ? disclosed(&h, self, object)
                                       : false;
    free(self);
    return hers;
}

/* Made by staff of the asker's legal entity? Where the record does not say whose, by what is
 * registered of them now. */
static bool colleague(struct request *r, const struct explained *x)
{
    const struct pool_work w = {.store = request_store(r)};
    struct pool_staff staff;
    const char *organisation = x->asker.organisation;
    if (*x->asker.looker == '\0')
        return false;
    if (*organisation == '\0') {
        if (pool_staff_read(&w, str_of(x->asker.looker), &staff, NULL) != OK)
            return false;
        organisation = staff.organisation;
    }
    return same_entity(w.store, str_of(r->subject.organisation), str_of(organisation));
}

static bool take_introduction(void *to, const struct value *c, size_t count)
{
    (void)count;
    json_object_set_new(to, "introduction", fact_json_text(&c[0]));
    return false;
}

/* A change of an introduction explains itself to the compliance of the legal entity that
 * introduced, whom an alert has told of it. Adds which one it is. */
static bool introduced(struct request *r, json_t *object)
{
    const struct value params[] = {
        value_int(json_integer_value(json_object_get(object, "journal"))),
        value_text(str_of(r->subject.organisation))};
    return store_run(request_store(r),
                     "SELECT i.\"id\" FROM journal j, introductions i, organisations a, "
                     "organisations b WHERE j.\"seq\" = $1 AND j.\"kind\" = 'introductions' AND "
                     "i.\"id\" = j.\"subject\" AND a.\"id\" = i.\"organisation\" AND b.\"id\" = $2 "
                     "AND COALESCE(a.\"legal_entity\", a.\"id\") = "
                     "COALESCE(b.\"legal_entity\", b.\"id\")",
                     params, 2, take_introduction, object, NULL) == OK &&
           json_object_get(object, "introduction") != NULL;
}

/*
 * A look explains itself to whoever made it, to the compliance of the looker's
 * legal entity, and to those who watch over it.
 */
static bool concerns_look(struct request *r, const struct explained *x)
{
    if (r->subject.role == ROLE_COMPLIANCE && colleague(r, x))
        return true;
    return (r->subject.role & (ROLE_MACHINE | ROLE_AUDITOR | ROLE_AUTHORITY)) != 0 ||
           (*x->asker.looker != '\0' && strcmp(x->asker.looker, r->subject.id) == 0);
}

/*
 * A record explains itself to the host and to operators, to the person whom it is about, and, of
 * a call, to the legal entity that called or whose line it was.
 */
static bool concerns(struct request *r, const struct explained *x, json_t *object)
{
    if (r->subject.role == ROLE_PERSON)
        return concerns_person(r, x, object);
    if (x->kind == ENTRY_LOOK)
        return concerns_look(r, x);
    if (request_view(r) != ASK_ORGANISATION)
        return true;
    if (x->kind == ENTRY_FACT && r->subject.role == ROLE_COMPLIANCE)
        return introduced(r, object);
    const struct verdict *v = &x->call.verdict;
    if ((x->kind != ENTRY_CALL && x->kind != ENTRY_SCRUB_PART) || !x->opened ||
        r->subject.organisation[0] == '\0')
        return false;
    return (v->principal[0] != '\0' &&
            same_entity(request_store(r), str_of(v->principal), str_of(r->subject.organisation))) ||
           (v->line[0] != '\0' && holds_line(request_store(r), v->line, r->subject.organisation));
}

/* The record, if it concerns the asker; else NULL after having answered. */
static json_t *read_record(struct request *r, struct explained *x)
{
    struct problem problem;
    json_t *object;
    /* What is hers she reads in full; the rest is not answered at all. */
    const enum ask_view view = r->subject.role == ROLE_PERSON ? ASK_FULL : request_view(r);
    enum err e = explain_read(request_gate(r), r->param, x, &object, view, &problem);
    if (e == OK && concerns(r, x, object)) {
        e = me_hide_looker(request_store(r), object, &problem);
        if (e == OK)
            return object;
        json_decref(object);
        respond_failed(r, e, &problem);
        return NULL;
    }
    if (e == OK)
        json_decref(object);
    if (e == ERR_NOT_FOUND && x->gone && request_view(r) != ASK_ORGANISATION)
        respond_problem(r, 410, "entry-deleted", problem.text, NULL);
    else if (e == OK || e == ERR_INVALID || e == ERR_NOT_FOUND)
        no_such(r);
    else
        respond_problem(r, 500, err_name(e),
                        "the record cannot be read; `menshen ledger verify` says where", NULL);
    return NULL;
}

void api_record(struct request *r)
{
    struct explained x;
    json_t *object = read_record(r, &x);
    if (object != NULL)
        respond_json(r, 200, object);
}

/* A proof holds the entry as it is: with the reason that the asker reads as do-not-call. */
static bool tells_too_much(const struct request *r, const struct explained *x)
{
    const struct verdict *v = &x->call.verdict;
    return request_view(r) == ASK_ORGANISATION && r->subject.role != ROLE_PERSON &&
           x->kind == ENTRY_CALL &&
           (check_side(v->check) == SIDE_WISH ||
            (v->observed && check_side(v->would_check) == SIDE_WISH));
}

static void withhold(struct request *r)
{
    respond_problem(
        r, 403, "opening-withheld",
        "what this record hides is opened to the person whom it is about, and not where "
        "it tells of another member or of the number behind a relay; ask without "
        "`opened`",
        NULL);
}

/* Of a look, by her own opening of it. ERR_DENIED: it tells who another member is. */
static enum err prove_look(struct gate *gate, struct str person, uint64_t index, struct buf *out,
                           struct problem *problem)
{
    struct look_seen seen;
    bool witnessed;
    enum err e = gate_look_seen(gate, person, index, &seen, problem);
    if (e == OK && str_starts(str_of(seen.opening.asker.looker), STR("per_")))
        e = ERR_DENIED;
    sodium_memzero(&seen, sizeof seen);
    return e == OK ? receipt_of_look(gate, person, index, out, &witnessed, problem) : e;
}

/* Opened: ERR_DENIED: not to the asker, ERR_CLOSED: to nobody any more. */
static enum err prove_opened(struct request *r, const struct explained *x, const char *person,
                             struct buf *out, struct problem *problem)
{
    struct gate *gate = request_gate(r);
    bool witnessed;
    if (r->subject.role != ROLE_PERSON)
        return ERR_DENIED;
    if (x->kind == ENTRY_LOOK && person != NULL)
        return prove_look(gate, str_of(person), x->index, out, problem);
    return x->kind == ENTRY_CALL && !x->call.verdict.relayed
               ? receipt_of_call(gate, x->index, out, &witnessed, problem)
               : ERR_DENIED;
}

/* As the log has it. */
static enum err prove_closed(struct request *r, const char *record, struct buf *out,
                             struct problem *problem)
{
    const struct ledger *ledger = gate_ledger(request_gate(r));
    char log[9];
    uint64_t index;
    enum err e = record_id_parse(str_of(record), log, &index)
                     ? ledger_find(ledger, log, index, &index)
                     : ERR_INVALID;
    return e == OK ? ledger_prove(ledger, index, out, problem) : e;
}

static void answer_proof(struct request *r, enum err e, const struct buf *proof)
{
    if (e == OK)
        respond(r, 200, "text/plain; charset=utf-8", proof->p, proof->n);
    else if (e == ERR_NOT_FOUND)
        respond_problem(r, 409, "not-published",
                        "no checkpoint covers the record yet; ask again in a second", NULL);
    else if (e == ERR_CLOSED)
        respond_problem(r, 410, "entry-deleted",
                        "what opens the record is kept no longer; receipts made before stay valid",
                        NULL);
    else if (e == ERR_DENIED)
        withhold(r);
    else
        respond_problem(r, 500, err_name(e),
                        "the proof cannot be made; `menshen ledger verify` says why", NULL);
}

void api_proof(struct request *r)
{
    struct explained x;
    struct problem problem;
    struct buf proof;
    json_t *object = read_record(r, &x);
    if (object == NULL)
        return;
    if (tells_too_much(r, &x)) {
        json_decref(object);
        respond_problem(r, 403, "proof-withheld",
                        "the entry tells a reason that is the person's own business; the carrier, "
                        "an auditor or the host can prove it",
                        NULL);
        return;
    }
    buf_init(&proof, 2 * PROOF_MAX);
    const enum err e =
        str_eq(query_text(&r->query, "opened"), STR("yes"))
            ? prove_opened(r, &x, json_string_value(json_object_get(object, "person")), &proof,
                           &problem)
            : prove_closed(r, json_string_value(json_object_get(object, "record")), &proof,
                           &problem);
    json_decref(object);
    answer_proof(r, e, &proof);
    vault_wipe(&proof);
}
