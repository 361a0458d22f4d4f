/*
 * intake: a member comes in from outside, or comes again changed.
 *
 * One transaction, the caller's, for all that is kept of her: the row of `members`
 * with its journal row, her fields and number sealed (vault.h), her link (link.h).
 * The same content again changes nothing.
 *
 *     ids ─► intake_prepare: keys ─► begin ─► intake_put … ─► commit
 *
 * A row is refused before anything of it is written. No text of a refusal holds
 * what she told.
 */
#pragma once
#include "person/link.h"
#include "person/vault.h"
#include "registry/fact.h"

struct intake {
    struct vault vault;
    const struct link *link;
};

struct intake_member {
    struct str id, organisation;
    struct str store;     /* empty: as it was */
    struct str pool;      /* empty: in none */
    when protected_until; /* a new one is not claimed before; 0: at once */
    number number;        /* 0: as it was */
    bool numberless;      /* of a new one it may be 0, until it comes: nobody reaches her */
    const struct vault_field *field; /* those not among them stay as they are */
    size_t count;
};

/* Make the missing keys of these persons, durable before their rows are written. */
MUST_USE enum err intake_prepare(const struct intake *, const struct str *ids, size_t count,
                                 when now, struct problem *);

/*
 * Write. `seq` gets the journal number, or stays if nothing changed. ERR_INVALID: the
 * member is refused and `problem` says why.
 */
MUST_USE enum err intake_put(const struct intake *, const struct intake_member *,
                             const struct fact_origin *, bool *changed, int64_t *seq,
                             struct problem *);

/*
 * The number that is sealed in a member's row (MEMBER_NUMBER). ERR_CLOSED: erased;
 * ERR_CORRUPT: it does not open.
 */
MUST_USE enum err intake_number(struct unwrap *, struct str person, struct str sealed, number *out);
