#include "unit.h"
#include "core/str.h"

static void splits(void **state)
{
    struct str rest = STR("a;;b"), part;
    assert_true(str_split(&rest, ';', &part));
    assert_str(part, "a");
    assert_true(str_split(&rest, ';', &part));
    assert_str(part, "");
    assert_true(str_split(&rest, ';', &part));
    assert_str(part, "b");
    assert_false(str_split(&rest, ';', &part));
}

static void splits_a_closing_separator(void **state)
{
    struct str rest = STR("a;"), part;
    assert_true(str_split(&rest, ';', &part));
    assert_true(str_split(&rest, ';', &part));
    assert_str(part, "");
    assert_false(str_split(&rest, ';', &part));
}

static void numbers_have_bounds(void **state)
{
    unsigned long long v = 7;
    assert_true(str_to_u64(STR("18446744073709551615"), UINT64_MAX, &v));
    assert_true(v == UINT64_MAX);
    assert_false(str_to_u64(STR("18446744073709551616"), UINT64_MAX, &v));
    assert_false(str_to_u64(STR("256"), 255, &v));
    assert_true(str_to_u64(STR("255"), 255, &v));
    assert_false(str_to_u64(STR("9"), 5, &v));
    assert_false(str_to_u64(STR(""), 5, &v));
    assert_false(str_to_u64(STR("-1"), 5, &v));
    assert_false(str_to_u64(STR("1 "), 5, &v));
}

static void copies_only_what_fits(void **state)
{
    char out[4] = "xyz";
    assert_true(str_copy(STR("abc"), out, sizeof out));
    assert_string_equal(out, "abc");
    assert_false(str_copy(STR("abcd"), out, sizeof out));
    assert_string_equal(out, "");
    assert_false(str_copy((struct str){"a\0b", 3}, out, sizeof out));
}

static void trims(void **state)
{
    assert_str(str_trim(STR(" \t a b\r\n")), "a b");
    assert_str(str_trim(STR("  ")), "");
}

UNIT_MAIN(TEST(splits), TEST(splits_a_closing_separator), TEST(numbers_have_bounds),
          TEST(copies_only_what_fits), TEST(trims))
