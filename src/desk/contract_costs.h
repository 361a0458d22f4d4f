/*
 * contract_costs: what an agency keeps when a contract ends while it cools off.
 *
 * She gets back what she paid less what the agency has necessarily and actually spent, each part
 * with what it was (婚介机构合规指引 2024; clause 10). Only the agency knows that, so only it
 * states it: as it ends the contract itself, or once she has, until the refund is due or has gone
 * back. What is not stated by then is not owed. Costs are stated once, and are never more than
 * was paid.
 *
 * The sum is in the contract's row; what each was lies sealed beside, for both sides to read.
 */
#pragma once
#include "desk/contract.h"

#include <jansson.h>

enum { CONTRACT_COSTS = 16, CONTRACT_COST_WHAT = 200 };

/* As they came in, read and bounded: [{"what", "amount_fen"}…], each of at least one fen. */
struct contract_costs {
    json_t *list; /* NULL: none */
    int64_t fen;  /* their sum */
};

/*
 * State those of `id`, which has ended. CONTRACT_ABSENT, _NO_COSTS, _COSTS_STATED, _COSTS_LATE,
 * _COSTS_OVER.
 */
MUST_USE enum err contract_cost(const struct pool_work *, struct str id,
                                const struct contract_costs *, struct contract_result *,
                                struct problem *);

/* Seal what each was, of a row that says their sum; inside the caller's transaction. */
MUST_USE enum err contract_costs_seal(const struct pool_work *, const struct value *row,
                                      const struct contract_costs *, struct problem *);

/* The list, a new reference; NULL: none were stated. ERR_NOT_FOUND, ERR_CLOSED: her key is no
 * more. */
MUST_USE enum err contract_costs_open(struct store *, struct unwrap *, const struct value *row,
                                      json_t **list, struct problem *);
