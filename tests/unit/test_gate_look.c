#include "gate/look.h"
#include "unit.h"

/* The member of an agency, with consents that each test states. */

#define NOON (1795000000 * WHEN_SECOND)

enum { MEMBER = 11, CLERK = 22, AGENCY = 33, OTHER_STORE = 34, RIVAL = 44, OFFICER = 55 };

static struct rules *cn;

static int load(void **state)
{
    const char *path = SOURCE_ROOT "/rules/cn.yaml";
    struct problem problem;
    if (rules_load(&path, 1, &cn, &problem) == OK)
        return 0;
    print_error("%s\n", problem.text);
    return -1;
}

static int unload(void **state)
{
    rules_free(cn);
    return 0;
}

/* Two stores of one legal entity, a rival, an authority. */
static const struct organisation agency = {
    .key = AGENCY, .entity = AGENCY, .active = true, .agency = true};
static const struct organisation store = {
    .key = OTHER_STORE, .entity = AGENCY, .active = true, .agency = true};
static const struct organisation rival = {
    .key = RIVAL, .entity = RIVAL, .active = true, .agency = true};
static const struct organisation suspended = {.key = AGENCY, .entity = AGENCY, .agency = true};
static const struct organisation bureau = {.key = 77, .entity = 77, .active = true};

#define C(name) ((categories)(1U << CATEGORY_##name))

static struct look_grant grants[4];
static struct look_basis bases[4];
static struct member member;
static struct look look;

/* A certified clerk of the agency looks at the basics for an introduction. */
static int ordinary(void **state)
{
    memset(grants, 0, sizeof grants);
    memset(bases, 0, sizeof bases);
    member = (struct member){
        .key = MEMBER, .organisation = AGENCY, .entity = AGENCY, .grants = grants, .bases = bases};
    look = (struct look){.at = NOON,
                         .looker = {.kind = LOOKER_STAFF,
                                    .key = CLERK,
                                    .organisation = &agency,
                                    .active = true,
                                    .certified = true},
                         .member = &member,
                         .purpose = STR("matchmaking.introduce"),
                         .what = C(BASIC),
                         .surface = SURFACE_DETAIL,
                         .budget = 20};
    return 0;
}

static void grant(const char *purpose, categories what)
{
    grants[member.grant_count++] = (struct look_grant){.entity = AGENCY,
                                                       .purpose = key_of(str_of(purpose)),
                                                       .what = what,
                                                       .from = NOON - WHEN_DAY,
                                                       .until = NOON + WHEN_DAY};
}

static void give(enum basis basis, uint64_t holder, categories what)
{
    bases[member.basis_count++] = (struct look_basis){.basis = basis,
                                                      .holder = holder,
                                                      .what = what,
                                                      .from = NOON - WHEN_DAY,
                                                      .until = NOON + WHEN_DAY};
}

static struct look_verdict judge(void)
{
    struct look_verdict v;
    gate_look(cn, &look, &v);
    return v;
}

static void is(enum category c, enum look_answer answer, enum check check)
{
    struct look_verdict v = judge();
    if (v.answer[c] != answer || v.check[c] != check)
        fail_msg("%s: got %d %s, expected %d %s", category_word(c), v.answer[c],
                 check_word(v.check[c]), answer, check_word(check));
}

/* Nothing at all is shown, for this one reason. */
static void closed(enum check check)
{
    look.what = CATEGORIES_ALL;
    struct look_verdict v = judge();
    assert_int_equal(v.whole, check);
    assert_false(look_opens(&v));
    for (int c = 0; c < CATEGORIES; c++)
        assert_int_equal(v.check[c], check);
}

static void without_consent_nothing_is_shown(void **state)
{
    look.what = CATEGORIES_ALL;
    struct look_verdict v = judge();
    assert_int_equal(v.whole, CHECK_SHOWN);
    assert_false(look_opens(&v));
    assert_int_equal(v.check[CATEGORY_BASIC], CHECK_NOT_CONSENTED);
    assert_int_equal(v.check[CATEGORY_CHAT], CHECK_SEALED);
    assert_int_equal(v.check[CATEGORY_HISTORY], CHECK_SEALED);
}

static void consent_opens_its_purpose_and_categories_only(void **state)
{
    grant("matchmaking.introduce", C(BASIC) | C(PHOTO));
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.what = C(EDUCATION);
    is(CATEGORY_EDUCATION, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.what = C(BASIC);
    look.purpose = STR("matchmaking.followup");
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.purpose = STR("marketing");
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
}

/* What a purpose may use is the pack's, whatever she has signed. */
static void a_purpose_cannot_use_more_than_it_needs(void **state)
{
    grant("matchmaking.followup", CATEGORIES_ALL);
    look.purpose = STR("matchmaking.followup");
    look.what = C(PROPERTY);
    is(CATEGORY_PROPERTY, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.what = C(EDUCATION);
    is(CATEGORY_EDUCATION, LOOK_SHOW, CHECK_SHOWN);
}

static void consent_begins_and_ends_at_its_instants(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    look.at = grants[0].from - 1;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.at = grants[0].from;
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.at = grants[0].until - 1;
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.at = grants[0].until;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_CONSENT_EXPIRED);
}

static void withdrawal_acts_on_the_next_look(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    grants[0].withdrawn = NOON;
    look.at = NOON - 1;
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.at = NOON;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_CONSENT_WITHDRAWN);
    grant("matchmaking.introduce", C(BASIC)); /* given again */
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
}

static void what_is_sealed_needs_an_opening(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    give(BASIS_CONTRACT, AGENCY, CATEGORIES_ALL);
    give(BASIS_LEGAL_DUTY, AGENCY, CATEGORIES_ALL);
    look.what = C(CHAT);
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
    look.purpose = STR("opening");
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
    give(BASIS_ORDER, CLERK, C(CHAT)); /* she approved this clerk's request */
    is(CATEGORY_CHAT, LOOK_SHOW, CHECK_SHOWN);
    look.purpose = STR("matchmaking.introduce");
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
    look.purpose = STR("opening");
    look.what = C(HISTORY);
    is(CATEGORY_HISTORY, LOOK_DENY, CHECK_SEALED);
    look.what = C(CHAT);
    look.at = bases[2].until;
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
}

static void a_contract_covers_what_it_names_until_its_end(void **state)
{
    give(BASIS_CONTRACT, AGENCY, C(BASIC) | C(CONTACT));
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    assert_int_equal(judge().basis[CATEGORY_BASIC], BASIS_CONTRACT);
    look.what = C(PHOTO);
    is(CATEGORY_PHOTO, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.what = C(BASIC);
    look.purpose = STR("marketing"); /* no contract is a right to sell */
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.purpose = STR("matchmaking.introduce");
    look.at = bases[0].until;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
}

static void contact_is_masked_everywhere_and_basics_in_lists(void **state)
{
    static const struct {
        enum surface surface;
        enum look_answer basic;
    } cases[] = {{SURFACE_DETAIL, LOOK_SHOW},
                 {SURFACE_EXPORT, LOOK_SHOW},
                 {SURFACE_LIST, LOOK_MASK},
                 {SURFACE_SEARCH, LOOK_MASK},
                 {SURFACE_FEED, LOOK_MASK}};
    grant("matchmaking.introduce", C(BASIC) | C(CONTACT));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        look.surface = cases[i].surface;
        look.what = C(BASIC) | C(CONTACT);
        struct look_verdict v = judge();
        assert_int_equal(v.answer[CATEGORY_BASIC], cases[i].basic);
        assert_int_equal(v.answer[CATEGORY_CONTACT], LOOK_MASK);
        assert_int_equal(v.check[CATEGORY_CONTACT], CHECK_MASKED);
    }
}

static void only_a_session_looks(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    look.looker.kind = LOOKER_NOBODY;
    closed(CHECK_SESSION_INVALID);
    look.looker.kind = LOOKER_STAFF;
    look.looker.active = false;
    closed(CHECK_SESSION_INVALID);
    look.looker.active = true;
    look.looker.organisation = NULL;
    closed(CHECK_SESSION_INVALID);
}

/* Rule 19; when one ends: test_gate_look_stand.c */
static void who_is_not_certified_sees_nothing(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    look.looker.certified = false;
    closed(CHECK_LOOKER_UNCERTIFIED);
}

static void a_suspended_organisation_answers_complaints_only(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    give(BASIS_LEGAL_DUTY, AGENCY, C(BASIC));
    look.looker.organisation = &suspended;
    closed(CHECK_LOOKER_SUSPENDED);
    look.what = C(BASIC);
    look.purpose = STR("complaint");
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    assert_int_equal(judge().basis[CATEGORY_BASIC], BASIS_LEGAL_DUTY);
    look.purpose = STR("no-such-purpose");
    closed(CHECK_LOOKER_SUSPENDED);
    look.looker.organisation = &agency;
    look.looker.stopped = true; /* by an order */
    closed(CHECK_LOOKER_SUSPENDED);
    look.purpose = STR("complaint");
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
}

static void stores_of_one_entity_share_and_rivals_do_not(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    look.looker.organisation = &store;
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.looker.organisation = &rival;
    closed(CHECK_NO_RELATION);
    look.member = NULL;
    look.looker.organisation = &agency;
    closed(CHECK_NO_RELATION);
}

/* Consent to one legal entity is none to another that has a relation for another reason. */
static void a_relation_is_not_a_basis(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    give(BASIS_CONTRACT, RIVAL, C(EDUCATION));
    look.looker.organisation = &rival;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.what = C(EDUCATION);
    is(CATEGORY_EDUCATION, LOOK_SHOW, CHECK_SHOWN);
}

static void an_officer_sees_by_order_only(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    look.looker = (struct looker){.kind = LOOKER_STAFF,
                                  .key = OFFICER,
                                  .organisation = &bureau,
                                  .active = true,
                                  .certified = true,
                                  .case_officer = true};
    look.purpose = STR("supervision");
    closed(CHECK_NO_RELATION);
    look.looker.organisation = &agency; /* not even in the entity that she is a member of */
    closed(CHECK_NO_RELATION);
    look.looker.organisation = &bureau;
    give(BASIS_ORDER, OFFICER, C(BASIC) | C(CHAT));
    const when at = look.at;
    look.at = bases[0].until; /* the order has ended: as if there never was one */
    closed(CHECK_NO_RELATION);
    look.at = bases[0].from - 1;
    closed(CHECK_NO_RELATION);
    look.at = at;
    look.what = C(BASIC);
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.what = C(CHAT);
    is(CATEGORY_CHAT, LOOK_SHOW, CHECK_SHOWN);
    look.what = C(HISTORY);
    is(CATEGORY_HISTORY, LOOK_DENY, CHECK_SEALED);
    look.purpose = STR("matchmaking.introduce");
    look.what = C(BASIC);
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
}

static void the_hosts_operator_needs_a_basis_too(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    look.looker = (struct looker){.kind = LOOKER_HOST, .key = 99};
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_NOT_CONSENTED);
    look.what = C(CHAT);
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
}

static void a_purpose_is_stated_and_known(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    look.purpose = STR("");
    closed(CHECK_PURPOSE_MISSING);
    look.purpose = STR("curiosity");
    closed(CHECK_PURPOSE_UNKNOWN);
    look.purpose = STR("matchmaking.introduce ");
    closed(CHECK_PURPOSE_UNKNOWN);
}

/* Rule 5: the people a member viewed are persons with consents of their own. */
static void a_third_party_has_her_own_consent(void **state)
{
    look.third_party = true;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_THIRD_PARTY);
    grant("matchmaking.introduce", C(BASIC));
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    grants[0].withdrawn = NOON;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_THIRD_PARTY);
    look.what = C(CHAT);
    is(CATEGORY_CHAT, LOOK_DENY, CHECK_SEALED);
}

static void a_budget_ends_the_opening_of_files(void **state)
{
    grant("matchmaking.introduce", C(BASIC));
    look.used = 19;
    is(CATEGORY_BASIC, LOOK_SHOW, CHECK_SHOWN);
    look.used = 20;
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_BUDGET_EXCEEDED);
    look.surface = SURFACE_EXPORT; /* no way around */
    is(CATEGORY_BASIC, LOOK_DENY, CHECK_BUDGET_EXCEEDED);
    look.what = C(PHOTO);
    is(CATEGORY_PHOTO, LOOK_DENY, CHECK_NOT_CONSENTED); /* says no more than before */
    look.what = C(BASIC);
    look.surface = SURFACE_LIST; /* lists have their own way */
    is(CATEGORY_BASIC, LOOK_MASK, CHECK_MASKED);
}

static void one_sees_all_of_ones_own(void **state)
{
    look.looker = (struct looker){.kind = LOOKER_PERSON, .key = MEMBER};
    look.purpose = STR("");
    look.what = CATEGORIES_ALL;
    struct look_verdict v = judge();
    for (int c = 0; c < CATEGORIES; c++)
        assert_int_equal(v.answer[c], LOOK_SHOW);
    look.looker.key = MEMBER + 1;
    closed(CHECK_NO_RELATION);
}

static void what_was_not_asked_is_not_answered(void **state)
{
    grant("matchmaking.introduce", CATEGORIES_ALL);
    look.what = 0;
    struct look_verdict v = judge();
    assert_false(look_opens(&v));
    look.what = C(PHOTO);
    v = judge();
    assert_int_equal(v.answer[CATEGORY_PHOTO], LOOK_SHOW);
    assert_int_equal(v.answer[CATEGORY_BASIC], LOOK_DENY);
    assert_int_equal(v.asked, C(PHOTO));
}

/* xorshift64: the same draws in every run. */
static uint64_t draw(uint64_t below)
{
    static uint64_t seed = 88172645463325252ULL;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* More facts never show more than some basis in force names. */
static void whatever_the_facts_only_a_basis_shows(void **state)
{
    static const char *const purposes[] = {"matchmaking.introduce",
                                           "matchmaking.followup",
                                           "marketing",
                                           "complaint",
                                           "opening",
                                           "supervision"};
    static const struct organisation *const places[] = {&agency, &store, &rival, &bureau,
                                                        &suspended};
    for (int round = 0; round < 200000; round++) {
        ordinary(NULL);
        categories named = 0;
        look.purpose = str_of(purposes[draw(6)]);
        look.looker.organisation = places[draw(5)];
        look.surface = (enum surface)draw(5);
        look.third_party = draw(2) != 0;
        look.what = CATEGORIES_ALL;
        for (size_t i = draw(4); i > 0; i--) {
            grant(purposes[draw(6)], (categories)draw(256));
            struct look_grant *g = &grants[member.grant_count - 1];
            g->entity = draw(2) != 0 ? AGENCY : RIVAL;
            g->withdrawn = draw(3) == 0 ? NOON : 0;
            if (g->entity == look.looker.organisation->entity && g->withdrawn == 0 &&
                g->purpose == key_of(look.purpose))
                named |= g->what & (categories) ~(C(CHAT) | C(HISTORY));
        }
        for (size_t i = draw(4); i > 0; i--) {
            static const uint64_t holders[] = {AGENCY, RIVAL, CLERK, OFFICER};
            give((enum basis)draw(BASES), holders[draw(4)], (categories)draw(256));
            struct look_basis *b = &bases[member.basis_count - 1];
            if (b->holder == CLERK || b->holder == look.looker.organisation->entity)
                named |= b->what;
        }
        struct look_verdict v = judge();
        for (int c = 0; c < CATEGORIES; c++)
            if (v.answer[c] != LOOK_DENY && (named >> c & 1) == 0)
                fail_msg("round %d shows %s, which nothing names", round,
                         category_word((enum category)c));
    }
}

#define LOOK(name) cmocka_unit_test_setup(name, ordinary)

int main(void)
{
    const struct CMUnitTest all[] = {
        LOOK(without_consent_nothing_is_shown),
        LOOK(consent_opens_its_purpose_and_categories_only),
        LOOK(a_purpose_cannot_use_more_than_it_needs),
        LOOK(consent_begins_and_ends_at_its_instants),
        LOOK(withdrawal_acts_on_the_next_look),
        LOOK(what_is_sealed_needs_an_opening),
        LOOK(a_contract_covers_what_it_names_until_its_end),
        LOOK(contact_is_masked_everywhere_and_basics_in_lists),
        LOOK(only_a_session_looks),
        LOOK(who_is_not_certified_sees_nothing),
        LOOK(a_suspended_organisation_answers_complaints_only),
        LOOK(stores_of_one_entity_share_and_rivals_do_not),
        LOOK(a_relation_is_not_a_basis),
        LOOK(an_officer_sees_by_order_only),
        LOOK(the_hosts_operator_needs_a_basis_too),
        LOOK(a_purpose_is_stated_and_known),
        LOOK(a_third_party_has_her_own_consent),
        LOOK(a_budget_ends_the_opening_of_files),
        LOOK(one_sees_all_of_ones_own),
        LOOK(what_was_not_asked_is_not_answered),
        LOOK(whatever_the_facts_only_a_basis_shows),
    };
    return cmocka_run_group_tests(all, load, unload);
}
