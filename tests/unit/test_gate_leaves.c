#include "gate/key.h"
#include "gate/leaves.h"
#include "unit.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>

/* A table of leaves holds what was put in, whatever it does to make room. */

struct cell {
    uint64_t key; /* 0: free */
    uint64_t value;
};

static uint64_t oldest; /* what is below it is dead */

/* Leaves come from here, or do not. */
static unsigned leaves_left = UINT_MAX;

void *aligned_alloc(size_t alignment, size_t size)
{
    void *p;
    if (leaves_left == 0 || posix_memalign(&p, alignment, size) != 0)
        return NULL;
    leaves_left -= leaves_left != UINT_MAX;
    return p;
}

static bool is(const void *cell, const void *key)
{
    return ((const struct cell *)cell)->key == *(const uint64_t *)key;
}

static uint64_t hash(const void *cell)
{
    return key_mix(((const struct cell *)cell)->key);
}

static bool live(const void *cell, const void *context)
{
    return ((const struct cell *)cell)->key >= *(const uint64_t *)context;
}

static const struct leaf_kind kind = {
    .size = sizeof(struct cell), .mark = 0, .is = is, .hash = hash, .live = live};

static struct cell *put(struct leaves *t, uint64_t key, uint64_t value)
{
    struct cell *c = leaves_find(&kind, t, key_mix(key), &key);
    if (!c)
        c = leaves_add(&kind, t, key_mix(key), &oldest);
    if (c)
        *c = (struct cell){key, value};
    return c;
}

static const struct cell *get(const struct leaves *t, uint64_t key)
{
    return leaves_find(&kind, t, key_mix(key), &key);
}

static void what_was_put_in_is_found_while_leaves_split(void **state)
{
    enum { MOST = 200000 };
    struct leaves t;
    leaves_init(&t, MOST);
    oldest = 0;
    assert_null(get(&t, 1));
    for (uint64_t i = 1; i <= MOST; i++) {
        assert_non_null(put(&t, i, ~i));
        if (i % 9973 != 0)
            continue;
        for (uint64_t j = 1; j <= i; j++)
            assert_int_equal(get(&t, j)->value, ~j);
        assert_null(get(&t, i + 1));
    }
    assert_true(t.cells <= MOST / 3 * 8 + 8);
    assert_true(t.cells >= MOST);
    assert_true(t.depth > 3);
    leaves_fini(&t);
    assert_null(get(&t, 1));
}

static void a_full_table_says_so_and_clears_what_is_dead(void **state)
{
    struct leaves t;
    uint64_t n = 1;
    leaves_init(&t, 40000);
    const size_t limit = t.limit;
    oldest = 0;
    while (n < 100000 && put(&t, n, n))
        n++;
    assert_in_range(n, 40001, limit / 4 * 3 + 1);
    assert_true(t.cells <= limit);
    for (uint64_t i = 1; i < n; i++)
        assert_int_equal(get(&t, i)->value, i);
    oldest = n;
    /* The fullest leaf says when: half as many always go in. */
    for (uint64_t i = n; i < n + n / 2; i++)
        assert_non_null(put(&t, i, i));
    for (uint64_t i = n; i < n + n / 2; i++)
        assert_int_equal(get(&t, i)->value, i);
    assert_true(t.cells <= limit);
    leaves_fini(&t);
}

/* However leaves happen to lie below the limit. */
static void there_is_room_for_as_many_as_were_asked_for(void **state)
{
    static const size_t sizes[] = {1,    48,   49,   100,   1000,  3066,  3072,
                                   3073, 4100, 6000, 12000, 62500, 95000, 98304};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct leaves t;
        leaves_init(&t, sizes[s]);
        oldest = 0;
        for (uint64_t i = 1; i <= sizes[s]; i++)
            assert_non_null(put(&t, i, i));
        leaves_fini(&t);
    }
}

/* Without memory for a leaf, or for the second of two, what is there stays, and grows later. */
static void what_cannot_grow_now_loses_nothing(void **state)
{
    enum { MOST = 50000 };
    struct leaves t;
    unsigned refused = 0;
    leaves_init(&t, MOST);
    oldest = 0;
    for (uint64_t i = 1; i <= MOST; i++) {
        leaves_left = (unsigned)(i % 2);
        if (put(&t, i, i))
            continue;
        refused++;
        assert_null(get(&t, i));
        leaves_left = UINT_MAX;
        assert_non_null(put(&t, i, i));
    }
    leaves_left = UINT_MAX;
    assert_true(refused > 10);
    for (uint64_t i = 1; i <= MOST; i++)
        assert_int_equal(get(&t, i)->value, i);
    leaves_fini(&t);
}

static void a_small_limit_holds(void **state)
{
    struct leaves t;
    uint64_t n = 1;
    leaves_init(&t, 0);
    oldest = 0;
    while (n < 1000 && put(&t, n, n))
        n++;
    assert_int_equal(n, 49);
    leaves_fini(&t);
}

/* Each cell that stays is copied once, though leaves split between two copies. */
static void a_copy_has_each_cell_once_while_the_table_grows(void **state)
{
    enum { BEFORE = 60000, AFTER = 300000 };
    struct leaves t;
    struct cell *out = malloc(LEAF_CELLS * sizeof *out);
    uint8_t *seen = calloc(AFTER + 1, 1);
    uint64_t place = 0, next = BEFORE + 1;
    size_t n;
    bool more;
    leaves_init(&t, AFTER);
    oldest = 0;
    assert_false(leaves_copy(&kind, &t, &place, out, &n));
    assert_int_equal(n, 0);
    for (uint64_t i = 1; i <= BEFORE; i++)
        assert_non_null(put(&t, i, i));
    do {
        const uint64_t from = place;
        more = leaves_copy(&kind, &t, &place, out, &n);
        assert_true(place > from);
        for (size_t i = 0; i < n; i++) {
            assert_false(seen[out[i].key]);
            seen[out[i].key] = 1;
            assert_in_range(leaves_place(key_mix(out[i].key)), from, place - 1);
        }
        for (int i = 0; i < 5000 && next <= AFTER; i++, next++)
            assert_non_null(put(&t, next, next));
    } while (more);
    for (uint64_t i = 1; i <= BEFORE; i++)
        assert_true(seen[i]);
    leaves_fini(&t);
    free(out);
    free(seen);
}

UNIT_MAIN(TEST(what_was_put_in_is_found_while_leaves_split),
          TEST(a_full_table_says_so_and_clears_what_is_dead),
          TEST(there_is_room_for_as_many_as_were_asked_for),
          TEST(what_cannot_grow_now_loses_nothing), TEST(a_small_limit_holds),
          TEST(a_copy_has_each_cell_once_while_the_table_grows))
