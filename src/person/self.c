#include "person/self.h"

#include "person/intake.h"

enum err self_since(struct store *store, number n, when now, when *since, struct problem *problem)
{
    struct value params[] = {value_int((int64_t)n), value_int(now)};
    *since = INT64_MIN;
    return store_integer(store,
                         "SELECT MAX(h.at) FROM ("
                         "SELECT MAX(assigned_at) AS at FROM assignments "
                         "WHERE number = $1 AND assigned_at <= $2 UNION ALL "
                         "SELECT MAX(released_at) AS at FROM assignments "
                         "WHERE number = $1 AND released_at <= $2) AS h",
                         params, 2, since, problem);
}

static void settle(struct self *s, size_t i, const struct value *number_since)
{
    s->settled[i] = number_since->type == VALUE_INT ? when_plus(number_since->i, SELF_SETTLES) : 0;
}

static bool take_id(void *to, const struct value *c, size_t count)
{
    struct self *s = to;
    (void)count;
    s->more = s->count == SELF_IDS;
    if (!s->more && str_copy(c[0].s, s->id[s->count], SUBJECT_ID))
        settle(s, s->count++, &c[1]);
    return !s->more;
}

static enum err read_members(const struct self_sources *from, struct self *s,
                             struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    link_of(from->link, s->number, link);
    struct value params[] = {value_bytes(link, sizeof link), value_int(s->since),
                             value_int(SELF_IDS + 1)};
    return store_run(
        from->store,
        "SELECT l.person, m.number_since FROM member_links l JOIN members m ON m.id = l.person "
        "WHERE l.link = $1 AND COALESCE(l.since, m.added_at, 0) >= $2 "
        "ORDER BY COALESCE(l.since, m.added_at, 0), l.person COLLATE \"C\" LIMIT $3",
        params, 3, take_id, s, problem);
}

static enum err by_number(const struct self_sources *from, const struct subject *subject, when now,
                          struct self *s, struct problem *problem)
{
    s->number = subject->number;
    enum err e = self_since(from->store, s->number, now, &s->since, problem);
    if (e != OK)
        return e;
    if (s->since > subject->begun)
        return problem_set(problem, ERR_NOT_FOUND, "the number has come to somebody else");
    return read_members(from, s, problem);
}

struct member_row {
    struct unwrap *keys;
    struct self *self;
    when since;
    enum err result;
};

static bool take_member(void *to, const struct value *c, size_t count)
{
    struct member_row *m = to;
    struct self *s = m->self;
    (void)count;
    m->since = c[1].i;
    settle(s, 0, &c[2]);
    m->result = c[0].type == VALUE_TEXT
                    ? intake_number(m->keys, str_of(s->id[0]), c[0].s, &s->number)
                    : ERR_CLOSED;
    return false;
}

static enum err by_member(const struct self_sources *from, struct str id, when now, struct self *s,
                          struct problem *problem)
{
    struct member_row m = {.keys = from->keys, .self = s, .result = ERR_NOT_FOUND};
    struct value key = value_text(id);
    if (!str_copy(id, s->id[0], SUBJECT_ID))
        return problem_set(problem, ERR_NOT_FOUND, "no such member");
    s->count = 1;
    enum err e = store_run(
        from->store,
        "SELECT m.number, COALESCE(l.since, m.added_at, 0), m.number_since FROM members m "
        "LEFT JOIN member_links l ON l.person = m.id WHERE m.id = $1",
        &key, 1, take_member, &m, problem);
    if (e != OK)
        return e;
    if (m.result == ERR_CLOSED)
        return OK;
    if (m.result != OK)
        return problem_set(problem, m.result, "a member's number cannot be opened (%s)",
                           err_name(m.result));
    when since;
    e = self_since(from->store, s->number, now, &since, problem);
    if (e == OK && since <= m.since)
        s->since = since;
    else
        s->number = 0;
    return e;
}

enum err self_read(const struct self_sources *from, const struct subject *subject, when now,
                   struct self *out, struct problem *problem)
{
    *out = (struct self){.since = WHEN_NEVER};
    enum err e = ERR_NOT_FOUND;
    if (subject->role == ROLE_PERSON && subject->number != 0)
        e = by_number(from, subject, now, out, problem);
    else if (subject->role == ROLE_PERSON && str_starts(str_of(subject->id), STR("per_")))
        e = by_member(from, str_of(subject->id), now, out, problem);
    else
        problem_set(problem, e, "not a person");
    if (e != OK)
        *out = (struct self){.since = WHEN_NEVER};
    return e;
}

when self_settled(const struct self *s)
{
    when latest = 0;
    for (size_t i = 0; i < s->count; i++)
        latest = s->settled[i] > latest ? s->settled[i] : latest;
    return latest;
}

bool self_is(const struct self *s, struct str person)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_eq(person, str_of(s->id[i])))
            return true;
    return false;
}
