#include "desk/hop.h"
#include "unit.h"

static const struct hop_question asked = {.trace = "trc_1",
                                          .n = 1,
                                          .caller = 1,
                                          .callee = 2,
                                          .at = 1000 * WHEN_MINUTE,
                                          .within = HOP_APART};

static struct hop_answer good(void)
{
    return (struct hop_answer){.status = HOP_ANSWERED,
                               .at = asked.at,
                               .line = "lin_1",
                               .purpose = "interconnect",
                               .record = "rec_1_1",
                               .previous = "org_c"};
}

static const char *fault(const struct hop_answer *a)
{
    static const char *const path[] = {"org_a", "org_b"};
    return hop_fault(&asked, a, path, 2);
}

static void a_good_answer_has_no_fault(void **state)
{
    struct hop_answer a = good();
    assert_null(fault(&a));
    *a.previous = '\0'; /* it does not say from whom: the trace ends, by another rule */
    assert_null(fault(&a));
    snprintf(a.purpose, sizeof a.purpose, "marketing");
    assert_null(fault(&a));
    a = (struct hop_answer){.status = HOP_UNKNOWN, .why = "no-record"};
    assert_null(fault(&a));
    a = (struct hop_answer){.status = HOP_REFUSED, .why = "denied"};
    assert_null(fault(&a));
}

static void a_call_of_another_time_is_another_call(void **state)
{
    struct hop_answer a = good();
    a.at = asked.at + HOP_APART;
    assert_null(fault(&a));
    a.at++;
    assert_string_equal(fault(&a), "another-time");
    a.at = asked.at - HOP_APART;
    assert_null(fault(&a));
    a.at--;
    assert_string_equal(fault(&a), "another-time");
}

static void who_was_asked_before_is_a_loop(void **state)
{
    struct hop_answer a = good();
    snprintf(a.previous, sizeof a.previous, "org_a");
    assert_string_equal(fault(&a), "loop");
    snprintf(a.previous, sizeof a.previous, "org_b");
    assert_string_equal(fault(&a), "loop");
}

static void what_cannot_be_is_malformed(void **state)
{
    struct hop_answer a = good();
    *a.line = '\0';
    assert_string_equal(fault(&a), "malformed");
    a = good();
    *a.record = '\0';
    assert_string_equal(fault(&a), "malformed");
    a = good();
    *a.purpose = '\0';
    assert_string_equal(fault(&a), "malformed");
    a = good();
    snprintf(a.purpose, sizeof a.purpose, "marketing"); /* and yet from another carrier */
    assert_string_equal(fault(&a), "malformed");
    a = good();
    snprintf(a.line, sizeof a.line, "lin 1");
    assert_string_equal(fault(&a), "malformed");
    a = good();
    snprintf(a.holder, sizeof a.holder, "org_\x01");
    assert_string_equal(fault(&a), "malformed");
    a = good();
    a.status = HOP_ASKED;
    assert_string_equal(fault(&a), "malformed");
}

static void every_status_has_a_word(void **state)
{
    struct str rest = STR(HOP_STATUSES), word;
    enum hop_status s;
    int i = 0;
    for (; str_split(&rest, ' ', &word); i++) {
        assert_true(hop_status_of(word, &s));
        assert_int_equal(s, i);
        assert_true(str_eq(word, str_of(hop_word(s))));
    }
    assert_int_equal(i, 5);
    assert_false(hop_status_of(STR("answere"), &s));
}

UNIT_MAIN(TEST(a_good_answer_has_no_fault), TEST(a_call_of_another_time_is_another_call),
          TEST(who_was_asked_before_is_a_loop), TEST(what_cannot_be_is_malformed),
          TEST(every_status_has_a_word))
