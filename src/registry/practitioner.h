/*
 * practitioner: a human who works in the trade, whichever accounts she has where.
 *
 * Who may be certified (rule 19; the conditions of the association's system) is asked of the
 * human, not of an account: a bar follows her to the next agency. Her id number is kept as a
 * keyed hash, by which she is found again, her birth date sealed under DATA/keys/accounts;
 * both are told to nobody.
 *
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    PRACTITIONER_ID,
    PRACTITIONER_IDENTITY, /* hex of a keyed hash */
    PRACTITIONER_NAME,
    PRACTITIONER_FULL_CAPACITY, /* 1: yes */
    PRACTITIONER_EDUCATION,     /* EDUCATION_WORDS */
    PRACTITIONER_SEEN_AT,       /* when her documents were last seen, … */
    PRACTITIONER_SEEN_BY,       /* … by whom */
    PRACTITIONER_COLUMNS
};
extern const struct fact_kind practitioner_kind;

/* Which accounts are hers: one human, many accounts. */
enum {
    PRACTITIONER_STAFF_ID,
    PRACTITIONER_STAFF_OF, /* the practitioner */
    PRACTITIONER_STAFF_SINCE,
    PRACTITIONER_STAFF_COLUMNS
};
extern const struct fact_kind practitioner_staff_kind;

/* "below" is below college (大专). */
#define EDUCATION_WORDS "below college bachelor master doctor"

/* The conditions, in this order: the first that fails. */
enum practitioner_no {
    PRACTITIONER_YES,
    PRACTITIONER_TOO_YOUNG,   /* `practitioner-age` of the rule pack */
    PRACTITIONER_NO_CAPACITY, /* no full capacity for civil conduct */
    PRACTITIONER_NO_COLLEGE,
    PRACTITIONER_BARRED,
    PRACTITIONER_UNKNOWN /* nobody of that id, or her birth date does not open: closed */
};

/* May she be examined and certified at `at`? */
MUST_USE enum err practitioner_may(struct store *, const struct account_key *, const struct rules *,
                                   struct str practitioner, when at, enum practitioner_no *,
                                   struct problem *);

/* What an examiner read in her documents. */
struct practitioner_entry {
    struct str staff; /* the account that is hers */
    struct str name;
    struct str id_number; /* of a resident's card, whose check digit must hold, or another
                             document's: 5 to 20 letters and digits */
    struct str born;      /* "1996-05-17"; that of the card, if it is one */
    struct str education; /* EDUCATION_WORDS */
    bool full_capacity;
};

/*
 * Note that this account is this human's, who is found again by her id number or is new. Part
 * of the caller's transaction. ERR_NOT_FOUND: no such staff. ERR_CONFLICT: the account is
 * another human's, or her birth date was another. ERR_INVALID: which field is wrong.
 */
MUST_USE enum err practitioner_enter(struct store *, const struct account_key *,
                                     const struct practitioner_entry *, const struct fact_origin *,
                                     char id[static FRESH_ID], int64_t *seq, struct problem *);

/* Whose account this is; ERR_NOT_FOUND: nobody's yet. */
MUST_USE enum err practitioner_of(struct store *, struct str staff, char id[static FRESH_ID],
                                  struct problem *);

/* Is this account one of hers? Nobody examines, certifies or clears herself. */
MUST_USE enum err practitioner_has(struct store *, struct str practitioner, struct str staff,
                                   bool *has, struct problem *);
