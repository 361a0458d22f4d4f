#include "unit.h"
#include "desk/refund.h"

#define CHINA 480

static struct rules *rules;
static struct terms t;
static unsigned served[TERMS_ITEMS];

/* 2026-11-22 09:00 in Shanghai; the term begins on this day. */
static when signing;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    assert_int_equal(when_parse(STR("2026-11-22T09:00:00"), CHINA, &signing, NULL), OK);
    return 0;
}

static int stop(void **state)
{
    rules_free(rules);
    return 0;
}

static int fresh(void **state)
{
    memset(&t, 0, sizeof t);
    memset(served, 0, sizeof served);
    t.term.from = when_day(signing, CHINA);
    t.term.until = t.term.from + 364;
    t.item_count = 1;
    return 0;
}

/* The worked example: six dates at 3,000 yuan, 4,000 before the discount. */
static struct refund_case six_dates(unsigned given, enum fault fault)
{
    t.items[0] = (struct terms_item){.count = 6, .list_fen = 2400000, .price_fen = 1800000};
    served[0] = given;
    return (struct refund_case){.rules = rules,
                                .terms = &t,
                                .paid_fen = 1800000,
                                .served = served,
                                .first_paid = signing,
                                .cooling_until = signing,
                                .at = signing + 60 * WHEN_DAY,
                                .fault = fault};
}

static void gives(const struct refund_case *c, int64_t fen, enum refund_way way)
{
    struct refund r;
    assert_int_equal(refund_compute(c, &r), OK);
    assert_int_equal(r.amount_fen, fen);
    assert_string_equal(refund_way_name(r.way), refund_way_name(way));
    assert_int_equal(r.due, c->at + 15 * WHEN_DAY);
}

static void the_worked_example(void **state)
{
    struct refund_case c = six_dates(2, FAULT_AGENCY);
    gives(&c, 1200000, REFUND_DISCOUNTED);
    c.fault = FAULT_NONE;
    gives(&c, 1200000, REFUND_DISCOUNTED);
    c.fault = FAULT_CLIENT;
    gives(&c, 1000000, REFUND_LIST);
    c = six_dates(0, FAULT_CLIENT);
    c.at = signing + 6 * WHEN_DAY;
    gives(&c, 1800000, REFUND_SEVEN_DAYS);
}

static void seven_days_end_with_the_seventh(void **state)
{
    struct refund_case c = six_dates(0, FAULT_AGENCY);
    c.at = signing + 7 * WHEN_DAY - 1;
    gives(&c, 1800000, REFUND_SEVEN_DAYS);
    c.at = signing + 7 * WHEN_DAY;
    gives(&c, 1800000, REFUND_DISCOUNTED);
    served[0] = 1;
    c.at = signing + WHEN_DAY;
    gives(&c, 1500000, REFUND_DISCOUNTED);
}

static void a_better_promise_binds(void **state)
{
    struct refund_case c = six_dates(2, FAULT_CLIENT);
    t.refund.client_fault = PRICE_DISCOUNTED;
    gives(&c, 1200000, REFUND_DISCOUNTED);
    t.refund.client_fault = PRICE_LIST;
    gives(&c, 1000000, REFUND_LIST);
}

static void every_way_has_its_rule(void **state)
{
    struct refund r;
    struct refund_case c = six_dates(2, FAULT_CLIENT);
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_string_equal(r.basis->id, "cn.contract.refund-formula");
    c.cooling_until = c.at + 1;
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_string_equal(r.basis->id, "cn.contract.cooling-off");
    c = six_dates(0, FAULT_NONE);
    c.at = signing;
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_string_equal(r.basis->id, "cn.limit.refund-full");
}

static void no_top_up_is_owed(void **state)
{
    struct refund_case c = six_dates(5, FAULT_CLIENT);
    gives(&c, 0, REFUND_LIST);
    c = six_dates(6, FAULT_CLIENT);
    gives(&c, 0, REFUND_LIST);
    c = six_dates(6, FAULT_AGENCY);
    gives(&c, 0, REFUND_DISCOUNTED);
    c = six_dates(4000000000, FAULT_AGENCY);
    gives(&c, 0, REFUND_DISCOUNTED);
}

static void of_an_instalment(void **state)
{
    struct refund_case c = six_dates(2, FAULT_AGENCY);
    c.paid_fen = 600000;
    gives(&c, 0, REFUND_DISCOUNTED);
    served[0] = 1;
    gives(&c, 300000, REFUND_DISCOUNTED);
    c.paid_fen = 0;
    gives(&c, 0, REFUND_DISCOUNTED);
}

static void in_the_cooling_off_fault_is_of_no_matter(void **state)
{
    struct refund_case c = six_dates(0, FAULT_CLIENT);
    c.costs_fen = 20000;
    c.cooling_until = signing + 10 * WHEN_DAY;
    c.at = c.cooling_until - 1;
    gives(&c, 1780000, REFUND_COOLING_OFF);
    c.fault = FAULT_AGENCY;
    gives(&c, 1780000, REFUND_COOLING_OFF);
    c.costs_fen = 2000000;
    gives(&c, 0, REFUND_COOLING_OFF);
    c.at = c.cooling_until;
    gives(&c, 1800000, REFUND_DISCOUNTED);
}

static void unlimited_is_by_time(void **state)
{
    struct refund_case c = six_dates(0, FAULT_AGENCY);
    t.items[0] = (struct terms_item){
        .count = TERMS_ABSENT, .list_fen = 1500000, .price_fen = 1200000, .unlimited = true};
    c.paid_fen = 1200000;
    c.at = signing + 73 * WHEN_DAY;
    gives(&c, 960000, REFUND_DISCOUNTED);
    c.fault = FAULT_CLIENT;
    gives(&c, 900000, REFUND_LIST);
    /* A day counts when it has passed: at local midnight. */
    c.at = signing + 74 * WHEN_DAY - 9 * WHEN_HOUR - 1;
    gives(&c, 900000, REFUND_LIST);
    c.at++;
    gives(&c, 1200000 - 1500000 * 74 / 365, REFUND_LIST);
    c.at = signing + WHEN_DAY;
    gives(&c, 1200000, REFUND_SEVEN_DAYS);
    served[0] = 1; /* she has had of it already */
    gives(&c, 1200000 - 1500000 / 365, REFUND_LIST);
    served[0] = 0;
    c.at = signing + 500 * WHEN_DAY;
    c.fault = FAULT_AGENCY;
    gives(&c, 0, REFUND_DISCOUNTED);
    c.first_paid = c.at = c.cooling_until = signing - 30 * WHEN_DAY; /* before it begins */
    c.first_paid -= 30 * WHEN_DAY;
    gives(&c, 1200000, REFUND_DISCOUNTED);
}

static void cancelled_on_the_next_day(void **state)
{
    struct refund_case c = six_dates(0, FAULT_CLIENT);
    t.items[0].price_fen = t.items[0].list_fen = c.paid_fen = 8000000;
    c.at = signing + WHEN_DAY;
    gives(&c, 8000000, REFUND_SEVEN_DAYS);
}

static void fractions_fall_to_her(void **state)
{
    struct refund_case c = six_dates(1, FAULT_NONE);
    t.items[0] = (struct terms_item){.count = 3, .list_fen = 100, .price_fen = 100};
    c.paid_fen = 100;
    gives(&c, 100 - 33, REFUND_DISCOUNTED);
    served[0] = 2;
    gives(&c, 100 - 66, REFUND_DISCOUNTED);
}

static void several_items_add_up(void **state)
{
    struct refund_case c = six_dates(2, FAULT_AGENCY);
    t.item_count = 3;
    t.items[1] = (struct terms_item){.count = 1, .list_fen = 50000, .price_fen = 40000};
    t.items[2] = (struct terms_item){.unlimited = true, .list_fen = 36500, .price_fen = 36500};
    c.paid_fen = 1876500;
    served[1] = 1;
    c.at = signing + 100 * WHEN_DAY;
    gives(&c, 1876500 - 600000 - 40000 - 10000, REFUND_DISCOUNTED);
    c.fault = FAULT_CLIENT;
    gives(&c, 1876500 - 800000 - 50000 - 10000, REFUND_LIST);
    /* More than was promised of one is not paid for out of the others. */
    served[1] = 9;
    gives(&c, 1876500 - 800000 - 50000 - 10000, REFUND_LIST);
}

/* The largest that a document may say. */
static void nothing_overflows(void **state)
{
    struct refund_case c = six_dates(10000, FAULT_CLIENT);
    t.item_count = TERMS_ITEMS;
    for (size_t i = 0; i < TERMS_ITEMS; i++) {
        t.items[i] = (struct terms_item){
            .count = 10000, .list_fen = TERMS_FEN_MAX, .price_fen = TERMS_FEN_MAX};
        t.items[i].unlimited = i % 2 == 0;
        served[i] = 10000;
    }
    t.term.until = t.term.from + 109000;
    c.paid_fen = TERMS_FEN_MAX;
    c.at = WHEN_NEVER - WHEN_DAY * 20;
    struct refund r;
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_true(r.served_fen > 0 && r.amount_fen == 0);
}

static void what_cannot_be_computed_is_refused(void **state)
{
    struct refund r;
    struct refund_case c = six_dates(1, FAULT_CLIENT);
    t.items[0].count = 0;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    t.items[0].count = TERMS_ABSENT;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    c = six_dates(1, FAULT_AGENCY);
    t.items[0].list_fen = TERMS_ABSENT;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    c = six_dates(1, FAULT_AGENCY);
    t.items[0].unlimited = true;
    t.term.until = TERMS_ABSENT;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    t.term.until = t.term.from - 1;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    c = six_dates(1, FAULT_AGENCY);
    c.paid_fen = -1;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
    c = six_dates(0, FAULT_AGENCY);
    t.item_count = 0;
    assert_int_equal(refund_compute(&c, &r), ERR_INVALID);
}

static void interest_follows_the_fault(void **state)
{
    struct refund r;
    struct refund_case c = six_dates(2, FAULT_AGENCY);
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_string_equal(r.interest, "lpr-1y");
    c.fault = FAULT_CLIENT;
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_string_equal(r.interest, "deposit-1y");
    c.fault = FAULT_NONE;
    assert_int_equal(refund_compute(&c, &r), OK);
    assert_null(r.interest);
}

#define FRESH(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
    const struct CMUnitTest all[] = {FRESH(the_worked_example),
                                     FRESH(seven_days_end_with_the_seventh),
                                     FRESH(a_better_promise_binds),
                                     FRESH(every_way_has_its_rule),
                                     FRESH(no_top_up_is_owed),
                                     FRESH(of_an_instalment),
                                     FRESH(in_the_cooling_off_fault_is_of_no_matter),
                                     FRESH(unlimited_is_by_time),
                                     FRESH(cancelled_on_the_next_day),
                                     FRESH(fractions_fall_to_her),
                                     FRESH(several_items_add_up),
                                     FRESH(nothing_overflows),
                                     FRESH(what_cannot_be_computed_is_refused),
                                     FRESH(interest_follows_the_fault)};
    return cmocka_run_group_tests(all, start, stop);
}
