/*
 * ranking: how organisations stand in complaints, so that size and chance do not decide.
 *
 *     per 1,000 active members, with the exact 95 % interval (ranking_interval.h);
 *     upheld of those decided; the trend, second half of the time against the first;
 *     the median of replies; complaints about what had been upheld before.
 *
 * Of fewer than `small` complaints no rate, trend or median is told: the row stays, with its
 * count. Rows come by the lower end of the interval, the highest first: whoever stands first
 * stands there by more than chance. Those without a rate follow, by count.
 *
 * A row with reasons is a candidate for a summons. Nothing follows by itself: an officer
 * decides. Rates are told and order rows, no verdict rests on them. Pure; any thread.
 */
#pragma once
#include "core/clock.h"
#include "desk/ranking_interval.h"

enum { RANKING_ISSUES = 32, RANKING_PARTS = 13 };

struct ranking_complaint {
    size_t row;       /* whose, an index */
    unsigned issue;   /* below RANKING_ISSUES */
    when at, replied; /* replied: by whom it is about, 0: not yet */
    bool decided, upheld;
};

struct ranking_rule {
    unsigned small;   /* fewer complaints than these: no rates */
    unsigned several; /* so many about one issue, or upheld, are a reason */
    int64_t slow;     /* a median reply later than this is one */
    when from, until; /* of the complaints */
};

enum ranking_trend { RANKING_LEVEL, RANKING_RISING, RANKING_FALLING };

/* "level" "rising" "falling" */
const char *ranking_trend_name(enum ranking_trend);

/* Why an organisation might be summoned, or'ed. */
enum ranking_reason {
    RANKING_ABOVE = 1 << 0,   /* above-average: the interval lies above the rate of all together */
    RANKING_SAME = 1 << 1,    /* same-issue: several about one, and not clearly below that rate */
    RANKING_UPHELD = 1 << 2,  /* upheld: several, and at least half of those decided */
    RANKING_GROWS = 1 << 3,   /* rising */
    RANKING_AGAIN = 1 << 4,   /* after-upheld: about an issue that was upheld before */
    RANKING_DELAYED = 1 << 5, /* slow-reply */
};
enum { RANKING_REASONS = 6 };

/* Of the reason 1 << i. */
const char *ranking_reason_name(unsigned i);

struct ranking_row {
    const char *id;   /* given; of equal rows the smaller comes first */
    unsigned members; /* given: active ones */

    unsigned complaints, decided, upheld;
    unsigned earlier, later;      /* in the halves of the time */
    unsigned part[RANKING_PARTS]; /* in so many equal parts of the time: of 90 days about weeks */
    unsigned repeated;            /* about an issue after one about it had been upheld */
    unsigned replies;
    bool told;  /* not small: what follows is there */
    bool rated; /* told, and it has members: so are these three, per 1,000 members */
    double rate, low, high;
    enum ranking_trend trend;
    int64_t median_reply; /* a span; of `replies` that are not small, else -1 */
    unsigned reasons;
};

/*
 * Fill the rows and put them in order. Complaints in any order; those outside of the rule's
 * time do not count. ERR_MEMORY.
 */
MUST_USE enum err ranking_make(const struct ranking_rule *, const struct ranking_complaint *,
                               size_t complaints, struct ranking_row *rows, size_t count);
