/*
 * refund: what a client gets back, and by when.
 *
 * The first that holds decides (SPC interpretation on prepayment, 法释〔2025〕4号; as far as
 * it is applied to marriage introduction, which it does not name):
 *
 *     cooling-off  before it ends: all that was paid but the itemised costs
 *     seven-days   nothing served, and within days of the payment: all (Art. 14)
 *     list         by her fault, unless the contract says better: paid − served at the list
 *                  price (Art. 19)
 *     discounted   else: paid − served at the price agreed (Art. 18)
 *
 * What is unlimited counts as served by the days of the term that have passed (Art. 22).
 * Never below zero: no top-up is owed (Art. 20). Fractions of a fen fall to her, and a
 * commission paid to staff is no cost (Art. 15).
 *
 * Whole numbers only. Pure; any thread.
 */
#pragma once
#include "desk/terms.h"
#include "rules/rules.h"

enum fault { FAULT_AGENCY, FAULT_CLIENT, FAULT_NONE };
enum { FAULTS = FAULT_NONE + 1 };

/* "agency" "client" "none" */
const char *fault_name(enum fault);

enum refund_way { REFUND_COOLING_OFF, REFUND_SEVEN_DAYS, REFUND_LIST, REFUND_DISCOUNTED };

/* "cooling-off" "seven-days" "list" "discounted" */
const char *refund_way_name(enum refund_way);

struct refund_case {
    const struct rules *rules; /* limits refund-full and refund-due, the local calendar */
    const struct terms *terms;
    int64_t paid_fen;
    const unsigned *served; /* times of each item; of what is unlimited only whether any */
    int64_t costs_fen;      /* actual, itemised; of the cooling-off only */
    when first_paid, cooling_until, at;
    enum fault fault; /* of no matter in the cooling-off */
};

struct refund {
    int64_t amount_fen, served_fen; /* served: what the amount leaves out of what was paid */
    enum refund_way way;
    const char *interest;     /* "lpr-1y" "deposit-1y" (Art. 16), or NULL: nobody is at fault */
    const struct rule *basis; /* an entry of the pack, or NULL: it has none */
    when due;
};

/*
 * ERR_INVALID: the contract does not say what it takes (an item's prices or count, the
 * days of an unlimited one), or less than nothing was paid.
 */
MUST_USE enum err refund_compute(const struct refund_case *, struct refund *out);
