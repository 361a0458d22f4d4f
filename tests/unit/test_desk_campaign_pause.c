#include "unit.h"
#include "desk/campaign_pause.h"
#include "desk/restraint.h"

static struct campaign_limits limits;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    struct rules *rules;
    (void)state;
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    limits = campaign_limits_of(rules);
    rules_free(rules);
    return 0;
}

/* So many calls, of which so many were refused, reported by so many people. */
static const char *ground(int64_t calls, int64_t declined, int64_t reporters)
{
    const struct campaign_counts c = {calls, declined, reporters * RESTRAINT_WHOLE};
    const char *g = campaign_pause_ground(&limits, &c);
    return g != NULL ? g : "none";
}

static void the_pack_sets_the_limits(void **state)
{
    (void)state;
    assert_int_equal(limits.calls, 50);
    assert_int_equal(limits.within_s, 7 * 86400);
    assert_int_equal(limits.refusals, 30);
    assert_int_equal(limits.reports, 5);
    assert_int_equal(limits.reporters, 3);
}

static void a_share_is_judged_from_fifty_calls_on(void **state)
{
    (void)state;
    assert_string_equal(ground(0, 0, 0), "none");
    assert_string_equal(ground(49, 49, 40), "none");
    assert_string_equal(ground(50, 15, 0), "refusals");
    assert_string_equal(ground(50, 14, 0), "none");
    assert_string_equal(ground(1000, 299, 0), "none");
}

static void reports_pause_by_their_share_and_by_enough_people(void **state)
{
    (void)state;
    assert_string_equal(ground(50, 0, 2), "none");
    assert_string_equal(ground(50, 0, 3), "reports");
    assert_string_equal(ground(1000, 0, 4), "none");
    assert_string_equal(ground(1000, 0, 5), "reports");
    assert_string_equal(ground(1001, 0, 5), "none");
    assert_string_equal(ground(1000, 300, 5), "refusals");
    const struct campaign_counts halved = {50, 0, 5 * RESTRAINT_WHOLE / 2};
    assert_null(
        campaign_pause_ground(&limits, &halved)); /* five of half weight are two and a half */
}

static void a_pack_without_limits_pauses_nothing(void **state)
{
    static const struct campaign_limits none;
    const struct campaign_limits refusals = {.calls = 50, .refusals = 30};
    const struct campaign_counts all = {100, 0, 100 * RESTRAINT_WHOLE};
    (void)state;
    assert_null(campaign_pause_ground(&none, &all));
    assert_null(campaign_pause_ground(&refusals, &all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_pack_sets_the_limits),
        TEST(a_share_is_judged_from_fifty_calls_on),
        TEST(reports_pause_by_their_share_and_by_enough_people),
        TEST(a_pack_without_limits_pauses_nothing),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
