/*
 * POST /v1/persons and PATCH /v1/persons/{id}: a member's file.
 *
 * What is written is not shown: the answer holds id, alias and version. Whether a
 * number is known already is nobody's business either, so a new member is one, whoever
 * else has her number. A change wants the tag of what the same caller last saw, and
 * compares it inside the transaction.
 */
#include "http/api_pools.h"
#include "http/etag.h"
#include "http/look.h"
#include "http/member_body.h"
#include "http/person_view.h"
#include "http/route.h"
#include "person/pool_rule.h"
#include "person/claim.h"
#include "registry/fresh_id.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 2000 };

/* What a worker writes with. */
struct writing {
    struct request *r;
    const struct hands *h;
    struct pool_work work;
    struct intake intake;
    struct fact_origin origin;
    struct fact_row row;
    char etag[ETAG_TEXT];
    int64_t seq;
    enum pool_no no; /* why she is not put elsewhere */
    struct problem problem;
};

static void begin(struct writing *w, struct request *r, const struct hands *h)
{
    w->r = r;
    w->h = h;
    w->origin = work_origin(r, h);
    w->work = pools_hands(r, h);
    w->work.at = w->origin.at;
    w->intake = work_intake(h);
    w->problem.text[0] = '\0';
}

static enum err find(struct writing *w, struct str id)
{
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(id)};
    return fact_find(w->h->store, &member_kind, key, &w->row, &w->problem);
}

/* ERR_REFUSED: the store is not one of the organisation's legal entity. */
static enum err check_store(struct writing *w, const struct member_body *b, struct str organisation)
{
    bool same = false;
    if (!b->has_store)
        return OK;
    enum err e = pool_same_entity(&w->work, b->store, organisation, &same, &w->problem);
    return e == OK && !same ? ERR_REFUSED : e;
}

static void place_refused(struct request *r, enum pool_no no)
{
    if (no == POOL_CLAIMED)
        outcome_problem(r, 409, "already-claimed",
                        "somebody holds her: \"store\" and \"pool\" change by release or transfer");
    else if (no == POOL_NOT_OWNER)
        outcome_problem(r, 403, "not-owner", "\"store\" and \"pool\" are a manager's to change");
    else
        outcome_problem(r, 403, pool_word(no), "%s", pool_text(no));
}

static void answer(struct writing *w, int status, enum err e)
{
    struct request *r = w->r;
    if (e == ERR_REFUSED && w->no != POOL_YES)
        place_refused(r, w->no);
    else if (e == ERR_REFUSED)
        outcome_problem(r, 422, "foreign-store", "the store is not one of your legal entity");
    else if (e == ERR_INVALID)
        outcome_problem(r, 422, "member-refused", "%.180s", w->problem.text);
    else if (e == ERR_NOT_FOUND || e == ERR_CLOSED)
        outcome_problem(r, 404, "not-found", "there is no such person here");
    else if (e == ERR_CONFLICT)
        outcome_problem(r, 412, "changed-meanwhile",
                        "it is not any more what the ETag was of; GET it again");
    else if (e != OK)
        outcome_failed(r, e, &w->problem);
    else {
        work_reach(r, w->h, w->seq, REACH_MS);
        memcpy(r->outcome.etag, w->etag, sizeof w->etag);
        outcome_json(r, status,
                     json_pack("{s:s%, s:s%, s:I}", "id", w->row.v[MEMBER_ID].s.p,
                               w->row.v[MEMBER_ID].s.n, "alias", w->row.v[MEMBER_ALIAS].s.p,
                               w->row.v[MEMBER_ALIAS].s.n, "version",
                               (json_int_t)w->row.v[MEMBER_VERSION].i));
    }
}

/* `step` within a transaction that is the caller's to name; the answer follows from its error. */
typedef enum err write_step(struct writing *, const struct member_body *);

static void write_with(struct request *r, const struct hands *h, int status, write_step *step)
{
    struct writing *w = calloc(1, sizeof *w);
    struct problem problem = {.text = "out of memory"};
    if (w == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    begin(w, r, h);
    answer(w, status, step(w, r->kept));
    sodium_memzero(w, sizeof *w);
    free(w);
}

/* A new member ------------------------------------------------------------------------------ */

static enum err create_in(struct writing *w, const struct member_body *b, const char *id)
{
    struct pool_settings s;
    enum err e = pool_rule_read(w->h->store, str_of(w->r->subject.organisation), &s, &w->problem);
    if (e != OK)
        return e;
    const struct intake_member m = {
        .id = str_of(id),
        .organisation = str_of(w->r->subject.organisation),
        .store = b->store,
        .pool = b->pool,
        .protected_until = w->origin.at + s.value[POOL_PROTECTION_HOURS] * WHEN_HOUR,
        .number = b->number,
        .field = b->field,
        .count = b->count,
    };
    bool changed;
    e = intake_put(&w->intake, &m, &w->origin, &changed, &w->seq, &w->problem);
    return e == OK ? find(w, m.id) : e;
}

static enum err create(struct writing *w, const struct member_body *b)
{
    char id[FRESH_ID];
    fresh_id("per", id);
    const struct str person = str_of(id);
    enum err e = check_store(w, b, str_of(w->r->subject.organisation));
    if (e == OK)
        e = intake_prepare(&w->intake, &person, 1, w->origin.at, &w->problem);
    if (e == OK)
        e = store_begin(w->h->store, &w->problem);
    return e == OK ? store_end(w->h->store, create_in(w, b, id), &w->problem) : e;
}

static void run_create(struct request *r, const struct hands *h)
{
    write_with(r, h, 201, create);
}

/* A change ---------------------------------------------------------------------------------- */

/* Nobody is handed on by a change of her file: claims have rules of their own. */
static enum err check_place(struct writing *w, const struct member_body *b)
{
    const struct value *v = w->row.v;
    const bool moves = (b->has_store && !str_eq(b->store, fact_text(&v[MEMBER_STORE]))) ||
                       (b->has_pool && !str_eq(b->pool, fact_text(&v[MEMBER_POOL])));
    if (!moves)
        return OK;
    enum err e = check_store(w, b, fact_text(&v[MEMBER_ORGANISATION]));
    if (e == OK)
        e = claim_may_place(&w->work, &w->row, b->store, &w->no, &w->problem);
    return e == OK && w->no != POOL_YES ? ERR_REFUSED : e;
}

/* The tag of what the asker would see now. */
static enum err tag_now(struct writing *w, char out[static ETAG_TEXT])
{
    struct person_viewer viewer;
    json_t *view;
    person_viewer_init(&viewer, w->h, w->r->look->at);
    enum err e =
        person_view(&viewer, w->row.v, &w->r->look->verdict[0], SURFACE_DETAIL, &view, &w->problem);
    if (e == OK && !etag_of_json(view, out))
        e = ERR_MEMORY;
    json_decref(view);
    return e;
}

static enum err change_in(struct writing *w, const struct member_body *b)
{
    const struct value key = value_text(w->r->param);
    char before[ETAG_TEXT];
    bool changed;
    /* Nobody else changes her until this is done: SQLite has one writer, PostgreSQL locks. */
    enum err e =
        store_run(w->h->store, "UPDATE members SET \"version\" = \"version\" WHERE \"id\" = $1",
                  &key, 1, NULL, NULL, &w->problem);
    if (e == OK)
        e = find(w, w->r->param);
    if (e == OK && !str_eq(fact_text(&w->row.v[MEMBER_STATUS]), STR("active")))
        e = ERR_NOT_FOUND;
    if (e == OK)
        e = tag_now(w, before);
    if (e == OK && !etag_holds(w->r->if_match, before))
        return ERR_CONFLICT;
    if (e == OK)
        e = check_place(w, b);
    if (e != OK)
        return e;
    const struct intake_member m = {
        .id = w->r->param,
        .organisation = fact_text(&w->row.v[MEMBER_ORGANISATION]),
        .store = b->store,
        .pool = b->has_pool ? b->pool : fact_text(&w->row.v[MEMBER_POOL]),
        .field = b->field,
        .count = b->count,
    };
    e = intake_put(&w->intake, &m, &w->origin, &changed, &w->seq, &w->problem);
    if (e == OK)
        e = find(w, w->r->param);
    return e == OK ? tag_now(w, w->etag) : e;
}

static enum err change(struct writing *w, const struct member_body *b)
{
    enum err e = store_begin(w->h->store, &w->problem);
    return e == OK ? store_end(w->h->store, change_in(w, b), &w->problem) : e;
}

static void run_change(struct request *r, const struct hands *h)
{
    write_with(r, h, 200, change);
}

/* Who may see nothing of her has no tag either, but "*" still stands for whatever there is. */
static void looked(struct request *r)
{
    if (!look_recorded(r))
        return;
    const enum check whole = r->look->verdict[0].whole;
    if (whole == CHECK_NO_RELATION)
        respond_nobody(r);
    else if (whole != CHECK_SHOWN)
        respond_refused(r, whole);
    else
        request_work(r, run_change);
}

/* Bodies ------------------------------------------------------------------------------------ */

/* Into r->kept; false after having answered. */
static bool read_member(struct request *r, bool new)
{
    struct ask_errors errors = {.count = 0};
    struct member_body *b = request_keep(r, sizeof *b);
    if (b == NULL)
        return false;
    const bool good = member_body_read(gate_rules(request_gate(r)), r->json, new, b, &errors);
    if (!good)
        respond_problem(r, 400, "invalid-member",
                        "the member's file cannot be written like this; nothing was", &errors);
    return good;
}

void api_member_new(struct request *r)
{
    if (read_member(r, true))
        request_work(r, run_create);
}

void api_member_change(struct request *r)
{
    const struct str person = look_person(r->param);
    if (!read_member(r, false))
        return;
    struct look_question q = look_question_of(
        r, SURFACE_DETAIL, look_categories(gate_rules(request_gate(r)), r->purpose));
    q.persons = &person;
    q.count = 1;
    q.dry = true; /* nothing is shown, so nothing of a budget is spent */
    request_look(r, &q, looked);
}
