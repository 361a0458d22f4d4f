#include "registry/sheet.h"

#include "unit.h"

#include <sodium.h>

enum { TOPICS = 4, OF_EACH = 30, OF_PAPER = 10, SEEDS = 200 };

static struct bank bank;
static struct sheet_plan plan;

/* 120 questions of four options in four topics, in no order. */
static int start(void **state)
{
    assert_true(sodium_init() >= 0);
    bank.count = 0;
    for (unsigned i = 0; i < TOPICS * OF_EACH; i++) {
        struct bank_question *q = &bank.question[bank.count++];
        snprintf(q->id, sizeof q->id, "qst_%032x", i * 2654435761U);
        snprintf(q->topic, sizeof q->topic, "topic-%u", i % TOPICS);
        q->options = 4;
    }
    bank_sort(&bank);
    assert_int_equal(sheet_plan_read(STR("topic-0:10;topic-1:10;topic-2:10;topic-3:10"), &plan),
                     OK);
    return 0;
}

static const uint8_t *seed_of(unsigned n, uint8_t seed[static SHEET_SEED])
{
    memset(seed, 0, SHEET_SEED);
    seed[0] = (uint8_t)n;
    seed[1] = (uint8_t)(n >> 8);
    return seed;
}

static void draw(unsigned n, uint8_t seed[static SHEET_SEED], struct sheet *out)
{
    assert_int_equal(sheet_draw(&bank, &plan, seed_of(n, seed), out), OK);
    assert_int_equal(out->count, TOPICS * OF_PAPER);
}

static void a_paper_has_so_many_of_each_topic_and_none_twice(void **state)
{
    uint8_t seed[SHEET_SEED];
    for (unsigned n = 0; n < SEEDS; n++) {
        struct sheet s;
        unsigned of[TOPICS] = {0};
        draw(n, seed, &s);
        for (size_t i = 0; i < s.count; i++) {
            const struct bank_question *q = &bank.question[s.item[i].question];
            unsigned seen = 0;
            of[q->topic[6] - '0']++;
            for (size_t k = 0; k < q->options; k++)
                seen |= 1U << s.item[i].order[k];
            assert_int_equal(seen, 15);
        }
        assert_int_equal(sheet_common(&s, &s), s.count); /* more, if one stood there twice */
        for (size_t t = 0; t < TOPICS; t++)
            assert_int_equal(of[t], OF_PAPER);
    }
}

static void the_seed_is_the_whole_paper(void **state)
{
    uint8_t seed[SHEET_SEED];
    struct sheet a, b;
    char first[SHEET_ID], again[SHEET_ID];
    draw(7, seed, &a);
    sheet_item_name(seed, bank.question[a.item[0].question].id, first);
    draw(7, seed, &b);
    sheet_item_name(seed, bank.question[b.item[0].question].id, again);
    assert_memory_equal(&a, &b, sizeof a);
    assert_string_equal(first, again);
    /* One such paper, for ever: who changes the drawing changes papers that are being written. */
    assert_string_equal(first, "itm_a299247b0a1cbe14");
    assert_string_equal(bank.question[a.item[0].question].id,
                        "qst_000000000000000000000000b69628af");
}

/* The order in which a store tells the bank does not matter, once it is sorted. */
static void a_bank_in_another_order_gives_the_same_paper(void **state)
{
    uint8_t seed[SHEET_SEED];
    struct sheet a, b;
    static struct bank kept;
    draw(3, seed, &a);
    kept = bank;
    for (size_t i = 0; i < bank.count; i++)
        bank.question[i] = kept.question[bank.count - 1 - i];
    bank_sort(&bank);
    draw(3, seed, &b);
    assert_memory_equal(&a, &b, sizeof a);
}

static void names_of_two_papers_have_nothing_in_common(void **state)
{
    uint8_t one[SHEET_SEED], two[SHEET_SEED];
    struct sheet a, b;
    draw(1, one, &a);
    draw(2, two, &b);
    for (size_t i = 0; i < bank.count; i++) {
        char item[SHEET_ID], option[SHEET_ID];
        sheet_item_name(one, bank.question[i].id, item);
        assert_int_equal(strlen(item), SHEET_ID - 1);
        assert_int_equal(sheet_find_item(&bank, &b, two, str_of(item)), -1);
        for (unsigned k = 0; k < 4; k++) {
            sheet_option_name(one, bank.question[i].id, k, option);
            assert_int_equal(sheet_find_option(&bank.question[i], one, str_of(option)), k);
            assert_int_equal(sheet_find_option(&bank.question[i], two, str_of(option)), -1);
        }
    }
    char item[SHEET_ID];
    sheet_item_name(one, bank.question[a.item[5].question].id, item);
    assert_int_equal(sheet_find_item(&bank, &a, one, str_of(item)), 5);
}

/*
 * B ticks where A ticked, all of A's being right: the best that places alone give, which is
 * chance, one in four. The mean over the seeds, in hundredths.
 */
static void places_copied_from_another_paper_are_worth_chance(void **state)
{
    uint8_t seed[SHEET_SEED];
    struct sheet a, b;
    size_t sum = 0, most = 0;
    for (unsigned n = 0; n < SEEDS; n++) {
        size_t right = 0;
        draw(2 * n, seed, &a);
        draw(2 * n + 1, seed, &b);
        for (size_t i = 0; i < a.count; i++)
            for (size_t k = 0; k < 4; k++)
                right += a.item[i].order[k] == 0 && b.item[i].order[k] == 0;
        const size_t score = sheet_score(right, b.count);
        sum += score;
        most = score > most ? score : most;
    }
    assert_true(sum / SEEDS >= 20 && sum / SEEDS <= 30);
    assert_true(most < 60);
}

/* Of a third of the bank a pair has a third in common, seldom half. */
static void papers_differ(void **state)
{
    uint8_t seed[SHEET_SEED];
    struct sheet a, b;
    size_t sum = 0, over = 0;
    for (unsigned n = 0; n < SEEDS; n++) {
        draw(2 * n, seed, &a);
        draw(2 * n + 1, seed, &b);
        const size_t common = sheet_common(&a, &b);
        sum += common;
        over += 2 * common > a.count;
    }
    assert_true(sum / SEEDS >= 12 && sum / SEEDS <= 15);
    assert_true(over <= SEEDS / 20);
}

static void every_question_and_every_place_has_its_chance(void **state)
{
    uint8_t seed[SHEET_SEED];
    static unsigned drawn[TOPICS * OF_EACH], place[4];
    for (unsigned n = 0; n < 3000; n++) {
        struct sheet s;
        draw(n, seed, &s);
        for (size_t i = 0; i < s.count; i++) {
            drawn[s.item[i].question]++;
            for (size_t k = 0; k < 4; k++)
                place[k] += s.item[i].order[k] == 0;
        }
    }
    for (size_t i = 0; i < bank.count; i++) /* 1,000 expected, 26 a standard deviation */
        assert_true(drawn[i] > 870 && drawn[i] < 1130);
    for (size_t k = 0; k < 4; k++) /* 30,000 expected, 150 a standard deviation */
        assert_true(place[k] > 29250 && place[k] < 30750);
}

static void a_bank_that_lacks_a_topic_gives_none(void **state)
{
    struct sheet s;
    struct sheet_plan more;
    uint8_t seed[SHEET_SEED];
    assert_null(sheet_lacks(&bank, &plan, 3));
    assert_string_equal(sheet_lacks(&bank, &plan, 4), "topic-0");
    assert_int_equal(sheet_plan_read(STR("topic-1:31"), &more), OK);
    assert_int_equal(sheet_draw(&bank, &more, seed_of(1, seed), &s), ERR_LIMIT);
    assert_int_equal(s.count, 0);
    assert_int_equal(sheet_plan_read(STR("topic-1:30;other:1"), &more), OK);
    assert_string_equal(sheet_lacks(&bank, &more, 1), "other");
}

static void a_plan_is_topics_with_counts(void **state)
{
    static const char *const wrong[] = {"",
                                        "law",
                                        "law:",
                                        "law:0",
                                        "law:x",
                                        ":3",
                                        "law:3;law:2",
                                        "law:60;house:41",
                                        "law:3;;x:1",
                                        "law:101",
                                        "a-topic-word-of-more-than-31-bytes:1"};
    struct sheet_plan p;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (sheet_plan_read(str_of(wrong[i]), &p) != ERR_INVALID)
            fail_msg("%s", wrong[i]);
    assert_int_equal(sheet_plan_read(STR("law:60;house:40"), &p), OK);
    assert_int_equal(p.questions, 100);
}

static void a_score_is_rounded_down(void **state)
{
    assert_int_equal(sheet_score(0, 40), 0);
    assert_int_equal(sheet_score(40, 40), 100);
    assert_int_equal(sheet_score(24, 40), 60);
    assert_int_equal(sheet_score(23, 40), 57);
    assert_int_equal(sheet_score(59, 99), 59); /* 59.6 */
    assert_int_equal(sheet_score(60, 99), 60);
    assert_int_equal(sheet_score(1, 0), 0);
}

#define ON_BANK(test) cmocka_unit_test_setup(test, start)
int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BANK(a_paper_has_so_many_of_each_topic_and_none_twice),
        ON_BANK(the_seed_is_the_whole_paper),
        ON_BANK(a_bank_in_another_order_gives_the_same_paper),
        ON_BANK(names_of_two_papers_have_nothing_in_common),
        ON_BANK(places_copied_from_another_paper_are_worth_chance),
        ON_BANK(papers_differ),
        ON_BANK(every_question_and_every_place_has_its_chance),
        ON_BANK(a_bank_that_lacks_a_topic_gives_none),
        ON_BANK(a_plan_is_topics_with_counts),
        ON_BANK(a_score_is_rounded_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
