/*
 * setup: the first organisation and account of a store in which nobody can sign in.
 *
 * By the checks of `menshen import`, in one transaction with its journal rows. It is made sure
 * inside that transaction that nobody can sign in, so that of any number of setups at once, also
 * of several nodes, one is done.
 */
#pragma once
#include "registry/account.h"
#include "registry/fresh_id.h"
#include "registry/organisation.h"
#include "registry/staff.h"

/* Has nobody a password, and is no token in force? */
MUST_USE enum err setup_wanted(struct store *, when now, bool *wanted, struct problem *);

struct setup {
    struct str organisation[ORGANISATION_COLUMNS]; /* as a file has them; id and status are given */
    struct str name, login, password;              /* of who signs in */
    when at;
    struct str actor, node;
};

struct setup_made {
    char organisation[FRESH_ID], staff[FRESH_ID];
    struct account_secret secret; /* the caller overwrites it */
    const char *field;            /* that ERR_INVALID is about: "kind", "login"; static */
    bool person;                  /* it is hers, not the organisation's */
    int64_t seq;
};

/*
 * ERR_CONFLICT: somebody can sign in. ERR_INVALID: `field` is wrong, and the problem says how.
 * She is its manager, who adds everybody else.
 */
MUST_USE enum err setup_do(struct store *, const struct rules *, const struct account_key *,
                           const struct setup *, struct setup_made *out, struct problem *);
