/*
 * contract_json: contracts as staff and members read them, and what both do with them.
 *
 * Everything here runs on a worker's thread. Docs: docs/contracts.md.
 */
#pragma once
#include "desk/contract_costs.h"
#include "desk/contract_refund.h"
#include "desk/contract_service.h"
#include "desk/contract_sign.h"
#include "http/work.h"

/* Without the text. A new reference; NULL: out of memory. */
json_t *contract_json(const struct rules *, const struct value *row, when now);

/* What was said of its end, as far as it opens: the costs that were kept, the reason. */
MUST_USE enum err contract_put_end(const struct hands *, const struct value *row, json_t *into,
                                   struct problem *);

/* Its payments and services, and what was said of its end, into an object. */
MUST_USE enum err contract_put_entries(const struct hands *, const struct value *row, json_t *into,
                                       struct problem *);

/* Hers, each whole, for her copy. NULL after an error. */
struct self;
json_t *contracts_hers(struct request *, const struct hands *, const struct self *,
                       struct problem *);

/* What a refund of it would be. */
json_t *contract_refund_json(const struct rules *, const struct contract_refund *);

/* Answer what would go back, at the `at` and by the `fault` of the query. */
void contract_tell_refund(struct request *, const struct pool_work *, const struct value *row);

/* The tag of its version. */
enum { CONTRACT_TAG = 25 };
void contract_tag(const struct value *row, char out[static CONTRACT_TAG]);

/* Who works, for contracts: staff by their id, a member by one name for all. */
struct pool_work contract_hands(const struct request *, const struct hands *);

/* Answer that it was refused. */
void contract_refused(struct request *, enum contract_no);

/*
 * Answer a change: what failed, why not, or else the contract as it stands now, with `more` (whose
 * reference is taken) in it, once the gate acts on it.
 */
void contract_done(struct request *, const struct hands *, enum err, const struct problem *,
                   const struct contract_result *, json_t *more);

/* A fault by its word, one of CONTRACT_FAULTS. */
enum fault contract_fault(struct str word);

/* The body's "reason", which both sides read: it may be left out, and holds no number. */
void contract_ask_reason(const struct request *, struct ask_errors *);

/* The body's "costs"; views into it. */
struct contract_costs contract_read_costs(const struct request *, bool required,
                                          struct ask_errors *);

/* False after having answered: any error of the body refuses it. */
bool contract_good(struct request *, const struct ask_errors *);
