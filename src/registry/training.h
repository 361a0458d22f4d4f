/*
 * training: hours that were delivered to a practitioner beside her exams.
 *
 * Entered by an examiner for an account; the hours are the human's, over all her accounts.
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    TRAINING_ID,
    TRAINING_STAFF,
    TRAINING_COURSE,
    TRAINING_HOURS,
    TRAINING_FROM,
    TRAINING_UNTIL,
    TRAINING_DELIVERED_BY, /* the organisation */
    TRAINING_ENTERED_BY,
    TRAINING_AT,
    TRAINING_COLUMNS
};
extern const struct fact_kind training_kind;

/* Of one course at most so many, and never more than its time has. */
enum { TRAINING_HOURS_MOST = 200 };

struct training {
    struct str staff, course, delivered_by;
    int64_t hours;
    when from, until;
};

/*
 * Enter one: a transaction of its own. ERR_NOT_FOUND: no such staff. ERR_INVALID: it has not
 * ended, or more hours than its time has. ERR_CONFLICT: she has one within that time.
 */
MUST_USE enum err training_enter(struct store *, const struct training *,
                                 const struct fact_origin *, char id[static FRESH_ID], int64_t *seq,
                                 struct problem *);

/* Hours of the human behind this account, of training that ended after `since`, by `at`. */
MUST_USE enum err training_hours(struct store *, struct str staff, when since, when at,
                                 int64_t *hours, struct problem *);

/* Those of an account, the newest first; false stops. */
typedef bool training_each(void *to, const struct value *row);
MUST_USE enum err training_list(struct store *, struct str staff, training_each *each, void *to,
                                struct problem *);
