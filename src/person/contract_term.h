/*
 * contract_term: what a contract opens while its term lasts, in the member's row.
 *
 * The row says until when a contract is in force and which categories it opens to looks on that
 * basis (gate/look.h). It is written when a contract is signed whose term has begun, when one is
 * ended, and, of one that was signed ahead, once its term begins: until then, some seconds at
 * most, nothing is open.
 */
#pragma once
#include "person/contract.h"
#include "person/pool.h"

/*
 * Her row says this contract's categories, but what is sealed, until `until`. Inside the
 * caller's transaction. `*there` false: she is no active member, and nothing was written.
 */
MUST_USE enum err contract_term_note(const struct pool_work *, const struct value *row, when until,
                                     bool *there, int64_t *seq, struct problem *);

/* Those that were signed ahead and whose term has begun; `begun` counts them. */
MUST_USE enum err contract_term_begin(struct store *, const struct rules *,
                                      const struct fact_origin *, unsigned *begun, int64_t *seq,
                                      struct problem *);
