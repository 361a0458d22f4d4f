/*
 * disclosure: an officer opened what is kept of a complaint.
 *
 * The facts of a complaint, its evidence, and who complains are personal data whether or not the
 * person is anybody's member: so each opening is a fact of its own, of a named officer, durable
 * and in the ledger before anything is opened, counted against a daily budget, and shown to her
 * who complained. Who she is (`reporter`) opens by a reason only, which she reads too.
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
MUST_USE enum err disclosure_list(struct store *, struct str complaint, fact_pick *, void *to,
                                  struct problem *);
