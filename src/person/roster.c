/*
 * A page is read from each organisation of the legal entity by itself, and merged here: with
 * one organisation stated, an index of the order leads either engine to where the page begins,
 * however many members there are.
 */
#include "person/roster.h"

#include "core/buf.h"

#define LAST "9223372036854775807"

/* What each order goes by. Of a claim's end $1 is the first term, $2 a further one, both less the
 * rest after a contract, so that no sum can overflow. */
#define ENDS                                                                                       \
    "CASE WHEN m.\"followed_at\" IS NULL THEN m.\"claimed_at\" + $1 "                              \
    "WHEN m.\"followed_at\" > m.\"claimed_at\" THEN m.\"followed_at\" + $2 "                       \
    "ELSE m.\"claimed_at\" + $2 END"
#define OF_HELD "WHEN m.\"contract_until\" > " ENDS " THEN m.\"contract_until\" ELSE " ENDS " END"
#define RETURNS_AT                                                                                 \
    "CASE WHEN m.\"owner\" IS NULL OR m.\"claimed_at\" IS NULL THEN " LAST " " OF_HELD
#define HELD_RETURNS_AT "CASE WHEN m.\"claimed_at\" IS NULL THEN " LAST " " OF_HELD

static const char *const keys[ROSTER_SORTS] = {
    [ROSTER_BY_ALIAS] = "COALESCE(m.\"alias\", '') COLLATE \"C\"",
    [ROSTER_BY_POOL] = "COALESCE(m.\"pool\", '') COLLATE \"C\"",
    [ROSTER_BY_OWNER] = "COALESCE(m.\"owner\", '') COLLATE \"C\"",
    [ROSTER_BY_CLAIMED_AT] = "COALESCE(m.\"claimed_at\", " LAST ")",
    [ROSTER_BY_RETURNS_AT] = RETURNS_AT,
};

bool roster_by_text(enum roster_sort sort)
{
    return sort == ROSTER_BY_ALIAS || sort == ROSTER_BY_POOL || sort == ROSTER_BY_OWNER;
}

/* One statement, and what its parameters are. Texts of it are few: a store keeps them prepared. */
enum { STATEMENT = 3000, PARAMETERS = 16 };
struct statement {
    char text[STATEMENT];
    struct buf sql;
    struct value v[PARAMETERS];
    size_t count;
};

/* Where in the text its number stands, as `$n`. */
static void bind(struct statement *s, struct value v)
{
    if (s->count == PARAMETERS)
        s->sql.failed = true;
    else
        s->v[s->count++] = v;
    buf_printf(&s->sql, "$%zu", s->count);
}

static void with(struct statement *s, const char *sql, struct value v)
{
    buf_printf(&s->sql, "%s", sql);
    bind(s, v);
}

/* A page from several lists: the first `limit` of all, in order. */
struct reading {
    const struct roster_query *q;
    struct roster_row *rows;
    size_t count, limit;
    bool cut; /* a text is longer than any that is written */
};

static void copy(struct reading *r, const struct value *v, char *out, size_t size)
{
    r->cut = r->cut || !str_copy(fact_text(v), out, size);
}

static const char *text_key(const struct roster_row *row, enum roster_sort sort)
{
    return sort == ROSTER_BY_ALIAS ? row->alias : sort == ROSTER_BY_POOL ? row->pool : row->owner;
}

static int compare(const struct reading *r, const struct roster_row *a, const struct roster_row *b)
{
    const enum roster_sort sort = r->q->sort;
    int c = roster_by_text(sort) ? strcmp(text_key(a, sort), text_key(b, sort))
                                 : (a->key.i > b->key.i) - (a->key.i < b->key.i);
    c = c != 0 ? c : strcmp(a->id, b->id);
    return r->q->down ? -c : c;
}

/* False once no further row of this list can be on the page. */
static bool take(void *to, const struct value *v, size_t count)
{
    struct reading *r = to;
    struct roster_row row = {.key = v[10]};
    (void)count;
    copy(r, &v[0], row.id, sizeof row.id);
    copy(r, &v[1], row.organisation, sizeof row.organisation);
    copy(r, &v[2], row.owner, sizeof row.owner);
    copy(r, &v[3], row.alias, sizeof row.alias);
    copy(r, &v[4], row.pool, sizeof row.pool);
    row.claimed_at = v[5];
    row.followed_at = v[6];
    row.contract_until = v[7];
    row.pool_since = v[8];
    row.version = v[9].type == VALUE_INT ? v[9].i : 0;
    size_t at = r->count;
    while (at > 0 && compare(r, &row, &r->rows[at - 1]) < 0)
        at--;
    if (at == r->limit)
        return false;
    r->count += r->count < r->limit;
    memmove(&r->rows[at + 1], &r->rows[at], (r->count - at - 1) * sizeof *r->rows);
    r->rows[at] = row;
    return true;
}

/* Lists that a page is read from. Each is one that an index leads through; they share no row. */
enum list {
    LIST_HOUSE,  /* of one organisation */
    LIST_HELD,   /* of one, whom somebody holds */
    LIST_FREE,   /* of one, whom nobody holds */
    LIST_STORE,  /* of a store that is no organisation of theirs */
    LIST_ENTITY, /* of the whole entity, who are few by what else is asked */
};

#define OF_ENTITY                                                                                  \
    "IN (SELECT o.\"id\" FROM organisations o, organisations mine WHERE "                          \
    "COALESCE(o.\"legal_entity\", o.\"id\") = COALESCE(mine.\"legal_entity\", mine.\"id\") AND "   \
    "mine.\"id\" = "

/* An organisation with a word appended to it leads through no index, so that another one does. */
static void put_list(struct statement *s, enum list list, const struct roster_query *q,
                     struct str house)
{
    switch (list) {
    case LIST_HOUSE:
    case LIST_HELD:
    case LIST_FREE:
        with(s, " AND m.\"organisation\" = ", value_text(house));
        break;
    case LIST_STORE:
    case LIST_ENTITY:
        with(s, " AND m.\"organisation\" || '' " OF_ENTITY, value_text(q->organisation));
        buf_printf(&s->sql, ")");
        break;
    }
    if (list == LIST_HELD)
        buf_printf(&s->sql, " AND m.\"owner\" IS NOT NULL");
    if (list == LIST_FREE)
        buf_printf(&s->sql, " AND COALESCE(m.\"owner\", '') COLLATE \"C\" = ''");
    if (list == LIST_STORE) {
        with(s, " AND m.\"store\" = ", value_text(q->organisation));
        with(s, " AND m.\"organisation\" <> ", value_text(q->organisation));
    }
}

/* Whose claim a row must be of, or in which pool it must wait. */
static void put_pool(struct statement *s, const struct roster_query *q)
{
    switch (q->pool) {
    case ROSTER_ALL:
        return;
    case ROSTER_MINE:
        with(s, " AND m.\"owner\" = ", value_text(q->staff));
        return;
    case ROSTER_STORE:
        buf_printf(&s->sql, " AND m.\"pool\" = 'store' AND m.\"owner\" IS NULL");
        return;
    case ROSTER_CITY:
        buf_printf(&s->sql, " AND m.\"pool\" = 'city' AND m.\"owner\" IS NULL");
        return;
    }
}

static void put_view(struct statement *s, const struct roster_query *q)
{
    const int64_t *days = q->settings->value;
    if (q->view != ROSTER_VIEW_ALL)
        buf_printf(&s->sql, " AND m.\"owner\" IS NOT NULL");
    switch (q->view) {
    case ROSTER_VIEW_ALL:
        return;
    case ROSTER_EXPIRING:
        buf_printf(&s->sql, " AND " HELD_RETURNS_AT);
        with(s, " <= ",
             value_int(q->at + (days[POOL_RED_DAYS] - days[POOL_CONTRACT_REST_DAYS]) * WHEN_DAY));
        return;
    case ROSTER_UNFOLLOWED:
        buf_printf(&s->sql, " AND m.\"followed_at\" IS NULL");
        return;
    case ROSTER_DUE:
        with(s, " AND ((m.\"followed_at\" IS NULL AND m.\"claimed_at\" <= ",
             value_int(q->at - days[POOL_FIRST_REMIND_DAYS] * WHEN_DAY));
        with(s,
             ") OR EXISTS (SELECT 1 FROM followups f WHERE f.\"person\" = m.\"id\" AND "
             "f.\"staff\" = m.\"owner\" AND f.\"next_at\" < ",
             value_int(q->tonight));
        buf_printf(&s->sql, "))");
        return;
    }
}

/* An id is looked for as it is; no alias looks like one. */
static bool names_id(struct str q)
{
    return str_starts(q, STR("per_")) || str_starts(q, STR("stf_"));
}

static void put_search(struct statement *s, const struct roster_query *q)
{
    if (q->q.n == 0)
        return;
    if (names_id(q->q)) {
        with(s, " AND (m.\"id\" = ", value_text(q->q));
        with(s, " OR m.\"owner\" = ", value_text(q->q));
        buf_printf(&s->sql, ")");
    } else {
        with(s, " AND replace(m.\"alias\", ", value_text(q->q));
        buf_printf(&s->sql, ", '') <> m.\"alias\"");
    }
}

/*
 * What a list is ordered by. `by` is the key, or the same in words that no index has, where
 * another one shall lead. Who is free has one key for all.
 */
struct order {
    const char *key, *by;
};

static struct order order_of(enum list list, const struct roster_query *q)
{
    static const char *const led[ROSTER_SORTS] = {
        [ROSTER_BY_ALIAS] = "(COALESCE(m.\"alias\", '') || '') COLLATE \"C\"",
        [ROSTER_BY_POOL] = "(COALESCE(m.\"pool\", '') || '') COLLATE \"C\"",
        [ROSTER_BY_OWNER] = "(COALESCE(m.\"owner\", '') || '') COLLATE \"C\"",
        [ROSTER_BY_CLAIMED_AT] = "COALESCE(m.\"claimed_at\", " LAST ") + 0",
        [ROSTER_BY_RETURNS_AT] = HELD_RETURNS_AT,
    };
    if (list == LIST_FREE)
        return (struct order){.key = LAST};
    if (list == LIST_HELD)
        return (struct order){.key =
                                  q->sort == ROSTER_BY_RETURNS_AT ? HELD_RETURNS_AT : keys[q->sort],
                              .by = led[q->sort]};
    if (list == LIST_ENTITY && q->sort != ROSTER_BY_RETURNS_AT)
        return (struct order){.key = keys[q->sort], .by = led[q->sort]};
    return (struct order){.key = keys[q->sort], .by = keys[q->sort]};
}

/* The key alone leads an index to where the page begins; of equal ones the id decides. */
static void put_after(struct statement *s, const struct roster_query *q, const char *key)
{
    if (q->after.type == VALUE_NULL)
        return;
    buf_printf(&s->sql, " AND %s", key);
    with(s, q->down ? " <= " : " >= ", q->after);
    buf_printf(&s->sql, " AND (%s", key);
    with(s, q->down ? " < " : " > ", q->after);
    buf_printf(&s->sql, " OR m.\"id\" COLLATE \"C\"");
    with(s, q->down ? " < " : " > ", value_text(q->after_id));
    buf_printf(&s->sql, ")");
}

/*
 * `late`: ids are sorted in the index of who is held, where all stands that the end of a claim
 * follows from, and the rows of a page alone are fetched then.
 */
#define COLUMNS                                                                                    \
    "m.\"id\", m.\"organisation\", m.\"owner\", m.\"alias\", m.\"pool\", m.\"claimed_at\", "       \
    "m.\"followed_at\", m.\"contract_until\", m.\"pool_since\", m.\"version\", "

static void put_columns(struct statement *s, const char *key, bool late)
{
    if (late)
        buf_printf(&s->sql, "SELECT " COLUMNS "k.\"key\" FROM (SELECT m.\"id\", %s AS \"key\" ",
                   key);
    else
        buf_printf(&s->sql, "SELECT " COLUMNS "%s ", key);
    buf_printf(&s->sql, "FROM members m WHERE m.\"status\" = 'active'");
}

static void make(struct statement *s, enum list list, const struct roster_query *q,
                 struct str house)
{
    const int64_t *days = q->settings->value;
    const int64_t further = days[POOL_RECYCLE_DAYS], rest = days[POOL_CONTRACT_REST_DAYS];
    const int64_t first =
        days[POOL_FIRST_RELEASE_DAYS] < further ? days[POOL_FIRST_RELEASE_DAYS] : further;
    const char *const way = q->down ? " DESC" : "";
    const struct order by = order_of(list, q);
    const bool late = list == LIST_HELD && q->sort == ROSTER_BY_RETURNS_AT;
    buf_fixed(&s->sql, s->text, sizeof s->text);
    s->count = 2;
    s->v[0] = value_int((first - rest) * WHEN_DAY);
    s->v[1] = value_int((further - rest) * WHEN_DAY);
    put_columns(s, by.key, late);
    put_list(s, list, q, house);
    put_pool(s, q);
    put_view(s, q);
    put_search(s, q);
    put_after(s, q, by.key);
    /* Both engines count the first two, which not every order needs. */
    buf_printf(&s->sql, " AND COALESCE($1, $2, " LAST ") IS NOT NULL ORDER BY ");
    if (by.by != NULL)
        buf_printf(&s->sql, "%s%s, ", by.by, way);
    buf_printf(&s->sql, "m.\"id\" COLLATE \"C\"%s LIMIT ", way);
    bind(s, value_int((int64_t)q->limit));
    if (late)
        buf_printf(&s->sql,
                   ") k JOIN members m ON m.\"id\" = k.\"id\" ORDER BY k.\"key\"%s, m.\"id\" "
                   "COLLATE \"C\"%s",
                   way, way);
    buf_u8(&s->sql, 0);
}

static enum err read_list(struct store *s, enum list list, struct reading *r, struct str house,
                          struct problem *problem)
{
    struct statement sql;
    make(&sql, list, r->q, house);
    return sql.sql.failed ? problem_set(problem, ERR_LIMIT, "a statement is too long")
                          : store_run(s, sql.text, sql.v, sql.count, take, r, problem);
}

/* An organisation's part. By the end of a claim no index leads, but one to all that are held. */
static enum err read_house(struct store *s, struct reading *r, struct str house,
                           struct problem *problem)
{
    const struct roster_query *q = r->q;
    if (q->pool == ROSTER_STORE && !str_eq(house, q->organisation))
        return OK;
    if (q->view != ROSTER_VIEW_ALL)
        return read_list(s, LIST_HELD, r, house, problem);
    if (q->sort != ROSTER_BY_RETURNS_AT || q->pool != ROSTER_ALL)
        return read_list(s, LIST_HOUSE, r, house, problem);
    enum err e = read_list(s, LIST_HELD, r, house, problem);
    return e == OK ? read_list(s, LIST_FREE, r, house, problem) : e;
}

/* Organisations of a legal entity, some at a time. */
enum { HOUSES = 32 };
struct houses {
    char id[HOUSES][ID_BYTES + 1];
    size_t count;
};

static bool take_house(void *to, const struct value *v, size_t count)
{
    struct houses *h = to;
    (void)count;
    return str_copy(v[0].s, h->id[h->count], sizeof h->id[0]) && ++h->count < HOUSES;
}

static enum err next_houses(struct store *s, struct str organisation, struct houses *h,
                            struct problem *problem)
{
    char last[ID_BYTES + 1] = "";
    if (h->count > 0)
        str_copy(str_of(h->id[h->count - 1]), last, sizeof last);
    const struct value v[] = {value_text(organisation), value_text(str_of(last)),
                              value_int(HOUSES)};
    h->count = 0;
    return store_run(s,
                     "SELECT o.\"id\" FROM organisations o, organisations mine WHERE mine.\"id\" = "
                     "$1 AND COALESCE(o.\"legal_entity\", o.\"id\") = "
                     "COALESCE(mine.\"legal_entity\", mine.\"id\") AND o.\"id\" > $2 ORDER BY "
                     "o.\"id\" LIMIT $3",
                     v, 3, take_house, h, problem);
}

enum err roster_read(struct store *s, const struct roster_query *asked,
                     struct roster_row rows[static ROSTER_PAGE], size_t *count,
                     struct problem *problem)
{
    struct roster_query q = *asked;
    struct houses houses = {.count = 0};
    q.limit = q.limit < ROSTER_PAGE ? q.limit : ROSTER_PAGE;
    struct reading r = {.q = &q, .rows = rows, .limit = q.limit};
    enum err e = OK;
    if (q.pool == ROSTER_MINE || names_id(q.q)) {
        e = read_list(s, LIST_ENTITY, &r, STR(""), problem);
    } else {
        do {
            e = next_houses(s, q.organisation, &houses, problem);
            for (size_t i = 0; e == OK && i < houses.count; i++)
                e = read_house(s, &r, str_of(houses.id[i]), problem);
        } while (e == OK && houses.count == HOUSES);
        if (e == OK && q.pool == ROSTER_STORE)
            e = read_list(s, LIST_STORE, &r, STR(""), problem);
    }
    *count = r.count;
    for (size_t i = 0; i < r.count && roster_by_text(q.sort); i++)
        rows[i].key = value_text(str_of(text_key(&rows[i], q.sort)));
    if (e == OK && r.cut)
        e = problem_set(problem, ERR_CORRUPT, "a member's row holds a text that is too long");
    return e;
}

struct found {
    char *id;
    size_t count;
};

static bool take_id(void *to, const struct value *v, size_t count)
{
    struct found *f = to;
    (void)count;
    if (f->count++ > 0 || !str_copy(v[0].s, f->id, ID_BYTES + 1))
        f->id[0] = '\0';
    return true;
}

enum err roster_find(struct store *s, struct str organisation, struct str alias,
                     char id[static ID_BYTES + 1], struct problem *problem)
{
    const struct value v[] = {value_text(organisation), value_text(alias)};
    struct found f = {.id = id};
    id[0] = '\0';
    return store_run(s,
                     "SELECT m.\"id\" FROM members m JOIN organisations o "
                     "ON o.\"id\" = m.\"organisation\" WHERE m.\"alias\" = $2 "
                     "AND m.\"status\" = 'active' AND COALESCE(o.\"legal_entity\", o.\"id\") = "
                     "(SELECT COALESCE(mine.\"legal_entity\", mine.\"id\") "
                     "FROM organisations mine WHERE mine.\"id\" = $1) LIMIT 2",
                     v, 2, take_id, &f, problem);
}

void roster_member(const struct roster_row *r, struct value out[static MEMBER_COLUMNS])
{
    for (size_t i = 0; i < MEMBER_COLUMNS; i++)
        out[i] = value_null();
    out[MEMBER_ID] = value_text(str_of(r->id));
    out[MEMBER_ORGANISATION] = value_text(str_of(r->organisation));
    out[MEMBER_ALIAS] = value_text(str_of(r->alias));
    if (r->owner[0] != '\0')
        out[MEMBER_OWNER] = value_text(str_of(r->owner));
    out[MEMBER_CLAIMED_AT] = r->claimed_at;
    out[MEMBER_FOLLOWED_AT] = r->followed_at;
    out[MEMBER_CONTRACT_UNTIL] = r->contract_until;
    out[MEMBER_POOL_SINCE] = r->pool_since;
    if (r->pool[0] != '\0')
        out[MEMBER_POOL] = value_text(str_of(r->pool));
    out[MEMBER_VERSION] = value_int(r->version);
    out[MEMBER_STATUS] = value_text(STR("active"));
}
