/*
 * clock: instants, and how people write them.
 *
 * An instant is `when`: nanoseconds since 1970-01-01T00:00:00Z. The gate never
 * reads a clock; the time is part of the question. Whoever needs "now" is given
 * a `struct clock`, so that tests run years in seconds.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

typedef int64_t when;

#define WHEN_SECOND ((when)1000000000)
#define WHEN_MS     ((when)1000000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_HOUR   (3600 * WHEN_SECOND)
#define WHEN_DAY    (86400 * WHEN_SECOND)
#define WHEN_NEVER  INT64_MAX /* "until" of something without an end */

struct clock {
    when (*now)(void *context);
    void *context;
};

/* The machine's wall clock (CLOCK_REALTIME). Any thread. */
struct clock clock_real(void);

/* A clock that shows `*at`, which the caller owns and moves. */
struct clock clock_fixed(const when *at);

/*
 * A clock ahead of another, by what may grow while others read it: of a sample city, whose day
 * a visitor moves on (cli/demo_stage.h). It never goes back.
 */
struct clock_ahead {
    struct clock of;
    _Atomic int64_t by; /* nanoseconds */
};
struct clock clock_ahead(struct clock_ahead *);

static inline when clock_now(struct clock c)
{
    return c.now(c.context);
}

/* Nanoseconds of a clock that never jumps (CLOCK_MONOTONIC); for time-outs only. */
int64_t clock_monotonic(void);

/* `at` and so much more or less; what lies beyond the first or last instant is that instant. */
static inline when when_plus(when at, int64_t span)
{
    when sum;
    if (__builtin_add_overflow(at, span, &sum))
        return span < 0 ? INT64_MIN : WHEN_NEVER;
    return sum;
}

enum { WHEN_TEXT = 40 }; /* room for when_format */

/* RFC 3339 with whole seconds at `offset_minutes` east of UTC: 2026-11-21T18:29:00+08:00. */
void when_format(when, int offset_minutes, char out[static WHEN_TEXT]);

/*
 * RFC 3339 date-time (years 1970 to 2200, up to nine decimals, `Z` or an
 * offset; without an offset: local time at `offset_minutes`), or a date alone,
 * which is midnight there. `date_only` (may be NULL) tells which. ERR_INVALID.
 */
MUST_USE enum err when_parse(struct str, int offset_minutes, when *out, bool *date_only);

/*
 * For machines: RFC 3339 §5.6 and nothing less, with a T, seconds and an offset; from
 * 1970-01-01T00:00:00Z on. ERR_INVALID.
 */
MUST_USE enum err when_parse_exact(struct str, when *out);

/* Second of the local day, 0 to 86399, at `offset_minutes` east of UTC. */
int when_second_of_day(when, int offset_minutes);

/* A local calendar day: days since 1970-01-01. */
int64_t when_day(when, int offset_minutes);

/* A civil date, proleptic Gregorian. */
struct date {
    int year, month, day;
};
struct date date_of_day(int64_t day);
int64_t day_of_date(struct date);

/* A day as 1990-04-30, from 1900 to 2200. ERR_INVALID. */
MUST_USE enum err day_parse(struct str, int64_t *day);
