#include "desk/contract_service.h"

#include "person/introduction.h"

static bool is_ended(const struct value *row)
{
    return row[CONTRACT_ENDED_AT].type == VALUE_INT;
}

/* Had she signed? Entries are written in whole seconds; her signature is not. */
static bool is_signed_at(const struct value *row, when at)
{
    const struct value *signed_at = &row[CONTRACT_PERSON_SIGNED_AT];
    return signed_at->type == VALUE_INT && at >= signed_at->i - signed_at->i % WHEN_SECOND;
}

/* Payments ---------------------------------------------------------------------------------- */

static enum err paid(struct store *s, struct value id, bool refunds, int64_t *fen,
                     struct problem *problem)
{
    const struct value params[] = {id, value_int(refunds)};
    return store_integer(s,
                         "SELECT CAST(COALESCE(SUM(\"amount_fen\"), 0) AS BIGINT) FROM "
                         "contract_payments WHERE \"contract\" = $1 AND \"refund\" = $2",
                         params, 2, fen, problem);
}

static enum err check_paid(const struct pool_work *w, const struct contract_payment *p,
                           struct contract_result *out, struct problem *problem)
{
    int64_t before = 0;
    const struct value *row = out->row.v;
    enum err e = paid(w->store, row[CONTRACT_KEY], false, &before, problem);
    if (is_ended(row))
        out->no = CONTRACT_OVER;
    else if (p->amount_fen > row[CONTRACT_TOTAL_FEN].i - before)
        out->no = CONTRACT_OVER_TOTAL;
    return e;
}

/* Once, as it was computed, by a route that she has paid by. */
static enum err check_returned(const struct pool_work *w, const struct contract_payment *p,
                               struct contract_result *out, struct problem *problem)
{
    int64_t before = 0;
    bool same = false;
    const struct value *row = out->row.v;
    const struct value route[] = {row[CONTRACT_KEY], value_text(p->route)};
    enum err e = paid(w->store, row[CONTRACT_KEY], true, &before, problem);
    if (e == OK)
        e = store_any(w->store,
                      "SELECT 1 FROM contract_payments WHERE \"contract\" = $1 AND \"route\" = $2 "
                      "AND \"refund\" = 0",
                      route, 2, &same, problem);
    if (!is_ended(row))
        out->no = CONTRACT_NOT_ENDED;
    else if (before > 0 || -p->amount_fen != row[CONTRACT_REFUND_FEN].i)
        out->no = CONTRACT_REFUND_DIFFERS;
    else if (!same)
        out->no = CONTRACT_ROUTE_DIFFERS;
    return e;
}

static enum err pay(const struct pool_work *w, void *what, struct contract_result *out,
                    struct problem *problem)
{
    const struct contract_payment *p = what;
    char id[FRESH_ID];
    bool same = false;
    const bool back = p->amount_fen < 0;
    enum err e =
        back ? contract_hold_kept(w, p->id, out, problem) : contract_hold(w, p->id, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    const struct value *contract = out->row.v;
    if (!is_signed_at(contract, p->at)) {
        out->no = CONTRACT_NOT_SIGNED;
        return OK;
    }
    e = pool_same_entity(w, p->payee, contract[CONTRACT_ORGANISATION].s, &same, problem);
    if (p->at > w->at)
        out->no = CONTRACT_AHEAD;
    else if (!same)
        out->no = CONTRACT_PAYEE_DIFFERS;
    else if (e == OK)
        e = back ? check_returned(w, p, out, problem) : check_paid(w, p, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    fresh_id("pay", id);
    const struct value row[PAYMENT_COLUMNS] = {
        [PAYMENT_ID] = value_text(str_of(id)),
        [PAYMENT_CONTRACT] = contract[CONTRACT_KEY],
        [PAYMENT_AMOUNT_FEN] = value_int(back ? -p->amount_fen : p->amount_fen),
        [PAYMENT_REFUND] = value_int(back),
        [PAYMENT_AT] = value_int(p->at),
        [PAYMENT_ROUTE] = value_text(p->route),
        [PAYMENT_PAYEE] = value_text(p->payee),
        [PAYMENT_ENTERED_BY] = value_text(w->staff),
        [PAYMENT_ENTERED_AT] = value_int(w->at),
    };
    return contract_note(w, &contract_payment_kind, row, out, problem);
}

enum err contract_pay(const struct pool_work *w, const struct contract_payment *p,
                      struct contract_result *out, struct problem *problem)
{
    struct contract_payment payment = *p;
    return contract_transaction(w, pay, &payment, out, problem);
}

/* Services ---------------------------------------------------------------------------------- */

/* When it may be delivered, by the row alone. */
static enum contract_no when_served(const struct value *row, when at, when now)
{
    if (!is_signed_at(row, at))
        return CONTRACT_NOT_SIGNED;
    if (at > now)
        return CONTRACT_AHEAD;
    switch (contract_stands(row, at)) {
    case CONTRACT_NONE:
        return CONTRACT_NOT_SIGNED;
    case CONTRACT_COOLING:
        return CONTRACT_COOLING_OFF;
    case CONTRACT_NOT_BEGUN:
        return CONTRACT_TOO_EARLY;
    case CONTRACT_ENDED:
        return CONTRACT_OVER;
    case CONTRACT_IN_FORCE:
        break;
    }
    return CONTRACT_YES;
}

/* How many of an item the text promises; INT64_MAX: without a number. False: no such item. */
static bool promised(const struct terms *t, int64_t item, int64_t *count)
{
    if (item < 1 || (uint64_t)item > t->item_count)
        return false;
    const struct terms_item *i = &t->items[item - 1];
    *count = i->unlimited ? INT64_MAX : i->count;
    return true;
}

static enum err check_left(const struct pool_work *w, const struct contract_service *s,
                           struct contract_result *out, struct problem *problem)
{
    struct contract_document d;
    int64_t count = 0, before = 0;
    const struct value params[] = {out->row.v[CONTRACT_KEY], value_int(s->item)};
    enum err e = contract_document_open(w->store, w->keys, out->row.v, &d, problem);
    if (e == OK)
        e = store_integer(
            w->store,
            "SELECT CAST(COALESCE(SUM(\"count\"), 0) AS BIGINT) FROM contract_services "
            "WHERE \"contract\" = $1 AND \"item\" = $2 AND COALESCE(\"answer\", '') <> "
            "'disputed'",
            params, 2, &before, problem);
    if (e == OK && !promised(d.terms, s->item, &count))
        out->no = CONTRACT_NO_ITEM;
    else if (e == OK && s->count > count - before)
        out->no = CONTRACT_USED_UP;
    contract_document_fini(&d);
    return e;
}

/* It names this contract from now on, unless it names the other's. */
static enum err check_introduction(const struct pool_work *w, const struct contract_service *s,
                                   struct contract_result *out, struct problem *problem)
{
    const struct fact_origin origin = {.node = w->node, .actor = w->staff, .at = w->at};
    const struct value v[] = {out->row.v[CONTRACT_KEY], value_text(s->introduction)};
    bool before = false, charged = false;
    enum err e = store_any(w->store,
                           "SELECT 1 FROM contract_services WHERE \"contract\" = $1 AND "
                           "\"introduction\" = $2 AND COALESCE(\"answer\", '') <> 'disputed'",
                           v, 2, &before, problem);
    if (e == OK && !before)
        e = introduction_charge(w->store, s->introduction, out->row.v[CONTRACT_PERSON].s,
                                out->row.v[CONTRACT_KEY].s, &origin, &charged, &out->seq, problem);
    if (e == OK && !charged)
        out->no = CONTRACT_NO_INTRODUCTION;
    return e;
}

struct serving {
    const struct contract_service *service;
    char id[FRESH_ID];
};

static enum err serve(const struct pool_work *w, void *what, struct contract_result *out,
                      struct problem *problem)
{
    struct serving *x = what;
    const struct contract_service *s = x->service;
    enum err e = contract_hold(w, s->id, out, problem);
    if (e == OK && out->no == CONTRACT_YES)
        out->no = when_served(out->row.v, s->at, w->at);
    if (e == OK && out->no == CONTRACT_YES)
        e = check_left(w, s, out, problem);
    if (e == OK && out->no == CONTRACT_YES && s->introduction.n > 0)
        e = check_introduction(w, s, out, problem);
    if (e != OK || out->no != CONTRACT_YES)
        return e;
    fresh_id("srv", x->id);
    const struct value row[DELIVERED_COLUMNS] = {
        [DELIVERED_ID] = value_text(str_of(x->id)),
        [DELIVERED_CONTRACT] = out->row.v[CONTRACT_KEY],
        [DELIVERED_ITEM] = value_int(s->item),
        [DELIVERED_COUNT] = value_int(s->count),
        [DELIVERED_AT] = value_int(s->at),
        [DELIVERED_INTRODUCTION] =
            s->introduction.n > 0 ? value_text(s->introduction) : value_null(),
        [DELIVERED_ENTERED_BY] = value_text(w->staff),
        [DELIVERED_ENTERED_AT] = value_int(w->at),
        [DELIVERED_ANSWER] = value_null(),
        [DELIVERED_ANSWERED_AT] = value_null(),
    };
    return contract_note(w, &contract_service_kind, row, out, problem);
}

enum err contract_serve(const struct pool_work *w, const struct contract_service *s,
                        char service[static FRESH_ID], struct contract_result *out,
                        struct problem *problem)
{
    struct serving x = {.service = s};
    enum err e = contract_transaction(w, serve, &x, out, problem);
    if (e == OK && out->no == CONTRACT_YES)
        memcpy(service, x.id, sizeof x.id);
    return e;
}

/* Her answer -------------------------------------------------------------------------------- */

struct answering {
    struct str id, person, service;
    bool agree;
};

static enum err answer(const struct pool_work *w, void *what, struct contract_result *out,
                       struct problem *problem)
{
    const struct answering *a = what;
    struct fact_row row;
    const struct str word = a->agree ? STR("agreed") : STR("disputed");
    const struct value key[DELIVERED_COLUMNS] = {[DELIVERED_ID] = value_text(a->service)};
    enum err e = contract_find(w->store, a->id, &out->row, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !str_eq(out->row.v[CONTRACT_PERSON].s, a->person)))
        return OK;
    if (e == OK)
        e = fact_find(w->store, &contract_service_kind, key, &row, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !str_eq(row.v[DELIVERED_CONTRACT].s, a->id))) {
        out->no = CONTRACT_NO_SERVICE;
        return OK;
    }
    if (e != OK)
        return e;
    const struct str before = fact_text(&row.v[DELIVERED_ANSWER]);
    out->no = before.n > 0 && !str_eq(before, word) ? CONTRACT_ANSWERED : CONTRACT_YES;
    if (before.n > 0)
        return OK;
    row.v[DELIVERED_ANSWER] = value_text(word);
    row.v[DELIVERED_ANSWERED_AT] = value_int(w->at);
    return contract_note(w, &contract_service_kind, row.v, out, problem);
}

enum err contract_answer(const struct pool_work *w, struct str id, struct str person,
                         struct str service, bool agree, struct contract_result *out,
                         struct problem *problem)
{
    struct answering a = {id, person, service, agree};
    return contract_transaction(w, answer, &a, out, problem);
}

/* Reading ----------------------------------------------------------------------------------- */

enum err contract_payments(struct store *s, struct str id, fact_pick *each, void *to,
                           struct problem *problem)
{
    const struct value key = value_text(id);
    return fact_list(s, &contract_payment_kind,
                     "WHERE x.\"contract\" = $1 ORDER BY x.\"at\", x.\"id\"", &key, 1, each, to,
                     problem);
}

enum err contract_services(struct store *s, struct str id, fact_pick *each, void *to,
                           struct problem *problem)
{
    const struct value key = value_text(id);
    return fact_list(s, &contract_service_kind,
                     "WHERE x.\"contract\" = $1 ORDER BY x.\"at\", x.\"id\"", &key, 1, each, to,
                     problem);
}
