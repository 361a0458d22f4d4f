#include "cli/cli.h"
#include "cli/text.h"
#include "cli/text_pair.h"

#include "unit.h"

static void the_table_is_sorted_so_that_every_text_is_found(void **state)
{
    assert_true(text_zh_count > 100);
    for (size_t i = 0; i < text_zh_count; i++) {
        if (i > 0)
            assert_true(strcmp(text_zh[i - 1].english, text_zh[i].english) < 0);
        assert_ptr_equal(text_in(LANG_ZH, text_zh[i].english), text_zh[i].other);
        assert_ptr_equal(text_in(LANG_EN, text_zh[i].english), text_zh[i].english);
    }
}

static void what_is_not_translated_stays_english(void **state)
{
    const char *text = "a text that nobody has translated";
    assert_ptr_equal(text_in(LANG_ZH, text), text);
}

static void locales_name_a_language(void **state)
{
    assert_int_equal(lang_of("zh_CN.UTF-8"), LANG_ZH);
    assert_int_equal(lang_of("zh-Hans"), LANG_ZH);
    assert_int_equal(lang_of("en_GB.UTF-8"), LANG_EN);
    assert_int_equal(lang_of("C"), LANG_EN);
    assert_int_equal(lang_of(""), LANG_EN);
    assert_int_equal(lang_of(NULL), LANG_EN);
}

static void the_first_variable_that_is_set_decides(void **state)
{
    setenv("LANG", "zh_CN.UTF-8", 1);
    setenv("LC_ALL", "", 1);
    unsetenv("LC_MESSAGES");
    assert_int_equal(lang_of_environment(), LANG_ZH);
    setenv("LC_MESSAGES", "en_US.UTF-8", 1);
    assert_int_equal(lang_of_environment(), LANG_EN);
    setenv("LC_ALL", "zh_CN.UTF-8", 1);
    assert_int_equal(lang_of_environment(), LANG_ZH);
}

static void durations(void **state)
{
    static const struct {
        const char *text;
        when length; /* 0: none */
    } cases[] = {{"90s", 90 * WHEN_SECOND},
                 {"15m", 15 * WHEN_MINUTE},
                 {"24h", 24 * WHEN_HOUR},
                 {"30d", 30 * WHEN_DAY},
                 {"3660d", 3660 * WHEN_DAY},
                 {"3661d", 0},
                 {"99999999d", 0},
                 {"0s", 0},
                 {"", 0},
                 {"h", 0},
                 {"24", 0},
                 {"24 h", 0},
                 {"-1h", 0},
                 {"1.5h", 0},
                 {"1w", 0},
                 {"99999999999999999999s", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        when length = 0;
        bool good = cli_duration(str_of(cases[i].text), &length);
        if (good != (cases[i].length != 0) || (good && length != cases[i].length))
            fail_msg("%s: %d, %lld", cases[i].text, good, (long long)length);
    }
}

UNIT_MAIN(TEST(the_table_is_sorted_so_that_every_text_is_found),
          TEST(what_is_not_translated_stays_english), TEST(locales_name_a_language),
          TEST(the_first_variable_that_is_set_decides), TEST(durations))
