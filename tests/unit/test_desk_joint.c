#include "desk/joint.h"

#include "unit.h"

#define DAYS(n) ((n)*WHEN_DAY)

static const struct joint_bounds bounds = {.duplicate = DAYS(30), .joint = DAYS(90), .least = 2};

static struct joint_one one(const char *who, when at)
{
    return (struct joint_one){str_of(who), at};
}

static void two_of_one_person_may_be_one(void **state)
{
    const struct joint_one lin = one("lin", DAYS(100));
    static const struct {
        const char *who;
        when at;
        enum joint is;
    } cases[] = {
        {"lin", DAYS(100), JOINT_DUPLICATE}, {"lin", DAYS(70), JOINT_DUPLICATE},
        {"lin", DAYS(130), JOINT_DUPLICATE}, {"lin", DAYS(130) + 1, JOINT_NONE},
        {"lin", DAYS(70) - 1, JOINT_NONE},   {"xue", DAYS(10), JOINT_OTHER},
        {"xue", DAYS(190), JOINT_OTHER},     {"xue", DAYS(10) - 1, JOINT_NONE},
        {"xue", DAYS(190) + 1, JOINT_NONE},  {"", DAYS(100), JOINT_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct joint_one other = one(cases[i].who, cases[i].at);
        if (joint_between(&bounds, &lin, &other) != cases[i].is)
            fail_msg("case %zu", i);
        assert_int_equal(joint_between(&bounds, &other, &lin), cases[i].is);
    }
    /* Of two that nobody knows, nobody can say that they are one person. */
    const struct joint_one a = one("", 0), b = one("", 0);
    assert_int_equal(joint_between(&bounds, &a, &b), JOINT_OTHER);
}

static void others_are_counted_once_each(void **state)
{
    const struct joint_one lin = one("lin", DAYS(100));
    const struct joint_one all[] = {
        one("lin", DAYS(99)), one("xue", DAYS(98)), one("xue", DAYS(97)),
        one("xue", DAYS(5)),  one("shi", DAYS(4)),  one("you", DAYS(190)),
    };
    assert_false(joint_proposed(&bounds, &lin, all, 0));
    assert_false(joint_proposed(&bounds, &lin, all, 5)); /* xue, twice and once too far away */
    assert_true(joint_proposed(&bounds, &lin, all, 6));
    const struct joint_one strangers[] = {one("", DAYS(99)), one("", DAYS(99))};
    assert_true(joint_proposed(&bounds, &lin, strangers, 2));
    const struct joint_bounds none = {.duplicate = DAYS(30), .joint = DAYS(90)};
    assert_false(joint_proposed(&none, &lin, all, 6)); /* a pack that sets no such limit */
}

/* Against the plainest way to say it, on many small lists. */
static void it_is_the_number_of_different_persons(void **state)
{
    static const char *const names[] = {"lin", "xue", "shi", "you", ""};
    unsigned seed = 7;
    for (int round = 0; round < 20000; round++) {
        struct joint_one all[6], mine = one(names[round % 4], DAYS(100));
        bool seen[5] = {false};
        size_t persons = 0;
        for (size_t i = 0; i < 6; i++) {
            seed = seed * 1103515245 + 12345;
            const size_t who = (seed >> 16) % 5;
            all[i] = one(names[who], DAYS((seed >> 20) % 250));
            const bool far = all[i].at < DAYS(10) || all[i].at > DAYS(190);
            if (far || (int)who == round % 4 || (who < 4 && seen[who]))
                continue;
            seen[who] = true;
            persons++;
        }
        if (joint_proposed(&bounds, &mine, all, 6) != (persons >= 2))
            fail_msg("round %d: %zu persons", round, persons);
    }
}

UNIT_MAIN(TEST(two_of_one_person_may_be_one), TEST(others_are_counted_once_each),
          TEST(it_is_the_number_of_different_persons))
