#include "person/pool_view.h"

#define FREE                                                                                       \
    "m.\"status\" = 'active' AND m.\"owner\" IS NULL AND (m.\"frozen_until\" IS NULL OR "          \
    "m.\"frozen_until\" <= $2)"
#define OF_ENTITY                                                                                  \
    "m.\"organisation\" IN (SELECT o.\"id\" FROM organisations o, organisations mine WHERE "       \
    "mine.\"id\" = $1 AND COALESCE(o.\"legal_entity\", o.\"id\") = "                               \
    "COALESCE(mine.\"legal_entity\", "                                                             \
    "mine.\"id\"))"

enum err pool_view_read(const struct pool_work *w, struct pool_view *out, struct problem *problem)
{
    const struct {
        const char *sql;
        int64_t *out;
    } counts[] = {
        {"SELECT count(*) FROM members m WHERE (m.\"store\" = $1 OR m.\"organisation\" = $1) AND "
         "m.\"pool\" = 'store' AND " FREE,
         &out->store},
        {"SELECT count(*) FROM members m WHERE " OF_ENTITY " AND m.\"pool\" = 'city' AND " FREE,
         &out->city},
        {"SELECT count(*) FROM members m WHERE " OF_ENTITY
         " AND m.\"status\" = 'active' AND m.\"frozen_until\" > $2",
         &out->frozen},
    };
    enum err e = pool_staff_read(w, w->staff, &out->staff, problem);
    const struct value v[] = {value_text(str_of(out->staff.organisation)), value_int(w->at)};
    if (e == OK)
        e = pool_rule_read(w->store, v[0].s, &out->settings, problem);
    if (e == OK)
        e = pool_claims_left(w, w->staff, &out->settings, &out->claims_left, problem);
    if (e == OK)
        e = pool_held(w, w->staff, &out->held, problem);
    for (size_t i = 0; e == OK && i < sizeof counts / sizeof *counts; i++)
        e = store_integer(w->store, counts[i].sql, v, 2, counts[i].out, problem);
    return e;
}

struct listing {
    const struct pool_work *w;
    const struct pool_settings *settings;
    pool_each *each;
    void *to;
};

enum { ROW_PERSON, ROW_OWNER, ROW_AT, ROW_CONTRACT };

static bool hand_due(void *to, const struct value *c, size_t count)
{
    const struct listing *l = to;
    (void)count;
    const struct value row[MEMBER_COLUMNS] = {[MEMBER_OWNER] = c[ROW_OWNER],
                                              [MEMBER_CLAIMED_AT] = c[ROW_AT],
                                              [MEMBER_CONTRACT_UNTIL] = c[ROW_CONTRACT]};
    const struct pool_row r = {.person = c[ROW_PERSON].s,
                               .owner = c[ROW_OWNER].s,
                               .due = pool_due(row, l->settings, l->w->at),
                               .at = c[ROW_AT].i,
                               .returns_at = pool_returns_at(row, l->settings)};
    return r.due == POOL_NOTHING_DUE || l->each(l->to, &r);
}

enum err pool_view_due(const struct pool_work *w, const struct pool_view *v, pool_each *each,
                       void *to, struct problem *problem)
{
    struct listing l = {.w = w, .settings = &v->settings, .each = each, .to = to};
    const int64_t *days = v->settings.value;
    const bool manages = v->staff.position == POSITION_MANAGER;
    const struct value p[] = {
        value_text(str_of(v->staff.organisation)), value_text(w->staff),
        value_int(w->at - days[POOL_FIRST_REMIND_DAYS] * WHEN_DAY),
        /* Nobody claims before 1970: for others than managers no claim of a colleague is old. */
        value_int(manages ? w->at - days[POOL_FIRST_COPY_DAYS] * WHEN_DAY : INT64_MIN),
        value_int(POOL_ROWS)};
    return store_run(w->store,
                     "SELECT m.\"id\", m.\"owner\", m.\"claimed_at\", m.\"contract_until\" FROM "
                     "members m WHERE m.\"followed_at\" IS NULL AND ((m.\"owner\" = $2 AND "
                     "m.\"claimed_at\" <= $3) OR (m.\"owner\" IS NOT NULL AND m.\"claimed_at\" <= "
                     "$4 AND " OF_ENTITY ")) ORDER BY m.\"claimed_at\", m.\"id\" LIMIT $5",
                     p, 5, hand_due, &l, problem);
}

static bool hand_plan(void *to, const struct value *c, size_t count)
{
    const struct listing *l = to;
    (void)count;
    const struct pool_row r = {
        .person = c[ROW_PERSON].s, .owner = c[ROW_OWNER].s, .at = c[ROW_AT].i};
    return l->each(l->to, &r);
}

enum err pool_view_plans(const struct pool_work *w, pool_each *each, void *to,
                         struct problem *problem)
{
    struct listing l = {.w = w, .each = each, .to = to};
    const struct value p[] = {value_text(w->staff), value_int(POOL_ROWS)};
    return store_run(w->store,
                     "SELECT \"person\", \"staff\", \"next_at\" FROM followups WHERE \"staff\" = "
                     "$1 AND \"next_at\" IS NOT NULL ORDER BY \"next_at\", \"person\" LIMIT $2",
                     p, 2, hand_plan, &l, problem);
}

struct returning {
    pool_return_each *each;
    void *to;
};

static bool hand_return(void *to, const struct value *c, size_t count)
{
    const struct returning *l = to;
    (void)count;
    const struct pool_return r = {
        .person = c[0].s, .alias = fact_text(&c[1]), .at = c[2].i, .why = c[3].s};
    return l->each(l->to, &r);
}

enum err pool_view_returns(const struct pool_work *w, pool_return_each *each, void *to,
                           struct problem *problem)
{
    struct returning l = {.each = each, .to = to};
    const struct value p[] = {value_text(w->staff), value_int(w->at - POOL_RETURN_DAYS * WHEN_DAY),
                              value_int(w->at), value_int(POOL_ROWS)};
    return store_run(
        w->store,
        "SELECT m.\"id\", m.\"alias\", c.\"ended_at\", c.\"why\" FROM claims c JOIN "
        "members m ON m.\"id\" = c.\"person\" WHERE c.\"staff\" = $1 AND "
        "c.\"ended_at\" > $2 AND c.\"why\" IN ('recycled', 'no-first-follow-up') AND "
        "m.\"owner\" IS NULL AND m.\"status\" = 'active' AND "
        "(m.\"frozen_until\" IS NULL OR m.\"frozen_until\" <= $3) ORDER BY c.\"ended_at\" DESC, "
        "m.\"id\" LIMIT $4",
        p, 4, hand_return, &l, problem);
}
