#include "facts_fixture.h"
#include "core/buf.h"
#include "core/disk.h"
#include "person/pool_rule.h"
#include "registry/organisation.h"

static struct facts x;

#define STORES                                                                                     \
    "id,name,kind,sector,licence,region,status,parent\n"                                           \
    "org_house,House,agency,matchmaking,,310000,active,\n"                                         \
    "org_north,North,agency,matchmaking,,310000,active,org_house\n"                                \
    "org_ring,Ring,agency,matchmaking,,310000,active,org_north\n"

static int start(void **state)
{
    facts_open(&x);
    facts_must(&x, &organisation_kind, STORES);
    return 0;
}

static int stop(void **state)
{
    facts_close(&x);
    return 0;
}

static int64_t in_force(const char *organisation, enum pool_rule r)
{
    struct pool_settings s;
    must(pool_rule_read(x.f.s, str_of(organisation), &s, &problem));
    return s.value[r];
}

/* Settings in pairs, ended by POOL_RULE_COUNT. */
static enum err set(const char *organisation, const int64_t *pairs, enum pool_rule *wrong,
                    struct problem *problem)
{
    struct value own[POOL_RULE_COUNT];
    int64_t seq = 0;
    for (int i = 0; i < POOL_RULE_COUNT; i++)
        own[i] = value_null();
    for (; *pairs != POOL_RULE_COUNT; pairs += 2)
        own[pairs[0]] = value_int(pairs[1]);
    enum err e =
        pool_rule_write(x.f.s, str_of(organisation), own, &x.options.origin, wrong, &seq, problem);
    assert_true((e == OK) == (seq > 0));
    return e;
}

static void the_defaults_are_those_of_the_page(void **state)
{
    static const int64_t page[][4] = {{POOL_CLAIMS_PER_DAY, 5, 1, 20},
                                      {POOL_VIEWS_PER_DAY, 20},
                                      {POOL_CAPACITY, 60},
                                      {POOL_FIRST_REMIND_DAYS, 3},
                                      {POOL_FIRST_COPY_DAYS, 5},
                                      {POOL_FIRST_RELEASE_DAYS, 7},
                                      {POOL_RECYCLE_DAYS, 15, 7, 30},
                                      {POOL_AMBER_DAYS, 7},
                                      {POOL_RED_DAYS, 3},
                                      {POOL_COOL_DOWN_DAYS, 7},
                                      {POOL_COOL_DOWN_OWNER_DAYS, 30},
                                      {POOL_PROTECTION_HOURS, 24},
                                      {POOL_CONTRACT_REST_DAYS, 90},
                                      {POOL_FREEZE_DAYS, 180, 180, 3650},
                                      {POOL_CLAIM_NEEDS_CONSENT, 1, 0, 2}};
    struct pool_settings s;
    enum pool_rule wrong;
    assert_int_equal(sizeof page / sizeof *page, POOL_RULE_COUNT);
    must(pool_rule_read(x.f.s, STR("org_nobody"), &s, &problem));
    must(pool_rule_check(&s, &wrong, &problem));
    for (size_t i = 0; i < POOL_RULE_COUNT; i++) {
        const struct pool_rule_about *a = &pool_rules[page[i][0]];
        assert_int_equal(s.value[page[i][0]], page[i][1]);
        assert_true(a->min <= a->standard && a->standard <= a->max && a->min < a->max);
        if (page[i][3] != 0) {
            assert_int_equal(a->min, page[i][2]);
            assert_int_equal(a->max, page[i][3]);
        }
    }
}

static void every_setting_has_bounds(void **state)
{
    for (int i = 0; i < POOL_RULE_COUNT; i++) {
        enum pool_rule wrong;
        const int64_t low[] = {i, pool_rules[i].min - 1, POOL_RULE_COUNT};
        const int64_t high[] = {i, pool_rules[i].max + 1, POOL_RULE_COUNT};
        must_fail(ERR_INVALID, set("org_house", low, &wrong, &problem));
        assert_int_equal(wrong, i);
        must_fail(ERR_INVALID, set("org_house", high, &wrong, &problem));
        assert_int_equal(wrong, i);
    }
    facts_expect(&x, "SELECT count(*) FROM journal WHERE kind = 'pool-settings'", "0");
}

static void settings_that_contradict_each_other_are_refused(void **state)
{
    enum pool_rule wrong;
    const int64_t copy[] = {POOL_FIRST_COPY_DAYS, 8, POOL_RULE_COUNT};
    const int64_t red[] = {POOL_RED_DAYS, 9, POOL_RULE_COUNT};
    must_fail(ERR_INVALID, set("org_house", copy, &wrong, &problem));
    assert_int_equal(wrong, POOL_FIRST_RELEASE_DAYS);
    must_fail(ERR_INVALID, set("org_house", red, &wrong, &problem));
    assert_int_equal(wrong, POOL_AMBER_DAYS);
}

static void a_store_has_the_settings_of_its_house_but_its_own(void **state)
{
    enum pool_rule wrong;
    const int64_t house[] = {POOL_CLAIMS_PER_DAY, 9, POOL_CAPACITY, 80, POOL_RULE_COUNT};
    const int64_t north[] = {POOL_CAPACITY, 20, POOL_RULE_COUNT};
    const int64_t none[] = {POOL_RULE_COUNT};
    must(set("org_house", house, &wrong, &problem));
    must(set("org_north", north, &wrong, &problem));
    assert_int_equal(in_force("org_north", POOL_CLAIMS_PER_DAY), 9);
    assert_int_equal(in_force("org_north", POOL_CAPACITY), 20);
    assert_int_equal(in_force("org_house", POOL_CAPACITY), 80);
    facts_expect(&x, "SELECT count(*) FROM journal WHERE kind = 'pool-settings'", "2");
    /* What is left out goes back. */
    must(set("org_north", none, &wrong, &problem));
    assert_int_equal(in_force("org_north", POOL_CAPACITY), 80);
    must(set("org_house", none, &wrong, &problem));
    assert_int_equal(in_force("org_north", POOL_CAPACITY), 60);
}

static void a_ring_of_parents_ends(void **state)
{
    facts_must(&x, &organisation_kind,
               "id,name,kind,sector,licence,region,status,parent\n"
               "org_house,House,agency,matchmaking,,310000,active,org_ring\n");
    assert_int_equal(in_force("org_ring", POOL_CAPACITY), 60);
}

static void the_page_has_the_table(void **state)
{
    struct buf table;
    void *page;
    size_t n;
    buf_init(&table, 1 << 16);
    pool_rule_markdown(&table);
    must(disk_load(&disk_real, SOURCE_ROOT "/docs/pools.md", 1 << 20, &page, &n));
    if (memmem(page, n, table.p, table.n) == NULL) {
        fprintf(stderr, "%.*s", STR_ARG(buf_view(&table)));
        fail_msg("docs/pools.md lacks the table above");
    }
    free(page);
    buf_fini(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_defaults_are_those_of_the_page, start, stop),
        cmocka_unit_test_setup_teardown(every_setting_has_bounds, start, stop),
        cmocka_unit_test_setup_teardown(settings_that_contradict_each_other_are_refused, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_store_has_the_settings_of_its_house_but_its_own, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_ring_of_parents_ends, start, stop),
        cmocka_unit_test(the_page_has_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
