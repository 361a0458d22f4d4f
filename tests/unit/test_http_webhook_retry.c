#include "http/webhook_retry.h"

#include "unit.h"

static void follows_the_schedule_of_standard_webhooks(void **state)
{
    static const int delays[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    int all = 0;
    for (unsigned i = 0; i < WEBHOOK_ATTEMPTS - 1; i++) {
        assert_int_equal(webhook_delay_s(i + 1, 0, 0), delays[i]);
        all += delays[i];
    }
    assert_int_equal(all, 75 * 3600 + 35 * 60 + 5);
}

static void gives_up_after_the_last(void **state)
{
    assert_true(webhook_delay_s(WEBHOOK_ATTEMPTS - 1, 0, 0) > 0);
    assert_true(webhook_delay_s(WEBHOOK_ATTEMPTS, 0, 0) < 0);
    assert_true(webhook_delay_s(4000000000U, 3600, 0) < 0);
}

static void waits_a_tenth_longer_at_most(void **state)
{
    int least = 1000, most = 0;
    for (unsigned jitter = 0; jitter < 1000; jitter++) {
        const int delay = webhook_delay_s(2, 0, jitter);
        least = delay < least ? delay : least;
        most = delay > most ? delay : most;
    }
    assert_int_equal(least, 300);
    assert_int_equal(most, 330);
    assert_int_equal(webhook_delay_s(1, 0, 4000000000U), 5);
}

static void heeds_retry_after_within_a_day(void **state)
{
    assert_int_equal(webhook_delay_s(1, 120, 0), 120);
    assert_int_equal(webhook_delay_s(2, 120, 0), 300);
    assert_int_equal(webhook_delay_s(1, 30 * 86400, 0), 86400);
    assert_int_equal(webhook_delay_s(1, -5, 0), 5);
}

UNIT_MAIN(TEST(follows_the_schedule_of_standard_webhooks), TEST(gives_up_after_the_last),
          TEST(waits_a_tenth_longer_at_most), TEST(heeds_retry_after_within_a_day))
