/* Who may work: conditions each alone and together, one human with many accounts, bars. */
#include "practitioner_fixture.h"

#include <pthread.h>

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

static enum practitioner_no may(void)
{
    enum practitioner_no no;
    must(practitioner_may(o.x.f.s, o.key, o.x.rules, str_of(o.id), o.at, &no, &problem));
    return no;
}

static void put_bar(when until, char id[static FRESH_ID])
{
    const struct fact_origin origin = office_origin(&o, "stf_exa");
    const struct bar_terms t = {.practitioner = str_of(o.id),
                                .ground = STR("leak"),
                                .document = STR("2026-11"),
                                .until = until};
    must(bar_put(o.x.f.s, &t, &origin, id, &o.seq, &problem));
}

static void lift_bar(const char *id)
{
    const struct fact_origin origin = office_origin(&o, "stf_exa");
    must(bar_lift(o.x.f.s, str_of(id), &origin, &o.seq, &problem));
}

static void each_condition_alone_and_the_first_of_several(void **state)
{
    char bar[FRESH_ID];
    struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    assert_int_equal(may(), PRACTITIONER_YES);
    put_bar(WHEN_NEVER, bar);
    assert_int_equal(may(), PRACTITIONER_BARRED);
    p.education = STR("below");
    must(office_enter(&o, &p));
    assert_int_equal(may(), PRACTITIONER_NO_COLLEGE);
    p.full_capacity = false;
    must(office_enter(&o, &p));
    assert_int_equal(may(), PRACTITIONER_NO_CAPACITY);
    p.education = STR("doctor");
    p.full_capacity = true;
    must(office_enter(&o, &p));
    lift_bar(bar);
    assert_int_equal(may(), PRACTITIONER_YES);
    snprintf(o.id, sizeof o.id, "prc_none");
    assert_int_equal(may(), PRACTITIONER_UNKNOWN);
}

static void she_is_twenty_two_from_her_birthday_on_in_the_time_of_the_rules(void **state)
{
    struct practitioner_entry p = office_ann("stf_ann");
    p.id_number = STR("310101200411190031");
    p.born = STR("2004-11-19");
    must(office_enter(&o, &p));
    assert_int_equal(may(), PRACTITIONER_TOO_YOUNG);
    /* 2026-11-19T00:00:00+08:00 */
    o.at = 1795017600 * WHEN_SECOND - 1;
    assert_int_equal(may(), PRACTITIONER_TOO_YOUNG);
    o.at++;
    assert_int_equal(may(), PRACTITIONER_YES);
}

static void a_human_is_found_again_by_her_id_number(void **state)
{
    char first[FRESH_ID];
    struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    memcpy(first, o.id, sizeof first);
    p.staff = STR("stf_annb");
    must(office_enter(&o, &p));
    assert_string_equal(o.id, first);
    facts_expect(&o.x, "SELECT count(*) FROM practitioners", "1");
    /* An account is one human's; a number has one birth date. */
    p.id_number = STR("E1234567");
    assert_int_equal(office_enter(&o, &p), ERR_CONFLICT);
    p.staff = STR("stf_bea");
    must(office_enter(&o, &p));
    assert_string_not_equal(o.id, first);
    p.born = STR("1996-05-18");
    assert_int_equal(office_enter(&o, &p), ERR_CONFLICT);
    p.staff = STR("stf_none");
    assert_int_equal(office_enter(&o, &p), ERR_NOT_FOUND);
}

static void a_card_that_was_misread_is_refused(void **state)
{
    static const char *const numbers[] = {"310101199605170024", "310101200411190031",
                                          "31010119960517002X", "12 45678", "1234"};
    static const char *const days[] = {"1996-02-30", "1996-13-01", "1896-05-17", "17.5.1996", ""};
    struct practitioner_entry p = office_ann("stf_ann");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        p.id_number = str_of(numbers[i]);
        assert_int_equal(office_enter(&o, &p), ERR_INVALID);
    }
    p = office_ann("stf_ann");
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        p.born = str_of(days[i]);
        assert_int_equal(office_enter(&o, &p), ERR_INVALID);
    }
}

static void neither_number_nor_birth_date_is_kept_in_the_clear(void **state)
{
    const struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    facts_expect(&o.x,
                 "SELECT count(*) FROM journal WHERE payload LIKE '%19960517%' OR payload LIKE "
                 "'%1996-05-17%'",
                 "0");
    facts_expect(&o.x, "SELECT length(identity) FROM practitioners", "64");
    facts_expect(&o.x, "SELECT length(born) FROM practitioners", "50");
    /* Under another key it does not open: closed. */
    struct account_key *own = o.key, *other;
    char path[128];
    snprintf(path, sizeof path, "%s/accounts", o.x.f.folder);
    assert_int_equal(unlink(path), 0);
    must(account_key_open(&disk_real, o.x.f.folder, &other, &problem));
    o.key = other;
    assert_int_equal(may(), PRACTITIONER_UNKNOWN);
    o.key = own;
    account_key_close(other);
}

#if !defined(__SANITIZE_ADDRESS__)
enum { STACK = 4 << 20 };

static void *open_twice(void *of)
{
    const struct practitioner_entry *p = of;
    must(office_enter(&o, p));
    assert_int_equal(may(), PRACTITIONER_YES);
    return NULL;
}

/* Whoever opened it has returned, and the stack that it did so on is read from end to end. */
static void her_birth_date_is_wiped_from_the_stack(void **state)
{
    struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    uint8_t *stack = test_calloc(1, STACK);
    pthread_attr_t attr;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attr), 0);
    assert_int_equal(pthread_attr_setstack(&attr, stack, STACK), 0);
    assert_int_equal(pthread_create(&thread, &attr, open_twice, &p), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(memmem(stack, STACK, "1996-05-17", 10));
    assert_null(memmem(stack, STACK, "310101199605170025", 18));
    pthread_attr_destroy(&attr);
    test_free(stack);
}
#endif

static void a_bar_ends_by_its_time(void **state)
{
    char bar[FRESH_ID];
    const struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    put_bar(o.at + WHEN_DAY, bar);
    o.at += WHEN_DAY - 1;
    assert_int_equal(may(), PRACTITIONER_BARRED);
    o.at++;
    assert_int_equal(may(), PRACTITIONER_YES);
}

static void a_bar_takes_certificates_and_lifting_gives_back_what_it_took(void **state)
{
    char first[FRESH_ID], second[FRESH_ID];
    office_certify(&o, "stf_ann");
    const when until = office_until(&o, "stf_ann", "");
    assert_true(until > o.at);
    put_bar(WHEN_NEVER, first);
    assert_int_equal(office_until(&o, "stf_ann", "SH1:2030-01-01"), 0);
    put_bar(WHEN_NEVER, second);
    lift_bar(first);
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    lift_bar(second);
    assert_int_equal(office_until(&o, "stf_ann", ""), until);
    lift_bar(second);
    facts_expect(&o.x, "SELECT count(*) FROM bars WHERE status = 'lifted'", "2");
}

/* What an examiner suspended for a reason of its own is hers to restore. */
static void lifting_a_bar_gives_back_no_more_than_it_took(void **state)
{
    char bar[FRESH_ID];
    enum certificate_no no;
    office_certify(&o, "stf_ann");
    const struct certificate_work w = office_work(&o);
    const struct certificate_act a = {
        .id = str_of(o.number), .ground = STR("complaint"), .document = STR("2026-17")};
    must(certificate_suspend(&w, &a, &no, &o.seq, &problem));
    put_bar(WHEN_NEVER, bar);
    lift_bar(bar);
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    must(certificate_restore(&w, &a, &no, &o.seq, &problem));
    assert_true(office_until(&o, "stf_ann", "") > o.at);
}

static void nothing_stated_of_her_counts_while_she_is_barred(void **state)
{
    char bar[FRESH_ID];
    const struct practitioner_entry p = office_ann("stf_ann");
    must(office_enter(&o, &p));
    assert_true(office_until(&o, "stf_ann", "SH1:2030-01-01") > o.at);
    put_bar(WHEN_NEVER, bar);
    assert_int_equal(office_until(&o, "stf_ann", "SH1:2030-01-01"), 0);
    assert_true(office_until(&o, "stf_bea", "SH2:2030-01-01") > o.at);
    lift_bar(bar);
    assert_true(office_until(&o, "stf_ann", "SH1:2030-01-01") > o.at);
}

static enum err report(const char *staff, bool *barred)
{
    const struct fact_origin origin = office_origin(&o, "stf_cmp");
    const struct misconduct_report m = {
        .staff = str_of(staff), .ground = STR("took clients along"), .document = STR("sha256:00")};
    struct problem why = {.text = ""};
    return misconduct_report(o.x.f.s, o.x.rules, &m, &origin, barred, &o.seq, &why);
}

/* Ann, certified, with an account at each of four legal entities; two at the first. */
static void ann_everywhere(void)
{
    static const char *const accounts[] = {"stf_ann2", "stf_annb", "stf_annc", "stf_annd"};
    facts_must(&o.x, &organisation_kind,
               "id,name,kind,sector,licence,region,status,parent,legal_entity\n"
               "org_d,D,agency,matchmaking,,310000,active,,\n");
    facts_must(&o.x, &staff_kind,
               "id,organisation,name,role,login,certificate,status\n"
               "stf_annd,org_d,Ann,sales,annd,,active\n");
    office_certify(&o, "stf_ann");
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++) {
        const struct practitioner_entry p = office_ann(accounts[i]);
        must(office_enter(&o, &p));
    }
}

/* An hour later, reported by whoever keeps this account. */
static bool report_bars(const char *staff)
{
    bool barred;
    o.at += WHEN_HOUR;
    must(report(staff, &barred));
    return barred;
}

static void the_third_legal_entity_that_reports_her_bars_her(void **state)
{
    bool barred;
    assert_int_equal(report("stf_ann", &barred), ERR_NOT_FOUND);
    ann_everywhere();
    assert_false(report_bars("stf_ann"));
    assert_int_equal(report("stf_ann2", &barred), ERR_CONFLICT); /* the same legal entity */
    assert_false(report_bars("stf_annb"));
    assert_int_equal(may(), PRACTITIONER_YES);
    assert_true(report_bars("stf_annc"));
    assert_int_equal(may(), PRACTITIONER_BARRED);
    assert_int_equal(office_until(&o, "stf_ann", ""), 0);
    assert_false(report_bars("stf_annd")); /* one bar is enough */
    facts_expect(&o.x, "SELECT ground FROM bars", "reports");
}

static void reports_count_anew_once_their_bar_is_lifted(void **state)
{
    char bar[FRESH_ID];
    bool barred;
    ann_everywhere();
    assert_false(report_bars("stf_ann"));
    assert_false(report_bars("stf_annb"));
    put_bar(WHEN_NEVER, bar);
    lift_bar(bar); /* of another ground: it judged no report */
    assert_true(report_bars("stf_annc"));
    must(store_run(o.x.f.s, "SELECT \"id\" FROM bars WHERE \"ground\" = 'reports'", NULL, 0,
                   facts_take_text, bar, &problem));
    o.at += WHEN_HOUR;
    lift_bar(bar);
    assert_int_equal(may(), PRACTITIONER_YES);

    assert_false(report_bars("stf_annd"));
    assert_false(report_bars("stf_ann2")); /* the entity of the first report, of what came after */
    assert_int_equal(report("stf_ann", &barred), ERR_CONFLICT);
    assert_int_equal(may(), PRACTITIONER_YES);
    assert_true(report_bars("stf_annb"));
    assert_int_equal(may(), PRACTITIONER_BARRED);
    facts_expect(&o.x, "SELECT count(*) FROM bars WHERE ground = 'reports'", "2");
}

/* The second bar for reports, too, once it has run out. */
static void what_ran_out_is_served(void **state)
{
    const struct fact_origin origin = office_origin(&o, "stf_exa");
    char bar[FRESH_ID];
    ann_everywhere();
    assert_false(report_bars("stf_ann"));
    assert_false(report_bars("stf_annb"));
    const struct bar_terms t = {str_of(o.id), STR("reports"), STR("2026-11"), o.at + WHEN_DAY};
    must(bar_put(o.x.f.s, &t, &origin, bar, &o.seq, &problem));
    assert_false(report_bars("stf_annc"));
    o.at += WHEN_DAY;
    assert_false(report_bars("stf_annd"));
}

/* The association's examiner turns out to be Ann. */
static void nobody_clears_herself(void **state)
{
    const struct fact_origin hers = office_origin(&o, "stf_exa"),
                             another = office_origin(&o, "stf_bea");
    struct practitioner_entry p = office_ann("stf_ann");
    char bar[FRESH_ID];
    must(office_enter(&o, &p));
    p.staff = STR("stf_exa");
    must(office_enter(&o, &p));
    put_bar(WHEN_NEVER, bar);
    must_fail(ERR_REFUSED, bar_lift(o.x.f.s, str_of(bar), &hers, &o.seq, &problem));
    assert_int_equal(may(), PRACTITIONER_BARRED);
    must(bar_lift(o.x.f.s, str_of(bar), &another, &o.seq, &problem));
    assert_int_equal(may(), PRACTITIONER_YES);
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(each_condition_alone_and_the_first_of_several),
        test(she_is_twenty_two_from_her_birthday_on_in_the_time_of_the_rules),
        test(a_human_is_found_again_by_her_id_number),
        test(a_card_that_was_misread_is_refused),
        test(neither_number_nor_birth_date_is_kept_in_the_clear),
#if !defined(__SANITIZE_ADDRESS__)
        test(her_birth_date_is_wiped_from_the_stack),
#endif
        test(a_bar_ends_by_its_time),
        test(a_bar_takes_certificates_and_lifting_gives_back_what_it_took),
        test(lifting_a_bar_gives_back_no_more_than_it_took),
        test(nothing_stated_of_her_counts_while_she_is_barred),
        test(the_third_legal_entity_that_reports_her_bars_her),
        test(reports_count_anew_once_their_bar_is_lifted),
        test(what_ran_out_is_served),
        test(nobody_clears_herself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
