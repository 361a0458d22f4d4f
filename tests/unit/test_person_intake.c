#include "person_fixture.h"

static struct persons p;

static int start(void **state)
{
    persons_open(&p);
    return 0;
}

static int stop(void **state)
{
    persons_close(&p);
    return 0;
}

#define HEAD "id,organisation,number,name,pool,district,school,chat\n"
#define LIN  "per_lin,org_agency,13800138000,Lin Daiyu,store,Xuhui,Fudan,see you at eight\n"
#define XUE  "per_xue,org_agency,13800138001,Xue Baochai,city,Jingan,,\n"

static void import(const char *content)
{
    facts_must(&p.x, &member_kind, content);
}

static void refused(const char *content, const char *why)
{
    must(facts_import(&p.x, &member_kind, content));
    assert_int_equal(p.x.result.skipped, 1);
    assert_int_equal(p.x.result.written, 0);
    assert_said(&p.x, why);
}

static void expect(const char *column, const char *value)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT \"%s\" FROM members WHERE id = 'per_lin'", column);
    facts_expect(&p.x, sql, value);
}

static void a_file_brings_members_in(void **state)
{
    char at[32];
    import(HEAD LIN XUE);
    assert_int_equal(p.x.result.written, 2);
    snprintf(at, sizeof at, "%lld", (long long)NOW);
    expect("organisation", "org_agency");
    expect("pool", "store");
    expect("added_at", at);
    expect("pool_since", at);
    expect("version", "1");
    expect("status", "active");
    expect("owner", "NULL");
    facts_expect(&p.x, "SELECT count(*) FROM members WHERE alias LIKE '_-____'", "2");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_CONTACT, "name"), "Lin Daiyu");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "Xuhui");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_EDUCATION, "school"), "Fudan");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_CHAT, "chat"), "denied");
    facts_expect(&p.x, "SELECT count(*) FROM vault WHERE label = 'chat'", "0");
    assert_said(&p.x,
                "in.csv:1:50: the column \"chat\" is sealed to officers, and no officer's key");
    assert_string_equal(persons_field(&p, "per_xue", CATEGORY_EDUCATION, "school"), "-");
    assert_string_equal(persons_with(&p, 8613800138000), "per_lin ");
    facts_expect(&p.x, "SELECT count(*) FROM journal WHERE kind = 'persons'", "2");
}

static void with_an_officer_sealed_columns_come_in_too(void **state)
{
    persons_officer(&p, "stf_desk", 1);
    import(HEAD LIN XUE);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_CHAT, "chat"), "denied");
    facts_expect(&p.x, "SELECT count(*) FROM vault WHERE label = 'chat'", "1");
    import(HEAD LIN XUE); /* nobody can tell whether it is the same */
    assert_int_equal(p.x.result.written, 1);
    assert_int_equal(p.x.result.unchanged, 1);
    expect("version", "1");
    /* An officer who went meanwhile: the row is refused, not half taken. */
    persons_facts(&p, &staff_kind,
                  "id,organisation,name,role,login,certificate,status\n"
                  "stf_desk,org_union,Desk,officer,,,left\n");
    refused(HEAD "per_new,org_agency,13800138002,Shi,store,,,hello\n",
            "no officer's key is registered");
    facts_expect(&p.x, "SELECT count(*) FROM members", "2");
}

static void nothing_of_it_is_in_the_store_or_the_journal(void **state)
{
    static const char *const secrets[] = {"13800138000", "138001380", "Daiyu",       "Xuhui",
                                          "Fudan",       "at eight",  "Xue Baochai", "Jingan"};
    import(HEAD LIN XUE);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "SELECT (SELECT count(*) FROM journal WHERE payload LIKE '%%%s%%') + "
                 "(SELECT count(*) FROM members WHERE number LIKE '%%%s%%')",
                 secrets[i], secrets[i]);
        facts_expect(&p.x, sql, "0");
        if (persons_on_disk(&p, secrets[i]))
            fail_msg("\"%s\" is in the database", secrets[i]);
    }
}

static void again_changes_nothing(void **state)
{
    import(HEAD LIN XUE);
    import(HEAD LIN XUE);
    assert_int_equal(p.x.result.unchanged, 2);
    assert_int_equal(p.x.result.journal, 0);
    expect("version", "1");
    /* Columns that the file lacks stay. */
    import("id,organisation,number,name,pool\nper_lin,org_agency,13800138000,Lin Daiyu,store\n");
    assert_int_equal(p.x.result.unchanged, 1);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_EDUCATION, "school"), "Fudan");
}

static void a_version_counts_what_everybody_sees(void **state)
{
    import(HEAD LIN);
    import(HEAD "per_lin,org_agency,13800138000,Lin Daiyu,store,Xuhui,,see you at eight\n");
    assert_int_equal(p.x.result.written, 1);
    assert_true(p.x.result.journal > 0);
    expect("version", "1");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_EDUCATION, "school"), "-");
    p.x.options.origin.at = NOW + 5;
    import(HEAD "per_lin,org_agency,13800138009,Lin Daiyu,city,Xuhui,,see you at eight\n");
    expect("version", "2");
    expect("pool", "city");
    char since[32];
    snprintf(since, sizeof since, "%lld", (long long)(NOW + 5));
    expect("pool_since", since);
    assert_string_equal(persons_with(&p, 8613800138000), "");
    assert_string_equal(persons_with(&p, 8613800138009), "per_lin ");
    import(HEAD "per_lin,org_agency,13800138009,Lin Daiyu,,Xuhui,,see you at eight\n");
    expect("pool", "NULL");
    expect("pool_since", "NULL");
}

static void a_claimed_member_stays_claimed(void **state)
{
    import(HEAD LIN);
    must(store_run(p.x.f.s,
                   "UPDATE members SET owner = 'stf_a', pool_since = NULL, frozen_until = 99", NULL,
                   0, NULL, NULL, &problem));
    import(HEAD "per_lin,org_agency,13800138000,Lin Daiyu,city,Minhang,Fudan,\n");
    expect("owner", "stf_a");
    expect("pool_since", "NULL");
    expect("frozen_until", "99");
}

static void bad_rows_are_named_without_what_they_hold(void **state)
{
    refused(HEAD "per_a,org_agency,1.38E+10,Lin,store,,,\n", "in.csv:2:18: number: 1.38E+10");
    refused(HEAD "per_a,org_agency,,Lin,store,,,\n", "in.csv:2:18: number: empty");
    refused(HEAD "per_a,org_nobody,13800138000,Lin,store,,,\n", "not among the organisations");
    refused(HEAD "per_a,org_agency,13800138000,Lin,attic,,,\n", "in.csv:2:34: pool");
    refused(HEAD "per_a,org_agency,13800138000,Lin,store,Xu\x01hui,,\n",
            "in.csv:2:40: district: a control character");
    assert_null(strstr(p.x.said, "hui"));
    assert_null(strstr(p.x.said, "138001"));
}

static void a_file_without_numbers_or_names_is_refused(void **state)
{
    assert_int_equal(facts_import(&p.x, &member_kind, "id,organisation,name,pool\n"), ERR_INVALID);
    assert_non_null(strstr(p.x.problem.text, "the column number is missing"));
    assert_int_equal(facts_import(&p.x, &member_kind, "id,organisation,number,pool\n"),
                     ERR_INVALID);
    assert_non_null(strstr(p.x.problem.text, "the column name is missing"));
    assert_int_equal(facts_import(&p.x, &member_kind, "id,organisation,number,number,name,pool\n"),
                     ERR_INVALID);
    assert_non_null(strstr(p.x.problem.text, "number is there twice"));
    import("id,organisation,number,name,pool,shoe_size,owner\n"
           "per_lin,org_agency,13800138000,Lin,store,38,stf_x\n");
    assert_said(&p.x, "the column \"shoe_size\" is unknown and kept out");
    assert_said(&p.x, "the column \"owner\" is unknown and kept out");
    expect("owner", "NULL");
}

static void a_member_belongs_to_one_organisation(void **state)
{
    import(HEAD LIN);
    refused(HEAD "per_lin,org_homes,13800138000,Lin,store,,,\n",
            "is a member of another organisation");
    expect("version", "1");
}

static void who_was_erased_does_not_come_back_under_her_id(void **state)
{
    import(HEAD LIN);
    must(vault_erase(&p.intake.vault, STR("per_lin"), KEY_PROFILE, NOW, &problem));
    refused(HEAD LIN, "was erased");
    must(store_run(p.x.f.s, "DELETE FROM members", NULL, 0, NULL, NULL, &problem));
    refused(HEAD LIN, "was erased");
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "-");
}

static void two_rows_of_one_member_are_noticed(void **state)
{
    import(HEAD LIN LIN);
    assert_int_equal(p.x.result.warnings, 1); /* of the sealed column */
    assert_int_equal(p.x.result.unchanged, 1);
    import(HEAD LIN "per_lin,org_agency,13800138000,Lin Daiyu,store,Minhang,,\n");
    assert_said(&p.x, "line 2 has the same key and other values");
}

static void strict_stores_all_or_nothing(void **state)
{
    p.x.options.strict = true;
    assert_int_equal(facts_import(&p.x, &member_kind, HEAD LIN "per_x,org_agency,,Xue,,,,\n"),
                     ERR_INVALID);
    facts_expect(&p.x,
                 "SELECT (SELECT count(*) FROM members) + (SELECT count(*) FROM vault) + "
                 "(SELECT count(*) FROM member_links)",
                 "0");
    import(HEAD LIN);
    /* Refused by the store, after a good row. */
    assert_int_equal(
        facts_import(&p.x, &member_kind, HEAD XUE "per_lin,org_homes,13800138000,Lin,store,,,\n"),
        ERR_INVALID);
    facts_expect(&p.x, "SELECT count(*) FROM members", "1");
    facts_expect(&p.x, "SELECT count(*) FROM member_links", "1");
}

static void aliases_are_unique_in_an_organisation(void **state)
{
    enum { MANY = 3000 };
    FILE *file = fopen(p.x.path, "w");
    fputs("id,organisation,number,name,pool\n", file);
    for (int i = 0; i < MANY; i++)
        fprintf(file, "per_%d,%s,138%08d,Lin,store\n", i, i % 7 ? "org_agency" : "org_homes", i);
    fclose(file);
    int64_t begin = clock_monotonic();
    must(import_run(p.x.f.s, &member_kind, &p.x.options, &p.x.result, &problem));
    assert_int_equal(p.x.result.written, MANY);
    print_message("import of %d persons: %.0f rows/s\n", MANY,
                  MANY / ((double)(clock_monotonic() - begin) / 1e9));
    facts_expect(&p.x, "SELECT count(*) FROM (SELECT DISTINCT organisation, alias FROM members) x",
                 "3000");
    /* Taken: she gets another one. */
    import(HEAD LIN);
    must(store_run(p.x.f.s, "UPDATE members SET id = 'per_other' WHERE id = 'per_lin'", NULL, 0,
                   NULL, NULL, &problem));
    import(HEAD LIN);
    facts_expect(&p.x, "SELECT count(*) FROM (SELECT DISTINCT organisation, alias FROM members) x",
                 "3002");
}

static void a_failing_disk_leaves_no_half_member(void **state)
{
    for (unsigned n = 1; n <= 2; n++) {
        failing_disk_arm(&p.disk, n, false, ERR_FULL);
        assert_int_equal(facts_import(&p.x, &member_kind, HEAD LIN XUE), ERR_FULL);
        facts_expect(&p.x, "SELECT (SELECT count(*) FROM members) + (SELECT count(*) FROM vault)",
                     "0");
    }
    failing_disk_arm(&p.disk, 0, false, OK);
    import(HEAD LIN XUE);
    link_close(p.link);
    unwrap_close(p.keys);
    persons_keys(&p);
    assert_string_equal(persons_field(&p, "per_lin", CATEGORY_BASIC, "district"), "Xuhui");
    assert_string_equal(persons_field(&p, "per_xue", CATEGORY_BASIC, "district"), "Jingan");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(a_file_brings_members_in), CASE(with_an_officer_sealed_columns_come_in_too),
          CASE(nothing_of_it_is_in_the_store_or_the_journal), CASE(again_changes_nothing),
          CASE(a_version_counts_what_everybody_sees), CASE(a_claimed_member_stays_claimed),
          CASE(bad_rows_are_named_without_what_they_hold),
          CASE(a_file_without_numbers_or_names_is_refused),
          CASE(a_member_belongs_to_one_organisation),
          CASE(who_was_erased_does_not_come_back_under_her_id),
          CASE(two_rows_of_one_member_are_noticed), CASE(strict_stores_all_or_nothing),
          CASE(aliases_are_unique_in_an_organisation), CASE(a_failing_disk_leaves_no_half_member))
