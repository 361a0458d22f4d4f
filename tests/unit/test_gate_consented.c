#include "gate/consented.h"
#include "gate_fixture.h"
#include "gate/look_stand.h"
#include "person/member.h"
#include "registry/staff.h"

static struct town *town;

static number open_number(void *to, struct str person, struct str sealed)
{
    return to_number(town, "13800138000", NULL);
}

#define INTRODUCE "matchmaking.introduce"
#define MORNING   "2026-11-21T10:00:00+08:00"

static int open_town(void **state)
{
    town = town_of("{}");
    view_opener(town->view, open_number, NULL);
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||active||ent_match|SH-1");
    tell(town, &organisation_kind,
         "org_store|Store|agency|matchmaking|||active|org_match|ent_match");
    tell(town, &staff_kind, "stf_w|org_match|W|sales||SH1:2026-12-31|active");
    tell(town, &member_kind, "per_m|org_match||city|竹-0417||sealed||||||||1|active");
    return 0;
}

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, open_town, close_town)

/* One version of a consent, to matchmaking.introduce if nothing else is said; NULL: not ended. */
struct version {
    const char *organisation, *purpose, *categories, *from, *until, *ended_at;
    bool confirmed;
    int evidence;
};

static void say_(const struct version *x)
{
    char text[512];
    struct value row[COLUMNS_MAX];
    snprintf(text, sizeof text, "13800138000|%s|%s|%s|call|%s|%s|yes|sha256:%064d",
             x->organisation ? x->organisation : "org_match", x->purpose ? x->purpose : INTRODUCE,
             x->categories, x->from, x->until ? x->until : "", x->evidence);
    read_row(town, &consent_kind, text, row);
    if (x->confirmed)
        row[CONSENT_STATUS] = value_text(STR("confirmed"));
    if (x->ended_at) {
        row[CONSENT_ENDED_AT] = value_int(at_time(x->ended_at));
        row[CONSENT_ENDED] = value_text(STR("withdrawn"));
    }
    assert_int_equal(view_apply(town->view, &consent_kind, row, row[CONSENT_FROM].i), OK);
    assert_int_equal(view_publish(town->view, ++town->journal), OK);
}
#define say(...) say_(&(struct version){__VA_ARGS__})

static enum check looked(enum category c, const char *at)
{
    struct look_facts facts;
    struct look look = {.at = at_time(at),
                        .purpose = STR(INTRODUCE),
                        .what = CATEGORIES_ALL,
                        .surface = SURFACE_DETAIL,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, STR("stf_w"), STR("per_m"), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v.check[c];
}

static void rings(enum check check, const char *at)
{
    struct verdict v = ask(
        town, &(struct town_call){
                  .caller = "02160007000", .line = "lin_match", .campaign = "cam_match", .at = at});
    if (v.check != check)
        fail_msg("at %s: %s, expected %s", at, check_word(v.check), check_word(check));
}

static void withdrawal_acts_on_looks_and_calls_at_its_instant(void **state)
{
    rings(CHECK_ALLOWED, MORNING); /* by the town's own consent */
    say(.categories = "basic", .from = "2026-02-01", .ended_at = MORNING, .confirmed = true);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-11-21T09:59:59+08:00"), CHECK_SHOWN);
    rings(CHECK_ALLOWED, "2026-11-21T09:59:59+08:00");
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_CONSENT_WITHDRAWN);
    rings(CHECK_NO_CONSENT, MORNING); /* the asserted one is silent since she spoke */
    say(.categories = "basic", .from = "2026-11-22", .confirmed = true, .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-11-22T10:00:00+08:00"), CHECK_SHOWN);
    rings(CHECK_ALLOWED, "2026-11-22T10:00:00+08:00");
}

static void how_the_last_one_ended_is_what_is_said(void **state)
{
    say(.categories = "basic;education", .from = "2026-02-01", .until = "2026-10-01",
        .ended_at = "2026-03-01", .confirmed = true);
    say(.categories = "basic", .from = "2026-03-01", .until = "2026-10-01", .confirmed = true,
        .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-09-01T10:00:00+08:00"), CHECK_SHOWN);
    assert_int_equal(looked(CATEGORY_EDUCATION, "2026-09-01T10:00:00+08:00"),
                     CHECK_CONSENT_WITHDRAWN);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_CONSENT_EXPIRED);
    assert_int_equal(looked(CATEGORY_CONTACT, MORNING), CHECK_NOT_CONSENTED);
}

/* Otherwise an organisation could take a withdrawal back by importing another form. */
static void what_she_ended_no_later_assertion_revives(void **state)
{
    say(.categories = "basic;education", .from = "2026-02-01", .ended_at = "2026-03-01");
    assert_int_equal(looked(CATEGORY_BASIC, "2026-02-02T10:00:00+08:00"), CHECK_SHOWN);
    say(.categories = "basic;education", .from = "2026-04-01", .evidence = 1);
    say(.categories = "photo", .from = "2026-04-01", .evidence = 3);
    say(.organisation = "org_store", .categories = "basic", .from = "2026-04-01", .evidence = 2);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_CONSENT_WITHDRAWN);
    assert_int_equal(looked(CATEGORY_EDUCATION, MORNING), CHECK_CONSENT_WITHDRAWN);
    assert_int_equal(looked(CATEGORY_PHOTO, MORNING), CHECK_SHOWN); /* of which she did not speak */
    rings(CHECK_NO_CONSENT, MORNING);
}

static void what_she_ended_counts_from_its_instant(void **state)
{
    say(.categories = "basic", .from = "2026-02-01", .ended_at = "2026-03-01");
    say(.categories = "basic", .from = "2026-02-15", .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-02-28T23:59:59+08:00"), CHECK_SHOWN);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-03-01T00:00:00+08:00"), CHECK_CONSENT_WITHDRAWN);
}

static void her_word_on_one_purpose_is_none_on_another(void **state)
{
    say(.categories = "basic", .from = "2026-02-01");
    say(.purpose = "matchmaking.followup", .categories = "basic", .from = "2026-03-01",
        .ended_at = "2026-04-01", .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_SHOWN);
}

static void a_former_holder_of_the_number_ended_nothing_of_hers(void **state)
{
    say(.categories = "basic", .from = "2026-02-01", .ended_at = "2026-03-01");
    tell(town, &assignment_kind, "13800138000|2026-03-15|");
    say(.categories = "basic", .from = "2026-04-01", .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_SHOWN);
}

static void an_assertion_does_not_widen_what_she_confirmed(void **state)
{
    say(.categories = "basic", .from = "2026-02-01", .until = "2026-10-01", .confirmed = true);
    say(.categories = "basic", .from = "2026-03-01", .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_CONSENT_EXPIRED);
}

static void an_organisation_that_is_distrusted_asserts_in_vain(void **state)
{
    say(.categories = "basic", .from = "2026-02-01");
    say(.categories = "photo", .from = "2026-02-01", .confirmed = true, .evidence = 1);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_SHOWN);
    tell(town, &order_kind, "ord_1|org_match|distrust|2026-10-01||gate|disowned|");
    assert_int_equal(looked(CATEGORY_BASIC, "2026-09-30T10:00:00+08:00"), CHECK_SHOWN);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_NOT_CONSENTED);
    assert_int_equal(looked(CATEGORY_PHOTO, MORNING), CHECK_SHOWN);
    tell(town, &order_kind, "ord_2|org_match|restore|2026-10-02||gate|another matter|");
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_NOT_CONSENTED);
    tell(town, &order_kind, "ord_3|org_match|trust|2026-11-22||officer|reviewed|");
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_NOT_CONSENTED);
    assert_int_equal(looked(CATEGORY_BASIC, "2026-11-22T10:00:00+08:00"), CHECK_SHOWN);
}

static void distrust_closes_calls_by_asserted_consent(void **state)
{
    rings(CHECK_ALLOWED, MORNING);
    tell(town, &order_kind, "ord_1|org_match|distrust|2026-10-01||gate|disowned|");
    rings(CHECK_NO_CONSENT, MORNING);
    say(.categories = "contact", .from = "2026-11-01", .confirmed = true);
    rings(CHECK_ALLOWED, MORNING);
}

/* A hundred versions of long ago take no place of the one in force. */
static void former_versions_do_not_crowd_out_the_newest(void **state)
{
    say(.categories = "basic", .from = "2026-03-01", .confirmed = true, .evidence = 1000);
    for (int i = 0; i < 100; i++)
        say(.categories = "basic", .from = "2026-02-01", .ended_at = "2026-02-02",
            .confirmed = true, .evidence = i);
    assert_int_equal(looked(CATEGORY_BASIC, MORNING), CHECK_SHOWN);
}

static bool claims(struct town *t, const char *organisation, number n)
{
    view_enter(t->view);
    const struct book *b = view_book(t->view);
    const struct person *p = view_person(t->view, n);
    const struct organisation *o = book_organisation(b, key_of(str_of(organisation)));
    const bool claimed = p && consented_claimed(b, p, o->entity);
    view_leave(t->view);
    return claimed;
}

/* What a scrub asks: is there a row at all, of whichever name of the legal entity? */
static void a_claim_is_a_row_whether_it_grants_anything_or_not(void **state)
{
    struct town *t = town_of("{}");
    assert_true(claims(t, "org_builder", 8613800138000));
    assert_true(claims(t, "org_branch", 8613800138000)); /* of the builder's entity */
    assert_false(claims(t, "org_vendor", 8613800138000));
    assert_false(claims(t, "org_builder", 8613800138077));
    tell(t, &consent_kind,
         "13800138077|org_branch|marketing|contact|call|2025-01-01|2025-12-31|yes|" EVIDENCE);
    assert_true(claims(t, "org_builder", 8613800138077)); /* over, but on file */
    expect(t, BLOCK, NO_CONSENT, .callee = "13800138077");
    tell(t, &refusal_kind, "13800138078|org_builder|2026-02-01");
    assert_false(claims(t, "org_builder", 8613800138078));
    town_free(t);
}

UNIT_MAIN(TOWN(withdrawal_acts_on_looks_and_calls_at_its_instant),
          TOWN(how_the_last_one_ended_is_what_is_said),
          TOWN(what_she_ended_no_later_assertion_revives),
          TOWN(what_she_ended_counts_from_its_instant),
          TOWN(her_word_on_one_purpose_is_none_on_another),
          TOWN(a_former_holder_of_the_number_ended_nothing_of_hers),
          TOWN(an_assertion_does_not_widen_what_she_confirmed),
          TOWN(an_organisation_that_is_distrusted_asserts_in_vain),
          TOWN(distrust_closes_calls_by_asserted_consent),
          TOWN(former_versions_do_not_crowd_out_the_newest),
          TEST(a_claim_is_a_row_whether_it_grants_anything_or_not))
