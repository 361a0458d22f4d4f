/*
 * order: what an officer decided about a number, a line or an organisation.
 *
 * `release` lifts a releasable rule from a number for a while (the first support
 * call); the others restrict, until restored. Orders are never imported.
 */
#pragma once
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    ORDER_ID,
    ORDER_SUBJECT, /* a number in digits, a line's id, or an organisation's id */
    ORDER_ACT, /* ORDER_ACTS; `distrust`: consents that it asserts do not count, until `trust` */
    ORDER_FROM,
    ORDER_UNTIL, /* NULL: until another order */
    ORDER_BY,
    ORDER_REASON,
    ORDER_DOCUMENT,
    ORDER_COLUMNS
};

#define ORDER_ACTS "restrict suspend close restore release distrust trust"

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
