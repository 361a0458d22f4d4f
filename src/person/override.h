/*
 * override: two persons lift one limit for one claim.
 *
 * Each says the same, naming a reason; the second one's word makes it hold, for a
 * day and for one claim. No single person lifts anything, whatever her role, and what
 * protects the member (no contact, no consent, no certificate, a suspended store)
 * nobody lifts. Facts of kind "overrides": each step is in the journal under the
 * member's id, and so in her access log.
 */
#pragma once
#include "person/pool.h"

#define OVERRIDE_LIFTS   "protected cool-down claim-limit capacity"
#define OVERRIDE_REASONS "member-asked owner-left mistake hardship"

/* Columns, in the order of a row. */
enum {
    OVERRIDE_PERSON,
    OVERRIDE_STAFF,  /* who is to claim her */
    OVERRIDE_LIFT,   /* OVERRIDE_LIFTS */
    OVERRIDE_REASON, /* OVERRIDE_REASONS */
    OVERRIDE_FIRST,
    OVERRIDE_FIRST_AT,
    OVERRIDE_SECOND, /* NULL: one person has said so */
    OVERRIDE_SECOND_AT,
    OVERRIDE_USED_AT, /* NULL: not yet */
    OVERRIDE_COLUMNS
};
extern const struct fact_kind override_kind;

struct override {
    struct str person, staff, lifts, reason; /* the last two: of the words above */
};

/*
 * `w->staff`, a manager or of compliance, says so. `*agreed`: two have. POOL_ABSENT,
 * POOL_NO_STAFF, POOL_NOT_OWNER (her role may not), POOL_SAME_PERSON (she would claim).
 */
MUST_USE enum err override_say(const struct pool_work *w, const struct override *, bool *agreed,
                               struct pool_answer *, struct problem *);

/* Is it lifted? Then it is used up by the caller's transaction. */
MUST_USE enum err override_use(const struct pool_work *, struct str person, struct str staff,
                               enum pool_no, bool *lifted, struct problem *);
