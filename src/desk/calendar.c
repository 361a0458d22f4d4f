#include "desk/calendar.h"

#include <stdlib.h>

enum { OPENS = 9 * 3600, CLOSES = 18 * 3600 };

static int64_t day_of(const struct rules *r, when at)
{
    return when_day(at, rules_offset_minutes(r));
}

static when midnight(const struct rules *r, int64_t day)
{
    return day * WHEN_DAY - rules_offset_minutes(r) * WHEN_MINUTE;
}

const char *calendar_version(const struct rules *r)
{
    return rules_calendar_version(r);
}

enum kind_of_day { DAY_UNKNOWN, DAY_OFF, DAY_WORKED };

static enum kind_of_day kind_of(const struct rules *r, int64_t day)
{
    const struct rule_calendar *c = rules_calendar(r, date_of_day(day).year);
    if (c == NULL)
        return DAY_UNKNOWN;
    if (rule_days_have(&c->work, day))
        return DAY_WORKED;
    return rule_days_have(&c->off, day) || day_is_weekend(day) ? DAY_OFF : DAY_WORKED;
}

static enum err unknown(int64_t day, struct problem *problem)
{
    const struct date d = date_of_day(day);
    return problem_set(problem, ERR_LIMIT,
                       "the calendar of the rule pack does not know the days off of %d; add that "
                       "year under `calendars:` (rules/cn-calendar.yaml shows how)",
                       d.year);
}

/* The first day at work from *day on, forwards or backwards. */
static enum err reach(const struct rules *r, int64_t *day, int step, struct problem *problem)
{
    enum kind_of_day kind;
    while ((kind = kind_of(r, *day)) == DAY_OFF)
        *day += step;
    return kind == DAY_UNKNOWN ? unknown(*day, problem) : OK;
}

static enum err count_worked(const struct rules *r, int64_t *day, int amount,
                             struct problem *problem)
{
    const int step = amount < 0 ? -1 : 1;
    enum err e = OK;
    for (int i = abs(amount); i > 0 && e == OK; i--) {
        *day += step;
        e = reach(r, day, step, problem);
    }
    return e;
}

/* The same day so many months on; of a shorter month the last. */
static int64_t add_months(int64_t day, int months)
{
    const struct date d = date_of_day(day);
    const int sum = d.year * 12 + d.month - 1 + months;
    const struct date first = {.year = sum / 12, .month = sum % 12 + 1, .day = 1};
    const struct date next = {.year = (sum + 1) / 12, .month = (sum + 1) % 12 + 1, .day = 1};
    const int64_t begins = day_of_date(first), length = day_of_date(next) - begins;
    return begins + (d.day < length ? d.day : length) - 1;
}

enum err calendar_end(const struct rules *r, when from, int amount, enum clock_unit unit, when *due,
                      struct problem *problem)
{
    int64_t day = day_of(r, from);
    enum err e = OK;
    switch (unit) {
    case CLOCK_HOURS:
        *due = when_plus(from, amount * WHEN_HOUR);
        return OK;
    case CLOCK_WORKING_DAYS:
        e = count_worked(r, &day, amount, problem);
        break;
    case CLOCK_DAYS:
        day += amount;
        e = reach(r, &day, amount < 0 ? -1 : 1, problem);
        break;
    case CLOCK_MONTHS:
        day = add_months(day, amount);
        break;
    case CLOCK_YEARS:
        day = add_months(day, 12 * amount);
        break;
    }
    if (e == OK)
        *due = midnight(r, amount < 0 ? day : day + 1);
    return e;
}

bool calendar_working(const struct rules *r, when at)
{
    return kind_of(r, day_of(r, at)) == DAY_WORKED;
}

bool calendar_provisional(const struct rules *r, when from, when until)
{
    const int last = date_of_day(day_of(r, until - 1)).year;
    for (int year = date_of_day(day_of(r, from)).year; year <= last; year++) {
        const struct rule_calendar *c = rules_calendar(r, year);
        if (c != NULL && c->provisional)
            return true;
    }
    return false;
}

enum err calendar_between(const struct rules *r, when from, when until, enum clock_unit unit,
                          int64_t *amount, struct problem *problem)
{
    const int64_t last = day_of(r, until);
    int64_t day = day_of(r, from);
    *amount = unit == CLOCK_HOURS ? until - from : last - day;
    if (unit != CLOCK_WORKING_DAYS)
        return OK;
    *amount = 0;
    while (day++ < last) {
        const enum kind_of_day kind = kind_of(r, day);
        if (kind == DAY_UNKNOWN)
            return unknown(day, problem);
        *amount += kind == DAY_WORKED;
    }
    return OK;
}

bool calendar_office(const struct rules *r, when at)
{
    const int second = when_second_of_day(at, rules_offset_minutes(r));
    return calendar_working(r, at) && second >= rules_limit_time(r, LIMIT_DESK_OPENS, OPENS) &&
           second < rules_limit_time(r, LIMIT_DESK_CLOSES, CLOSES);
}

bool calendar_opening(const struct rules *r, when at, int before, when *out)
{
    int64_t day = day_of(r, at);
    if (reach(r, &day, -1, NULL) != OK || count_worked(r, &day, -before, NULL) != OK)
        return false;
    *out = midnight(r, day) + rules_limit_time(r, LIMIT_DESK_OPENS, OPENS) * WHEN_SECOND;
    return true;
}
