#include "facts_fixture.h"
#include "core/clock.h"
#include "registry/campaign.h"
#include "registry/entrustment.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/organisation.h"
#include "registry/staff.h"

#include <pthread.h>
#include <sys/stat.h>

static struct facts x;

static int start(void **state)
{
    facts_open(&x);
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

#define RANGES    "first,last,organisation,use,direction,status\n"
#define LINES     "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
#define DOCUMENTS "licence;permit;number-certificate;filing;plan"
#define CAMPAIGNS "id,principal,callers,sector,purpose,lines,consent_basis,from,until,status\n"

static void organisations_enter_and_update(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    assert_int_equal(x.result.read, 4);
    assert_int_equal(x.result.written, 4);
    assert_int_equal(x.result.journal, 4);
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    assert_int_equal(x.result.written, 0);
    assert_int_equal(x.result.unchanged, 4);
    assert_int_equal(x.result.journal, 0);
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status,parent\n"
               "org_homes,Homes,enterprise,real-estate,,310000,suspended,\n"
               "org_homes_2,Homes Two,enterprise,real-estate,,310000,active,org_homes\n"
               "org_homes_3,Homes Three,enterprise,real-estate,,310000,active,org_homes_2\n");
    assert_int_equal(x.result.written, 3);
    assert_int_equal(x.result.journal, 7);
    facts_expect(&x, "SELECT status FROM organisations WHERE id = 'org_homes'", "suspended");
    facts_expect(&x, "SELECT count(*) FROM journal", "7");
    facts_expect(&x, "SELECT subject FROM journal WHERE seq = 5", "org_homes");
}

static void a_bad_row_is_named_and_the_rest_enters(void **state)
{
    assert_int_equal(facts_import(&x, &organisation_kind,
                                  "id,name,kind,sector,licence,region,status\n"
                                  "org_a,A,agency,matchmaking,,,active\n"
                                  "org_b,B,agncy,matchmaking,,,active\n"
                                  "org_c,,agency,matchmaking,,,active\n"
                                  "org_d,D,agency,matchmaking,,,active,more\n"
                                  "org_e,E,agency\n"
                                  "org_f,\"F,agency,,,,active\n"),
                     OK);
    assert_int_equal(x.result.written, 1);
    assert_int_equal(x.result.skipped, 5);
    assert_int_equal(x.result.read, 6);
    assert_said(&x, "in.csv:3:9: kind: \"agncy\" is not known here; expected one of agency, ");
    assert_said(&x, "in.csv:4:7: name: empty");
    assert_said(&x, "in.csv:5:1: 8 fields; expected 7");
    assert_said(&x, "in.csv:6:1: 3 fields; expected 7");
    assert_said(&x, "in.csv:7:");
}

static void empty_fields_at_the_end_are_a_spreadsheets_habit(void **state)
{
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status,,\n"
               "org_a,A,agency,matchmaking,,,active,,\n"
               "org_b,B,agency,matchmaking,,,active,,,,\n");
    assert_int_equal(x.result.written, 2);
}

static void strict_refuses_all_and_names_every_row(void **state)
{
    x.options.strict = true;
    assert_int_equal(facts_import(&x, &organisation_kind,
                                  "id,name,kind,sector,licence,region,status\n"
                                  "org_a,A,agency,matchmaking,,,active\n"
                                  "org_b,B,agncy,matchmaking,,,active\n"
                                  "org_c,C,agency,matchmakin,,,active\n"),
                     ERR_INVALID);
    assert_said(&x, ":3:");
    assert_said(&x, ":4:");
    assert_int_equal(x.result.skipped, 2);
    assert_int_equal(x.result.written, 0);
    assert_non_null(strstr(x.problem.text, "2 of 3 rows are wrong; nothing was imported"));
    facts_expect(&x, "SELECT count(*) FROM organisations", "0");
    facts_expect(&x, "SELECT seq FROM journal_head", "0");
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    facts_expect(&x, "SELECT count(*) FROM organisations", "4");
    /* Also when it is the other facts that object. */
    assert_int_equal(facts_import(&x, &range_kind,
                                  RANGES "13800000000,13899999999,org_carrier,person,both,active\n"
                                         "13700000000,13799999999,org_none,person,both,active\n"),
                     ERR_INVALID);
    assert_said(&x, "in.csv:3:25: organisation: \"org_none\" is not among the organisations");
    facts_expect(&x, "SELECT count(*) FROM ranges", "0");
}

static void a_wrong_header_refuses_the_file(void **state)
{
    static const struct {
        const char *content, *words;
    } table[] = {
        {"", "empty; expected a line that names the columns"},
        {"id,name,kind,licence,region,status\norg_a,A,agency,,,active\n",
         "in.csv:1:1: the column sector is missing"},
        {"id,name,kind,sector,licence,region,status,name\n",
         "in.csv:1:43: the column name is there twice"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(facts_import(&x, &organisation_kind, table[i].content), ERR_INVALID);
        if (strstr(x.problem.text, table[i].words) == NULL)
            fail_msg("%s", x.problem.text);
    }
    facts_expect(&x, "SELECT count(*) FROM organisations", "0");
    x.options.path = "/nonexistent.csv";
    assert_int_equal(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &x.problem),
                     ERR_NOT_FOUND);
}

static void an_unknown_column_is_kept_out_with_one_warning(void **state)
{
    facts_must(&x, &organisation_kind,
               "colour,id,name,kind,sector,licence,region,status\n"
               "red,org_a,A,agency,matchmaking,,,active\n"
               "blue,org_b,B,agency,matchmaking,,,active\n");
    assert_int_equal(x.result.warnings, 1);
    assert_said(&x, "in.csv:1:1: the column \"colour\" is unknown and kept out");
}

static void columns_may_come_in_any_order(void **state)
{
    facts_must(&x, &organisation_kind,
               "status,region,licence,sector,kind,name,id\n"
               "active,310000,,matchmaking,agency,A,org_a\n");
    facts_expect(&x, "SELECT name FROM organisations WHERE id = 'org_a'", "A");
}

static void byte_order_mark_and_chinese_encoding(void **state)
{
    facts_must(&x, &organisation_kind,
               "\xef\xbb\xbfid,name,kind,sector,licence,region,status\r\n"
               "org_a,\xe9\x97\xa8\xe7\xa5\x9e,agency,matchmaking,,,active\r\n");
    facts_expect(&x, "SELECT name FROM organisations", "\xe9\x97\xa8\xe7\xa5\x9e");
    x.options.encoding = CSV_GB18030;
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_a,\xba\xec\xcf\xdf,agency,matchmaking,,,active\n");
    facts_expect(&x, "SELECT name FROM organisations", "\xe7\xba\xa2\xe7\xba\xbf");
    x.options.encoding = CSV_UTF8;
    assert_int_equal(facts_import(&x, &organisation_kind,
                                  "id,name,kind,sector,licence,region,status\n"
                                  "org_b,\xba\xec\xcf\xdf,agency,matchmaking,,,active\n"
                                  "org_c,C,agency,matchmaking,,,active\n"),
                     OK);
    assert_int_equal(x.result.skipped, 1);
    assert_int_equal(x.result.written, 1);
    assert_said(&x, "in.csv:2:");
}

static void a_nul_is_an_error_of_its_row(void **state)
{
    static const char content[] = "id,name,kind,sector,licence,region,status\n"
                                  "org_a,A\0A,agency,matchmaking,,,active\n"
                                  "org_b,B,agency,matchmaking,,,active\n";
    x.said[0] = '\0';
    facts_file(&x, content, sizeof content - 1);
    must(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &problem));
    assert_int_equal(x.result.skipped, 1);
    assert_int_equal(x.result.written, 1);
    assert_said(&x, "in.csv:2:");
}

static void numbers_of_a_spreadsheet_are_named(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    assert_int_equal(facts_import(&x, &range_kind,
                                  RANGES "1.38E+10,13899999999,org_carrier,person,both,active\n"
                                         "abc,13899999999,org_carrier,person,both,active\n"),
                     OK);
    assert_int_equal(x.result.skipped, 2);
    assert_said(&x, "in.csv:2:1: first: 1.38E+10 is a number that a spreadsheet rounded");
    assert_said(&x, "in.csv:3:1: first: not a telephone number");
}

static void ranges_nest_but_do_not_cross(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    assert_int_equal(facts_import(&x, &range_kind,
                                  RANGES
                                  "13800000000,13899999999,org_carrier,person,both,active\n"
                                  "13800100000,13800199999,org_homes,service,both,active\n"
                                  "13800150000,13800150000,org_homes,service,both,active\n"
                                  "13800190000,13800200000,org_homes,service,both,active\n"
                                  "13799999999,13800000000,org_homes,service,both,active\n"
                                  "13899999999,13900000000,org_homes,service,both,active\n"
                                  "13900000000,13999999999,org_carrier,person,both,active\n"
                                  "13700000000,13999999999,org_carrier,person,both,active\n"
                                  "13700000009,13700000000,org_carrier,person,both,active\n"),
                     OK);
    assert_int_equal(x.result.written, 5);
    assert_int_equal(x.result.skipped, 4);
    assert_said(&x, "in.csv:5:1: first: crosses a range");
    assert_said(&x, "in.csv:6:1: first: crosses a range");
    assert_said(&x, "in.csv:7:1: first: crosses a range");
    assert_said(&x, "in.csv:10:13: last: the last number is before the first");
    facts_must(&x, &range_kind,
               RANGES "13800100000,13800199999,org_homes,marketing,outbound,active\n");
    assert_int_equal(x.result.written, 1);
    facts_expect(&x, "SELECT \"use\" FROM ranges WHERE \"first\" = 8613800100000", "marketing");
    facts_expect(&x, "SELECT subject FROM journal ORDER BY seq DESC LIMIT 1",
                 "8613800100000/8613800199999");
}

static void an_incomplete_line_is_inactive_and_says_what_is_missing(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    facts_must(&x, &line_kind,
               LINES "lin_a,org_homes,org_carrier,Shanghai,marketing,021-62340000-021-62340099,192."
                     "0.2.1," DOCUMENTS ",active\n"
                     "lin_b,org_homes,org_carrier,Shanghai,marketing,02162340000,192.0.2.1,"
                     "licence;permit,active\n"
                     "lin_c,org_homes,org_carrier,,,,192.0.2.1," DOCUMENTS ",active\n"
                     "lin_d,org_homes,org_carrier,,,,192.0.2.1,,closed\n");
    assert_int_equal(x.result.written, 4);
    assert_int_equal(x.result.warnings, 2);
    assert_said(&x, "in.csv:3:");
    assert_said(&x, "imported inactive: missing documents number-certificate, filing, plan");
    assert_said(&x, "imported inactive: missing location, purpose, callers\n");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_a'", "active");
    facts_expect(&x, "SELECT callers FROM lines WHERE id = 'lin_a'", "862162340000-862162340099");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_b'", "inactive");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_c'", "inactive");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_d'", "closed");
}

static void campaigns_staff_and_entrustments_refer_to_what_is_there(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    facts_must(&x, &line_kind, LINES "lin_a,org_homes,,,,,,,inactive\n");
    assert_int_equal(
        facts_import(&x, &campaign_kind,
                     CAMPAIGNS
                     "cmp_a,org_homes,org_centre,real-estate,marketing,lin_a,consent,2026-01-01,"
                     "2026-12-31,active\n"
                     "cmp_b,org_homes,org_centre;org_none,real-estate,marketing,lin_a,,,,active\n"
                     "cmp_c,org_homes,,real-estate,marketing,lin_a;lin_none,,,,active\n"
                     "cmp_d,org_homes,,real-estate,marketing,,,2026-12-31,2026-01-01,active\n"),
        OK);
    assert_int_equal(x.result.written, 1);
    assert_said(&x, "in.csv:3:17: callers: \"org_none\" is not among the organisations");
    assert_said(&x, "in.csv:4:40: lines: \"lin_none\" is not among the lines");
    assert_said(&x, "until is not after from");
    facts_expect(&x, "SELECT \"until\" - \"from\" FROM campaigns", "31536000000000000");
    assert_int_equal(facts_import(&x, &entrustment_kind,
                                  "principal,caller,purpose,from,until,document\n"
                                  "org_homes,org_centre,marketing,2026-01-01,,contract 17\n"
                                  "org_homes,org_homes,marketing,2026-01-01,,contract 17\n"
                                  "org_homes,org_centre,service,2026-01-01,,\n"),
                     OK);
    assert_int_equal(x.result.written, 1);
    assert_int_equal(x.result.skipped, 2);
    facts_must(&x, &staff_kind,
               "id,organisation,name,role,login,certificate,status\n"
               "stf_a,org_agency,Li,sales,li,SH1:2027-03-31,active\n");
}

static void a_line_that_shows_everybodys_numbers_is_a_carriers(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    facts_must(&x, &line_kind,
               LINES "lin_a,org_homes,,Shanghai,marketing,*,192.0.2.1," DOCUMENTS ",active\n"
                     "lin_b,org_homes,,Shanghai,service,02162340000;domestic,192.0.2.1,"
                     "licence,active\n"
                     "lin_c,org_carrier,,Shanghai,interconnect,*,192.0.2.1," DOCUMENTS ",active\n"
                     "lin_d,org_homes,,Shanghai,service,+862162*,192.0.2.1," DOCUMENTS ",active\n");
    assert_int_equal(x.result.written, 4);
    assert_int_equal(x.result.warnings, 2);
    assert_said(&x, "in.csv:2:37: imported inactive: callers may be *, domestic or international "
                    "only where the purpose is interconnect or international; name the numbers\n");
    assert_said(&x, "name the numbers; missing documents permit,");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_a'", "inactive");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_b'", "inactive");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_c'", "active");
    facts_expect(&x, "SELECT status FROM lines WHERE id = 'lin_d'", "active");
}

static void a_login_names_one_person(void **state)
{
    facts_must(&x, &organisation_kind, FACTS_ORGANISATIONS);
    assert_int_equal(facts_import(&x, &staff_kind,
                                  "id,organisation,name,role,login,certificate,status\n"
                                  "stf_a,org_agency,Li,sales,li,,active\n"
                                  "stf_b,org_homes,Li,sales,li,,active\n"
                                  "stf_c,org_homes,Wu,sales,,,active\n"
                                  "stf_d,org_homes,Xu,sales,,,active\n"
                                  "stf_a,org_homes,Li,manager,li,,active\n"),
                     OK);
    assert_int_equal(x.result.written, 4);
    assert_int_equal(x.result.skipped, 1);
    assert_said(&x, "in.csv:3:26: login: another member of staff has this login");
    facts_expect(&x, "SELECT count(*) FROM staff", "3");
}

static void a_key_that_stands_twice_is_named(void **state)
{
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_a,A,agency,matchmaking,,,active\n"
               "org_b,B,agency,matchmaking,,,active\n"
               "org_a,A,agency,matchmaking,,,active\n"
               "org_a,Other,agency,matchmaking,,,active\n");
    assert_int_equal(x.result.written, 3);
    assert_int_equal(x.result.warnings, 1);
    assert_said(&x, "in.csv:5:1: line 4 has the same key and other values; this row holds\n");
    facts_must(&x, &range_kind,
               RANGES "13800000000,13899999999,org_a,person,both,active\n"
                      "13800000000,13899999999,org_b,person,both,active\n");
    assert_int_equal(x.result.warnings, 1);
    assert_said(&x, "in.csv:3:1: line 2 has the same key");
}

static void twenty_thousand_rows(const char *status)
{
    FILE *file = fopen(x.path, "w");
    fputs("id,name,kind,sector,licence,region,status\n", file);
    for (int i = 0; i < 25000; i++)
        fprintf(file, "org_%d,Name,agency,matchmaking,,,%s\n", i, status);
    fclose(file);
}

static atomic_bool halt;

static void halt_in_second_chunk(void *to, uint64_t done, uint64_t size, uint64_t rows)
{
    assert_true(done <= size);
    if (rows >= 12000)
        atomic_store(&halt, true);
}

static void an_interrupted_import_goes_on_where_it_stopped(void **state)
{
    twenty_thousand_rows("active");
    atomic_store(&halt, false);
    x.options.stop = &halt;
    x.options.progress = halt_in_second_chunk;
    struct problem p = {.text = ""};
    assert_int_equal(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &p), ERR_CLOSED);
    assert_int_equal(x.result.written, 10000);
    assert_int_equal(x.result.line, 10001);
    assert_non_null(strstr(p.text, "stopped after line 10001"));
    assert_non_null(strstr(p.text, "--from-line 10002"));
    facts_expect(&x, "SELECT count(*) FROM organisations", "10000");
    facts_expect(&x, "SELECT seq FROM journal_head", "10000");
    x.options.stop = NULL;
    x.options.progress = NULL;
    x.options.from_line = 10002;
    must(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &problem));
    assert_int_equal(x.result.read, 15000);
    assert_int_equal(x.result.written, 15000);
    facts_expect(&x, "SELECT count(*) FROM organisations", "25000");
    facts_expect(&x, "SELECT count(*) FROM journal", "25000");
}

static void a_strict_import_that_is_interrupted_leaves_nothing(void **state)
{
    twenty_thousand_rows("active");
    atomic_store(&halt, false);
    x.options.stop = &halt;
    x.options.strict = true;
    x.options.progress = halt_in_second_chunk;
    struct problem p = {.text = ""};
    assert_int_equal(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &p), ERR_CLOSED);
    assert_non_null(strstr(p.text, "nothing of the file is stored"));
    facts_expect(&x, "SELECT count(*) FROM organisations", "0");
    facts_expect(&x, "SELECT seq FROM journal_head", "0");
}

static void a_full_disk_says_where_it_stopped(void **state)
{
    twenty_thousand_rows("active");
    must(store_run(x.f.s, "PRAGMA max_page_count = 1000", NULL, 0, NULL, NULL, &problem));
    struct problem p = {.text = ""};
    assert_int_equal(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &p), ERR_FULL);
    assert_non_null(strstr(p.text, "stopped after line 10001, all before is stored"));
    facts_expect(&x, "SELECT count(*) FROM organisations", "10000");
    must(store_run(x.f.s, "PRAGMA max_page_count = 100000", NULL, 0, NULL, NULL, &problem));
    x.options.from_line = 10002;
    must(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &problem));
    facts_expect(&x, "SELECT count(*) FROM organisations", "25000");
}

static void cut_connection(void *to, uint64_t done, uint64_t size, uint64_t rows)
{
    if (rows == 12000)
        fixture_int(to, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                        "application_name = 'menshen' AND pid <> pg_backend_pid()");
}

static void a_lost_server_says_where_it_stopped(void **state)
{
    twenty_thousand_rows("active");
    struct store *other = fixture_connect(&x.f);
    struct problem p = {.text = ""};
    void (*say_before)(void *, enum log_level, const char *) = x.options.say;
    x.options.say = NULL;
    x.options.progress = cut_connection;
    x.options.to = other;
    /* Between two chunks nothing is lost: the next one connects again. */
    must(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &problem));
    assert_int_equal(x.result.written, 25000);
    /* In the middle of a transaction it is over. */
    x.options.strict = true;
    twenty_thousand_rows("suspended");
    assert_int_equal(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &p), ERR_IO);
    assert_non_null(strstr(p.text, "nothing of the file is stored"));
    x.options.say = say_before;
    x.options.to = &x;
    facts_expect(&x, "SELECT count(*) FROM organisations WHERE status = 'suspended'", "0");
    store_close(other);
}

/* What a slow pipe must not do: hold the lock while nothing comes. */
static void *feed(void *context)
{
    FILE *pipe_end = fopen(x.path, "w");
    fputs("id,name,kind,sector,licence,region,status\norg_a,A,agency,matchmaking,,,active\n",
          pipe_end);
    fflush(pipe_end);
    usleep(300000);
    struct problem p = {.text = ""};
    struct store *other = context;
    const int64_t begin = clock_monotonic();
    enum err e = store_begin(other, &p);
    const int64_t took = clock_monotonic() - begin;
    store_rollback(other);
    fclose(pipe_end);
    return e == OK && took < WHEN_SECOND ? NULL : context;
}

static void a_slow_pipe_holds_no_lock(void **state)
{
    assert_int_equal(mkfifo(x.path, 0600), 0);
    struct store *other = fixture_connect(&x.f);
    pthread_t thread;
    pthread_create(&thread, NULL, feed, other);
    must(import_run(x.f.s, &organisation_kind, &x.options, &x.result, &problem));
    void *failed;
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_int_equal(x.result.written, 1);
    store_close(other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

static int child_main(char **argv)
{
    (void)argv;
    return 1;
}
#define STORE_CHILD child_main

STORE_MAIN(TESTS(CASE(organisations_enter_and_update), CASE(a_bad_row_is_named_and_the_rest_enters),
                 CASE(empty_fields_at_the_end_are_a_spreadsheets_habit),
                 CASE(strict_refuses_all_and_names_every_row),
                 CASE(a_wrong_header_refuses_the_file),
                 CASE(an_unknown_column_is_kept_out_with_one_warning),
                 CASE(columns_may_come_in_any_order), CASE(byte_order_mark_and_chinese_encoding),
                 CASE(a_nul_is_an_error_of_its_row), CASE(numbers_of_a_spreadsheet_are_named),
                 CASE(ranges_nest_but_do_not_cross),
                 CASE(an_incomplete_line_is_inactive_and_says_what_is_missing),
                 CASE(campaigns_staff_and_entrustments_refer_to_what_is_there),
                 CASE(a_line_that_shows_everybodys_numbers_is_a_carriers),
                 CASE(a_login_names_one_person), CASE(a_key_that_stands_twice_is_named),
                 CASE(an_interrupted_import_goes_on_where_it_stopped),
                 CASE(a_strict_import_that_is_interrupted_leaves_nothing),
                 CASE(a_slow_pipe_holds_no_lock)),
           TESTS(CASE(a_full_disk_says_where_it_stopped)),
           TESTS(CASE(a_lost_server_says_where_it_stopped)))
