#include "desk/refund.h"

const char *fault_name(enum fault fault)
{
    static const char *const names[] = {"agency", "client", "none"};
    return names[fault];
}

const char *refund_way_name(enum refund_way way)
{
    static const char *const names[] = {"cooling-off", "seven-days", "list", "discounted"};
    return names[way];
}

static bool sold(const struct terms_item *item)
{
    return item->price_fen >= 0 && item->list_fen >= 0 && (item->unlimited || item->count > 0);
}

/* Whole days of the term that have passed; both ends belong to it. */
static enum err days_passed(const struct refund_case *c, int64_t *passed, int64_t *length)
{
    const int64_t from = c->terms->term.from, until = c->terms->term.until;
    if (from == TERMS_ABSENT || until == TERMS_ABSENT || from > until)
        return ERR_INVALID;
    *length = until - from + 1;
    *passed = when_day(c->at, rules_offset_minutes(c->rules)) - from;
    *passed = *passed < 0 ? 0 : *passed > *length ? *length : *passed;
    return OK;
}

/* By her fault, unless the contract gives her the better price then too. */
static bool at_list_price(const struct refund_case *c)
{
    return c->fault == FAULT_CLIENT && c->terms->refund.client_fault != PRICE_DISCOUNTED;
}

/* Within bounds: no price is over TERMS_FEN_MAX, nor a count or the days of a term over 10^6. */
static enum err cost(const struct refund_case *c, size_t i, int64_t *fen)
{
    const struct terms_item *item = &c->terms->items[i];
    if (!sold(item))
        return ERR_INVALID;
    int64_t part = c->served[i] < item->count ? c->served[i] : item->count, whole = item->count;
    enum err e = item->unlimited ? days_passed(c, &part, &whole) : OK;
    if (e == OK)
        *fen = (at_list_price(c) ? item->list_fen : item->price_fen) * part / whole;
    return e;
}

static enum err cost_of_all(const struct refund_case *c, int64_t *fen)
{
    enum err e = c->terms->item_count > 0 ? OK : ERR_INVALID;
    *fen = 0;
    for (size_t i = 0; e == OK && i < c->terms->item_count; i++) {
        int64_t one = 0;
        e = cost(c, i, &one);
        *fen += one;
    }
    return e;
}

static bool nothing_served(const struct refund_case *c)
{
    for (size_t i = 0; i < c->terms->item_count; i++)
        if (c->served[i] > 0)
            return false;
    return true;
}

/* `at` and what the limit says; `at`, if the pack has none. */
static when after(when at, const struct rule_limit *limit)
{
    return limit != NULL ? when_plus(at, limit->time_s * WHEN_SECOND) : at;
}

enum err refund_compute(const struct refund_case *c, struct refund *out)
{
    enum err e = c->paid_fen >= 0 && c->costs_fen >= 0 ? OK : ERR_INVALID;
    const struct rule_limit *full = rules_limit(c->rules, LIMIT_REFUND_FULL);
    *out = (struct refund){.due = after(c->at, rules_limit(c->rules, LIMIT_REFUND_DUE))};
    if (e == OK)
        e = cost_of_all(c, &out->served_fen);
    if (e != OK)
        return e;
    if (c->at < c->cooling_until) {
        out->way = REFUND_COOLING_OFF;
        out->served_fen = c->costs_fen;
    } else if (full != NULL && nothing_served(c) && c->at < after(c->first_paid, full)) {
        out->way = REFUND_SEVEN_DAYS;
        out->served_fen = 0;
    } else {
        out->way = at_list_price(c) ? REFUND_LIST : REFUND_DISCOUNTED;
        out->interest = c->fault == FAULT_AGENCY   ? "lpr-1y"
                        : c->fault == FAULT_CLIENT ? "deposit-1y"
                                                   : NULL;
    }
    out->amount_fen = c->paid_fen > out->served_fen ? c->paid_fen - out->served_fen : 0;
    out->basis = out->way == REFUND_COOLING_OFF  ? rules_of_clause(c->rules, 10)
                 : out->way == REFUND_SEVEN_DAYS ? &full->about
                                                 : rules_of_clause(c->rules, 11);
    return OK;
}
