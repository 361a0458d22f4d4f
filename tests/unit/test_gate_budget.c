#include "gate/budget.h"
#include "unit.h"

static struct budget *b;

static int start(void **state)
{
    return budget_new(100, &b);
}

static int stop(void **state)
{
    budget_free(b);
    return 0;
}

static void a_member_counts_once_a_day_and_looker(void **state)
{
    bool fresh;
    for (uint64_t m = 1; m <= 3; m++)
        assert_true(budget_spend(b, 7, m, 100, 3, &fresh) && fresh);
    assert_false(budget_spend(b, 7, 4, 100, 3, &fresh));
    assert_true(budget_spend(b, 7, 2, 100, 3, &fresh)); /* again: free */
    assert_false(fresh);
    assert_int_equal(budget_used(b, 7, 100), 3);
    assert_true(budget_spend(b, 8, 4, 100, 3, &fresh));  /* another's */
    assert_true(budget_spend(b, 7, 4, 101, 3, &fresh));  /* the next day */
    assert_false(budget_spend(b, 7, 5, 100, 3, &fresh)); /* the former stays as it was */
    assert_true(budget_spend(b, 7, 5, 100, 4, &fresh));
}

static void what_is_given_back_can_be_spent_again(void **state)
{
    bool fresh;
    assert_true(budget_spend(b, 7, 1, 100, 1, &fresh));
    budget_return(b, 7, 1, 100);
    budget_return(b, 7, 1, 100);
    assert_int_equal(budget_used(b, 7, 100), 0);
    assert_true(budget_spend(b, 7, 2, 100, 1, &fresh) && fresh);
    assert_false(budget_spend(b, 7, 1, 100, 1, &fresh));
}

static void former_days_make_room_and_no_room_is_closed(void **state)
{
    bool fresh;
    for (int64_t day = 1; day < 50; day++)
        for (uint64_t m = 1; m <= 50; m++)
            assert_true(budget_spend(b, 7, m, day, 50, &fresh));
    assert_int_equal(budget_used(b, 7, 49), 50);
    uint64_t m = 1;
    while (budget_spend(b, 9, m, 49, 1000000, &fresh))
        m++;
    assert_in_range(m, 100, 1000);
    assert_true(budget_spend(b, 9, 1, 49, 1, &fresh)); /* what is open stays so */
    /* Yesterday is still counted: a look of 23:59 is given back, or asked again, after midnight. */
    assert_int_equal(budget_used(b, 7, 48), 50);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(a_member_counts_once_a_day_and_looker), CASE(what_is_given_back_can_be_spent_again),
          CASE(former_days_make_room_and_no_room_is_closed))
