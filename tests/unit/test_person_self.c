#include "person/self.h"
#include "person/assignment.h"
#include "person_fixture.h"

static const number hers = 8613800000001, others = 8613800000002;

static struct persons p;
static struct self self;

static int open_all(void **state)
{
    persons_open(&p);
    return 0;
}

static int close_all(void **state)
{
    persons_close(&p);
    return 0;
}

static void member(const char *id, const char *organisation, number n, when at)
{
    struct intake_member m = {.id = str_of(id), .organisation = str_of(organisation), .number = n};
    struct fact_origin origin = {.node = STR("node"), .actor = STR("host:0"), .at = at};
    bool changed;
    int64_t seq;
    persons_make(&p, id);
    must(store_begin(p.x.f.s, &problem));
    must(intake_put(&p.intake, &m, &origin, &changed, &seq, &problem));
    must(store_commit(p.x.f.s, &problem));
}

/* 0: never. */
static void assign(number n, when at, when released)
{
    const struct value row[] = {value_int((int64_t)n), value_int(at),
                                released != 0 ? value_int(released) : value_null()};
    must(store_run(p.x.f.s,
                   "INSERT INTO assignments (number, assigned_at, released_at) VALUES ($1, $2, $3)",
                   row, 3, NULL, NULL, &problem));
}

static enum err ask(const struct subject *s, when now)
{
    struct self_sources from = {.store = p.x.f.s, .link = p.link, .keys = p.keys};
    struct problem problem;
    return self_read(&from, s, now, &self, &problem);
}

static enum err by_session(number n, when begun, when now)
{
    struct subject s = {.id = "num_", .role = ROLE_PERSON, .number = n, .begun = begun};
    return ask(&s, now);
}

static enum err by_token(const char *id)
{
    struct subject s = {.role = ROLE_PERSON};
    snprintf(s.id, sizeof s.id, "%s", id);
    return ask(&s, NOW);
}

static void a_human_is_all_members_with_her_number(void **state)
{
    member("per_b", "org_agency", hers, NOW);
    member("per_a", "org_homes", hers, NOW);
    member("per_c", "org_agency", others, NOW);
    assert_int_equal(by_session(hers, NOW, NOW), OK);
    assert_int_equal(self.number, hers);
    assert_true(self.since == INT64_MIN);
    assert_int_equal(self.count, 2);
    assert_string_equal(self.id[0], "per_a");
    assert_string_equal(self.id[1], "per_b");
    assert_true(self_is(&self, STR("per_b")));
    assert_false(self_is(&self, STR("per_c")));
    assert_int_equal(by_session(8613800000009, NOW, NOW), OK);
    assert_int_equal(self.count, 0);
}

static void a_former_holders_members_are_not_hers(void **state)
{
    member("per_old", "org_agency", hers, NOW - 10);
    member("per_same", "org_agency", hers, NOW);
    member("per_new", "org_agency", hers, NOW + 10);
    member("per_moved", "org_agency", others, NOW - 20);
    member("per_moved", "org_agency", hers, NOW + 20);
    assign(hers, NOW - 1000, 0);
    assign(hers, NOW, 0);
    assign(hers, NOW + 5000, 0);
    assert_int_equal(by_session(hers, NOW + 30, NOW + 30), OK);
    assert_true(self.since == NOW);
    assert_int_equal(self.count, 3);
    assert_string_equal(self.id[0], "per_same");
    assert_string_equal(self.id[1], "per_new");
    assert_string_equal(self.id[2], "per_moved");
    /* Before links had dates. */
    must(store_run(p.x.f.s, "UPDATE member_links SET since = NULL", NULL, 0, NULL, NULL, &problem));
    assert_int_equal(by_session(hers, NOW + 30, NOW + 30), OK);
    assert_int_equal(self.count, 2);
    assert_string_equal(self.id[0], "per_same");
}

/* Whoever takes members in could else push hers out of her list. */
static void the_oldest_come_first_when_there_are_too_many(void **state)
{
    char id[SUBJECT_ID];
    member("per_z", "org_agency", hers, NOW);
    for (int i = 0; i < SELF_IDS; i++) {
        snprintf(id, sizeof id, "per_%03d", i);
        member(id, "org_homes", hers, NOW + 1);
    }
    assert_int_equal(by_session(hers, NOW + 2, NOW + 2), OK);
    assert_true(self.more);
    assert_int_equal(self.count, SELF_IDS);
    assert_string_equal(self.id[0], "per_z");
}

static void a_session_ends_with_the_number(void **state)
{
    assign(hers, NOW - 5, 0);
    assert_int_equal(by_session(hers, NOW - 10, NOW - 6), OK);
    assert_int_equal(by_session(hers, NOW - 10, NOW - 5), ERR_NOT_FOUND);
    assert_int_equal(self.number, 0);
    assert_int_equal(by_session(hers, NOW - 5, NOW), OK);
    assign(others, NOW - 100, NOW - 3);
    assert_int_equal(by_session(others, NOW - 10, NOW - 4), OK);
    assert_int_equal(by_session(others, NOW - 10, NOW), ERR_NOT_FOUND);
    assert_int_equal(by_session(others, NOW, NOW), OK);
    assert_true(self.since == NOW - 3);
}

static void what_cannot_be_undone_waits_after_a_change_of_number(void **state)
{
    member("per_a", "org_agency", hers, NOW - 10);
    member("per_a", "org_agency", hers, NOW - 5);
    assert_int_equal(by_session(hers, NOW, NOW), OK);
    assert_true(self_settled(&self) == 0);
    member("per_b", "org_homes", others, NOW - 10);
    member("per_b", "org_homes", hers, NOW);
    assert_int_equal(by_session(hers, NOW, NOW), OK);
    assert_int_equal(self.count, 2);
    assert_true(self.settled[0] == 0 && self.settled[1] == NOW + WHEN_DAY);
    assert_true(self_settled(&self) == NOW + WHEN_DAY);
    assert_int_equal(by_token("per_b"), OK);
    assert_true(self_settled(&self) == NOW + WHEN_DAY);
    assert_int_equal(by_token("per_a"), OK);
    assert_true(self_settled(&self) == 0);
    facts_expect(&p.x, "SELECT CAST(number_since AS TEXT) FROM members WHERE id = 'per_b'",
                 "1795000000000000000");
}

static void a_token_is_one_member(void **state)
{
    member("per_a", "org_agency", hers, NOW - 10);
    member("per_b", "org_homes", hers, NOW - 10);
    assert_int_equal(by_token("per_a"), OK);
    assert_int_equal(self.number, hers);
    assert_int_equal(self.count, 1);
    assert_string_equal(self.id[0], "per_a");
    assert_int_equal(by_token("per_none"), ERR_NOT_FOUND);
    assert_int_equal(by_token("stf_li"), ERR_NOT_FOUND);
    /* The number has gone to somebody else: she stays the member, and nothing of it is hers. */
    assign(hers, NOW - 5, 0);
    assert_int_equal(by_token("per_a"), OK);
    assert_int_equal(self.count, 1);
    assert_int_equal(self.number, 0);
    assert_true(self.since == WHEN_NEVER);
    must(unwrap_erase(p.keys, STR("per_b"), KEY_PROFILE, NOW, &problem));
    assert_int_equal(by_token("per_b"), OK);
    assert_int_equal(self.number, 0);
}

static void nobody_else_is_a_person(void **state)
{
    struct subject s = {.id = "stf_li", .role = ROLE_SALES, .number = hers, .begun = NOW};
    assert_int_equal(ask(&s, NOW), ERR_NOT_FOUND);
    s = (struct subject){.id = "num_00", .role = ROLE_PERSON};
    assert_int_equal(ask(&s, NOW), ERR_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

UNIT_MAIN(CASE(a_human_is_all_members_with_her_number), CASE(a_former_holders_members_are_not_hers),
          CASE(the_oldest_come_first_when_there_are_too_many), CASE(a_session_ends_with_the_number),
          CASE(what_cannot_be_undone_waits_after_a_change_of_number), CASE(a_token_is_one_member),
          CASE(nobody_else_is_a_person))
