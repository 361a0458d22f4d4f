#include "unit.h"
#include "desk/penalty.h"

#include <unistd.h>

#define YUAN 100
#define WHY  STR("corrected all of it before the visit")

static struct rules *rules;
static when now;

static int start(void **state)
{
    static const char *const pack[] = {SOURCE_ROOT "/rules/cn.yaml"};
    assert_int_equal(rules_load(pack, 1, &rules, NULL), OK);
    assert_int_equal(when_parse(STR("2026-11-22T09:00:00"), 480, &now, NULL), OK);
    return 0;
}

static int stop(void **state)
{
    rules_free(rules);
    return 0;
}

static struct fine_case of(const char *violation, bool non_commercial, unsigned count)
{
    return (struct fine_case){.violation = str_of(violation),
                              .non_commercial = non_commercial,
                              .count = count,
                              .committed = now - 30 * WHEN_DAY,
                              .decided = now};
}

static enum fine_no judge(const struct fine_case *c, int64_t fen)
{
    struct fine_scale scale;
    const struct fine_amount a = {.fen = fen, .mitigating = WHY};
    return fine_judge(rules, c, &a, &scale);
}

struct vector {
    const char *violation;
    bool non_commercial;
    unsigned count;
    int64_t min_yuan, max_yuan;
};

/* The scale of 2009, as the press told it. */
static const struct vector vectors[] = {
    {"data_misuse", false, 1, 1000, 5000},
    {"data_misuse", false, 2, 10000, 10000},
    {"data_misuse", false, 5, 25000, 25000},
    {"data_misuse", false, 6, 30000, 30000},
    {"data_misuse", false, 7, 30000, 30000},
    {"data_misuse", false, 40, 30000, 30000},
    {"fraudulent_service", false, 1, 1000, 1000},
    {"fraudulent_service", false, 2, 1000, 20000},
    {"fraudulent_service", false, 5, 1000, 20000},
    {"fraudulent_service", false, 6, 20000, 30000},
    {"fraudulent_service", false, 60, 20000, 30000},
    {"false_information", false, 1, 1000, 1000},
    {"false_information", false, 12, 12000, 12000},
    {"false_information", false, 30, 30000, 30000},
    {"false_information", false, 31, 30000, 30000},
    {"data_misuse", true, 1, 100, 1000},
    {"data_misuse", true, 9, 100, 1000},
    {"false_information", true, 1, 100, 100},
    {"false_information", true, 7, 700, 700},
    {"false_information", true, 10, 1000, 1000},
    {"false_information", true, 11, 1000, 1000},
};

static void every_vector_of_the_scale(void **state)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        const struct fine_case c = of(v->violation, v->non_commercial, v->count);
        struct fine_scale scale;
        assert_true(fine_scale(rules, &c, &scale));
        if (scale.min_fen != v->min_yuan * YUAN || scale.max_fen != v->max_yuan * YUAN)
            fail_msg("%s × %u: got [%lld, %lld] fen", v->violation, v->count,
                     (long long)scale.min_fen, (long long)scale.max_fen);
        assert_int_equal(judge(&c, v->min_yuan * YUAN), FINE_YES);
        assert_int_equal(judge(&c, v->max_yuan * YUAN), FINE_YES);
        assert_int_equal(judge(&c, v->min_yuan * YUAN - 1), FINE_OUT_OF_RANGE);
        assert_int_equal(judge(&c, v->max_yuan * YUAN + 1), FINE_OUT_OF_RANGE);
    }
}

/* The scale again, from the table of 2009 alone. */
static void scale_2009(const char *violation, bool non_commercial, int64_t n, int64_t *least,
                       int64_t *most)
{
    const int64_t cap = non_commercial ? 1000 : 30000;
    if (strcmp(violation, "false_information") == 0)
        *least = *most = n * (non_commercial ? 100 : 1000);
    else if (non_commercial)
        *least = 100, *most = 1000;
    else if (strcmp(violation, "data_misuse") == 0)
        *least = n == 1 ? 1000 : 5000 * n, *most = 5000 * n;
    else
        *least = n >= 6 ? 20000 : 1000, *most = n == 1 ? 1000 : n <= 5 ? 20000 : 30000;
    *least = (*least < cap ? *least : cap) * YUAN;
    *most = (*most < cap ? *most : cap) * YUAN;
}

/* What is outside cannot be accepted, and what is inside can: every count, yuan by yuan. */
static void nothing_outside_is_accepted(void **state)
{
    static const char *const violations[] = {"data_misuse", "fraudulent_service",
                                             "false_information"};
    static const int64_t odd[] = {INT64_MIN, -1000000, -1, 0, 1, 3000001, 4500000, INT64_MAX};
    for (int party = 0; party < 2; party++)
        for (size_t v = 0; v < 3; v++)
            for (unsigned n = 1; n <= 45; n++) {
                int64_t least, most;
                const struct fine_case c = of(violations[v], party == 1, n);
                if (party == 1 && v == 1) { /* nobody could read what that costs */
                    assert_int_equal(judge(&c, 100 * YUAN), FINE_NO_BENCHMARK);
                    continue;
                }
                scale_2009(violations[v], party == 1, n, &least, &most);
                for (int64_t fen = 0; fen <= 3200000; fen += 50)
                    if ((judge(&c, fen) == FINE_YES) != (fen >= least && fen <= most))
                        fail_msg("%s × %u, %lld fen", violations[v], n, (long long)fen);
                for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
                    if ((judge(&c, odd[i]) == FINE_YES) != (odd[i] >= least && odd[i] <= most))
                        fail_msg("%s × %u, %lld fen", violations[v], n, (long long)odd[i]);
            }
}

static void nothing_else_is_fined(void **state)
{
    struct fine_case c = of("loud_shoes", false, 1);
    assert_int_equal(judge(&c, 1000 * YUAN), FINE_NO_BENCHMARK);
    c = of("data_misuse", false, 0);
    assert_int_equal(judge(&c, 1000 * YUAN), FINE_NO_BENCHMARK);
    c = of("data_misuse", false, FINE_COUNT_MAX + 1);
    assert_int_equal(judge(&c, 30000 * YUAN), FINE_NO_BENCHMARK);
    c = of("data_misuse", false, 1);
    c.committed = day_of_date((struct date){2009, 6, 9}) * WHEN_DAY; /* a day before the rules */
    assert_int_equal(judge(&c, 1000 * YUAN), FINE_NO_BENCHMARK);
}

static void a_choice_needs_its_reason(void **state)
{
    struct fine_scale scale;
    const struct fine_case one = of("data_misuse", false, 1), two = of("data_misuse", false, 2);
    struct fine_amount a = {.fen = 3000 * YUAN};
    assert_int_equal(fine_judge(rules, &one, &a, &scale), FINE_NO_REASON);
    a.mitigating = STR("          short         ");
    assert_int_equal(fine_judge(rules, &one, &a, &scale), FINE_NO_REASON);
    a.mitigating = WHY;
    assert_int_equal(fine_judge(rules, &one, &a, &scale), FINE_YES);
    a = (struct fine_amount){.fen = 5000 * YUAN, .aggravating = WHY};
    assert_int_equal(fine_judge(rules, &one, &a, &scale), FINE_YES);
    /* Of two cases there is one amount. */
    a = (struct fine_amount){.fen = 10000 * YUAN};
    assert_int_equal(fine_judge(rules, &two, &a, &scale), FINE_YES);
}

/* What an act is told. */
static void says(int64_t count, int64_t fen, struct str reason, const char *code)
{
    struct fine_scale scale;
    struct desk_no no = {.why = DESK_YES, .code = ""};
    const struct desk_work w = {.rules = rules, .at = now};
    const struct penalty p = {.of = of("data_misuse", false, (unsigned)count),
                              .amount = {.fen = fen, .aggravating = reason}};
    const bool good = penalty_check(&w, &p, &scale, &no);
    assert_string_equal(no.code, code);
    assert_int_equal(good, *code == '\0');
    assert_int_equal(no.why, good ? DESK_YES : DESK_WRONG);
    assert_int_equal(scale.benchmark != NULL, count > 0);
}

/* Two cases: 500 and 45,000 yuan are refused, 10,000 is accepted. */
static void an_act_of_a_penalty(void **state)
{
    says(2, 500 * YUAN, WHY, "fine-out-of-range");
    says(2, 45000 * YUAN, WHY, "fine-out-of-range");
    says(2, 10000 * YUAN, STR(""), "");
    says(1, 2000 * YUAN, STR(""), "reason-missing");
    says(1, 2000 * YUAN, WHY, "");
    says(0, 2000 * YUAN, WHY, "unknown-violation");
}

/* Other benchmarks ---------------------------------------------------------------------------- */

#define FINE(id, dates, min, max)                                                                  \
    "  - id: " id "\n    violation: data_misuse\n    party: commercial\n    bands:\n"              \
    "      - {from: 1, min_yuan: " min ", max_yuan: " max ", each: true}\n    cap_yuan: 90000\n"   \
    "    citation: {zh: 甲, en: A}\n    label: law\n    evidence: V\n    " dates "\n"              \
    "    title: {zh: 甲, en: A}\n    text: {zh: 甲, en: A}\n"

static void with(const char *benchmarks, int64_t min_yuan, int64_t max_yuan)
{
    char path[] = "/tmp/menshen-fines-XXXXXX";
    const char *const packs[] = {SOURCE_ROOT "/rules/cn.yaml", path};
    struct rules *r = NULL;
    struct problem problem = {.text = ""};
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    dprintf(fd, "fines:\n%s", benchmarks);
    close(fd);
    const enum err e = rules_load(packs, 2, &r, &problem);
    unlink(path);
    if (e != OK)
        fail_msg("%s", problem.text);
    struct fine_case c = of("data_misuse", false, 1);
    struct fine_scale scale;
    assert_int_equal(when_parse(STR("2025-06-01"), 480, &c.committed, NULL), OK);
    const bool fined = fine_scale(r, &c, &scale);
    assert_int_equal(fined, min_yuan > 0);
    if (fined) {
        assert_int_equal(scale.min_fen, min_yuan * YUAN);
        assert_int_equal(scale.max_fen, max_yuan * YUAN);
    }
    rules_free(r);
}

/* The law of the day of the deed, or that of the decision if it is lighter. */
static void which_benchmark(void **state)
{
    const char *old = FINE("cn.fine.data-misuse", "until: 2025-12-31", "2000", "4000");
    char both[3000];
    with(old, 0, 0); /* repealed since */
    snprintf(both, sizeof both, "%s%s", old,
             FINE("cn.fine.new", "from: 2026-01-01", "3000", "9000"));
    with(both, 2000, 4000); /* heavier since */
    snprintf(both, sizeof both, "%s%s", old,
             FINE("cn.fine.new", "from: 2026-01-01", "500", "3000"));
    with(both, 500, 3000); /* lighter since */
    snprintf(both, sizeof both, "%s%s", old,
             FINE("cn.fine.new", "from: 2026-01-01", "500", "4000"));
    with(both, 500, 4000); /* lighter at its lower end */
}

static void late_payment(void **state)
{
    const int64_t fine = 10000 * YUAN;
    assert_int_equal(fine_late(fine, now, now - 1), 0);
    assert_int_equal(fine_late(fine, now, now), 300 * YUAN);
    assert_int_equal(fine_late(fine, now, now + WHEN_DAY - 1), 300 * YUAN);
    assert_int_equal(fine_late(fine, now, now + WHEN_DAY), 600 * YUAN);
    assert_int_equal(fine_late(fine, now, now + 32 * WHEN_DAY), 9900 * YUAN);
    assert_int_equal(fine_late(fine, now, now + 33 * WHEN_DAY), fine);
    assert_int_equal(fine_late(fine, now, now + 5000 * WHEN_DAY), fine);
    assert_int_equal(fine_late(0, now, now + WHEN_DAY), 0);
    assert_int_equal(fine_late(-5, now, now + WHEN_DAY), 0);
    assert_int_equal(fine_late(33, now, now + 2 * WHEN_DAY), 2); /* 2.97 */
    assert_int_equal(fine_late(INT64_MAX, now, now), INT64_MAX / 100 * 3);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(every_vector_of_the_scale),
        TEST(nothing_outside_is_accepted),
        TEST(nothing_else_is_fined),
        TEST(a_choice_needs_its_reason),
        TEST(an_act_of_a_penalty),
        TEST(which_benchmark),
        TEST(late_payment),
    };
    return cmocka_run_group_tests(all, start, stop);
}
