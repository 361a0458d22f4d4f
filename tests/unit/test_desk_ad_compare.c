#include "unit.h"
#include "desk/ad_compare.h"

static struct rules *rules;
static struct ad_problem problems[AD_PROBLEMS];
static struct vault_object kept[CATEGORIES];
static json_t *body;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    return rules_load(pack, 1, &rules, NULL) == OK ? 0 : -1;
}

static int stop(void **state)
{
    json_decref(body);
    rules_free(rules);
    return 0;
}

static void keep(enum category c, const char *name, const char *value)
{
    kept[c].field[kept[c].count++] =
        (struct vault_field){.name = str_of(name), .value = str_of(value)};
}

static void keep_all(void)
{
    memset(kept, 0, sizeof kept);
    keep(CATEGORY_BASIC, "gender", "f");
    keep(CATEGORY_BASIC, "birth_year", "1990");
    keep(CATEGORY_BASIC, "height_cm", "165");
    keep(CATEGORY_BASIC, "marital_status", "未婚");
    keep(CATEGORY_BASIC, "requirements", "为人真诚");
    keep(CATEGORY_EDUCATION, "education", "本科");
    keep(CATEGORY_EDUCATION, "occupation", "Teacher");
}

static const char *found(size_t count)
{
    static char said[512];
    said[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        snprintf(said + strlen(said), sizeof said - strlen(said), "%s%s %s", i > 0 ? ", " : "",
                 problems[i].code, problems[i].pointer);
        assert_string_equal(problems[i].basis->id, "cn.ad.fields");
        assert_int_equal(problems[i].quote.n, 0); /* nothing of her file */
    }
    return said;
}

/* A whole advertisement, changed, against the file; what is found. */
static const char *compared(const char *change, categories shown)
{
    struct ad ad;
    struct terms_errors errors;
    const struct ad_file file = {.alias = STR("PB-1042"), .shown = shown, .kept = kept};
    json_decref(body);
    body = json_loads(
        "{\"code\":\"PB-1042\",\"sex\":\"female\",\"birth_year\":1990,"
        "\"marital_status\":\"single\",\"height_cm\":165,\"education\":\"bachelor\","
        "\"occupation\":\"teacher\",\"requirements\":\"为人 真诚\",\"text\":\"寻找结婚对象。\"}",
        0, NULL);
    json_t *more = json_loads(change, 0, NULL);
    assert_non_null(more);
    assert_int_equal(json_object_update(body, more), 0);
    json_decref(more);
    assert_true(ad_read(body, &ad, &errors));
    return found(ad_compare(rules, &ad, &file, problems, 0));
}

static void what_the_file_says_too_is_no_problem(void **state)
{
    keep_all();
    assert_string_equal(compared("{}", AD_CATEGORIES), "");
    /* Nor what the advertisement does not say: that it is missing is said elsewhere. */
    assert_string_equal(compared("{\"sex\":null,\"birth_year\":0,\"height_cm\":null,"
                                 "\"marital_status\":\" \",\"education\":null,"
                                 "\"occupation\":null,\"requirements\":null,\"code\":null}",
                                 AD_CATEGORIES),
                        "");
}

static void each_field_that_differs_is_named(void **state)
{
    static const char *const changes[][2] = {
        {"{\"sex\":\"male\"}", "/sex"},
        {"{\"birth_year\":1991}", "/birth_year"},
        {"{\"marital_status\":\"divorced\"}", "/marital_status"},
        {"{\"height_cm\":166}", "/height_cm"},
        {"{\"education\":\"master\"}", "/education"},
        {"{\"occupation\":\"teacher of music\"}", "/occupation"},
        {"{\"requirements\":\"为人\"}", "/requirements"},
    };
    char wanted[64];
    keep_all();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        snprintf(wanted, sizeof wanted, "differs-from-file %s", changes[i][1]);
        assert_string_equal(compared(changes[i][0], AD_CATEGORIES), wanted);
    }
    assert_string_equal(compared("{\"code\":\"PB-1043\"}", AD_CATEGORIES), "unknown-code /code");
}

static void words_of_one_meaning_are_the_same(void **state)
{
    static const char *const same[][3] = {
        {"gender", "sex", "f|女|Female"},
        {"gender", "sex", "m|男|ｍａｌｅ"},
        {"marital_status", "marital_status", "single|未婚|never-married"},
        {"marital_status", "marital_status", "divorced|离异|离婚"},
        {"marital_status", "marital_status", "widowed|丧偶"},
    };
    char copy[64], change[128];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct str rest = str_of(same[i][2]), a;
        while (str_split(&rest, '|', &a)) {
            struct str others = str_of(same[i][2]), b;
            memset(kept, 0, sizeof kept);
            assert_true(str_copy(a, copy, sizeof copy));
            keep(CATEGORY_BASIC, same[i][0], copy);
            while (str_split(&others, '|', &b)) {
                snprintf(change, sizeof change, "{\"%s\":\"%.*s\"}", same[i][1], (int)b.n, b.p);
                assert_null(strstr(compared(change, AD_CATEGORIES), "differs"));
            }
        }
    }
    /* But words of one field are none of another's, and a part of a word is no word. */
    keep_all();
    kept[CATEGORY_EDUCATION].field[1].value = STR("f");
    assert_string_equal(compared("{\"occupation\":\"female\"}", AD_CATEGORIES),
                        "differs-from-file /occupation");
    assert_string_equal(compared("{\"occupation\":\"f\",\"education\":\"bach\"}", AD_CATEGORIES),
                        "differs-from-file /education");
    assert_string_equal(
        compared("{\"occupation\":\"f\",\"education\":\"bachelor 本科\"}", AD_CATEGORIES),
        "differs-from-file /education");
}

static void what_the_file_does_not_say_nothing_bears_out(void **state)
{
    keep_all();
    kept[CATEGORY_EDUCATION].count = 1;
    kept[CATEGORY_BASIC].field[1].value = STR(" ");
    assert_string_equal(compared("{}", AD_CATEGORIES),
                        "not-in-file /birth_year, not-in-file /occupation");
    /* What is no number is not the number. */
    kept[CATEGORY_BASIC].field[1].value = STR("about 1990");
    assert_string_equal(compared("{\"occupation\":null}", AD_CATEGORIES),
                        "differs-from-file /birth_year");
}

/* Whether right, wrong or in no file: of what is not shown nothing is read. */
static void what_is_not_shown_is_not_compared(void **state)
{
    static const char *const changes[] = {"{}",
                                          "{\"education\":\"master\",\"occupation\":\"nurse\"}",
                                          "{\"education\":\"本科\",\"occupation\":\"x\"}"};
    for (size_t i = 0; i < 3; i++) {
        keep_all();
        assert_string_equal(compared(changes[i], 1 << CATEGORY_BASIC),
                            "not-comparable /education, not-comparable /occupation");
        kept[CATEGORY_EDUCATION].count = 0;
        assert_string_equal(compared(changes[i], 1 << CATEGORY_BASIC),
                            "not-comparable /education, not-comparable /occupation");
    }
    keep_all();
    assert_string_equal(compared("{\"education\":null,\"occupation\":null}", 1 << CATEGORY_PHOTO),
                        "not-comparable /sex, not-comparable /birth_year, "
                        "not-comparable /marital_status, not-comparable /height_cm, "
                        "not-comparable /requirements");
}

static void who_is_nobody_is_named_by_what_was_asked(void **state)
{
    struct ad ad = {.code = STR("PB-1042")};
    assert_string_equal(found(ad_compare_nobody(rules, &ad, problems, 0)), "unknown-code /code");
    ad.person = STR("per_lin");
    assert_string_equal(found(ad_compare_nobody(rules, &ad, problems, 0)), "unknown-code /person");
}

int main(void)
{
    const struct CMUnitTest all[] = {TEST(what_the_file_says_too_is_no_problem),
                                     TEST(each_field_that_differs_is_named),
                                     TEST(words_of_one_meaning_are_the_same),
                                     TEST(what_the_file_does_not_say_nothing_bears_out),
                                     TEST(what_is_not_shown_is_not_compared),
                                     TEST(who_is_nobody_is_named_by_what_was_asked)};
    return cmocka_run_group_tests(all, start, stop);
}
