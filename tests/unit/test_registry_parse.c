#include "unit.h"
#include "core/buf.h"
#include "registry/fact.h"
#include "registry/hours.h"
#include "registry/pattern.h"

static struct rules *rules;

static int load(void **state)
{
    const char *const pack = SOURCE_ROOT "/rules/cn.yaml";
    struct problem p = {.text = ""};
    if (rules_load(&pack, 1, &rules, &p) == OK)
        return 0;
    fprintf(stderr, "%s\n", p.text);
    return -1;
}

static int unload(void **state)
{
    rules_free(rules);
    return 0;
}

/* NULL expected: refused. */
struct text_case {
    const char *in, *out;
};

static void check_column(const struct column *c, const struct text_case *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fact_scratch scratch;
        struct value v;
        struct problem p = {.text = ""};
        enum err e = fact_parse(rules, c, str_of(table[i].in), &scratch, &v, &p);
        char got[LIST_MAX + 100] = "";
        if (e == OK && v.type == VALUE_INT)
            snprintf(got, sizeof got, "%lld", (long long)v.i);
        else if (e == OK && v.type == VALUE_TEXT)
            snprintf(got, sizeof got, "%.*s", STR_ARG(v.s));
        if ((e == OK) != (table[i].out != NULL))
            fail_msg("\"%s\": %s %s", table[i].in, err_name(e), e == OK ? got : p.text);
        if (e == OK && strcmp(got, table[i].out) != 0)
            fail_msg("\"%s\": got \"%s\", expected \"%s\"", table[i].in, got, table[i].out);
        if (e != OK && p.text[0] == '\0')
            fail_msg("\"%s\" is refused without a word", table[i].in);
    }
}

#define CHECK(spec, ...)                                                                           \
    do {                                                                                           \
        const struct column c_ = spec;                                                             \
        const struct text_case t_[] = {__VA_ARGS__};                                               \
        check_column(&c_, t_, sizeof t_ / sizeof *t_);                                             \
    } while (0)

#define COLUMN(...) ((struct column){.name = "x", __VA_ARGS__})

static void numbers_become_integers(void **state)
{
    CHECK(COLUMN(.type = COLUMN_NUMBER), {"13800138000", "8613800138000"},
          {" +86 138 0013 8000 ", "8613800138000"}, {"021-62340000", "862162340000"},
          {"95588", "8695588"}, {"110", "86110"}, {"", ""}, {"hello", NULL}, {"0", NULL},
          {"138001380001380013800013800", NULL});
}

static void what_a_spreadsheet_did_is_named(void **state)
{
    static const struct {
        const char *in, *words;
    } table[] = {
        {"1.38E+10", "1.38E+10 is a number that a spreadsheet rounded"},
        {"8.6E+12", "8.6E+12 is a number that a spreadsheet rounded"},
        {"1.3800138000E+10", "a value like 1.38E+10"},
        {"13800138000.0", "decimals"},
    };
    const struct column c = COLUMN(.type = COLUMN_NUMBER);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct fact_scratch scratch;
        struct value v;
        struct problem p = {.text = ""};
        assert_int_equal(fact_parse(rules, &c, str_of(table[i].in), &scratch, &v, &p), ERR_INVALID);
        if (strstr(p.text, table[i].words) == NULL)
            fail_msg("%s: %s", table[i].in, p.text);
        assert_non_null(strstr(p.text, "as text"));
        assert_null(strstr(p.text, "13800138000"));
    }
}

static void times_are_instants_and_a_date_until_includes_its_day(void **state)
{
    CHECK(COLUMN(.type = COLUMN_TIME), {"1970-01-01T00:00:01Z", "1000000000"},
          {"1970-01-02", "57600000000000"}, {"1970-01-01T08:00:00+08:00", "0"}, {"tomorrow", NULL},
          {"2026/01/05", NULL}, {"2026-02-30", NULL});
    CHECK(COLUMN(.type = COLUMN_UNTIL), {"1970-01-02", "144000000000000"},
          {"1970-01-01T00:00:01Z", "1000000000"});
}

static void words_are_known_or_refused(void **state)
{
    CHECK(COLUMN(.type = COLUMN_WORD, .words = "active suspended closed"), {"active", "active"},
          {"Active", "active"}, {"closed", "closed"}, {"act", NULL}, {"active suspended", NULL});
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_WORD, .words = "a b c"), {"b;a", "b;a"},
          {"b; a ;;b", "b;a"},
          {"b\xef\xbc\x9b"
           "a",
           "b;a"},
          {"a;d", NULL}, {";", ""});
    CHECK(COLUMN(.type = COLUMN_SECTOR), {"real-estate", "real-estate"}, {"estate", NULL},
          {"*", NULL});
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_SECTOR), {"*", "*"},
          {"finance.insurance;real-estate", "finance.insurance;real-estate"}, {"finance", NULL});
}

static void a_message_never_repeats_a_number(void **state)
{
    const struct column c = COLUMN(.type = COLUMN_WORD, .words = "active");
    struct fact_scratch scratch;
    struct value v;
    struct problem p = {.text = ""};
    assert_int_equal(fact_parse(rules, &c, STR("13800138000"), &scratch, &v, &p), ERR_INVALID);
    assert_null(strstr(p.text, "138001"));
    assert_int_equal(fact_parse(rules, &c, STR("actve"), &scratch, &v, &p), ERR_INVALID);
    assert_non_null(strstr(p.text, "actve"));
}

static void ids_and_texts_have_bounds(void **state)
{
    char id[70], text[1100];
    memset(id, 'i', sizeof id);
    memset(text, 't', sizeof text);
    id[64] = text[1000] = '\0';
    CHECK(COLUMN(.type = COLUMN_ID), {id, id}, {"a b", NULL}, {"a/b", NULL}, {"a;b", NULL},
          {"org_\xe9\x97\xa8", "org_\xe9\x97\xa8"});
    CHECK(COLUMN(.type = COLUMN_TEXT), {text, text}, {"two\nlines", "two\nlines"},
          {"be\all", NULL});
    id[64] = 'i';
    id[65] = '\0';
    text[1000] = 't';
    text[1001] = '\0';
    CHECK(COLUMN(.type = COLUMN_ID), {id, NULL});
    CHECK(COLUMN(.type = COLUMN_TEXT), {text, NULL});
    const struct column needed = COLUMN(.type = COLUMN_TEXT, .required = true);
    CHECK(needed, {" ", NULL}, {"x", "x"});
}

static void a_long_list_is_refused(void **state)
{
    static char list[LIST_MAX + 20];
    for (size_t i = 0; i + 1 < sizeof list; i++)
        list[i] = i % 5 == 4 ? ';'
                             : (char)('a' + i / 5 /
                                                (i % 5 == 0   ? 1
                                                 : i % 5 == 1 ? 26
                                                              : 676) %
                                                26);
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_TEXT), {list, NULL});
}

static void evidence_is_a_hash(void **state)
{
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
    CHECK(COLUMN(.type = COLUMN_EVIDENCE), {"sha256:" HEX "f", "sha256:" HEX "f"},
          {"sha256:" HEX "F", "sha256:" HEX "f"}, {"sha256:" HEX, NULL}, {"sha256:" HEX "g", NULL},
          {"md5:" HEX "f", NULL}, {HEX "f", NULL}, {"sha256:" HEX "ff", NULL});
}

static void certificates_have_a_date(void **state)
{
    CHECK(COLUMN(.type = COLUMN_CERTIFICATE), {"SH1:2027-03-31", "SH1:2027-03-31"}, {"SH1", NULL},
          {"SH1:2027-13-31", NULL}, {":2027-03-31", NULL}, {"SH1:2027-03-31T00:00:00Z", NULL});
}

static void addresses_are_written_one_way(void **state)
{
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_ADDRESS), {"192.0.2.7", "192.0.2.7"},
          {"::ffff:192.0.2.7", "192.0.2.7"}, {"2001:DB8:0::7", "2001:db8::7"},
          {"192.0.2.7;2001:db8::1", "192.0.2.7;2001:db8::1"}, {"192.0.2.7:5060", NULL},
          {"192.0.2", NULL}, {"sbc.example", NULL});
}

static void hours_are_sorted_merged_and_cut_at_midnight(void **state)
{
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_HOURS),
          {"09:00-12:00;14:00-20:00", "09:00-12:00;14:00-20:00"},
          {"14:00-20:00; 9:00-12:00", "09:00-12:00;14:00-20:00"},
          {"09:00-12:00;11:00-13:00", "09:00-13:00"}, {"09:00-12:00;12:00-13:00", "09:00-13:00"},
          {"22:00-02:00", "00:00-02:00;22:00-24:00"}, {"20:00-00:00", "20:00-24:00"},
          {"00:00-24:00", "00:00-24:00"}, {"09:00-09:00", NULL}, {"09:00", NULL},
          {"25:00-26:00", NULL}, {"09:60-10:00", NULL}, {"24:00-01:00", NULL},
          {"1:00-2:00;3:00-4:00;5:00-6:00;7:00-8:00;9:00-10:00", NULL});
}

static void patterns_have_one_form(void **state)
{
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_PATTERN), {"13800138000", "8613800138000"},
          {"*", "*"}, {"+44*", "44*"}, {"0044*", "44*"}, {"021*", "8621*"}, {"400*", "86400*"},
          {"international;domestic", "international;domestic"},
          {"13800138000-13800138999", "8613800138000-8613800138999"},
          {"021-62340000 - 021-62340999", "862162340000-862162340999"},
          {"+86 138-0013-8000", "8613800138000"}, {"95588", "8695588"},
          {"13800138999-13800138000", NULL}, {"org_a", NULL}, {"rubbish", NULL}, {"+*", NULL},
          {"0*", NULL}, {"1.38E+10", NULL});
    CHECK(COLUMN(.type = COLUMN_LIST, .items = ITEM_PARTY),
          {"org_a;13800138000", "org_a;8613800138000"});
}

static void patterns_match_what_they_say(void **state)
{
    static const struct {
        const char *pattern;
        number n;
        enum number_class class;
        bool match;
    } table[] = {
        {"8613800138000", 8613800138000, NUMBER_MOBILE, true},
        {"8613800138000", 8613800138001, NUMBER_MOBILE, false},
        {"8613800138000-8613800138999", 8613800138999, NUMBER_MOBILE, true},
        {"8613800138000-8613800138999", 8613800139000, NUMBER_MOBILE, false},
        {"44*", 442071234567, NUMBER_INTERNATIONAL, true},
        {"44*", 8644, NUMBER_SHORT, false},
        {"44*", 4, NUMBER_INTERNATIONAL, false},
        {"*", 1, NUMBER_INTERNATIONAL, true},
        {"*", 0, NUMBER_MALFORMED, false},
        {"international", 442071234567, NUMBER_INTERNATIONAL, true},
        {"international", 8613800138000, NUMBER_MOBILE, false},
        {"domestic", 8613800138000, NUMBER_MOBILE, true},
        {"domestic", 0, NUMBER_MALFORMED, false},
        {"org_a", 8613800138000, NUMBER_MOBILE, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pattern p;
        assert_true(pattern_read(str_of(table[i].pattern), &p));
        if (pattern_match(&p, table[i].n, table[i].class) != table[i].match)
            fail_msg("%s and %llu", table[i].pattern, (unsigned long long)table[i].n);
        char text[64];
        struct buf b;
        buf_fixed(&b, text, sizeof text);
        pattern_write(&p, &b);
        assert_true(str_eq(buf_view(&b), str_of(table[i].pattern)));
    }
    static const char *const wrong[] = {"",    "-", "1-",   "-1", "2-1",   "+44*",
                                        "1*2", "0", "org_", "0*", "1-2-3", "1000000000000000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct pattern p;
        if (pattern_read(str_of(wrong[i]), &p))
            fail_msg("\"%s\" was read", wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(numbers_become_integers),
        TEST(what_a_spreadsheet_did_is_named),
        TEST(times_are_instants_and_a_date_until_includes_its_day),
        TEST(words_are_known_or_refused),
        TEST(a_message_never_repeats_a_number),
        TEST(ids_and_texts_have_bounds),
        TEST(a_long_list_is_refused),
        TEST(evidence_is_a_hash),
        TEST(certificates_have_a_date),
        TEST(addresses_are_written_one_way),
        TEST(hours_are_sorted_merged_and_cut_at_midnight),
        TEST(patterns_have_one_form),
        TEST(patterns_match_what_they_say),
    };
    return cmocka_run_group_tests(all, load, unload);
}
