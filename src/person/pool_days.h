/*
 * pool_days: what became of claims, day by day.
 *
 * Days are those of the rules' time. Counts only, of what staff did.
 */
#pragma once
#include "person/pool.h"

enum { POOL_DAYS = 30 };

struct pool_day {
    int64_t claims;    /* and members handed on to her */
    int64_t releases;  /* given back, or handed on */
    int64_t lapses;    /* that ended by themselves: not followed up, contact refused, staff left */
    int64_t contracts; /* signed by both */
};

/*
 * The last POOL_DAYS days up to today, which comes last: of the claims and members of `w->staff`,
 * or with `all` of everybody in her legal entity. `first`: the day of day[0] (days since 1970).
 */
MUST_USE enum err pool_days_read(const struct pool_work *w, struct str organisation, bool all,
                                 struct pool_day day[static POOL_DAYS], int64_t *first,
                                 struct problem *);
