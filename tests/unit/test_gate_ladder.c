#include "gate/book.h"
#include "gate/ladder.h"
#include "unit.h"

/* What a ladder finds is what a walk over all keys finds. */

static void *taken[512];
static size_t taken_count;

void *build_take(struct build *b, size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    assert_non_null(p);
    taken[taken_count++] = p;
    return p;
}

static size_t walk(const uint64_t *keys, size_t n, uint64_t key)
{
    size_t found = 0;
    while (found < n && keys[found] <= key)
        found++;
    return found;
}

static void it_finds_what_a_walk_finds(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, 5000};
    struct build b = {.failed = false};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];
        uint64_t *keys = calloc(n + 1, sizeof *keys);
        struct ladder l;
        for (size_t i = 0; i < n; i++)
            keys[i] = 100 + i / 3 * 7; /* three of each */
        ladder_build(&b, &l, keys, sizeof *keys, n);
        for (uint64_t k = 0; k < 100 + n * 3; k++) {
            assert_int_equal(ladder_upto(&l, k), walk(keys, n, k));
            assert_int_equal(ladder_below(&l, k), k ? walk(keys, n, k - 1) : 0);
        }
        assert_int_equal(ladder_upto(&l, UINT64_MAX), n);
        free(keys);
    }
}

/* What fills the rows up is no key, and nothing lies beneath it. */
static void nothing_is_above_the_greatest_key(void **state)
{
    struct build b = {.failed = false};
    uint64_t keys[100];
    struct ladder l;
    for (size_t i = 0; i < 100; i++)
        keys[i] = i;
    for (size_t n = 0; n <= 50; n++) {
        ladder_build(&b, &l, keys, sizeof *keys, n);
        assert_int_equal(ladder_upto(&l, UINT64_MAX), n);
        assert_int_equal(ladder_upto(&l, UINT64_MAX - 1), n);
    }
    for (size_t i = 50; i < 100; i++)
        keys[i] = UINT64_MAX - (i < 70);
    ladder_build(&b, &l, keys, sizeof *keys, 100);
    assert_int_equal(ladder_upto(&l, 49), 50);
    assert_int_equal(ladder_upto(&l, UINT64_MAX - 1), 70);
    assert_int_equal(ladder_below(&l, UINT64_MAX), 70);
    assert_int_equal(ladder_upto(&l, UINT64_MAX), 100);
}

static void the_greatest_and_the_least_key_are_keys(void **state)
{
    const uint64_t keys[] = {0, 0, 1, UINT64_MAX - 1, UINT64_MAX, UINT64_MAX};
    struct build b = {.failed = false};
    struct ladder l;
    ladder_build(&b, &l, keys, sizeof *keys, 6);
    assert_int_equal(ladder_upto(&l, 0), 2);
    assert_int_equal(ladder_below(&l, 0), 0);
    assert_int_equal(ladder_below(&l, 1), 2);
    assert_int_equal(ladder_upto(&l, UINT64_MAX - 2), 3);
    assert_int_equal(ladder_upto(&l, UINT64_MAX - 1), 4);
    assert_int_equal(ladder_below(&l, UINT64_MAX), 4);
    assert_int_equal(ladder_upto(&l, UINT64_MAX), 6);
}

static int free_all(void **state)
{
    while (taken_count)
        free(taken[--taken_count]);
    return 0;
}

UNIT_MAIN(cmocka_unit_test_teardown(it_finds_what_a_walk_finds, free_all),
          cmocka_unit_test_teardown(nothing_is_above_the_greatest_key, free_all),
          cmocka_unit_test_teardown(the_greatest_and_the_least_key_are_keys, free_all))
