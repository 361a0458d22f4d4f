#include "unit.h"
#include "core/number.h"

/* A small plan with the traps of the real one (rules/cn-numbers.yaml); unsorted on purpose. */
static struct number_block blocks[] = {
    {.prefix = "21", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "10", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "851", .min_len = 10, .max_len = 11, .class = NUMBER_FIXED, .area = true},
    {.prefix = "951", .min_len = 10, .max_len = 10, .class = NUMBER_FIXED, .area = true},
    {.prefix = "138", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "170", .min_len = 11, .max_len = 11, .class = NUMBER_MOBILE},
    {.prefix = "1064", .min_len = 13, .max_len = 13, .class = NUMBER_MOBILE},
    {.prefix = "1010", .min_len = 8, .max_len = 8, .class = NUMBER_1010},
    {.prefix = "100", .min_len = 5, .max_len = 5, .class = NUMBER_SHORT},
    {.prefix = "12345", .min_len = 5, .max_len = 5, .class = NUMBER_EMERGENCY},
    {.prefix = "12", .min_len = 5, .max_len = 5, .class = NUMBER_SHORT},
    {.prefix = "64", .min_len = 5, .max_len = 5, .class = NUMBER_MOBILE},
    {.prefix = "168", .min_len = 8, .max_len = 8, .class = NUMBER_SHORT},
    {.prefix = "110", .min_len = 3, .max_len = 3, .class = NUMBER_EMERGENCY},
    {.prefix = "95", .min_len = 5, .max_len = 8, .class = NUMBER_95},
    {.prefix = "95110", .min_len = 5, .max_len = 5, .class = NUMBER_EMERGENCY},
    {.prefix = "950", .min_len = 9, .max_len = 12, .class = NUMBER_95},
    {.prefix = "96", .min_len = 5, .max_len = 6, .class = NUMBER_96},
    {.prefix = "400", .min_len = 10, .max_len = 10, .class = NUMBER_400},
};
enum { BLOCKS = sizeof blocks / sizeof *blocks };

static const struct number_plan plan = {
    .country = "86", .trunk = "0", .idd = "00", .blocks = blocks, .block_count = BLOCKS};

/* The same plan sorted. */
static struct number_block ordered[BLOCKS];
static struct number_plan sorted = {.country = "86",
                                    .trunk = "0",
                                    .idd = "00",
                                    .blocks = ordered,
                                    .block_count = BLOCKS,
                                    .sorted = true};

static int sort(void **state)
{
    memcpy(ordered, blocks, sizeof blocks);
    number_plan_sort(ordered, BLOCKS);
    return 0;
}

struct form {
    const char *text, *area;
    enum number_class class;
    number value;
};

static void check(const struct form *forms, size_t count)
{
    const struct number_plan *plans[] = {&plan, &sorted};
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < count; i++) {
            number n = 42;
            const char *area = forms[i].area ? forms[i].area : "";
            enum number_class class =
                number_parse(plans[p], str_of(forms[i].text), str_of(area), &n);
            if (class != forms[i].class || n != forms[i].value)
                fail_msg("\"%s\" (area \"%s\", %s) is %s %llu, expected %s %llu", forms[i].text,
                         area, p ? "sorted" : "unsorted", number_class_name(class),
                         (unsigned long long)n, number_class_name(forms[i].class),
                         (unsigned long long)forms[i].value);
        }
    }
}
#define CHECK(forms) check(forms, sizeof forms / sizeof *forms)

static void reads_a_mobile_number_in_every_form(void **state)
{
    static const char *const forms[] = {
        "13800138000",
        "013800138000",
        "+8613800138000",
        "8613800138000",
        "008613800138000",
        "tel:+86-138-0013-8000",
        "TEL:+8613800138000",
        "tel:13800138000;phone-context=+86",
        "tel:13800138000;phone-context=ims.mnc000.mcc460.3gppnetwork.org",
        "tel:+8613800138000;phone-context=+86",
        "tel:+8613800138000;npdi;rn=+861390000",
        "tel:+8613800138000;rn=1390000;npdi;ext=17;isub=9",
        "sip:+8613800138000@192.0.2.1;user=phone",
        "sip:13800138000@[2001:db8::1]:5060;user=phone;transport=tcp",
        "sip:%2B8613800138000@example.com",
        "sip:+8613800138000;npdi;rn=+861390000@example.com;user=phone",
        "sip:13800138000;phone-context=+86@example.com;user=phone",
        "sip:13800138000:secret@example.com",
        "sips:13800138000@example.com",
        "SIPS:013800138000@example.com",
        "+86 (138) 0013 8000",
        "(+86)138.0013.8000",
        "+86 0 138 0013 8000",
        "+86 (0) 138 0013 8000",
        "0086 138-0013-8000",
        "00 86 (0) 138 0013 8000",
        "  138\t0013 8000\r\n",
        "138%200013%208000",
        "1%3380013800%30",
        "１３８００１３８０００",
        "＋８６（１３８）００１３－８０００",
        "%EF%BC%91"
        "3800138000",
        "138\xC2\xA0"
        "0013\xE2\x80\x91"
        "8000",
        "\xE2\x80\xAD"
        "13800138000\xE2\x80\xAC", /* copied out of an address book */
        "138\xE3\x80\x80"
        "00138000",
        "138\xE2\x88\x92"
        "00138000",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct form form = {forms[i], "21", NUMBER_MOBILE, 8613800138000};
        check(&form, 1);
    }
}

static void reads_fixed_numbers(void **state)
{
    static const struct form forms[] = {
        {"021 6234 5678", "", NUMBER_FIXED, 862162345678},
        {"(021)62345678", "", NUMBER_FIXED, 862162345678},
        {"2162345678", "", NUMBER_FIXED, 862162345678},
        {"+86 21 6234 5678", "", NUMBER_FIXED, 862162345678},
        {"+86 021 6234 5678", "", NUMBER_FIXED, 862162345678},
        {"862162345678", "", NUMBER_FIXED, 862162345678},
        {"00862162345678", "", NUMBER_FIXED, 862162345678},
        {"62345678", "21", NUMBER_FIXED, 862162345678},
        {"62345678", "021", NUMBER_FIXED, 862162345678},
        {"6234-5678", "21", NUMBER_FIXED, 862162345678},
        {"tel:62345678;phone-context=+8621", "", NUMBER_FIXED, 862162345678},
        {"tel:62345678;phone-context=+86-21", "10", NUMBER_FIXED, 862162345678},
        {"tel:62345678;PHONE-CONTEXT=%2B8621", "10", NUMBER_FIXED, 862162345678},
        {"tel:62345678;phone-context=example.com", "21", NUMBER_FIXED, 862162345678},
        {"02162345678", "10", NUMBER_FIXED, 862162345678},
        {"2345678", "851", NUMBER_FIXED, 868512345678},
        {"22345678", "851", NUMBER_FIXED, 8685122345678},
        {"8610086", "951", NUMBER_FIXED, 869518610086}, /* not China's 10086 */
        {"62345678", "", NUMBER_MALFORMED, 0},
        {"8210000", "400", NUMBER_MALFORMED, 0}, /* no area code */
        {"6234567", "21", NUMBER_MALFORMED, 0},
        {"623456789", "21", NUMBER_MALFORMED, 0},
        {"62345678", "99", NUMBER_MALFORMED, 0},
        {"62345678", "2", NUMBER_MALFORMED, 0},
        {"62345678", "twenty", NUMBER_MALFORMED, 0},
        {"345678", "216", NUMBER_MALFORMED, 0}, /* 216 is no area code, though 216345678 … */
        {"2345678", "216", NUMBER_MALFORMED, 0},
        {"+86 62345678", "21", NUMBER_MALFORMED, 0},
        {"0216234567", "", NUMBER_MALFORMED, 0},
        {"0021 6234 5678", "", NUMBER_INTERNATIONAL, 2162345678},
    };
    CHECK(forms);
}

static void length_decides_between_prefixes(void **state)
{
    static const struct form forms[] = {
        {"1010101234", "", NUMBER_FIXED, 861010101234},
        {"010 1010 1234", "", NUMBER_FIXED, 861010101234},
        {"10101234", "", NUMBER_1010, 8610101234},
        {"10101234", "10", NUMBER_1010, 8610101234},
        {"10086", "", NUMBER_SHORT, 8610086},
        {"10086", "21", NUMBER_SHORT, 8610086},
        {"+8610086", "", NUMBER_SHORT, 8610086},
        {"95588", "", NUMBER_95, 8695588},
        {"95110", "", NUMBER_EMERGENCY, 8695110},
        {"951102", "", NUMBER_95, 86951102},
        {"9511023456", "", NUMBER_FIXED, 869511023456},
        {"9501234567", "", NUMBER_95, 869501234567},
        {"950123456789", "", NUMBER_95, 86950123456789},
        {"12345", "", NUMBER_EMERGENCY, 8612345},
        {"12346", "", NUMBER_SHORT, 8612346},
        {"110", "", NUMBER_EMERGENCY, 86110},
        {"110", "21", NUMBER_EMERGENCY, 86110},
        {"tel:110;phone-context=+86", "", NUMBER_EMERGENCY, 86110},
        {"sip:110@example.com;user=phone", "", NUMBER_EMERGENCY, 86110},
        {"+86110", "", NUMBER_EMERGENCY, 86110},
        {"0086110", "", NUMBER_EMERGENCY, 86110},
        {"4008210000", "", NUMBER_400, 864008210000},
        {"400-821-0000", "", NUMBER_400, 864008210000},
        {"04008210000", "", NUMBER_400, 864008210000},
        {"+864008210000", "", NUMBER_400, 864008210000},
        {"864008210000", "", NUMBER_400, 864008210000},
        {"96110", "", NUMBER_96, 8696110},
        {"961100", "", NUMBER_96, 86961100},
        {"1064812345678", "", NUMBER_MOBILE, 861064812345678},
        {"+861064812345678", "", NUMBER_MOBILE, 861064812345678},
        {"10649", "", NUMBER_MALFORMED, 0},
        {"11", "", NUMBER_MALFORMED, 0},
        {"1100", "", NUMBER_MALFORMED, 0},
        {"9558", "", NUMBER_MALFORMED, 0},
        {"955881234", "", NUMBER_MALFORMED, 0},
        {"40082100001", "", NUMBER_MALFORMED, 0},
        {"1380013800", "", NUMBER_MALFORMED, 0},
        {"138001380001", "", NUMBER_MALFORMED, 0},
    };
    CHECK(forms);
}

static void reads_service_codes_behind_area_codes(void **state)
{
    static const struct form forms[] = {
        {"021 12345", "", NUMBER_EMERGENCY, 862112345},
        {"+86 21 12345", "", NUMBER_EMERGENCY, 862112345},
        {"010 110", "", NUMBER_EMERGENCY, 8610110},
        {"01095580", "", NUMBER_95, 861095580},
        {"021 10086", "", NUMBER_SHORT, 862110086},
        {"0851 961234", "", NUMBER_96, 86851961234},
        {"0951110", "", NUMBER_EMERGENCY, 86951110}, /* the police of Yinchuan … */
        {"951110", "", NUMBER_95, 86951110},         /* … and a 95 code */
        {"0951 95588", "", NUMBER_95, 8695195588},
        {"2112345", "", NUMBER_MALFORMED, 0}, /* may be a local number */
        {"862112345", "", NUMBER_MALFORMED, 0},
        {"095116812345", "", NUMBER_MALFORMED, 0}, /* 16812345 is too long for that */
        {"095588", "", NUMBER_MALFORMED, 0},
        {"0110", "", NUMBER_MALFORMED, 0},
        {"010086", "", NUMBER_MALFORMED, 0},
        {"+86 0 95588", "", NUMBER_MALFORMED, 0},
        {"8695588", "", NUMBER_MALFORMED, 0},
        {"86110", "", NUMBER_MALFORMED, 0},
        {"64123", "", NUMBER_MOBILE, 8664123},
        {"02164123", "", NUMBER_MALFORMED, 0}, /* no service code */
        {"02121110", "", NUMBER_MALFORMED, 0}, /* one area code, not two */
    };
    CHECK(forms);
}

static void reads_foreign_numbers(void **state)
{
    static const struct form forms[] = {
        {"+1 650 253 0000", "", NUMBER_INTERNATIONAL, 16502530000},
        {"001 650 253 0000", "", NUMBER_INTERNATIONAL, 16502530000},
        {"+44 (0)20 7946 0000", "", NUMBER_INTERNATIONAL, 442079460000},
        {"0044 (0)20 7946 0000", "", NUMBER_INTERNATIONAL, 442079460000},
        {"+1 (6)50 253 0000", "", NUMBER_INTERNATIONAL, 16502530000},
        {"+852 2345 6789", "", NUMBER_INTERNATIONAL, 85223456789},
        {"tel:650-253-0000;phone-context=+1", "", NUMBER_INTERNATIONAL, 16502530000},
        {"tel:+16502530000;phone-context=+86", "", NUMBER_INTERNATIONAL, 16502530000},
        {"+1234567", "", NUMBER_INTERNATIONAL, 1234567},
        {"+123456", "", NUMBER_MALFORMED, 0},
        {"+123456789012345", "", NUMBER_INTERNATIONAL, 123456789012345},
        {"+1234567890123456", "", NUMBER_MALFORMED, 0},
        {"00123456789012345", "", NUMBER_INTERNATIONAL, 123456789012345},
        {"001234567890123456", "", NUMBER_MALFORMED, 0},
        {"+0123456789", "", NUMBER_MALFORMED, 0},
        {"000123456789", "", NUMBER_MALFORMED, 0},
        {"+86 199 0000 000", "", NUMBER_MALFORMED, 0}, /* of this plan, but not in it */
        {"+86", "", NUMBER_MALFORMED, 0},
        {"+860", "", NUMBER_MALFORMED, 0},
        {"+8600138001380", "", NUMBER_MALFORMED, 0},
        {"+86 138001380001234", "", NUMBER_MALFORMED, 0},
        {"tel:911;phone-context=+1", "", NUMBER_MALFORMED, 0},
    };
    CHECK(forms);
}

static void refuses_what_is_no_number(void **state)
{
    static const struct form forms[] = {
        {"", "21", NUMBER_MALFORMED, 0},
        {"   ", "21", NUMBER_MALFORMED, 0},
        {"0", "21", NUMBER_MALFORMED, 0},
        {"00", "", NUMBER_MALFORMED, 0},
        {"+", "", NUMBER_MALFORMED, 0},
        {"tel:", "", NUMBER_MALFORMED, 0},
        {"sip:", "", NUMBER_MALFORMED, 0},
        {"sip:@example.com", "", NUMBER_MALFORMED, 0},
        {"sip:example.com", "", NUMBER_MALFORMED, 0},
        {"sip:13800138000", "", NUMBER_MALFORMED, 0}, /* a host */
        {"sip:anonymous@anonymous.invalid", "", NUMBER_MALFORMED, 0},
        {"sip:alice@example.com", "", NUMBER_MALFORMED, 0},
        {"anonymous", "", NUMBER_MALFORMED, 0},
        {"1.38E+10", "", NUMBER_MALFORMED, 0},
        {"1-800-FLOWERS", "", NUMBER_MALFORMED, 0},
        {"138a0138000", "", NUMBER_MALFORMED, 0},
        {"138*0138000", "", NUMBER_MALFORMED, 0},
        {"#31#13800138000", "", NUMBER_MALFORMED, 0},
        {"13800138000/13900139000", "", NUMBER_MALFORMED, 0},
        {"110/120", "", NUMBER_MALFORMED, 0},
        {"138+00138000", "", NUMBER_MALFORMED, 0},
        {"++8613800138000", "", NUMBER_MALFORMED, 0},
        {"+008613800138000", "", NUMBER_MALFORMED, 0},
        {"13800138000%", "", NUMBER_MALFORMED, 0},
        {"13800138000%3", "", NUMBER_MALFORMED, 0},
        {"13800138000%zz", "", NUMBER_MALFORMED, 0},
        {"110%zF", "", NUMBER_MALFORMED, 0},
        {"13800138000%00", "", NUMBER_MALFORMED, 0},
        {"13800138000%3Bext=1", "", NUMBER_MALFORMED, 0},
        {"1380013800\xEF\xBC", "", NUMBER_MALFORMED, 0}, /* cut character */
        {"1380013800\xEF\xBC\x10", "", NUMBER_MALFORMED, 0},
        {"1380013800\xEF\xBC\xD0", "", NUMBER_MALFORMED, 0},
        {"1380013800\xC0\xB0", "", NUMBER_MALFORMED, 0}, /* overlong 0 */
        {"1380013800\xF0\x9D\x9F\x8E", "", NUMBER_MALFORMED, 0},
        {"\xD9\xA1\xD9\xA1\xD9\xA0", "", NUMBER_MALFORMED, 0}, /* Arabic-Indic 110 */
        {"tel:62345678;phone-context=", "21", NUMBER_MALFORMED, 0},
        {"tel:62345678;phone-context=21", "10", NUMBER_MALFORMED, 0},
        {"tel:6502530000;phone-context=(1)", "", NUMBER_MALFORMED, 0},
        {"tel:62345678;phone-context=+", "21", NUMBER_MALFORMED, 0},
        {"tel:62345678;phone-context=ex_ample", "21", NUMBER_MALFORMED, 0},
        {"tel:62345678;phone-context=+8621;phone-context=+8610", "", NUMBER_MALFORMED, 0},
        {"1111111111111111111111111111111111", "", NUMBER_MALFORMED, 0},
    };
    CHECK(forms);
    number n = 42;
    assert_int_equal(number_parse(&plan, (struct str){0}, (struct str){0}, &n), NUMBER_MALFORMED);
    assert_true(n == 0);
    n = 42;
    struct str nul = {"110\0", 4};
    assert_int_equal(number_parse(&plan, nul, STR(""), &n), NUMBER_MALFORMED);
    assert_true(n == 0);
}

static void bounds_the_text(void **state)
{
    char text[300];
    number n;

    memset(text, ' ', sizeof text);
    memcpy(text + 250, "110", 3);
    struct str padded = {text, 256};
    assert_int_equal(number_parse(&plan, padded, STR(""), &n), NUMBER_EMERGENCY);
    padded.n = 257;
    assert_int_equal(number_parse(&plan, padded, STR(""), &n), NUMBER_MALFORMED);
}

static void classifies_stored_numbers(void **state)
{
    static const struct {
        number value;
        enum number_class class;
        const char *text;
    } all[] = {
        {8613800138000, NUMBER_MOBILE, "+8613800138000"},
        {862162345678, NUMBER_FIXED, "+862162345678"},
        {86110, NUMBER_EMERGENCY, "110"},
        {8695588, NUMBER_95, "95588"},
        {8696110, NUMBER_96, "96110"},
        {864008210000, NUMBER_400, "4008210000"},
        {8610101234, NUMBER_1010, "10101234"},
        {8610086, NUMBER_SHORT, "10086"},
        {862112345, NUMBER_EMERGENCY, "02112345"},
        {16502530000, NUMBER_INTERNATIONAL, "+16502530000"},
        {123456789012345, NUMBER_INTERNATIONAL, "+123456789012345"},
        {0, NUMBER_MALFORMED, ""},
        {86, NUMBER_MALFORMED, "+86"},
        {110, NUMBER_MALFORMED, "+110"},
        {8600, NUMBER_MALFORMED, "+8600"},
        {86013800138000, NUMBER_MALFORMED, "+86013800138000"},
        {1234567890123456, NUMBER_MALFORMED, "+1234567890123456"},
        {UINT64_MAX, NUMBER_MALFORMED, "+18446744073709551615"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[NUMBER_TEXT];
        memset(text, 'x', sizeof text);
        assert_int_equal(number_classify(&plan, all[i].value), all[i].class);
        assert_int_equal(number_classify(&sorted, all[i].value), all[i].class);
        number_format(&sorted, all[i].value, text);
        assert_string_equal(text, all[i].text);
    }
}

/* What is formatted reads back as itself, over every value up to nine digits that the plan knows.
 */
static void formats_what_it_reads(void **state)
{
    unsigned known = 0;
    for (number n = 86100; n < 869999999; n += n < 8699999 ? 1 : 977) {
        enum number_class class = number_classify(&sorted, n);
        assert_int_equal(class, number_classify(&plan, n));
        if (class == NUMBER_MALFORMED)
            continue;
        char text[NUMBER_TEXT];
        number back;
        number_format(&sorted, n, text);
        assert_int_equal(number_parse(&sorted, str_of(text), STR(""), &back), class);
        assert_true(back == n);
        known++;
    }
    assert_true(known > 20000);
}

static void names_classes(void **state)
{
    for (unsigned i = 0; i < NUMBER_CLASSES; i++) {
        enum number_class class = i == 0 ? NUMBER_MOBILE : NUMBER_MALFORMED;
        assert_true(number_class_of(str_of(number_class_name((enum number_class)i)), &class));
        assert_int_equal(class, i);
    }
    enum number_class class;
    assert_string_equal(number_class_name(NUMBER_1010), "1010");
    assert_false(number_class_of(STR("landline"), &class));
    assert_false(number_class_of(STR(""), &class));
}

static void survives_a_plan_without_blocks_or_trunk(void **state)
{
    static const struct number_plan empty = {.country = "1", .sorted = true};
    number n;
    assert_int_equal(number_parse(&empty, STR("110"), STR(""), &n), NUMBER_MALFORMED);
    assert_int_equal(number_parse(&empty, STR("+8613800138000"), STR(""), &n),
                     NUMBER_INTERNATIONAL);
    assert_int_equal(number_parse(&empty, STR("008613800138000"), STR(""), &n), NUMBER_MALFORMED);
    assert_int_equal(number_classify(&empty, 16502530000), NUMBER_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(reads_a_mobile_number_in_every_form),
        TEST(reads_fixed_numbers),
        TEST(length_decides_between_prefixes),
        TEST(reads_service_codes_behind_area_codes),
        TEST(reads_foreign_numbers),
        TEST(refuses_what_is_no_number),
        TEST(bounds_the_text),
        TEST(classifies_stored_numbers),
        TEST(formats_what_it_reads),
        TEST(names_classes),
        TEST(survives_a_plan_without_blocks_or_trunk),
    };
    return cmocka_run_group_tests(all, sort, NULL);
}
