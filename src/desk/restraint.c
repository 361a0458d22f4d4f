#include "desk/restraint.h"

struct restraint_limits restraint_limits_of(const struct rules *rules)
{
    return (struct restraint_limits){
        .reports = rules_limit_count(rules, LIMIT_RESTRAINT_REPORTS, 0),
        .within_s = rules_limit_time(rules, LIMIT_RESTRAINT_REPORTS, 0),
        .share_ppm = rules_limit_count(rules, LIMIT_RESTRAINT_SHARE, 0),
        .cap_s = rules_limit_time(rules, LIMIT_RESTRAINT_CAP, 0),
        .marketing = rules_limit_count(rules, LIMIT_LINE_MARKETING, 0),
        .marketing_s = rules_limit_time(rules, LIMIT_LINE_MARKETING, 0),
    };
}

const char *restraint_band(int64_t weights)
{
    const int64_t reports = weights / RESTRAINT_WHOLE;
    return reports < 5 ? "1-4" : reports < 10 ? "5-9" : reports < 50 ? "10-49" : "50+";
}

unsigned restraint_weight(int64_t untrue)
{
    switch (untrue) {
    case 0:
        return RESTRAINT_WHOLE;
    case 1:
        return RESTRAINT_WHOLE / 2;
    case 2:
        return RESTRAINT_WHOLE / 4;
    default:
        return 0;
    }
}

const char *restraint_ground(enum restraint r, const struct restraint_sender *s)
{
    switch (r) {
    case RESTRAINT_NONE:
        return NULL;
    case RESTRAINT_REVIEW:
        return RESTRAINT_ON_REPORTS;
    case RESTRAINT_CAP:
        return s->registered ? RESTRAINT_ON_SHARE : RESTRAINT_ON_UNREGISTERED;
    }
    return NULL;
}

/* Windows are half-open: what lies a whole window back has left it. */
static bool within(when call, when at, int64_t window_s)
{
    return call <= at && at - call < window_s * WHEN_SECOND;
}

int64_t restraint_sum(const struct restraint_limits *l, const struct restraint_report *r,
                      size_t count, when at)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (within(r[i].at, at, l->within_s))
            sum += r[i].weight;
    return sum;
}

/* sum/WHOLE of the calls is at least share_ppm of a million; no sum or share overflows this. */
static bool share_reached(const struct restraint_limits *l, int64_t calls, int64_t sum)
{
    if (l->share_ppm <= 0 || calls < sum / RESTRAINT_WHOLE)
        return false;
    return (__int128)sum * 1000000 >= (__int128)l->share_ppm * calls * RESTRAINT_WHOLE;
}

enum restraint restraint_of(const struct restraint_limits *l, const struct restraint_sender *s,
                            int64_t sum)
{
    if (l->reports <= 0 || sum < l->reports * RESTRAINT_WHOLE)
        return RESTRAINT_NONE;
    if (s->protected || !s->proven || l->cap_s <= 0)
        return RESTRAINT_REVIEW;
    return !s->registered || share_reached(l, s->calls, sum) ? RESTRAINT_CAP : RESTRAINT_REVIEW;
}

bool restraint_is_marketing(const struct restraint_limits *l, const struct restraint_report *r,
                            size_t count, when at)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (r[i].marketing && within(r[i].at, at, l->marketing_s))
            sum += r[i].weight;
    return l->marketing > 0 && sum >= l->marketing * RESTRAINT_WHOLE;
}
