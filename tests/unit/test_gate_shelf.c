#include "refused.h"
#include "unit.h"
#include "gate/shelf.h"
#include "registry/number_range.h"

enum { ROWS = 20000 };

/* A range that begins at `first`; `turn` tells its rows apart, text of many lengths and none. */
static void fill(struct value row[static RANGE_COLUMNS], int64_t first, unsigned turn,
                 char text[16])
{
    snprintf(text, 16, "org_%u", (unsigned)(first * 7 + turn) % 100000);
    row[RANGE_FIRST] = value_int(first);
    row[RANGE_LAST] = value_int(first + 9);
    row[RANGE_ORGANISATION] = first % 3 ? value_text(str_of(text)) : value_null();
    row[RANGE_USE] = value_text(first % 5 ? STR("service") : STR(""));
    row[RANGE_DIRECTION] = value_null();
    row[RANGE_STATUS] = value_bytes("\0\1", turn % 3);
}

static enum err put(struct shelf *s, int64_t first, unsigned turn)
{
    struct value row[RANGE_COLUMNS];
    char text[16];
    fill(row, first, turn, text);
    return shelf_put(s, row);
}

static void assert_value(const struct value *found, const struct value *meant)
{
    assert_int_equal(found->type, meant->type);
    assert_int_equal(found->i, meant->i);
    assert_int_equal(found->s.n, meant->s.n);
    if (meant->s.n)
        assert_memory_equal(found->s.p, meant->s.p, meant->s.n);
}

/* Each of the first `rows` is there once, as its `turn` says. */
static void assert_holds(const struct shelf *s, int64_t rows, unsigned turn)
{
    bool *seen = calloc((size_t)rows + 1, sizeof *seen);
    int64_t count = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r); count++) {
        struct value meant[RANGE_COLUMNS];
        char text[16];
        const int64_t first = r.v[RANGE_FIRST].i;
        assert_in_range(first, 0, rows - 1);
        assert_false(seen[first]);
        seen[first] = true;
        fill(meant, first, turn, text);
        for (int i = 0; i < RANGE_COLUMNS; i++)
            assert_value(&r.v[i], &meant[i]);
    }
    assert_int_equal(count, rows);
    free(seen);
}

static void a_row_is_as_it_was_put(void **state)
{
    struct shelf s;
    shelf_init(&s, &range_kind);
    assert_holds(&s, 0, 0);
    for (int64_t i = 0; i < ROWS; i++)
        assert_int_equal(put(&s, i, 1), OK);
    assert_holds(&s, ROWS, 1);
    shelf_fini(&s);
    assert_holds(&s, 0, 0);
}

static void a_row_takes_the_place_of_the_former(void **state)
{
    struct shelf s;
    shelf_init(&s, &range_kind);
    for (unsigned turn = 0; turn < 20; turn++) {
        for (int64_t i = 0; i < ROWS; i++)
            assert_int_equal(put(&s, i, turn), OK);
        assert_holds(&s, ROWS, turn);
    }
    assert_in_range(s.bytes, ROWS, 2 * ROWS * 64); /* not of all twenty */
    shelf_fini(&s);
}

static void only_its_key_tells_a_row_apart(void **state)
{
    struct shelf s;
    struct value row[RANGE_COLUMNS];
    char text[16];
    shelf_init(&s, &range_kind);
    fill(row, 5, 1, text);
    assert_int_equal(shelf_put(&s, row), OK);
    row[RANGE_STATUS] = value_text(STR("closed"));
    assert_int_equal(shelf_put(&s, row), OK);
    assert_int_equal(s.count, 1);
    row[RANGE_LAST] = value_int(6);
    assert_int_equal(shelf_put(&s, row), OK);
    assert_int_equal(s.count, 2);
    shelf_fini(&s);
}

#ifdef OTHER_ALLOCATOR
static void without_memory_it_is_as_it_was(void **state)
{
    skip();
}
#else
static void without_memory_it_is_as_it_was(void **state)
{
    struct shelf s;
    const long before = live;
    unsigned refusals = 0;
    shelf_init(&s, &range_kind);
    for (int64_t i = 0; i < ROWS; i++) {
        left = 0;
        enum err e = put(&s, i, 1);
        left = 1; /* one of two */
        e = e ? put(&s, i, 1) : e;
        left = -1;
        refusals += e != OK;
        if (e) {
            assert_int_equal(e, ERR_MEMORY);
            assert_int_equal(s.count, i);
            assert_int_equal(put(&s, i, 1), OK);
        }
    }
    assert_in_range(refusals, 5, 50);
    assert_holds(&s, ROWS, 1);
    /* What has been replaced stays, as there is no room to do without it. */
    const size_t bytes = s.bytes;
    for (unsigned turn = 2; turn < 40; turn++)
        for (int64_t i = 0; i < ROWS; i++) {
            left = 0;
            enum err e = put(&s, i, turn);
            left = 1; /* room for the row, and not for all of them anew */
            e = e ? put(&s, i, turn) : OK;
            left = -1;
            assert_int_equal(e, OK);
        }
    assert_true(s.bytes > 10 * bytes);
    assert_holds(&s, ROWS, 39);
    shelf_fini(&s);
    assert_int_equal(live, before);
}
#endif

UNIT_MAIN(TEST(a_row_is_as_it_was_put), TEST(a_row_takes_the_place_of_the_former),
          TEST(only_its_key_tells_a_row_apart), TEST(without_memory_it_is_as_it_was))
