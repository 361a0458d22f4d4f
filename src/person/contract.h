/*
 * contract: what a member and her agency have agreed on, as far as it is no text.
 *
 *     draft ─agency signs─► offered ─she signs─► signed ─either side─► terminated
 *       ▲                     │                     cooling off, in force, over
 *       └──a change of it─────┤
 *                             └─either side─► void
 *
 * A row holds ids, words, times and amounts, and the hash of the text: so does the
 * journal. The text itself, each version of it, lies beside, sealed under her
 * KEY_CONTRACT (label "contract/ID/VERSION"), which outlives an erasure until the
 * contract's term has ended (erase.h). Payments and services delivered are facts of
 * their own; a service is one that she has agreed to, disputed, or not answered yet.
 *
 * What is done with a contract: desk/contract.h. Any thread with a store of its own.
 */
#pragma once
#include "person/unwrap.h"
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    CONTRACT_KEY,
    CONTRACT_PERSON,
    CONTRACT_ORGANISATION, /* whose member she is; its legal entity signs, serves and is paid */
    CONTRACT_EDITION,      /* of the model contract, in the rule pack */
    CONTRACT_VERSION,      /* of the text */
    CONTRACT_HASH,         /* of that version, in hex: what both sides sign */
    CONTRACT_SCORE,        /* conforms deviates fails */
    CONTRACT_TOTAL_FEN,
    CONTRACT_FROM,
    CONTRACT_UNTIL,
    CONTRACT_CATEGORIES, /* that the text names; sealed ones open to nobody by it */
    CONTRACT_COOLING_DAYS,
    CONTRACT_AGENCY_SIGNED_AT,
    CONTRACT_AGENCY_SIGNED_BY,
    CONTRACT_PERSON_SIGNED_AT, /* the instant of the signature */
    CONTRACT_COOLING_UNTIL,    /* no service before */
    CONTRACT_STATUS,           /* draft offered signed terminated void */
    CONTRACT_ENDED_AT,
    CONTRACT_FAULT, /* agency client none; NULL: ended while cooling off, where nobody's counts */
    CONTRACT_REFUND_FEN,
    CONTRACT_REFUND_DUE_AT,
    CONTRACT_COSTS_FEN, /* kept of what was paid; only of one that ended while cooling off */
    CONTRACT_COLUMNS
};

enum {
    PAYMENT_ID,
    PAYMENT_CONTRACT,
    PAYMENT_AMOUNT_FEN,
    PAYMENT_REFUND, /* 1: it went back to her */
    PAYMENT_AT,
    PAYMENT_ROUTE, /* one of CONTRACT_ROUTES */
    PAYMENT_PAYEE, /* an organisation of the legal entity */
    PAYMENT_ENTERED_BY,
    PAYMENT_ENTERED_AT,
    PAYMENT_COLUMNS
};

enum {
    DELIVERED_ID,
    DELIVERED_CONTRACT,
    DELIVERED_ITEM, /* of the text, from 1 */
    DELIVERED_COUNT,
    DELIVERED_AT,
    DELIVERED_INTRODUCTION,
    DELIVERED_ENTERED_BY,
    DELIVERED_ENTERED_AT,
    DELIVERED_ANSWER, /* agreed disputed */
    DELIVERED_ANSWERED_AT,
    DELIVERED_COLUMNS
};

extern const struct fact_kind contract_kind, contract_payment_kind, contract_service_kind;

#define CONTRACT_STATUSES "draft offered signed terminated void"
#define CONTRACT_FAULTS   "agency client none"
#define CONTRACT_ROUTES   "cash bank alipay wechat card other"

enum { CONTRACT_ID = 4 + 16 + 1 /* "ctr_" and 16 hex digits */ };

/* How her contract with this organisation's legal entity stands. */
enum contract_state {
    CONTRACT_NONE,      /* she has signed none */
    CONTRACT_COOLING,   /* signed; nothing may be delivered yet */
    CONTRACT_NOT_BEGUN, /* its term: she has renewed ahead */
    CONTRACT_IN_FORCE,
    CONTRACT_ENDED, /* terminated, or its term is over */
};

/*
 * May something be delivered to her now? Of several contracts the one in force counts, then
 * the one that cools off, then the one to come; `id` gets it, "" if there is none.
 */
MUST_USE enum err contract_covers(struct store *, struct str person, struct str organisation,
                                  when at, enum contract_state *, char id[static CONTRACT_ID],
                                  struct problem *);

/* How the row of a contract stands. CONTRACT_NONE: not signed by her. */
enum contract_state contract_stands(const struct value *row, when at);

/*
 * Would a contract of this row, signed now, stand beside another one that she has signed with the
 * legal entity? Terms do not overlap, so that at any instant one is in force at most, and one at
 * most waits to begin.
 */
MUST_USE enum err contract_collides(struct store *, const struct value *row, when at, bool *does,
                                    struct problem *);

/*
 * The text of a contract: its label, and its longest. What is said of its end lies sealed in its
 * row under labels of its own, which are no version's.
 */
enum { CONTRACT_LABEL = 48, CONTRACT_TEXT = 96 << 10 };
enum { CONTRACT_REASON_LABEL = 0, CONTRACT_COSTS_LABEL = -1 };
struct str contract_label(struct str id, int64_t version, char out[static CONTRACT_LABEL]);

/*
 * Seal a version of the text; inside the caller's transaction. ERR_CLOSED, ERR_NOT_FOUND: her
 * key is no more.
 */
MUST_USE enum err contract_seal(struct store *, struct unwrap *, const struct value *row,
                                struct str text, struct problem *);

/* Open the version that the row names. ERR_NOT_FOUND, ERR_CLOSED. The caller wipes it (vault.h). */
MUST_USE enum err contract_open(struct store *, struct unwrap *, const struct value *row,
                                struct buf *text, struct problem *);

/* The same of what was said of its end; ERR_NOT_FOUND also: nothing was. */
MUST_USE enum err contract_open_reason(struct store *, struct unwrap *, const struct value *row,
                                       struct buf *text, struct problem *);
MUST_USE enum err contract_open_costs(struct store *, struct unwrap *, const struct value *row,
                                      struct buf *text, struct problem *);
