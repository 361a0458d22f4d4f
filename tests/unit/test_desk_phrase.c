#include "unit.h"
#include "desk/phrase.h"

static struct rules *rules;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    return rules_load(pack, 1, &rules, NULL) == OK ? 0 : -1;
}

static int stop(void **state)
{
    rules_free(rules);
    return 0;
}

static void words_are_found_whatever_stands_between(void **state)
{
    static const char *const texts[] = {
        "包成功", "我们包成功。", "包 成 功", "包\xe3\x80\x80成\n功", "包\xe2\x80\x8b成功",
        "一二三包包成功",
        /* A soft hyphen, a joiner, a selector, an override, a filler, a tag: nothing to see. */
        "包\xc2\xad"
        "成功",
        "包\xe2\x81\xa0"
        "成功",
        "包\xef\xb8\x8f"
        "成功",
        "包\xe2\x80\xae"
        "成功",
        "包\xe3\x85\xa4"
        "成功",
        "包\xf3\xa0\x80\x81"
        "成功",
        "\xef\xbb\xbf包\xe1\xa0\x8e成\xe2\xa0\x80功"};
    struct str sentence;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!phrase_find(rules, PHRASE_PROMISE, str_of(texts[i]), &sentence))
            fail_msg("%s", texts[i]);
    assert_false(phrase_find(rules, PHRASE_PROMISE, STR("包你成功"), &sentence));
    assert_false(phrase_find(rules, PHRASE_PROMISE, STR(""), &sentence));
    assert_false(phrase_find(rules, PHRASE_PROMISE, STR("包成"), &sentence));
    assert_false(phrase_find(rules, PHRASE_VOID, STR("包成功"), &sentence));
}

static void full_width_and_capitals_are_folded(void **state)
{
    assert_true(phrase_holds(STR("请看ＡＢＣ"), STR("abc")));
    assert_true(phrase_holds(STR("abc"), STR("ＡBＣ")));
    assert_true(phrase_holds(STR("１２３１５"), STR("12315")));
    assert_false(phrase_holds(STR("abc"), STR("")));
}

static void what_the_eye_takes_for_one_is_the_same(void **state)
{
    assert_true(phrase_same(STR("Ｔeacher"), STR(" tea cher\n")));
    assert_true(phrase_same(STR("未婚"), STR("未\xe2\x80\x8b婚")));
    assert_true(phrase_same(STR(""), STR(" ")));
    assert_false(phrase_same(STR("teacher"), STR("teach")));
    assert_false(phrase_same(STR("teach"), STR("teacher")));
    assert_false(phrase_same(STR("x"), STR("")));
    assert_true(phrase_empty(STR(" \t\xe3\x80\x80\xef\xbb\xbf")));
    assert_false(phrase_empty(STR(" .")));
}

static void the_sentence_is_quoted(void **state)
{
    struct str s;
    assert_true(phrase_find(rules, PHRASE_PROMISE, STR("甲。乙，包成功！丙。"), &s));
    assert_str(s, "乙，包成功！");
    assert_true(phrase_find(rules, PHRASE_PROMISE, STR("甲；包成功"), &s));
    assert_str(s, "包成功");
    assert_true(phrase_find(rules, PHRASE_PROMISE, STR("甲\n  乙包找到\n丙"), &s));
    assert_str(s, "乙包找到");
    /* The first in the text, not the first of the pack. */
    assert_true(phrase_find(rules, PHRASE_PROMISE, STR("终身服务。包成功。"), &s));
    assert_str(s, "终身服务。");
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(words_are_found_whatever_stands_between), TEST(full_width_and_capitals_are_folded),
        TEST(what_the_eye_takes_for_one_is_the_same), TEST(the_sentence_is_quoted)};
    return cmocka_run_group_tests(all, start, stop);
}
