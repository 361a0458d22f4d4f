/*
 * practitioner: a human who works in the trade, whichever accounts she has where.
 *
 * Who may be certified (rule 19; conditions of the association's system) is asked of the human,
 * not of an account: a bar follows her to the next agency. Her id number is kept as a keyed
 * hash, by which she is found again, her birth date sealed under DATA/keys/accounts; both are
 * told to nobody.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* The conditions, in this order: the first that fails. */
enum practitioner_no {
    PRACTITIONER_YES,
    PRACTITIONER_TOO_YOUNG,   /* `practitioner-age` of the rule pack */
    PRACTITIONER_NO_CAPACITY, /* no full capacity for civil conduct */
    PRACTITIONER_NO_COLLEGE,  /* below college (大专) */
    PRACTITIONER_BARRED,
    PRACTITIONER_UNKNOWN /* nobody of that id, or her birth date does not open: closed */
};

/* May she be examined and certified at `at`? */
MUST_USE enum err practitioner_may(struct store *, const struct account_key *, const struct rules *,
                                   struct str practitioner, when at, enum practitioner_no *,
                                   struct problem *);
