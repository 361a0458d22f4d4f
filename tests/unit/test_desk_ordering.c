#include "desk/ordering.h"

#include "desk/work.h"
#include "facts_fixture.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/organisation.h"

/* Two carriers, three authorities, an association, and a builder with a line and a campaign. */

#define DOCUMENTS "licence;permit;number-certificate;filing;plan"

static struct facts x;
static struct desk_work w;
static struct subject who;
static struct desk_no no;
static struct ordering o;

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_carrier,C,carrier,telecom,,310000,active\n"
               "org_other,O,carrier,telecom,,310000,active\n"
               "org_builder,B,enterprise,real-estate,,310104,active\n"
               "org_far,F,enterprise,real-estate,,330700,active\n"
               "org_homes,H,authority,real-estate,,310000,active\n"
               "org_market,M,authority,matchmaking,,310000,active\n"
               "org_telecom,T,authority,telecom,,310000,active\n"
               "org_police,P,authority,,,310000,active\n"
               "org_union,U,association,real-estate,,310000,active\n");
    facts_must(&x, &range_kind,
               "first,last,organisation,use,direction,status\n"
               "02160001000,02160001099,org_builder,marketing,both,active\n"
               "13800000000,13800000999,org_carrier,person,both,active\n"
               "13800000110,13800000110,org_carrier,emergency,both,active\n"
               "02160009000,02160009099,org_far,marketing,both,active\n");
    facts_must(&x, &line_kind,
               "id,organisation,carrier,location,purpose,callers,peers,documents,status\n"
               "lin_a,org_builder,org_carrier,SH,marketing,02160001000-02160001099,," DOCUMENTS
               ",active\n"
               "lin_trunk,org_other,org_carrier,SH,interconnect,*,," DOCUMENTS ",active\n"
               "lin_bare,,org_carrier,,,,,,inactive\n");
    facts_must(&x, &campaign_kind,
               "id,principal,callers,sector,purpose,lines,consent_basis,from,until,status\n"
               "cmp_a,org_builder,,real-estate,marketing,lin_a,consent,2020-01-01,2099-12-31,"
               "active\n");
    w = (struct desk_work){
        .store = x.f.s, .rules = x.rules, .who = &who, .node = STR("n1"), .at = 1000 * WHEN_DAY};
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static void by(const char *organisation, const char *position)
{
    who = (struct subject){.role = ROLE_AUTHORITY};
    snprintf(who.id, sizeof who.id, "%s", *position ? "stf_one" : organisation);
    snprintf(who.organisation, sizeof who.organisation, "%s", organisation);
    snprintf(who.position, sizeof who.position, "%s", position);
}

/* "" if it is given, else the code of why not. */
static const char *order(const char *organisation, enum ordered on, const char *id, const char *act)
{
    int64_t seq = 0;
    const when until = o.until;
    by(organisation, "");
    w.at += WHEN_SECOND;
    o = (struct ordering){.on = on, .act = str_of(act), .reason = STR("calls at night")};
    o.until = until;
    if (on == ORDERED_NUMBER)
        number_parse(rules_plan(x.rules), str_of(id), STR(""), &o.number);
    else
        o.id = str_of(id);
    must(desk_do(&w, ordering_give, &o, &no, &seq, &problem));
    assert_int_equal(seq > 0, no.why == DESK_YES);
    o.until = 0;
    return no.code;
}

#define GIVEN(...)    assert_string_equal(order(__VA_ARGS__), "")
#define NO(code, ...) assert_string_equal(order(__VA_ARGS__), code)

static void a_carrier_orders_about_its_lines_and_numbers(void **state)
{
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "suspend");
    GIVEN("org_carrier", ORDERED_LINE, "lin_bare", "close");
    NO("not-yours", "org_other", ORDERED_LINE, "lin_a", "suspend");
    NO("not-found", "org_carrier", ORDERED_LINE, "lin_none", "suspend");
    NO("not-authority", "org_carrier", ORDERED_ORGANISATION, "org_builder", "suspend");
    NO("not-authority", "org_carrier", ORDERED_CAMPAIGN, "cmp_a", "suspend");
    GIVEN("org_carrier", ORDERED_NUMBER, "13800000001", "restrict");
    GIVEN("org_carrier", ORDERED_NUMBER, "02160001050", "restrict"); /* on a line of its own */
    NO("not-yours", "org_carrier", ORDERED_NUMBER, "02160009000", "restrict"); /* trunk shows all */
    NO("not-yours", "org_other", ORDERED_NUMBER, "13800000001", "restrict");
}

static void an_authority_orders_within_its_sector_and_region(void **state)
{
    GIVEN("org_homes", ORDERED_ORGANISATION, "org_builder", "suspend");
    GIVEN("org_homes", ORDERED_LINE, "lin_a", "suspend");
    GIVEN("org_homes", ORDERED_CAMPAIGN, "cmp_a", "suspend");
    GIVEN("org_homes", ORDERED_NUMBER, "02160001000", "suspend");
    NO("not-competent", "org_market", ORDERED_ORGANISATION, "org_builder", "suspend");
    NO("not-competent", "org_market", ORDERED_CAMPAIGN, "cmp_a", "suspend");
    NO("not-competent", "org_market", ORDERED_LINE, "lin_a", "suspend");
    NO("not-competent", "org_homes", ORDERED_ORGANISATION, "org_far", "suspend");
    NO("not-competent", "org_homes", ORDERED_NUMBER, "02160009000", "suspend");
    GIVEN("org_telecom", ORDERED_LINE, "lin_a", "suspend");
    GIVEN("org_telecom", ORDERED_LINE, "lin_bare", "suspend");
    NO("not-competent", "org_telecom", ORDERED_ORGANISATION, "org_builder", "suspend");
    GIVEN("org_telecom", ORDERED_NUMBER, "+442079460000", "suspend"); /* nobody's here */
    NO("not-competent", "org_homes", ORDERED_NUMBER, "+442079460000", "suspend");
    NO("not-competent", "org_telecom", ORDERED_NUMBER, "02160001000", "suspend"); /* an agency's */
    GIVEN("org_police", ORDERED_ORGANISATION, "org_builder", "close");
    NO("not-found", "org_homes", ORDERED_ORGANISATION, "org_none", "suspend");
    NO("not-found", "org_homes", ORDERED_CAMPAIGN, "cmp_none", "suspend");
    NO("authority", "org_police", ORDERED_ORGANISATION, "org_homes", "suspend");
}

static void an_association_and_a_business_order_nothing(void **state)
{
    static const char *const others[] = {"org_union", "org_builder", ""};
    for (size_t i = 0; i < 3; i++) {
        const char *code = *others[i] ? "not-authority" : "not-officer";
        NO(code, others[i], ORDERED_ORGANISATION, "org_builder", "suspend");
        NO(code, others[i], ORDERED_LINE, "lin_a", "restore");
        NO(code, others[i], ORDERED_NUMBER, "02160001000", "restrict");
    }
}

static void those_who_only_read_order_nothing(void **state)
{
    static const char *const positions[] = {"auditor", "examiner", "sales", "something"};
    for (size_t i = 0; i < 4; i++) {
        int64_t seq = 0;
        by("org_homes", positions[i]);
        o = (struct ordering){.on = ORDERED_LINE,
                              .id = STR("lin_a"),
                              .act = STR("suspend"),
                              .reason = STR("calls at night")};
        must(desk_do(&w, ordering_give, &o, &no, &seq, &problem));
        assert_string_equal(no.code, "not-officer");
    }
}

static void numbers_of_emergency_services_stay(void **state)
{
    NO("emergency-number", "org_police", ORDERED_NUMBER, "110", "suspend");
    NO("emergency-number", "org_carrier", ORDERED_NUMBER, "13800000110", "close");
}

static void an_end_lies_ahead(void **state)
{
    o.until = w.at;
    NO("until-past", "org_carrier", ORDERED_LINE, "lin_a", "suspend");
    o.until = w.at + WHEN_DAY;
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "suspend");
    o.until = w.at + WHEN_DAY;
    NO("until-of-restore", "org_carrier", ORDERED_LINE, "lin_a", "restore");
}

static void nobody_lifts_what_an_authority_ordered_but_itself(void **state)
{
    NO("nothing-in-force", "org_carrier", ORDERED_LINE, "lin_a", "restore");
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "restrict");
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "restore");
    NO("nothing-in-force", "org_carrier", ORDERED_LINE, "lin_a", "restore");
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "restrict");
    GIVEN("org_homes", ORDERED_LINE, "lin_a", "suspend");
    NO("order-of-another", "org_carrier", ORDERED_LINE, "lin_a", "restore");
    assert_non_null(strstr(no.detail, "org_homes"));
    NO("order-of-another", "org_telecom", ORDERED_LINE, "lin_a", "restore");
    GIVEN("org_homes", ORDERED_LINE, "lin_a", "restore");
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "suspend");
    GIVEN("org_telecom", ORDERED_LINE, "lin_a", "restore"); /* a carrier's an authority may */
    NO("nothing-in-force", "org_carrier", ORDERED_LINE, "lin_a", "restore");
}

static void what_a_node_ordered_by_itself_an_authority_lifts(void **state)
{
    const struct order_terms t = {
        .subject = STR("862160001000"), .act = STR("restrict"), .reason = STR("five reports")};
    const struct fact_origin node = {STR("n1"), STR("menshen"), w.at};
    char id[FRESH_ID];
    int64_t seq = 0;
    must(store_begin(x.f.s, &problem));
    must(store_end(x.f.s, order_give(x.f.s, &t, &node, id, &seq, &problem), &problem));
    NO("order-of-another", "org_carrier", ORDERED_NUMBER, "02160001000", "restore");
    GIVEN("org_homes", ORDERED_NUMBER, "02160001000", "restore");
}

/* Acts in the order in which they are listed, those in force with a "!". */
static bool name(void *to, const struct value *row, bool in_force)
{
    const size_t n = strlen(to);
    struct str act = fact_text(&row[ORDER_ACT]);
    snprintf((char *)to + n, 200 - n, "%.*s%s ", STR_ARG(act), in_force ? "!" : "");
    return true;
}

static const char *listed(const char *organisation, enum ordered on, const char *id)
{
    static char text[200];
    text[0] = '\0';
    by(organisation, "");
    must(ordering_list(&w, &(struct ordering_about){.on = on, .id = str_of(id)}, 10, name, text,
                       &no, &problem));
    return no.why == DESK_YES ? text : no.code;
}

static void whom_it_concerns_reads_what_was_ordered(void **state)
{
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "restrict");
    GIVEN("org_carrier", ORDERED_LINE, "lin_a", "restore");
    GIVEN("org_homes", ORDERED_LINE, "lin_a", "suspend");
    o.until = w.at + 60 * WHEN_SECOND;
    GIVEN("org_homes", ORDERED_LINE, "lin_a", "close");
    assert_string_equal(listed("org_builder", ORDERED_LINE, "lin_a"),
                        "close! suspend! restore restrict ");
    w.at += WHEN_DAY;
    assert_string_equal(listed("org_carrier", ORDERED_LINE, "lin_a"),
                        "close suspend! restore restrict ");
    assert_string_equal(listed("org_homes", ORDERED_LINE, "lin_a"),
                        "close suspend! restore restrict ");
    assert_string_equal(listed("org_builder", ORDERED_ORGANISATION, "org_builder"), "");
    assert_string_equal(listed("org_far", ORDERED_LINE, "lin_a"), "not-found");
    assert_string_equal(listed("org_other", ORDERED_LINE, "lin_a"), "not-found");
    assert_string_equal(listed("", ORDERED_LINE, "lin_a"), "not-found");
    assert_string_equal(listed("org_builder", ORDERED_LINE, "lin_none"), "not-found");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(a_carrier_orders_about_its_lines_and_numbers),
          CASE(an_authority_orders_within_its_sector_and_region),
          CASE(an_association_and_a_business_order_nothing),
          CASE(those_who_only_read_order_nothing), CASE(numbers_of_emergency_services_stay),
          CASE(an_end_lies_ahead), CASE(nobody_lifts_what_an_authority_ordered_but_itself),
          CASE(what_a_node_ordered_by_itself_an_authority_lifts),
          CASE(whom_it_concerns_reads_what_was_ordered))
