/*
 * stop: an account that is stopped, since what it obtained without a valid grant passed
 * a line of rule 20 (watch/tally.h; docs/looks.md says what counts).
 *
 *     counted ─► 25 ─► stopped ───────────────────────────► lifted ─► 25 further ─► stopped …
 *                        └─ 50 ─► review due ─► answered ──►┘
 *
 * While it is stopped its sessions and tokens open nothing (registry/subject.h), and no
 * look of its is shown anything, on no node. Two persons lift it, one of compliance and a
 * manager, within a day of each other; never the one who is stopped. Once the second line
 * is reached, only after compliance has answered whether it goes to the police.
 *
 * Facts with a journal. Each function that changes one is a transaction of its own and
 * sets `seq`, if it wrote.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    STOP_ID,
    STOP_STAFF,
    STOP_ORGANISATION, /* where she worked then */
    STOP_AT,
    STOP_POINTS,     /* counted then */
    STOP_REVIEW_DUE, /* since when; NULL: the second line is not reached */
    STOP_REVIEW,     /* STOP_REVIEWS; NULL: not answered */
    STOP_REVIEW_REASON,
    STOP_REVIEWED_BY,
    STOP_REVIEWED_AT,
    STOP_COMPLIANCE, /* who of compliance said that it be lifted */
    STOP_COMPLIANCE_AT,
    STOP_COMPLIANCE_REASON,
    STOP_MANAGER, /* which manager did */
    STOP_MANAGER_AT,
    STOP_MANAGER_REASON,
    STOP_LIFTED_AT,
    STOP_LIFTED_POINTS, /* counted then: the next stop comes STOP_LINE further */
    STOP_STATUS,        /* stopped lifted */
    STOP_COLUMNS
};
extern const struct fact_kind stop_kind;

#define STOP_REVIEWS "referred not-referred"

/* The two lines, in points: 100 an item of chats or property, 10 of histories, 1 of others. */
enum { STOP_LINE = 2500, STOP_REFERRAL = 5000, STOP_REASON = 400 };

/* What was counted of one account. */
struct stop_tally {
    char staff[ID_BYTES + 1];
    int64_t points, items;
    when since, last;
};

/* What the node of `origin` has counted, in place of what it had. No fact, no journal. */
MUST_USE enum err stop_tell(struct store *, struct str node, const struct stop_tally *,
                            size_t count, struct problem *);

/* What all nodes but `node` (empty: all) have counted, by account; false stops. */
typedef bool stop_tally_each(void *to, const struct stop_tally *);
MUST_USE enum err stop_told(struct store *, struct str node, stop_tally_each *each, void *to,
                            struct problem *);

/*
 * Stop whoever has passed the line, and have a review due of whoever is stopped and has
 * passed the second. Accounts that are not registered are left alone until they are.
 */
MUST_USE enum err stop_due(struct store *, const struct fact_origin *, int64_t *seq,
                           struct problem *);

/*
 * origin->actor, compliance of the same legal entity (in an association or authority: its
 * auditor), says whether it is referred to the police, with a reason. ERR_NOT_FOUND: no
 * such stop, or another's. ERR_DENIED: not hers to say. ERR_CONFLICT: no review is due, or
 * it was answered. ERR_INVALID: no reason.
 */
MUST_USE enum err stop_review(struct store *, struct str id, struct str review, struct str reason,
                              const struct fact_origin *, int64_t *seq, struct problem *);

/*
 * origin->actor says that it be lifted: compliance as above, or a manager (there: an
 * approver) of the organisation or of one above it in the legal entity. It is lifted once
 * both have. ERR_REFUSED: the review is due first. Else errors of stop_review.
 */
MUST_USE enum err stop_lift(struct store *, struct str id, struct str reason,
                            const struct fact_origin *, int64_t *seq, struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err stop_find(struct store *, struct str id, struct fact_row *out, struct problem *);

/*
 * The newest first, at most `limit`: of everybody, or (staff not empty) those that this
 * member of staff may say something of; false stops.
 */
MUST_USE enum err stop_list(struct store *, struct str staff, int64_t limit, fact_pick *each,
                            void *to, struct problem *);
