/*
 * Any text as a number, under a plan with the traps of the Chinese one: what is
 * read is classified alike and reads back as itself.
 */
#include "core/number.h"

#include <stdlib.h>

static const struct number_block blocks[] = {
    {.prefix = "10", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "100", .min_len = 5, .max_len = 5, .class = NUMBER_SHORT},
    {.prefix = "1010", .min_len = 8, .max_len = 8, .class = NUMBER_1010},
    {.prefix = "1064", .min_len = 13, .max_len = 13, .class = NUMBER_MOBILE},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
    {.prefix = "12", .min_len = 5, .max_len = 5, .class = NUMBER_SHORT},
    {.prefix = "12345", .min_len = 5, .max_len = 5, .class = NUMBER_EMERGENCY},
    {.prefix = "138", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "21", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "400", .min_len = 10, .max_len = 10, .class = NUMBER_400},
    {.prefix = "851", .min_len = 10, .max_len = 11, .class = NUMBER_FIXED, .area = true},
    {.prefix = "95", .min_len = 5, .max_len = 8, .class = NUMBER_95},
    {.prefix = "950", .min_len = 9, .max_len = 12, .class = NUMBER_95},
    {.prefix = "951", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "96", .min_len = 5, .max_len = 6, .class = NUMBER_96},
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

static const struct number_plan sorted = {.country = "86",
                                          .trunk = "0",
                                          .idd = "00",
                                          .blocks = blocks,
                                          .block_count = BLOCKS,
                                          .sorted = true};
static const struct number_plan unsorted = {
    .country = "86", .trunk = "0", .idd = "00", .blocks = blocks, .block_count = BLOCKS};

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* 0951 110: the form decides (core/number.h). */
static bool form_decides(number n)
{
    while (n > 86951)
        n /= 10;
    return n == 86951;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {.p = (const char *)data, .n = size}, area = STR("21");
    number n = 1, again = 1;
    char written[NUMBER_TEXT];

    enum number_class class = number_parse(&sorted, text, area, &n);
    must(number_parse(&unsorted, text, area, &again) == class && again == n);
    must((class == NUMBER_MALFORMED) == (n == 0));
    must(number_classify(&unsorted, n) == number_classify(&sorted, n));
    if (class == NUMBER_MALFORMED)
        return 0;
    must(number_classify(&sorted, n) == class || form_decides(n));
    number_format(&sorted, n, written);
    must(number_parse(&sorted, str_of(written), STR(""), &again) == number_classify(&sorted, n));
    must(again == n);
    return 0;
}
