#include "unit.h"
#include "sip/tn_list.h"

#define SPC                                                                                        \
    "\xa0\x06\x16\x04"                                                                             \
    "709J"
#define ONE                                                                                        \
    "\xa2\x07\x16\x05"                                                                             \
    "95500"
#define RANGE                                                                                      \
    "\xa1\x14\x30\x12\x16\x0d"                                                                     \
    "8613800000000"                                                                                \
    "\x02\x01\x64" /* 100 numbers */

static void a_list_covers_what_it_says(void **state)
{
    static const struct {
        struct str der;
        const char *tn;
        enum tn_cover cover;
    } table[] = {
        {STR("\x30\x08" SPC), "8613800138000", TN_COVERED},
        {STR("\x30\x09" ONE), "95500", TN_COVERED},
        {STR("\x30\x09" ONE), "95501", TN_OUTSIDE},
        {STR("\x30\x09" ONE), "095500", TN_OUTSIDE},
        {STR("\x30\x16" RANGE), "8613800000000", TN_COVERED},
        {STR("\x30\x16" RANGE), "8613800000099", TN_COVERED},
        {STR("\x30\x16" RANGE), "8613800000100", TN_OUTSIDE},
        {STR("\x30\x16" RANGE), "8613799999999", TN_OUTSIDE},
        {STR("\x30\x16" RANGE), "08613800000000", TN_OUTSIDE},
        {STR("\x30\x16" RANGE), "", TN_OUTSIDE},
        {STR("\x30\x1f" ONE RANGE), "8613800000001", TN_COVERED},
        {STR("\x30\x1e" RANGE SPC), "1", TN_COVERED},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (tn_list_covers(table[i].der, str_of(table[i].tn)) != table[i].cover)
            fail_msg("row %zu", i);
}

static void what_is_no_list_covers_nothing(void **state)
{
    static const struct str table[] = {
        STR(""),
        STR("\x30\x00"),
        STR("\x30\x09" SPC),     /* too short */
        STR("\x30\x07" SPC),     /* too long */
        STR("\x30\x81\x08" SPC), /* not the shortest length */
        STR("\x31\x08" SPC),     /* a set */
        STR("\x30\x08\xa3\x06\x16\x04"
            "709J"), /* an unknown kind */
        STR("\x30\x08\xa0\x06\x0c\x04"
            "709J"),                     /* UTF8String */
        STR("\x30\x04\xa0\x02\x16\x00"), /* nobody */
        STR("\x30\x0a" SPC "\xa2\x00"),  /* broken behind one that covers */
        STR("\x30\x14\xa2\x12\x16\x10"
            "1234567890123456"),
        STR("\x30\x0c\xa1\x0a\x30\x08\x16\x03"
            "110"
            "\x02\x01\x01"), /* a range of one */
        STR("\x30\x0c\xa1\x0a\x30\x08\x16\x03"
            "110"
            "\x02\x01\xff"), /* of less than none */
        STR("\x30\x0c\xa1\x0a\x30\x08\x16\x03"
            "1a0"
            "\x02\x01\x05"),
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (tn_list_covers(table[i], STR("110")) != TN_BROKEN)
            fail_msg("row %zu", i);
}

UNIT_MAIN(TEST(a_list_covers_what_it_says), TEST(what_is_no_list_covers_nothing))
