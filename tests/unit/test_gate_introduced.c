/* What one member sees of another, to whom she is introduced. */
#include "gate/introduced.h"
#include "gate/look_stand.h"
#include "gate_fixture.h"
#include "person/introduction.h"
#include "person/member.h"
#include "person/opening.h"
#include "registry/staff.h"

static struct town *town;

/* A "sealed" number is its digits. */
static number open_number(void *to, struct str person, struct str sealed)
{
    number n = 0;
    return number_parse(rules_plan(town->rules), sealed, STR(""), &n) == NUMBER_MALFORMED ? 0 : n;
}

#define EVIDENCE_2 "sha256:2222222222222222222222222222222222222222222222222222222222222222"
#define EVIDENCE_3 "sha256:3333333333333333333333333333333333333333333333333333333333333333"
#define NOON       "2026-11-21T12:00:00+08:00"
#define LATER      "2026-12-20T12:00:00+08:00"
#define INT        "int_1|org_desk|per_a|per_b|stf_w|"
#define PROPOSED   INT "basic|basic;contact;photo|2026-11-20|2026-12-04|||||"

static void agree(const char *digits, const char *what, const char *evidence)
{
    char row[300];
    snprintf(row, sizeof row,
             "%s|org_match|matchmaking.introduce|%s|file|2026-01-01|2027-12-31|yes|%s", digits,
             what, evidence);
    tell(town, &consent_kind, row);
}

static void open_the_town(void)
{
    town = town_of("{}");
    view_opener(town->view, open_number, NULL);
    tell(town, &organisation_kind, "org_match|Match|agency|matchmaking|||active||ent_match");
    tell(town, &organisation_kind,
         "org_store|Store|agency|matchmaking|||active|org_match|ent_match");
    tell(town, &organisation_kind, "org_desk|Desk|agency|matchmaking|||active|org_match|ent_match");
    tell(town, &organisation_kind, "org_rival|Rival|agency|matchmaking|||active");
    tell(town, &member_kind, "per_a|org_match||city|竹-0417||13800138000||||||||1|active");
    tell(town, &member_kind, "per_b|org_store||city|竹-0418||13800138001||||||||1|active");
    tell(town, &member_kind, "per_c|org_match||city|竹-0419||13800138002||||||||1|active");
    agree("13800138000", "basic;education", EVIDENCE);
    agree("13800138001", "basic;contact;education", EVIDENCE);
    agree("13800138001", "photo", EVIDENCE_2);
    agree("13800138002", "basic", EVIDENCE);
    tell(town, &introduction_kind, PROPOSED "|proposed");
}

static int open_town(void **state)
{
    open_the_town();
    return 0;
}

static int close_town(void **state)
{
    town_free(town);
    return 0;
}

struct asks {
    const char *actor, *person, *task, *purpose, *at;
    enum surface surface;
};

static struct look_verdict see_at(const struct asks *a, when at)
{
    struct look_facts facts;
    struct look look = {.at = at,
                        .purpose = str_of(a->purpose ? a->purpose : INTRODUCTION_PURPOSE),
                        .task = str_of(a->task ? a->task : "int_1"),
                        .what = CATEGORIES_ALL,
                        .surface = a->surface,
                        .budget = 20};
    struct look_verdict v;
    view_enter(town->view);
    look_stand(town->view, str_of(a->actor ? a->actor : "per_a"),
               str_of(a->person ? a->person : "per_b"), &look, &facts);
    gate_look(town->rules, &look, &v);
    view_leave(town->view);
    return v;
}

static struct look_verdict see(const struct asks *a)
{
    return see_at(a, at_time(a->at ? a->at : NOON));
}

#define SEE(...) see(&(const struct asks){__VA_ARGS__})

static bool closed(const struct asks *a)
{
    const struct look_verdict v = see(a);
    return !look_opens(&v);
}

#define CLOSED(...) closed(&(const struct asks){__VA_ARGS__})

/* Each category's answer: "show" "mask" or "-", in the order of the categories. */
static const char *answers(const struct look_verdict *v)
{
    static char text[CATEGORIES + 1];
    for (int c = 0; c < CATEGORIES; c++)
        text[c] = v->answer[c] == LOOK_SHOW ? 's' : v->answer[c] == LOOK_MASK ? 'm' : '-';
    return text;
}

static void each_sees_what_the_other_shows_and_no_more(void **state)
{
    struct look_verdict v = SEE(.actor = "per_a");
    assert_string_equal(answers(&v), "sms-----"); /* education: agreed to, but not named */
    assert_int_equal(v.basis[CATEGORY_BASIC], BASIS_CONSENT);
    v = SEE(.actor = "per_b", .person = "per_a");
    assert_string_equal(answers(&v), "s-------");
    tell(town, &introduction_kind,
         INT "basic;photo;property|basic;contact;photo|2026-11-20|2026-12-04||||||proposed");
    v = SEE(.actor = "per_b", .person = "per_a");
    assert_string_equal(answers(&v), "s-------"); /* named, but not agreed to */
}

static void for_all_but_this_it_is_as_if_nobody_were_there(void **state)
{
    assert_int_equal(SEE(.task = "").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.task = "int_2").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.actor = "per_c").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.person = "per_c").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.actor = "per_nobody").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.purpose = "matchmaking.followup").whole, CHECK_NO_RELATION);
    assert_int_equal(SEE(.purpose = "").whole, CHECK_NO_RELATION);
    for (enum surface s = SURFACE_LIST; s <= SURFACE_FEED; s++)
        assert_int_equal(SEE(.surface = s).whole, CHECK_NO_RELATION);
    /* Her own file is hers, with any task or none. */
    assert_int_equal(SEE(.person = "per_a", .task = "").answer[CATEGORY_CHAT], LOOK_SHOW);
}

/* status × since when it is closed; "" never within the year. */
static void a_status_opens_for_its_time(void **state)
{
    static const struct {
        const char *meeting, *status, *open, *over;
    } cases[] = {
        {"", "proposed", "2026-12-03T23:59:59+08:00", "2026-12-04T00:00:00+08:00"},
        {"", "accepted", "2027-01-02T23:59:59+08:00", "2027-01-03T00:00:00+08:00"},
        {"2026-11-25", "accepted", "2026-12-24T23:59:59+08:00", "2026-12-25T00:00:00+08:00"},
        {"2026-11-25", "met", "2026-12-24T23:59:59+08:00", "2026-12-25T00:00:00+08:00"},
        {"", "declined", NULL, NOON},
        {"", "lapsed", NULL, NOON},
        {"2026-11-25", "ended", NULL, NOON},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char row[300];
        snprintf(row, sizeof row, INT "basic|basic|2026-11-20|2026-12-04T00:00:00+08:00|||||%s|%s",
                 cases[i].meeting, cases[i].status);
        tell(town, &introduction_kind, row);
        for (int turned = 0; turned < 2; turned++) {
            const char *actor = turned ? "per_b" : "per_a", *person = turned ? "per_a" : "per_b";
            if (cases[i].open)
                assert_false(CLOSED(.actor = actor, .person = person, .at = cases[i].open));
            assert_true(CLOSED(.actor = actor, .person = person, .at = cases[i].over));
        }
    }
    tell(town, &introduction_kind, PROPOSED "|proposed");
    assert_true(CLOSED(.at = "2026-11-19T23:59:59+08:00"));
}

static void it_ends_with_the_nanosecond(void **state)
{
    tell(town, &introduction_kind,
         INT "basic|basic|2026-11-20|2026-11-21T12:00:00+08:00||||||proposed");
    const struct asks a = {.actor = NULL};
    for (int late = 0; late < 2; late++) {
        const struct look_verdict v = see_at(&a, at_time(NOON) - 1 + late);
        assert_int_equal(look_opens(&v), !late);
    }
}

static void what_is_withdrawn_is_closed_at_the_next_look(void **state)
{
    tell(town, &consent_kind,
         "13800138001|org_match|matchmaking.introduce|photo|file|2026-01-01|2027-12-31|"
         "yes|" EVIDENCE_2 "|||" NOON "|withdrawn");
    struct look_verdict v = SEE(.at = "2026-11-21T11:59:59+08:00");
    assert_string_equal(answers(&v), "sms-----");
    v = SEE(.at = NOON);
    assert_string_equal(answers(&v), "sm------");
}

/* Nobody looks on who does not take part any more. */
static void who_has_withdrawn_sees_nobody_either(void **state)
{
    tell(town, &consent_kind,
         "13800138000|org_match|matchmaking.introduce|basic;education|file|2026-01-01|2027-12-31|"
         "yes|" EVIDENCE "|||" NOON "|withdrawn");
    assert_false(CLOSED(.at = "2026-11-21T11:59:59+08:00"));
    assert_true(CLOSED(.at = NOON));
    assert_true(CLOSED(.actor = "per_b", .person = "per_a", .at = NOON));
}

/* Only consent counts, to this purpose, for this legal entity; and what is sealed stays so. */
static void nothing_else_is_a_basis(void **state)
{
    tell(town, &member_kind,
         "per_b|org_store||city|竹-0418||13800138001||||||2027-11-21|property;education|2|active");
    agree("13800138001", "chat;history", EVIDENCE_3);
    tell(town, &opening_kind,
         "opn_1|per_b|chat|approval|per_a|2026-11-20|2027-11-22|||per_b|2026-11-20|per_b|"
         "2026-11-20||open");
    tell(town, &introduction_kind,
         INT "basic|basic;contact;photo;property;identity;chat;history|2026-11-20|2026-12-04||||||"
             "accepted");
    const struct look_verdict v = SEE(.actor = "per_a");
    assert_string_equal(answers(&v), "sms-----");
}

/* Each makes something wrong and nothing right. */
static const struct {
    const struct fact_kind *kind;
    const char *row;
    bool all; /* closes everything */
} wrongs[] = {
    {&organisation_kind, "org_store|Store|agency|matchmaking|||suspended|org_match|ent_match",
     true},
    {&organisation_kind, "org_desk|Desk|agency|matchmaking|||suspended|org_match|ent_match", true},
    {&organisation_kind, "org_desk|Desk|agency|matchmaking|||active||ent_other", true},
    {&organisation_kind, "org_match|Match|agency|matchmaking|||suspended||ent_match", true},
    {&organisation_kind, "org_match|Match|agency|matchmaking|||closed||ent_match", true},
    {&organisation_kind, "org_store|Store|agency|matchmaking|||active||ent_other", true},
    {&introduction_kind, PROPOSED "|declined", true},
    {&introduction_kind, PROPOSED "|lapsed", true},
    {&introduction_kind, PROPOSED "|ended", true},
    {&introduction_kind, INT "basic|basic;contact;photo|2026-11-19|2026-11-20||||||proposed", true},
    {&introduction_kind, INT "basic|basic|2026-11-20|2026-12-04||||||proposed", false},
    {&member_kind, "per_a|org_match|||||gone||||||||2|erased", true},
    {&member_kind, "per_b|org_store|||||gone||||||||2|erased", true},
    {&member_kind, "per_a|org_rival||city|竹-0417||13800138000||||||||2|active", true},
    {&member_kind, "per_b|org_rival||city|竹-0418||13800138001||||||||2|active", true},
    {&member_kind, "per_a|org_match||city|竹-0417||13800138000|||||2199-12-31|||2|active", true},
    {&member_kind, "per_b|org_store||city|竹-0418||13800138001|||||2199-12-31|||2|active", true},
    {&member_kind, "per_b|org_store||city|竹-0418||gone||||||||2|active", true},
    {&assignment_kind, "13800138001|2026-06-01|", true},
    {&assignment_kind, "13800138000|2026-06-01|", true},
    {&consent_kind,
     "13800138001|org_match|matchmaking.introduce|basic;contact;education|file|2026-01-01|"
     "2027-12-31|yes|" EVIDENCE "|||2026-11-21|withdrawn",
     true},
    {&consent_kind,
     "13800138001|org_match|matchmaking.introduce|photo|file|2026-01-01|2027-12-31|yes|" EVIDENCE_2
     "|||2026-11-21|disowned",
     false},
    {&consent_kind,
     "13800138000|org_match|matchmaking.introduce|basic;education|file|2026-01-01|2026-11-20|yes"
     "|" EVIDENCE,
     true},
    {&order_kind, "ord_1|org_match|distrust|2026-01-01||stf_1|why|", false},
};
enum { WRONGS = sizeof wrongs / sizeof *wrongs };

static bool within(const struct look_verdict *less, const struct look_verdict *more)
{
    for (int c = 0; c < CATEGORIES; c++)
        if (less->answer[c] > more->answer[c])
            return false;
    return true;
}

/* The property of the other door: no wrong opens anything, whatever went before. */
static void one_more_wrong_never_opens_anything(void **state)
{
    const struct asks asks[] = {{.actor = "per_a"}, {.actor = "per_b", .person = "per_a"}};
    town_free(town);
    for (int i = 0; i < WRONGS; i++)
        for (int j = 0; j < WRONGS; j++) {
            open_the_town();
            struct look_verdict before[2] = {see(&asks[0]), see(&asks[1])};
            assert_true(look_opens(&before[0]) && look_opens(&before[1]));
            const int step[] = {i, j};
            for (int s = 0; s < 2; s++) {
                /* A row of the same key takes the first one's place. */
                if (s == 1 && wrongs[i].kind == wrongs[j].kind &&
                    strncmp(wrongs[i].row, wrongs[j].row, 5) == 0)
                    break;
                tell(town, wrongs[step[s]].kind, wrongs[step[s]].row);
                for (int k = 0; k < 2; k++) {
                    const struct look_verdict after = see(&asks[k]);
                    if (!within(&after, &before[k]))
                        fail_msg("%s opens something", wrongs[step[s]].row);
                    if (wrongs[step[s]].all && look_opens(&after))
                        fail_msg("%s leaves something open", wrongs[step[s]].row);
                    before[k] = after;
                }
            }
            town_free(town);
        }
    open_the_town();
}

static void thousands_come_and_go(void **state)
{
    char row[300], task[32];
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 2000; i++) {
            struct value v[COLUMNS_MAX];
            snprintf(
                row, sizeof row,
                "int_x%d|org_store|per_a|per_b|stf_w|basic|basic|2026-11-20|2026-12-04||||||%s", i,
                round == 1 && i % 2 ? "ended" : "proposed");
            read_row(town, &introduction_kind, row, v);
            assert_int_equal(view_apply(town->view, &introduction_kind, v, 0), OK);
            if (round < 2 && i % 7 == 0) {
                snprintf(task, sizeof task, "int_x%d", i);
                assert_int_equal(CLOSED(.task = task), round == 1 && i % 2);
            }
        }
}

#define TOWN(name) cmocka_unit_test_setup_teardown(name, open_town, close_town)
UNIT_MAIN(TOWN(each_sees_what_the_other_shows_and_no_more),
          TOWN(for_all_but_this_it_is_as_if_nobody_were_there), TOWN(a_status_opens_for_its_time),
          TOWN(it_ends_with_the_nanosecond), TOWN(what_is_withdrawn_is_closed_at_the_next_look),
          TOWN(who_has_withdrawn_sees_nobody_either), TOWN(nothing_else_is_a_basis),
          TOWN(one_more_wrong_never_opens_anything), TOWN(thousands_come_and_go))
