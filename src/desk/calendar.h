/*
 * calendar: when a deadline ends.
 *
 * Pure: the days off and at work are entries of the rule pack (`calendars:`), the times are
 * arguments. Days are those of the pack's place.
 *
 *     Mon 29 Sep   Tue 30 Sep   1–8 Oct     Thu 9 Oct   Fri 10 Oct   Sat 11 Oct (at work)
 *     received ─►  1            (holiday)   2           3            4 ─► due: 12 Oct 00:00
 *
 * The day of the event does not count; a deadline in days ends with its last day (the first
 * instant that is late is the midnight after it), one in hours by the clock. So count 民法典
 * Arts. 200 to 203, and 行政处罚法 Art. 85 the working days.
 *
 *   working days   the amount-th day at work after the event
 *   days           a last day that is off moves to the next at work (民法典 Art. 203)
 *   months, years  the same day of its month, or that month's last; it does not move, since
 *                  what is counted so is how long something is shown, kept or pursued
 *   hours          exact
 */
#pragma once
#include "rules/rules.h"

/*
 * The end of a deadline of `amount` after `from`. A negative amount counts backwards, to the
 * last midnight before which something must have been done so many whole days ahead of `from`.
 * ERR_LIMIT: the calendar does not reach so far; `problem` says how far it does, and what to do.
 */
MUST_USE enum err calendar_end(const struct rules *, when from, int amount, enum clock_unit,
                               when *due, struct problem *);

/* "2024-2027.3f9a01c2"; "" of a pack without calendars. Lives as long as the rules. */
const char *calendar_version(const struct rules *);

/* Is this a day at work? False also where the calendar does not reach. */
bool calendar_working(const struct rules *, when);

/* Is something of [from, until) in a year that is provisional? */
bool calendar_provisional(const struct rules *, when from, when until);

/*
 * How long a pause was, in the unit of what it paused, as `amount`s of calendar_end: as the
 * event's, the day on which it began does not count; hours are kept in nanoseconds. ERR_LIMIT.
 */
MUST_USE enum err calendar_between(const struct rules *, when from, when until, enum clock_unit,
                                   int64_t *amount, struct problem *);

/* Is this within the hours of an office (limits desk-opens and desk-closes) of a day at work? */
bool calendar_office(const struct rules *, when);

/* When the office opens on the day at work that lies `before` such days before that of `at`, or
 * on it (0). False: the calendar does not reach. */
bool calendar_opening(const struct rules *, when at, int before, when *out);
