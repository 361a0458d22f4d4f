/* Who is behind a relay number, and what the gate says of such a call. */
#include "gate_fixture.h"
#include "gate/bindings.h"
#include "gate/members.h"
#include "gate/relay.h"
#include "person/member.h"
#include "registry/staff.h"

static struct town *town;

#define HER    "13800138000"
#define AGENCY "02160007001" /* marketing line of org_match */
#define RELAY  "02160008001"
#define BOUND  "2026-11-21T10:00:00+08:00"
#define OVER   "2026-11-21T10:30:00+08:00"
#define LAST   "2026-11-21T10:29:59.999999999+08:00"

/* In these tests a "sealed" number is its digits. */
static number open_number(void *to, struct str person, struct str sealed)
{
    number n = 0;
    (void)to;
    (void)person;
    return number_parse(rules_plan(town->rules), sealed, STR(""), &n) == NUMBER_MALFORMED ? 0 : n;
}

static void bind_to(const char *id, const char *relay, const char *status)
{
    char row[400];
    snprintf(row, sizeof row,
             "%s|%s|per_m|stf_w|org_match|matchmaking.introduce|02160007000|rec_1|" BOUND "|" OVER
             "||%s",
             id, relay, status);
    tell(town, &binding_kind, row);
}

static int open_town(void **state)
{
    town = town_of("{}");
    view_opener(town->view, open_number, NULL);
    tell(town, &range_kind, "02160008000|02160008099|org_mobile|relay|both|active");
    tell(town, &line_kind,
         "lin_relay|org_match|org_mobile|SH|relay|02160008000-02160008099|"
         "10.0.0.30|" DOCUMENTS "|active");
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-12-31|active");
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||" HER "||||||||1|active");
    bind_to("bnd_1", RELAY, "open");
    return 0;
}

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, open_town, close_town)

/* What a carrier's switch asks, and what comes of it. */
struct rung {
    struct call call;
    struct verdict verdict;
};

static struct rung ring(const struct town_call *a, bool told)
{
    struct town_call to = *a;
    to.callee = a->callee ? a->callee : RELAY;
    struct rung r = {.call = to_call(town, &to)};
    struct standing s;
    r.call.relay_told = told;
    view_enter(town->view);
    relay_resolve(town->view, &r.call);
    gate_stand(town->view, &r.call, &s);
    gate_judge(town->view, &r.call, &s, &town->counts, &r.verdict);
    view_leave(town->view);
    return r;
}

#define RING(...)   ring(&(struct town_call){.none = 0, ##__VA_ARGS__}, true)
#define FROM_AGENCY .caller = AGENCY, .line = "lin_match"
#define FROM_HER    .caller = HER, .line = "lin_mobile"

static void said(struct rung r, enum verdict_kind kind, enum check check)
{
    if (r.verdict.kind != kind || r.verdict.check != check)
        print_error("got %s, %s; expected %s, %s\n", verdict_word(r.verdict.kind),
                    check_word(r.verdict.check), verdict_word(kind), check_word(check));
    assert_int_equal(r.verdict.check, check);
    assert_int_equal(r.verdict.kind, kind);
}

static void shut(struct rung r)
{
    said(r, VERDICT_BLOCK, CHECK_RELAY_CLOSED);
    assert_int_equal(r.call.relay.way, RELAY_SHUT);
    assert_true(r.call.callee == to_number(town, r.call.relay.dialled ? RELAY : "", NULL) ||
                r.call.callee == r.call.relay.dialled);
    assert_false(r.verdict.relayed);
    assert_string_equal(r.call.relay.binding, "");
    assert_string_equal(r.call.relay.person, "");
}

static void the_agency_rings_her_and_she_rings_back(void **state)
{
    struct rung r = RING(FROM_AGENCY);
    said(r, VERDICT_ALLOW, CHECK_ALLOWED);
    assert_int_equal(r.call.callee, to_number(town, HER, NULL));
    assert_int_equal(r.call.relay.dialled, to_number(town, RELAY, NULL));
    assert_true(r.verdict.commercial && r.verdict.counts && r.verdict.relayed);
    assert_string_equal(r.verdict.principal, "org_match");
    assert_string_equal(r.verdict.binding, "bnd_1");
    assert_string_equal(r.verdict.campaign, "");

    r = RING(FROM_HER);
    said(r, VERDICT_ALLOW, CHECK_ALLOWED);
    assert_int_equal(r.call.callee, to_number(town, "02160007000", NULL));
    assert_false(r.verdict.commercial || r.verdict.counts);
    assert_true(r.verdict.relayed);
}

static void it_lives_until_its_last_nanosecond(void **state)
{
    said(RING(FROM_AGENCY, .at = BOUND), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_HER, .at = LAST), VERDICT_ALLOW, CHECK_ALLOWED);
    shut(RING(FROM_AGENCY, .at = OVER));
    shut(RING(FROM_HER, .at = OVER));
}

/* An open row has been opened: by a node whose clock is ahead of this one's. */
static void a_clock_that_is_behind_shuts_nothing(void **state)
{
    said(RING(FROM_AGENCY, .at = "2026-11-21T09:59:30+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_HER, .at = "2026-11-21T09:59:30+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
}

static void never_bound_over_and_anothers_are_one_word(void **state)
{
    shut(RING(FROM_AGENCY, .callee = "02160008002"));
    shut(RING(.caller = "02160001000", .line = "lin_sales"));          /* another's */
    shut(RING(.caller = "13800138007", .line = "lin_mobile"));         /* a stranger */
    shut(RING(.caller = AGENCY, .line = "lin_between"));               /* its number by a trunk */
    shut(RING(FROM_HER, .diverting = "13800000001", .diversions = 1)); /* through another phone */
    bind_to("bnd_1", RELAY, "closed");
    shut(RING(FROM_AGENCY));
    shut(RING(FROM_HER));
}

/* It was between her and another legal entity; or she is gone, whatever her row still holds. */
static void it_goes_with_her_membership(void **state)
{
    tell(town, &member_kind, "per_m|org_bank||city|竹-0417||" HER "||||||||2|active");
    shut(RING(FROM_HER));
    shut(RING(FROM_AGENCY));
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||" HER "||||||||3|active");
    said(RING(FROM_HER), VERDICT_ALLOW, CHECK_ALLOWED);
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||" HER "||||||||4|erased");
    shut(RING(FROM_HER));
    shut(RING(FROM_AGENCY));
}

/* The end of an old binding, told late, is not that of the number's next one. */
static void an_old_end_ends_no_new_binding(void **state)
{
    bind_to("bnd_1", RELAY, "expired");
    bind_to("bnd_2", RELAY, "open");
    bind_to("bnd_1", RELAY, "closed");
    assert_string_equal(RING(FROM_AGENCY).verdict.binding, "bnd_2");
}

static void who_is_not_told_learns_nothing(void **state)
{
    struct rung r = ring(&(struct town_call){.callee = RELAY, FROM_AGENCY}, false);
    said(r, VERDICT_ALLOW, CHECK_ALLOWED);
    assert_int_equal(r.call.callee, to_number(town, RELAY, NULL));
    assert_int_equal(r.call.relay.way, RELAY_NONE);
    assert_false(r.verdict.relayed);
    assert_string_equal(r.verdict.binding, "");
    r = ring(&(struct town_call){.callee = "02160008002", FROM_AGENCY}, false);
    said(r, VERDICT_ALLOW, CHECK_ALLOWED);
}

static void her_number_is_the_one_she_has_now(void **state)
{
    tell(town, &consent_kind,
         "13800138009|org_match|matchmaking.introduce|contact|call|2026-11-21T10:11:00+08:00||"
         "yes|" EVIDENCE);
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||13800138009||||||||2|active||"
         "2026-11-21T10:10:00+08:00");
    struct rung r = RING(FROM_AGENCY, .at = LAST);
    said(r, VERDICT_ALLOW, CHECK_ALLOWED);
    assert_int_equal(r.call.callee, to_number(town, "13800138009", NULL));
    shut(RING(FROM_HER, .at = LAST));
    /* What the number's holder agreed to before it was hers is about somebody else. */
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||13800138009||||||||3|active||"
         "2026-11-21T10:12:00+08:00");
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_BLOCK, CHECK_NO_CONSENT);
    tell(town, &member_kind, "per_m|org_match|||竹-0417||||||||||4|erased");
    shut(RING(FROM_AGENCY, .at = LAST));
}

static void each_ring_is_judged_anew(void **state)
{
    tell(town, &refusal_kind, HER "|org_match|2026-11-21T10:05:00+08:00");
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:04:59+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:05:00+08:00"), VERDICT_BLOCK, CHECK_REFUSED);
    said(RING(FROM_HER, .at = "2026-11-21T10:05:00+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
}

static void consent_or_contract_carries_it(void **state)
{
    tell(town, &consent_kind,
         HER "|org_match|matchmaking.introduce|contact|call|2026-01-01|"
             "2026-11-21T10:10:00+08:00|yes|" EVIDENCE);
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_BLOCK, CHECK_NO_CONSENT);
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||" HER
         "||||||2026-11-21T10:20:00+08:00|basic;contact|2|active");
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:19:59+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:20:00+08:00"), VERDICT_BLOCK, CHECK_NO_CONSENT);
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||" HER "||||||2026-12-31|basic;photo|3|active");
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_BLOCK, CHECK_NO_CONSENT);
}

static void wishes_are_about_the_number_that_she_sees(void **state)
{
    tell(town, &preference_kind, HER "||||" RELAY "|");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CALLEE_BLOCKS);
    tell(town, &preference_kind, HER "||||org_match|");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CALLEE_BLOCKS);
    tell(town, &preference_kind, HER "||fixed|||");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_NUMBER_CLASS_REFUSED);
    tell(town, &preference_kind, HER "|matchmaking||||");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_SECTOR_REFUSED);
    tell(town, &preference_kind, HER "|||09:00-10:15||");
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:14:59+08:00"), VERDICT_ALLOW, CHECK_ALLOWED);
    said(RING(FROM_AGENCY, .at = "2026-11-21T10:15:00+08:00"), VERDICT_BLOCK,
         CHECK_OUTSIDE_WELCOME);
}

static void caps_count_by_her_own_number(void **state)
{
    town->counts.principal =
        (struct attempts){.count = 1, .at = {at_time("2026-11-20T11:00:00+08:00")}};
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_FREQUENCY_CAP);
    said(RING(FROM_HER), VERDICT_ALLOW, CHECK_ALLOWED);
}

static void the_certificate_ends_with_its_last_second(void **state)
{
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-11-20|active");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CERTIFICATE_INVALID);
    said(RING(FROM_HER), VERDICT_ALLOW, CHECK_ALLOWED);
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-11-21|active");
    said(RING(FROM_AGENCY), VERDICT_ALLOW, CHECK_ALLOWED);
    tell(town, &staff_kind, "stf_w|org_match|W|compliance|||active");
    said(RING(FROM_AGENCY), VERDICT_ALLOW, CHECK_ALLOWED);
    tell(town, &staff_kind, "stf_w|org_match|W|compliance|||suspended");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CERTIFICATE_INVALID);
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-12-31|left");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CERTIFICATE_INVALID);
    tell(town, &staff_kind, "stf_w|org_bank|W|sales||SH1:2026-12-31|active");
    said(RING(FROM_AGENCY), VERDICT_BLOCK, CHECK_CERTIFICATE_INVALID);
}

static void orders_and_suspension_stop_it(void **state)
{
    tell(town, &order_kind, "ord_1|862160008001|suspend|2026-11-21T10:05:00+08:00||police|test|");
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_BLOCK, CHECK_ORDER_IN_FORCE);
    said(RING(FROM_HER, .at = LAST), VERDICT_BLOCK, CHECK_ORDER_IN_FORCE);
    tell(town, &order_kind, "ord_2|862160008001|restore|2026-11-21T10:06:00+08:00||police|test|");
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||suspended");
    said(RING(FROM_AGENCY, .at = LAST), VERDICT_BLOCK, CHECK_ORGANISATION_SUSPENDED);
}

/* It is nobody's call: not observed, not released, not for an emergency number either. */
static void what_is_closed_stays_closed_when_the_gate_only_observes(void **state)
{
    town_free(town);
    town = town_of("{mode: observe}");
    tell(town, &range_kind, "02160008000|02160008099|org_mobile|relay|both|active");
    struct rung r = RING(FROM_AGENCY);
    shut(r);
    assert_false(r.verdict.observed);
    r = RING(.caller = "110", .line = "lin_between", .authenticated = true);
    shut(r);
}

/* A number asked for: the relay number calls, on the entity's relay line. */
static void what_is_asked_for_is_judged_from_the_relay_line(void **state)
{
    struct call c =
        to_call(town, &(struct town_call){.caller = "02160008003", .line = "lin_relay"});
    struct standing s;
    struct verdict v;
    c.relay = (struct relayed){.dialled = c.caller,
                               .way = RELAY_TO_PERSON,
                               .organisation = key_of(STR("org_match")),
                               .purpose = key_of(STR("matchmaking.introduce")),
                               .person = "per_m",
                               .staff = "stf_w"};
    for (int i = 0; i < 2; i++) {
        view_enter(town->view);
        assert_false(relay_resolve(town->view, &c));
        gate_stand(town->view, &c, &s);
        gate_judge(town->view, &c, &s, &town->counts, &v);
        view_leave(town->view);
        assert_int_equal(v.check, i ? CHECK_NO_CONSENT : CHECK_ALLOWED);
        c.relay.purpose = key_of(STR("marketing"));
    }
}

UNIT_MAIN(TOWN(the_agency_rings_her_and_she_rings_back), TOWN(it_lives_until_its_last_nanosecond),
          TOWN(a_clock_that_is_behind_shuts_nothing),
          TOWN(never_bound_over_and_anothers_are_one_word), TOWN(it_goes_with_her_membership),
          TOWN(an_old_end_ends_no_new_binding), TOWN(who_is_not_told_learns_nothing),
          TOWN(her_number_is_the_one_she_has_now), TOWN(each_ring_is_judged_anew),
          TOWN(consent_or_contract_carries_it), TOWN(wishes_are_about_the_number_that_she_sees),
          TOWN(caps_count_by_her_own_number), TOWN(the_certificate_ends_with_its_last_second),
          TOWN(orders_and_suspension_stop_it),
          TOWN(what_is_closed_stays_closed_when_the_gate_only_observes),
          TOWN(what_is_asked_for_is_judged_from_the_relay_line))
