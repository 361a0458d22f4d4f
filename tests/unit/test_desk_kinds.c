#include "store_fixture.h"
#include "registry/fact.h"

static void every_kind_is_in_the_list_and_has_its_table(void **state)
{
    struct fixture f;
    size_t n = 0;
    fixture_open(&f);
    for (; fact_kinds[n] != NULL; n++) {
        const struct fact_kind *k = fact_kinds[n];
        assert_ptr_equal(fact_kind_find(str_of(k->name)), k);
        assert_in_range(k->count, 1, COLUMNS_MAX);
        char sql[256];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", k->table);
        assert_true(fixture_int(f.s, sql) >= 0);
        bool key = false;
        for (size_t i = 0; i < k->count; i++) {
            key |= k->columns[i].key;
            assert_true(!k->columns[i].key || k->columns[i].required);
            snprintf(sql, sizeof sql, "SELECT count(\"%s\") FROM \"%s\"", k->columns[i].name,
                     k->table);
            assert_true(fixture_int(f.s, sql) >= 0);
        }
        assert_true(key);
    }
    assert_true(n > 0);
    assert_null(fact_kind_find(STR("looks")));
    fixture_close(&f);
}

UNIT_MAIN(cmocka_unit_test(every_kind_is_in_the_list_and_has_its_table))
