/* Certificates: what issuing takes, each condition alone; the last second; acts upon them. */
#include "practitioner_fixture.h"

static struct office o;

static int start(void **state)
{
    office_open(&o);
    return 0;
}

static int stop(void **state)
{
    office_close(&o);
    return 0;
}

typedef enum err act(const struct certificate_work *, const struct certificate_act *,
                     enum certificate_no *, int64_t *, struct problem *);

static const char *do_act(act *run)
{
    const struct certificate_work w = office_work(&o);
    const struct certificate_act a = {
        .id = str_of(o.number), .ground = STR("complaint"), .document = STR("2026-17")};
    enum certificate_no no;
    must(run(&w, &a, &no, &o.seq, &problem));
    return certificate_word(no);
}

static const char *renew(void)
{
    const struct certificate_work w = office_work(&o);
    char next[CERTIFICATE_NUMBER];
    enum certificate_no no;
    must(certificate_renew(&w, str_of(o.number), STR(""), next, &no, &o.seq, &problem));
    return certificate_word(no);
}

/* Issuing ------------------------------------------------------------------------------------ */

static void each_condition_of_issuing_alone(void **state)
{
    struct practitioner_entry p = office_ann("stf_ann");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "unknown-practitioner");
    must(office_enter(&o, &p));
    assert_string_equal(office_issue(&o, "stf_bea", "exm_1", ""), "unknown-practitioner");
    assert_string_equal(office_issue(&o, "stf_ann", "", ""), "exam-not-passed");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "exam-not-passed");
    office_pass(&o, "exm_1");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "exam-not-passed");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "training-missing");
    office_train(&o, "stf_ann", 23, o.at - WHEN_DAY);
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "training-missing");
    office_train(&o, "stf_ann", 1, o.at);
    p.education = STR("below");
    must(office_enter(&o, &p));
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "education");
    p.full_capacity = false;
    must(office_enter(&o, &p));
    assert_string_equal(office_issue(&o, "stf_ann", "", ""), "no-capacity");
    p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", "SMA-1"), "done");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "has-certificate");
    facts_expect(&o.x, "SELECT count(*) FROM certificates", "1");
    facts_expect(&o.x, "SELECT score FROM certificates", "81");
}

/* The association's examiner turns out to be Ann. */
static void nobody_certifies_herself(void **state)
{
    office_certify(&o, "stf_ann");
    struct practitioner_entry p = office_ann("stf_exa");
    must(office_enter(&o, &p));
    p.staff = STR("stf_annb");
    must(office_enter(&o, &p));
    assert_string_equal(do_act(certificate_suspend), "done");
    assert_string_equal(do_act(certificate_restore), "own-human");
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    assert_string_equal(office_issue(&o, "stf_annb", "exm_1", ""), "own-human");
}

static void a_number_is_given_once_and_can_stand_in_a_path(void **state)
{
    static const char *const wrong[] = {"SH1", "SH 1234", "SH/1234", "../../etc",
                                        "12345678901234567890123456789012345678901"};
    office_certify(&o, "stf_ann");
    const struct practitioner_entry p = office_ann("stf_annb");
    must(office_enter(&o, &p));
    char taken[CERTIFICATE_NUMBER];
    memcpy(taken, o.number, sizeof taken);
    assert_string_equal(office_issue(&o, "stf_annb", "exm_1", taken), "number-taken");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct certificate_work w = office_work(&o);
        const struct certificate_terms t = {.practitioner = str_of(o.id),
                                            .staff = STR("stf_annb"),
                                            .course = STR("c"),
                                            .exam = STR("e"),
                                            .number = str_of(wrong[i])};
        char id[CERTIFICATE_NUMBER];
        enum certificate_no no;
        struct problem why;
        assert_int_equal(certificate_issue(&w, &t, id, &no, &o.seq, &why), ERR_INVALID);
    }
}

static void training_is_the_humans_whichever_account_it_was_entered_for(void **state)
{
    struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    office_train(&o, "stf_ann", 24, o.at);
    p = office_ann("stf_annb");
    must(office_enter(&o, &p));
    office_pass(&o, "exm_1");
    assert_string_equal(office_issue(&o, "stf_annb", "exm_1", ""), "done");
}

static void training_of_one_time_counts_once_and_has_no_more_hours_than_its_time(void **state)
{
    const struct fact_origin origin = office_origin(&o, "stf_exa");
    struct training t = {.staff = STR("stf_ann"),
                         .course = STR("2026"),
                         .delivered_by = STR("org_u"),
                         .hours = 3,
                         .from = NOW - 2 * WHEN_HOUR,
                         .until = NOW};
    struct problem why;
    char id[FRESH_ID];
    assert_int_equal(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &why), ERR_INVALID);
    t.hours = 2;
    must(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &problem));
    assert_int_equal(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &why), ERR_CONFLICT);
    t.until = t.from; /* what ends where it began is another's time */
    t.from -= 2 * WHEN_HOUR;
    must(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &problem));
    t.from = NOW;
    t.until = NOW + 2 * WHEN_HOUR;
    assert_int_equal(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &why), ERR_INVALID);
    t.staff = STR("stf_none");
    t.from = NOW - 9 * WHEN_HOUR;
    t.until = NOW - 7 * WHEN_HOUR;
    assert_int_equal(training_enter(o.x.f.s, &t, &origin, id, &o.seq, &why), ERR_NOT_FOUND);
}

/* Until when --------------------------------------------------------------------------------- */

static void it_ends_at_midnight_three_years_on_in_the_time_of_the_rules(void **state)
{
    office_certify(&o, "stf_ann");
    char text[WHEN_TEXT];
    when_format(office_until(&o, "stf_ann", ""), 480, text);
    assert_string_equal(text, "2029-11-18T00:00:00+08:00");
}

static void the_twenty_ninth_of_february_ends_on_the_twenty_eighth(void **state)
{
    must(when_parse_exact(STR("2028-02-29T12:00:00+08:00"), &o.at));
    office_certify(&o, "stf_ann");
    char text[WHEN_TEXT];
    when_format(office_until(&o, "stf_ann", ""), 480, text);
    assert_string_equal(text, "2031-02-28T00:00:00+08:00");
}

static void what_an_agency_states_counts_until_the_table_says_otherwise(void **state)
{
    char text[WHEN_TEXT];
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    when_format(office_until(&o, "stf_ann", "SH1:2030-01-01"), 480, text);
    assert_string_equal(text, "2030-01-02T00:00:00+08:00");
    office_certify(&o, "stf_ann");
    const when until = office_until(&o, "stf_ann", "");
    assert_int_equal(office_until(&o, "stf_ann", "SH1:2040-01-01"), until);
    assert_string_equal(do_act(certificate_revoke), "done");
    assert_int_equal(office_until(&o, "stf_ann", "SH1:2040-01-01"), 0);
    /* Nor does it count that somebody else states this number. */
    char stated[64];
    snprintf(stated, sizeof stated, "%s:2040-01-01", o.number);
    assert_int_equal(office_until(&o, "stf_bea", stated), 0);
    assert_true(office_until(&o, "stf_bea", "SH2:2040-01-01") > o.at);
}

/* Acts --------------------------------------------------------------------------------------- */

static void suspend_restore_revoke(void **state)
{
    office_certify(&o, "stf_ann");
    const when until = office_until(&o, "stf_ann", "");
    assert_string_equal(do_act(certificate_restore), "not-suspended");
    assert_string_equal(do_act(certificate_suspend), "done");
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    assert_string_equal(do_act(certificate_suspend), "suspended");
    assert_string_equal(do_act(certificate_restore), "done");
    assert_int_equal(office_until(&o, "stf_ann", ""), until);
    facts_expect(&o.x, "SELECT ground FROM certificates", "complaint");
    assert_string_equal(do_act(certificate_suspend), "done");
    assert_string_equal(do_act(certificate_revoke), "done");
    assert_string_equal(do_act(certificate_restore), "revoked");
    assert_string_equal(do_act(certificate_suspend), "revoked");
    assert_string_equal(do_act(certificate_revoke), "revoked");
    assert_string_equal(renew(), "revoked");
    facts_expect(&o.x, "SELECT count(*) FROM journal WHERE kind = 'certificates'", "5");
    o.at++;
    office_pass(&o, "exm_2");
    /* After a revocation only a new one lets her work. */
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "done");
    assert_int_equal(office_until(&o, "stf_ann", ""), until);
    snprintf(o.number, sizeof o.number, "none-such");
    const struct certificate_work w = office_work(&o);
    const struct certificate_act a = {.id = str_of(o.number)};
    enum certificate_no no;
    struct problem why;
    assert_int_equal(certificate_suspend(&w, &a, &no, &o.seq, &why), ERR_NOT_FOUND);
}

static void who_may_not_be_certified_gets_none_back(void **state)
{
    office_certify(&o, "stf_ann");
    assert_string_equal(do_act(certificate_suspend), "done");
    struct practitioner_entry p = office_ann("stf_ann");
    p.full_capacity = false;
    must(office_enter(&o, &p));
    assert_string_equal(do_act(certificate_restore), "no-capacity");
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
}

static void renewing_takes_time_and_training_and_adds_three_years_to_its_end(void **state)
{
    char text[WHEN_TEXT];
    office_certify(&o, "stf_ann");
    const when until = office_until(&o, "stf_ann", "");
    assert_string_equal(renew(), "not-yet-renewable");
    o.at = until - 90 * WHEN_DAY - 1;
    assert_string_equal(renew(), "not-yet-renewable");
    o.at++;
    assert_string_equal(renew(), "training-missing");
    office_train(&o, "stf_ann", 11, o.at);
    assert_string_equal(renew(), "training-missing");
    office_train(&o, "stf_ann", 1, o.at - WHEN_DAY);
    o.at = until - 1;
    assert_string_equal(renew(), "done");
    assert_string_equal(renew(), "has-certificate");
    when_format(office_until(&o, "stf_ann", ""), 480, text);
    assert_string_equal(text, "2032-11-18T00:00:00+08:00");
    /* Whoever acts upon one acts upon both: none is left that the other renewed. */
    assert_string_equal(do_act(certificate_suspend), "done");
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    facts_expect(&o.x, "SELECT count(*) FROM certificates WHERE status = 'suspended'", "2");
}

static void a_new_one_is_issued_from_the_instant_of_the_end(void **state)
{
    office_certify(&o, "stf_ann");
    o.at = office_until(&o, "stf_ann", "") - 1;
    office_pass(&o, "exm_2");
    office_train(&o, "stf_ann", 24, o.at);
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "has-certificate");
    o.at++;
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "done");
}

static void what_has_ended_is_not_renewed(void **state)
{
    office_certify(&o, "stf_ann");
    const when until = office_until(&o, "stf_ann", "");
    o.at = until;
    assert_string_equal(renew(), "expired");
    assert_string_equal(do_act(certificate_suspend), "expired");
    o.at += WHEN_DAY;
    assert_string_equal(office_issue(&o, "stf_ann", "exm_1", ""), "exam-not-passed"); /* too old */
    office_pass(&o, "exm_2");
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "training-missing");
    office_train(&o, "stf_ann", 24, o.at);
    assert_string_equal(office_issue(&o, "stf_ann", "exm_2", ""), "done");
    assert_string_equal(do_act(certificate_revoke), "done");
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(each_condition_of_issuing_alone),
        test(nobody_certifies_herself),
        test(a_number_is_given_once_and_can_stand_in_a_path),
        test(training_is_the_humans_whichever_account_it_was_entered_for),
        test(training_of_one_time_counts_once_and_has_no_more_hours_than_its_time),
        test(it_ends_at_midnight_three_years_on_in_the_time_of_the_rules),
        test(the_twenty_ninth_of_february_ends_on_the_twenty_eighth),
        test(what_an_agency_states_counts_until_the_table_says_otherwise),
        test(suspend_restore_revoke),
        test(who_may_not_be_certified_gets_none_back),
        test(renewing_takes_time_and_training_and_adds_three_years_to_its_end),
        test(a_new_one_is_issued_from_the_instant_of_the_end),
        test(what_has_ended_is_not_renewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
