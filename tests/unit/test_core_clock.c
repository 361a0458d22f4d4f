#include "unit.h"
#include "core/clock.h"

enum { CHINA = 480 };

static when parsed(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), CHINA, &t, NULL), OK);
    return t;
}

static void reads_rfc3339(void **state)
{
    /* The example of RFC 3339 §5.8, and the same instant elsewhere. */
    assert_true(parsed("1996-12-19T16:39:57-08:00") == parsed("1996-12-20T00:39:57Z"));
    assert_true(parsed("1985-04-12T23:20:50.52Z") == 482196050520000000);
    assert_true(parsed("2026-11-21") == parsed("2026-11-21T00:00:00+08:00"));
    assert_true(parsed("2026-11-21T18:29") == parsed("2026-11-21T10:29:00Z"));
    assert_true(parsed("1970-01-01T00:00:00Z") == 0);
}

static void tells_dates_from_instants(void **state)
{
    when t;
    bool date_only;
    assert_int_equal(when_parse(STR("2026-11-21"), CHINA, &t, &date_only), OK);
    assert_true(date_only);
    assert_int_equal(when_parse(STR("2026-11-21T00:00:00Z"), CHINA, &t, &date_only), OK);
    assert_false(date_only);
}

static void refuses_what_is_no_time(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026",
        "2026-13-01",
        "2026-02-29",
        "2026-11-31",
        "2026-1-1",
        "1969-12-31",
        "2201-01-01",
        "2026-11-21T24:00:00Z",
        "2026-11-21T10:60:00Z",
        "2026-11-21x",
        "21.11.2026",
        "2026-11-21T10:00:00+8",
        "2026-11-21T10:00:00.Z",
        "2026-11-21T10:00:00+08:00 ",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        when t;
        if (when_parse(str_of(wrong[i]), CHINA, &t, NULL) == OK)
            fail_msg("\"%s\" was taken as a time", wrong[i]);
    }
    when t;
    assert_int_equal(when_parse(STR("2028-02-29"), CHINA, &t, NULL), OK);
    assert_int_equal(when_parse(STR("2100-02-29"), CHINA, &t, NULL), ERR_INVALID);
}

static void writes_what_it_reads(void **state)
{
    char text[WHEN_TEXT];
    when_format(parsed("2026-11-21T18:29:00+08:00"), CHINA, text);
    assert_string_equal(text, "2026-11-21T18:29:00+08:00");
    when_format(parsed("2026-11-21T18:29:00+08:00"), 0, text);
    assert_string_equal(text, "2026-11-21T10:29:00Z");
    when_format(parsed("2026-11-21T00:10:00-03:30"), -210, text);
    assert_string_equal(text, "2026-11-21T00:10:00-03:30");
}

static void days_and_dates_agree(void **state)
{
    struct date d = {1970, 1, 1};
    assert_true(day_of_date(d) == 0);
    /* Every day of 400 years, counted on by hand's rules. */
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int64_t day = 0; day < 146097; day++) {
        struct date got = date_of_day(day);
        assert_true(got.year == d.year && got.month == d.month && got.day == d.day);
        assert_true(day_of_date(d) == day);
        bool leap = (d.year % 4 == 0 && d.year % 100 != 0) || d.year % 400 == 0;
        if (++d.day > length[d.month - 1] + (d.month == 2 && leap)) {
            d.day = 1;
            if (++d.month > 12) {
                d.month = 1;
                d.year++;
            }
        }
    }
}

static void local_time_of_day(void **state)
{
    assert_int_equal(when_second_of_day(parsed("2026-11-21T08:59:59+08:00"), CHINA), 9 * 3600 - 1);
    assert_int_equal(when_second_of_day(parsed("2026-11-21T00:00:00+08:00"), CHINA), 0);
    assert_int_equal(when_second_of_day(-1, 0), 86399);
    assert_true(when_day(-1, 0) == -1);
}

static void machines_write_all_of_a_time(void **state)
{
    static const char *const right[] = {"2026-11-21T18:29:00+08:00", "2026-11-21t10:29:00z",
                                        "2026-11-21T10:29:00.000Z", "1970-01-01T00:00:00Z",
                                        "2200-12-31T23:59:59-12:00"};
    static const char *const wrong[] = {
        "",
        "2026-11-21",
        "2026-11-21T18:29:00",
        "2026-11-21T18:29:00.5",
        "2026-11-21T18:29Z",
        "2026-11-21T18:29+08:00",
        "2026-11-21 18:29:00Z",
        "2026-11-21T18:29:00+0800",
        "2026-11-21T18:29:00+08",
        "2026-11-21T18:29:00Z ",
        "2026-11-21T18:29:60Z",
        "2026-02-29T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+08:00",
        "2201-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z",
    };
    when t;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (when_parse_exact(str_of(right[i]), &t) != OK)
            fail_msg("%s is RFC 3339", right[i]);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (when_parse_exact(str_of(wrong[i]), &t) == OK)
            fail_msg("%s is taken", wrong[i]);
    assert_int_equal(when_parse_exact(STR("2026-11-21T18:29:00+08:00"), &t), OK);
    assert_true(t == 1795256940 * WHEN_SECOND);
}

static void the_end_of_time_is_not_passed(void **state)
{
    char text[WHEN_TEXT];
    assert_true(when_plus(5, -7) == -2);
    assert_true(when_plus(WHEN_NEVER, WHEN_DAY) == WHEN_NEVER);
    assert_true(when_plus(WHEN_NEVER - 1, 2) == WHEN_NEVER);
    assert_true(when_plus(INT64_MIN, -1) == INT64_MIN);
    when_format(WHEN_NEVER, 480, text);
    assert_string_equal(text, "2262-04-11T23:47:16+08:00");
    when_format(INT64_MIN, -480, text);
    assert_true(str_starts(str_of(text), STR("1677-09-21T00:12:4")));
}

static void a_day_alone(void **state)
{
    static const char *const wrong[] = {"",           "1899-12-31", "2201-01-01",  "1990-4-30",
                                        "1990-04-31", "1990-02-29", "1990-04-30Z", "1990-04-30 ",
                                        " 1990-04-30"};
    int64_t day = 0;
    assert_int_equal(day_parse(STR("1970-01-02"), &day), OK);
    assert_int_equal(day, 1);
    assert_int_equal(day_parse(STR("1900-01-01"), &day), OK);
    assert_int_equal(day, day_of_date((struct date){1900, 1, 1}));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (day_parse(str_of(wrong[i]), &day) == OK)
            fail_msg("took \"%s\"", wrong[i]);
}

UNIT_MAIN(TEST(a_day_alone), TEST(machines_write_all_of_a_time), TEST(reads_rfc3339),
          TEST(tells_dates_from_instants), TEST(refuses_what_is_no_time),
          TEST(writes_what_it_reads), TEST(days_and_dates_agree), TEST(local_time_of_day),
          TEST(the_end_of_time_is_not_passed))
