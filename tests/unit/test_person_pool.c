/* Claiming, releasing and handing on: who may, how often, and what is left behind. */
#include "pool_fixture.h"
#include "registry/certificate.h"

#include <pthread.h>

static struct pools x;

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

static void a_claim_changes_who_holds_her_and_is_in_the_journal(void **state)
{
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
    assert_string_equal(x.answer.owner, "stf_ann");
    assert_int_equal(x.answer.version, 2);
    assert_int_equal(x.answer.claimed_at, NOW);
    assert_int_equal(x.answer.returns_at, NOW + 7 * WHEN_DAY);
    assert_int_equal(x.answer.claims_left, 4);
    assert_owner(&x, "per_lin", "stf_ann");
    assert_string_equal(pools_member(&x, "per_lin", "pool_since"), "NULL");
    assert_string_equal(pools_member(&x, "per_lin", "pool"), "store");
    char seq[32];
    snprintf(seq, sizeof seq, "%lld", (long long)x.answer.seq);
    facts_expect(&x.p.x, "SELECT max(seq) FROM journal", seq);
    facts_expect(&x.p.x,
                 "SELECT actor FROM journal WHERE kind = 'persons' ORDER BY seq DESC LIMIT 1",
                 "stf_ann");
}

static void the_journal_says_what_the_table_says(void **state)
{
    static struct fact_row row, told;
    char payload[512] = "";
    pools_claim(&x, "stf_ann", "per_lin");
    pools_release(&x, "stf_ann", "per_lin", "city");
    must(
        store_run(x.p.x.f.s,
                  "SELECT payload FROM journal WHERE subject = 'per_lin' ORDER BY seq DESC LIMIT 1",
                  NULL, 0, facts_take_text, payload, &problem));
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(STR("per_lin"))};
    must(fact_find(x.p.x.f.s, &member_kind, key, &row, &problem));
    assert_int_equal(fact_decode(&member_kind, str_of(payload), &told), OK);
    assert_true(fact_same(&member_kind, row.v, told.v));
}

static void nobody_else_is_told_apart(void **state)
{
    static const char *const persons[] = {"per_far", "per_none", "org_house", ""};
    pools_do(&x, "UPDATE members SET status = 'erased' WHERE id = 'per_xue'");
    for (size_t i = 0; i < sizeof persons / sizeof *persons; i++) {
        assert_string_equal(pools_claim(&x, "stf_ann", persons[i]), "not-found");
        assert_string_equal(pools_release(&x, "stf_ann", persons[i], ""), "not-found");
        assert_string_equal(pools_transfer(&x, "stf_mia", persons[i], "stf_bea"), "not-found");
        assert_string_equal(pools_follow(&x, "stf_ann", persons[i], "call", "reached", 0),
                            "not-found");
    }
    assert_string_equal(pools_claim(&x, "stf_sue", "per_xue"), "not-found");
    assert_string_equal(pools_claim(&x, "stf_far", "per_lin"), "not-found");
}

static void a_pool_is_for_its_store_or_for_the_city(void **state)
{
    assert_string_equal(pools_claim(&x, "stf_sue", "per_lin"), "other-store");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_out"), "not-in-pool");
    assert_string_equal(pools_claim(&x, "stf_mia", "per_lin"), "done");
    assert_string_equal(pools_claim(&x, "stf_sue", "per_shi"), "done");
}

/* Each precondition of the table. */

static void a_certificate_is_valid_on_its_last_day(void **state)
{
    assert_string_equal(pools_claim(&x, "stf_old", "per_lin"), "certificate-invalid");
    assert_string_equal(pools_claim(&x, "stf_new", "per_lin"), "certificate-invalid");
    must(when_parse(STR("2026-01-31T23:59:59+08:00"), 480, &x.at, NULL));
    assert_string_equal(pools_claim(&x, "stf_old", "per_lin"), "done");
    x.at += WHEN_SECOND;
    assert_string_equal(pools_claim(&x, "stf_old", "per_shi"), "certificate-invalid");
}

static void a_suspended_store_claims_nobody(void **state)
{
    static const char *const organisations[] = {"org_north", "org_house"};
    for (size_t i = 0; i < 2; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "UPDATE organisations SET status = 'suspended' WHERE id = '%s'",
                 organisations[i]);
        pools_do(&x, sql);
        assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "organisation-suspended");
        pools_do(&x, "UPDATE organisations SET status = 'active'");
    }
    pools_do(&x, "INSERT INTO orders (id, subject, act, \"from\", \"by\", reason) VALUES "
                 "('ord_1', 'org_north', 'suspend', 1, 'stf_x', 'r')");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "organisation-suspended");
    pools_do(&x, "INSERT INTO orders (id, subject, act, \"from\", \"by\", reason) VALUES "
                 "('ord_2', 'org_north', 'restore', 2, 'stf_x', 'r')");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
}

static void without_consent_she_is_not_claimed_unless_the_house_says_so(void **state)
{
    pools_do(&x, "UPDATE members SET protected_until = 1 WHERE id = 'per_lin'"); /* came in here */
    assert_string_equal(pools_claim_as(&x, "stf_ann", "per_lin", false), "not-shared");
    pools_set(&x, "org_house", POOL_CLAIM_NEEDS_CONSENT, 0);
    assert_string_equal(pools_claim_as(&x, "stf_ann", "per_lin", false), "done");
}

static void who_came_from_another_system_is_claimed_at_once(void **state)
{
    pools_set(&x, "org_house", POOL_CLAIM_NEEDS_CONSENT, 2);
    assert_string_equal(pools_claim_as(&x, "stf_ann", "per_lin", false), "not-shared");
    pools_set(&x, "org_house", POOL_CLAIM_NEEDS_CONSENT, 1);
    assert_string_equal(pools_claim_as(&x, "stf_ann", "per_lin", false), "done");
}

static void a_new_member_is_protected_for_a_day_and_an_imported_one_is_not(void **state)
{
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE members SET protected_until = %lld WHERE id = 'per_lin'",
             (long long)(NOW + WHEN_DAY));
    pools_do(&x, sql);
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "protected");
    assert_int_equal(x.answer.until, NOW + WHEN_DAY);
    assert_string_equal(pools_claim(&x, "stf_ann", "per_shi"), "done");
    x.at = NOW + WHEN_DAY;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
}

static void a_former_owner_waits_a_week(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    x.at += WHEN_DAY;
    assert_string_equal(pools_release(&x, "stf_ann", "per_lin", ""), "done");
    x.at += 7 * WHEN_DAY - 1;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "cool-down");
    assert_int_equal(x.answer.until, NOW + 8 * WHEN_DAY);
    x.at++;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
}

static void two_cannot_take_turns_with_one_member(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_release(&x, "stf_ann", "per_lin", "");
    assert_string_equal(pools_claim(&x, "stf_bea", "per_lin"), "done");
    x.at += 6 * WHEN_DAY + 23 * WHEN_HOUR;
    pools_release(&x, "stf_bea", "per_lin", "");
    x.at += 2 * WHEN_HOUR; /* over seven days since Ann's own */
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "cool-down");
    /* Whose claim ended more than thirty days ago is no former owner any more. */
    pools_do(&x,
             "UPDATE claims SET ended_at = ended_at - 2592000000000000 WHERE staff = 'stf_ann'");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
}

static void as_many_as_one_may_hold_without_those_under_contract(void **state)
{
    pools_set(&x, "org_house", POOL_CAPACITY, 2);
    pools_crowd(&x, 4);
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(0)), "done");
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(1)), "done");
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(2)), "capacity");
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE members SET contract_until = %lld WHERE id = 'per_0000'",
             (long long)(NOW + WHEN_DAY));
    pools_do(&x, sql);
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(2)), "done");
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(3)), "capacity");
}

static void the_day_of_the_claims_ends_at_midnight_in_shanghai(void **state)
{
    pools_crowd(&x, 7);
    must(when_parse(STR("2026-11-21T23:59:59+08:00"), 480, &x.at, NULL));
    for (int i = 0; i < 5; i++)
        assert_string_equal(pools_claim(&x, "stf_ann", pools_id(i)), "done");
    assert_int_equal(x.answer.claims_left, 0);
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(5)), "claim-limit");
    assert_int_equal(x.answer.until, x.at + WHEN_SECOND);
    x.at += WHEN_SECOND;
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(5)), "done");
    assert_int_equal(x.answer.claims_left, 4);
}

static void a_manager_hands_on_within_the_legal_entity(void **state)
{
    pools_claim(&x, "stf_ann", "per_shi");
    x.at += WHEN_HOUR;
    assert_string_equal(pools_transfer(&x, "stf_bea", "per_shi", "stf_sue"), "not-owner");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_lin", "stf_sue"), "not-claimed");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_far"), "no-such-staff");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_kay"), "no-such-staff");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_none"), "no-such-staff");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_ann"), "already-claimed");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_old"), "certificate-invalid");
    assert_owner(&x, "per_shi", "stf_ann");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_sue"), "done");
    assert_string_equal(x.answer.owner, "stf_sue");
    assert_int_equal(x.answer.version, 3);
    assert_int_equal(x.answer.claimed_at, x.at);
    facts_expect(&x.p.x, "SELECT why FROM claims WHERE staff = 'stf_ann'", "transferred");
    facts_expect(&x.p.x, "SELECT how FROM claims WHERE staff = 'stf_sue'", "transfer");
    /* Not back at once, and not over what one may hold. */
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_ann"), "cool-down");
    pools_set(&x, "org_house", POOL_CAPACITY, 1);
    pools_crowd(&x, 1);
    pools_claim(&x, "stf_bea", pools_id(0));
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_shi", "stf_bea"), "capacity");
}

static void the_owner_or_a_manager_gives_back(void **state)
{
    assert_string_equal(pools_release(&x, "stf_ann", "per_lin", ""), "not-claimed");
    pools_claim(&x, "stf_ann", "per_lin");
    assert_string_equal(pools_release(&x, "stf_bea", "per_lin", ""), "not-owner");
    x.at += WHEN_HOUR;
    assert_string_equal(pools_release(&x, "stf_mia", "per_lin", "city"), "done");
    assert_string_equal(x.answer.owner, "");
    assert_int_equal(x.answer.returns_at, 0);
    assert_owner(&x, "per_lin", "NULL");
    assert_string_equal(pools_member(&x, "per_lin", "pool"), "city");
    char since[32];
    snprintf(since, sizeof since, "%lld", (long long)x.at);
    assert_string_equal(pools_member(&x, "per_lin", "pool_since"), since);
    /* The reason is hers too: sealed. */
    facts_expect(&x.p.x, "SELECT kind FROM followups WHERE person = 'per_lin'", "release");
    assert_false(!fixture_is_postgres() && persons_on_disk(&x.p, "Suzhou"));
}

/* Overrides ---------------------------------------------------------------------------------- */

static const char *say(const char *who, const char *lifts, bool *agreed)
{
    const struct pool_work w = pools_work(&x, who);
    const struct override o = {STR("per_lin"), STR("stf_ann"), str_of(lifts), STR("member-asked")};
    must(override_say(&w, &o, agreed, &x.answer, &problem));
    return pool_word(x.answer.no);
}

static void two_persons_lift_a_limit_once(void **state)
{
    bool agreed;
    pools_claim(&x, "stf_ann", "per_lin");
    pools_release(&x, "stf_ann", "per_lin", "");
    x.at += WHEN_HOUR;
    assert_string_equal(say("stf_mia", "cool-down", &agreed), "done");
    assert_false(agreed);
    assert_string_equal(say("stf_mia", "cool-down", &agreed), "done");
    assert_false(agreed);
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "cool-down");
    assert_string_equal(say("stf_kay", "cool-down", &agreed), "done");
    assert_true(agreed);
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
    facts_expect(&x.p.x,
                 "SELECT count(*) FROM journal WHERE kind = 'overrides' AND subject = "
                 "'per_lin/stf_ann/cool-down'",
                 "3");
    pools_release(&x, "stf_ann", "per_lin", "");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "cool-down");
}

static void an_override_is_for_others_and_for_a_day(void **state)
{
    bool agreed;
    assert_string_equal(say("stf_ann", "cool-down", &agreed), "not-owner");
    assert_string_equal(say("stf_bea", "cool-down", &agreed), "not-owner");
    assert_string_equal(say("stf_far", "cool-down", &agreed), "not-found");
    pools_do(&x, "UPDATE staff SET role = 'manager' WHERE id = 'stf_ann'");
    assert_string_equal(say("stf_ann", "cool-down", &agreed), "second-person");
    pools_claim(&x, "stf_ann", "per_lin");
    pools_release(&x, "stf_ann", "per_lin", "");
    say("stf_mia", "cool-down", &agreed);
    x.at += WHEN_DAY;
    say("stf_kay", "cool-down", &agreed); /* too late: she is the first again */
    assert_false(agreed);
    say("stf_mia", "cool-down", &agreed);
    assert_true(agreed);
    x.at += WHEN_DAY;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "cool-down");
}

static void what_protects_her_nobody_lifts(void **state)
{
    pools_set(&x, "org_house", POOL_CLAIM_NEEDS_CONSENT, 2);
    static const char *const lifts[] = {"frozen", "not-shared", "certificate-invalid",
                                        "organisation-suspended", "already-claimed"};
    for (size_t i = 0; i < sizeof lifts / sizeof *lifts; i++) {
        struct str words = STR(OVERRIDE_LIFTS), word;
        while (str_split(&words, ' ', &word))
            assert_false(str_eq(word, str_of(lifts[i])));
    }
    /* Even if the store says otherwise. */
    pools_do(&x, "INSERT INTO overrides (person, staff, lifts, reason, first, first_at, second, "
                 "second_at) VALUES ('per_lin', 'stf_ann', 'not-shared', 'mistake', 'stf_mia', 1, "
                 "'stf_kay', 9000000000000000000)");
    assert_string_equal(pools_claim_as(&x, "stf_ann", "per_lin", false), "not-shared");
}

/* The defects seen in other CRMs, by their number in the list -----------------------------------
 */

static void defect_2_the_day_counts_claims_and_not_who_is_held(void **state)
{
    pools_crowd(&x, 6);
    for (int i = 0; i < 5; i++) {
        assert_string_equal(pools_claim(&x, "stf_ann", pools_id(i)), "done");
        assert_string_equal(pools_release(&x, "stf_ann", pools_id(i), ""), "done");
        x.at += WHEN_MINUTE;
    }
    assert_string_equal(pools_claim(&x, "stf_ann", pools_id(5)), "claim-limit");
}

enum { ROUNDS = 40, CLAIMERS = 2 };

struct claimer {
    struct store *store;
    const char *staff[2]; /* each for half of the rounds: a day has twenty claims */
    pthread_barrier_t *barrier;
    int won[ROUNDS], lost[ROUNDS];
};

static void *race(void *to)
{
    struct claimer *c = to;
    for (int i = 0; i < ROUNDS; i++) {
        char id[16];
        struct pool_answer answer;
        struct problem problem = {.text = ""};
        struct pool_work w = pools_work(&x, c->staff[i / (ROUNDS / 2)]);
        w.store = c->store;
        snprintf(id, sizeof id, "per_%04d", i);
        pthread_barrier_wait(c->barrier);
        if (claim_take(&w, str_of(id), true, &answer, &problem) != OK)
            continue;
        c->won[i] = answer.no == POOL_YES;
        c->lost[i] = answer.no == POOL_CLAIMED;
    }
    return NULL;
}

static void defect_3_of_two_at_the_same_instant_one_wins(void **state)
{
    static struct claimer c[CLAIMERS];
    pthread_t thread[CLAIMERS];
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, CLAIMERS);
    pools_set(&x, "org_house", POOL_CLAIMS_PER_DAY, 20);
    pools_crowd(&x, ROUNDS);
    memset(c, 0, sizeof c);
    for (int i = 0; i < CLAIMERS; i++) {
        c[i].store = fixture_connect(&x.p.x.f);
        c[i].staff[0] = i == 0 ? "stf_ann" : "stf_bea";
        c[i].staff[1] = i == 0 ? "stf_sue" : "stf_mia";
        c[i].barrier = &barrier;
        assert_int_equal(pthread_create(&thread[i], NULL, race, &c[i]), 0);
    }
    for (int i = 0; i < CLAIMERS; i++) {
        pthread_join(thread[i], NULL);
        store_close(c[i].store);
    }
    pthread_barrier_destroy(&barrier);
    for (int i = 0; i < ROUNDS; i++) {
        assert_int_equal(c[0].won[i] + c[1].won[i], 1);
        assert_int_equal(c[0].lost[i] + c[1].lost[i], 1);
    }
    facts_expect(&x.p.x, "SELECT count(*) FROM claims", "40");
}

static void defect_6_a_refused_claim_uses_up_nothing(void **state)
{
    pools_set(&x, "org_house", POOL_CLAIM_NEEDS_CONSENT, 2);
    pools_claim(&x, "stf_bea", "per_lin");
    const int64_t before = fixture_int(x.p.x.f.s, "SELECT max(seq) FROM journal");
    for (int i = 0; i < 8; i++) {
        assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "already-claimed");
        assert_string_equal(pools_claim(&x, "stf_ann", "per_out"), "not-in-pool");
        assert_string_equal(pools_claim_as(&x, "stf_ann", "per_shi", false), "not-shared");
    }
    assert_int_equal(fixture_int(x.p.x.f.s, "SELECT max(seq) FROM journal"), before);
    facts_expect(&x.p.x, "SELECT count(*) FROM claims WHERE staff = 'stf_ann'", "0");
    assert_string_equal(pools_claim(&x, "stf_ann", "per_shi"), "done");
    assert_int_equal(x.answer.claims_left, 4);
}

static void defect_7_no_role_is_above_a_limit(void **state)
{
    static const char *const roles[] = {"manager", "compliance", "officer", "approver", "operator"};
    pools_crowd(&x, 6);
    for (int i = 0; i < 5; i++)
        assert_string_equal(pools_claim(&x, "stf_mia", pools_id(i)), "done");
    assert_string_equal(pools_claim(&x, "stf_mia", pools_id(5)), "claim-limit");
    for (size_t i = 1; i < sizeof roles / sizeof *roles; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "UPDATE staff SET role = '%s' WHERE id = 'stf_mia'", roles[i]);
        pools_do(&x, sql);
        assert_string_equal(pools_claim(&x, "stf_mia", pools_id(5)), "no-such-staff");
    }
}

static const char *place(const char *staff, const char *person, const char *store)
{
    static struct fact_row row;
    const struct pool_work w = pools_work(&x, staff);
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(str_of(person))};
    enum pool_no no;
    must(fact_find(x.p.x.f.s, &member_kind, key, &row, &problem));
    must(claim_may_place(&w, &row, str_of(store), &no, &problem));
    return pool_word(no);
}

static void a_manager_puts_elsewhere_whom_nobody_holds(void **state)
{
    assert_string_equal(place("stf_mia", "per_lin", "org_south"), "done");
    assert_string_equal(place("stf_mia", "per_lin", ""), "done");
    assert_string_equal(place("stf_kay", "per_lin", "org_south"), "not-owner");
    assert_string_equal(place("stf_ann", "per_lin", "org_south"), "not-owner");
    pools_claim(&x, "stf_ann", "per_lin");
    assert_string_equal(place("stf_mia", "per_lin", "org_south"), "already-claimed");
    pools_do(&x, "UPDATE organisations SET status = 'suspended' WHERE id = 'org_south'");
    assert_string_equal(place("stf_mia", "per_shi", "org_south"), "organisation-suspended");
    assert_string_equal(place("stf_mia", "per_shi", "org_north"), "done");
}

/* A window that ends before it begins lets nothing ring, or everything. */
static void defect_9_every_calling_window_is_open_at_some_time(void **state)
{
    const struct rules *r = x.p.x.rules;
    for (size_t i = 0; i < rules_entries(r, RULES_PROFILE); i++) {
        const struct call_profile *p = rules_entry(r, RULES_PROFILE, i);
        assert_true(p->hours.count > 0);
        for (unsigned k = 0; k < p->hours.count; k++) {
            assert_in_range(p->hours.window[k].from_s, 0, 86399);
            assert_true(p->hours.window[k].until_s > p->hours.window[k].from_s);
            assert_true(p->hours.window[k].until_s <= 86400);
        }
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, stop)

/* The same instant as at the two doors of the gate. */
static void a_claim_takes_a_certificate_until_its_last_second(void **state)
{
    const struct fact_origin origin = {.node = STR("n1"), .actor = STR("stf_exa"), .at = x.at};
    const when until = x.at + WHEN_HOUR;
    int64_t seq;
    const struct value row[CERTIFICATE_COLUMNS] = {
        [CERTIFICATE_ID] = value_text(STR("SMA-1")),
        [CERTIFICATE_PRACTITIONER] = value_text(STR("prc_1")),
        [CERTIFICATE_STAFF] = value_text(STR("stf_ann")),
        [CERTIFICATE_COURSE] = value_text(STR("c")),
        [CERTIFICATE_EXAM] = value_text(STR("exm_1")),
        [CERTIFICATE_SCORE] = value_int(80),
        [CERTIFICATE_ISSUED_AT] = value_int(x.at),
        [CERTIFICATE_ISSUED_BY] = value_text(STR("stf_exa")),
        [CERTIFICATE_UNTIL] = value_int(until),
        [CERTIFICATE_STATUS] = value_text(STR("valid")),
        [CERTIFICATE_FROM] = value_int(x.at),
        [CERTIFICATE_BY] = value_text(STR("stf_exa")),
    };
    must(store_begin(x.p.x.f.s, &problem));
    must(fact_write(x.p.x.f.s, &certificate_kind, row, origin.node, origin.actor, origin.at, &seq,
                    &problem));
    must(store_commit(x.p.x.f.s, &problem));
    x.at = until;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "certificate-invalid");
    x.at = until - 1;
    assert_string_equal(pools_claim(&x, "stf_ann", "per_lin"), "done");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_claim_changes_who_holds_her_and_is_in_the_journal),
        test(the_journal_says_what_the_table_says),
        test(nobody_else_is_told_apart),
        test(a_pool_is_for_its_store_or_for_the_city),
        test(a_certificate_is_valid_on_its_last_day),
        test(a_suspended_store_claims_nobody),
        test(without_consent_she_is_not_claimed_unless_the_house_says_so),
        test(who_came_from_another_system_is_claimed_at_once),
        test(a_new_member_is_protected_for_a_day_and_an_imported_one_is_not),
        test(a_former_owner_waits_a_week),
        test(two_cannot_take_turns_with_one_member),
        test(as_many_as_one_may_hold_without_those_under_contract),
        test(the_day_of_the_claims_ends_at_midnight_in_shanghai),
        test(a_manager_hands_on_within_the_legal_entity),
        test(a_manager_puts_elsewhere_whom_nobody_holds),
        test(the_owner_or_a_manager_gives_back),
        test(two_persons_lift_a_limit_once),
        test(an_override_is_for_others_and_for_a_day),
        test(what_protects_her_nobody_lifts),
        test(defect_2_the_day_counts_claims_and_not_who_is_held),
        test(defect_3_of_two_at_the_same_instant_one_wins),
        test(defect_6_a_refused_claim_uses_up_nothing),
        test(defect_7_no_role_is_above_a_limit),
        test(defect_9_every_calling_window_is_open_at_some_time),
        test(a_claim_takes_a_certificate_until_its_last_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
