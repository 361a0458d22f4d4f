#include "gate_fixture.h"

/* Decision 10: what observing lets ring is remembered with the verdict it would have had. */

static struct town *town;

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, NULL, close_town)

static void expect_observed(const struct town_call *a, enum verdict_kind would, enum check check)
{
    struct verdict v = ask(town, a);
    assert_int_equal(v.kind, VERDICT_ALLOW);
    assert_int_equal(v.check, CHECK_ALLOWED);
    assert_int_equal(v.would, would);
    assert_string_equal(check_word(v.would_check), check_word(check));
    assert_true(v.observed);
}

static void enforced_verdicts_are_what_they_would_be(void **state)
{
    town = town_of("{}");
    struct verdict v = ask(town, &(struct town_call){.callee = "13800138001"});
    assert_int_equal(v.kind, VERDICT_BLOCK);
    assert_int_equal(v.would, VERDICT_BLOCK);
    assert_int_equal(v.would_check, CHECK_NO_CONSENT);
    assert_false(v.observed);
    v = ask(town, &(struct town_call){0});
    assert_int_equal(v.would, VERDICT_ALLOW);
    assert_false(v.observed);
}

static void observing_everything_lets_everything_ring(void **state)
{
    town = town_of("mode: observe\n");
    expect_observed(&(struct town_call){.callee = "13800138001"}, VERDICT_BLOCK, CHECK_NO_CONSENT);
    expect_observed(&(struct town_call){.line = "lin_nowhere"}, VERDICT_BLOCK, CHECK_LINE_UNKNOWN);
    expect_observed(&(struct town_call){.caller = "anonymous"}, VERDICT_BLOCK,
                    CHECK_CALLER_MALFORMED);
    expect_observed(&(struct town_call){.caller = "13800000001", .line = "lin_abroad"},
                    VERDICT_REMIND, CHECK_FOREIGN_TRUNK);
    /* The first refusal is the reason, however many follow. */
    expect_observed(&(struct town_call){.caller = "02160009000",
                                        .callee = "13800138001",
                                        .at = "2026-11-21T03:00:00+08:00"},
                    VERDICT_BLOCK, CHECK_CALLER_NOT_ON_LINE);
    /* What rings is counted, observed or not. */
    assert_true(ask(town, &(struct town_call){.callee = "13800138001"}).counts);
}

static void a_line_a_rule_or_a_peer_is_observed_alone(void **state)
{
    town = town_of("mode:\n  lines: {lin_sales: observe}\n  rules: {cn.call.hours: observe}\n");
    expect_observed(&(struct town_call){.callee = "13800138001"}, VERDICT_BLOCK, CHECK_NO_CONSENT);
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138001", .caller = "02160002000",
           .line = "lin_vendor");
    expect_observed(&(struct town_call){.caller = "02160002000",
                                        .line = "lin_vendor",
                                        .at = "2026-11-21T03:00:00+08:00"},
                    VERDICT_BLOCK, CHECK_OUTSIDE_HOURS);
    expect_observed(&(struct town_call){.callee = "13800138001",
                                        .caller = "02160002000",
                                        .line = "lin_vendor",
                                        .peer_mode = MODE_OBSERVE},
                    VERDICT_BLOCK, CHECK_NO_CONSENT);
}

static void the_nearest_word_counts_rule_line_peer_all(void **state)
{
    town = town_of("mode:\n  default: observe\n  lines: {lin_sales: enforce}\n"
                   "  rules: {cn.call.hours: observe}\n");
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138001", .peer_mode = MODE_OBSERVE);
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T03:00:00+08:00");
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138001", .line = "lin_vendor",
           .caller = "02160002000", .peer_mode = MODE_ENFORCE);
}

static void an_enforced_refusal_after_an_observed_one_blocks(void **state)
{
    town = town_of("mode:\n  rules: {cn.call.hours: observe}\n");
    for (int i = 0; i < 3; i++)
        town->counts.principal.at[i] = at_time("2026-11-21T03:00:00+08:00");
    town->counts.principal.count = 3;
    struct verdict v = ask(town, &(struct town_call){.at = "2026-11-21T03:10:00+08:00"});
    assert_int_equal(v.kind, VERDICT_BLOCK);
    assert_int_equal(v.check, CHECK_FREQUENCY_CAP);
    assert_int_equal(v.would, VERDICT_BLOCK);
    assert_int_equal(v.would_check, CHECK_OUTSIDE_HOURS);
    assert_false(v.observed);
}

static void what_is_observed_proves_nothing(void **state)
{
    /* A spoofed emergency number is let through, not believed. */
    town = town_of("mode: observe\n");
    tell(town, &preference_kind, "13800138000||||110|");
    struct verdict v = ask(town, &(struct town_call){.caller = "110"});
    assert_int_equal(v.kind, VERDICT_ALLOW);
    assert_int_equal(v.check, CHECK_ALLOWED);
    assert_false(v.protected_caller);
}

UNIT_MAIN(TOWN(enforced_verdicts_are_what_they_would_be),
          TOWN(observing_everything_lets_everything_ring),
          TOWN(a_line_a_rule_or_a_peer_is_observed_alone),
          TOWN(the_nearest_word_counts_rule_line_peer_all),
          TOWN(an_enforced_refusal_after_an_observed_one_blocks),
          TOWN(what_is_observed_proves_nothing))
