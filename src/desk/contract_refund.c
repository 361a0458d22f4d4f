#include "desk/contract_refund.h"

#include "desk/contract_service.h"

struct tally {
    when before; /* nothing later counts */
    when first_paid;
    int64_t paid_fen, returned_fen;
    unsigned served[TERMS_ITEMS], with_disputed[TERMS_ITEMS];
    size_t disputed;
};

static bool add_payment(void *to, const struct value *row)
{
    struct tally *t = to;
    if (row[PAYMENT_REFUND].i != 0) {
        t->returned_fen += row[PAYMENT_AMOUNT_FEN].i;
    } else if (row[PAYMENT_AT].i <= t->before) {
        t->first_paid = t->paid_fen == 0 ? row[PAYMENT_AT].i : t->first_paid;
        t->paid_fen += row[PAYMENT_AMOUNT_FEN].i;
    }
    return true;
}

static bool add_service(void *to, const struct value *row)
{
    struct tally *t = to;
    const int64_t item = row[DELIVERED_ITEM].i - 1;
    const bool disputed = str_eq(fact_text(&row[DELIVERED_ANSWER]), STR("disputed"));
    if (item < 0 || item >= TERMS_ITEMS || row[DELIVERED_AT].i > t->before)
        return true;
    t->with_disputed[item] += (unsigned)row[DELIVERED_COUNT].i;
    t->served[item] += disputed ? 0 : (unsigned)row[DELIVERED_COUNT].i;
    t->disputed += disputed;
    return true;
}

/* Of a text that does not say how to price what was served: nothing counts as served. */
static void in_doubt(const struct refund_case *x, struct refund *out)
{
    const bool cooling = x->at < x->cooling_until;
    out->served_fen = cooling ? x->costs_fen : 0;
    out->amount_fen = x->paid_fen > out->served_fen ? x->paid_fen - out->served_fen : 0;
    out->way = cooling ? REFUND_COOLING_OFF : REFUND_DISCOUNTED;
    out->basis = rules_of_clause(x->rules, cooling ? 10 : 11);
}

static void compute(const struct rules *rules, const struct value *row, enum fault fault,
                    const struct terms *terms, const struct tally *t, struct contract_refund *out)
{
    struct refund with_disputed;
    const struct value *costs = &row[CONTRACT_COSTS_FEN];
    struct refund_case x = {.rules = rules,
                            .terms = terms,
                            .paid_fen = t->paid_fen,
                            .served = t->served,
                            .costs_fen = costs->type == VALUE_INT ? costs->i : 0,
                            .first_paid = t->first_paid,
                            .cooling_until = row[CONTRACT_COOLING_UNTIL].i,
                            .at = t->before,
                            .fault = fault};
    *out = (struct contract_refund){
        .paid_fen = t->paid_fen, .returned_fen = t->returned_fen, .disputed = t->disputed};
    if (refund_compute(&x, &out->refund) != OK)
        in_doubt(&x, &out->refund);
    x.served = t->with_disputed;
    if (refund_compute(&x, &with_disputed) != OK)
        with_disputed = out->refund;
    out->with_disputed_fen = with_disputed.amount_fen;
}

enum err contract_refunds(const struct pool_work *w, const struct value *row,
                          const struct terms *terms, when at,
                          struct contract_refund out[static FAULTS], struct problem *problem)
{
    const struct value *ended = &row[CONTRACT_ENDED_AT];
    struct tally t = {.before = ended->type == VALUE_INT && ended->i < at ? ended->i : at};
    enum err e = contract_payments(w->store, row[CONTRACT_KEY].s, add_payment, &t, problem);
    if (e == OK)
        e = contract_services(w->store, row[CONTRACT_KEY].s, add_service, &t, problem);
    for (int f = 0; f < FAULTS && e == OK; f++)
        compute(w->rules, row, (enum fault)f, terms, &t, &out[f]);
    return e;
}

enum err contract_refund(const struct pool_work *w, const struct value *row, when at,
                         enum fault fault, struct contract_refund *out, struct problem *problem)
{
    struct contract_document d;
    struct contract_refund all[FAULTS];
    enum err e = contract_document_open(w->store, w->keys, row, &d, problem);
    if (e == OK)
        e = contract_refunds(w, row, d.terms, at, all, problem);
    if (e == OK)
        *out = all[fault];
    contract_document_fini(&d);
    return e;
}
