#include "desk/competent.h"

#include "desk_fixture.h"

static struct desk_fixture d;

static int start(void **state)
{
    desk_open(&d);
    return 0;
}

static int stop(void **state)
{
    desk_close(&d);
    return 0;
}

static void a_wide_region_holds_a_narrow_one(void **state)
{
    static const struct {
        const char *region, *other;
        bool holds;
    } cases[] = {
        {"31", "310104", true},      {"310000", "310104", true},
        {"310100", "310104", true},  {"310104", "310104", true},
        {"310104", "310115", false}, {"310104", "31", false},
        {"11", "310104", false},     {"CN", "310104", true},
        {"", "310104", true},        {"CN", "", true},
        {"31", "", false},           {"31", "CN", false},
        {"100000", "110000", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (competent_region(str_of(cases[i].region), str_of(cases[i].other)) != cases[i].holds)
            fail_msg("%s, %s", cases[i].region, cases[i].other);
}

static void expect(const char *respondent, enum competent_found found, const char *body)
{
    struct competent c;
    enum competent_found got;
    must(competent_for(d.x.f.s, str_of(respondent), &c, &got, &problem));
    if (got != found || strcmp(c.id, body) != 0)
        fail_msg("%s: %d, \"%s\"", respondent, (int)got, c.id);
}

static void its_association_handles_it(void **state)
{
    expect("org_red", COMPETENT_FOUND, "org_union");
    expect("org_moon", COMPETENT_FOUND, "org_union");
}

static void without_an_association_the_authority_does(void **state)
{
    expect("org_homes", COMPETENT_FOUND, "org_market"); /* of every sector */
    expect("org_north", COMPETENT_FOUND, "org_other");
    must(store_run(d.x.f.s,
                   "UPDATE organisations SET \"status\" = 'closed' WHERE \"id\" = "
                   "'org_union'",
                   NULL, 0, NULL, NULL, &problem));
    expect("org_red", COMPETENT_FOUND, "org_district"); /* the narrowest */
    expect("org_moon", COMPETENT_FOUND, "org_bureau");  /* its own sector before every sector */
}

static void nobody_judges_itself(void **state)
{
    expect("org_union", COMPETENT_FOUND, "org_bureau");
    expect("org_bureau", COMPETENT_NOBODY, "");
    expect("org_none", COMPETENT_NO_RESPONDENT, "");
    facts_must(&d.x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_trade,Trade,association,,,31,active\n"
               "org_far,Far,agency,matchmaking,,990000,active\n");
    expect("org_red", COMPETENT_FOUND, "org_union");
    expect("org_homes", COMPETENT_FOUND, "org_trade");
    expect("org_union", COMPETENT_FOUND, "org_bureau"); /* not by another association */
    expect("org_far", COMPETENT_NOBODY, "");
}

static bool sees(const char *id, const char *organisation, const char *kind, const char *body)
{
    bool out;
    desk_as(&d, id, organisation, kind, ROLE_AUTHORITY);
    must(competent_sees(&d.w, str_of(body), &out, &problem));
    return out;
}

static void an_authority_sees_what_its_associations_do(void **state)
{
    assert_true(sees("stf_1", "org_union", "association", "org_union"));
    assert_true(sees("stf_1", "org_bureau", "authority", "org_union"));
    assert_true(sees("stf_1", "org_market", "authority", "org_union"));
    assert_true(sees("stf_1", "org_bureau", "authority", "org_bureau"));
    /* A district is not the whole city; another city is none of it; no authority is another's. */
    assert_false(sees("stf_1", "org_district", "authority", "org_union"));
    assert_false(sees("stf_1", "org_other", "authority", "org_union"));
    assert_false(sees("stf_1", "org_market", "authority", "org_bureau"));
    assert_false(sees("stf_1", "org_union", "association", "org_bureau"));
    assert_false(sees("stf_1", "org_red", "agency", "org_union"));
    assert_false(sees("machine", "", "", "org_union"));
    must(store_run(d.x.f.s,
                   "UPDATE organisations SET \"sector\" = 'telecom' WHERE \"id\" = "
                   "'org_bureau'",
                   NULL, 0, NULL, NULL, &problem));
    assert_false(sees("stf_1", "org_bureau", "authority", "org_union"));
    d.w.who = NULL;
    bool out;
    must(competent_sees(&d.w, STR("org_union"), &out, &problem));
    assert_false(out);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
UNIT_MAIN(TEST(a_wide_region_holds_a_narrow_one), CASE(its_association_handles_it),
          CASE(without_an_association_the_authority_does), CASE(nobody_judges_itself),
          CASE(an_authority_sees_what_its_associations_do))
