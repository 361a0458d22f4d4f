/*
 * relay_call: an attempt at a member by relay that counts for frequency caps.
 *
 * The node that judged it has counted it; by these rows the others do (gate/attempted.h).
 * Rows name the member, not her number: whose it is, each node knows.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    RELAY_CALL_ID, /* its record */
    RELAY_CALL_BINDING,
    RELAY_CALL_PERSON,
    RELAY_CALL_ORGANISATION, /* the legal entity */
    RELAY_CALL_AT,
    RELAY_CALL_COLUMNS
};

extern const struct fact_kind relay_call_kind;

/* Write one, of a binding that exists, unless it is there. One transaction, its own. */
MUST_USE enum err relay_call_write(struct store *, struct str record, struct str binding,
                                   const struct fact_origin *, struct problem *);

/* Delete those that no cap looks back at. The journal keeps them. */
MUST_USE enum err relay_call_forget(struct store *, when before, struct problem *);
