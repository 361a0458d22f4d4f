#include "unit.h"
#include "watch/tally.h"

static void add(struct tally *t, categories what)
{
    static const uint32_t uncounted[CATEGORIES];
    tally_add(t, what, uncounted);
}

static struct tally of(int content, int records, int other)
{
    struct tally t = {.items = {0}};
    for (int i = 0; i < content; i++)
        add(&t, i % 2 ? 1 << CATEGORY_CHAT : 1 << CATEGORY_PROPERTY);
    for (int i = 0; i < records; i++)
        add(&t, 1 << CATEGORY_HISTORY);
    for (int i = 0; i < other; i++)
        add(&t, 1 << CATEGORY_BASIC);
    return t;
}

static const char *word(int content, int records, int other)
{
    const struct tally t = of(content, records, other);
    const char *w = tally_word(tally_line(tally_points(&t)));
    return w ? w : "";
}

static void each_kind_has_its_lines(void **state)
{
    static const struct {
        int content, records, other;
        const char *word;
    } cases[] = {
        {24, 0, 0, ""},       {25, 0, 0, "stop"},
        {49, 0, 0, "stop"},   {50, 0, 0, "police-referral-review"},
        {0, 249, 0, ""},      {0, 250, 0, "stop"},
        {0, 499, 0, "stop"},  {0, 500, 0, "police-referral-review"},
        {0, 0, 2499, ""},     {0, 0, 2500, "stop"},
        {0, 0, 4999, "stop"}, {0, 0, 5000, "police-referral-review"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(word(cases[i].content, cases[i].records, cases[i].other),
                            cases[i].word);
}

static void kinds_are_added_pro_rata(void **state)
{
    assert_string_equal(word(12, 129, 10), "stop"); /* 1,200 + 1,290 + 10 */
    assert_string_equal(word(12, 129, 9), "");
    assert_string_equal(word(20, 200, 1000), "police-referral-review");
    assert_string_equal(word(20, 200, 999), "stop");
}

static void a_look_counts_each_category(void **state)
{
    struct tally t = {.items = {0}};
    add(&t, CATEGORIES_ALL);
    assert_int_equal(t.items[TALLY_CONTENT], 2);
    assert_int_equal(t.items[TALLY_RECORDS], 1);
    assert_int_equal(t.items[TALLY_OTHER], 5);
    assert_int_equal(tally_points(&t), 215);
}

static void a_record_that_says_how_many_counts_so_many(void **state)
{
    const uint32_t items[CATEGORIES] = {[CATEGORY_CHAT] = 24, [CATEGORY_BASIC] = UINT32_MAX};
    struct tally t = {.items = {0}};
    assert_int_equal(tally_add(&t, 1 << CATEGORY_CHAT | 1 << CATEGORY_HISTORY, items), 25);
    assert_int_equal(t.items[TALLY_CONTENT], 24);
    assert_int_equal(t.items[TALLY_RECORDS], 1);
    assert_int_equal(t.items[TALLY_OTHER], 0);
    assert_int_equal(tally_line(tally_points(&t)), TALLY_BELOW);
    for (int i = 0; i < 3; i++)
        tally_add(&t, 1 << CATEGORY_BASIC, items);
    assert_int_equal(tally_points(&t), 2410 + 3 * (uint64_t)UINT32_MAX);
}

UNIT_MAIN(TEST(each_kind_has_its_lines), TEST(kinds_are_added_pro_rata),
          TEST(a_look_counts_each_category), TEST(a_record_that_says_how_many_counts_so_many))
