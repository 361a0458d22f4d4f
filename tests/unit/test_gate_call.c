#include "gate_fixture.h"
#include "registry/certificate.h"
#include "registry/staff.h"

/* The boundaries of docs/rules.md, each under its rule's number. */

static struct town *town;

static int open_town(void **state)
{
    town = town_of("{}");
    return 0;
}

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, open_town, close_town)

static void a_consented_sales_call_in_the_morning_rings_and_counts(void **state)
{
    struct verdict v = ask(town, &(struct town_call){0});
    assert_int_equal(v.kind, VERDICT_ALLOW);
    assert_true(v.commercial);
    assert_true(v.counts);
    assert_string_equal(v.line, "lin_sales");
    assert_string_equal(v.campaign, "cam_spring");
    assert_string_equal(v.principal, "org_builder");
    assert_int_equal(v.journal, town->journal);
    assert_string_equal(rules_sector_at(town->rules, v.sector)->code, "real-estate");
}

static void a_person_rings_a_person_at_any_hour_and_nothing_counts(void **state)
{
    struct verdict v = ask(town, &(struct town_call){.caller = "13800000001",
                                                     .line = "lin_mobile",
                                                     .at = "2026-11-21T03:00:00+08:00"});
    assert_int_equal(v.kind, VERDICT_ALLOW);
    assert_false(v.commercial);
    assert_false(v.counts);
}

/* Rule 1 */
static void what_is_unknown_is_refused(void **state)
{
    struct call c = to_call(town, &(struct town_call){0});
    struct standing s;
    struct verdict v;
    gate_stand(NULL, &c, &s);
    gate_judge(NULL, &c, &s, &town->counts, &v);
    assert_int_equal(v.kind, VERDICT_BLOCK);
    struct view *empty;
    assert_int_equal(view_new(town->rules, town->config, &empty), OK);
    view_enter(empty);
    gate_stand(empty, &c, &s);
    gate_judge(empty, &c, &s, &town->counts, &v);
    view_leave(empty);
    assert_int_equal(v.kind, VERDICT_BLOCK);
    c = to_call(town, &(struct town_call){.callee = "110"});
    gate_stand(NULL, &c, &s);
    gate_judge(NULL, &c, &s, &town->counts, &v);
    assert_int_equal(v.kind, VERDICT_ALLOW);
    view_free(empty);

    expect(town, BLOCK, LINE_UNKNOWN, .line = "lin_nowhere");
    expect(town, BLOCK, LINE_UNKNOWN, .peer = "10.9.9.9");
    expect(town, BLOCK, CALLER_MALFORMED, .caller = "anonymous");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN, .campaign = "cam_nowhere");
}

static void a_zeroed_verdict_is_a_block(void **state)
{
    struct verdict v;
    memset(&v, 0, sizeof v);
    assert_int_equal(v.kind, VERDICT_BLOCK);
    assert_int_equal(v.would, VERDICT_BLOCK);
}

/* Rules 6 and 23 */
static void silence_is_no_consent(void **state)
{
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138001");
}

static void a_consent_holds_for_its_purpose_channel_and_time_only(void **state)
{
    const char *callee = "13800138002";
    tell(town, &consent_kind,
         "13800138002|org_builder|service|contact|call|2026-01-01||yes|" EVIDENCE);
    expect(town, BLOCK, NO_CONSENT, .callee = callee);
    tell(town, &consent_kind,
         "13800138002|org_builder|marketing|contact|sms|2026-01-01||yes|" EVIDENCE);
    expect(town, BLOCK, NO_CONSENT, .callee = callee);
    static const char *const channels[] = {"call", "phone", "sms;voice"};
    for (size_t i = 0; i < 3; i++) {
        char row[200];
        snprintf(row, sizeof row,
                 "13800138002|org_builder|marketing|contact|%s|2026-11-21T10:00:00+08:00|"
                 "2026-11-21T11:00:00+08:00|yes|" EVIDENCE,
                 channels[i]);
        tell(town, &consent_kind, row);
        expect(town, BLOCK, NO_CONSENT, .callee = callee, .at = "2026-11-21T09:59:59+08:00");
        expect(town, ALLOW, ALLOWED, .callee = callee, .at = "2026-11-21T10:00:00+08:00");
        expect(town, ALLOW, ALLOWED, .callee = callee, .at = "2026-11-21T10:59:59+08:00");
        expect(town, BLOCK, NO_CONSENT, .callee = callee, .at = "2026-11-21T11:00:00+08:00");
    }
    tell(town, &consent_kind,
         "13800138003|org_vendor|marketing|contact|call|2026-01-01||yes|" EVIDENCE);
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138003");
    tell(town, &consent_kind,
         "13800138003|org_branch|marketing|contact|call|2026-01-01||yes|" EVIDENCE);
    expect(town, ALLOW, ALLOWED, .callee = "13800138003");
}

static void an_incomplete_consent_is_none(void **state)
{
    struct value row[COLUMNS_MAX];
    read_row(town, &consent_kind,
             "13800138004|org_builder|marketing|contact|call|2026-01-01||yes|" EVIDENCE, row);
    row[CONSENT_EVIDENCE] = value_null();
    assert_int_equal(view_apply(town->view, &consent_kind, row, 0), OK);
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138004");
    read_row(town, &consent_kind,
             "13800138004|org_builder|marketing|contact|call|2026-01-01||yes|" EVIDENCE, row);
    row[CONSENT_WORDING] = value_null();
    assert_int_equal(view_apply(town->view, &consent_kind, row, 0), OK);
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138004");
}

/* Rule 8 */
static void a_withdrawal_acts_on_the_next_call(void **state)
{
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T10:00:01+08:00");
    tell(town, &consent_kind,
         "13800138000|org_builder|marketing|contact|call|2026-01-01|"
         "2026-11-21T10:00:00+08:00|yes|" EVIDENCE);
    expect(town, BLOCK, NO_CONSENT, .at = "2026-11-21T10:00:01+08:00");
    expect(town, BLOCK, NO_CONSENT, .at = "2026-11-21T10:00:01+08:00", .line = "lin_vendor",
           .caller = "02160002000");
}

/* Rule 9 */
static void a_refusal_binds_every_number_vendor_and_branch_for_ever(void **state)
{
    tell(town, &refusal_kind, "13800138000|org_branch|2026-11-21T10:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T09:59:59+08:00");
    expect(town, BLOCK, REFUSED, .at = "2026-11-21T10:00:00+08:00");
    expect(town, BLOCK, REFUSED, .caller = "02160001099");
    expect(town, BLOCK, REFUSED, .caller = "02160002000", .line = "lin_vendor");
    tell(town, &campaign_kind,
         "cam_spring|org_builder|org_vendor|real-estate|marketing|lin_sales|"
         "consent|2026-01-01|2099-12-31|active");
    tell(town, &consent_kind,
         "13800138000|org_builder|marketing|contact|call|2026-01-01|2099-12-31|yes|" EVIDENCE);
    expect(town, BLOCK, REFUSED, .at = "2066-11-21T10:00:00+08:00");
    tell(town, &preference_kind, "13800138000|||||02160001000");
    expect(town, BLOCK, REFUSED); /* the allow list does not lift it */
    expect(town, ALLOW, ALLOWED, .caller = "02160006000", .line = "lin_filed");
}

/* Rule 10 */
static void a_refused_sector_or_class_or_star_stops_consented_calls(void **state)
{
    tell(town, &preference_kind, "13800138000|finance.bank||||");
    expect(town, ALLOW, ALLOWED);
    tell(town, &preference_kind, "13800138000|real-estate||||");
    expect(town, BLOCK, SECTOR_REFUSED);
    tell(town, &preference_kind, "13800138000|*||||");
    expect(town, BLOCK, SECTOR_REFUSED);
    tell(town, &preference_kind, "13800138000||fixed|||");
    expect(town, BLOCK, NUMBER_CLASS_REFUSED);
    tell(town, &preference_kind, "13800138000||95|||");
    expect(town, ALLOW, ALLOWED);
    expect(town, BLOCK, NUMBER_CLASS_REFUSED, .caller = "95588", .line = "lin_bank");
}

static void classes_bind_persons_too_sectors_and_hours_do_not(void **state)
{
    tell(town, &preference_kind, "13800138000|*||09:00-10:00||");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile",
           .at = "2026-11-21T23:00:00+08:00");
    tell(town, &preference_kind, "13800138000||mobile|||");
    expect(town, BLOCK, NUMBER_CLASS_REFUSED, .caller = "13800000001", .line = "lin_mobile");
}

static void a_registry_copy_of_32_days_stops_commercial_calls(void **state)
{
    expect(town, ALLOW, ALLOWED);
    tell(town, &copy_kind, "caict|2026-10-21T10:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T10:00:00+08:00");
    expect(town, BLOCK, REGISTRY_STALE, .at = "2026-11-21T10:00:01+08:00");
    expect(town, BLOCK, REGISTRY_STALE, .at = "2026-11-22T10:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile",
           .at = "2026-11-22T10:00:00+08:00");
    tell(town, &copy_kind, "caict|2026-11-22T09:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-22T10:00:00+08:00");
}

/* Rule 11 */
static void commercial_hours_are_half_open(void **state)
{
    expect(town, BLOCK, OUTSIDE_HOURS, .at = "2026-11-21T08:59:59+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T09:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T20:59:59+08:00");
    expect(town, BLOCK, OUTSIDE_HOURS, .at = "2026-11-21T21:00:00+08:00");
    /* The callee's day, not that of the clock. */
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T01:00:00Z");
    expect(town, BLOCK, OUTSIDE_HOURS, .at = "2026-11-21T13:00:00Z");
}

static void welcome_hours_and_the_law_both_hold(void **state)
{
    tell(town, &preference_kind, "13800138000|||08:00-12:00;14:00-24:00||");
    expect(town, BLOCK, OUTSIDE_HOURS, .at = "2026-11-21T08:30:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T11:59:59+08:00");
    expect(town, BLOCK, OUTSIDE_WELCOME, .at = "2026-11-21T12:00:00+08:00");
    expect(town, BLOCK, OUTSIDE_WELCOME, .at = "2026-11-21T13:59:59+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T14:00:00+08:00");
    expect(town, BLOCK, OUTSIDE_HOURS, .at = "2026-11-21T21:00:00+08:00");
}

static void a_sector_may_have_narrower_hours(void **state)
{
    static const struct {
        const char *at;
        enum verdict_kind kind;
        enum check check;
    } cases[] = {{"2026-11-21T11:59:59+08:00", VERDICT_ALLOW, CHECK_ALLOWED},
                 {"2026-11-21T12:00:00+08:00", VERDICT_BLOCK, CHECK_OUTSIDE_HOURS},
                 {"2026-11-21T14:00:00+08:00", VERDICT_ALLOW, CHECK_ALLOWED},
                 {"2026-11-21T20:00:00+08:00", VERDICT_BLOCK, CHECK_OUTSIDE_HOURS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_(
            town,
            &(struct town_call){.caller = "02160007000", .line = "lin_match", .at = cases[i].at},
            cases[i].kind, cases[i].check, __FILE__, __LINE__);
}

/* Rule 12 */
static void attempt(struct attempts *a, const char *at)
{
    assert_true(a->count < ATTEMPTS);
    memmove(&a->at[1], &a->at[0], a->count * sizeof *a->at);
    a->at[0] = at_time(at);
    a->count++;
}

static void the_fourth_call_in_24_rolling_hours_is_too_many(void **state)
{
    attempt(&town->counts.principal, "2026-11-20T10:00:00+08:00");
    attempt(&town->counts.principal, "2026-11-20T12:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T09:30:00+08:00");
    attempt(&town->counts.principal, "2026-11-20T20:00:00+08:00");
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-11-21T09:59:59+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T10:00:00+08:00");
}

static void branches_of_one_legal_entity_are_counted_together(void **state)
{
    struct call c = to_call(town, &(struct town_call){0});
    struct standing builder, branch;
    tell(town, &range_kind, "02160001020|02160001020|org_branch|marketing|both|active");
    tell(town, &campaign_kind,
         "cam_branch|org_branch||real-estate|marketing|lin_sales|consent|"
         "2026-01-01|2026-12-31|active");
    view_enter(town->view);
    c.campaign = STR("cam_spring");
    gate_stand(town->view, &c, &builder);
    c.campaign = STR("cam_branch");
    gate_stand(town->view, &c, &branch);
    assert_string_not_equal(builder.principal->id, branch.principal->id);
    assert_int_equal(builder.principal_key, branch.principal_key);
    view_leave(town->view);
}

static void a_rule_that_is_not_yet_in_force_refuses_nothing(void **state)
{
    struct rule const *rule = rules_of_check(town->rules, CHECK_CALLER_NOT_ON_LINE);
    struct call c =
        to_call(town, &(struct town_call){.caller = "13900000001", .line = "lin_mobile"});
    struct standing s;
    struct verdict v;
    for (int day = 0; day < 2; day++) {
        c.at = rule->from - 1 + day;
        view_enter(town->view);
        gate_stand(town->view, &c, &s);
        gate_judge(town->view, &c, &s, &town->counts, &v);
        view_leave(town->view);
        assert_int_equal(v.check == CHECK_CALLER_NOT_ON_LINE, day);
    }
}

static void one_call_a_minute(void **state)
{
    attempt(&town->counts.principal, "2026-11-21T10:00:00+08:00");
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-11-21T10:00:00+08:00");
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-11-21T10:00:59+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T10:01:00+08:00");
    /* A clock that went back does not open the door. */
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-11-21T09:59:59+08:00");
}

static void caps_over_all_principals_count_everybody(void **state)
{
    attempt(&town->counts.all, "2026-11-21T09:00:00+08:00");
    expect(town, ALLOW, ALLOWED, .caller = "02160007000", .line = "lin_match");
    attempt(&town->counts.all, "2026-11-21T09:30:00+08:00");
    expect(town, BLOCK, FREQUENCY_CAP, .caller = "02160007000", .line = "lin_match");
    expect(town, ALLOW, ALLOWED); /* the default profile counts by principal */
}

static void the_ceiling_holds_even_for_those_on_the_allow_list(void **state)
{
    tell(town, &preference_kind, "13800138000|||||02160001000");
    for (int i = 0; i < 4; i++)
        attempt(&town->counts.principal, "2026-11-21T09:59:59+08:00");
    expect(town, ALLOW, ALLOWED);
    attempt(&town->counts.principal, "2026-11-21T09:59:59+08:00");
    expect(town, BLOCK, FREQUENCY_CEILING);
}

/* Rule 13 */
static void a_call_centre_calls_back_and_does_not_sell(void **state)
{
    expect(town, BLOCK, LICENCE_MARKETING, .caller = "95123", .line = "lin_centre",
           .campaign = "cam_push");
    tell(town, &consent_kind,
         "13800138000|org_bank|callback|contact|call|2026-01-01||yes|" EVIDENCE);
    expect(town, ALLOW, ALLOWED, .caller = "95123", .line = "lin_centre", .campaign = "cam_back");
    expect(town, BLOCK, NO_CONSENT, .caller = "95123", .line = "lin_centre", .campaign = "cam_back",
           .callee = "13800138001");
    tell(town, &organisation_kind,
         "org_builder|Builder|enterprise|real-estate|call-centre||active");
    expect(town, BLOCK, CALLER_ORDINARY);
}

/* Rule 14 */
static void three_ways_to_lack_the_right_to_a_number_have_three_checks(void **state)
{
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "02160009000"); /* spoofed */
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "02160001060", .line = "lin_stranger");
    tell(town, &range_kind, "02160001010|02160001010|org_builder|marketing|both|inactive");
    expect(town, BLOCK, CALLER_UNASSIGNED, .caller = "02160001010");
    tell(town, &range_kind, "02160001011|02160001011|org_builder|person|both|active");
    expect(town, BLOCK, CALLER_WRONG_USE, .caller = "02160001011");
    static const enum check checks[] = {CHECK_CALLER_NOT_ON_LINE, CHECK_CALLER_OTHER_OWNER,
                                        CHECK_CALLER_UNASSIGNED, CHECK_CALLER_WRONG_USE};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(check_reason(checks[i]), "caller-not-authorised");
}

static void the_owner_may_lend_a_number_to_whom_it_entrusted(void **state)
{
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_vendor");
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "02160001050", .line = "lin_vendor",
           .at = "2026-12-01T10:00:00+08:00");
}

static void the_narrowest_range_decides_so_that_a_ported_number_moves_alone(void **state)
{
    tell(town, &range_kind, "13800000005|13800000005|org_other|person|both|active");
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "13800000005", .line = "lin_mobile");
    expect(town, ALLOW, ALLOWED, .caller = "13800000004", .line = "lin_mobile");
    expect(town, ALLOW, ALLOWED, .caller = "13800000006", .line = "lin_mobile");
    expect(town, ALLOW, ALLOWED, .caller = "13800000005", .line = "lin_between");
}

static void a_suspended_number_is_not_an_unassigned_one(void **state)
{
    tell(town, &range_kind, "02160001012|02160001012|org_builder|marketing|both|suspended");
    expect(town, BLOCK, NUMBER_SUSPENDED, .caller = "02160001012");
}

/* Rule 15 */
static void numbers_that_may_not_call(void **state)
{
    expect(town, BLOCK, NUMBER_INBOUND_ONLY, .caller = "4008210000", .line = "lin_bank");
    tell(town, &range_kind, "95588|95588|org_bank|service|inbound|active");
    expect(town, BLOCK, NUMBER_INBOUND_ONLY, .caller = "95588", .line = "lin_bank");
    tell(town, &range_kind, "95588|95588|org_bank|service|outbound|active");
    expect(town, ALLOW, ALLOWED, .caller = "95588", .line = "lin_bank");
    expect(town, BLOCK, CALLER_ORDINARY, .caller = "02160003000", .line = "lin_centre",
           .campaign = "cam_back");
    expect(town, ALLOW, ALLOWED); /* an enterprise's own fixed number */
}

/* Rule 16 */
/* Rule 16: by its own time, at that call. */
static void a_line_whose_document_has_lapsed_carries_nothing(void **state)
{
    tell(town, &line_document_kind,
         "lin_sales|licence|B2-1|2026-11-21T12:00:00+08:00|" EVIDENCE "|stf_1|2026-01-01");
    tell(town, &line_document_kind, "lin_sales|plan|P-1||" EVIDENCE "|stf_1|2026-01-01");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T11:59:59+08:00");
    expect(town, BLOCK, LINE_INACTIVE, .at = "2026-11-21T12:00:00+08:00");
    expect(town, ALLOW, CALLEE_EMERGENCY, .callee = "110", .at = "2026-11-21T12:00:00+08:00");
    tell(town, &line_document_kind,
         "lin_sales|licence|B2-2|2027-11-21|" EVIDENCE "|stf_1|2026-11-21");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T12:00:00+08:00");
}

static void a_line_that_is_not_active_carries_nothing(void **state)
{
    tell(town, &line_kind,
         "lin_sales|org_builder|org_mobile|SH|marketing|"
         "02160001000-02160001099|10.0.0.2|licence|inactive");
    expect(town, BLOCK, LINE_INACTIVE);
    tell(town, &line_kind,
         "lin_sales|org_builder|org_mobile|SH|marketing|"
         "02160001000-02160001099|10.0.0.2|" DOCUMENTS "|suspended");
    expect(town, BLOCK, LINE_INACTIVE);
}

/* Rule 17 */
static void a_vendor_must_be_listed_and_under_contract(void **state)
{
    expect(town, ALLOW, ALLOWED, .caller = "02160002000", .line = "lin_vendor");
    expect(town, BLOCK, CALLER_NOT_ENTRUSTED, .caller = "02160004000", .line = "lin_stranger",
           .campaign = "cam_spring");
    /* The last day of the contract, and the day after. */
    expect(town, ALLOW, ALLOWED, .caller = "02160002000", .line = "lin_vendor",
           .at = "2026-11-30T20:00:00+08:00");
    expect(town, BLOCK, CALLER_NOT_ENTRUSTED, .caller = "02160002000", .line = "lin_vendor",
           .at = "2026-12-01T10:00:00+08:00");
    /* Listed without a contract; under contract for another purpose. */
    tell(town, &campaign_kind,
         "cam_spring|org_builder|org_vendor;org_stranger|real-estate|"
         "marketing|lin_sales;lin_vendor;lin_stranger|consent|2026-01-01|"
         "2026-12-31|active");
    expect(town, BLOCK, CALLER_NOT_ENTRUSTED, .caller = "02160004000", .line = "lin_stranger");
    tell(town, &entrustment_kind, "org_builder|org_stranger|service|2026-01-01||doc-3");
    expect(town, BLOCK, CALLER_NOT_ENTRUSTED, .caller = "02160004000", .line = "lin_stranger");
    tell(town, &entrustment_kind, "org_builder|org_stranger|marketing|2026-01-01||doc-4");
    expect(town, ALLOW, ALLOWED, .caller = "02160004000", .line = "lin_stranger");
    /* Nobody's number but the principal's or the vendor's own. */
    tell(town, &entrustment_kind, "org_vendor|org_stranger|marketing|2026-01-01||doc-5");
    tell(town, &line_kind,
         "lin_stranger|org_stranger|org_mobile|SH|marketing|02160002001|"
         "10.0.0.5|" DOCUMENTS "|active");
    expect(town, BLOCK, CALLER_NOT_ENTRUSTED, .caller = "02160002001", .line = "lin_stranger");
}

static void campaigns_are_named_or_the_only_one_that_fits(void **state)
{
    expect(town, ALLOW, ALLOWED, .campaign = "cam_spring");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN, .campaign = "cam_filed"); /* not on this line */
    expect(town, BLOCK, CAMPAIGN_INACTIVE, .campaign = "cam_spring",
           .at = "2027-01-01T10:00:00+08:00");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN, .at = "2027-01-01T10:00:00+08:00");
    tell(town, &campaign_kind,
         "cam_spring|org_builder|org_vendor|real-estate|marketing|lin_sales|"
         "consent|2026-01-01|2026-12-31|paused");
    expect(town, BLOCK, CAMPAIGN_INACTIVE, .campaign = "cam_spring");
    tell(town, &campaign_kind,
         "cam_spring|org_builder|org_vendor|real-estate|marketing|lin_sales|"
         "consent|2026-01-01|2026-12-31|active");
    tell(town, &campaign_kind,
         "cam_second|org_builder||real-estate|marketing|lin_sales|consent|"
         "2026-01-01|2026-12-31|active");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN); /* two fit */
    expect(town, ALLOW, ALLOWED, .campaign = "cam_second");
}

static void agencies_of_a_filing_sector_need_one(void **state)
{
    expect(town, BLOCK, FILING_MISSING, .caller = "02160005000", .line = "lin_agency");
    expect(town, ALLOW, ALLOWED, .caller = "02160006000", .line = "lin_filed");
    expect(town, ALLOW, ALLOWED); /* an enterprise of the sector */
    expect(town, ALLOW, ALLOWED, .caller = "02160007000", .line = "lin_match");
}

/* Rule 19, at the second door: test_gate_look_stand.c */
#define MATCH(at_) .caller = "02160007000", .line = "lin_match", .at = (at_)

static void a_certificate_ends_with_its_last_second(void **state)
{
    expect(town, ALLOW, ALLOWED, MATCH("2026-11-20T19:59:59+08:00")); /* nobody is registered */
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-11-20|active");
    expect(town, ALLOW, ALLOWED, MATCH("2026-11-20T19:59:59.999999999+08:00"));
    expect(town, BLOCK, CERTIFICATE_INVALID, MATCH("2026-11-21T10:00:00+08:00"));
    tell(town, &certificate_kind,
         "SMA-1|prc_1|stf_w|c|exm_1|80|2026-01-01|stf_exa|2026-11-21T10:00:00+08:00||valid|"
         "2026-01-01|||stf_exa");
    expect(town, ALLOW, ALLOWED, MATCH("2026-11-21T09:59:59.999999999+08:00"));
    expect(town, BLOCK, CERTIFICATE_INVALID, MATCH("2026-11-21T10:00:00+08:00"));
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T10:00:00+08:00"); /* another sector */
}

static void one_practitioner_of_the_legal_entity_who_may_work_is_enough(void **state)
{
    static const struct {
        const char *row;
        enum verdict_kind kind;
    } cases[] = {
        {"stf_c|org_match|C|compliance||SH9:2030-01-01|active", VERDICT_ALLOW}, /* counts not */
        {"stf_w|org_match|W|sales||SH1:2026-11-19|active", VERDICT_BLOCK},
        {"stf_m|org_shop|M|manager||SH2:2030-01-01|active", VERDICT_ALLOW},
        {"stf_m|org_shop|M|manager||SH2:2030-01-01|left", VERDICT_BLOCK},
        {"stf_n|org_bank|N|sales||SH3:2030-01-01|active", VERDICT_BLOCK}, /* another's */
        {"stf_w|org_match|W|sales||SH1:2026-11-19|left", VERDICT_ALLOW},
    };
    tell(town, &organisation_kind, "org_shop|Shop|agency|matchmaking|||active|org_match|org_match");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct town_call a = {MATCH("2026-11-20T10:00:00+08:00")};
        tell(town, &staff_kind, cases[i].row);
        expect_(town, &a, cases[i].kind,
                cases[i].kind == VERDICT_ALLOW ? CHECK_ALLOWED : CHECK_CERTIFICATE_INVALID,
                __FILE__, __LINE__);
    }
}

/* Rule 27 */
static void a_release_lifts_at_once_and_ends(void **state)
{
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "02160009000");
    tell(town, &order_kind,
         "ord_1|862160001010|release|2026-11-21T09:00:00+08:00|"
         "2026-11-21T11:00:00+08:00|host:0|a mistake of ours|");
    tell(town, &range_kind, "02160001010|02160001010|org_builder|marketing|both|inactive");
    expect(town, BLOCK, CALLER_UNASSIGNED, .caller = "02160001010",
           .at = "2026-11-21T08:59:59+08:00");
    expect(town, ALLOW, ALLOWED, .caller = "02160001010", .at = "2026-11-21T09:00:00+08:00");
    expect(town, BLOCK, CALLER_UNASSIGNED, .caller = "02160001010",
           .at = "2026-11-21T11:00:00+08:00");
}

static void a_release_makes_nobody_else_believed(void **state)
{
    tell(town, &order_kind,
         "ord_1|862160001000|release|2026-11-21T09:00:00+08:00|"
         "2026-11-21T11:00:00+08:00|host:0|a mistake of ours|");
    tell(town, &order_kind,
         "ord_2|8613800000001|release|2026-11-21T09:00:00+08:00|"
         "2026-11-21T11:00:00+08:00|host:0|a mistake of ours|");
    expect(town, BLOCK, LINE_UNKNOWN, .line = "lin_nobody");
    expect(town, BLOCK, LINE_UNKNOWN, .line = "", .peer = "192.0.2.99");
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .line = "lin_match");
    expect(town, BLOCK, FOREIGN_TRUNK, .caller = "13800000001", .line = "lin_abroad",
           .roaming = ROAMING_NO);
}

static void only_a_proven_caller_is_called_back(void **state)
{
    struct verdict v = ask(
        town, &(struct town_call){.caller = "13800000001", .line = "lin_mobile", .callee = "110"});
    assert_int_equal(v.check, CHECK_CALLEE_EMERGENCY);
    assert_true(v.proven_caller);
    static const struct town_call claims[] = {
        {.caller = "13800000001", .callee = "110", .line = "lin_nobody"},
        {.caller = "13900000001", .callee = "110", .line = "lin_mobile"},
        {.caller = "13900000001", .callee = "110", .line = "lin_between"},
        {.caller = "13800000001",
         .callee = "110",
         .line = "lin_mobile",
         .diverting = "13800000002"},
    };
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        v = ask(town, &claims[i]);
        assert_int_equal(v.kind, VERDICT_ALLOW);
        assert_false(v.proven_caller);
    }
}

static void attempts_asked_for_later_do_not_count_now(void **state)
{
    attempt(&town->counts.principal, "2026-11-21T08:00:00+08:00");
    attempt(&town->counts.principal, "2026-12-10T10:00:00+08:00");
    attempt(&town->counts.principal, "2098-12-31T10:00:00+08:00");
    expect(town, ALLOW, ALLOWED);
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-12-10T10:00:59+08:00");
    expect(town, BLOCK, FREQUENCY_CAP, .at = "2026-12-10T09:59:55+08:00"); /* clocks differ */
    expect(town, ALLOW, ALLOWED, .at = "2026-12-10T09:59:54+08:00");
}

static void a_release_does_not_lift_what_a_person_wants(void **state)
{
    tell(town, &order_kind,
         "ord_1|862160001000|release|2026-11-21T09:00:00+08:00|"
         "2026-11-21T11:00:00+08:00|host:0|a mistake of ours|");
    tell(town, &refusal_kind, "13800138000|org_builder|2026-11-01");
    expect(town, BLOCK, REFUSED);
}

static void orders_stop_numbers_lines_and_organisations_until_restored(void **state)
{
    static const char *const subjects[] = {"862160001000", "lin_sales", "org_builder"};
    for (size_t i = 0; i < 3; i++) {
        char row[200];
        snprintf(row, sizeof row, "ord_%zu|%s|suspend|2026-11-21T10:00:00+08:00||stf_1|why|", i,
                 subjects[i]);
        tell(town, &order_kind, row);
        expect(town, ALLOW, ALLOWED, .at = "2026-11-21T09:59:59+08:00");
        expect(town, BLOCK, ORDER_IN_FORCE, .at = "2026-11-21T10:00:00+08:00");
        snprintf(row, sizeof row, "ord_%zu_end|%s|restore|2026-11-21T12:00:00+08:00||stf_1|why|", i,
                 subjects[i]);
        tell(town, &order_kind, row);
        expect(town, BLOCK, ORDER_IN_FORCE, .at = "2026-11-21T11:59:59+08:00");
        expect(town, ALLOW, ALLOWED, .at = "2026-11-21T12:00:00+08:00");
    }
    tell(town, &order_kind,
         "ord_9|lin_sales|close|2026-11-21T15:00:00+08:00|2026-11-21T16:00:00+08:00|stf_1|why|");
    expect(town, BLOCK, ORDER_IN_FORCE, .at = "2026-11-21T15:30:00+08:00");
    expect(town, ALLOW, ALLOWED, .at = "2026-11-21T16:00:00+08:00");
}

static void a_restriction_stops_commercial_calls_only(void **state)
{
    tell(town, &order_kind, "ord_1|org_mobile|restrict|2026-11-01||stf_1|why|");
    tell(town, &order_kind, "ord_2|org_builder|restrict|2026-11-01||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile");
    expect(town, BLOCK, ORDER_IN_FORCE);
}

static void a_restricted_number_that_may_call_carries_a_remark(void **state)
{
    tell(town, &order_kind, "ord_1|8613800000001|restrict|2026-11-21T10:00:00+08:00||menshen|why|");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile",
           .at = "2026-11-21T09:59:59+08:00");
    expect(town, REMIND, BEHAVIOUR_REMIND, .caller = "13800000001", .line = "lin_mobile");
    expect(town, ALLOW, ALLOWED, .caller = "13800000002", .line = "lin_mobile");
    tell(town, &order_kind, "ord_2|8613800000001|restore|2026-11-21T10:00:00+08:00||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile");
}

static void serve(const char *service)
{
    char row[300];
    snprintf(row, sizeof row,
             "lin_served|org_builder|org_mobile|SH|service|02160001050||" DOCUMENTS "|active|%s",
             service);
    tell(town, &line_kind, row);
    tell(town, &range_kind, "02160001050|02160001050|org_builder|service|both|active");
}

static void a_service_line_that_is_taken_for_a_commercial_one_needs_a_campaign(void **state)
{
    serve("contract");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_served");
    tell(town, &order_kind, "ord_1|lin_served|commercial|2026-11-21T10:00:00+08:00||menshen|why|");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_served",
           .at = "2026-11-21T09:59:59+08:00");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN, .caller = "02160001050", .line = "lin_served");
    tell(town, &order_kind, "ord_2|lin_served|restore|2026-11-21T10:00:00+08:00||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_served");
}

static void whom_people_must_hear_from_is_only_doubted_until_an_officer_says_so(void **state)
{
    static const char *const services[] = {"appointment", "delivery", "verification",
                                           "alarm",       "care",     "notice"};
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        serve(services[i]);
        tell(town, &order_kind, "ord_1|lin_served|commercial|2026-11-01|2026-12-01|menshen|why|");
        expect(town, REMIND, BEHAVIOUR_REMIND, .caller = "02160001050", .line = "lin_served");
        tell(town, &order_kind,
             "ord_2|lin_served|commercial|2026-11-01|2026-12-01|stf_1|why||org_mobile");
        expect(town, BLOCK, CAMPAIGN_UNKNOWN, .caller = "02160001050", .line = "lin_served");
        tell(town, &order_kind, "ord_2|lin_served|commercial|2026-01-01|2026-02-01|stf_1|why||");
    }
}

static void a_suspension_stops_every_call(void **state)
{
    static const char *const subjects[] = {"8613800000001", "lin_mobile", "org_mobile"};
    for (size_t i = 0; i < 3; i++) {
        char row[200];
        snprintf(row, sizeof row, "ord_%zu|%s|suspend|2026-11-21T10:00:00+08:00||stf_1|why|", i,
                 subjects[i]);
        expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_mobile");
        tell(town, &order_kind, row);
        expect(town, BLOCK, ORDER_IN_FORCE, .caller = "13800000001", .line = "lin_mobile");
        snprintf(row, sizeof row, "ord_%zu_end|%s|restore|2026-11-21T10:00:00+08:00||stf_1|why|", i,
                 subjects[i]);
        tell(town, &order_kind, row);
    }
}

static void an_order_on_a_campaign_stops_its_calls_and_no_others(void **state)
{
    tell(town, &campaign_kind,
         "cam_spring|org_builder||real-estate|marketing|lin_sales|consent|2026-01-01|2099-12-31|"
         "active");
    tell(town, &order_kind, "ord_1|cam_spring|suspend|2026-11-21T10:00:00+08:00||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .campaign = "cam_spring", .at = "2026-11-21T09:59:59+08:00");
    expect(town, BLOCK, ORDER_IN_FORCE, .campaign = "cam_spring");
    expect(town, ALLOW, ALLOWED, .caller = "95588", .line = "lin_bank");
    tell(town, &order_kind, "ord_2|cam_spring|restore|2026-11-21T10:00:00+08:00||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .campaign = "cam_spring");
}

static void a_branch_stops_with_its_house(void **state)
{
    tell(town, &organisation_kind,
         "org_branch|Branch|enterprise|real-estate|||active|org_builder|org_builder|");
    tell(town, &line_kind,
         "lin_branch|org_branch|org_mobile|SH|service|02160001050||" DOCUMENTS "|active|contract");
    tell(town, &range_kind, "02160001050|02160001050|org_branch|service|both|active");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_branch");
    tell(town, &order_kind, "ord_1|org_builder|restrict|2026-01-01||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_branch");
    tell(town, &order_kind, "ord_2|org_builder|suspend|2026-01-01||stf_1|why|");
    expect(town, BLOCK, ORDER_IN_FORCE, .caller = "02160001050", .line = "lin_branch");
    tell(town, &order_kind, "ord_3|org_builder|restore|2026-01-01||stf_1|why|");
    expect(town, ALLOW, ALLOWED, .caller = "02160001050", .line = "lin_branch");
    tell(town, &order_kind, "ord_4|org_branch|suspend|2026-02-01||stf_1|why|");
    expect(town, BLOCK, ORDER_IN_FORCE, .caller = "02160001050", .line = "lin_branch");
    expect(town, ALLOW, ALLOWED); /* what is ordered of a branch is not of all */
}

static void a_suspended_organisation_calls_nobody(void **state)
{
    tell(town, &organisation_kind, "org_builder|Builder|enterprise|real-estate|||suspended");
    expect(town, BLOCK, ORGANISATION_SUSPENDED);
    expect(town, BLOCK, ORGANISATION_SUSPENDED, .caller = "02160002000", .line = "lin_vendor");
    tell(town, &organisation_kind, "org_builder|Builder|enterprise|real-estate|||closed");
    expect(town, BLOCK, ORGANISATION_SUSPENDED);
}

/* Emergency */
static void a_call_for_help_rings_whatever_else_is_wrong(void **state)
{
    static const char *const numbers[] = {"110", "119", "120", "122", "12395", "95110", "12345"};
    tell(town, &order_kind, "ord_1|org_builder|close|2026-01-01||stf_1|why|");
    tell(town, &order_kind, "ord_2|862160001000|close|2026-01-01||stf_1|why|");
    for (int i = 0; i < 5; i++)
        attempt(&town->counts.principal, "2026-11-21T09:59:59+08:00");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        expect(town, ALLOW, CALLEE_EMERGENCY, .callee = numbers[i],
               .at = "2026-11-21T03:00:00+08:00");
        expect(town, ALLOW, CALLEE_EMERGENCY, .callee = numbers[i], .caller = "anonymous",
               .line = "lin_nowhere", .diversions = 99);
        expect(town, ALLOW, CALLEE_EMERGENCY, .callee = numbers[i], .caller = "95588",
               .line = "lin_abroad", .campaign = "cam_nowhere");
    }
}

static void an_emergency_number_as_caller_is_believed_only_if_proven(void **state)
{
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "110");
    expect(town, BLOCK, CALLER_WRONG_USE, .caller = "110", .line = "lin_between");
    expect(town, BLOCK, FOREIGN_TRUNK, .caller = "110", .line = "lin_abroad",
           .authenticated = true);
    tell(town, &preference_kind, "13800138000||||110|");
    expect(town, ALLOW, EMERGENCY_CALLER, .caller = "110", .line = "lin_between",
           .authenticated = true);
    tell(town, &organisation_kind, "org_police|Police|authority||||active");
    tell(town, &line_kind,
         "lin_police|org_police|org_mobile|SH|service|110||" DOCUMENTS "|active|notice");
    expect(town, ALLOW, EMERGENCY_CALLER, .caller = "110", .line = "lin_police");
    expect(town, BLOCK, CALLEE_BLOCKS, .caller = "110", .line = "lin_mobile",
           .diverting = "13800000001");
}

/* Whoever proves who he is has not proven who forwarded the call. */
static void a_proof_of_the_caller_proves_nobody_else(void **state)
{
    expect(town, BLOCK, CALLER_WRONG_USE, .caller = "13900000001", .line = "lin_between",
           .diverting = "110", .diversions = 1, .authenticated = true);
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "13900000001", .line = "lin_between",
           .diverting = "13800000001", .diversions = 1, .authenticated = true);
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "13800000001", .line = "lin_between");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_between",
           .authenticated = true);
}

static void a_call_back_rings_for_a_day_unless_it_sells(void **state)
{
    town->counts.own_emergency = at_time("2026-11-20T10:00:00+08:00");
    tell(town, &preference_kind, "13800138000||mobile||13800000001;02160001000|");
    expect(town, ALLOW, EMERGENCY_CALLBACK, .caller = "13800000001", .line = "lin_mobile",
           .at = "2026-11-21T09:59:59+08:00");
    expect(town, BLOCK, CALLEE_BLOCKS, .caller = "13800000001", .line = "lin_mobile",
           .at = "2026-11-21T10:00:00+08:00");
    expect(town, BLOCK, CALLEE_BLOCKS, .at = "2026-11-21T09:59:59+08:00");
    /* Nobody vouches for a number on a carrier's trunk. */
    tell(town, &preference_kind, "13800138000||mobile|||");
    expect(town, BLOCK, NUMBER_CLASS_REFUSED, .caller = "13900000001", .line = "lin_between",
           .at = "2026-11-21T09:59:59+08:00");
}

static void a_marked_call_back_rings_from_a_trusted_peer(void **state)
{
    tell(town, &preference_kind, "13800138000||mobile|||");
    expect(town, ALLOW, EMERGENCY_CALLBACK, .caller = "13900000001", .line = "lin_between",
           .psap = true, .trusted = true);
    expect(town, BLOCK, NUMBER_CLASS_REFUSED, .caller = "13900000001", .line = "lin_between",
           .psap = true);
    expect(town, BLOCK, NO_CONSENT, .callee = "13800138001", .psap = true, .trusted = true);
}

/* Carriers */
static void a_carriers_trunk_brings_assigned_numbers_of_others(void **state)
{
    expect(town, ALLOW, ALLOWED, .caller = "13900000001", .line = "lin_between");
    expect(town, BLOCK, CALLER_UNASSIGNED, .caller = "13700000001", .line = "lin_between");
    expect(town, BLOCK, CALLER_OTHER_OWNER, .caller = "13800000001", .line = "lin_between");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_between",
           .diverting = "13900000001", .diversions = 1);
    expect(town, ALLOW, ALLOWED, .caller = "+442079460000", .line = "lin_between");
}

static void ours_from_abroad_are_blocked_or_marked(void **state)
{
    expect(town, ALLOW, ALLOWED, .caller = "+442079460000", .line = "lin_abroad");
    static const char *const faked[] = {"02162340000", "95588", "4008210000", "10086"};
    for (size_t i = 0; i < 4; i++)
        expect(town, BLOCK, FOREIGN_TRUNK, .caller = faked[i], .line = "lin_abroad");
    expect(town, REMIND, FOREIGN_TRUNK, .caller = "13800000001", .line = "lin_abroad");
    expect(town, ALLOW, ALLOWED, .caller = "13800000001", .line = "lin_abroad",
           .roaming = ROAMING_YES);
    expect(town, BLOCK, FOREIGN_TRUNK, .caller = "13800000001", .line = "lin_abroad",
           .roaming = ROAMING_NO);
    expect(town, BLOCK, FOREIGN_TRUNK, .caller = "95588", .line = "lin_abroad",
           .roaming = ROAMING_YES);
    expect(town, REMIND, FOREIGN_TRUNK, .caller = "95588", .line = "lin_abroad",
           .diverting = "+442079460000", .diversions = 1);
}

static void patterns_of_a_carriers_line_bind_it(void **state)
{
    tell(town, &line_kind,
         "lin_abroad|org_mobile|org_mobile|SH|international|+44*|10.0.0.21|" DOCUMENTS "|active");
    expect(town, ALLOW, ALLOWED, .caller = "+442079460000", .line = "lin_abroad");
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "+12125550100", .line = "lin_abroad");
    tell(town, &line_kind,
         "lin_abroad|org_mobile|org_mobile|SH|international|international|"
         "10.0.0.21|" DOCUMENTS "|active");
    expect(town, ALLOW, ALLOWED, .caller = "+12125550100", .line = "lin_abroad");
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "13800000001", .line = "lin_abroad");
    tell(town, &line_kind,
         "lin_between|org_other|org_mobile|SH|interconnect|domestic|10.0.0.20|" DOCUMENTS
         "|active");
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "+12125550100", .line = "lin_between");
    expect(town, ALLOW, ALLOWED, .caller = "13900000001", .line = "lin_between");
}

static void a_forwarded_call_is_proven_by_whom_forwarded_it(void **state)
{
    /* 13900000001 rings 13800000001, who forwards to 13800138000 on her carrier's line. */
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "13900000001", .line = "lin_mobile");
    expect(town, ALLOW, ALLOWED, .caller = "13900000001", .line = "lin_mobile",
           .diverting = "13800000001", .diversions = 1);
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .caller = "13800000001", .line = "lin_mobile",
           .diverting = "13900000001", .diversions = 1);
    expect(town, ALLOW, ALLOWED, .caller = "13900000001", .line = "lin_mobile",
           .diverting = "13800000001", .diversions = 5);
    expect(town, BLOCK, TOO_MANY_DIVERSIONS, .caller = "13900000001", .line = "lin_mobile",
           .diverting = "13800000001", .diversions = 6);
    tell(town, &preference_kind, "13800138000||||13900000001|");
    expect(town, BLOCK, CALLEE_BLOCKS, .caller = "13900000001", .line = "lin_mobile",
           .diverting = "13800000001", .diversions = 1);
}

static void forwarding_makes_no_sales_call_private(void **state)
{
    struct verdict v = ask(town, &(struct town_call){.caller = "02160001000",
                                                     .line = "lin_mobile",
                                                     .diverting = "13800000001",
                                                     .diversions = 1});
    assert_true(v.commercial);
    assert_string_equal(v.principal, "org_builder");
    assert_int_equal(v.kind, VERDICT_ALLOW);
    expect(town, BLOCK, NO_CONSENT, .caller = "02160001000", .line = "lin_mobile",
           .diverting = "13800000001", .diversions = 1, .callee = "13800138001");
}

/* Lists */
static void a_block_list_binds_everybody_and_wins_over_the_allow_list(void **state)
{
    static const char *const lists[] = {"02160001000", "02160001000-02160001009", "org_builder",
                                        "org_branch", "02160*"};
    for (size_t i = 0; i < 5; i++) {
        char row[120];
        snprintf(row, sizeof row, "13800138000||||%s|org_builder", lists[i]);
        tell(town, &preference_kind, row);
        expect(town, BLOCK, CALLEE_BLOCKS);
    }
    tell(town, &preference_kind, "13800138000||||02160001001-02160001009|");
    expect(town, ALLOW, ALLOWED);
    tell(town, &preference_kind, "13800138000||||95588|");
    expect(town, BLOCK, CALLEE_BLOCKS, .caller = "95588", .line = "lin_bank");
}

static void an_allow_list_is_a_flag_that_lifts_wishes_and_no_right(void **state)
{
    const char *callee = "13800138005";
    tell(town, &preference_kind, "13800138005|*|fixed|12:00-13:00||02160001000;org_agency");
    for (int i = 0; i < 3; i++)
        attempt(&town->counts.principal, "2026-11-21T09:59:00+08:00");
    expect(town, ALLOW, ALLOWED, .callee = callee);
    expect(town, ALLOW, ALLOWED, .callee = callee, .at = "2026-11-21T22:00:00+08:00");
    expect(town, BLOCK, FILING_MISSING, .callee = callee, .caller = "02160005000",
           .line = "lin_agency");
    expect(town, BLOCK, CAMPAIGN_INACTIVE, .callee = callee, .campaign = "cam_spring",
           .at = "2027-01-01T10:00:00+08:00");
    expect(town, BLOCK, NO_CONSENT, .callee = callee, .caller = "02160001001");
    tell(town, &order_kind, "ord_1|lin_sales|suspend|2026-01-01||stf_1|why|");
    expect(town, BLOCK, ORDER_IN_FORCE, .callee = callee);
}

/* Decision 9 */
static void facts_of_a_former_holder_are_void(void **state)
{
    when before = at_time("2026-06-01T00:00:00+08:00");
    tell_at(town, &preference_kind, "13800138000|real-estate||||", before);
    tell(town, &refusal_kind, "13800138000|org_filed|2026-06-01");
    expect(town, BLOCK, SECTOR_REFUSED);
    tell(town, &assignment_kind, "13800138000|2026-07-01|");
    /* Not refused any more, nor consented. */
    expect(town, BLOCK, NO_CONSENT);
    tell(town, &consent_kind,
         "13800138000|org_filed|marketing|contact|call|2026-07-01T00:00:00+08:00||yes|" EVIDENCE);
    expect(town, ALLOW, ALLOWED, .caller = "02160006000", .line = "lin_filed");
    /* As it was before the number changed hands. */
    expect(town, BLOCK, SECTOR_REFUSED, .at = "2026-06-15T10:00:00+08:00");
    /* What the new holder says counts, from the first moment. */
    tell_at(town, &preference_kind, "13800138000|real-estate||||",
            at_time("2026-07-01T00:00:00+08:00"));
    expect(town, BLOCK, SECTOR_REFUSED, .caller = "02160006000", .line = "lin_filed");
    tell_at(town, &preference_kind, "13800138000|real-estate||||",
            at_time("2026-07-02T00:00:00+08:00"));
    expect(town, BLOCK, SECTOR_REFUSED, .caller = "02160006000", .line = "lin_filed");
}

/* Decision 4 */
static void service_calls_with_a_stated_kind_are_not_commercial(void **state)
{
    tell(town, &preference_kind, "13800138001|*||10:00-11:00||");
    tell(town, &refusal_kind, "13800138001|org_bank|2026-01-01");
    expect(town, ALLOW, ALLOWED, .callee = "13800138001", .caller = "95588", .line = "lin_bank",
           .at = "2026-11-21T03:00:00+08:00");
    expect(town, BLOCK, REFUSED, .callee = "13800138001", .caller = "95588",
           .line = "lin_unstated");
    expect(town, BLOCK, CAMPAIGN_UNKNOWN, .callee = "13800138001", .caller = "95588",
           .line = "lin_bank", .campaign = "cam_unstated");
    struct verdict v = ask(town, &(struct town_call){.caller = "95588", .line = "lin_bank"});
    assert_false(v.commercial);
    assert_true(v.protected_caller);
    v = ask(town, &(struct town_call){.caller = "13800000001", .line = "lin_mobile"});
    assert_false(v.protected_caller);
}

static void lines_are_found_by_the_peers_address_and_the_caller(void **state)
{
    struct verdict v = ask(town, &(struct town_call){.peer = "10.0.0.2"});
    assert_int_equal(v.kind, VERDICT_ALLOW);
    assert_string_equal(v.line, "lin_sales");
    tell(town, &line_kind,
         "lin_any|org_other|org_mobile|SH|interconnect|*|10.0.0.2|" DOCUMENTS "|active");
    v = ask(town, &(struct town_call){.peer = "10.0.0.2"});
    assert_string_equal(v.line, "lin_sales");
    v = ask(town, &(struct town_call){.peer = "10.0.0.2", .caller = "13900000001"});
    assert_string_equal(v.line, "lin_any");
    tell(town, &line_kind,
         "lin_any|org_builder|org_mobile|SH|marketing|02160001098|10.0.0.2|" DOCUMENTS "|active");
    v = ask(town, &(struct town_call){.peer = "10.0.0.2", .caller = "02160001098"});
    assert_string_equal(v.line, "lin_any");
    expect(town, BLOCK, CALLER_NOT_ON_LINE, .peer = "10.0.0.2", .caller = "95588");
}

static void the_first_refusal_in_order_is_the_reason(void **state)
{
    /* Everything is wrong; then the first cause is mended, one after the other. */
    tell(town, &line_kind,
         "lin_sales|org_builder|org_mobile|SH|marketing|02160001001|10.0.0.2|" DOCUMENTS
         "|inactive");
    tell(town, &range_kind, "02160001000|02160001000|org_stranger|person|inbound|closed");
    tell(town, &order_kind, "ord_1|lin_sales|suspend|2026-01-01||stf_1|why|");
    tell(town, &organisation_kind, "org_builder|Builder|agency|real-estate|call-centre||suspended");
    tell(town, &preference_kind, "13800138000|*|fixed|12:00-13:00|02160001000|");
    tell(town, &campaign_kind,
         "cam_spring|org_builder||real-estate|marketing||consent|2026-01-01|"
         "2026-12-31|paused");
    tell(town, &refusal_kind, "13800138000|org_builder|2026-01-01");
    tell(town, &consent_kind,
         "13800138000|org_builder|marketing|contact|sms|2026-01-01||yes|" EVIDENCE);
    tell(town, &copy_kind, "caict|2026-01-01");
    for (int i = 0; i < 5; i++)
        attempt(&town->counts.principal, "2026-11-21T02:59:59+08:00");

    struct town_call a = {.caller = "anonymous",
                          .line = "lin_nowhere",
                          .campaign = "cam_nowhere",
                          .at = "2026-11-21T03:00:00+08:00",
                          .diversions = 6};
#define NEXT(check) expect_(town, &a, VERDICT_BLOCK, CHECK_##check, __FILE__, __LINE__)
    NEXT(CALLER_MALFORMED);
    a.caller = "02160001000";
    NEXT(LINE_UNKNOWN);
    a.line = "lin_sales";
    NEXT(LINE_INACTIVE);
    tell(town, &line_kind,
         "lin_sales|org_builder|org_mobile|SH|marketing|02160001001|10.0.0.2|" DOCUMENTS "|active");
    NEXT(CALLER_NOT_ON_LINE);
    tell(town, &line_kind,
         "lin_sales|org_builder|org_mobile|SH|marketing|02160001000|10.0.0.2|" DOCUMENTS "|active");
    NEXT(CALLER_UNASSIGNED);
    tell(town, &range_kind, "02160001000|02160001000|org_stranger|person|inbound|suspended");
    NEXT(CALLER_OTHER_OWNER);
    tell(town, &range_kind, "02160001000|02160001000|org_builder|person|inbound|suspended");
    NEXT(CALLER_WRONG_USE);
    tell(town, &range_kind, "02160001000|02160001000|org_builder|marketing|inbound|suspended");
    NEXT(CALLER_ORDINARY);
    tell(town, &organisation_kind, "org_builder|Builder|agency|real-estate|||suspended");
    NEXT(TOO_MANY_DIVERSIONS);
    a.diversions = 0;
    NEXT(ORDER_IN_FORCE);
    tell(town, &order_kind, "ord_2|lin_sales|restore|2026-11-01||stf_1|why|");
    NEXT(ORGANISATION_SUSPENDED);
    tell(town, &organisation_kind, "org_builder|Builder|agency|real-estate|||active");
    NEXT(NUMBER_SUSPENDED);
    tell(town, &range_kind, "02160001000|02160001000|org_builder|marketing|inbound|active");
    NEXT(NUMBER_INBOUND_ONLY);
    tell(town, &range_kind, "02160001000|02160001000|org_builder|marketing|both|active");
    NEXT(CALLEE_BLOCKS);
    tell(town, &preference_kind, "13800138000|*|fixed|12:00-13:00||");
    NEXT(CAMPAIGN_UNKNOWN);
    tell(town, &campaign_kind,
         "cam_spring|org_filed||real-estate|marketing|lin_sales|consent|"
         "2026-01-01|2026-12-31|paused");
    a.campaign = "cam_spring";
    NEXT(CAMPAIGN_INACTIVE);
    tell(town, &campaign_kind,
         "cam_spring|org_filed||real-estate|marketing|lin_sales|consent|"
         "2026-01-01|2026-12-31|active");
    NEXT(CALLER_NOT_ENTRUSTED);
    tell(town, &campaign_kind,
         "cam_spring|org_builder||real-estate|marketing|lin_sales|consent|"
         "2026-01-01|2026-12-31|active");
    NEXT(FILING_MISSING);
    tell(town, &organisation_kind, "org_builder|Builder|agency|real-estate|||active|||SH-1");
    NEXT(REFUSED);
    a.callee = "13800138006";
    tell(town, &preference_kind, "13800138006|*|fixed|12:00-13:00||");
    NEXT(NO_CONSENT);
    tell(town, &consent_kind,
         "13800138006|org_builder|marketing|contact|call|2026-01-01||yes|" EVIDENCE);
    NEXT(SECTOR_REFUSED);
    tell(town, &preference_kind, "13800138006||fixed|12:00-13:00||");
    NEXT(NUMBER_CLASS_REFUSED);
    tell(town, &preference_kind, "13800138006|||12:00-13:00||");
    NEXT(OUTSIDE_HOURS);
    for (unsigned i = 0; i < 5; i++)
        town->counts.principal.at[i] = at_time("2026-11-21T09:59:59+08:00");
    a.at = "2026-11-21T10:00:00+08:00";
    NEXT(OUTSIDE_WELCOME);
    tell(town, &preference_kind, "13800138006|||10:00-13:00||");
    NEXT(FREQUENCY_CAP);
    tell(town, &preference_kind, "13800138006|||||02160001000");
    NEXT(FREQUENCY_CEILING);
    town->counts.principal.count = 4;
    NEXT(REGISTRY_STALE);
    tell(town, &copy_kind, "caict|2026-11-20");
    expect_(town, &a, VERDICT_ALLOW, CHECK_ALLOWED, __FILE__, __LINE__);
#undef NEXT
}

UNIT_MAIN(TOWN(a_consented_sales_call_in_the_morning_rings_and_counts),
          TOWN(a_person_rings_a_person_at_any_hour_and_nothing_counts),
          TOWN(what_is_unknown_is_refused), TEST(a_zeroed_verdict_is_a_block),
          TOWN(silence_is_no_consent), TOWN(a_consent_holds_for_its_purpose_channel_and_time_only),
          TOWN(an_incomplete_consent_is_none), TOWN(a_withdrawal_acts_on_the_next_call),
          TOWN(a_refusal_binds_every_number_vendor_and_branch_for_ever),
          TOWN(a_refused_sector_or_class_or_star_stops_consented_calls),
          TOWN(classes_bind_persons_too_sectors_and_hours_do_not),
          TOWN(a_registry_copy_of_32_days_stops_commercial_calls),
          TOWN(commercial_hours_are_half_open), TOWN(welcome_hours_and_the_law_both_hold),
          TOWN(a_sector_may_have_narrower_hours),
          TOWN(the_fourth_call_in_24_rolling_hours_is_too_many), TOWN(one_call_a_minute),
          TOWN(branches_of_one_legal_entity_are_counted_together),
          TOWN(a_rule_that_is_not_yet_in_force_refuses_nothing),
          TOWN(caps_over_all_principals_count_everybody),
          TOWN(the_ceiling_holds_even_for_those_on_the_allow_list),
          TOWN(a_call_centre_calls_back_and_does_not_sell),
          TOWN(three_ways_to_lack_the_right_to_a_number_have_three_checks),
          TOWN(the_owner_may_lend_a_number_to_whom_it_entrusted),
          TOWN(the_narrowest_range_decides_so_that_a_ported_number_moves_alone),
          TOWN(a_suspended_number_is_not_an_unassigned_one), TOWN(numbers_that_may_not_call),
          TOWN(a_line_that_is_not_active_carries_nothing),
          TOWN(a_line_whose_document_has_lapsed_carries_nothing),
          TOWN(a_vendor_must_be_listed_and_under_contract),
          TOWN(campaigns_are_named_or_the_only_one_that_fits),
          TOWN(agencies_of_a_filing_sector_need_one), TOWN(a_certificate_ends_with_its_last_second),
          TOWN(one_practitioner_of_the_legal_entity_who_may_work_is_enough),
          TOWN(a_release_lifts_at_once_and_ends), TOWN(a_release_does_not_lift_what_a_person_wants),
          TOWN(a_release_makes_nobody_else_believed), TOWN(only_a_proven_caller_is_called_back),
          TOWN(attempts_asked_for_later_do_not_count_now),
          TOWN(orders_stop_numbers_lines_and_organisations_until_restored),
          TOWN(a_restriction_stops_commercial_calls_only),
          TOWN(a_restricted_number_that_may_call_carries_a_remark),
          TOWN(a_service_line_that_is_taken_for_a_commercial_one_needs_a_campaign),
          TOWN(whom_people_must_hear_from_is_only_doubted_until_an_officer_says_so),
          TOWN(a_suspension_stops_every_call),
          TOWN(an_order_on_a_campaign_stops_its_calls_and_no_others),
          TOWN(a_branch_stops_with_its_house), TOWN(a_suspended_organisation_calls_nobody),
          TOWN(a_call_for_help_rings_whatever_else_is_wrong),
          TOWN(an_emergency_number_as_caller_is_believed_only_if_proven),
          TOWN(a_proof_of_the_caller_proves_nobody_else),
          TOWN(a_call_back_rings_for_a_day_unless_it_sells),
          TOWN(a_marked_call_back_rings_from_a_trusted_peer),
          TOWN(a_carriers_trunk_brings_assigned_numbers_of_others),
          TOWN(ours_from_abroad_are_blocked_or_marked), TOWN(patterns_of_a_carriers_line_bind_it),
          TOWN(a_forwarded_call_is_proven_by_whom_forwarded_it),
          TOWN(forwarding_makes_no_sales_call_private),
          TOWN(a_block_list_binds_everybody_and_wins_over_the_allow_list),
          TOWN(an_allow_list_is_a_flag_that_lifts_wishes_and_no_right),
          TOWN(facts_of_a_former_holder_are_void),
          TOWN(service_calls_with_a_stated_kind_are_not_commercial),
          TOWN(lines_are_found_by_the_peers_address_and_the_caller),
          TOWN(the_first_refusal_in_order_is_the_reason))
