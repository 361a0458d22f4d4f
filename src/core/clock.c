#include "core/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static when real_now(void *context)
{
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (when)t.tv_sec * WHEN_SECOND + t.tv_nsec;
}

struct clock clock_real(void)
{
    return (struct clock){.now = real_now};
}

static when fixed_now(void *context)
{
    return *(const when *)context;
}

struct clock clock_fixed(const when *at)
{
    return (struct clock){.now = fixed_now, .context = (void *)(uintptr_t)at};
}

static when ahead_now(void *context)
{
    struct clock_ahead *c = context;
    return when_plus(clock_now(c->of), atomic_load(&c->by));
}

struct clock clock_ahead(struct clock_ahead *c)
{
    return (struct clock){.now = ahead_now, .context = c};
}

int64_t clock_monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * WHEN_SECOND + t.tv_nsec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t when_day(when t, int offset_minutes)
{
    return floor_div(when_plus(t, offset_minutes * WHEN_MINUTE), WHEN_DAY);
}

int when_second_of_day(when t, int offset_minutes)
{
    when local = when_plus(t, offset_minutes * WHEN_MINUTE);
    when of_day = local % WHEN_DAY;
    return (int)((of_day < 0 ? of_day + WHEN_DAY : of_day) / WHEN_SECOND);
}

/*
 * Days and civil dates after Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms": eras of 400 years that begin on 1 March, so that the leap day is
 * the last day of a year.
 */
int64_t day_of_date(struct date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_of_day(int64_t day)
{
    day += 719468;
    int64_t era = floor_div(day, 146097);
    int64_t doe = day - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct date){.year = (int)(yoe + era * 400 + (month <= 2)),
                         .month = month,
                         .day = (int)(doy - (153 * mp + 2) / 5 + 1)};
}

void when_format(when t, int offset_minutes, char out[static WHEN_TEXT])
{
    struct date d = date_of_day(when_day(t, offset_minutes));
    int s = when_second_of_day(t, offset_minutes);
    char zone[16] = "Z";
    if (offset_minutes != 0) {
        int away = offset_minutes < 0 ? -offset_minutes : offset_minutes;
        snprintf(zone, sizeof zone, "%c%02d:%02d", offset_minutes < 0 ? '-' : '+', away / 60 % 24,
                 away % 60);
    }
    snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d%s", d.year, d.month, d.day, s / 3600,
             s / 60 % 60, s % 60, zone);
}

/* Exactly `digits` digits at the front of `*s`, at most `max`; moves `*s` behind them. */
static bool take_digits(struct str *s, size_t digits, int max, int *out)
{
    unsigned long long v;
    if (s->n < digits || !str_to_u64((struct str){s->p, digits}, (unsigned)max, &v))
        return false;
    *s = str_skip(*s, digits);
    *out = (int)v;
    return true;
}

static bool take_char(struct str *s, const char *any_of)
{
    if (s->n == 0 || strchr(any_of, s->p[0]) == NULL || s->p[0] == '\0')
        return false;
    *s = str_skip(*s, 1);
    return true;
}

static bool take_date(struct str *s, struct date *d)
{
    static const int length[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!take_digits(s, 4, 2200, &d->year) || !take_char(s, "-") ||
        !take_digits(s, 2, 12, &d->month) || d->month < 1 || !take_char(s, "-") ||
        !take_digits(s, 2, length[d->month - 1], &d->day) || d->day < 1)
        return false;
    bool leap = (d->year % 4 == 0 && d->year % 100 != 0) || d->year % 400 == 0;
    return d->month != 2 || d->day < 29 || leap;
}

static bool take_fraction(struct str *s, when *nanoseconds)
{
    *nanoseconds = 0;
    if (!take_char(s, "."))
        return true;
    when unit = WHEN_SECOND / 10;
    int digits = 0;
    for (int d; digits < 9 && take_digits(s, 1, 9, &d); digits++, unit /= 10)
        *nanoseconds += d * unit;
    return digits > 0;
}

static bool take_offset(struct str *s, int *minutes)
{
    if (s->n == 0)
        return true;
    if (take_char(s, "Zz")) {
        *minutes = 0;
        return true;
    }
    int sign = s->p[0] == '-' ? -1 : 1, hours, rest;
    if (!take_char(s, "+-") || !take_digits(s, 2, 14, &hours) || !take_char(s, ":") ||
        !take_digits(s, 2, 59, &rest))
        return false;
    *minutes = sign * (hours * 60 + rest);
    return true;
}

enum err day_parse(struct str s, int64_t *day)
{
    struct date d;
    if (!take_date(&s, &d) || d.year < 1900 || s.n > 0)
        return ERR_INVALID;
    *day = day_of_date(d);
    return OK;
}

enum err when_parse(struct str s, int offset_minutes, when *out, bool *date_only)
{
    struct date d;
    int h = 0, m = 0, sec = 0;
    when nanoseconds = 0;

    if (!take_date(&s, &d) || d.year < 1970)
        return ERR_INVALID;
    if (date_only != NULL)
        *date_only = s.n == 0;
    if (s.n > 0) {
        if (!take_char(&s, "Tt ") || !take_digits(&s, 2, 23, &h) || !take_char(&s, ":") ||
            !take_digits(&s, 2, 59, &m))
            return ERR_INVALID;
        if (take_char(&s, ":") &&
            (!take_digits(&s, 2, 59, &sec) || !take_fraction(&s, &nanoseconds)))
            return ERR_INVALID;
        if (!take_offset(&s, &offset_minutes) || s.n > 0)
            return ERR_INVALID;
    }
    *out = day_of_date(d) * WHEN_DAY + (h * 3600 + m * 60 + sec) * WHEN_SECOND + nanoseconds -
           offset_minutes * WHEN_MINUTE;
    return OK;
}

enum err when_parse_exact(struct str s, when *out)
{
    enum { T = 10, MINUTES = 16, SHORTEST = 20, OFFSET = 6 };
    if (s.n < SHORTEST || (s.p[T] != 'T' && s.p[T] != 't') || s.p[MINUTES] != ':')
        return ERR_INVALID;
    char last = s.p[s.n - 1], sign = s.p[s.n - OFFSET];
    if (last != 'Z' && last != 'z' && sign != '+' && sign != '-')
        return ERR_INVALID;
    enum err e = when_parse(s, 0, out, NULL);
    return e == OK && *out < 0 ? ERR_INVALID : e;
}
