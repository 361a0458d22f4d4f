#include "person_fixture.h"

#include "person/correction.h"

static struct persons p;
static struct correction_act act;
static char id[FRESH_ID];
static bool is_open;

#define HER STR("per_lin")

static int start(void **state)
{
    (void)state;
    persons_open(&p);
    p.x.options.extra = &p.file.extra;
    facts_must(&p.x, &member_kind,
               "id,organisation,number,name,pool,district,marital_status,id_number\n"
               "per_lin,org_agency,13800138000,Lin,store,Xuhui,single,310101\n");
    act = (struct correction_act){.intake = &p.intake,
                                  .origin = {.node = STR("n1"), .actor = STR("person"), .at = NOW}};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    persons_close(&p);
    return 0;
}

static enum correction_no ask(const char *field, const char *value)
{
    enum correction_no no;
    const struct vault_field f = {str_of(field), str_of(value)};
    must(correction_ask(&act, HER, &f, id, &is_open, &no, &problem));
    return no;
}

static enum correction_no answer(const char *organisation, bool accept)
{
    enum correction_no no;
    const struct correction_answer q = {str_of(id), str_of(organisation), STR("not on the card"),
                                        accept};
    act.origin.actor = STR("stf_comp");
    must(correction_answer(&act, &q, &no, &problem));
    return no;
}

static void expect(const char *sql, const char *value)
{
    facts_expect(&p.x, sql, value);
}

static void what_she_told_changes_at_once_and_no_version_with_it(void **state)
{
    (void)state;
    assert_int_equal(ask("district", "Minhang"), CORRECTION_YES);
    assert_false(is_open);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "Minhang");
    expect("SELECT CAST(version AS TEXT) FROM members WHERE id = 'per_lin'", "1");
    expect("SELECT CAST(COUNT(*) AS TEXT) FROM journal WHERE kind = 'persons'", "2");
    expect("SELECT status || COALESCE(staff, '-') FROM corrections", "applied-");
    expect("SELECT CAST(COUNT(*) AS TEXT) FROM corrections WHERE value IS NOT NULL", "0");
    assert_int_equal(answer("org_agency", true), CORRECTION_ABSENT);
}

static void what_was_checked_waits_sealed_for_an_answer(void **state)
{
    (void)state;
    assert_int_equal(ask("marital_status", "divorced-2025"), CORRECTION_YES);
    assert_true(is_open);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "marital_status"), "single");
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&p, "divorced-2025"));
    assert_int_equal(ask("marital_status", "x"), CORRECTION_UNDER_WAY);
    assert_int_equal(answer("org_bureau", true), CORRECTION_ABSENT);
    assert_int_equal(answer("org_agency", true), CORRECTION_YES);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "marital_status"),
                        "divorced-2025");
    expect("SELECT status || staff FROM corrections WHERE value IS NULL", "acceptedstf_comp");
    expect("SELECT CAST(COUNT(*) AS TEXT) FROM journal WHERE kind = 'corrections'", "2");
    assert_int_equal(answer("org_agency", false), CORRECTION_ANSWERED);
    assert_int_equal(ask("marital_status", "single"), CORRECTION_YES);
}

static bool note(void *to, const struct correction *c)
{
    snprintf(to, 200, "%.*s %.*s %.*s", STR_ARG(c->field), STR_ARG(c->status), STR_ARG(c->reason));
    return true;
}

static void a_refusal_changes_nothing_and_she_reads_why(void **state)
{
    (void)state;
    char said[200] = "";
    assert_int_equal(ask("id_number", "310102"), CORRECTION_YES);
    must(correction_waiting(p.x.f.s, STR("org_agency"), note, said, &problem));
    assert_string_equal(said, "id_number open ");
    assert_int_equal(answer("org_agency", false), CORRECTION_YES);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_IDENTITY, "id_number"), "310101");
    must(correction_hers(&p.intake.vault, HER, note, said, &problem));
    assert_string_equal(said, "id_number refused not on the card");
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&p, "not on the card"));
    said[0] = '\0';
    must(correction_waiting(p.x.f.s, STR("org_agency"), note, said, &problem));
    assert_string_equal(said, "");
}

static void fifty_a_day_are_enough(void **state)
{
    (void)state;
    for (int i = 0; i < CORRECTIONS_A_DAY; i++) {
        char value[16];
        snprintf(value, sizeof value, "%d", i);
        assert_int_equal(ask("district", value), CORRECTION_YES);
    }
    assert_int_equal(ask("district", "x"), CORRECTION_LIMIT);
    act.origin.at += WHEN_DAY;
    assert_int_equal(ask("district", "x"), CORRECTION_YES);
}

static void nobody_corrects_whom_her_key_has_left(void **state)
{
    (void)state;
    must(unwrap_erase(p.keys, HER, KEY_PROFILE, NOW, &problem));
    assert_int_equal(ask("district", "x"), CORRECTION_ABSENT);
    assert_int_equal(ask("id_number", "x"), CORRECTION_ABSENT);
    expect("SELECT CAST(COUNT(*) AS TEXT) FROM corrections", "0");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        CASE(what_she_told_changes_at_once_and_no_version_with_it),
        CASE(what_was_checked_waits_sealed_for_an_answer),
        CASE(a_refusal_changes_nothing_and_she_reads_why),
        CASE(fifty_a_day_are_enough),
        CASE(nobody_corrects_whom_her_key_has_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
