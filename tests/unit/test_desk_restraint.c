#include "unit.h"
#include "desk/restraint.h"

#define DAYS(n) ((when)(n)*WHEN_DAY)
static const when now = INT64_C(1795311000) * WHEN_SECOND;

static struct rules *rules;
static struct restraint_limits limits;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    (void)state;
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    limits = restraint_limits_of(rules);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    rules_free(rules);
    return 0;
}

/* A firm's own number, of which everything speaks for a cap. */
static struct restraint_sender firm(int64_t calls)
{
    return (struct restraint_sender){.registered = true, .proven = true, .calls = calls};
}

/* `count` whole reporters, all of them now. */
static int64_t reports(size_t count)
{
    struct restraint_report r[200];
    assert_true(count <= 200);
    for (size_t i = 0; i < count; i++)
        r[i] = (struct restraint_report){.at = now, .weight = RESTRAINT_WHOLE};
    return restraint_sum(&limits, r, count, now);
}

static enum restraint of(struct restraint_sender s, int64_t sum)
{
    return restraint_of(&limits, &s, sum);
}

static void the_pack_sets_the_limits(void **state)
{
    (void)state;
    assert_int_equal(limits.reports, 5);
    assert_int_equal(limits.within_s, 10 * 86400);
    assert_int_equal(limits.share_ppm, 100);
    assert_int_equal(limits.cap_s, 30 * 86400);
    assert_int_equal(limits.marketing, 2);
    assert_int_equal(limits.marketing_s, 30 * 86400);
}

static void four_are_nothing_and_five_are_looked_into(void **state)
{
    (void)state;
    assert_int_equal(of(firm(1000), reports(0)), RESTRAINT_NONE);
    assert_int_equal(of(firm(1000), reports(4)), RESTRAINT_NONE);
    assert_int_equal(of(firm(1000), reports(5)), RESTRAINT_CAP);
    assert_int_equal(of(firm(1000000), reports(5)), RESTRAINT_REVIEW);
}

static void the_tenth_day_counts_and_the_eleventh_does_not(void **state)
{
    struct restraint_report r[5];
    (void)state;
    for (int i = 0; i < 5; i++)
        r[i] = (struct restraint_report){.at = now, .weight = RESTRAINT_WHOLE};
    r[0].at = now - DAYS(10) + 1;
    assert_int_equal(of(firm(9), restraint_sum(&limits, r, 5, now)), RESTRAINT_CAP);
    r[0].at = now - DAYS(10);
    assert_int_equal(of(firm(1), restraint_sum(&limits, r, 5, now)), RESTRAINT_NONE);
    r[0].at = now + 1; /* is not known yet */
    assert_int_equal(of(firm(1), restraint_sum(&limits, r, 5, now)), RESTRAINT_NONE);
}

/* Five are exactly 0.01 % of 50,000 calls. */
static void a_cap_takes_one_call_in_ten_thousand(void **state)
{
    (void)state;
    assert_int_equal(of(firm(49999), reports(5)), RESTRAINT_CAP);
    assert_int_equal(of(firm(50000), reports(5)), RESTRAINT_CAP);
    assert_int_equal(of(firm(50001), reports(5)), RESTRAINT_REVIEW);
    /* A courier rings three million doors in ten days. */
    assert_int_equal(of(firm(3000000), reports(199)), RESTRAINT_REVIEW);
    assert_int_equal(of(firm(INT64_MAX), reports(199)), RESTRAINT_REVIEW);
    /* Fewer calls than were reported: its calls are on other records, and nobody knows how many. */
    assert_int_equal(of(firm(5), reports(5)), RESTRAINT_CAP);
    assert_int_equal(of(firm(4), reports(5)), RESTRAINT_REVIEW);
    assert_int_equal(of(firm(0), reports(5)), RESTRAINT_REVIEW);
}

static void one_that_is_not_registered_needs_no_share(void **state)
{
    struct restraint_sender s = firm(1000000);
    (void)state;
    s.registered = false;
    assert_int_equal(of(s, reports(4)), RESTRAINT_NONE);
    assert_int_equal(of(s, reports(5)), RESTRAINT_CAP);
    s.calls = 0;
    assert_int_equal(of(s, reports(5)), RESTRAINT_CAP);
}

/* Five voices are wanted, each for itself, of people who were rung: a rival has one. */
static void one_voice_is_one_report(void **state)
{
    (void)state;
    assert_int_equal(of(firm(100), reports(1)), RESTRAINT_NONE);
}

static void untrue_reports_weigh_less(void **state)
{
    static const struct {
        int64_t untrue;
        unsigned weight;
    } weights[] = {{0, 100}, {1, 50}, {2, 25}, {3, 0}, {4, 0}, {1000, 0}, {-1, 0}};
    struct restraint_report r[10];
    (void)state;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
        assert_int_equal(restraint_weight(weights[i].untrue), weights[i].weight);
    /* Nine who have been wrong once are less than five, ten are as much. */
    for (int i = 0; i < 10; i++)
        r[i] = (struct restraint_report){.at = now, .weight = restraint_weight(1)};
    assert_int_equal(of(firm(100), restraint_sum(&limits, r, 9, now)), RESTRAINT_NONE);
    assert_int_equal(of(firm(100), restraint_sum(&limits, r, 10, now)), RESTRAINT_CAP);
}

/* Whoever must be heard is looked into, whatever the number of reports; nor is a number capped
 * that somebody else may have used. */
static void some_are_never_capped(void **state)
{
    struct restraint_sender s = firm(200);
    (void)state;
    s.protected = true;
    assert_int_equal(of(s, reports(4)), RESTRAINT_NONE);
    assert_int_equal(of(s, reports(200)), RESTRAINT_REVIEW);
    s.registered = false;
    assert_int_equal(of(s, reports(200)), RESTRAINT_REVIEW);
    s = firm(200);
    s.proven = false;
    assert_int_equal(of(s, reports(200)), RESTRAINT_REVIEW);
    s.registered = false;
    assert_int_equal(of(s, reports(200)), RESTRAINT_REVIEW);
}

static void each_names_its_ground(void **state)
{
    struct restraint_sender s = firm(100);
    const struct {
        enum restraint r;
        bool registered;
        const char *ground;
    } all[] = {{RESTRAINT_REVIEW, true, "reports"},
               {RESTRAINT_REVIEW, false, "reports"},
               {RESTRAINT_CAP, true, "share"},
               {RESTRAINT_CAP, false, "unregistered"}};
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        s.registered = all[i].registered;
        const char *ground = restraint_ground(all[i].r, &s);
        assert_string_equal(ground, all[i].ground);
        assert_non_null(rules_ground(rules, GROUND_RESTRAINT, str_of(ground), now));
    }
    assert_null(restraint_ground(RESTRAINT_NONE, &s));
    assert_non_null(rules_ground(rules, GROUND_RESTRAINT, STR(RESTRAINT_ON_MARKETING), now));
}

static void without_limits_nobody_is_restrained(void **state)
{
    const struct restraint_limits none = {.reports = 0};
    const struct restraint_report r = {.at = now, .weight = RESTRAINT_WHOLE, .marketing = true};
    struct restraint_sender s = {.proven = true};
    struct restraint_limits l = limits;
    (void)state;
    assert_int_equal(restraint_of(&none, &s, 100000), RESTRAINT_NONE);
    assert_false(restraint_is_marketing(&none, &r, 1, now));
    l.share_ppm = 0; /* then no registered one is capped */
    s.registered = true;
    s.calls = 10;
    assert_int_equal(restraint_of(&l, &s, reports(5)), RESTRAINT_REVIEW);
    l.cap_s = 0;
    s.registered = false;
    assert_int_equal(restraint_of(&l, &s, reports(5)), RESTRAINT_REVIEW);
}

static void two_say_that_it_was_marketing(void **state)
{
    struct restraint_report r[3] = {
        {.at = now, .weight = RESTRAINT_WHOLE, .marketing = true},
        {.at = now - DAYS(30) + 1, .weight = RESTRAINT_WHOLE, .marketing = true},
        {.at = now, .weight = RESTRAINT_WHOLE, .marketing = false},
    };
    (void)state;
    assert_true(restraint_is_marketing(&limits, r, 3, now));
    assert_false(restraint_is_marketing(&limits, r, 1, now));
    r[1].at--;
    assert_false(restraint_is_marketing(&limits, r, 3, now));
    r[1].at++;
    r[1].weight = restraint_weight(1);
    assert_false(restraint_is_marketing(&limits, r, 3, now));
}

/* More reports, more weight, fewer calls: never less of a restraint. */
static void it_is_monotonic(void **state)
{
    uint64_t seed = 1;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        const int64_t sum = (int64_t)(seed >> 40) % 3000;
        struct restraint_sender a = {.registered = seed >> 60 & 1,
                                     .protected = seed >> 61 & 1,
                                     .proven = seed >> 62 & 1,
                                     .calls = (int64_t)(seed >> 20 & 0xfffff)};
        struct restraint_sender b = a;
        assert_true(of(a, sum + 25) >= of(a, sum) || a.calls < (sum + 25) / RESTRAINT_WHOLE);
        b.protected = true;
        assert_true(of(b, sum) <= of(a, sum) && of(b, sum) <= RESTRAINT_REVIEW);
        b = a;
        b.calls += 1000;
        assert_true(of(b, sum) <= of(a, sum) || a.calls < sum / RESTRAINT_WHOLE);
    }
}

int main(void)
{
    const struct CMUnitTest all[] = {TEST(the_pack_sets_the_limits),
                                     TEST(four_are_nothing_and_five_are_looked_into),
                                     TEST(the_tenth_day_counts_and_the_eleventh_does_not),
                                     TEST(a_cap_takes_one_call_in_ten_thousand),
                                     TEST(one_that_is_not_registered_needs_no_share),
                                     TEST(one_voice_is_one_report),
                                     TEST(untrue_reports_weigh_less),
                                     TEST(some_are_never_capped),
                                     TEST(each_names_its_ground),
                                     TEST(without_limits_nobody_is_restrained),
                                     TEST(two_say_that_it_was_marketing),
                                     TEST(it_is_monotonic)};
    return cmocka_run_group_tests(all, start, stop);
}
