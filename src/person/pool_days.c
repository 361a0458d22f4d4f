#include "person/pool_days.h"

struct reading {
    struct pool_day *day;
    size_t offset; /* of the column that is read, within a day */
};

#define OF_ENTITY                                                                                  \
    "IN (SELECT o.\"id\" FROM organisations o, organisations mine WHERE mine.\"id\" = $2 AND "     \
    "COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(mine.\"legal_entity\", mine.\"id\"))"
#define WHOSE                                                                                      \
    "c.\"staff\" IN (SELECT s.\"id\" FROM staff s WHERE s.\"id\" = $1 OR ($3 = 1 AND "             \
    "s.\"organisation\" " OF_ENTITY "))"
/* The day of an instant, counted from $4, the first midnight. */
#define DAY_OF(column) "(" column " - $4) / 86400000000000"

static const struct {
    size_t offset;
    const char *sql;
} counts[] = {
    {offsetof(struct pool_day, claims),
     "SELECT " DAY_OF("c.\"at\"") ", count(*) FROM claims c WHERE " WHOSE
                                  " AND c.\"at\" >= $4 AND c.\"at\" < $5 GROUP BY 1"},
    {offsetof(struct pool_day, releases),
     "SELECT " DAY_OF(
         "c.\"ended_at\"") ", count(*) FROM claims "
                           "c WHERE " WHOSE
                           " AND c.\"ended_at\" >= $4 AND c.\"ended_at\" < $5 AND c.\"why\" IN "
                           "('released', 'transferred') GROUP BY 1"},
    {offsetof(struct pool_day, lapses),
     "SELECT " DAY_OF(
         "c.\"ended_at\"") ", count(*) FROM claims "
                           "c WHERE " WHOSE
                           " AND c.\"ended_at\" >= $4 AND c.\"ended_at\" < $5 AND c.\"why\" NOT IN "
                           "('released', 'transferred') GROUP BY 1"},
    /* One's own: of members whom one held when both had signed. */
    {offsetof(struct pool_day, contracts),
     "SELECT " DAY_OF(
         "x.\"person_signed_at\"") ", count(*) "
                                   "FROM contracts x WHERE x.\"organisation\" " OF_ENTITY
                                   " AND x.\"person_signed_at\" >= $4 AND "
                                   "x.\"person_signed_at\" < $5 AND ($3 = 1 OR EXISTS (SELECT 1 "
                                   "FROM claims c WHERE "
                                   "c.\"person\" = x.\"person\" AND c.\"staff\" = $1 AND c.\"at\" "
                                   "<= x.\"person_signed_at\" AND "
                                   "(c.\"ended_at\" IS NULL OR c.\"ended_at\" > "
                                   "x.\"person_signed_at\"))) GROUP BY 1"},
};

static bool take(void *to, const struct value *c, size_t count)
{
    const struct reading *r = to;
    (void)count;
    if (c[0].i >= 0 && c[0].i < POOL_DAYS) {
        char *day = (char *)&r->day[c[0].i];
        *(int64_t *)(void *)(day + r->offset) = c[1].i;
    }
    return true;
}

enum err pool_days_read(const struct pool_work *w, struct str organisation, bool all,
                        struct pool_day day[static POOL_DAYS], int64_t *first,
                        struct problem *problem)
{
    const when end = pool_midnight(w->rules, w->at), begin = end - POOL_DAYS * WHEN_DAY;
    const struct value v[] = {value_text(w->staff), value_text(organisation), value_int(all),
                              value_int(begin), value_int(end)};
    enum err e = OK;
    memset(day, 0, POOL_DAYS * sizeof *day);
    *first = when_day(begin, rules_offset_minutes(w->rules));
    for (size_t i = 0; e == OK && i < sizeof counts / sizeof *counts; i++) {
        struct reading r = {.day = day, .offset = counts[i].offset};
        e = store_run(w->store, counts[i].sql, v, sizeof v / sizeof *v, take, &r, problem);
    }
    return e;
}
