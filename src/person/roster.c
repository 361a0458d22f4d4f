#include "person/roster.h"

#include <stdio.h>

/* Parameters of each statement. */
enum { ENTITY_OF, OWNER, POOL, STORE, Q, FROM, AFTER, AFTER_ID, LIMIT, FIRST, FURTHER, PARAMETERS };

#define LAST "9223372036854775807"

/* The end of a claim less the rest after a contract, so that no sum can overflow. */
#define ENDS                                                                                       \
    "CASE WHEN m.\"followed_at\" IS NULL THEN m.\"claimed_at\" + $10 "                             \
    "WHEN m.\"followed_at\" > m.\"claimed_at\" THEN m.\"followed_at\" + $11 "                      \
    "ELSE m.\"claimed_at\" + $11 END"
#define RETURNS_AT                                                                                 \
    "CASE WHEN m.\"owner\" IS NULL OR m.\"claimed_at\" IS NULL THEN " LAST " "                     \
    "WHEN m.\"contract_until\" > " ENDS " THEN m.\"contract_until\" ELSE " ENDS " END"
#define ALIAS      "COALESCE(m.\"alias\", '') COLLATE \"C\""
#define IN_POOL    "COALESCE(m.\"pool\", '') COLLATE \"C\""
#define OWNED_BY   "COALESCE(m.\"owner\", '') COLLATE \"C\""
#define CLAIMED_AT "COALESCE(m.\"claimed_at\", " LAST ")"

/* Every parameter is named, also where the order needs it not: both engines count them. */
#define SELECT(key, than, direction)                                                               \
    "SELECT m.\"id\", m.\"organisation\", m.\"owner\", m.\"alias\", m.\"pool\", "                  \
    "m.\"claimed_at\", m.\"followed_at\", m.\"contract_until\", m.\"version\", " key " "           \
    "FROM members m JOIN organisations o ON o.\"id\" = m.\"organisation\" "                        \
    "WHERE m.\"status\" = 'active' AND COALESCE(o.\"legal_entity\", o.\"id\") = "                  \
    "(SELECT COALESCE(mine.\"legal_entity\", mine.\"id\") FROM organisations mine "                \
    "WHERE mine.\"id\" = $1) AND ($2 = '' OR m.\"owner\" = $2) "                                   \
    "AND ($3 = '' OR (m.\"pool\" = $3 AND m.\"owner\" IS NULL)) "                                  \
    "AND ($4 = '' OR m.\"store\" = $4 OR m.\"organisation\" = $4) "                                \
    "AND ($5 = '' OR m.\"id\" = $5 OR m.\"owner\" = $5 "                                           \
    "OR replace(m.\"alias\", $5, '') <> m.\"alias\") "                                             \
    "AND ($6 = 0 OR " key " " than " $7 OR (" key " = $7 AND m.\"id\" COLLATE \"C\" > $8)) "       \
    "AND COALESCE($10, $11, " LAST ") IS NOT NULL ORDER BY " key " " direction                     \
    ", m.\"id\" COLLATE \"C\" LIMIT $9"
#define BOTH(key)                                                                                  \
    {                                                                                              \
        SELECT(key, ">", "ASC"), SELECT(key, "<", "DESC")                                          \
    }

static const char *const statements[ROSTER_SORTS][2] = {
    [ROSTER_BY_ALIAS] = BOTH(ALIAS),           [ROSTER_BY_POOL] = BOTH(IN_POOL),
    [ROSTER_BY_OWNER] = BOTH(OWNED_BY),        [ROSTER_BY_CLAIMED_AT] = BOTH(CLAIMED_AT),
    [ROSTER_BY_RETURNS_AT] = BOTH(RETURNS_AT),
};

bool roster_by_text(enum roster_sort sort)
{
    return sort == ROSTER_BY_ALIAS || sort == ROSTER_BY_POOL || sort == ROSTER_BY_OWNER;
}

struct reading {
    struct roster_row *rows;
    size_t count;
    enum roster_sort sort;
    bool cut; /* a text is longer than any that is written */
};

static void copy(struct reading *r, const struct value *v, char *out, size_t size)
{
    r->cut = r->cut || !str_copy(fact_text(v), out, size);
}

static bool take(void *to, const struct value *v, size_t count)
{
    struct reading *r = to;
    struct roster_row *row = &r->rows[r->count++];
    (void)count;
    copy(r, &v[0], row->id, sizeof row->id);
    copy(r, &v[1], row->organisation, sizeof row->organisation);
    copy(r, &v[2], row->owner, sizeof row->owner);
    copy(r, &v[3], row->alias, sizeof row->alias);
    copy(r, &v[4], row->pool, sizeof row->pool);
    row->claimed_at = v[5];
    row->followed_at = v[6];
    row->contract_until = v[7];
    row->version = v[8].type == VALUE_INT ? v[8].i : 0;
    row->key = roster_by_text(r->sort)
                   ? value_text(str_of(r->sort == ROSTER_BY_ALIAS  ? row->alias
                                       : r->sort == ROSTER_BY_POOL ? row->pool
                                                                   : row->owner))
                   : v[9];
    return true;
}

static struct value text_if(bool wanted, struct str text)
{
    return value_text(wanted ? text : STR(""));
}

enum err roster_read(struct store *s, const struct roster_query *q,
                     struct roster_row rows[static ROSTER_PAGE], size_t *count,
                     struct problem *problem)
{
    const int64_t *days = q->settings->value;
    const int64_t further = days[POOL_RECYCLE_DAYS], rest = days[POOL_CONTRACT_REST_DAYS];
    const int64_t first =
        days[POOL_FIRST_RELEASE_DAYS] < further ? days[POOL_FIRST_RELEASE_DAYS] : further;
    const bool begins = q->after.type == VALUE_NULL;
    const struct value none = roster_by_text(q->sort) ? value_text(STR("")) : value_int(0);
    const struct value v[PARAMETERS] = {
        [ENTITY_OF] = value_text(q->organisation),
        [OWNER] = text_if(q->pool == ROSTER_MINE, q->staff),
        [POOL] = value_text(q->pool == ROSTER_STORE  ? STR("store")
                            : q->pool == ROSTER_CITY ? STR("city")
                                                     : STR("")),
        [STORE] = text_if(q->pool == ROSTER_STORE, q->organisation),
        [Q] = value_text(q->q),
        [FROM] = value_int(!begins),
        [AFTER] = begins ? none : q->after,
        [AFTER_ID] = value_text(q->after_id),
        [LIMIT] = value_int((int64_t)(q->limit < ROSTER_PAGE ? q->limit : ROSTER_PAGE)),
        [FIRST] = value_int((first - rest) * WHEN_DAY),
        [FURTHER] = value_int((further - rest) * WHEN_DAY),
    };
    struct reading r = {.rows = rows, .sort = q->sort};
    enum err e = store_run(s, statements[q->sort][q->down], v, PARAMETERS, take, &r, problem);
    *count = r.count;
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
    out[MEMBER_VERSION] = value_int(r->version);
    out[MEMBER_STATUS] = value_text(STR("active"));
}
