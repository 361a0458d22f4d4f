#include "desk/trace_stats.h"

const int trace_span_hours[TRACE_SPANS] = {1, 6, 24, 72, 0};

struct counting {
    struct trace_stats *out;
    int64_t found;
};

static bool count(void *to, const struct value *v, size_t columns)
{
    struct counting *c = to;
    int i = 0;
    (void)columns;
    if (str_eq(v[0].s, STR("open")))
        c->out->open++;
    if (str_eq(v[0].s, STR("lost")))
        c->out->lost++;
    if (!str_eq(v[0].s, STR("found")) || v[1].type != VALUE_INT)
        return true;
    while (trace_span_hours[i] != 0 && v[1].i > trace_span_hours[i] * WHEN_HOUR)
        i++;
    c->out->found[i]++;
    c->found++;
    return true;
}

static bool take_sum(void *to, const struct value *v, size_t columns)
{
    int64_t *sum = to;
    (void)columns;
    *sum += v[0].i;
    return true;
}

#define OPENED "FROM traces x WHERE " TRACE_SEEN "AND x.\"opened_at\" > $2 "

/* The middle one, or between the two that are. */
static enum err find_median(const struct desk_work *w, const struct value seen[static 2],
                            int64_t found, int64_t *out, struct problem *problem)
{
    const int64_t middle = found % 2 == 0 ? 2 : 1;
    const struct value v[] = {seen[0], seen[1], value_int(middle), value_int((found - 1) / 2)};
    int64_t sum = 0;
    *out = -1;
    if (found == 0)
        return OK;
    enum err e = store_run(w->store,
                           "SELECT x.\"closed_at\" - x.\"opened_at\" " OPENED
                           "AND x.\"status\" = 'found' AND x.\"closed_at\" IS NOT NULL ORDER BY 1 "
                           "LIMIT $3 OFFSET $4",
                           v, 4, take_sum, &sum, problem);
    *out = sum / middle / WHEN_SECOND;
    return e;
}

enum err trace_stats(const struct desk_work *w, when since, struct trace_stats *out,
                     struct problem *problem)
{
    const struct value v[] = {value_text(trace_seer(w)), value_int(since), value_int(w->at)};
    struct counting c = {.out = out};
    *out = (struct trace_stats){.median_s = -1};
    enum err e =
        store_run(w->store, "SELECT x.\"status\", x.\"closed_at\" - x.\"opened_at\" " OPENED, v, 2,
                  count, &c, problem);
    if (e == OK)
        e = find_median(w, v, c.found, &out->median_s, problem);
#define HOPS_OF                                                                                    \
    "SELECT COUNT(*) FROM trace_hops h JOIN traces x ON x.\"id\" = h.\"trace\" WHERE " TRACE_SEEN  \
    "AND x.\"opened_at\" > $2 AND h.\"due\" IS NOT NULL "
    if (e == OK)
        e = store_integer(w->store, HOPS_OF, v, 2, &out->hops, problem);
    return e == OK
               ? store_integer(w->store, HOPS_OF "AND COALESCE(h.\"answered_at\", $3) >= h.\"due\"",
                               v, 3, &out->late_hops, problem)
               : e;
}
