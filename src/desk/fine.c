#include "desk/fine.h"

enum { LATE_PERCENT = 3, LATE_DAYS_MAX = 34 /* from here on it is the cap */ };

/* The pack has at most one for an instant (rules/verify.c). */
static const struct rule_fine *in_force(const struct rules *rules, const struct fine_case *c,
                                        when at)
{
    const char *party = c->non_commercial ? "non-commercial" : "commercial";
    for (size_t i = 0; i < rules_entries(rules, RULES_FINE); i++) {
        const struct rule_fine *f = rules_entry(rules, RULES_FINE, i);
        if (str_eq(str_of(f->violation), c->violation) && strcmp(f->party, party) == 0 &&
            rule_in_force(&f->about, at))
            return f;
    }
    return NULL;
}

static bool range(const struct rule_fine *benchmark, unsigned count, struct fine_scale *out)
{
    out->benchmark = benchmark;
    return benchmark != NULL && fine_range(benchmark, count, &out->min_fen, &out->max_fen);
}

static bool lighter(const struct fine_scale *a, const struct fine_scale *b)
{
    return a->max_fen < b->max_fen || (a->max_fen == b->max_fen && a->min_fen < b->min_fen);
}

bool fine_scale(const struct rules *rules, const struct fine_case *c, struct fine_scale *out)
{
    struct fine_scale now;
    if (c->count < 1 || c->count > FINE_COUNT_MAX ||
        !range(in_force(rules, c, c->committed), c->count, out) ||
        !range(in_force(rules, c, c->decided), c->count, &now))
        return false;
    if (lighter(&now, out))
        *out = now;
    return true;
}

static bool stated(struct str reason)
{
    const size_t n = str_trim(reason).n;
    return n >= FINE_REASON_MIN && n <= FINE_REASON_MAX;
}

enum fine_no fine_judge(const struct rules *rules, const struct fine_case *c,
                        const struct fine_amount *amount, struct fine_scale *out)
{
    if (!fine_scale(rules, c, out))
        return FINE_NO_BENCHMARK;
    if (amount->fen < out->min_fen || amount->fen > out->max_fen)
        return FINE_OUT_OF_RANGE;
    if (out->min_fen < out->max_fen && !stated(amount->mitigating) && !stated(amount->aggravating))
        return FINE_NO_REASON;
    return FINE_YES;
}

int64_t fine_late(int64_t fen, when due, when at)
{
    if (fen <= 0 || at < due)
        return 0;
    const int64_t days = (at - due) / WHEN_DAY + 1;
    if (days >= LATE_DAYS_MAX)
        return fen;
    /* fen * days * 3 / 100, rounded down, without passing the largest number on the way */
    const int64_t per = days * LATE_PERCENT;
    const int64_t late = fen / 100 * per + fen % 100 * per / 100;
    return late < fen ? late : fen;
}
