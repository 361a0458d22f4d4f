/* What is done with a claimed member, and how a claim ends by itself. */
#include "person/pool_view.h"
#include "pool_fixture.h"

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

static struct fact_row row;

static void read_row(const char *person)
{
    const struct value key[MEMBER_COLUMNS] = {[MEMBER_ID] = value_text(str_of(person))};
    must(fact_find(x.p.x.f.s, &member_kind, key, &row, &problem));
}

static enum pool_due due(const char *person)
{
    struct pool_settings s;
    must(pool_rule_read(x.p.x.f.s, STR("org_house"), &s, &problem));
    read_row(person);
    return pool_due(row.v, &s, x.at);
}

static void pain_7_a_first_follow_up_is_due_on_days_3_5_and_7(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    x.at = NOW + 3 * WHEN_DAY - 1;
    assert_int_equal(due("per_lin"), POOL_NOTHING_DUE);
    x.at = NOW + 3 * WHEN_DAY;
    assert_int_equal(due("per_lin"), POOL_REMIND);
    x.at = NOW + 5 * WHEN_DAY;
    assert_int_equal(due("per_lin"), POOL_COPY);
    x.at = NOW + 7 * WHEN_DAY - 1;
    assert_int_equal(pools_recycle(&x).returned, 0);
    x.at = NOW + 7 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 1);
    assert_owner(&x, "per_lin", "NULL");
    facts_expect(&x.p.x, "SELECT why FROM claims", "no-first-follow-up");
    facts_expect(&x.p.x, "SELECT actor FROM journal ORDER BY seq DESC LIMIT 1", "pool");
}

static void pain_7_the_clock_runs_fifteen_days_from_a_follow_up(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    x.at = NOW + 6 * WHEN_DAY;
    assert_string_equal(pools_follow(&x, "stf_ann", "per_lin", "call", "reached", 0), "done");
    assert_int_equal(x.answer.returns_at, NOW + 21 * WHEN_DAY);
    assert_int_equal(due("per_lin"), POOL_NOTHING_DUE);
    x.at = NOW + 21 * WHEN_DAY - 1;
    assert_int_equal(pools_recycle(&x).returned, 0);
    x.at++;
    assert_int_equal(pools_recycle(&x).returned, 1);
    facts_expect(&x.p.x, "SELECT why FROM claims", "recycled");
}

static void what_does_not_reach_her_does_not_wind_the_clock(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    x.at = NOW + 6 * WHEN_DAY;
    pools_follow(&x, "stf_ann", "per_lin", "call", "no-answer", 0);
    pools_follow(&x, "stf_ann", "per_lin", "note", "reached", 0);
    pools_follow(&x, "stf_ann", "per_lin", "note", "noted", 0);
    assert_int_equal(x.answer.returns_at, NOW + 7 * WHEN_DAY);
    x.at = NOW + 7 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 1);
}

static void pain_7_whoever_has_a_contract_stays_until_ninety_days_after_it(void **state)
{
    char sql[200];
    pools_claim(&x, "stf_ann", "per_lin");
    snprintf(sql, sizeof sql, "UPDATE members SET contract_until = %lld WHERE id = 'per_lin'",
             (long long)(NOW + 100 * WHEN_DAY));
    pools_do(&x, sql);
    x.at = NOW + 190 * WHEN_DAY - 1;
    assert_int_equal(pools_recycle(&x).returned, 0);
    x.at++;
    assert_int_equal(pools_recycle(&x).returned, 1);
}

static void a_store_recycles_by_its_own_settings(void **state)
{
    pools_set(&x, "org_house", POOL_RECYCLE_DAYS, 30);
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "meeting", "introduced", 0);
    assert_int_equal(x.answer.returns_at, NOW + 30 * WHEN_DAY);
}

static bool take_return(void *to, const struct pool_return *r)
{
    char *out = to;
    snprintf(out + strlen(out), 200 - strlen(out), "%.*s %.*s;", (int)r->person.n, r->person.p,
             (int)r->why.n, r->why.p);
    return true;
}

static const char *returned_to(const char *staff)
{
    static char out[200];
    const struct pool_work w = pools_work(&x, staff);
    out[0] = '\0';
    must(pool_view_returns(&w, take_return, out, &problem));
    return out;
}

static void who_lost_a_member_is_told_why_while_nobody_holds_her(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_claim(&x, "stf_ann", "per_shi");
    pools_follow(&x, "stf_ann", "per_shi", "call", "reached", 0);
    x.at = NOW + 7 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 1);
    x.at = NOW + 15 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 1);
    assert_string_equal(returned_to("stf_ann"), "per_shi recycled;per_lin no-first-follow-up;");
    assert_string_equal(returned_to("stf_bea"), "");
    assert_string_equal(pools_claim(&x, "stf_bea", "per_lin"), "done");
    assert_string_equal(returned_to("stf_ann"), "per_shi recycled;");
    /* Who wants no contact stands nowhere. */
    char sql[120];
    snprintf(sql, sizeof sql, "UPDATE members SET frozen_until = %lld WHERE id = 'per_shi'",
             (long long)(x.at + WHEN_DAY));
    pools_do(&x, sql);
    assert_string_equal(returned_to("stf_ann"), "");
    x.at += POOL_RETURN_DAYS * WHEN_DAY;
    assert_string_equal(returned_to("stf_ann"), "");
}

/* Leaving ------------------------------------------------------------------------------------ */

static void leaving_ends_every_claim_at_once(void **state)
{
    static const char *const statuses[] = {"left", "suspended", "closed"};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct recycle_result r = {.seen = 0};
        char sql[100];
        const char *person = i == 0 ? "per_lin" : i == 1 ? "per_shi" : "per_xue";
        const char *staff = i == 0 ? "stf_ann" : i == 1 ? "stf_bea" : "stf_sue";
        assert_string_equal(pools_claim(&x, staff, person), "done");
        const struct pool_work w = pools_work(&x, "pool");
        must(recycle_leavers(&w, &r, &problem));
        assert_int_equal(r.returned, 0);
        snprintf(sql, sizeof sql, "UPDATE staff SET status = '%s' WHERE id = '%s'", statuses[i],
                 staff);
        pools_do(&x, sql);
        must(recycle_leavers(&w, &r, &problem));
        assert_int_equal(r.returned, 1);
        assert_owner(&x, person, "NULL");
    }
    facts_expect(&x.p.x, "SELECT count(*) FROM claims WHERE why = 'staff-left'", "3");
}

static void an_owner_whom_nobody_knows_holds_nobody(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_do(&x, "DELETE FROM staff WHERE id = 'stf_ann'");
    assert_int_equal(pools_recycle(&x).returned, 1);
}

/* "Do not contact" --------------------------------------------------------------------------- */

static void who_refuses_contact_is_frozen_for_all(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    x.at += WHEN_HOUR;
    assert_string_equal(pools_follow(&x, "stf_ann", "per_lin", "call", "refuses-contact", 0),
                        "done");
    assert_owner(&x, "per_lin", "NULL");
    char until[32];
    snprintf(until, sizeof until, "%lld", (long long)(x.at + 180 * WHEN_DAY));
    assert_string_equal(pools_member(&x, "per_lin", "frozen_until"), until);
    assert_string_equal(pools_claim(&x, "stf_bea", "per_lin"), "frozen");
    assert_string_equal(pools_claim(&x, "stf_mia", "per_lin"), "frozen");
    assert_int_equal(x.answer.until, x.at + 180 * WHEN_DAY);
    x.at += 180 * WHEN_DAY;
    assert_string_equal(pools_claim(&x, "stf_bea", "per_lin"), "done");
}

static void her_refusal_stops_calls_too(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "call", "refuses-contact", 0);
    facts_expect(&x.p.x, "SELECT organisation FROM refusals WHERE number = 8613800138000",
                 "org_house");
    facts_expect(&x.p.x, "SELECT count(*) FROM journal WHERE kind = 'refusals'", "1");
}

static void nothing_later_overwrites_a_refusal(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "call", "refuses-contact", 0);
    char until[64];
    snprintf(until, sizeof until, "%s", pools_member(&x, "per_lin", "frozen_until"));
    x.at += WHEN_DAY;
    assert_string_equal(pools_follow(&x, "stf_ann", "per_lin", "call", "reached", 0), "not-owner");
    assert_string_equal(pools_follow(&x, "stf_mia", "per_lin", "call", "reached", 0), "not-owner");
    assert_string_equal(pools_follow(&x, "stf_mia", "per_lin", "note", "noted", 0), "done");
    facts_must(&x.p.x, &member_kind,
               "id,organisation,store,number,name,pool\n"
               "per_lin,org_house,org_north,13800138000,Lin,city\n");
    pools_recycle(&x);
    assert_string_equal(pools_member(&x, "per_lin", "frozen_until"), until);
    /* Said again it lasts longer, never shorter. */
    pools_do(&x, "UPDATE members SET frozen_until = frozen_until + 9000000000000000 WHERE id = "
                 "'per_lin'");
    snprintf(until, sizeof until, "%s", pools_member(&x, "per_lin", "frozen_until"));
    assert_string_equal(pools_follow(&x, "stf_kay", "per_lin", "note", "refuses-contact", 0),
                        "done");
    assert_string_equal(pools_member(&x, "per_lin", "frozen_until"), until);
}

static void a_frozen_one_who_is_still_held_is_not_contacted(void **state)
{
    char sql[200];
    pools_claim(&x, "stf_ann", "per_lin");
    snprintf(sql, sizeof sql, "UPDATE members SET frozen_until = %lld WHERE id = 'per_lin'",
             (long long)(NOW + WHEN_DAY));
    pools_do(&x, sql);
    assert_string_equal(pools_follow(&x, "stf_ann", "per_lin", "call", "reached", 0), "frozen");
    assert_string_equal(pools_transfer(&x, "stf_mia", "per_lin", "stf_bea"), "frozen");
    assert_string_equal(pools_follow(&x, "stf_ann", "per_lin", "note", "noted", 0), "done");
}

static void pain_7_only_she_lifts_it(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "call", "refuses-contact", 0);
    const struct pool_work w = pools_work(&x, "per_lin");
    must(freeze_lift(&w, STR("per_lin"), &x.answer, &problem));
    assert_int_equal(x.answer.no, POOL_YES);
    assert_string_equal(pools_claim(&x, "stf_bea", "per_lin"), "done");
    must(freeze_lift(&w, STR("per_none"), &x.answer, &problem));
    assert_int_equal(x.answer.no, POOL_ABSENT);
}

/* Notes -------------------------------------------------------------------------------------- */

static bool take_followup(void *to, const struct followup *f)
{
    char *out = to;
    snprintf(out + strlen(out), 1000 - strlen(out), "%.*s %.*s %.*s %.*s\n", STR_ARG(f->staff),
             STR_ARG(f->kind), STR_ARG(f->outcome), STR_ARG(f->note));
    return true;
}

static const char *followups(struct unwrap *keys)
{
    static char out[1000];
    struct pool_work w = pools_work(&x, "stf_ann");
    w.keys = keys;
    out[0] = '\0';
    must(followup_read(&w, STR("per_lin"), take_followup, out, &problem));
    return out;
}

static void notes_are_sealed_and_die_with_her_key(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "call", "no-answer", 0);
    x.at += WHEN_HOUR;
    pools_follow(&x, "stf_ann", "per_lin", "meeting", "reached", 0);
    assert_string_equal(followups(x.p.keys), "stf_ann meeting reached likes hiking in Anji\n"
                                             "stf_ann call no-answer likes hiking in Anji\n");
    assert_string_equal(followups(NULL), "stf_ann meeting reached \nstf_ann call no-answer \n");
    assert_false(!fixture_is_postgres() && persons_on_disk(&x.p, "hiking"));
    facts_expect(&x.p.x, "SELECT count(*) FROM journal WHERE payload LIKE '%hiking%'", "0");
    must(unwrap_erase(x.p.keys, STR("per_lin"), KEY_PROFILE, x.at, &problem));
    assert_string_equal(followups(x.p.keys), "stf_ann meeting reached \nstf_ann call no-answer \n");
}

static void others_record_only_that_she_refuses(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    assert_string_equal(pools_follow(&x, "stf_bea", "per_lin", "note", "noted", 0), "not-owner");
    assert_string_equal(pools_follow(&x, "stf_bea", "per_lin", "call", "refuses-contact", 0),
                        "not-owner");
    assert_string_equal(pools_follow(&x, "stf_kay", "per_lin", "call", "reached", 0), "not-owner");
    assert_string_equal(pools_follow(&x, "stf_kay", "per_lin", "call", "refuses-contact", 0),
                        "done");
    assert_owner(&x, "per_lin", "NULL");
}

/* The defects seen in other CRMs ------------------------------------------------------------- */

static void defect_5_the_job_counts_what_fails_and_goes_on(void **state)
{
    enum { MEMBERS = 250 }; /* more than two batches */
    pools_crowd(&x, MEMBERS);
    pools_do(&x, "UPDATE members SET owner = 'stf_ann', claimed_at = 1, pool_since = NULL WHERE "
                 "id LIKE 'per_0%'");
    /* An owner since nobody knows when: neither free by chance nor passed over in silence. */
    pools_do(&x, "UPDATE members SET claimed_at = NULL WHERE id = 'per_0007'");
    struct recycle_result r = pools_recycle(&x);
    assert_int_equal(r.seen, MEMBERS);
    assert_int_equal(r.returned, MEMBERS - 1);
    assert_int_equal(r.failed, 1);
    assert_non_null(strstr(r.first.text, "since when"));
    assert_owner(&x, "per_0007", "stf_ann");
    r = pools_recycle(&x);
    assert_int_equal(r.seen, 1);
    assert_int_equal(r.returned, 0);
}

static void defect_5_a_claim_that_changed_meanwhile_is_left_alone(void **state)
{
    bool ended;
    pools_claim(&x, "stf_ann", "per_lin");
    read_row("per_lin");
    x.at += WHEN_DAY;
    pools_follow(&x, "stf_ann", "per_lin", "call", "reached", 0);
    const struct pool_work w = pools_work(&x, "pool");
    must(pool_end(&w, row.v, STR(""), STR("recycled"), &ended, &problem));
    assert_false(ended);
    assert_owner(&x, "per_lin", "stf_ann");
}

static int64_t plans(void)
{
    return fixture_int(x.p.x.f.s, "SELECT count(*) FROM followups WHERE next_at IS NOT NULL");
}

static void defect_8_no_plan_points_at_a_member_in_a_pool(void **state)
{
    pools_claim(&x, "stf_ann", "per_lin");
    pools_follow(&x, "stf_ann", "per_lin", "call", "reached", x.at + 20 * WHEN_DAY);
    assert_int_equal(plans(), 1);
    x.at += 15 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 1);
    assert_int_equal(plans(), 0);

    pools_claim(&x, "stf_bea", "per_lin");
    pools_follow(&x, "stf_bea", "per_lin", "call", "reached", x.at + WHEN_DAY);
    pools_transfer(&x, "stf_mia", "per_lin", "stf_sue");
    assert_int_equal(plans(), 0);

    pools_follow(&x, "stf_sue", "per_lin", "call", "reached", x.at + WHEN_DAY);
    pools_release(&x, "stf_sue", "per_lin", "");
    assert_int_equal(plans(), 0);
}

static when returns_at(when claimed, struct value followed, when contract)
{
    struct pool_settings s;
    struct value v[MEMBER_COLUMNS] = {[MEMBER_OWNER] = value_text(STR("stf_ann")),
                                      [MEMBER_CLAIMED_AT] = value_int(claimed),
                                      [MEMBER_FOLLOWED_AT] = followed,
                                      [MEMBER_CONTRACT_UNTIL] =
                                          contract != 0 ? value_int(contract) : value_null()};
    must(pool_rule_read(x.p.x.f.s, STR("org_house"), &s, &problem));
    assert_int_equal(pool_due(v, &s, INT64_MIN), POOL_NOTHING_DUE);
    return pool_returns_at(v, &s);
}

static void a_claim_without_an_end_ends_never(void **state)
{
    const struct value none = value_null();
    assert_true(returns_at(NOW, none, WHEN_NEVER) == WHEN_NEVER);
    assert_true(returns_at(NOW, none, WHEN_NEVER - 90 * WHEN_DAY + 1) == WHEN_NEVER);
    assert_true(returns_at(NOW, none, WHEN_NEVER - 90 * WHEN_DAY - 1) == WHEN_NEVER - 1);
    assert_true(returns_at(NOW, value_int(WHEN_NEVER), 0) == WHEN_NEVER);
    assert_true(returns_at(WHEN_NEVER - 1, none, 0) == WHEN_NEVER);
    assert_true(returns_at(INT64_MIN, none, 0) == INT64_MIN + 7 * WHEN_DAY);
    pools_claim(&x, "stf_ann", "per_lin");
    pools_do(&x, "UPDATE members SET contract_until = 9223372036854775807 WHERE id = 'per_lin'");
    x.at = NOW + 4000 * WHEN_DAY;
    assert_int_equal(pools_recycle(&x).returned, 0);
    assert_owner(&x, "per_lin", "stf_ann");
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(pain_7_a_first_follow_up_is_due_on_days_3_5_and_7),
        test(pain_7_the_clock_runs_fifteen_days_from_a_follow_up),
        test(what_does_not_reach_her_does_not_wind_the_clock),
        test(pain_7_whoever_has_a_contract_stays_until_ninety_days_after_it),
        test(a_store_recycles_by_its_own_settings),
        test(who_lost_a_member_is_told_why_while_nobody_holds_her),
        test(a_claim_without_an_end_ends_never),
        test(leaving_ends_every_claim_at_once),
        test(an_owner_whom_nobody_knows_holds_nobody),
        test(who_refuses_contact_is_frozen_for_all),
        test(her_refusal_stops_calls_too),
        test(nothing_later_overwrites_a_refusal),
        test(a_frozen_one_who_is_still_held_is_not_contacted),
        test(pain_7_only_she_lifts_it),
        test(notes_are_sealed_and_die_with_her_key),
        test(others_record_only_that_she_refuses),
        test(defect_5_the_job_counts_what_fails_and_goes_on),
        test(defect_5_a_claim_that_changed_meanwhile_is_left_alone),
        test(defect_8_no_plan_points_at_a_member_in_a_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
