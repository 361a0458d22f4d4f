/*
 * disclosure: an officer opened what is kept of a complaint.
 *
 * The facts of a complaint, its evidence, and who complains are personal data whether or not the
 * person is anybody's member: so each opening is a fact of its own, of a named officer, durable
 * and in the ledger before anything is opened, counted against a daily budget, and shown to her
 * who complained. Who she is (`reporter`) opens by a reason only, which she reads too.
 *
 * Those of one complaint are numbered from 1, in the row and so in what the ledger commits to: one
 * that is kept from her leaves a gap in what she is shown.
 *
 * What was forgotten is not opened, and what is kept for an authority's case alone only to that
 * authority, never who she is (desk/forget.h).
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/complaint.h"

/* Columns, in the order of a row. */
enum {
    DISCLOSURE_ID,
    DISCLOSURE_COMPLAINT,
    DISCLOSURE_WHAT,     /* text evidence reporter */
    DISCLOSURE_EVIDENCE, /* which one */
    DISCLOSURE_STAFF,
    DISCLOSURE_ORGANISATION,
    DISCLOSURE_AT,
    DISCLOSURE_NUMBER, /* within the complaint; NULL: from before they were numbered */
    DISCLOSURE_COLUMNS
};

extern const struct fact_kind disclosure_kind;

#define DISCLOSURE_TEXT_REASON "reason"

struct disclosure {
    struct str complaint;
    const char *what;
    struct str evidence; /* its id, or empty */
    struct str reason;   /* of "reporter" */
    struct fact_row row; /* out: the complaint's */
};

/* A step: `what` is a struct disclosure. */
desk_step disclosure_make;

/* Of one complaint, the newest first. Views. */
enum { DISCLOSURES_LISTED = 500 };
MUST_USE enum err disclosure_list(struct store *, struct str complaint, fact_pick *, void *to,
                                  struct problem *);

/* Where the journal has one: what fact_record_find wants. ERR_NOT_FOUND: not by this node. */
MUST_USE enum err disclosure_journal(const struct desk_work *, struct str id, int64_t *seq,
                                     when *at, struct problem *);

/*
 * The one of this journal number, if it is of a complaint of hers (complaint_find_hers). `each` is
 * called with it, or not at all.
 */
MUST_USE enum err disclosure_of_hers(struct store *, int64_t seq,
                                     const uint8_t link[static COMPLAINT_LINK], when since,
                                     fact_pick *each, void *to, struct problem *);
