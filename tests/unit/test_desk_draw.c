#include "unit.h"

#include "desk/draw.h"

#include <sodium.h>

static struct str organisations[] = {{"org_c", 5}, {"org_a", 5}, {"org_d", 5}, {"org_b", 5}},
                  inspectors[] = {{"stf_3", 5}, {"stf_1", 5}, {"stf_2", 5}};

static struct draw both(void)
{
    struct draw d = {
        .organisations = {organisations, 4}, .inspectors = {inspectors, 3}, .wanted = 2, .team = 2};
    assert_true(draw_sort(&d.organisations) && draw_sort(&d.inspectors));
    return d;
}

/* Computed by another program, from draw.h and RFC 8439 alone. */
static void the_same_seed_draws_the_same(void **state)
{
    const uint8_t seed[DRAW_SEED] = {1, 2, 3};
    const struct draw d = both();
    char commit[DRAW_COMMIT];
    struct drawn x, y;
    (void)state;
    draw_commit(&d, seed, commit);
    assert_string_equal(commit, "868fab91f666b33fd197a4a6fa19297876f61ada756a0bb60b48876a3f70693f");
    assert_int_equal(draw_reveal(&d, seed, &x), OK);
    assert_int_equal(draw_reveal(&d, seed, &y), OK);
    assert_int_equal(x.organisations, 2);
    assert_int_equal(x.inspectors, 2);
    assert_memory_equal(x.organisation, y.organisation, 2 * sizeof *x.organisation);
    assert_memory_equal(x.inspector, y.inspector, 2 * sizeof *x.inspector);
    assert_str(d.organisations.id[x.organisation[0]], "org_c");
    assert_str(d.organisations.id[x.organisation[1]], "org_a");
    assert_str(d.inspectors.id[x.inspector[0]], "stf_3");
    assert_str(d.inspectors.id[x.inspector[1]], "stf_1");
}

static void another_list_or_seed_is_another_commitment(void **state)
{
    uint8_t seed[DRAW_SEED] = {1};
    struct draw d = both();
    char first[DRAW_COMMIT], other[DRAW_COMMIT];
    (void)state;
    draw_commit(&d, seed, first);
    seed[31] = 1;
    draw_commit(&d, seed, other);
    assert_string_not_equal(first, other);
    seed[31] = 0;
    d.organisations.count = 3;
    draw_commit(&d, seed, other);
    assert_string_not_equal(first, other);
    d.organisations.count = 4;
    d.team = 3;
    draw_commit(&d, seed, other);
    assert_string_not_equal(first, other);
    d.team = 2;
    d.recusals = &(struct draw_recusal){.inspector = STR("stf_2")};
    d.recusal_count = 1;
    draw_commit(&d, seed, other);
    assert_string_not_equal(first, other);
    /* What moves from one list to the other changes it too. */
    struct str left[] = {{"a", 1}, {"b", 1}}, right[] = {{"b", 1}};
    struct draw l = {.organisations = {left, 2}},
                r = {.organisations = {left, 1}, .inspectors = {right, 1}};
    draw_commit(&l, seed, first);
    draw_commit(&r, seed, other);
    assert_string_not_equal(first, other);
}

static void whoever_is_recused_does_not_inspect(void **state)
{
    struct draw d = both();
    struct drawn x;
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        uint8_t seed[DRAW_SEED] = {(uint8_t)i};
        const struct draw_recusal all = {.inspector = STR("stf_2")},
                                  one = {STR("stf_2"), STR("org_a")};
        d.recusal_count = 1;
        d.recusals = &all;
        assert_int_equal(draw_reveal(&d, seed, &x), OK);
        for (size_t k = 0; k < x.inspectors; k++)
            assert_false(str_eq(d.inspectors.id[x.inspector[k]], STR("stf_2")));
        d.recusals = &one;
        assert_int_equal(draw_reveal(&d, seed, &x), OK);
        bool there = false, inspects = false;
        for (size_t k = 0; k < 2; k++) {
            there = there || str_eq(d.organisations.id[x.organisation[k]], STR("org_a"));
            inspects = inspects || str_eq(d.inspectors.id[x.inspector[k]], STR("stf_2"));
        }
        assert_false(there && inspects);
    }
    const struct draw_recusal two[] = {{.inspector = STR("stf_1")}, {.inspector = STR("stf_2")}};
    const uint8_t seed[DRAW_SEED] = {0};
    d.recusals = two;
    d.recusal_count = 2;
    assert_int_equal(draw_reveal(&d, seed, &x), ERR_INVALID); /* one alone does not inspect */
}

/* Each organisation is as likely, in 4,000 draws of two out of four: 2,000 ± 5 sigma. */
static void nobody_is_favoured(void **state)
{
    const struct draw d = both();
    unsigned times[4] = {0};
    struct drawn x;
    (void)state;
    for (unsigned i = 0; i < 4000; i++) {
        uint8_t seed[DRAW_SEED] = {(uint8_t)i, (uint8_t)(i >> 8)};
        assert_int_equal(draw_reveal(&d, seed, &x), OK);
        times[x.organisation[0]]++;
        times[x.organisation[1]]++;
        assert_int_not_equal(x.organisation[0], x.organisation[1]);
    }
    for (unsigned i = 0; i < 4; i++)
        assert_in_range(times[i], 2000 - 160, 2000 + 160);
}

/* Of four, one with three places in six: drawn first in half of 4,000 draws, ± 5 sigma; never
 * twice. */
static void who_weighs_more_is_drawn_more_often(void **state)
{
    struct draw d = both();
    const struct draw_weight weight = {STR("org_b"), 3};
    unsigned first = 0;
    struct drawn x;
    (void)state;
    d.weights = &weight;
    d.weight_count = 1;
    for (unsigned i = 0; i < 4000; i++) {
        uint8_t seed[DRAW_SEED] = {(uint8_t)i, (uint8_t)(i >> 8)};
        assert_int_equal(draw_reveal(&d, seed, &x), OK);
        first += str_eq(d.organisations.id[x.organisation[0]], STR("org_b"));
        assert_int_equal(x.organisations, 2);
        assert_int_not_equal(x.organisation[0], x.organisation[1]);
    }
    assert_in_range(first, 2000 - 160, 2000 + 160);
}

/* Hashes computed by another program, from draw.h alone. */
static void weights_and_exclusions_are_announced(void **state)
{
    const uint8_t seed[DRAW_SEED] = {1, 2, 3};
    struct draw d = both();
    const struct draw_weight weight = {STR("org_b"), 3};
    const struct draw_exclusion exclusion = {STR("org_e"), STR("closed")};
    char commit[DRAW_COMMIT];
    (void)state;
    d.weights = &weight;
    d.weight_count = 1;
    draw_commit(&d, seed, commit);
    assert_string_equal(commit, "dd2f388b907e16f5980e9b3f100bc21016ce6c7f8bc8021e01c2099c70be1fea");
    d.exclusions = &exclusion;
    d.exclusion_count = 1;
    draw_commit(&d, seed, commit);
    assert_string_equal(commit, "16968d47b08f5447b601f246ce33152d9fc18988da042ea798b3f1e529ed6e3d");
    d.weight_count = 0;
    draw_commit(&d, seed, commit);
    assert_string_equal(commit, "709fd6e3b86f87bd1801e9e1f1f0aefb2c2a61f57d046bb15660728fb72ef310");
}

static void lists_are_bounded_and_without_repetition(void **state)
{
    static struct str many[DRAW_MAX + 1];
    struct str twice[] = {{"a", 1}, {"a", 1}}, nothing[] = {{"", 0}};
    struct draw d = both();
    struct drawn x;
    const uint8_t seed[DRAW_SEED] = {0};
    (void)state;
    assert_false(draw_sort(&(struct draw_list){twice, 2}));
    assert_false(draw_sort(&(struct draw_list){nothing, 1}));
    assert_false(draw_sort(&(struct draw_list){many, DRAW_MAX + 1}));
    d.wanted = 5;
    assert_int_equal(draw_reveal(&d, seed, &x), ERR_INVALID);
    d.wanted = 1;
    d.team = 1;
    assert_int_equal(draw_reveal(&d, seed, &x), ERR_INVALID);
}

UNIT_MAIN(TEST(the_same_seed_draws_the_same), TEST(another_list_or_seed_is_another_commitment),
          TEST(whoever_is_recused_does_not_inspect), TEST(nobody_is_favoured),
          TEST(who_weighs_more_is_drawn_more_often), TEST(weights_and_exclusions_are_announced),
          TEST(lists_are_bounded_and_without_repetition))
