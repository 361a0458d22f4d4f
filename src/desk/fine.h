/*
 * fine: what a violation costs, and what is added when it is paid late.
 *
 * The benchmark is the pack's entry for the violation and the kind of party that was in force
 * when the violation was committed; if it has changed by the time of the decision and the new
 * one is lighter, the new one (Administrative Penalty Law, Art. 37). One that has been repealed
 * by then fines nobody.
 *
 * An amount outside the benchmark's range is no fine. Where the range is more than one amount,
 * the reasons that mitigate or aggravate are stated, or it is none either (Art. 34: discretion
 * is public and explained).
 *
 * Whole numbers only. Pure; any thread.
 */
#pragma once
#include "rules/rules.h"

enum { FINE_COUNT_MAX = 1000000, FINE_REASON_MIN = 10, FINE_REASON_MAX = 1000 };

struct fine_case {
    struct str violation; /* "data_misuse" "fraudulent_service" "false_information" */
    bool non_commercial;
    unsigned count;          /* of cases, or of items */
    when committed, decided; /* committed: when the last of it ended */
};

struct fine_scale {
    const struct rule_fine *benchmark;
    int64_t min_fen, max_fen; /* both included */
};

/* False: no benchmark fines this. */
bool fine_scale(const struct rules *, const struct fine_case *, struct fine_scale *out);

enum fine_no {
    FINE_YES,
    FINE_NO_BENCHMARK,
    FINE_OUT_OF_RANGE,
    FINE_NO_REASON, /* the range is no single amount, and nothing mitigates or aggravates */
};

/* `out` is set unless FINE_NO_BENCHMARK. */
struct fine_amount {
    int64_t fen;
    struct str mitigating, aggravating; /* in words; empty: nothing does */
};
enum fine_no fine_judge(const struct rules *, const struct fine_case *, const struct fine_amount *,
                        struct fine_scale *out);

/*
 * What is added by `at` to a fine that was to be paid before `due`: 3 % of it for each day that
 * has begun, never more than the fine itself (Arts. 72 and 73: while a review or a suit suspends
 * it, `due` moves with the clock). Nothing of a fine below zero.
 */
int64_t fine_late(int64_t fen, when due, when at);
