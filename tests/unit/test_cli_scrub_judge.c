#include "house_fixture.h"
#include "cli/scrub_judge.h"

/* A list judged by several threads, and as the gate judges one call after the other. */

enum { ROWS = 3011 }; /* no multiple of what is judged at a time */

static const uint8_t key[SCRUB_KEY] = {7};
static char text[ROWS][16];
static struct str number_of[ROWS];
static struct scrub_judged judged[ROWS], again[ROWS];

static int set_up(void **state)
{
    house_build("{}", &disk_real);
    for (int i = 0; i < ROWS; i++) {
        if (i % 7 == 3)
            snprintf(text[i], sizeof text[i], "nobody %d", i);
        else
            snprintf(text[i], sizeof text[i], "1380013%04d", 7990 + i % 20);
        number_of[i] = str_of(text[i]);
    }
    return 0;
}

static struct scrub_order order(const char *principal)
{
    const struct town_call call = {.at = NULL};
    return (struct scrub_order){.gate = house->gate,
                                .call = to_call(&house->town, &call),
                                .principal = principal,
                                .key = key};
}

static enum err judge(const char *principal, size_t from, unsigned threads,
                      struct scrub_judged out[])
{
    const struct scrub_order o = order(principal);
    struct problem problem = {.code = OK};
    const enum err e =
        scrub_judge(&o, number_of + from, ROWS - from, 1 + from, threads, out + from, &problem);
    assert_int_equal(problem.code, e);
    return e;
}

static void rows_read_as_calls_do(void **state)
{
    unsigned allowed = 0, unheard = 0;
    assert_int_equal(judge("org_builder", 0, 3, judged), OK);
    for (int i = 0; i < ROWS; i++) {
        const struct scrub_outcome *o = &judged[i].outcome;
        struct call call = order("").call;
        struct verdict v;
        if (i % 7 == 3) {
            assert_int_equal(judged[i].row.callee, 0);
            assert_string_equal(o->reason, "number-malformed");
            continue;
        }
        call.callee_class =
            number_parse(rules_plan(house->town.rules), number_of[i], STR(""), &call.callee);
        gate_peek(house->gate, &call, 1, &v);
        assert_int_equal(judged[i].row.callee, call.callee);
        assert_int_equal(o->kind, v.kind);
        assert_int_equal(judged[i].row.check, v.check);
        allowed += o->kind == VERDICT_ALLOW;
        unheard += v.check == CHECK_NO_CONSENT;
    }
    assert_true(allowed > 0);
    assert_true(unheard > allowed);
}

/* A leaf depends on its row's number and text, and on nothing of how the rows were shared out. */
static void it_matters_not_who_judged_a_row(void **state)
{
    assert_int_equal(judge("org_builder", 0, 1, judged), OK);
    for (unsigned threads = 2; threads <= 100; threads += 49) {
        memset(again, 0xff, sizeof again);
        assert_int_equal(judge("org_builder", 0, threads, again), OK);
        for (int i = 0; i < ROWS; i++) {
            assert_memory_equal(&again[i].leaf, &judged[i].leaf, sizeof judged[i].leaf);
            assert_int_equal(again[i].row.callee, judged[i].row.callee);
            assert_string_equal(again[i].outcome.reason, judged[i].outcome.reason);
        }
    }
    assert_int_equal(judge("org_builder", 5, 4, again), OK);
    assert_memory_equal(&again[ROWS - 1].leaf, &judged[ROWS - 1].leaf, sizeof judged[0].leaf);
    assert_memory_not_equal(&judged[0].leaf, &judged[20].leaf, sizeof judged[0].leaf);
}

static void a_campaign_that_came_to_others_ends_it_wherever_that_is_seen(void **state)
{
    for (int i = 0; i < ROWS - 100; i++)
        number_of[i] = STR("nobody");
    assert_int_equal(judge("org_elsewhere", 0, 4, judged), ERR_CONFLICT);
    assert_int_equal(judge("org_builder", 0, 4, judged), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_read_as_calls_do, set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(it_matters_not_who_judged_a_row, set_up, house_tear_down),
        cmocka_unit_test_setup_teardown(
            a_campaign_that_came_to_others_ends_it_wherever_that_is_seen, set_up, house_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
