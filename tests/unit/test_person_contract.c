/* How a contract stands at an instant, and its text under her key. */
#include "person/contract.h"
#include "pool_fixture.h"

static struct pools x;
static char id[CONTRACT_ID];

static int start(void **state)
{
    (void)state;
    pools_open(&x);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pools_close(&x);
    return 0;
}

/* A contract of per_lin; times from NOW, in days; cooling_until -1: she has not signed. */
static void put(const char *which, const char *status, int cooling_until, int until, int ended_at)
{
    int64_t seq;
    const struct value row[CONTRACT_COLUMNS] = {
        [CONTRACT_KEY] = value_text(str_of(which)),
        [CONTRACT_PERSON] = value_text(STR("per_lin")),
        [CONTRACT_ORGANISATION] = value_text(STR("org_house")),
        [CONTRACT_EDITION] = value_text(STR("sh-2024-store")),
        [CONTRACT_VERSION] = value_int(1),
        [CONTRACT_HASH] = value_text(STR("00")),
        [CONTRACT_SCORE] = value_text(STR("conforms")),
        [CONTRACT_TOTAL_FEN] = value_int(1800000),
        [CONTRACT_FROM] = value_int(NOW),
        [CONTRACT_UNTIL] = value_int(NOW + until * WHEN_DAY),
        [CONTRACT_CATEGORIES] = value_text(STR("basic;contact")),
        [CONTRACT_COOLING_DAYS] = value_int(7),
        [CONTRACT_PERSON_SIGNED_AT] = cooling_until < 0 ? value_null() : value_int(NOW),
        [CONTRACT_COOLING_UNTIL] =
            cooling_until < 0 ? value_null() : value_int(NOW + cooling_until * WHEN_DAY),
        [CONTRACT_STATUS] = value_text(str_of(status)),
        [CONTRACT_ENDED_AT] = ended_at < 0 ? value_null() : value_int(NOW + ended_at * WHEN_DAY),
    };
    must(store_begin(x.p.x.f.s, &problem));
    must(
        fact_write(x.p.x.f.s, &contract_kind, row, STR("n1"), STR("stf_mia"), NOW, &seq, &problem));
    must(store_commit(x.p.x.f.s, &problem));
}

static enum contract_state covers(const char *organisation, when at)
{
    enum contract_state state;
    must(
        contract_covers(x.p.x.f.s, STR("per_lin"), str_of(organisation), at, &state, id, &problem));
    return state;
}

static void it_covers_from_the_end_of_cooling_off_to_its_own(void **state)
{
    (void)state;
    assert_int_equal(covers("org_house", NOW), CONTRACT_NONE);
    assert_string_equal(id, "");
    put("ctr_a", "offered", -1, 365, -1);
    assert_int_equal(covers("org_house", NOW), CONTRACT_NONE);
    put("ctr_b", "signed", 8, 365, -1);
    assert_int_equal(covers("org_house", NOW + 8 * WHEN_DAY - 1), CONTRACT_COOLING);
    assert_string_equal(id, "ctr_b");
    assert_int_equal(covers("org_house", NOW + 8 * WHEN_DAY), CONTRACT_IN_FORCE);
    assert_int_equal(covers("org_house", NOW + 365 * WHEN_DAY - 1), CONTRACT_IN_FORCE);
    assert_int_equal(covers("org_house", NOW + 365 * WHEN_DAY), CONTRACT_ENDED);
}

static void it_is_the_whole_legal_entitys_and_nobody_elses(void **state)
{
    (void)state;
    put("ctr_a", "signed", 0, 365, -1);
    assert_int_equal(covers("org_south", NOW), CONTRACT_IN_FORCE);
    assert_int_equal(covers("org_other", NOW), CONTRACT_NONE);
    assert_int_equal(covers("org_none", NOW), CONTRACT_NONE);
}

static void of_several_the_one_in_force_counts(void **state)
{
    (void)state;
    put("ctr_a", "terminated", 1, 365, 2);
    assert_int_equal(covers("org_house", NOW + 3 * WHEN_DAY), CONTRACT_ENDED);
    put("ctr_b", "signed", 9, 365, -1);
    assert_int_equal(covers("org_house", NOW + 3 * WHEN_DAY), CONTRACT_COOLING);
    assert_string_equal(id, "ctr_b");
    put("ctr_c", "signed", 1, 30, -1);
    assert_int_equal(covers("org_house", NOW + 3 * WHEN_DAY), CONTRACT_IN_FORCE);
    assert_string_equal(id, "ctr_c");
}

static void one_that_is_to_come_covers_nothing_yet(void **state)
{
    (void)state;
    put("ctr_a", "signed", 8, 365, -1);
    pools_do(&x, "UPDATE contracts SET \"from\" = \"from\" + 864000000000000 WHERE id = 'ctr_a'");
    assert_int_equal(covers("org_house", NOW + 8 * WHEN_DAY - 1), CONTRACT_COOLING);
    assert_int_equal(covers("org_house", NOW + 8 * WHEN_DAY), CONTRACT_NOT_BEGUN);
    assert_int_equal(covers("org_house", NOW + 10 * WHEN_DAY - 1), CONTRACT_NOT_BEGUN);
    assert_int_equal(covers("org_house", NOW + 10 * WHEN_DAY), CONTRACT_IN_FORCE);
    put("ctr_b", "signed", 1, 10, -1);
    assert_int_equal(covers("org_house", NOW + 10 * WHEN_DAY - 1), CONTRACT_IN_FORCE);
    assert_string_equal(id, "ctr_b");
    assert_int_equal(covers("org_house", NOW + 10 * WHEN_DAY), CONTRACT_IN_FORCE);
    assert_string_equal(id, "ctr_a");
}

static void the_text_is_sealed_to_contract_and_version(void **state)
{
    (void)state;
    struct buf text;
    struct value row[CONTRACT_COLUMNS] = {[CONTRACT_KEY] = value_text(STR("ctr_a")),
                                          [CONTRACT_PERSON] = value_text(STR("per_lin")),
                                          [CONTRACT_VERSION] = value_int(1)};
    buf_init(&text, CONTRACT_TEXT);
    must(contract_seal(x.p.x.f.s, x.p.keys, row, STR("six dates in Xuhui"), &problem));
    if (!fixture_is_postgres())
        assert_false(persons_on_disk(&x.p, "six dates"));
    must(contract_open(x.p.x.f.s, x.p.keys, row, &text, &problem));
    assert_true(str_eq(buf_view(&text), STR("six dates in Xuhui")));
    buf_reset(&text);
    pools_do(&x, "UPDATE contract_texts SET contract = 'ctr_b'");
    must_fail(ERR_NOT_FOUND, contract_open(x.p.x.f.s, x.p.keys, row, &text, &problem));
    row[CONTRACT_KEY] = value_text(STR("ctr_b"));
    must_fail(ERR_CORRUPT, contract_open(x.p.x.f.s, x.p.keys, row, &text, &problem));
    must(unwrap_erase(x.p.keys, STR("per_lin"), KEY_CONTRACT, NOW, &problem));
    must_fail(ERR_CLOSED, contract_open(x.p.x.f.s, x.p.keys, row, &text, &problem));
    row[CONTRACT_VERSION] = value_int(2);
    must_fail(ERR_CLOSED, contract_seal(x.p.x.f.s, x.p.keys, row, STR("x"), &problem));
    buf_fini(&text);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        CASE(it_covers_from_the_end_of_cooling_off_to_its_own),
        CASE(it_is_the_whole_legal_entitys_and_nobody_elses),
        CASE(of_several_the_one_in_force_counts),
        CASE(one_that_is_to_come_covers_nothing_yet),
        CASE(the_text_is_sealed_to_contract_and_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
