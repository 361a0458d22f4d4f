/*
 * contract: the life of a contract (person/contract.h has its states), and who may see it.
 *
 * Staff who may: managers and compliance of her legal entity, and whoever holds her. A
 * contract of anybody else's member, of an erased one, or of nobody is one answer.
 * Drafting and changing are here, signing and ending in contract_sign.h, payments and
 * services in contract_service.h.
 *
 * Every change is one transaction with its journal rows. `work->staff` is who acts, as the
 * journal names her: staff by their id, the member by one name for all ("person").
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/contract_document.h"
#include "person/pool.h"

/* Why not, in words that do not change (contract_word). */
enum contract_no {
    CONTRACT_YES,
    CONTRACT_ABSENT,
    CONTRACT_CHANGED,        /* since it was read */
    CONTRACT_OTHER_PARTIES,  /* the text names another member, or another organisation */
    CONTRACT_NOT_DRAFT,      /* it is signed, or over */
    CONTRACT_NOT_OFFERED,    /* the agency has not signed this version */
    CONTRACT_OTHER_TEXT,     /* the hash is not this version's */
    CONTRACT_NON_CONFORMING, /* the checks say so */
    CONTRACT_SUSPENDED,      /* the organisation */
    CONTRACT_TERM_OVER,
    CONTRACT_ALREADY_IN_FORCE, /* another one with her, whose term this one's overlaps */
    CONTRACT_NOT_SIGNED,       /* by her, at that time */
    CONTRACT_COOLING_OFF,
    CONTRACT_TOO_EARLY,     /* its term has not begun */
    CONTRACT_OVER,          /* ended, or its term is over */
    CONTRACT_AHEAD,         /* what is entered has not happened yet */
    CONTRACT_PAYEE_DIFFERS, /* from who signed and serves */
    CONTRACT_OVER_TOTAL,
    CONTRACT_NOT_ENDED,      /* nothing goes back before */
    CONTRACT_REFUND_DIFFERS, /* from what was computed when it ended */
    CONTRACT_ROUTE_DIFFERS,  /* from the one that she paid by */
    CONTRACT_NO_ITEM,
    CONTRACT_NO_INTRODUCTION, /* of hers that both accepted and that is not delivered yet */
    CONTRACT_USED_UP,         /* as many as the text says are delivered */
    CONTRACT_NO_SERVICE,
    CONTRACT_ANSWERED, /* she has said the other */
    CONTRACT_NO_COSTS, /* it did not end while cooling off */
    CONTRACT_COSTS_STATED,
    CONTRACT_COSTS_LATE, /* the refund is due, or has gone back */
    CONTRACT_COSTS_OVER, /* more than was paid */
};
enum { CONTRACT_NOS = CONTRACT_COSTS_OVER + 1 };

/* "count-used-up", and a sentence for people. Static. */
const char *contract_word(enum contract_no);
const char *contract_no_text(enum contract_no);

struct contract_result {
    enum contract_no no;
    int64_t seq;         /* of the last journal row */
    struct fact_row row; /* of CONTRACT_YES: how the contract stands now */
};

/*
 * The row, if `work->staff` may see it; else `*there` is false.
 */
MUST_USE enum err contract_read(const struct pool_work *, struct str id, struct fact_row *out,
                                bool *there, struct problem *);

/* The row, whoever asks. ERR_NOT_FOUND. */
MUST_USE enum err contract_find(struct store *, struct str id, struct fact_row *out,
                                struct problem *);

/*
 * A page of the contracts that `work->staff` may see, in order of their ids behind `after`, of
 * `person` unless empty; false stops. Views.
 */
MUST_USE enum err contract_list(const struct pool_work *, struct str person, struct str after,
                                size_t limit, fact_pick *, void *to, struct problem *);

/* Hers: those that were offered to her or signed, the newest offer first. */
MUST_USE enum err contract_hers(struct store *, struct str person, fact_pick *, void *to,
                                struct problem *);

struct contract_draft {
    struct str id;   /* empty: a new one */
    int64_t version; /* of `id`: what the change was made from */
    const struct contract_document *document;
    struct str score; /* of its checks, as in the row */
};

/*
 * Keep a draft, or change one: a change of what was offered is a new version without the
 * agency's signature. CONTRACT_ABSENT, _CHANGED, _OTHER_PARTIES, _NOT_DRAFT.
 */
MUST_USE enum err contract_put(const struct pool_work *, const struct contract_draft *,
                               struct contract_result *, struct problem *);

/* ---- for contract_sign and contract_service ---- */

/* Do it, and commit unless it failed or the answer is no. */
typedef enum err contract_step(const struct pool_work *, void *what, struct contract_result *,
                               struct problem *);
MUST_USE enum err contract_transaction(const struct pool_work *, contract_step *, void *what,
                                       struct contract_result *, struct problem *);

/* Write result->row, and its journal row. */
MUST_USE enum err contract_write(const struct pool_work *, struct contract_result *,
                                 struct problem *);

/* Write another fact of it. */
MUST_USE enum err contract_note(const struct pool_work *, const struct fact_kind *,
                                const struct value *row, struct contract_result *,
                                struct problem *);

/* The row, for this transaction, if `work->staff` may see it; else the answer is no. */
MUST_USE enum err contract_hold(const struct pool_work *, struct str id, struct contract_result *,
                                struct problem *);

/* The same; compliance, who keeps contracts, also has those of members who are erased. */
MUST_USE enum err contract_hold_kept(const struct pool_work *, struct str id,
                                     struct contract_result *, struct problem *);
