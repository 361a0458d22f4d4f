/* Relay numbers: who gets which, how long it rests, and what ends a binding. */
#include "pool_fixture.h"
#include "person/binding.h"
#include "person/departure.h"

#include <pthread.h>

static struct pools x;

enum { HOUR = 3600 };
static const number base = 862160008000;

static int start(void **state)
{
    pools_open(&x);
    return 0;
}

static int stop(void **state)
{
    pools_close(&x);
    return 0;
}

static struct fact_origin by(const char *who)
{
    return (struct fact_origin){.node = STR("n1"), .actor = str_of(who), .at = x.at};
}

static struct binding_terms terms_of(const char *staff, const char *person)
{
    return (struct binding_terms){.person = str_of(person),
                                  .staff = str_of(staff),
                                  .organisation = STR("House Ltd"),
                                  .purpose = STR("matchmaking.introduce"),
                                  .answers = 862160007000,
                                  .until = x.at + HOUR * WHEN_SECOND,
                                  .rules = x.p.x.rules};
}

/* `count` numbers in two spans. */
static enum binding_no choose(struct store *s, const struct binding_terms *t, unsigned count,
                              struct binding_answer *a)
{
    const struct binding_span pool[] = {{base, base + count / 2 - 1},
                                        {base + 50, base + 50 + count - count / 2 - 1}};
    const size_t first = count > 1 ? 0 : 1;
    struct problem problem = {.text = ""};
    if (binding_choose(s, t, pool + first, 2 - first, x.at, a, &problem) != OK)
        fail_msg("%s", problem.text);
    return a->no;
}

static enum binding_no open_one(const char *staff, const char *person, unsigned count,
                                struct binding_answer *a)
{
    struct binding_terms t = terms_of(staff, person);
    const struct fact_origin o = by(staff);
    enum binding_no no = choose(x.p.x.f.s, &t, count, a);
    if (no != BINDING_YES)
        return no;
    t.relay = a->relay;
    must(binding_open(x.p.x.f.s, &t, STR("rec_1"), &o, a, &problem));
    return a->no;
}

static unsigned end_all(const struct binding_which *which, const char *why)
{
    unsigned ended;
    int64_t seq = 0;
    const struct fact_origin o = by("stf_ann");
    must(store_begin(x.p.x.f.s, &problem));
    must(binding_end(x.p.x.f.s, which, why, &o, &ended, &seq, &problem));
    must(store_commit(x.p.x.f.s, &problem));
    assert_true(ended == 0 || seq > 0);
    return ended;
}

static void what_is_opened_is_a_fact_without_her_number(void **state)
{
    struct binding_answer a;
    char payload[600] = "";
    assert_int_equal(open_one("stf_ann", "per_lin", 4, &a), BINDING_YES);
    must(store_run(x.p.x.f.s, "SELECT payload FROM journal WHERE kind = 'bindings'", NULL, 0,
                   facts_take_text, payload, &problem));
    assert_non_null(strstr(payload, a.id));
    assert_null(strstr(payload, "13800138000"));
    char seq[32];
    snprintf(seq, sizeof seq, "%lld", (long long)a.seq);
    facts_expect(&x.p.x, "SELECT max(seq) FROM journal", seq);
}

static void she_has_one_with_a_legal_entity(void **state)
{
    struct binding_answer a, b;
    struct binding_terms t = terms_of("stf_sue", "per_lin");
    assert_int_equal(open_one("stf_ann", "per_lin", 8, &a), BINDING_YES);
    must(binding_may(x.p.x.f.s, &t, x.at, &b, &problem));
    assert_int_equal(b.no, BINDING_ALREADY);
    assert_string_equal(b.id, a.id);
    assert_string_equal(b.staff, "stf_ann");
    assert_int_equal(b.again, x.at + HOUR * WHEN_SECOND);
    assert_int_equal(open_one("stf_sue", "per_lin", 8, &b), BINDING_ALREADY);
    t.organisation = STR("org_other");
    must(binding_may(x.p.x.f.s, &t, x.at, &b, &problem));
    assert_int_equal(b.no, BINDING_YES);
    /* One that is over and was not swept holds nothing. */
    t.organisation = STR("House Ltd");
    x.at += HOUR * WHEN_SECOND - 1;
    must(binding_may(x.p.x.f.s, &t, x.at, &b, &problem));
    assert_int_equal(b.no, BINDING_ALREADY);
    x.at++;
    must(binding_may(x.p.x.f.s, &t, x.at, &b, &problem));
    assert_int_equal(b.no, BINDING_YES);
    assert_int_equal(open_one("stf_sue", "per_lin", 8, &b), BINDING_YES);
    facts_expect(&x.p.x, "SELECT status FROM bindings WHERE staff = 'stf_ann'", "expired");
}

static void a_number_rests_before_it_serves_either_again(void **state)
{
    struct binding_answer a, b;
    assert_int_equal(open_one("stf_ann", "per_lin", 1, &a), BINDING_YES);
    assert_int_equal(open_one("stf_sue", "per_xue", 1, &b), BINDING_NONE);
    assert_int_equal(b.again, x.at + HOUR * WHEN_SECOND);
    x.at += 60 * WHEN_SECOND;
    const when closed = x.at;
    assert_int_equal(end_all(&(struct binding_which){.id = str_of(a.id)}, "closed"), 1);
    assert_int_equal(open_one("stf_sue", "per_lin", 1, &b), BINDING_NONE); /* her again */
    assert_int_equal(b.again, closed + 90 * WHEN_DAY);
    assert_int_equal(open_one("stf_ann", "per_xue", 1, &b), BINDING_NONE); /* him again */
    assert_int_equal(open_one("stf_sue", "per_xue", 1, &b), BINDING_YES);  /* two others */
    assert_int_equal(end_all(&(struct binding_which){.id = str_of(b.id)}, "closed"), 1);
    x.at = closed + 90 * WHEN_DAY - 1;
    assert_int_equal(open_one("stf_ann", "per_lin", 1, &b), BINDING_NONE);
    x.at++;
    assert_int_equal(open_one("stf_ann", "per_lin", 1, &b), BINDING_YES);
}

/* A number that was free when it was chosen, and is none by now. */
static void what_came_between_choosing_and_opening_is_seen(void **state)
{
    static const struct {
        const char *staff, *person;
    } next[] = {{"stf_ann", "per_xue"}, {"stf_sue", "per_lin"}, {"stf_sue", "per_xue"}};
    struct binding_answer a, b;
    assert_int_equal(open_one("stf_ann", "per_lin", 8, &a), BINDING_YES);
    for (int ended = 0; ended < 2; ended++) {
        for (size_t i = 0; i < 3; i++) {
            struct binding_terms t = terms_of(next[i].staff, next[i].person);
            const struct fact_origin o = by(next[i].staff);
            t.relay = a.relay;
            t.organisation = STR("org_other"); /* so that it is not the pair that refuses */
            must(binding_open(x.p.x.f.s, &t, STR("rec_1"), &o, &b, &problem));
            assert_int_equal(b.no, ended && i == 2 ? BINDING_YES : BINDING_TAKEN);
        }
        end_all(&(struct binding_which){.id = str_of(a.id)}, "closed");
    }
}

static void every_free_number_may_be_chosen_and_no_other(void **state)
{
    unsigned seen[64] = {0};
    struct binding_answer a;
    assert_int_equal(open_one("stf_bea", "per_shi", 8, &a), BINDING_YES);
    const number held = a.relay;
    const struct binding_terms t = terms_of("stf_ann", "per_lin");
    for (int i = 0; i < 400; i++) {
        assert_int_equal(choose(x.p.x.f.s, &t, 8, &a), BINDING_YES);
        assert_true(a.relay != held);
        assert_true(a.relay >= base && a.relay < base + 64);
        seen[a.relay - base]++;
    }
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(seen[i] > 0, (i < 4 || (i >= 50 && i < 54)) && base + i != held);
    assert_int_equal(choose(x.p.x.f.s, &t, 0, &a), BINDING_NONE);
}

static void a_day_has_twenty_of_one(void **state)
{
    struct binding_answer a;
    pools_crowd(&x, 42);
    for (int i = 0; i < 20; i++)
        assert_int_equal(open_one("stf_ann", pools_id(i), 60, &a), BINDING_YES);
    assert_int_equal(open_one("stf_ann", pools_id(20), 60, &a), BINDING_LIMIT);
    assert_int_equal(a.again, pool_midnight(x.p.x.rules, x.at));
    assert_int_equal(open_one("stf_sue", pools_id(20), 60, &a), BINDING_YES);
    x.at = a.again ? a.again : pool_midnight(x.p.x.rules, x.at);
    /* Its first instant belongs to the next day. */
    for (int i = 21; i < 41; i++)
        assert_int_equal(open_one("stf_ann", pools_id(i), 60, &a), BINDING_YES);
    assert_int_equal(open_one("stf_ann", pools_id(41), 60, &a), BINDING_LIMIT);
}

static void it_ends_by_whom_it_concerns(void **state)
{
    struct binding_answer a;
    assert_int_equal(open_one("stf_ann", "per_lin", 40, &a), BINDING_YES);
    assert_int_equal(open_one("stf_ann", "per_shi", 40, &a), BINDING_YES);
    assert_int_equal(open_one("stf_sue", "per_xue", 40, &a), BINDING_YES);
    assert_int_equal(end_all(&(struct binding_which){.staff = STR("stf_mia")}, "left"), 0);
    assert_int_equal(
        end_all(&(struct binding_which){.person = STR("per_xue"), .organisation = STR("org_other")},
                "refused"),
        0);
    assert_int_equal(
        end_all(&(struct binding_which){.person = STR("per_xue"), .organisation = STR("org_north")},
                "refused"),
        1);
    facts_expect(&x.p.x, "SELECT why FROM bindings WHERE person = 'per_xue'", "refused");
    assert_int_equal(end_all(&(struct binding_which){.staff = STR("stf_ann")}, "left"), 2);
    assert_int_equal(end_all(&(struct binding_which){.staff = STR("stf_ann")}, "left"), 0);
    facts_expect(&x.p.x, "SELECT count(*) FROM journal WHERE kind = 'bindings'", "6");
}

static void it_ends_with_whoever_leaves_and_with_a_freeze(void **state)
{
    struct binding_answer a;
    static struct fact_row row;
    int64_t seq = 0;
    const struct pool_work w = pools_work(&x, "stf_mia");
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(STR("per_shi"))};
    assert_int_equal(open_one("stf_ann", "per_lin", 40, &a), BINDING_YES);
    assert_int_equal(open_one("stf_sue", "per_shi", 40, &a), BINDING_YES);
    must(store_begin(x.p.x.f.s, &problem));
    must(departure_run(&w, STR("stf_ann"), &seq, &problem));
    must(fact_find(x.p.x.f.s, &member_kind, key, &row, &problem));
    must(freeze_put(&w, row.v, &problem));
    must(store_commit(x.p.x.f.s, &problem));
    assert_true(seq > 0);
    facts_expect(&x.p.x, "SELECT why FROM bindings WHERE person = 'per_lin'", "left");
    facts_expect(&x.p.x, "SELECT why FROM bindings WHERE person = 'per_shi'", "frozen");
}

static void what_is_over_is_swept_once(void **state)
{
    struct binding_answer a;
    unsigned ended;
    int64_t seq = 0;
    assert_int_equal(open_one("stf_ann", "per_lin", 8, &a), BINDING_YES);
    x.at += HOUR * WHEN_SECOND - 1;
    struct fact_origin o = by("menshen");
    must(binding_expire(x.p.x.f.s, &o, &ended, &seq, &problem));
    assert_int_equal(ended, 0);
    o.at++;
    for (unsigned i = 0; i < 2; i++) {
        must(binding_expire(x.p.x.f.s, &o, &ended, &seq, &problem));
        assert_int_equal(ended, 1 - i);
    }
    facts_expect(&x.p.x, "SELECT status FROM bindings", "expired");
}

static bool take_states(void *to, const struct value *row)
{
    char *out = to;
    const when until = row[BINDING_EXPIRES_AT].i;
    snprintf(out, 32, "%s %s", binding_state(row, until - 1), binding_state(row, until));
    return true;
}

/* Swept late it ended all the same when its time was over, and rests from then. */
static void it_is_over_when_it_says_so(void **state)
{
    struct binding_answer a;
    char states[32] = "", over[32];
    unsigned ended;
    int64_t seq = 0;
    assert_int_equal(open_one("stf_ann", "per_lin", 8, &a), BINDING_YES);
    snprintf(over, sizeof over, "%lld", (long long)(x.at + HOUR * WHEN_SECOND));
    must(binding_list(x.p.x.f.s, &(struct binding_which){.id = str_of(a.id)}, 1, take_states,
                      states, &problem));
    assert_string_equal(states, "open expired");
    x.at += 5 * HOUR * WHEN_SECOND;
    const struct fact_origin o = by("menshen");
    must(binding_expire(x.p.x.f.s, &o, &ended, &seq, &problem));
    facts_expect(&x.p.x, "SELECT closed_at FROM bindings", over);
}

/* Eight at once, for eight members, with eight numbers; then for one member. */
enum { RACERS = 8 };
struct racer {
    struct store *store;
    pthread_barrier_t *barrier;
    char person[16], staff[16];
    struct binding_answer answer;
    bool failed;
};

static void *race(void *to)
{
    struct racer *r = to;
    struct problem problem = {.text = ""};
    struct binding_terms t = terms_of(r->staff, r->person);
    const struct fact_origin o = by(r->staff);
    pthread_barrier_wait(r->barrier);
    r->answer.no = BINDING_TAKEN;
    for (int i = 0; r->answer.no == BINDING_TAKEN && i < 4 * BINDING_TRIES && !r->failed; i++) {
        if (choose(r->store, &t, RACERS, &r->answer) != BINDING_YES)
            break;
        t.relay = r->answer.relay;
        r->failed = binding_open(r->store, &t, STR("rec_1"), &o, &r->answer, &problem) != OK;
    }
    return NULL;
}

static void run_race(struct racer r[static RACERS], bool one_member)
{
    pthread_t thread[RACERS];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, RACERS);
    for (int i = 0; i < RACERS; i++) {
        r[i] = (struct racer){.store = fixture_connect(&x.p.x.f), .barrier = &barrier};
        snprintf(r[i].person, sizeof r[i].person, "%s", pools_id(one_member ? RACERS : i));
        snprintf(r[i].staff, sizeof r[i].staff, "stf_r%d", i);
        assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(thread[i], NULL);
        store_close(r[i].store);
        assert_false(r[i].failed);
    }
    pthread_barrier_destroy(&barrier);
}

static void of_eight_at_once_each_gets_a_number_of_his_own(void **state)
{
    static struct racer r[RACERS];
    pools_crowd(&x, RACERS + 1);
    run_race(r, false);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(r[i].answer.no, BINDING_YES);
    facts_expect(&x.p.x, "SELECT count(DISTINCT relay) FROM bindings WHERE status = 'open'", "8");
    assert_int_equal(end_all(&(struct binding_which){.id = STR("")}, "closed"), RACERS);
    x.at += 91 * WHEN_DAY;
    run_race(r, true);
    int won = 0, already = 0;
    for (int i = 0; i < RACERS; i++) {
        won += r[i].answer.no == BINDING_YES;
        already += r[i].answer.no == BINDING_ALREADY;
    }
    assert_int_equal(won, 1);
    assert_int_equal(already, RACERS - 1);
}

#define POOLS(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(POOLS(what_is_opened_is_a_fact_without_her_number),
          POOLS(she_has_one_with_a_legal_entity),
          POOLS(a_number_rests_before_it_serves_either_again),
          POOLS(what_came_between_choosing_and_opening_is_seen),
          POOLS(every_free_number_may_be_chosen_and_no_other), POOLS(a_day_has_twenty_of_one),
          POOLS(it_ends_by_whom_it_concerns), POOLS(it_ends_with_whoever_leaves_and_with_a_freeze),
          POOLS(what_is_over_is_swept_once), POOLS(it_is_over_when_it_says_so),
          POOLS(of_eight_at_once_each_gets_a_number_of_his_own))
