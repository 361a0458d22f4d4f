#include "unit.h"
#include "core/utf8.h"

static void counts_what_is_valid(void **state)
{
    static const struct {
        struct str text;
        size_t valid, characters;
    } all[] = {
        {STR(""), 0, 0},
        {STR("abc"), 3, 3},
        {STR("abcdefghijklmnopqrstuvwxyz"), 26, 26},
        {STR("\xC2\x80\xDF\xBF"), 4, 2},
        {STR("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"), 12, 4},
        {STR("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), 8, 2},
        {STR("姓名abc姓名defghijk姓"), 26, 16},
        {STR("abcdefg\x80"), 7, 7},
        {STR("abcdefgh\xC0\xAF"), 8, 8},
        {STR("姓\xE0\x9F\xBF"), 3, 1},
        {STR("姓\xED\xA0\x80"), 3, 1},
        {STR("姓\xF0\x8F\xBF\xBF"), 3, 1},
        {STR("姓\xF4\x90\x80\x80"), 3, 1},
        {STR("姓\xF5\x80\x80\x80"), 3, 1},
        {STR("姓\xFF"), 3, 1},
        {STR("a\xC2"), 1, 1},
        {STR("a\xE5\xA7"), 1, 1},
        {STR("a\xF0\x90\x80"), 1, 1},
        {STR("a\xC2z"), 1, 1},
        {STR("a\xE5\xA7z"), 1, 1},
        {STR("a\xF0\x90\x80z"), 1, 1},
        {{"a\0b", 3}, 3, 3},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t valid = utf8_valid(all[i].text);
        if (valid != all[i].valid)
            fail_msg("text %zu is valid for %zu bytes, expected %zu", i, valid, all[i].valid);
        assert_int_equal(utf8_count((struct str){all[i].text.p, valid}), all[i].characters);
    }
}

UNIT_MAIN(TEST(counts_what_is_valid))
