#include "gate/latency.h"

#include "unit.h"

enum { MS = 1000000 };

static void a_quantile_is_at_most_an_eighth_too_high(void **state)
{
    for (int64_t us = 1; us < 30000000; us = us * 3 / 2 + 1) {
        struct latency l = {.filled = 0};
        uint64_t count;
        latency_note(&l, us * 1000);
        const uint64_t found = latency_quantile(&l, 500, &count);
        assert_int_equal(count, 1);
        assert_true(found >= (uint64_t)us && found <= (uint64_t)us + (uint64_t)us / 8);
    }
}

static void quantiles_are_of_all(void **state)
{
    static struct latency l;
    uint64_t count;
    assert_int_equal(latency_quantile(&l, 500, &count), 0);
    for (int i = 1; i <= 100; i++)
        latency_note(&l, (int64_t)i * MS);
    const uint64_t half = latency_quantile(&l, 500, &count),
                   most = latency_quantile(&l, 950, &count);
    assert_int_equal(count, 100);
    assert_in_range(half, 50000, 50000 * 9 / 8);
    assert_in_range(most, 95000, 95000 * 9 / 8);
}

static void what_was_before_the_last_turn_is_forgotten(void **state)
{
    static struct latency l;
    uint64_t count;
    latency_note(&l, 100 * (int64_t)MS);
    latency_turn(&l);
    latency_note(&l, MS);
    assert_true(latency_quantile(&l, 1000, &count) >= 100000);
    assert_int_equal(count, 2);
    latency_turn(&l);
    assert_in_range(latency_quantile(&l, 1000, &count), 1000, 1125);
    assert_int_equal(count, 1);
    latency_turn(&l);
    assert_int_equal(latency_quantile(&l, 1000, &count), 0);
}

static void what_takes_too_long_or_no_time_counts(void **state)
{
    static struct latency l;
    uint64_t count;
    latency_note(&l, INT64_MAX);
    latency_note(&l, -1);
    assert_true(latency_quantile(&l, 1000, &count) > 1000000);
    assert_int_equal(latency_quantile(&l, 500, &count), 1);
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantile_is_at_most_an_eighth_too_high),
        cmocka_unit_test(quantiles_are_of_all),
        cmocka_unit_test(what_was_before_the_last_turn_is_forgotten),
        cmocka_unit_test(what_takes_too_long_or_no_time_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
