#include "facts_fixture.h"
#include "registry/organisation.h"
#include "registry/staff.h"
#include "registry/stop.h"
#include "registry/token.h"

#define ORGANISATIONS                                                                              \
    "id,name,kind,sector,licence,region,status,parent,legal_entity\n"                              \
    "org_house,House,agency,matchmaking,,310000,active,,House Ltd\n"                               \
    "org_north,North,agency,matchmaking,,310000,active,org_house,House Ltd\n"                      \
    "org_south,South,agency,matchmaking,,310000,active,org_house,House Ltd\n"                      \
    "org_other,Other,agency,matchmaking,,310000,active,,\n"                                        \
    "org_bureau,Bureau,authority,,,310000,active,,\n"
#define STAFF                                                                                      \
    "id,organisation,name,role,login,certificate,status\n"                                         \
    "stf_ann,org_north,Ann,sales,ann,,active\n"                                                    \
    "stf_mia,org_north,Mia,manager,mia,,active\n"                                                  \
    "stf_top,org_house,Top,manager,top,,active\n"                                                  \
    "stf_sue,org_south,Sue,manager,sue,,active\n"                                                  \
    "stf_kay,org_house,Kay,compliance,kay,,active\n"                                               \
    "stf_joe,org_house,Joe,compliance,joe,,active\n"                                               \
    "stf_far,org_other,Far,compliance,far,,active\n"                                               \
    "stf_one,org_bureau,One,officer,one,,active\n"                                                 \
    "stf_two,org_bureau,Two,approver,two,,active\n"                                                \
    "stf_tri,org_bureau,Tri,auditor,tri,,active\n"

static struct facts x;
static when now;
static char id[ID_BYTES + 1], second[ID_BYTES + 1];

static int start(void **state)
{
    facts_open(&x);
    now = 1000 * WHEN_DAY;
    facts_must(&x, &organisation_kind, ORGANISATIONS);
    facts_must(&x, &staff_kind, STAFF);
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static struct fact_origin by(const char *staff)
{
    return (struct fact_origin){.node = STR("n1"), .actor = str_of(staff), .at = now};
}

/* A node has counted so much; whoever is over the line is stopped. */
static int64_t counted(const char *node, const char *staff, int64_t points)
{
    struct stop_tally t = {.points = points, .items = points / 100, .since = 1, .last = 2};
    const struct fact_origin gate = by("menshen");
    int64_t seq = 0;
    snprintf(t.staff, sizeof t.staff, "%s", staff);
    must(stop_tell(x.f.s, str_of(node), &t, 1, &problem));
    must(stop_due(x.f.s, &gate, &seq, &problem));
    return seq;
}

static bool take_id(void *to, const struct value *row)
{
    return str_copy(fact_text(&row[STOP_ID]), to, sizeof id) && false;
}

static const char *newest(char out[static sizeof id])
{
    out[0] = '\0';
    must(stop_list(x.f.s, STR(""), 10, take_id, out, &problem));
    return out;
}

static bool take_count(void *to, const struct value *row)
{
    ++*(int *)to;
    return true;
}

static int listed(const char *staff)
{
    int n = 0;
    must(stop_list(x.f.s, str_of(staff), 10, take_count, &n, &problem));
    return n;
}

static enum err lift(const char *staff, const char *reason)
{
    const struct fact_origin origin = by(staff);
    struct problem problem;
    int64_t seq = 0;
    return stop_lift(x.f.s, str_of(id), str_of(reason), &origin, &seq, &problem);
}

static enum err review(const char *staff, const char *word)
{
    const struct fact_origin origin = by(staff);
    struct problem problem;
    int64_t seq = 0;
    return stop_review(x.f.s, str_of(id), str_of(word), STR("asked her"), &origin, &seq, &problem);
}

#define IN_FORCE "SELECT COUNT(*) FROM stops WHERE \"status\" = 'stopped'"

static void at_the_line_an_account_is_stopped_once(void **state)
{
    assert_int_equal(counted("n1", "stf_ann", 2400), 0);
    assert_int_equal(counted("n2", "stf_nobody", 9000), 0); /* not registered */
    assert_true(counted("n2", "stf_ann", 100) > 0);         /* 2,500 of both nodes */
    assert_int_equal(counted("n2", "stf_ann", 200), 0);
    facts_expect(&x, "SELECT \"staff\" || ' ' || \"organisation\" || ' ' || \"points\" FROM stops",
                 "stf_ann org_north 2500");
    facts_expect(&x, "SELECT COUNT(*) FROM journal WHERE \"kind\" = 'stops'", "1");
    facts_expect(&x, "SELECT COUNT(*) FROM stops WHERE \"review_due\" IS NULL", "1");
}

static void a_stopped_accounts_tokens_open_nothing(void **state)
{
    const struct token_request r = {.subject = STR("stf_ann"),
                                    .scopes = STR("all"),
                                    .node = STR("n1"),
                                    .actor = STR("host:0"),
                                    .at = now,
                                    .until = now + WHEN_DAY};
    char secret[TOKEN_TEXT];
    struct subject s;
    must(token_mint(x.f.s, &r, secret, &problem));
    must(token_find(x.f.s, str_of(secret), now, &s, &problem));
    counted("n1", "stf_ann", 2500);
    must_fail(ERR_NOT_FOUND, token_find(x.f.s, str_of(secret), now, &s, &problem));
    newest(id);
    assert_int_equal(lift("stf_kay", "a mistake of the import"), OK);
    must_fail(ERR_NOT_FOUND, token_find(x.f.s, str_of(secret), now, &s, &problem));
    assert_int_equal(lift("stf_mia", "a mistake of the import"), OK);
    must(token_find(x.f.s, str_of(secret), now, &s, &problem));
}

static void compliance_and_a_manager_lift_it(void **state)
{
    counted("n1", "stf_ann", 2500);
    newest(id);
    assert_int_equal(lift("stf_ann", "me"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_far", "not ours"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_sue", "another store's"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_one", "an authority"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_kay", "  "), ERR_INVALID);
    assert_int_equal(lift("stf_kay", "explained"), OK);
    assert_int_equal(lift("stf_joe", "two of compliance are one part"), OK);
    facts_expect(&x, IN_FORCE, "1");
    now += WHEN_DAY; /* a word holds for a day */
    assert_int_equal(lift("stf_top", "of the organisation above"), OK);
    facts_expect(&x, IN_FORCE, "1");
    facts_expect(&x, "SELECT COUNT(*) FROM stops WHERE \"compliance\" IS NULL", "1");
    now += WHEN_DAY - 1;
    assert_int_equal(lift("stf_kay", "explained"), OK);
    facts_expect(&x, IN_FORCE, "0");
    facts_expect(
        &x, "SELECT \"compliance\" || ' ' || \"manager\" || ' ' || \"lifted_points\" FROM stops",
        "stf_kay stf_top 2500");
    assert_int_equal(lift("stf_kay", "again"), ERR_CONFLICT);
}

/* Whoever was a manager and is of compliance now is one person still. */
static void one_person_is_not_two(void **state)
{
    counted("n1", "stf_ann", 2500);
    newest(id);
    assert_int_equal(lift("stf_top", "as a manager"), OK);
    facts_must(&x, &staff_kind,
               "id,organisation,name,role,login,certificate,status\n"
               "stf_top,org_house,Top,compliance,top,,active\n");
    assert_int_equal(lift("stf_top", "as compliance"), OK);
    facts_expect(&x, IN_FORCE, "1");
}

static void nobody_lifts_a_stop_of_her_own(void **state)
{
    counted("n1", "stf_kay", 5000);
    newest(id);
    assert_int_equal(lift("stf_kay", "me"), ERR_DENIED);
    assert_int_equal(review("stf_kay", "not-referred"), ERR_DENIED);
    assert_int_equal(review("stf_joe", "not-referred"), OK);
    assert_int_equal(lift("stf_joe", "she showed why"), OK);
    assert_int_equal(lift("stf_mia", "of a store below"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_top", "she showed why"), OK);
    facts_expect(&x, IN_FORCE, "0");
}

static void at_the_second_line_a_review_comes_first(void **state)
{
    counted("n1", "stf_ann", 2500);
    newest(id);
    assert_int_equal(review("stf_kay", "referred"), ERR_CONFLICT); /* none is due */
    assert_int_equal(lift("stf_kay", "explained"), OK);
    assert_true(counted("n1", "stf_ann", 5000) > 0); /* while she is stopped */
    assert_int_equal(counted("n1", "stf_ann", 5100), 0);
    facts_expect(&x, "SELECT COUNT(*) FROM stops WHERE \"review_due\" IS NOT NULL", "1");
    assert_int_equal(lift("stf_mia", "explained"), ERR_REFUSED);
    assert_int_equal(review("stf_mia", "referred"), ERR_DENIED);
    assert_int_equal(review("stf_far", "referred"), ERR_NOT_FOUND);
    assert_int_equal(review("stf_kay", "referred"), OK);
    assert_int_equal(review("stf_joe", "not-referred"), ERR_CONFLICT);
    assert_int_equal(lift("stf_mia", "explained"), OK);
    facts_expect(&x, IN_FORCE, "0");
    facts_expect(&x, "SELECT \"review\" || ' ' || \"reviewed_by\" FROM stops", "referred stf_kay");
}

/* A count that nobody has acted on yet asks for the review as well. */
static void a_lift_looks_at_the_count_itself(void **state)
{
    counted("n1", "stf_ann", 2500);
    newest(id);
    struct stop_tally t = {.staff = "stf_ann", .points = 5000, .items = 50};
    must(stop_tell(x.f.s, STR("n1"), &t, 1, &problem));
    assert_int_equal(lift("stf_kay", "explained"), ERR_REFUSED);
}

static void the_next_stop_comes_25_further(void **state)
{
    counted("n1", "stf_ann", 2600);
    newest(id);
    counted("n1", "stf_ann", 3000);
    assert_int_equal(lift("stf_kay", "explained"), OK);
    assert_int_equal(lift("stf_mia", "explained"), OK);
    now++;
    assert_int_equal(counted("n1", "stf_ann", 5499), 0); /* not at the 50 either */
    facts_expect(&x, IN_FORCE, "0");
    assert_true(counted("n1", "stf_ann", 5500) > 0);
    assert_string_not_equal(newest(second), id);
    facts_expect(&x, IN_FORCE, "1");
    facts_expect(&x, "SELECT COUNT(*) FROM stops WHERE \"review_due\" IS NOT NULL", "1");
}

static void an_authoritys_auditor_and_approver_are_the_two(void **state)
{
    counted("n1", "stf_one", 2500);
    newest(id);
    assert_int_equal(lift("stf_kay", "not hers"), ERR_NOT_FOUND);
    assert_int_equal(lift("stf_tri", "explained"), OK);
    assert_int_equal(lift("stf_two", "explained"), OK);
    facts_expect(&x, IN_FORCE, "0");
}

static void each_sees_what_she_may_speak_of(void **state)
{
    counted("n1", "stf_ann", 2500);
    counted("n2", "stf_sue", 2500);
    assert_int_equal(listed(""), 2);
    assert_int_equal(listed("stf_kay"), 2);
    assert_int_equal(listed("stf_top"), 2);
    assert_int_equal(listed("stf_mia"), 1);
    assert_int_equal(listed("stf_sue"), 1);
    assert_int_equal(listed("stf_far"), 0);
    assert_int_equal(listed("stf_ann"), 0);
}

static bool sum(void *to, const struct stop_tally *t)
{
    struct stop_tally *all = to;
    all->points += t->points;
    all->items += t->items;
    return true;
}

static void what_a_node_tells_takes_the_place_of_what_it_told(void **state)
{
    struct stop_tally all = {.points = 0};
    counted("n1", "stf_ann", 1000);
    counted("n2", "stf_ann", 500);
    counted("n1", "stf_ann", 700);
    must(stop_told(x.f.s, STR("n1"), sum, &all, &problem));
    assert_int_equal(all.points, 500);
    must(stop_told(x.f.s, STR(""), sum, &all, &problem));
    assert_int_equal(all.points, 1700);
    must(stop_tell(x.f.s, STR("n2"), NULL, 0, &problem));
    facts_expect(&x, "SELECT COUNT(*) FROM tallies", "1");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
UNIT_MAIN(CASE(at_the_line_an_account_is_stopped_once),
          CASE(a_stopped_accounts_tokens_open_nothing), CASE(compliance_and_a_manager_lift_it),
          CASE(one_person_is_not_two), CASE(nobody_lifts_a_stop_of_her_own),
          CASE(at_the_second_line_a_review_comes_first), CASE(a_lift_looks_at_the_count_itself),
          CASE(the_next_stop_comes_25_further),
          CASE(an_authoritys_auditor_and_approver_are_the_two),
          CASE(each_sees_what_she_may_speak_of),
          CASE(what_a_node_tells_takes_the_place_of_what_it_told))
