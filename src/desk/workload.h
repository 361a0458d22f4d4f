/*
 * workload: what came in, and what waits, of a body: the numbers at the head of its desk.
 *
 * Complaints are those that the body handles, or sees (desk/competent.h); deadlines are its own.
 * Of persons nothing is read.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/work.h"

enum {
    WORKLOAD_ISSUES = 6, /* of COMPLAINT_ISSUES, in their order */
    WORKLOAD_WEEKS = 13, /* from Monday to Sunday, this one the last */
    WORKLOAD_SOON = 5,   /* working days */
};

struct workload_week {
    when from;
    int64_t of[WORKLOAD_ISSUES];
};

struct workload {
    int64_t today;         /* received since midnight */
    int64_t waiting;       /* neither accepted nor refused … */
    int64_t waiting_long;  /* … for more than WORKLOAD_SOON working days */
    int64_t mediation_due; /* to be ended within so many */
    int64_t verify;  /* corrections that are late, in open cases: somebody has to go and see */
    int64_t overdue; /* deadlines of the body */
    struct workload_week week[WORKLOAD_WEEKS];
};

/* ERR_LIMIT: the calendar does not reach so far. */
MUST_USE enum err workload_read(const struct desk_work *, struct workload *out, struct problem *);
