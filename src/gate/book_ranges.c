/* The numbers: from nested ranges to steps, of which one search finds the narrowest. */
#include "gate/book.h"

#include "gate/book_inner.h"
#include "gate/ladder.h"
#include "registry/number_range.h"

#include <stdlib.h>

/* From `first` up to the next step, `range` is the narrowest. */
struct step {
    number first;
    const struct number_range *range;
};

static enum range_use use_of(const struct value *v)
{
    static const struct {
        const char *word;
        enum range_use use;
    } words[] = {{"person", USE_PERSON},
                 {"service", USE_SERVICE},
                 {"marketing", USE_MARKETING},
                 {"emergency", USE_EMERGENCY},
                 {"relay", USE_RELAY}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (value_is(v, words[i].word))
            return words[i].use;
    return USE_UNKNOWN;
}

/* Wider ranges first at the same beginning, so that narrower ones come to lie on top. */
static int by_first_then_wider(const void *a, const void *b)
{
    const struct number_range *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last == y->last ? 0 : x->last > y->last ? -1 : 1;
}

static void step_to(struct book *b, number first, const struct number_range *r)
{
    if (b->step_count && b->steps[b->step_count - 1].first == first)
        b->step_count--;
    b->steps[b->step_count++] = (struct step){first, r};
}

/*
 * Ranges nest and never cross (import refuses it), so a stack of those that are
 * open gives the narrowest at every number. Should two cross after all, the one
 * that begins later wins until it ends.
 */
static void build_steps(struct build *b, struct number_range *ranges, size_t count)
{
    const struct number_range **open = build_take(b, count, sizeof(void *));
    b->book->steps = build_take(b, count * 2 + 1, sizeof *b->book->steps);
    b->book->step_count = 0;
    if (b->failed)
        return;
    size_t depth = 0;
    for (size_t i = 0; i <= count; i++) {
        while (depth && (i == count || open[depth - 1]->last < ranges[i].first)) {
            number end = open[--depth]->last;
            while (depth && open[depth - 1]->last <= end)
                depth--;
            step_to(b->book, end + 1, depth ? open[depth - 1] : NULL);
        }
        if (i < count) {
            open[depth++] = &ranges[i];
            step_to(b->book, ranges[i].first, &ranges[i]);
        }
    }
}

void book_add_ranges(struct build *b)
{
    const struct shelf *s = &b->shelves[SHELF_RANGES];
    struct number_range *ranges = build_take(b, s->count, sizeof *ranges);
    if (b->failed)
        return;
    size_t n = 0;
    for (struct shelf_row r = shelf_walk(s); shelf_next(&r);) {
        struct number_range *range = &ranges[n];
        range->first = (number)r.v[RANGE_FIRST].i;
        range->last = (number)r.v[RANGE_LAST].i;
        range->organisation = book_organisation_named(b->book, &r.v[RANGE_ORGANISATION]);
        range->use = use_of(&r.v[RANGE_USE]);
        range->inbound_only = value_is(&r.v[RANGE_DIRECTION], "inbound");
        range->status = value_is(&r.v[RANGE_STATUS], "active")      ? RANGE_ACTIVE
                        : value_is(&r.v[RANGE_STATUS], "suspended") ? RANGE_SUSPENDED
                                                                    : RANGE_UNASSIGNED;
        n += range->first <= range->last;
    }
    if (n)
        qsort(ranges, n, sizeof *ranges, by_first_then_wider);
    build_steps(b, ranges, n);
    if (!b->failed)
        ladder_build(b, &b->book->firsts, b->book->steps, sizeof *b->book->steps,
                     b->book->step_count);
}

const struct number_range *book_range(const struct book *b, number n)
{
    const size_t count = ladder_upto(&b->firsts, n);
    return count ? b->steps[count - 1].range : NULL;
}

number book_range_last(const struct book *b, number n)
{
    const size_t count = ladder_upto(&b->firsts, n);
    return count < b->step_count ? b->steps[count].first - 1 : UINT64_MAX;
}
