#include "http/query.h"

#include "unit.h"

static const struct query_param declared[] = {
    {.name = "pool", .type = QUERY_WORD, .words = "mine store city"},
    {.name = "q", .type = QUERY_TEXT, .max = 12},
    {.name = "limit", .type = QUERY_COUNT, .max = 100},
    {0},
};
static struct query q;
static struct ask_errors errors;

static bool reads(const char *raw)
{
    errors.count = 0;
    return query_read(str_of(raw), declared, &q, &errors);
}

static void values_are_decoded(void **state)
{
    assert_true(reads("pool=city&q=%E7%AB%B9-04+17%20&limit=100"));
    assert_str(query_text(&q, "pool"), "city");
    assert_str(query_text(&q, "q"), "竹-04 17 ");
    assert_int_equal(query_count(&q, "limit", 50), 100);
    assert_true(reads("%71=a%3db&&"));
    assert_str(query_text(&q, "q"), "a=b");
    assert_str(query_text(&q, "pool"), "");
    assert_int_equal(query_count(&q, "limit", 50), 50);
    assert_true(reads("q=a=b"));
    assert_str(query_text(&q, "q"), "a=b");
}

static void what_is_empty_is_absent(void **state)
{
    static const char *const none[] = {"", "&", "pool=&limit=", "pool&q"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_true(reads(none[i]));
        assert_str(query_text(&q, "pool"), "");
        assert_int_equal(query_count(&q, "limit", 7), 7);
    }
    assert_str(query_text(&q, "none"), "");
    assert_true(query_read(STR(""), NULL, &q, &errors));
    assert_false(query_read(STR("a=1"), NULL, &q, &errors));
}

static void everything_else_is_named(void **state)
{
    static const struct {
        const char *raw, *pointer, *code;
    } cases[] = {
        {"pool=all", "/pool", "unknown-value"},
        {"pool=mine%20store", "/pool", "unknown-value"},
        {"q=1234567890123", "/q", "too-long"},
        {"q=%", "/q", "malformed-parameter"},
        {"q=%4", "/q", "malformed-parameter"},
        {"q=%4g", "/q", "malformed-parameter"},
        {"q=%00", "/q", "malformed-parameter"},
        {"q=%0a", "/q", "malformed-parameter"},
        {"q=%ff", "/q", "malformed-parameter"},
        {"q=\xff", "/q", "malformed-parameter"},
        {"limit=0", "/limit", "out-of-range"},
        {"limit=101", "/limit", "out-of-range"},
        {"limit=-1", "/limit", "out-of-range"},
        {"limit=1e1", "/limit", "out-of-range"},
        {"limit=99999999999999999999", "/limit", "out-of-range"},
        {"q=a&q=a", "/q", "doubled-parameter"},
        {"q=&q=a", "/q", "doubled-parameter"},
        {"q=a&%71=b", "/q", "doubled-parameter"},
        {"name=Lin", "", "unknown-parameter"},
        {"Q=a", "", "unknown-parameter"},
        {"=a", "", "unknown-parameter"},
        {"%=a", "", "malformed-parameter"},
        {"%ff=a", "", "malformed-parameter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (reads(cases[i].raw) || errors.count != 1 ||
            strcmp(errors.at[0].pointer, cases[i].pointer) != 0 ||
            strcmp(errors.at[0].code, cases[i].code) != 0 || query_text(&q, "q").n != 0)
            fail_msg("%s", cases[i].raw);
    assert_false(reads("pool=x&limit=y&z=1"));
    assert_int_equal(errors.count, 3);
}

static void it_is_bounded(void **state)
{
    char raw[QUERY_BYTES + 2];
    memset(raw, '&', sizeof raw);
    raw[QUERY_BYTES] = '\0';
    assert_true(reads(raw));
    raw[QUERY_BYTES] = '&';
    raw[QUERY_BYTES + 1] = '\0';
    assert_false(reads(raw));
    assert_string_equal(errors.at[0].code, "too-long");
}

UNIT_MAIN(TEST(values_are_decoded), TEST(what_is_empty_is_absent), TEST(everything_else_is_named),
          TEST(it_is_bounded))
