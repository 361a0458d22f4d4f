/*
 * contract_sign: both sides sign, either side ends.
 *
 * The agency signs first, she second: her instant is the signature's. Both sign a hash that
 * they have read; she proves that it is she by a one-time code, which is the caller's to
 * check before (registry/code.h). Her signature opens the categories that the contract names
 * to looks on the basis of a contract (gate/look.h), until its end: contract and member change
 * in one transaction, or neither does. What she signs ahead of its term, to follow one that is in
 * force, opens them when it begins (person/contract_term.h).
 *
 * A signature is evidence of assent. That it is a reliable electronic signature in the sense
 * of 电子签名法 Art. 13 is not asserted.
 */
#pragma once
#include "desk/contract.h"
#include "desk/contract_costs.h"
#include "desk/refund.h"

/*
 * A manager or compliance signs for the agency. CONTRACT_ABSENT, _NOT_DRAFT, _OTHER_TEXT,
 * _NON_CONFORMING, _SUSPENDED, _TERM_OVER.
 */
MUST_USE enum err contract_offer(const struct pool_work *, struct str id, struct str hash,
                                 struct contract_result *, struct problem *);

/*
 * The member signs; `person` is she. CONTRACT_ABSENT, _NOT_OFFERED, _OTHER_TEXT, _TERM_OVER,
 * _ALREADY_IN_FORCE.
 */
MUST_USE enum err contract_sign(const struct pool_work *, struct str id, struct str person,
                                struct str hash, struct contract_result *, struct problem *);

/* Would it be signed? The same answers; nothing is done. */
MUST_USE enum err contract_may_sign(const struct pool_work *, struct str id, struct str person,
                                    struct str hash, enum contract_no *, struct problem *);

/*
 * Either side ends it, at any time; `person` empty: staff does. What nobody signed is void;
 * else the refund is computed for the fault of `fault` (while cooling off nobody's counts), and
 * what the contract opened to looks closes. `reason` is sealed. CONTRACT_ABSENT, _OVER, _NO_COSTS,
 * _COSTS_OVER.
 */
struct contract_ending {
    struct str id, person, reason;
    enum fault fault;
    struct contract_costs costs; /* of the agency, while cooling off (desk/contract_costs.h) */
};
enum { CONTRACT_REASON = 500 };
MUST_USE enum err contract_end(const struct pool_work *, const struct contract_ending *,
                               struct contract_result *, struct problem *);
