#include "gate_fixture.h"
#include "gate/look_stand.h"
#include "gate/members.h"
#include "person/duty.h"
#include "person/member.h"
#include "person/opening.h"
#include "registry/bar.h"
#include "registry/certificate.h"
#include "registry/staff.h"

static struct town *town;

/* In these tests a "sealed" number is its digits, and "gone" one whose key was erased. */
static number open_number(void *to, struct str person, struct str sealed)
{
    number n = 0;
    ++*(unsigned *)to;
    assert_true(str_starts(person, STR("per_")));
    return number_parse(rules_plan(town->rules), sealed, STR(""), &n) == NUMBER_MALFORMED ? 0 : n;
}

static unsigned opened;

static int open_town(void **state)
{
    town = town_of("{}");
    opened = 0;
    view_opener(town->view, open_number, &opened);
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||active||ent_match");
    tell(town, &organisation_kind,
         "org_store|Store|agency|matchmaking|||active|org_match|ent_match");
    tell(town, &organisation_kind, "org_rival|Rival|agency|matchmaking|||active");
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-12-31|active");
    tell(town, &staff_kind, "stf_s|org_store|S|sales||SH2:2026-12-31|active");
    tell(town, &staff_kind, "stf_r|org_rival|R|sales||SH3:2026-12-31|active");
    tell(town, &staff_kind, "stf_c|org_match|C|compliance|||active");
    tell(town, &staff_kind, "stf_left|org_match|L|sales||SH4:2026-12-31|left");
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||13800138000||||||||1|active");
    tell(town, &consent_kind,
         "13800138000|org_match|matchmaking.introduce|basic|file|2026-01-01|2026-12-31|"
         "yes|" EVIDENCE);
    tell(town, &consent_kind,
         "13800138000|org_match|matchmaking.introduce|photo|file|2026-01-01|2026-12-31|yes|"
         "sha256:2222222222222222222222222222222222222222222222222222222222222222");
    return 0;
}

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, open_town, close_town)

static struct look_verdict look_at(const char *staff, const char *person, const char *at,
                                   categories what)
{
    struct look_facts facts;
    struct look look = {.at = at_time(at),
                        .purpose = STR("matchmaking.introduce"),
                        .what = what,
                        .surface = SURFACE_DETAIL,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, str_of(staff), str_of(person), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v;
}

static enum check basics(const char *staff, const char *person, const char *at)
{
    return look_at(staff, person, at, 1 << CATEGORY_BASIC).check[CATEGORY_BASIC];
}

#define NOON "2026-11-21T12:00:00+08:00"

static void consents_by_number_are_found_for_the_member(void **state)
{
    struct look_verdict v = look_at("stf_w", "per_m", NOON, CATEGORIES_ALL);
    assert_int_equal(v.answer[CATEGORY_BASIC], LOOK_SHOW);
    assert_int_equal(v.answer[CATEGORY_PHOTO], LOOK_SHOW);
    assert_int_equal(v.check[CATEGORY_EDUCATION], CHECK_NOT_CONSENTED);
    assert_int_equal(v.check[CATEGORY_CHAT], CHECK_SEALED);
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_SHOWN); /* of one legal entity */
    assert_int_equal(basics("stf_r", "per_m", NOON), CHECK_NO_RELATION);
}

static void who_is_not_there_is_no_relation_or_no_session(void **state)
{
    assert_int_equal(basics("stf_w", "per_nobody", NOON), CHECK_NO_RELATION);
    assert_int_equal(basics("stf_nobody", "per_m", NOON), CHECK_SESSION_INVALID);
    assert_int_equal(basics("stf_left", "per_m", NOON), CHECK_SESSION_INVALID);
    assert_int_equal(basics("", "per_m", NOON), CHECK_SESSION_INVALID);
}

static void a_certificate_holds_through_its_last_day(void **state)
{
    tell(town, &consent_kind,
         "13800138000|org_match|matchmaking.introduce|basic|file|2026-01-01|2027-12-31|yes|"
         "sha256:1111111111111111111111111111111111111111111111111111111111111111");
    assert_int_equal(basics("stf_w", "per_m", "2026-12-31T23:59:59+08:00"), CHECK_SHOWN);
    assert_int_equal(basics("stf_w", "per_m", "2027-01-01T00:00:00+08:00"),
                     CHECK_LOOKER_UNCERTIFIED);
    assert_int_equal(basics("stf_c", "per_m", "2027-01-01T00:00:00+08:00"), CHECK_SHOWN);
}

#define CERTIFICATE(number, staff, until, status)                                                  \
    number "|prc_1|" staff "|c|exm_1|80|2026-01-01|stf_exa|" until "||" status                     \
           "|2026-01-01|||stf_exa"

static void what_the_association_issued_counts_and_not_what_an_agency_states(void **state)
{
    tell(town, &certificate_kind,
         CERTIFICATE("SMA-1", "stf_w", "2026-11-21T12:00:00+08:00", "valid"));
    assert_int_equal(basics("stf_w", "per_m", "2026-11-21T11:59:59.999999999+08:00"), CHECK_SHOWN);
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_UNCERTIFIED);
    tell(town, &certificate_kind,
         CERTIFICATE("SMA-2", "stf_w", "2029-11-21T00:00:00+08:00", "valid"));
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_SHOWN);
    tell(town, &certificate_kind,
         CERTIFICATE("SMA-2", "stf_w", "2029-11-21T00:00:00+08:00", "suspended"));
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_UNCERTIFIED);
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2040-12-31|active");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_UNCERTIFIED);
    /* A number that is hers is nobody else's. */
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_SHOWN);
    tell(town, &staff_kind, "stf_s|org_store|S|sales||SMA-2:2040-12-31|active");
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_LOOKER_UNCERTIFIED);
}

static void nothing_stated_of_a_barred_human_counts(void **state)
{
    tell(town, &practitioner_staff_kind, "stf_w|prc_1|2026-01-01");
    tell(town, &bar_kind, "bar_1|prc_2|leak|2026-01-01||stf_exa|d|active");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_SHOWN);
    tell(town, &bar_kind, "bar_2|prc_1|leak|2026-01-01||stf_exa|d|active");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_UNCERTIFIED);
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_SHOWN);
    tell(town, &bar_kind, "bar_2|prc_1|leak|2026-01-01||stf_exa|d|lifted");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_SHOWN);
}

/* The abuse of 2021: claiming a member from the pool unlocked her file. */
static void a_claim_changes_nothing_that_is_seen(void **state)
{
    struct look_verdict before = look_at("stf_w", "per_m", NOON, CATEGORIES_ALL);
    tell(town, &member_kind,
         "per_m|org_match|||竹-0417|stf_w|13800138000|||2026-11-21|||||2|active");
    struct look_verdict after = look_at("stf_w", "per_m", NOON, CATEGORIES_ALL);
    assert_memory_equal(&before, &after, sizeof before);
    view_enter(town->view);
    const struct membership *m = view_member(town->view, STR("per_m"));
    assert_int_equal(m->owner, key_of(STR("stf_w")));
    assert_int_equal(m->pool, POOL_NONE);
    assert_int_equal(m->version, 2);
    view_leave(town->view);
}

static void a_contract_is_a_basis_until_its_end(void **state)
{
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||13800138000||||||2026-11-21|education;contact|"
         "2|active");
    struct look_verdict v = look_at("stf_w", "per_m", NOON, CATEGORIES_ALL);
    assert_int_equal(v.answer[CATEGORY_EDUCATION], LOOK_SHOW);
    assert_int_equal(v.basis[CATEGORY_EDUCATION], BASIS_CONTRACT);
    assert_int_equal(v.answer[CATEGORY_CONTACT], LOOK_MASK);
    assert_int_equal(v.basis[CATEGORY_BASIC], BASIS_CONSENT);
    v = look_at("stf_w", "per_m", "2026-11-22T00:00:00+08:00", CATEGORIES_ALL);
    assert_int_equal(v.check[CATEGORY_EDUCATION], CHECK_NOT_CONSENTED);
}

static void the_former_holder_of_a_number_consented_for_nobody_else(void **state)
{
    tell(town, &assignment_kind, "13800138000|2026-06-01|");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_NOT_CONSENTED);
}

/* Else whoever writes an accomplice's number into her row would show her to everybody. */
static void what_a_number_agreed_to_before_a_member_got_it_is_not_about_her(void **state)
{
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||13800138000||||||||2|active||2026-06-01");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_NOT_CONSENTED);
    /* Whose first number it is keeps what she said. */
    tell(town, &member_kind, "per_o|org_match||city|竹-0418||13800138000||||||||1|active||");
    assert_int_equal(basics("stf_w", "per_o", NOON), CHECK_SHOWN);
    tell(town, &consent_kind,
         "13800138000|org_match|matchmaking.introduce|basic|file|2026-06-01|2026-12-31|yes|"
         "sha256:1111111111111111111111111111111111111111111111111111111111111111");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_SHOWN);
    assert_int_equal(look_at("stf_w", "per_m", NOON, CATEGORIES_ALL).check[CATEGORY_PHOTO],
                     CHECK_NOT_CONSENTED);
    /* A newer holder's date counts if it is later. */
    tell(town, &assignment_kind, "13800138000|2026-07-01|");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_NOT_CONSENTED);
}

static void an_erased_member_is_unknown(void **state)
{
    tell(town, &member_kind, "per_m|org_match|||||gone||||||||3|erased");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_NO_RELATION);
}

static void a_number_that_does_not_open_has_no_consents(void **state)
{
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||gone||||||||2|active");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_NOT_CONSENTED);
    assert_int_equal(opened, 2); /* at each row, never at a look */
}

static struct look_verdict opened_look(const char *staff, const char *purpose, const char *at)
{
    struct look_facts facts;
    struct look look = {.at = at_time(at),
                        .purpose = str_of(purpose),
                        .what = CATEGORIES_ALL,
                        .surface = SURFACE_DETAIL,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, str_of(staff), STR("per_m"), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v;
}

#define OPENED "2026-11-20T00:00:00+08:00|2026-11-22T00:00:00+08:00"

static void her_approval_opens_for_whom_and_what_she_said(void **state)
{
    tell(town, &opening_kind,
         "opn_1|per_m|chat|approval|stf_w|" OPENED "|||per_m|2026-11-20|per_m|2026-11-20||open");
    struct look_verdict v = opened_look("stf_w", "opening", NOON);
    assert_int_equal(v.answer[CATEGORY_CHAT], LOOK_SHOW);
    assert_int_equal(v.basis[CATEGORY_CHAT], BASIS_ORDER);
    assert_int_equal(v.check[CATEGORY_HISTORY], CHECK_SEALED);
    assert_int_equal(opened_look("stf_s", "opening", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
    assert_int_equal(opened_look("stf_c", "opening", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
    assert_int_equal(opened_look("stf_r", "opening", NOON).whole, CHECK_NO_RELATION);
    assert_int_equal(opened_look("stf_w", "supervision", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
    assert_int_equal(opened_look("host:0", "opening", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
    v = opened_look("stf_w", "matchmaking.introduce", NOON);
    assert_int_equal(v.check[CATEGORY_CHAT], CHECK_SEALED);
    v = opened_look("stf_w", "opening", "2026-11-21T23:59:59+08:00");
    assert_int_equal(v.answer[CATEGORY_CHAT], LOOK_SHOW);
    v = opened_look("stf_w", "opening", "2026-11-22T00:00:00+08:00");
    assert_int_equal(v.check[CATEGORY_CHAT], CHECK_SEALED);
    tell(town, &opening_kind,
         "opn_1|per_m|chat|approval|stf_w|" OPENED "|||per_m|2026-11-20|per_m|2026-11-20||ended");
    assert_int_equal(opened_look("stf_w", "opening", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
}

static void an_order_opens_for_the_authority_alone(void **state)
{
    static const char *const not_yet[] = {"proposed", "confirmed", "ended"};
    tell(town, &organisation_kind, "org_bureau|Bureau|authority||||active");
    tell(town, &staff_kind, "stf_b|org_bureau|B|officer|||active");
    assert_int_equal(opened_look("stf_b", "supervision", NOON).whole, CHECK_NO_RELATION);
    for (size_t i = 0; i < 3; i++) {
        char row[200];
        snprintf(row, sizeof row,
                 "opn_2|per_m|basic;chat|order|org_bureau|" OPENED
                 "|No. 7||stf_b|2026-11-20|stf_c|2026-11-20||%s",
                 not_yet[i]);
        tell(town, &opening_kind, row);
        assert_int_equal(opened_look("stf_b", "supervision", NOON).whole, CHECK_NO_RELATION);
    }
    tell(town, &opening_kind,
         "opn_2|per_m|basic;chat|order|org_bureau|" OPENED
         "|No. 7||stf_b|2026-11-20|stf_c|2026-11-20||open");
    struct look_verdict v = opened_look("stf_b", "supervision", NOON);
    assert_int_equal(v.answer[CATEGORY_CHAT], LOOK_SHOW);
    assert_int_equal(v.answer[CATEGORY_BASIC], LOOK_SHOW);
    assert_int_equal(v.answer[CATEGORY_PROPERTY], LOOK_DENY);
    assert_int_equal(opened_look("stf_w", "supervision", NOON).check[CATEGORY_CHAT], CHECK_SEALED);
    v = opened_look("stf_b", "supervision", "2026-11-22T00:00:00+08:00");
    assert_int_equal(v.whole, CHECK_NO_RELATION);
}

static enum surface surface;

static struct look_verdict duty_look(const char *staff, const char *purpose, const char *task,
                                     const char *at)
{
    struct look_facts facts;
    struct look look = {.at = at_time(at),
                        .purpose = str_of(purpose),
                        .task = str_of(task),
                        .what = CATEGORIES_ALL,
                        .surface = surface,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, str_of(staff), STR("per_m"), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v;
}

static bool duty_opens(const char *staff, const char *purpose, const char *task, const char *at)
{
    struct look_verdict v = duty_look(staff, purpose, task, at);
    return look_opens(&v);
}

static void her_request_opens_its_category_to_compliance_while_it_is_open(void **state)
{
    const char *later = "2026-11-21T12:00:01+08:00";
    tell(town, &staff_kind, "stf_o|org_rival|O|compliance|||active");
    assert_false(duty_opens("stf_c", "rights", "cor_1", NOON));
    tell(town, &duty_kind, "cor_1|per_m|correction|education|" NOON);
    assert_false(duty_opens("stf_c", "rights", "cor_1", "2026-11-21T11:59:59+08:00"));
    struct look_verdict v = duty_look("stf_c", "rights", "cor_1", NOON);
    for (int c = 0; c < CATEGORIES; c++)
        assert_int_equal(v.answer[c], c == CATEGORY_EDUCATION ? LOOK_SHOW : LOOK_DENY);
    assert_int_equal(v.basis[CATEGORY_EDUCATION], BASIS_LEGAL_DUTY);
    /* Not for another task or purpose, nor without; not for anybody else. */
    assert_false(duty_opens("stf_c", "rights", "cor_2", NOON));
    assert_false(duty_opens("stf_c", "rights", "", NOON));
    assert_false(duty_opens("stf_c", "complaint", "cor_1", NOON));
    assert_int_equal(
        duty_look("stf_c", "matchmaking.introduce", "cor_1", NOON).check[CATEGORY_EDUCATION],
        CHECK_NOT_CONSENTED);
    assert_false(duty_opens("stf_w", "rights", "cor_1", NOON));
    assert_false(duty_opens("stf_s", "rights", "cor_1", NOON));
    assert_int_equal(duty_look("stf_o", "rights", "cor_1", NOON).whole, CHECK_NO_RELATION);
    for (enum surface s = SURFACE_LIST; s <= SURFACE_FEED; s++) {
        surface = s;
        assert_false(duty_opens("stf_c", "rights", "cor_1", NOON));
    }
    surface = SURFACE_DETAIL;
    /* A suspended organisation must answer too; one that was answered is over. */
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||suspended||ent_match");
    assert_true(duty_opens("stf_c", "rights", "cor_1", later));
    tell(town, &duty_kind, "cor_1|per_m|correction|education|" NOON "|2026-11-21T12:00:01+08:00");
    assert_true(duty_opens("stf_c", "rights", "cor_1", NOON));
    assert_false(duty_opens("stf_c", "rights", "cor_1", later));
}

static struct look_verdict kept_look(const char *staff, const char *purpose, const char *task,
                                     enum surface where)
{
    struct look_facts facts;
    struct look look = {.at = at_time(NOON),
                        .purpose = str_of(purpose),
                        .task = str_of(task),
                        .what = 1 << CATEGORY_BASIC,
                        .surface = where,
                        .kept = true,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, str_of(staff), STR("per_m"), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v;
}

static void what_an_erasure_left_is_for_compliance_of_her_legal_entity(void **state)
{
    const char *claim = "retention.claim", *task = "(2026) 0104-12";
    static const char *const others[] = {"stf_w", "stf_s",  "stf_r", "stf_o",
                                         "stf_b", "host:0", "per_m"};
    tell(town, &staff_kind, "stf_o|org_rival|O|compliance|||active");
    tell(town, &organisation_kind, "org_bureau|Bureau|authority||||active");
    tell(town, &staff_kind, "stf_b|org_bureau|B|officer|||active");
    /* As long as she is a member there is nothing of that kind. */
    assert_int_equal(kept_look("stf_c", claim, task, SURFACE_DETAIL).whole, CHECK_NO_RELATION);
    tell(town, &member_kind, "per_m|org_match|||||gone||||||||3|erased");
    struct look_verdict v = kept_look("stf_c", claim, task, SURFACE_DETAIL);
    assert_int_equal(v.answer[CATEGORY_BASIC], LOOK_SHOW);
    assert_int_equal(v.basis[CATEGORY_BASIC], BASIS_LEGAL_DUTY);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(kept_look(others[i], claim, task, SURFACE_DETAIL).whole,
                         CHECK_NO_RELATION);
    assert_int_equal(kept_look("stf_c", claim, "", SURFACE_DETAIL).whole, CHECK_NO_RELATION);
    for (enum surface s = SURFACE_LIST; s <= SURFACE_FEED; s++)
        assert_int_equal(kept_look("stf_c", claim, task, s).whole, CHECK_NO_RELATION);
    assert_int_equal(kept_look("stf_c", "rights", task, SURFACE_DETAIL).answer[CATEGORY_BASIC],
                     LOOK_DENY);
    /* Her file stays closed to the same question about it. */
    assert_int_equal(duty_look("stf_c", claim, task, NOON).whole, CHECK_NO_RELATION);
    /* A suspended organisation defends itself too. */
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||suspended||ent_match");
    assert_int_equal(kept_look("stf_c", claim, task, SURFACE_DETAIL).answer[CATEGORY_BASIC],
                     LOOK_SHOW);
}

static void a_contract_ends_at_the_second_that_it_says(void **state)
{
    tell(town, &member_kind,
         "per_m|org_match||city|竹-0417||13800138000||||||2026-11-21T12:00:00+08:00|education|"
         "2|active");
    const when end = at_time(NOON);
    for (int late = 0; late < 2; late++) {
        struct look_facts facts;
        struct look look = {.at = end - 1 + late,
                            .purpose = STR("matchmaking.followup"),
                            .what = 1 << CATEGORY_EDUCATION,
                            .surface = SURFACE_DETAIL,
                            .budget = 20};
        struct look_verdict v;
        view_enter(town->view);
        look_stand(town->view, STR("stf_w"), STR("per_m"), &look, &facts);
        gate_look(town->rules, &look, &v);
        view_leave(town->view);
        assert_int_equal(v.answer[CATEGORY_EDUCATION], late ? LOOK_DENY : LOOK_SHOW);
        if (!late)
            assert_int_equal(v.basis[CATEGORY_EDUCATION], BASIS_CONTRACT);
    }
}

static void a_suspended_organisation_is_found_suspended(void **state)
{
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||suspended||ent_match");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_SUSPENDED);
}

/* What an authority suspends is shut from the next look on; who answers for rights still may. */
static void an_organisation_under_an_order_sees_nobody_until_it_is_restored(void **state)
{
    tell(town, &order_kind, "ord_0|org_match|restrict|2026-01-01||stf_1|why|");
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_SHOWN);
    tell(town, &order_kind, "ord_1|org_match|suspend|2026-11-21T12:00:00+08:00||stf_1|why|");
    assert_int_equal(basics("stf_w", "per_m", "2026-11-21T11:59:59+08:00"), CHECK_SHOWN);
    assert_int_equal(basics("stf_w", "per_m", NOON), CHECK_LOOKER_SUSPENDED);
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_LOOKER_SUSPENDED); /* its branch */
    tell(town, &order_kind, "ord_2|org_match|restore|2026-11-21T12:30:00+08:00||stf_1|why|");
    assert_int_equal(basics("stf_w", "per_m", "2026-11-21T12:30:00+08:00"), CHECK_SHOWN);
    tell(town, &order_kind, "ord_3|org_store|close|2026-11-21T12:00:00+08:00||stf_1|why|");
    assert_int_equal(basics("stf_s", "per_m", NOON), CHECK_LOOKER_SUSPENDED);
    assert_int_equal(basics("stf_w", "per_m", "2026-11-21T12:30:00+08:00"), CHECK_SHOWN);
}

static void many_members_are_found(void **state)
{
    char row[128], id[32];
    for (int i = 0; i < 3000; i++) {
        snprintf(row, sizeof row, "per_%d|org_match||city|a||13800138000||||||||1|active", i);
        struct value v[COLUMNS_MAX];
        read_row(town, &member_kind, row, v);
        assert_int_equal(view_apply(town->view, &member_kind, v, 0), OK);
    }
    for (int i = 0; i < 3000; i += 7) {
        snprintf(id, sizeof id, "per_%d", i);
        assert_int_equal(basics("stf_w", id, NOON), CHECK_SHOWN);
    }
}

UNIT_MAIN(TOWN(consents_by_number_are_found_for_the_member),
          TOWN(who_is_not_there_is_no_relation_or_no_session),
          TOWN(a_certificate_holds_through_its_last_day),
          TOWN(nothing_stated_of_a_barred_human_counts),
          TOWN(what_the_association_issued_counts_and_not_what_an_agency_states),
          TOWN(a_claim_changes_nothing_that_is_seen), TOWN(a_contract_is_a_basis_until_its_end),
          TOWN(what_a_number_agreed_to_before_a_member_got_it_is_not_about_her),
          TOWN(the_former_holder_of_a_number_consented_for_nobody_else),
          TOWN(an_erased_member_is_unknown), TOWN(a_number_that_does_not_open_has_no_consents),
          TOWN(a_suspended_organisation_is_found_suspended),
          TOWN(an_organisation_under_an_order_sees_nobody_until_it_is_restored),
          TOWN(her_approval_opens_for_whom_and_what_she_said),
          TOWN(an_order_opens_for_the_authority_alone),
          TOWN(her_request_opens_its_category_to_compliance_while_it_is_open),
          TOWN(what_an_erasure_left_is_for_compliance_of_her_legal_entity),
          TOWN(a_contract_ends_at_the_second_that_it_says), TOWN(many_members_are_found))
