/*
 * officer: whose keys what is sealed is sealed to.
 *
 * An officer is staff of an authority, or of an association (its secrecy desk); no
 * agency's. Here and in the journal stands the public half of a pair; the private one
 * is in a file of the officer's own and never comes here (seal.h).
 */
#pragma once
#include "person/seal.h"
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    OFFICER_ID, /* "off_" and the name of the key in hex */
    OFFICER_STAFF,
    OFFICER_PUBLIC, /* base64 */
    OFFICER_SINCE,
    OFFICER_STATUS, /* active retired */
    OFFICER_COLUMNS
};

extern const struct fact_kind officer_kind;

enum { OFFICER_ID_TEXT = 4 + 2 * SEAL_NAME + 1 };
void officer_id(const uint8_t name[static SEAL_NAME], char out[static OFFICER_ID_TEXT]);

/*
 * Enter the public key of a member of staff; what is sealed from now on is sealed to
 * it too. One transaction, one journal row. ERR_NOT_FOUND: no such staff. ERR_DENIED:
 * not an active one of an active authority or association. ERR_INVALID: no key.
 * ERR_FULL: SEAL_OFFICERS keys are active. `retire` ends a key instead: nothing more
 * is sealed to it.
 */
struct officer_entry {
    struct str staff;
    uint8_t public[SEAL_KEY];
    bool retire;
    when at;
    struct str actor, node;
};
MUST_USE enum err officer_enter(struct store *, const struct officer_entry *,
                                char id[static OFFICER_ID_TEXT], int64_t *seq, struct problem *);

/*
 * The keys to seal to: active ones, of active staff of active authorities and
 * associations. `count` may be 0.
 */
MUST_USE enum err officer_keys(struct store *, uint8_t out[static SEAL_OFFICERS][SEAL_KEY],
                               size_t *count, struct problem *);

/* Is there any such key? */
MUST_USE enum err officer_any(struct store *, bool *any, struct problem *);

/* Is there a key of this member of staff, also a retired one? What was sealed to it stays so. */
MUST_USE enum err officer_is(struct store *, struct str staff, bool *is, struct problem *);
