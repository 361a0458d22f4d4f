#include "http/etag.h"

#include "unit.h"

static void a_tag_is_of_the_bytes(void **state)
{
    char a[ETAG_TEXT], b[ETAG_TEXT];
    etag_of(STR("{}"), a);
    etag_of(STR("{}"), b);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), ETAG_TEXT - 1);
    assert_int_equal(a[0], '"');
    assert_int_equal(a[ETAG_TEXT - 2], '"');
    etag_of(STR("{ }"), b);
    assert_string_not_equal(a, b);
}

static void lists_are_read_as_the_standard_says(void **state)
{
    static const struct {
        const char *header;
        bool known, holds;
    } cases[] = {
        {"\"abc\"", true, true},  {" \"abc\" ", true, true},  {"\"x\", \"abc\"", true, true},
        {"*", true, true},        {"W/\"abc\"", true, false}, {"W/\"x\",W/\"abc\"", true, false},
        {"", false, false},       {"abc", false, false},      {"\"abcd\"", false, false},
        {"\"ab\"", false, false}, {"\"abc", false, false},    {"w/\"abc\"", false, false},
        {"\"*\"", false, false},  {",,,", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str header = str_of(cases[i].header);
        if (etag_known(header, "\"abc\"") != cases[i].known ||
            etag_holds(header, "\"abc\"") != cases[i].holds)
            fail_msg("%s", cases[i].header);
    }
}

UNIT_MAIN(TEST(a_tag_is_of_the_bytes), TEST(lists_are_read_as_the_standard_says))
