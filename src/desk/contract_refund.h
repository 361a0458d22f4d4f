/*
 * contract_refund: what goes back to her when a contract ends.
 *
 * Computed from its text (desk/refund.h) and from what was entered, for each fault at once, so
 * that a text is opened and entries are read once. What she disputes does not count; the amount
 * with it is told beside.
 */
#pragma once
#include "desk/contract.h"
#include "desk/refund.h"

struct contract_refund {
    struct refund refund;      /* without what she disputes */
    int64_t with_disputed_fen; /* what it would be with it */
    int64_t paid_fen, returned_fen;
    size_t disputed; /* services */
};

/*
 * If it ended at `at`, by each fault; of one that has ended, what counted then. `terms` are those
 * of the version that the row names. Where they do not say what a refund takes (an item has no
 * price or count), what was served counts for nothing: who wrote the text bears its gaps, and a
 * contract can be ended whatever it says.
 */
MUST_USE enum err contract_refunds(const struct pool_work *, const struct value *row,
                                   const struct terms *, when at,
                                   struct contract_refund out[static FAULTS], struct problem *);

/* The same by one fault, of a text that is not open yet. Errors of contract_open too. */
MUST_USE enum err contract_refund(const struct pool_work *, const struct value *row, when at,
                                  enum fault, struct contract_refund *, struct problem *);
