#include "registry/pattern.h"

#include "core/buf.h"

#include <inttypes.h>

static const struct str any = {"*", 1};
static const struct str international = {"international", 13};
static const struct str domestic = {"domestic", 8};
static const struct str organisation_prefix = {"org_", 4};

enum { NUMBER_DIGITS = 15 };
static const unsigned long long number_max = 999999999999999ULL;

static bool is_organisation(struct str text)
{
    return str_starts(text, organisation_prefix) && text.n > organisation_prefix.n &&
           text.n <= 64 && memchr(text.p, ';', text.n) == NULL;
}

/* The kinds that are written the same by people and in normal form. */
static bool read_word(struct str text, struct pattern *out)
{
    *out = (struct pattern){.kind = PATTERN_ANY};
    if (str_eq(text, any))
        return true;
    out->kind = PATTERN_INTERNATIONAL;
    if (str_eq(text, international))
        return true;
    out->kind = PATTERN_DOMESTIC;
    if (str_eq(text, domestic))
        return true;
    out->kind = PATTERN_ORGANISATION;
    out->organisation = text;
    return is_organisation(text);
}

static struct pattern range(number first, number last)
{
    return (struct pattern){.kind = PATTERN_RANGE, .first = first, .last = last};
}

static int digits(number n)
{
    int d = 0;
    for (; n > 0; n /= 10)
        d++;
    return d;
}

/* "+44*", "0044*", "021*", "400*": the prefix as core/number.h would hold its numbers. */
static bool parse_prefix(const struct number_plan *plan, struct str text, number *out)
{
    char plain[2 * NUMBER_DIGITS];
    struct buf b;
    buf_fixed(&b, plain, sizeof plain);
    const bool plus = text.n > 0 && text.p[0] == '+';
    text = str_skip(text, plus);
    if (!plus) {
        const struct str idd = str_of(plan->idd), trunk = str_of(plan->trunk);
        if (idd.n > 0 && str_starts(text, idd)) {
            text = str_skip(text, idd.n);
        } else {
            buf_str(&b, str_of(plan->country));
            if (trunk.n > 0 && str_starts(text, trunk))
                text = str_skip(text, trunk.n);
        }
    }
    const size_t before = b.n;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\0' || strchr(" -.()", text.p[i]) == NULL)
            buf_u8(&b, (uint8_t)text.p[i]);
    unsigned long long v;
    if (b.failed || b.n == before || plain[0] == '0' || !str_to_u64(buf_view(&b), number_max, &v))
        return false;
    *out = v;
    return true;
}

/*
 * "first-last", where both may hold hyphens of their own: the cut at which both
 * sides are numbers of equal length, in order.
 */
static bool parse_range(const struct number_plan *plan, struct str text, struct pattern *out,
                        bool *backwards)
{
    const struct str area = {.p = "", .n = 0};
    for (size_t i = 1; i + 1 < text.n; i++) {
        if (text.p[i] != '-')
            continue;
        number first, last;
        if (number_parse(plan, str_trim((struct str){.p = text.p, .n = i}), area, &first) ==
                NUMBER_MALFORMED ||
            number_parse(plan, str_trim(str_skip(text, i + 1)), area, &last) == NUMBER_MALFORMED ||
            digits(first) != digits(last))
            continue;
        *backwards = first > last;
        *out = range(first, last);
        return !*backwards;
    }
    return false;
}

enum err pattern_parse(const struct rules *rules, struct str text, struct pattern *out,
                       struct problem *problem)
{
    const struct number_plan *plan = rules_plan(rules);
    if (read_word(text, out))
        return OK;
    if (text.n > 1 && text.p[text.n - 1] == '*') {
        *out = (struct pattern){.kind = PATTERN_PREFIX};
        if (parse_prefix(plan, (struct str){.p = text.p, .n = text.n - 1}, &out->first))
            return OK;
    }
    bool backwards = false;
    if (parse_range(plan, text, out, &backwards))
        return OK;
    if (backwards)
        return problem_set(problem, ERR_INVALID, "a range whose last number is before its first");
    number n;
    const struct str area = {.p = "", .n = 0};
    if (number_parse(plan, text, area, &n) != NUMBER_MALFORMED) {
        *out = range(n, n);
        return OK;
    }
    return problem_set(problem, ERR_INVALID,
                       "not a telephone number; expected a number, first-last, a prefix such as "
                       "+44*, international, domestic or *");
}

bool pattern_read(struct str text, struct pattern *out)
{
    if (read_word(text, out))
        return true;
    unsigned long long first, last;
    if (text.n > 1 && text.p[text.n - 1] == '*') {
        if (!str_to_u64((struct str){.p = text.p, .n = text.n - 1}, number_max, &first) ||
            first == 0)
            return false;
        *out = (struct pattern){.kind = PATTERN_PREFIX, .first = first};
        return true;
    }
    struct str rest = text, part;
    if (!str_split(&rest, '-', &part) || !str_to_u64(part, number_max, &first))
        return false;
    last = first;
    if (part.n < text.n && !str_to_u64(str_skip(text, part.n + 1), number_max, &last))
        return false;
    *out = range(first, last);
    return first > 0 && first <= last;
}

void pattern_write(const struct pattern *p, struct buf *out)
{
    switch (p->kind) {
    case PATTERN_RANGE:
        buf_printf(out, "%" PRIu64, p->first);
        if (p->last != p->first)
            buf_printf(out, "-%" PRIu64, p->last);
        return;
    case PATTERN_ANY:
        buf_str(out, any);
        return;
    case PATTERN_PREFIX:
        buf_printf(out, "%" PRIu64 "*", p->first);
        return;
    case PATTERN_INTERNATIONAL:
        buf_str(out, international);
        return;
    case PATTERN_DOMESTIC:
        buf_str(out, domestic);
        return;
    case PATTERN_ORGANISATION:
        buf_str(out, p->organisation);
        return;
    }
}

bool pattern_match(const struct pattern *p, number n, enum number_class class)
{
    switch (p->kind) {
    case PATTERN_RANGE:
        return n != 0 && p->first <= n && n <= p->last;
    case PATTERN_ANY:
        return n != 0;
    case PATTERN_PREFIX:
        while (n > p->first)
            n /= 10;
        return n == p->first && n != 0;
    case PATTERN_INTERNATIONAL:
        return class == NUMBER_INTERNATIONAL;
    case PATTERN_DOMESTIC:
        return class != NUMBER_INTERNATIONAL && class != NUMBER_MALFORMED;
    case PATTERN_ORGANISATION:
        return false;
    }
    return false;
}
