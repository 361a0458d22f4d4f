#include "desk/ranking.h"

#include <stdlib.h>

const char *ranking_trend_name(enum ranking_trend trend)
{
    static const char *const names[] = {"level", "rising", "falling"};
    return names[trend];
}

const char *ranking_reason_name(unsigned i)
{
    static const char *const names[RANKING_REASONS] = {
        "above-average", "same-issue", "upheld", "rising", "after-upheld", "slow-reply"};
    return names[i];
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_row_and_time(const void *a, const void *b)
{
    const struct ranking_complaint *x = a, *y = b;
    return x->row != y->row ? compare((int64_t)x->row, (int64_t)y->row) : compare(x->at, y->at);
}

/* Those without a reply last. */
static int by_reply(const void *a, const void *b)
{
    const struct ranking_complaint *x = a, *y = b;
    return x->replied == 0 || y->replied == 0 ? (x->replied == 0) - (y->replied == 0)
                                              : compare(x->replied - x->at, y->replied - y->at);
}

/* More than two standard deviations from an even split: earlier and later are n · ½ each. */
static enum ranking_trend trend(unsigned earlier, unsigned later)
{
    const int64_t more = (int64_t)later - earlier, n = (int64_t)later + earlier;
    return more * more <= 4 * n ? RANKING_LEVEL : more > 0 ? RANKING_RISING : RANKING_FALLING;
}

static int64_t median(struct ranking_complaint *sorted, unsigned replies)
{
    const struct ranking_complaint *high = &sorted[replies / 2], *low = &sorted[(replies - 1) / 2];
    return (high->replied - high->at) / 2 + (low->replied - low->at) / 2;
}

/* All of one row, in order of time; `most` gets how many the issue with the most has. */
static void count(const struct ranking_rule *rule, const struct ranking_complaint *c, size_t n,
                  struct ranking_row *row, unsigned *most)
{
    const when middle = rule->from + (rule->until - rule->from) / 2;
    const int64_t part = (rule->until - rule->from - 1) / RANKING_PARTS + 1;
    unsigned of_issue[RANKING_ISSUES] = {0};
    uint32_t upheld_before = 0;
    *most = 0;
    for (size_t i = 0; i < n; i++) {
        row->complaints++;
        row->decided += c[i].decided;
        row->upheld += c[i].upheld;
        row->replies += c[i].replied != 0;
        *(c[i].at < middle ? &row->earlier : &row->later) += 1;
        row->part[(c[i].at - rule->from) / part]++;
        row->repeated += upheld_before >> c[i].issue & 1;
        upheld_before |= (uint32_t)c[i].upheld << c[i].issue;
        if (++of_issue[c[i].issue] > *most)
            *most = of_issue[c[i].issue];
    }
}

static void tell(const struct ranking_rule *rule, struct ranking_complaint *c, size_t n,
                 struct ranking_row *row)
{
    row->told = row->complaints >= rule->small;
    row->rated = row->told && row->members > 0;
    row->trend = row->told ? trend(row->earlier, row->later) : RANKING_LEVEL;
    if (row->told && row->replies >= rule->small) {
        qsort(c, n, sizeof *c, by_reply);
        row->median_reply = median(c, row->replies);
    }
    if (row->members > 0) {
        const struct ranking_interval i = ranking_interval(row->complaints);
        row->rate = 1000.0 * row->complaints / row->members;
        row->low = 1000 * i.low / row->members;
        row->high = 1000 * i.high / row->members;
    }
}

static unsigned reasons(const struct ranking_rule *rule, const struct ranking_row *row,
                        unsigned most, double all)
{
    unsigned r = 0;
    if (row->rated && row->low > all)
        r |= RANKING_ABOVE;
    if (most >= rule->several && (row->members == 0 || row->high >= all))
        r |= RANKING_SAME;
    if (row->upheld >= rule->several && row->upheld * 2 >= row->decided)
        r |= RANKING_UPHELD;
    if (row->trend == RANKING_RISING)
        r |= RANKING_GROWS;
    if (row->repeated > 0)
        r |= RANKING_AGAIN;
    if (row->median_reply > rule->slow)
        r |= RANKING_DELAYED;
    return r;
}

static int by_standing(const void *a, const void *b)
{
    const struct ranking_row *x = a, *y = b;
    if (x->rated != y->rated)
        return x->rated ? -1 : 1;
    if (x->rated && x->low != y->low)
        return x->low > y->low ? -1 : 1;
    if (x->complaints != y->complaints)
        return x->complaints > y->complaints ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool counts(const struct ranking_rule *rule, const struct ranking_complaint *c, size_t rows)
{
    return c->at >= rule->from && c->at < rule->until && c->row < rows && c->issue < RANKING_ISSUES;
}

/* What of a row is ours, empty. */
static void clear(struct ranking_row *row)
{
    *row = (struct ranking_row){.id = row->id, .members = row->members, .median_reply = -1};
}

static double rate_of_all(const struct ranking_row *rows, size_t count, size_t complaints)
{
    double members = 0;
    for (size_t i = 0; i < count; i++)
        members += rows[i].members;
    return members > 0 ? 1000.0 * (double)complaints / members : 0;
}

enum err ranking_make(const struct ranking_rule *rule, const struct ranking_complaint *complaints,
                      size_t total, struct ranking_row *rows, size_t row_count)
{
    struct ranking_complaint *c = calloc(total + 1, sizeof *c);
    size_t n = 0;
    if (c == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < total; i++)
        if (counts(rule, &complaints[i], row_count))
            c[n++] = complaints[i];
    if (n > 0)
        qsort(c, n, sizeof *c, by_row_and_time);
    const double all = rate_of_all(rows, row_count, n);
    for (size_t i = 0, at = 0; i < row_count; i++) {
        const size_t first = at;
        unsigned most;
        while (at < n && c[at].row == i)
            at++;
        clear(&rows[i]);
        count(rule, &c[first], at - first, &rows[i], &most);
        tell(rule, &c[first], at - first, &rows[i]);
        rows[i].reasons = reasons(rule, &rows[i], most, all);
    }
    free(c);
    if (row_count > 0)
        qsort(rows, row_count, sizeof *rows, by_standing);
    return OK;
}
