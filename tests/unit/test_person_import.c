#include "facts_fixture.h"
#include "core/clock.h"
#include "person/assignment.h"
#include "person/consent.h"
#include "person/preference.h"
#include "person/refusal.h"
#include "registry/organisation.h"

static struct facts x;

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static void preferences_are_stored_in_normal_form(void **state)
{
    facts_must(&x, &preference_kind,
               "number,sectors,classes,hours,block,allow\n"
               "13800138000,real-estate;finance.insurance,95;400,14:00-20:00;09:00-12:00,"
               "+44*;13900139000,org_homes\n"
               "13800138001,*,,,,\n");
    facts_expect(&x, "SELECT hours FROM preferences WHERE number = 8613800138000",
                 "09:00-12:00;14:00-20:00");
    facts_expect(&x, "SELECT block FROM preferences WHERE number = 8613800138000",
                 "44*;8613900139000");
    facts_expect(&x, "SELECT sectors FROM preferences WHERE number = 8613800138001", "*");
    facts_expect(&x, "SELECT hours FROM preferences WHERE number = 8613800138001", "NULL");
    struct hours h;
    assert_true(preference_hours(STR("09:00-12:00;14:00-20:00"), &h));
    assert_int_equal(h.count, 2);
    assert_int_equal(h.window[1].from_s, 14 * 3600);
    assert_int_equal(facts_import(&x, &preference_kind,
                                  "number,sectors,classes,hours,block,allow\n"
                                  "13800138000,estate,,,,\n"
                                  "13800138000,,emergency,,,\n"
                                  "13800138000,,,9-12,,\n"),
                     OK);
    assert_int_equal(x.result.skipped, 3);
}

static void the_age_of_a_copy_is_a_fact(void **state)
{
    x.options.copy_of = "national";
    x.options.copied_at = 12345;
    facts_must(&x, &preference_kind,
               "number,sectors,classes,hours,block,allow\n13800138000,,,,,\n");
    facts_expect(&x, "SELECT copied_at FROM copies WHERE name = 'national'", "12345");
    facts_expect(&x, "SELECT kind FROM journal ORDER BY seq DESC LIMIT 1", "copies");
    assert_int_equal(x.result.journal, 6);
    assert_int_equal(x.result.written, 1);
    /* Nothing changed there, but it is younger now. */
    x.options.copied_at = 23456;
    facts_must(&x, &preference_kind,
               "number,sectors,classes,hours,block,allow\n13800138000,,,,,\n");
    assert_int_equal(x.result.written, 0);
    facts_expect(&x, "SELECT copied_at FROM copies WHERE name = 'national'", "23456");
}

static void a_refusal_stays_with_its_earliest_instant(void **state)
{
#define REFUSAL(at) "number,organisation,at\n13800138000,org_homes," at "\n"
    facts_must(&x, &refusal_kind, REFUSAL("1970-01-01T00:00:50Z"));
    assert_int_equal(x.result.written, 1);
    facts_must(&x, &refusal_kind, REFUSAL("1970-01-01T00:01:30Z"));
    assert_int_equal(x.result.unchanged, 1);
    facts_expect(&x, "SELECT at FROM refusals", "50000000000");
    facts_must(&x, &refusal_kind, REFUSAL("1970-01-01T00:00:20Z"));
    assert_int_equal(x.result.written, 1);
    facts_expect(&x, "SELECT at FROM refusals", "20000000000");
    facts_expect(&x, "SELECT payload FROM journal ORDER BY seq DESC LIMIT 1",
                 "{\"number\":8613800138000,\"organisation\":\"org_homes\",\"at\":20000000000}");
    assert_int_equal(
        facts_import(&x, &refusal_kind, "number,organisation,at\n13800138000,org_homes,\n"), OK);
    assert_int_equal(x.result.skipped, 1);
}

#define CONSENTS "number,organisation,purposes,categories,channels,from,until,wording,evidence\n"
#define EVIDENCE "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void consents_are_complete_or_refused(void **state)
{
    static const char *const complete[] = {
        "13800138000", "org_homes",  "marketing",       "contact", "call",
        "2026-01-01",  "2026-12-31", "You may call me", EVIDENCE};
    enum { N = sizeof complete / sizeof *complete, UNTIL = 6 };
    for (int empty = 0; empty < N; empty++) {
        char text[1024] = CONSENTS;
        for (int i = 0; i < N; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "," : "",
                     i == empty ? "" : complete[i]);
        snprintf(text + strlen(text), sizeof text - strlen(text), "\n");
        assert_int_equal(facts_import(&x, &consent_kind, text), OK);
        if (x.result.skipped != (empty != UNTIL))
            fail_msg("without field %d: %s", empty, x.said);
        if (empty != UNTIL)
            assert_said(&x, "empty; a value is needed");
    }
    facts_expect(&x, "SELECT count(*) FROM consents", "1");
    facts_expect(&x, "SELECT status FROM consents", "asserted");
}

static void say_consent(const char *purposes, const char *kinds, int evidence)
{
    char text[512];
    snprintf(text, sizeof text,
             CONSENTS "13800138000,org_homes,%s,%s,call,2026-01-01,,You may,sha256:%064d\n",
             purposes, kinds, evidence);
    assert_int_equal(facts_import(&x, &consent_kind, text), OK);
}

static void a_bundle_is_no_consent(void **state)
{
#define INTRODUCE "matchmaking.introduce"
    static const char *const several =
        "purposes: several purposes in one are no consent; split the row, one for each purpose";
    static const struct {
        const char *purposes, *categories, *said; /* NULL: taken */
    } table[] = {
        {"marketing", "contact", NULL},
        {"marketing;marketing", "contact", NULL},
        {INTRODUCE, "basic;education", NULL},
        {INTRODUCE, "photo", NULL},
        {INTRODUCE, "photo;photo", NULL},
        {"marketing;service", "contact", several},
        {INTRODUCE ";marketing", "contact", several},
        {INTRODUCE ";matchmaking.followup", "contact", several},
        {"marketing;marketing.loans", "contact", several},
        {"matchmaking.introduce;matchmaking.verify", "basic;photo;property;identity", several},
        {INTRODUCE, "basic;photo",
         "categories: sensitive data need a consent of their own, here photo; split the row"},
        {INTRODUCE, "property;photo;basic", "here photo;property; split the row, one for each"},
        {INTRODUCE, "photo;property", "here photo;property; split the row, one for each"},
        {"matchmaking.verify", "identity;education", "here identity; split the row"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        say_consent(table[i].purposes, table[i].categories, (int)i);
        if ((x.result.skipped == 0) != (table[i].said == NULL))
            fail_msg("%s, %s: %s", table[i].purposes, table[i].categories, x.said);
        if (table[i].said != NULL)
            assert_said(&x, table[i].said);
    }
    facts_expect(&x, "SELECT count(*) FROM consents", "5");
}

static void the_evidence_of_one_consent_is_not_that_of_another(void **state)
{
    say_consent(INTRODUCE, "basic;education", 1);
    say_consent(INTRODUCE, "photo", 1);
    assert_int_equal(x.result.skipped, 1);
    assert_said(&x, "evidence: this is the evidence of a consent to other categories");
    facts_expect(&x, "SELECT categories FROM consents", "basic;education");
    say_consent(INTRODUCE, "basic", 1); /* a row that is set right */
    assert_int_equal(x.result.written, 1);
    facts_expect(&x, "SELECT categories FROM consents", "basic");
    say_consent(INTRODUCE, "photo", 2);
    assert_int_equal(x.result.written, 1);
    facts_expect(&x, "SELECT count(*) FROM consents", "2");
}

static void a_file_asserts_and_never_confirms_nor_changes_what_was_confirmed(void **state)
{
#define ROW(until)                                                                                 \
    "13800138000,org_homes,marketing,contact,call,2026-01-01," until ",You may," EVIDENCE
    facts_must(
        &x, &consent_kind,
        "number,organisation,purposes,categories,channels,from,until,wording,evidence,status\n" ROW(
            "2026-06-30") ",confirmed\n");
    assert_said(&x, "the column \"status\" is unknown and kept out");
    facts_expect(&x, "SELECT status FROM consents", "asserted");
    facts_must(&x, &consent_kind, CONSENTS ROW("2026-03-31") "\n");
    assert_int_equal(x.result.written, 1);
    facts_expect(&x, "SELECT count(*) FROM consents", "1");
    must(store_run(x.f.s, "UPDATE consents SET status = 'confirmed'", NULL, 0, NULL, NULL,
                   &problem));
    facts_must(&x, &consent_kind, CONSENTS ROW("2030-12-31") "\n");
    assert_int_equal(x.result.unchanged, 1);
    facts_expect(&x, "SELECT status FROM consents", "confirmed");
    facts_expect(&x,
                 "SELECT CASE WHEN \"until\" < 1780000000000000000 THEN 'kept' ELSE 'longer' END "
                 "FROM consents",
                 "kept");
}

static void a_consent_after_a_refusal_leaves_both(void **state)
{
    facts_must(&x, &refusal_kind, REFUSAL("2026-02-01"));
    facts_must(&x, &consent_kind, CONSENTS ROW("") "\n");
    facts_expect(&x, "SELECT count(*) FROM refusals", "1");
    facts_expect(&x, "SELECT count(*) FROM consents", "1");
}

static void a_purpose_named_twice_makes_no_second_consent(void **state)
{
    say_consent("marketing", "contact", 1);
    say_consent("marketing; marketing", "contact", 1);
    assert_int_equal(x.result.unchanged, 1);
    facts_expect(&x, "SELECT count(*) FROM consents", "1");
}

static void a_number_is_assigned_again(void **state)
{
    facts_must(&x, &assignment_kind,
               "number,assigned_at,released_at\n"
               "13800138000,2020-01-01,\n");
    facts_must(&x, &assignment_kind,
               "number,assigned_at,released_at\n"
               "13800138000,2020-01-01,2024-01-01\n13800138000,2025-01-01,\n");
    assert_int_equal(x.result.written, 2);
    facts_expect(&x, "SELECT count(*) FROM assignments", "2");
    assert_int_equal(facts_import(&x, &assignment_kind,
                                  "number,assigned_at,released_at\n"
                                  "13800138000,2025-01-01,2024-01-01\n"),
                     OK);
    assert_said(&x, "released before it was assigned");
}

/* Sanitizers keep freed memory. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static long resident_kb(void)
{
    char line[128];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "VmRSS: %ld", &kb) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kb;
}

static long middle_kb, highest_kb;

static void watch_memory(void *to, uint64_t done, uint64_t size, uint64_t rows)
{
    (void)to;
    const long kb = resident_kb();
    if (done <= size / 3 && kb > middle_kb)
        middle_kb = kb;
    if (kb > highest_kb)
        highest_kb = kb;
    (void)rows;
}

/* A hundred thousand rows: time is printed, memory is asserted. */
static void memory_does_not_grow_with_the_file(void **state)
{
    enum { ROWS = 100000 };
    FILE *file = fopen(x.path, "w");
    fputs("number,sectors,classes,hours,block,allow\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "138%08d,real-estate;finance.insurance,95,09:00-12:00,,\n", i);
    fclose(file);
    x.options.progress = watch_memory;
    middle_kb = highest_kb = 0;
    int64_t begin = clock_monotonic();
    must(import_run(x.f.s, &preference_kind, &x.options, &x.result, &problem));
    const double first = (double)(clock_monotonic() - begin) / 1e9;
    assert_int_equal(x.result.written, ROWS);
    begin = clock_monotonic();
    must(import_run(x.f.s, &preference_kind, &x.options, &x.result, &problem));
    const double again = (double)(clock_monotonic() - begin) / 1e9;
    assert_int_equal(x.result.unchanged, ROWS);
    print_message("import of %d preferences: %.0f rows/s, unchanged %.0f rows/s, %ld KB resident\n",
                  ROWS, ROWS / first, ROWS / again, highest_kb);
    assert_true(middle_kb > 0);
#ifndef SANITIZED
    assert_in_range(highest_kb, 1, middle_kb + 20000);
#endif
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(preferences_are_stored_in_normal_form), CASE(the_age_of_a_copy_is_a_fact),
          CASE(a_refusal_stays_with_its_earliest_instant), CASE(consents_are_complete_or_refused),
          CASE(a_bundle_is_no_consent), CASE(the_evidence_of_one_consent_is_not_that_of_another),
          CASE(a_file_asserts_and_never_confirms_nor_changes_what_was_confirmed),
          CASE(a_consent_after_a_refusal_leaves_both),
          CASE(a_purpose_named_twice_makes_no_second_consent), CASE(a_number_is_assigned_again),
          CASE(memory_does_not_grow_with_the_file))
