/*
 * contract_service: what is paid and delivered on a contract.
 *
 * Nothing is paid before she has signed, and to nobody but who signed; nothing is delivered
 * while the contract cools off, nor more than it says (沪 2024 store edition). Both sides see every
 * entry; she agrees to a service or disputes it. A disputed one does not count in a refund
 * (法释〔2025〕4号 Art. 25: who keeps the records bears the doubt;
 * desk/contract_refund.h).
 */
#pragma once
#include "desk/contract.h"
#include "registry/fresh_id.h"

struct contract_payment {
    struct str id;      /* of the contract */
    int64_t amount_fen; /* negative: it goes back */
    when at;
    struct str route, payee;
};

/*
 * Staff enter it. CONTRACT_ABSENT, _NOT_SIGNED, _OVER, _AHEAD, _PAYEE_DIFFERS, _OVER_TOTAL; of what
 * goes back: _NOT_ENDED, _REFUND_DIFFERS, _ROUTE_DIFFERS.
 */
MUST_USE enum err contract_pay(const struct pool_work *, const struct contract_payment *,
                               struct contract_result *, struct problem *);

struct contract_service {
    struct str id;       /* of the contract */
    int64_t item, count; /* item from 1 */
    when at;
    struct str introduction; /* empty: none */
};

/*
 * Staff enter it; `service` gets its id. CONTRACT_ABSENT, _NOT_SIGNED, _AHEAD, _COOLING_OFF,
 * _TOO_EARLY, _OVER, _NO_ITEM, _NO_INTRODUCTION, _USED_UP. What is delivered as an introduction is
 * one of hers, once.
 */
MUST_USE enum err contract_serve(const struct pool_work *, const struct contract_service *,
                                 char service[static FRESH_ID], struct contract_result *,
                                 struct problem *);

/*
 * She, `person`, agrees to a service or disputes it; also once it has ended. CONTRACT_ABSENT,
 * _NO_SERVICE, _ANSWERED if she has said the other before.
 */
MUST_USE enum err contract_answer(const struct pool_work *, struct str id, struct str person,
                                  struct str service, bool agree, struct contract_result *,
                                  struct problem *);

/* Every entry of a contract, the oldest first; false stops. Views. */
MUST_USE enum err contract_payments(struct store *, struct str id, fact_pick *, void *to,
                                    struct problem *);
MUST_USE enum err contract_services(struct store *, struct str id, fact_pick *, void *to,
                                    struct problem *);
