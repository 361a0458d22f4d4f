#include "facts_fixture.h"
#include "registry/order.h"

static struct facts x;
static when now;

static int start(void **state)
{
    facts_open(&x);
    now = 1000 * WHEN_DAY;
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static void give(const char *subject, const char *act, when at, when until, const char *by)
{
    const struct order_terms t = {.subject = str_of(subject),
                                  .act = str_of(act),
                                  .reason = STR("calls at night"),
                                  .organisation = str_of(by),
                                  .until = until};
    const struct fact_origin origin = {STR("n1"), STR("stf_one"), at};
    char id[FRESH_ID];
    int64_t seq = 0;
    must(store_begin(x.f.s, &problem));
    must(store_end(x.f.s, order_give(x.f.s, &t, &origin, id, &seq, &problem), &problem));
    assert_true(seq > 0);
}

static bool name_acts(void *to, const struct value *row)
{
    struct str act = fact_text(&row[ORDER_ACT]), by = fact_text(&row[ORDER_ORGANISATION]);
    const size_t n = strlen(to);
    snprintf((char *)to + n, 200 - n, "%.*s by %.*s;", STR_ARG(act), STR_ARG(by));
    return true;
}

static void stands(const char *subject, when at, const char *expected)
{
    char acts[200] = "";
    must(order_in_force(x.f.s, str_of(subject), at, name_acts, acts, &problem));
    assert_string_equal(acts, expected);
}

static void an_order_is_in_force_until_its_end_or_a_restore(void **state)
{
    give("lin_a", "restrict", now, 0, "org_carrier");
    give("lin_a", "suspend", now + 10, now + 20, "org_bureau");
    give("lin_b", "close", now, 0, "");
    stands("lin_a", now - 1, "");
    stands("lin_a", now, "restrict by org_carrier;");
    stands("lin_a", now + 10, "restrict by org_carrier;suspend by org_bureau;");
    stands("lin_a", now + 20, "restrict by org_carrier;");
    give("lin_a", "restore", now + 15, 0, "org_bureau");
    stands("lin_a", now + 14, "restrict by org_carrier;suspend by org_bureau;");
    stands("lin_a", now + 15, "");
    give("lin_a", "suspend", now + 16, 0, "org_bureau");
    stands("lin_a", now + 30, "suspend by org_bureau;");
    stands("lin_b", now + 30, "close by ;");
    give("lin_b", "restore", now, 0, ""); /* of the same instant */
    stands("lin_b", now, "");
}

static void only_what_stops_is_told(void **state)
{
    give("8613800138000", "release", now, now + 10, "");
    give("org_a", "distrust", now, 0, "");
    stands("8613800138000", now, "");
    stands("org_a", now, "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(an_order_is_in_force_until_its_end_or_a_restore), CASE(only_what_stops_is_told))
