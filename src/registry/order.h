/*
 * order: what an officer decided about a number, a line or an organisation.
 *
 * `release` lifts a releasable rule from a number for a while (the first support
 * call); the others restrict, until restored. `restrict` stops commercial calls, `suspend`
 * and `close` every call, and of an organisation looks at persons' data, too. Orders are
 * never imported.
 */
#pragma once
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    ORDER_ID,
    ORDER_SUBJECT, /* a number in digits, or the id of a line, an organisation or a campaign */
    ORDER_ACT,     /* ORDER_ACTS; `distrust`: consents that it asserts do not count, until `trust`;
                    * `commercial`: a service line is taken for a commercial one, until `restore` */
    ORDER_FROM,
    ORDER_UNTIL, /* NULL: until another order */
    ORDER_BY,
    ORDER_REASON,
    ORDER_DOCUMENT,
    ORDER_ORGANISATION, /* that gave it; NULL: this node, by itself or by its host */
    ORDER_COLUMNS
};

#define ORDER_STOPS "restrict suspend close"
#define ORDER_ACTS  "restrict suspend close restore release distrust trust commercial"

extern const struct fact_kind order_kind;

/*
 * Release a number until `until`: one transaction, one journal row. `id` gets the
 * order's id. ERR_INVALID: `until` not after `at`, or no reason.
 */
struct release {
    number number;
    when at, until;
    struct str reason, actor, node;
};
MUST_USE enum err order_release(struct store *, const struct release *, char id[static FRESH_ID],
                                int64_t *seq, struct problem *);

/* Give an order from origin->at on, inside the caller's transaction. `id` gets the order's id. */
struct order_terms {
    struct str subject, act, reason;
    struct str document;     /* empty: none */
    struct str organisation; /* that gives it; empty: this node */
    when until;              /* 0: until another order */
};
MUST_USE enum err order_give(struct store *, const struct order_terms *, const struct fact_origin *,
                             char id[static FRESH_ID], int64_t *seq, struct problem *);

/* One that acts at the gate (ORDER_STOPS, `commercial`) and is in force at `at`. ERR_NOT_FOUND. */
MUST_USE enum err order_standing(struct store *, struct str id, when at, struct fact_row *out,
                                 struct problem *);

/*
 * End one that stands, at origin->at, inside the caller's transaction: by a `restore` of `terms`
 * (subject and act are set here), unless others hold on the same subject: then it alone ends,
 * since a restore would lift all of them.
 */
MUST_USE enum err order_lift(struct store *, struct value *order, const struct order_terms *,
                             const struct fact_origin *, int64_t *seq, struct problem *);

/*
 * Every order of ORDER_STOPS, or `commercial`, that is in force on a subject at `at`: begun, not
 * over, and not restored since.
 */
MUST_USE enum err order_in_force(struct store *, struct str subject, when at, fact_pick *each,
                                 void *to, struct problem *);

/*
 * Is one of three organisations, or one above it in its legal entity, stopped at `at`: by an order
 * to suspend or close it, or in the registry? Their ids; NULL is none.
 */
MUST_USE enum err order_stops(struct store *, const struct value of[static 3], when at,
                              bool *stopped, struct problem *);
