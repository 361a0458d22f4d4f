#include "desk/takedown.h"

#include "desk/clock.h"
#include "facts_fixture.h"
#include "registry/organisation.h"

#define HASH  "sha256:1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER "sha256:2222222222222222222222222222222222222222222222222222222222222222"

static struct facts x;
static struct desk_work w;
static struct subject who;
static struct desk_no no;
static struct takedown_terms t;

/* Tuesday, 24 November 2026, 10:00 in Shanghai. */
#define TUESDAY "2026-11-24T10:00:00+08:00"

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status\n"
               "org_bureau,B,authority,,,310000,active\n"
               "org_union,U,association,,,310000,active\n"
               "org_shop,S,platform,,,310000,active\n"
               "org_forum,F,platform,,,310000,active\n");
    w = (struct desk_work){.store = x.f.s, .rules = x.rules, .who = &who, .node = STR("n1")};
    assert_int_equal(when_parse_exact(STR(TUESDAY), &w.at), OK);
    t = (struct takedown_terms){.kind = STR("software"),
                                .url = STR("https://shop.example/1"),
                                .platform = STR("org_shop"),
                                .ground = STR("call-bomber"),
                                .artefact = STR(HASH)};
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
    snprintf(who.id, sizeof who.id, "%s", organisation);
    snprintf(who.organisation, sizeof who.organisation, "%s", organisation);
    snprintf(who.position, sizeof who.position, "%s", position);
}

static const char *order(const char *organisation)
{
    int64_t seq = 0;
    by(organisation, "");
    must(desk_do(&w, takedown_order, &t, &no, &seq, &problem));
    return no.code;
}

static const char *answer(const char *organisation, const char *act, const char *text,
                          const char *proof)
{
    struct takedown_act a = {
        .id = str_of(t.id), .act = str_of(act), .text = str_of(text), .proof = str_of(proof)};
    int64_t seq = 0;
    by(organisation, "");
    must(desk_do(&w, takedown_answer, &a, &no, &seq, &problem));
    return no.code;
}

static int64_t seen(const char *artefact)
{
    struct takedown_sighting s = {.artefact = str_of(artefact), .url = STR("https://other/2")};
    int64_t seq = 0;
    by("org_union", "");
    must(desk_do(&w, takedown_seen, &s, &no, &seq, &problem));
    return s.matches * 10 + s.reappeared;
}

static void stands(const char *status)
{
    facts_expect(&x, "SELECT status FROM takedowns", status);
}

static void clock_is(const char *state)
{
    struct fact_row row;
    must(clock_find(x.f.s, str_of(t.id), TAKEDOWN_CLOCK, &row, &problem));
    assert_string_equal(clock_state(row.v, w.at), state);
}

static void a_platform_has_three_working_days(void **state)
{
    struct fact_row row;
    when due;
    assert_int_equal(when_parse_exact(STR("2026-11-28T00:00:00+08:00"), &due), OK);
    assert_string_equal(order("org_bureau"), "");
    must(fact_first(x.f.s, &takedown_kind, value_text(str_of(t.id)), &row, &problem));
    assert_int_equal(row.v[TAKEDOWN_DUE].i, due);
    clock_is("running");
    assert_string_equal(answer("org_shop", "received", "R-1", ""), "");
    stands("received");
    clock_is("running");
    w.at += 30 * WHEN_DAY;
    clock_is("overdue");
    assert_string_equal(answer("org_shop", "removed", "", OTHER), "");
    stands("removed");
    clock_is("late");
}

static void what_was_removed_and_is_seen_again_is_ordered_anew(void **state)
{
    assert_string_equal(order("org_bureau"), "");
    assert_int_equal(seen(OTHER), 0);
    assert_int_equal(seen(HASH), 10); /* not removed yet */
    stands("ordered");
    assert_string_equal(answer("org_shop", "removed", "", OTHER), "");
    clock_is("met");
    w.at += WHEN_DAY;
    assert_int_equal(seen(HASH), 11);
    stands("reappeared");
    clock_is("running");
    assert_int_equal(seen(HASH), 10);
    facts_expect(&x, "SELECT sightings FROM takedowns", "3");
    facts_expect(&x, "SELECT seen_url FROM takedowns", "https://other/2");
    assert_string_equal(answer("org_shop", "removed", "", OTHER), "");
    stands("removed");
}

static void an_answer_is_the_platforms_and_whole(void **state)
{
    assert_string_equal(order("org_bureau"), "");
    assert_string_equal(answer("org_forum", "removed", "", OTHER), "not-found");
    assert_string_equal(answer("org_bureau", "removed", "", OTHER), "not-found");
    assert_string_equal(answer("org_shop", "removed", "done", ""), "proof-missing");
    assert_string_equal(answer("org_shop", "refused", "", ""), "text-missing");
    assert_string_equal(answer("org_shop", "received", "", ""), "text-missing");
    assert_string_equal(answer("org_shop", "refused", "it is no such thing", ""), "");
    clock_is("met");
    assert_string_equal(answer("org_shop", "removed", "", OTHER), "answered-already");
    stands("refused");
}

static void only_an_authority_orders_and_on_a_ground(void **state)
{
    assert_string_equal(order("org_union"), "not-authority");
    assert_string_equal(order("org_shop"), "not-authority");
    t.ground = STR("dislike");
    assert_string_equal(order("org_bureau"), "unknown-ground");
    t.ground = STR("call-bomber");
    t.artefact = STR("");
    assert_string_equal(order("org_bureau"), "artefact-missing");
    t.kind = STR("listing");
    t.url = STR("javascript:1");
    assert_string_equal(order("org_bureau"), "url");
    t.url = STR("https://shop.example/1");
    t.platform = STR("org_none");
    assert_string_equal(order("org_bureau"), "unknown-platform");
    t.platform = STR("org_union");
    assert_string_equal(order("org_bureau"), "no-platform");
    t.platform = STR("org_shop");
    assert_string_equal(order("org_bureau"), "");
}

static bool count(void *to, const struct value *row)
{
    ++*(unsigned *)to;
    return true;
}

static void both_sides_list_theirs(void **state)
{
    static const char *const others[] = {"org_bureau", "org_shop", "org_forum", "org_union"};
    assert_string_equal(order("org_bureau"), "");
    for (size_t i = 0; i < 4; i++) {
        unsigned n = 0;
        by(others[i], "");
        must(takedown_list(&w, 10, count, &n, &problem));
        assert_int_equal(n, i < 2);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(a_platform_has_three_working_days),
          CASE(what_was_removed_and_is_seen_again_is_ordered_anew),
          CASE(an_answer_is_the_platforms_and_whole),
          CASE(only_an_authority_orders_and_on_a_ground), CASE(both_sides_list_theirs))
