#include "unit.h"
#include "desk/calendar.h"

#include <unistd.h>

#define CHINA 480

static struct rules *rules;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    return 0;
}

static int stop(void **state)
{
    rules_free(rules);
    return 0;
}

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), CHINA, &t, NULL), OK);
    return t;
}

struct vector {
    const char *from;
    int amount;
    enum clock_unit unit;
    const char *due;
};

static void end_as_listed(const struct vector *v, size_t count)
{
    int wrong = 0;
    for (size_t i = 0; i < count; i++, v++) {
        struct problem problem = {0};
        char found[WHEN_TEXT];
        when due = 0;
        enum err e = calendar_end(rules, at(v->from), v->amount, v->unit, &due, &problem);
        when_format(due, CHINA, found);
        if (e == OK && due == at(v->due))
            continue;
        print_error("%s and %d %s: %s %s, expected %s\n", v->from, v->amount,
                    clock_unit_name(v->unit), found, problem.text, v->due);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}
#define END(...)                                                                                   \
    do {                                                                                           \
        static const struct vector v[] = {__VA_ARGS__};                                            \
        end_as_listed(v, sizeof v / sizeof *v);                                                    \
    } while (0)

#define WD CLOCK_WORKING_DAYS

static void counts_working_days_over_weekends(void **state)
{
    END({"2026-11-16T09:00", 1, WD, "2026-11-18"}, {"2026-11-16T23:59", 1, WD, "2026-11-18"},
        {"2026-11-16", 1, WD, "2026-11-18"}, {"2026-11-16T09:00", 5, WD, "2026-11-24"},
        {"2026-11-20T09:00", 1, WD, "2026-11-24"}, /* of a Friday, Monday */
        {"2026-11-21T09:00", 1, WD, "2026-11-24"}, /* of a Saturday, too */
        {"2026-11-22T09:00", 1, WD, "2026-11-24"}, {"2026-03-02T09:00", 45, WD, "2026-05-09"});
}

static void counts_over_national_day(void **state)
{
    END({"2024-09-30T10:00", 3, WD, "2024-10-11"},
        {"2024-09-30T10:00", 7, WD, "2024-10-16"}, /* 12 October, a Saturday, is worked */
        {"2024-09-27T10:00", 1, WD, "2024-09-30"}, /* so is Sunday the 29th of September */
        {"2025-09-29T10:00", 3, WD, "2025-10-11"}, {"2025-09-29T10:00", 4, WD, "2025-10-12"},
        {"2025-09-26T10:00", 1, WD, "2025-09-29"}, {"2025-10-04T10:00", 1, WD, "2025-10-10"},
        {"2026-09-30T10:00", 3, WD, "2026-10-11"});
}

static void counts_over_spring_festival(void **state)
{
    END({"2024-02-02T10:00", 1, WD, "2024-02-05"}, /* a Sunday at work */
        {"2024-02-08T10:00", 1, WD, "2024-02-10"}, /* its eve was worked in 2024 */
        {"2024-02-08T10:00", 2, WD, "2024-02-19"}, /* the Sunday after it */
        {"2025-01-24T10:00", 1, WD, "2025-01-27"}, {"2025-01-24T10:00", 3, WD, "2025-02-06"},
        {"2025-01-24T10:00", 6, WD, "2025-02-09"}, /* a Saturday at work */
        {"2026-02-13T10:00", 1, WD, "2026-02-15"}, {"2026-02-13T10:00", 2, WD, "2026-02-25"},
        {"2026-02-13T10:00", 6, WD, "2026-03-01"});
}

static void counts_over_the_end_of_a_year(void **state)
{
    END({"2024-12-31T10:00", 1, WD, "2025-01-03"},
        {"2025-12-31T10:00", 1, WD, "2026-01-05"}, /* Sunday the 4th is worked */
        {"2026-12-31T10:00", 1, WD, "2027-01-05"},
        {"2025-12-31T10:00", 1, CLOCK_DAYS, "2026-01-05"},
        {"2025-12-31T23:00", 2, CLOCK_HOURS, "2026-01-01T01:00"},
        {"2025-12-31T10:00", 1, CLOCK_MONTHS, "2026-02-01"},
        {"2025-11-30T10:00", 1, CLOCK_MONTHS, "2025-12-31"});
}

static void moves_a_last_day_that_is_off(void **state)
{
    END({"2025-09-24T10:00", 7, CLOCK_DAYS, "2025-10-10"}, /* 1 October: to the 9th */
        {"2025-11-17T10:00", 90, CLOCK_DAYS, "2026-02-25"},
        {"2025-11-06T10:00", 90, CLOCK_DAYS, "2026-02-05"},
        {"2026-11-07T10:00", 15, CLOCK_DAYS, "2026-11-24"}, /* a Sunday */
        {"2024-02-03T10:00", 1, CLOCK_DAYS, "2024-02-05"}); /* a Sunday at work stays */
}

static void counts_months_to_the_last_day_of_a_shorter_one(void **state)
{
    END({"2025-01-31T10:00", 1, CLOCK_MONTHS, "2025-03-01"},
        {"2024-01-31T10:00", 1, CLOCK_MONTHS, "2024-03-01"},
        {"2025-01-31T10:00", 3, CLOCK_MONTHS, "2025-05-01"},
        {"2025-10-31T10:00", 4, CLOCK_MONTHS, "2026-03-01"},
        {"2024-02-29T10:00", 1, CLOCK_YEARS, "2025-03-01"},
        {"2024-02-29T10:00", 4, CLOCK_YEARS, "2028-03-01"},
        {"2026-11-28T10:00", 3, CLOCK_MONTHS, "2027-03-01"}, /* a Sunday, and stays */
        {"2026-11-22T10:00", 3, CLOCK_YEARS, "2029-11-23"}); /* needs no calendar */
}

static void counts_hours_exactly(void **state)
{
    END({"2025-10-03T15:04:05", 24, CLOCK_HOURS, "2025-10-04T15:04:05"},
        {"2031-10-03T15:00", 1, CLOCK_HOURS, "2031-10-03T16:00"});
}

/* A hearing is announced seven days before: whole days between the two. */
static void counts_backwards(void **state)
{
    END({"2025-10-15T10:00", -7, WD, "2025-09-29"}, {"2026-11-23T10:00", -1, WD, "2026-11-20"},
        {"2026-11-23T10:00", -1, CLOCK_DAYS, "2026-11-20"},
        {"2025-03-31T10:00", -1, CLOCK_MONTHS, "2025-02-28"});
}

static void the_day_is_that_of_the_place(void **state)
{
    END({"2025-09-29T15:59:59Z", 1, WD, "2025-10-01"},
        {"2025-09-29T16:00:00Z", 1, WD, "2025-10-10"});
}

static void a_date_outside_is_refused_and_never_guessed(void **state)
{
    static const struct vector v[] = {{"2027-12-31T10:00", 1, WD, ""},
                                      {"2027-12-20T10:00", 90, CLOCK_DAYS, ""},
                                      {"2031-01-01T10:00", 1, WD, ""},
                                      {"2024-01-01T10:00", -1, WD, ""}};
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct problem problem = {0};
        when due = 7;
        assert_int_equal(calendar_end(rules, at(v[i].from), v[i].amount, v[i].unit, &due, &problem),
                         ERR_LIMIT);
        assert_int_equal(due, 7);
        assert_non_null(strstr(problem.text, "`calendars:`"));
    }
    assert_false(calendar_working(rules, at("2031-01-02T10:00")));
    assert_false(calendar_office(rules, at("2031-01-02T10:00")));
}

static void says_what_is_provisional(void **state)
{
    assert_false(calendar_provisional(rules, at("2024-01-01"), at("2027-01-01")));
    assert_true(calendar_provisional(rules, at("2024-01-01"), at("2027-01-01T00:00:01")));
    assert_true(calendar_provisional(rules, at("2027-06-01"), at("2027-06-02")));
}

static void knows_each_years_days(void **state)
{
    static const struct {
        int year, off, worked; /* weekdays off, weekend days at work */
    } years[] = {{2024, 19, 8}, {2025, 18, 5}, {2026, 19, 6}, {2027, 7, 0}};
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        int off = 0, worked = 0;
        const int64_t first = day_of_date((struct date){years[i].year, 1, 1}),
                      end = day_of_date((struct date){years[i].year + 1, 1, 1});
        for (int64_t day = first; day < end; day++) {
            const bool works = calendar_working(rules, day * WHEN_DAY);
            off += !works && !day_is_weekend(day);
            worked += works && day_is_weekend(day);
        }
        assert_int_equal(off, years[i].off);
        assert_int_equal(worked, years[i].worked);
    }
}

static void measures_a_pause(void **state)
{
    int64_t n;
    assert_int_equal(
        calendar_between(rules, at("2025-09-30T10:00"), at("2025-10-09T10:00"), WD, &n, NULL), OK);
    assert_int_equal(n, 1);
    assert_int_equal(calendar_between(rules, at("2025-09-30T10:00"), at("2025-10-09T10:00"),
                                      CLOCK_DAYS, &n, NULL),
                     OK);
    assert_int_equal(n, 9);
    assert_int_equal(
        calendar_between(rules, at("2025-09-30T10:00"), at("2025-09-30T18:00"), WD, &n, NULL), OK);
    assert_int_equal(n, 0);
    assert_int_equal(calendar_between(rules, at("2025-09-30T10:00"), at("2025-09-30T18:00"),
                                      CLOCK_HOURS, &n, NULL),
                     OK);
    assert_int_equal(n, 8 * WHEN_HOUR);
}

static void an_office_has_hours(void **state)
{
    when opens;
    assert_false(calendar_office(rules, at("2026-11-20T08:59:59")));
    assert_true(calendar_office(rules, at("2026-11-20T09:00:00")));
    assert_true(calendar_office(rules, at("2026-11-20T17:59:59")));
    assert_false(calendar_office(rules, at("2026-11-20T18:00:00")));
    assert_false(calendar_office(rules, at("2026-11-21T10:00:00"))); /* a Saturday */
    assert_true(calendar_office(rules, at("2025-10-11T10:00:00")));  /* one at work */
    assert_false(calendar_office(rules, at("2025-10-01T10:00:00")));
    assert_true(calendar_opening(rules, at("2026-11-22T10:00"), 0, &opens));
    assert_int_equal(opens, at("2026-11-20T09:00"));
    assert_true(calendar_opening(rules, at("2026-11-20T10:00"), 1, &opens));
    assert_int_equal(opens, at("2026-11-19T09:00"));
    assert_false(calendar_opening(rules, at("2023-11-20T10:00"), 1, &opens));
}

static void other_days_are_another_version(void **state)
{
    static const char more[] =
        "calendars:\n  - {id: cn.calendar.2027, year: 2027, off: [2027-01-01], work: [], "
        "citation: {zh: 甲, en: a}, label: design, evidence: U, title: {zh: 甲, en: a}, "
        "text: {zh: 甲, en: a}}\n";
    char name[] = "/tmp/calendar-XXXXXX";
    const int fd = mkstemp(name);
    assert_int_equal(write(fd, more, sizeof more - 1), sizeof more - 1);
    close(fd);
    const char *packs[] = {SOURCE_ROOT "/rules/cn.yaml", name};
    struct rules *other, *again;
    assert_int_equal(rules_load(packs, 2, &other, NULL), OK);
    assert_int_equal(rules_load(packs, 1, &again, NULL), OK);
    unlink(name);
    assert_memory_equal(calendar_version(rules), "2024-2027.", 10);
    assert_string_equal(calendar_version(rules), calendar_version(again));
    assert_string_not_equal(calendar_version(rules), calendar_version(other));
    rules_free(other);
    rules_free(again);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(counts_working_days_over_weekends),
        TEST(counts_over_national_day),
        TEST(counts_over_spring_festival),
        TEST(counts_over_the_end_of_a_year),
        TEST(moves_a_last_day_that_is_off),
        TEST(counts_months_to_the_last_day_of_a_shorter_one),
        TEST(counts_hours_exactly),
        TEST(counts_backwards),
        TEST(the_day_is_that_of_the_place),
        TEST(a_date_outside_is_refused_and_never_guessed),
        TEST(says_what_is_provisional),
        TEST(knows_each_years_days),
        TEST(measures_a_pause),
        TEST(an_office_has_hours),
        TEST(other_days_are_another_version),
    };
    return cmocka_run_group_tests(all, start, stop);
}
