/* What ends with a member of staff who leaves: all of it in one transaction, or nothing. */
#include "person/departure.h"
#include "person/staff_file.h"
#include "pool_fixture.h"
#include "registry/session.h"
#include "registry/token.h"

static struct pools x;

static char session[SECRET_TEXT], other[SECRET_TEXT], token[TOKEN_TEXT];

static int start(void **state)
{
    pools_open(&x);
    struct store *s = x.p.x.f.s;
    must(session_new(s, STR("stf_ann"), x.at, session, &problem));
    must(session_new(s, STR("stf_bea"), x.at, other, &problem));
    const struct token_request r = {.subject = STR("stf_ann"),
                                    .scopes = STR("members"),
                                    .at = x.at,
                                    .until = WHEN_NEVER,
                                    .actor = STR("host:0"),
                                    .node = STR("n1")};
    must(token_mint(s, &r, token, &problem));
    must(token_mint(s, &r, token, &problem));
    pools_claim(&x, "stf_ann", "per_lin");
    pools_claim(&x, "stf_ann", "per_shi");
    pools_claim(&x, "stf_sue", "per_xue");
    pools_follow(&x, "stf_ann", "per_lin", "call", "reached", x.at + WHEN_DAY);
    return 0;
}

static int stop(void **state)
{
    pools_close(&x);
    return 0;
}

static int64_t leave(bool commit)
{
    const struct pool_work w = pools_work(&x, "stf_mia");
    int64_t seq = 0;
    must(store_begin(w.store, &problem));
    must(store_run(w.store, "UPDATE staff SET status = 'left' WHERE id = 'stf_ann'", NULL, 0, NULL,
                   NULL, &problem));
    must(departure_run(&w, STR("stf_ann"), &seq, &problem));
    if (commit)
        must(store_commit(w.store, &problem));
    else
        store_rollback(w.store);
    return seq;
}

static void sessions_tokens_claims_and_plans_end(void **state)
{
    struct subject who;
    bool stale;
    leave(true);
    facts_expect(&x.p.x, "SELECT count(*) FROM sessions", "1");
    assert_int_equal(session_find(x.p.x.f.s, NULL, str_of(session), x.at, &who, &stale, NULL),
                     ERR_NOT_FOUND);
    must(session_find(x.p.x.f.s, NULL, str_of(other), x.at, &who, &stale, NULL));
    facts_expect(&x.p.x, "SELECT count(*) FROM tokens", "0");
    facts_expect(&x.p.x,
                 "SELECT payload FROM journal WHERE kind = 'token' ORDER BY seq DESC LIMIT 1",
                 "{\"scopes\":0,\"until\":0}");
    facts_expect(&x.p.x, "SELECT count(*) FROM members WHERE owner = 'stf_ann'", "0");
    facts_expect(&x.p.x, "SELECT count(*) FROM claims WHERE why = 'staff-left'", "2");
    facts_expect(&x.p.x, "SELECT count(*) FROM followups WHERE next_at IS NOT NULL", "0");
}

/* By the one way in which HTTP and the import write a row. */
static void whoever_is_not_active_has_left(void **state)
{
    static const char *const words[] = {"suspended", "left", "closed"};
    const struct pool_work w = pools_work(&x, "stf_mia");
    const struct value key[STAFF_COLUMNS] = {[STAFF_ID] = value_text(STR("stf_ann"))};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct fact_row row;
        bool changed;
        int64_t seq = 0;
        must(session_new(x.p.x.f.s, STR("stf_ann"), x.at, session, &problem));
        must(fact_find(x.p.x.f.s, &staff_kind, key, &row, &problem));
        row.v[STAFF_STATUS] = value_text(str_of(words[i]));
        must(store_begin(x.p.x.f.s, &problem));
        must(staff_put(&w, row.v, &changed, &seq, &problem));
        must(store_commit(x.p.x.f.s, &problem));
        facts_expect(&x.p.x, "SELECT count(*) FROM sessions", "1"); /* another's */
    }
}

static void the_last_row_is_told_and_says_who_did_it(void **state)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)leave(true));
    facts_expect(&x.p.x, "SELECT max(seq) FROM journal WHERE kind = 'persons'", text);
    facts_expect(&x.p.x, "SELECT actor FROM journal ORDER BY seq DESC LIMIT 1", "stf_mia");
}

static void what_is_not_committed_ended_nothing(void **state)
{
    leave(false);
    facts_expect(&x.p.x, "SELECT count(*) FROM sessions", "2");
    facts_expect(&x.p.x, "SELECT count(*) FROM tokens", "2");
    facts_expect(&x.p.x, "SELECT count(*) FROM members WHERE owner = 'stf_ann'", "2");
    facts_expect(&x.p.x, "SELECT count(*) FROM claims WHERE ended_at IS NOT NULL", "0");
}

static void again_is_nothing(void **state)
{
    leave(true);
    assert_int_equal(leave(true), 0);
    facts_expect(&x.p.x, "SELECT count(*) FROM claims WHERE why = 'staff-left'", "2");
}

static void more_claims_than_one_batch_end(void **state)
{
    pools_crowd(&x, 230);
    struct value of = value_int(x.at);
    must(store_run(x.p.x.f.s,
                   "UPDATE members SET owner = 'stf_ann', claimed_at = $1 WHERE id LIKE 'per_0%'",
                   &of, 1, NULL, NULL, &problem));
    leave(true);
    facts_expect(&x.p.x, "SELECT count(*) FROM members WHERE owner = 'stf_ann'", "0");
}

static void a_paper_that_is_not_handed_in_is_void(void **state)
{
    must(store_run(
        x.p.x.f.s,
        "INSERT INTO papers (\"id\", \"exam\", \"practitioner\", \"staff\", "
        "\"registered_at\", \"handed_in_at\", \"how\", \"score\") VALUES ('pap_1', 'exm_1', "
        "'prc_1', 'stf_ann', 1, NULL, NULL, NULL), ('pap_2', 'exm_2', 'prc_1', 'stf_ann', "
        "1, 2, 'candidate', 70), ('pap_3', 'exm_1', 'prc_2', 'stf_bea', 1, NULL, NULL, "
        "NULL)",
        NULL, 0, NULL, NULL, &problem));
    leave(true);
    facts_expect(&x.p.x, "SELECT id FROM papers WHERE how = 'void'", "pap_1");
    facts_expect(&x.p.x, "SELECT passed FROM papers WHERE how = 'void'", "0");
    facts_expect(&x.p.x, "SELECT id FROM papers WHERE handed_in_at IS NULL", "pap_3");
    facts_expect(&x.p.x, "SELECT subject FROM journal WHERE kind = 'papers'", "pap_1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sessions_tokens_claims_and_plans_end, start, stop),
        cmocka_unit_test_setup_teardown(whoever_is_not_active_has_left, start, stop),
        cmocka_unit_test_setup_teardown(the_last_row_is_told_and_says_who_did_it, start, stop),
        cmocka_unit_test_setup_teardown(what_is_not_committed_ended_nothing, start, stop),
        cmocka_unit_test_setup_teardown(again_is_nothing, start, stop),
        cmocka_unit_test_setup_teardown(more_claims_than_one_batch_end, start, stop),
        cmocka_unit_test_setup_teardown(a_paper_that_is_not_handed_in_is_void, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
