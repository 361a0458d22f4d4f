/*
 * complaint_weeks: how a respondent answers complaints, week by week.
 *
 * A week is seven days, the last one ends tonight. What counts is the day on which a complaint was
 * accepted, since the respondent learns of it then, and the clock of its reply.
 */
#pragma once
#include "desk/work.h"

enum { COMPLAINT_WEEKS = 13 };

struct complaint_week {
    int64_t accepted;
    int64_t in_time, late; /* answered */
    int64_t overdue;       /* not answered, and late */
};

/*
 * Of the legal entity of who asks. Complaints that are joined with another one, or withdrawn, do
 * not count. `first`: the day on which week[0] begins (days since 1970).
 */
MUST_USE enum err complaint_weeks_read(const struct desk_work *,
                                       struct complaint_week week[static COMPLAINT_WEEKS],
                                       int64_t *first, struct problem *);
