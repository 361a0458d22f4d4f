#include "unit.h"
#include "watch/peep.h"

/* Ann is 1, Bea 2 …, all of store 1; it begins at 10:00 of a day in Shanghai. */
enum { ANN = 1, BEA, CAI, DAN };

static struct peep *p;
static when now;
static uint64_t record;

static int start(void **state)
{
    now = INT64_C(20000) * WHEN_DAY + 2 * WHEN_HOUR;
    record = 100;
    return peep_new(480, &p);
}

static int stop(void **state)
{
    peep_free(p);
    return 0;
}

static void feed(enum peep_act act, uint32_t staff, uint64_t person)
{
    peep_feed(p, &(struct peep_event){.act = act,
                                      .at = now,
                                      .staff = staff,
                                      .store = 1,
                                      .person = person,
                                      .record = record++});
}

/* One that names a task. */
static void feed_task(uint32_t staff, uint64_t person)
{
    peep_feed(p, &(struct peep_event){.at = now,
                                      .staff = staff,
                                      .store = 1,
                                      .person = person,
                                      .record = record++,
                                      .task = true});
}

static void pass(when span)
{
    now += span;
}

static unsigned raised(uint32_t staff, enum peep_pattern pattern, struct peep_alert *out)
{
    struct peep_alert a;
    for (size_t place = 0; peep_next(p, &place, &a);)
        if (a.staff == staff && a.pattern == pattern) {
            if (out)
                *out = a;
            return a.count;
        }
    return 0;
}

static void end(void)
{
    pass(2 * WHEN_DAY);
    peep_end(p, now);
}

static void claim_read_release(int rounds, bool contact, when pause)
{
    for (int i = 0; i < rounds; i++) {
        feed(PEEP_CLAIM, ANN, 10 + (uint64_t)i);
        pass(WHEN_HOUR);
        feed(PEEP_FILE, ANN, 10 + (uint64_t)i);
        if (contact)
            feed(PEEP_CONTACT, ANN, 10 + (uint64_t)i);
        pass(WHEN_HOUR);
        feed(PEEP_END, ANN, 10 + (uint64_t)i);
        pass(pause);
    }
    end();
}

static void claimed_read_and_given_up(void **state)
{
    struct peep_alert a;
    const when begin = now;
    claim_read_release(3, false, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_CLAIM_AND_RELEASE, &a), 3);
    assert_int_equal(a.evidence, 3);
    assert_int_equal(a.record[0], 101); /* the look, not the claim */
    assert_true(a.since == begin + 2 * WHEN_HOUR && a.last > a.since + 2 * WHEN_DAY);
    assert_int_equal(raised(BEA, PEEP_CLAIM_AND_RELEASE, NULL), 0);
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 0); /* she held them */
}

static void two_given_up_is_none(void **state)
{
    claim_read_release(2, false, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_CLAIM_AND_RELEASE, NULL), 0);
}

static void given_up_after_a_contact_is_none(void **state)
{
    claim_read_release(5, true, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_CLAIM_AND_RELEASE, NULL), 0);
}

static void given_up_now_and_then_is_none(void **state)
{
    claim_read_release(5, false, 16 * WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_CLAIM_AND_RELEASE, NULL), 0);
}

/* So many reads of different persons, with a task, at the same time of day. */
static void read_many(int n, when pause)
{
    for (int i = 0; i < n; i++) {
        feed_task(ANN, 50 + (uint64_t)i);
        pass(pause);
    }
}

static void at_night(void **state)
{
    pass(11 * WHEN_HOUR); /* 21:00 */
    read_many(5, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_OFF_HOURS, NULL), 5);
}

static void in_the_evening_is_none(void **state)
{
    pass(11 * WHEN_HOUR - 1); /* before 21:00 */
    read_many(30, WHEN_DAY);
    now += 11 * WHEN_HOUR + 1; /* 8:00 */
    read_many(30, WHEN_DAY);
    pass(-WHEN_HOUR); /* four at night */
    read_many(4, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_OFF_HOURS, NULL), 0);
}

static void many_in_an_hour(void **state)
{
    struct peep_alert a;
    read_many(15, 4 * WHEN_MINUTE);
    assert_int_equal(raised(ANN, PEEP_BULK, &a), 15);
    feed_task(ANN, 999); /* one more */
    assert_int_equal(raised(ANN, PEEP_BULK, &a), 16);
    assert_int_equal(a.record[a.evidence - 1], record - 1);
}

static void fewer_in_an_hour_are_none(void **state)
{
    read_many(14, 4 * WHEN_MINUTE);
    for (int i = 0; i < 20; i++) /* of one of them, again */
        feed_task(ANN, 50);
    pass(WHEN_DAY);
    read_many(40, 5 * WHEN_MINUTE);
    assert_int_equal(raised(ANN, PEEP_BULK, NULL), 0);
}

static void without_a_task(int n)
{
    for (int i = 0; i < n; i++) {
        feed(PEEP_FILE, ANN, 10 + (uint64_t)i);
        pass(WHEN_DAY);
    }
}

static void read_without_a_task(void **state)
{
    without_a_task(5);
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 0); /* the last has a day yet */
    pass(WHEN_HOUR);
    peep_end(p, now);
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 5);
}

static void four_without_a_task_are_none(void **state)
{
    without_a_task(4);
    feed_task(ANN, 70);
    feed(PEEP_CLAIM, ANN, 71);
    feed(PEEP_FILE, ANN, 71);
    feed(PEEP_FILE, ANN, 72);
    pass(WHEN_DAY - 1);
    feed(PEEP_CONTACT, ANN, 72); /* just within a day */
    end();
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 0);
}

static void a_contact_after_a_day_is_too_late(void **state)
{
    without_a_task(4);
    feed(PEEP_FILE, ANN, 72);
    pass(WHEN_DAY + 1);
    feed(PEEP_CONTACT, ANN, 72);
    end();
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 5);
}

static void read_over(uint64_t person, bool over)
{
    peep_feed(
        p,
        &(struct peep_event){
            .at = now, .staff = ANN, .person = person, .record = record++, .after_contract = over});
    pass(WHEN_DAY);
}

static void after_the_contract(void **state)
{
    for (uint64_t i = 1; i <= 5; i++) /* also by who holds her */
        feed(PEEP_CLAIM, ANN, i);
    for (uint64_t i = 1; i <= 5; i++)
        read_over(i, true);
    end();
    assert_int_equal(raised(ANN, PEEP_AFTER_CONTRACT, NULL), 5);
    assert_int_equal(raised(ANN, PEEP_NO_TASK, NULL), 0);
}

static void two_contracts_just_over(void **state)
{
    read_over(1, true);
    read_over(2, true);
    end();
    assert_int_equal(raised(ANN, PEEP_AFTER_CONTRACT, NULL), 0);
    read_over(3, true);
    end();
    assert_int_equal(raised(ANN, PEEP_AFTER_CONTRACT, NULL), 3);
}

static void under_contract_is_none(void **state)
{
    for (uint64_t i = 1; i <= 5; i++)
        read_over(i, i <= 2);
    read_over(1, true); /* one of the two again */
    feed(PEEP_CONTACT, ANN, 9);
    read_over(9, true); /* was called */
    end();
    assert_int_equal(raised(ANN, PEEP_AFTER_CONTRACT, NULL), 0);
}

static void again_and_again(void **state)
{
    for (int i = 0; i < 5; i++) {
        feed_task(ANN, 10);
        pass(11 * WHEN_MINUTE);
    }
    assert_int_equal(raised(ANN, PEEP_REPEATED, NULL), 5);
}

static void again_after_a_contact_is_none(void **state)
{
    for (int i = 0; i < 12; i++) {
        feed_task(ANN, 10);
        feed_task(ANN, 10); /* her photo */
        pass(11 * WHEN_MINUTE);
        if (i % 4 == 3)
            feed(PEEP_CONTACT, ANN, 10);
    }
    for (int i = 0; i < 12; i++) { /* each fourth day */
        feed_task(ANN, 11);
        pass(4 * WHEN_DAY);
    }
    assert_int_equal(raised(ANN, PEEP_REPEATED, NULL), 0);
}

static void ask_for_nobody(int n, uint64_t person)
{
    for (int i = 0; i < n; i++) {
        feed(PEEP_NOBODY, ANN, person ? person + (uint64_t)i : 0);
        pass(WHEN_MINUTE);
    }
}

static void walking_through_ids(void **state)
{
    ask_for_nobody(10, 0);   /* absent */
    ask_for_nobody(10, 500); /* foreign */
    assert_int_equal(raised(ANN, PEEP_WALKING, NULL), 20);
}

static void a_few_wrong_ids_are_none(void **state)
{
    ask_for_nobody(9, 0);
    ask_for_nobody(10, 500);
    ask_for_nobody(10, 500); /* the same */
    pass(WHEN_HOUR);
    ask_for_nobody(19, 0);
    assert_int_equal(raised(ANN, PEEP_WALKING, NULL), 0);
}

static void read_by_several(when pause, int n)
{
    for (uint32_t staff = ANN; staff < ANN + (uint32_t)n; staff++) {
        feed_task(staff, 10);
        pass(pause);
    }
}

static void several_of_a_store(void **state)
{
    read_by_several(8 * WHEN_HOUR - 1, 4);
    for (uint32_t staff = ANN; staff <= DAN; staff++)
        assert_int_equal(raised(staff, PEEP_SEVERAL, NULL), 1);
}

static void three_and_the_owner_are_none(void **state)
{
    feed(PEEP_CLAIM, DAN, 10);
    read_by_several(WHEN_HOUR, 4);
    peep_feed(p, &(struct peep_event){.at = now, .staff = 9, .store = 2, .person = 10});
    pass(2 * WHEN_DAY);
    feed(PEEP_END, DAN, 10);
    read_by_several(9 * WHEN_HOUR, 4);
    for (uint32_t staff = ANN; staff <= 9; staff++)
        assert_int_equal(raised(staff, PEEP_SEVERAL, NULL), 0);
}

static void a_storm_of_lists(void **state)
{
    for (int i = 0; i < 60; i++) {
        feed(PEEP_LIST, ANN, 0);
        pass(10 * WHEN_SECOND);
    }
    assert_int_equal(raised(ANN, PEEP_LISTS, NULL), 60);
}

static void paging_is_none(void **state)
{
    for (int i = 0; i < 300; i++) {
        feed(PEEP_LIST, ANN, 0);
        pass(11 * WHEN_SECOND);
    }
    pass(WHEN_HOUR);
    for (int i = 0; i < 59; i++)
        feed(PEEP_LIST, ANN, 0);
    assert_int_equal(raised(ANN, PEEP_LISTS, NULL), 0);
}

static void before_leaving(void **state)
{
    read_many(10, WHEN_DAY);
    assert_int_equal(raised(ANN, PEEP_BEFORE_LEAVING, NULL), 0);
    feed(PEEP_LEAVE, ANN, 0);
    assert_int_equal(raised(ANN, PEEP_BEFORE_LEAVING, NULL), 10);
}

static void nine_before_leaving_are_none(void **state)
{
    read_many(20, WHEN_HOUR); /* long before */
    pass(14 * WHEN_DAY);
    read_many(9, WHEN_HOUR);
    feed(PEEP_LEAVE, ANN, 0);
    read_many(20, WHEN_HOUR);
    pass(14 * WHEN_DAY);
    feed(PEEP_LEAVE, ANN, 0);
    assert_int_equal(raised(ANN, PEEP_BEFORE_LEAVING, NULL), 0);
}

static void hold_and_end(void)
{
    feed(PEEP_CLAIM, ANN, 10);
    feed(PEEP_CONTACT, ANN, 10);
    feed(PEEP_END, ANN, 10);
    pass(WHEN_DAY);
}

static void after_release(void **state)
{
    hold_and_end();
    for (int i = 0; i < 2; i++) {
        feed(PEEP_FILE, ANN, 10);
        pass(WHEN_DAY);
    }
    assert_int_equal(raised(ANN, PEEP_AFTER_RELEASE, NULL), 2);
}

static void once_after_release_is_none(void **state)
{
    hold_and_end();
    feed(PEEP_FILE, ANN, 10);
    pass(WHEN_DAY);
    feed_task(ANN, 10);
    pass(30 * WHEN_DAY);
    feed(PEEP_FILE, ANN, 10);
    feed(PEEP_CLAIM, ANN, 10); /* hers again */
    pass(WHEN_DAY);
    feed(PEEP_FILE, ANN, 10);
    assert_int_equal(raised(ANN, PEEP_AFTER_RELEASE, NULL), 0);
}

static void evidence_is_the_newest(void **state)
{
    struct peep_alert a;
    read_many(40, WHEN_MINUTE);
    assert_int_equal(raised(ANN, PEEP_BULK, &a), 40);
    assert_int_equal(a.evidence, PEEP_EVIDENCE);
    assert_int_equal(a.record[0], record - PEEP_EVIDENCE);
}

static void no_room_is_told(void **state)
{
    for (uint64_t i = 1; i <= PEEP_PAIRS; i++)
        feed_task(ANN, i);
    assert_false(peep_overflowed(p));
    feed_task(ANN, PEEP_PAIRS + 1);
    assert_true(peep_overflowed(p));
    feed_task(ANN, 5); /* still followed */
}

static void too_many_staff_are_told(void **state)
{
    feed(PEEP_LIST, PEEP_STAFF - 1, 0);
    assert_false(peep_overflowed(p));
    feed(PEEP_LIST, PEEP_STAFF, 0);
    assert_true(peep_overflowed(p));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(claimed_read_and_given_up), CASE(two_given_up_is_none),
          CASE(given_up_after_a_contact_is_none), CASE(given_up_now_and_then_is_none),
          CASE(at_night), CASE(in_the_evening_is_none), CASE(many_in_an_hour),
          CASE(fewer_in_an_hour_are_none), CASE(read_without_a_task),
          CASE(four_without_a_task_are_none), CASE(a_contact_after_a_day_is_too_late),
          CASE(after_the_contract), CASE(under_contract_is_none), CASE(again_and_again),
          CASE(again_after_a_contact_is_none), CASE(walking_through_ids),
          CASE(a_few_wrong_ids_are_none), CASE(several_of_a_store),
          CASE(three_and_the_owner_are_none), CASE(a_storm_of_lists), CASE(paging_is_none),
          CASE(before_leaving), CASE(nine_before_leaving_are_none), CASE(after_release),
          CASE(once_after_release_is_none), CASE(evidence_is_the_newest), CASE(no_room_is_told),
          CASE(too_many_staff_are_told), CASE(two_contracts_just_over))
