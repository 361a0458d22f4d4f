#include "unit.h"
#include "desk/ranking.h"

#include <math.h>

enum { PRIVACY, SALES, REFUND };

#define YEAR (360 * WHEN_DAY)

static const struct ranking_rule rule = {
    .small = 5, .several = 3, .slow = 7 * WHEN_DAY, .from = 0, .until = YEAR};

static struct ranking_complaint list[200];
static size_t n;

static int fresh(void **state)
{
    n = 0;
    return 0;
}

/* So many of a row about one issue, a day apart from `day` on. */
static struct ranking_complaint *put(size_t row, unsigned issue, unsigned count, int day)
{
    struct ranking_complaint *first = &list[n];
    for (unsigned i = 0; i < count; i++)
        list[n++] = (struct ranking_complaint){
            .row = row, .issue = issue, .at = (day + (when)i) * WHEN_DAY};
    return first;
}

static void make(struct ranking_row *rows, size_t count)
{
    assert_int_equal(ranking_make(&rule, list, n, rows, count), OK);
}

static void near(double got, double expected)
{
    if (fabs(got - expected) > 0.0006)
        fail_msg("got %f, expected %f", got, expected);
}

/* Garwood's limits, as tables of the Poisson distribution print them. */
static void exact_intervals(void **state)
{
    static const struct {
        unsigned count;
        double low, high;
    } table[] = {{0, 0, 3.689},        {1, 0.0253, 5.572},   {2, 0.2422, 7.225},
                 {3, 0.6187, 8.767},   {5, 1.623, 11.668},   {10, 4.795, 18.390},
                 {20, 12.217, 30.888}, {50, 37.111, 65.919}, {100, 81.364, 121.627}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct ranking_interval r = ranking_interval(table[i].count);
        near(r.low, table[i].low);
        near(r.high, table[i].high);
    }
    /* Where the count is large it is the normal one: n ± 1.96 √n, and never runs away. */
    const struct ranking_interval large = ranking_interval(1000000);
    assert_true(large.low > 998040 && large.low < 998043);
    assert_true(large.high > 1001960 && large.high < 1001964);
    const struct ranking_interval beyond = ranking_interval(4000000000U);
    near(beyond.high, large.high);
}

static void by_rate_and_not_by_count(void **state)
{
    struct ranking_row rows[] = {{.id = "org_large", .members = 50000},
                                 {.id = "org_small", .members = 500}};
    put(0, SALES, 40, 1);
    put(1, SALES, 30, 1);
    make(rows, 2);
    assert_string_equal(rows[0].id, "org_small");
    near(rows[0].rate, 60);
    near(rows[0].low, 40.4815);
    near(rows[0].high, 85.6537);
    assert_true(rows[0].reasons & RANKING_ABOVE);
    assert_string_equal(rows[1].id, "org_large");
    near(rows[1].rate, 0.8);
    assert_int_equal(rows[1].complaints, 40);
    /* Clearly below the rate of all together: what chance brings to anybody so large. */
    assert_int_equal(rows[1].reasons & (RANKING_ABOVE | RANKING_SAME), 0);
}

/* Five of 1,000 stand behind forty of 10,000: five can be chance. */
static void by_the_lower_end(void **state)
{
    struct ranking_row rows[] = {{.id = "org_a", .members = 1000},
                                 {.id = "org_b", .members = 9000}};
    put(0, SALES, 5, 1);
    put(1, SALES, 40, 1);
    make(rows, 2);
    assert_true(rows[0].rate < rows[1].rate);
    assert_string_equal(rows[0].id, "org_b");
}

static void a_small_number_hides_rates_and_never_the_row(void **state)
{
    struct ranking_row rows[] = {{.id = "org_none", .members = 10},
                                 {.id = "org_four", .members = 10},
                                 {.id = "org_five", .members = 100000},
                                 {.id = "org_mute"}};
    struct ranking_complaint *four = put(1, PRIVACY, 4, 1);
    for (int i = 0; i < 4; i++)
        four[i].replied = four[i].at + 60 * WHEN_DAY, four[i].decided = four[i].upheld = true;
    put(2, PRIVACY, 5, 1);
    put(3, REFUND, 6, 300);
    make(rows, 4);
    assert_string_equal(rows[0].id, "org_five");
    assert_true(rows[0].told && rows[0].rated);
    assert_string_equal(rows[1].id, "org_mute"); /* no members: no rate, yet the rest */
    assert_true(rows[1].told && !rows[1].rated);
    assert_int_equal(rows[1].trend, RANKING_RISING);
    assert_string_equal(rows[2].id, "org_four");
    assert_true(!rows[2].told && !rows[2].rated);
    assert_int_equal(rows[2].complaints, 4);
    assert_int_equal(rows[2].trend, RANKING_LEVEL);
    assert_int_equal(rows[2].median_reply, -1);
    assert_int_equal(rows[2].reasons & (RANKING_ABOVE | RANKING_GROWS | RANKING_DELAYED), 0);
    assert_string_equal(rows[3].id, "org_none");
    assert_int_equal(rows[3].complaints, 0);
    assert_int_equal(rows[3].reasons, 0);
}

static void trends(void **state)
{
    static const struct {
        unsigned earlier, later;
        enum ranking_trend trend;
    } table[] = {{5, 5, RANKING_LEVEL},   {8, 2, RANKING_LEVEL},    {2, 8, RANKING_LEVEL},
                 {0, 5, RANKING_RISING},  {1, 9, RANKING_RISING},   {9, 1, RANKING_FALLING},
                 {40, 60, RANKING_LEVEL}, {39, 61, RANKING_RISING}, {61, 39, RANKING_FALLING}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct ranking_row row = {.id = "org_a", .members = 1000};
        n = 0;
        put(0, SALES, table[i].earlier, 1);
        put(0, SALES, table[i].later, 180);
        make(&row, 1);
        assert_int_equal(row.earlier, table[i].earlier);
        assert_int_equal(row.later, table[i].later);
        if (row.trend != table[i].trend)
            fail_msg("%u, %u: %s", row.earlier, row.later, ranking_trend_name(row.trend));
        assert_int_equal(!!(row.reasons & RANKING_GROWS), row.trend == RANKING_RISING);
    }
}

static void the_median_reply(void **state)
{
    struct ranking_row row = {.id = "org_a", .members = 1000};
    struct ranking_complaint *c = put(0, SALES, 8, 1);
    static const int days[] = {2, 30, 3, 90, 4, 6};
    for (int i = 0; i < 4; i++)
        c[i].replied = c[i].at + days[i] * WHEN_DAY;
    make(&row, 1);
    assert_int_equal(row.replies, 4);
    assert_int_equal(row.median_reply, -1); /* of four replies none is told */
    for (int i = 4; i < 6; i++)
        c[i].replied = c[i].at + days[i] * WHEN_DAY;
    make(&row, 1);
    assert_int_equal(row.median_reply, 5 * WHEN_DAY);
    assert_int_equal(row.reasons & RANKING_DELAYED, 0);
    c[6].replied = c[6].at + 40 * WHEN_DAY;
    c[7].replied = c[7].at + 41 * WHEN_DAY;
    make(&row, 1);
    assert_int_equal(row.median_reply, 18 * WHEN_DAY);
    assert_true(row.reasons & RANKING_DELAYED);
}

static void again_after_it_was_upheld(void **state)
{
    struct ranking_row row = {.id = "org_a", .members = 100000};
    struct ranking_complaint *c = put(0, PRIVACY, 4, 10);
    put(0, SALES, 1, 50);
    c[1].decided = c[1].upheld = true;
    make(&row, 1);
    assert_int_equal(row.upheld, 1);
    assert_int_equal(row.repeated, 2);
    assert_true(row.reasons & RANKING_AGAIN);
    /* The same in another order of the list. */
    struct ranking_complaint last = c[3];
    c[3] = c[0], c[0] = last;
    make(&row, 1);
    assert_int_equal(row.repeated, 2);
}

static void upheld_and_same_issue(void **state)
{
    struct ranking_row row = {.id = "org_a", .members = 100};
    struct ranking_complaint *c = put(0, PRIVACY, 2, 10);
    put(0, SALES, 1, 50);
    make(&row, 1);
    assert_int_equal(row.reasons, 0); /* three, of two issues */
    list[2].issue = PRIVACY;
    make(&row, 1);
    assert_int_equal(row.reasons, RANKING_SAME);
    for (int i = 0; i < 3; i++)
        c[i].decided = c[i].upheld = true;
    make(&row, 1);
    assert_int_equal(row.reasons, RANKING_SAME | RANKING_UPHELD | RANKING_AGAIN);
    assert_string_equal(ranking_reason_name(2), "upheld");
}

static void only_what_lies_in_the_time(void **state)
{
    struct ranking_row row = {.id = "org_a", .members = 100};
    put(0, PRIVACY, 1, -1);
    put(0, PRIVACY, 1, 0);
    put(0, PRIVACY, 1, 359);
    put(0, PRIVACY, 1, 360);
    put(7, PRIVACY, 1, 3); /* of nobody here */
    make(&row, 1);
    assert_int_equal(row.complaints, 2);
    n = 0;
    make(&row, 1);
    assert_int_equal(row.complaints, 0);
    make(&row, 0);
}

#define FRESH(name) cmocka_unit_test_setup(name, fresh)

UNIT_MAIN(TEST(exact_intervals), FRESH(by_rate_and_not_by_count), FRESH(by_the_lower_end),
          FRESH(a_small_number_hides_rates_and_never_the_row), FRESH(trends),
          FRESH(the_median_reply), FRESH(again_after_it_was_upheld), FRESH(upheld_and_same_issue),
          FRESH(only_what_lies_in_the_time))
