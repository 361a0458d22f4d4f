#include "desk/complaint_weeks.h"

#include "desk/complaint.h"

struct reading {
    struct complaint_week *week;
};

static bool take(void *to, const struct value *c, size_t count)
{
    const struct reading *r = to;
    (void)count;
    if (c[0].i >= 0 && c[0].i < COMPLAINT_WEEKS)
        r->week[c[0].i] = (struct complaint_week){
            .accepted = c[1].i, .in_time = c[2].i, .late = c[3].i, .overdue = c[4].i};
    return true;
}

enum err complaint_weeks_read(const struct desk_work *w,
                              struct complaint_week week[static COMPLAINT_WEEKS], int64_t *first,
                              struct problem *problem)
{
    const int offset = rules_offset_minutes(w->rules);
    *first = when_day(w->at, offset) + 1 - 7 * COMPLAINT_WEEKS;
    const struct value v[] = {value_text(str_of(w->who->organisation)),
                              value_int(*first * WHEN_DAY - offset * WHEN_MINUTE), value_int(w->at),
                              value_text(STR(COMPLAINT_CLOCK_REPLY))};
    struct reading r = {.week = week};
    memset(week, 0, COMPLAINT_WEEKS * sizeof *week);
    return store_run(
        w->store,
        "SELECT (c.\"decided_at\" - $2) / 604800000000000, count(*), "
        "sum(CASE WHEN c.\"replied_at\" < COALESCE(k.\"due\", c.\"replied_at\" + 1) THEN 1 ELSE 0 "
        "END), sum(CASE WHEN c.\"replied_at\" >= k.\"due\" THEN 1 ELSE 0 END), "
        "sum(CASE WHEN c.\"replied_at\" IS NULL AND k.\"due\" <= $3 THEN 1 ELSE 0 END) "
        "FROM complaints c LEFT JOIN clocks k ON k.\"subject\" = c.\"id\" AND k.\"rule\" = $4 "
        "WHERE c.\"respondent\" IN (SELECT o.\"id\" FROM organisations o, organisations mine WHERE "
        "mine.\"id\" = $1 AND COALESCE(o.\"legal_entity\", o.\"id\") = "
        "COALESCE(mine.\"legal_entity\", mine.\"id\")) AND c.\"status\" IN ('accepted', 'closed') "
        "AND c.\"decided_at\" >= $2 GROUP BY 1",
        v, 4, take, &r, problem);
}
