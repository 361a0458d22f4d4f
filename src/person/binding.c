#include "person/binding.h"

#include "person/pool.h"

#include <sodium.h>
#include <stdlib.h>

enum { BATCH = 100 };

static const struct column columns[] = {
    [BINDING_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [BINDING_RELAY] = {.name = "relay", .type = COLUMN_NUMBER, .required = true},
    [BINDING_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true},
    [BINDING_STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true},
    [BINDING_ORGANISATION] = {.name = "organisation", .type = COLUMN_TEXT, .required = true},
    [BINDING_PURPOSE] = {.name = "purpose", .type = COLUMN_ID, .required = true},
    [BINDING_ANSWERS] = {.name = "answers", .type = COLUMN_NUMBER, .required = true},
    [BINDING_RECORD] = {.name = "record", .type = COLUMN_ID, .required = true},
    [BINDING_OPENED_AT] = {.name = "opened_at", .type = COLUMN_TIME, .required = true},
    [BINDING_EXPIRES_AT] = {.name = "expires_at", .type = COLUMN_TIME, .required = true},
    [BINDING_MAX_CALL_S] = {.name = "max_call_s", .type = COLUMN_COUNT},
    [BINDING_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "open closed expired"},
    [BINDING_CLOSED_AT] = {.name = "closed_at", .type = COLUMN_TIME},
    [BINDING_WHY] = {.name = "why",
                     .type = COLUMN_WORD,
                     .words = "expired closed left erased frozen refused"},
};
_Static_assert(sizeof columns / sizeof *columns == BINDING_COLUMNS, "one entry a column");

const struct fact_kind binding_kind = {
    .name = "bindings", .table = "bindings", .columns = columns, .count = BINDING_COLUMNS};

/* Numbers ---------------------------------------------------------------------------------- */

struct taken {
    number *n;
    size_t count, room;
    bool failed;
};

static bool take_number(void *to, const struct value *c, size_t count)
{
    struct taken *t = to;
    (void)count;
    if (t->count == t->room) {
        size_t room = t->room > 0 ? 2 * t->room : 256;
        number *grown = realloc(t->n, room * sizeof *grown);
        t->failed = grown == NULL;
        if (t->failed)
            return false;
        t->n = grown;
        t->room = room;
    }
    t->n[t->count++] = (number)c->i;
    return true;
}

static when rest_of(const struct rules *rules)
{
    return rules_limit_time(rules, LIMIT_RELAY_REST, 0) * WHEN_SECOND;
}

/* The n-th number of the pool that is not taken; both are sorted. 0: there are fewer. */
static number free_one(const struct binding_span *pool, size_t count, const struct taken *t,
                       uint64_t n)
{
    size_t i = 0;
    for (size_t s = 0; s < count; s++) {
        number from = pool[s].first;
        while (i < t->count && t->n[i] < from)
            i++;
        for (;; i++) {
            const bool more = i < t->count && t->n[i] <= pool[s].last;
            const number until = more ? t->n[i] : pool[s].last + 1;
            if (n < until - from)
                return from + n;
            n -= until - from;
            if (!more)
                break;
            from = t->n[i] + 1;
        }
    }
    return 0;
}

static uint64_t free_count(const struct binding_span *pool, size_t count, const struct taken *t)
{
    uint64_t n = 0;
    size_t i = 0;
    for (size_t s = 0; s < count; s++) {
        n += pool[s].last - pool[s].first + 1;
        while (i < t->count && t->n[i] < pool[s].first)
            i++;
        for (; i < t->count && t->n[i] <= pool[s].last; i++)
            n--;
    }
    return n;
}

/* libsodium draws 32 bits; a pool is of telephone numbers, which are fewer. */
static uint64_t any_below(uint64_t n)
{
    return randombytes_uniform(n < UINT32_MAX ? (uint32_t)n : UINT32_MAX);
}

enum err binding_choose(struct store *s, const struct binding_terms *t,
                        const struct binding_span *pool, size_t count, when at,
                        struct binding_answer *out, struct problem *problem)
{
    struct taken taken = {.n = NULL};
    const when rest = rest_of(t->rules);
    *out = (struct binding_answer){.no = BINDING_NONE};
    if (count == 0)
        return OK;
    const struct value v[] = {value_int((int64_t)pool[0].first),
                              value_int((int64_t)pool[count - 1].last),
                              value_int(at),
                              value_int(at - rest),
                              value_text(t->person),
                              value_text(t->staff)};
    enum err e = store_run(
        s,
        "SELECT \"relay\" FROM bindings WHERE \"relay\" >= $1 AND \"relay\" <= $2 AND "
        "((\"status\" = 'open' AND \"expires_at\" > $3) OR ((\"person\" = $5 OR \"staff\" = $6) "
        "AND COALESCE(\"closed_at\", \"expires_at\") > $4)) GROUP BY \"relay\" ORDER BY \"relay\"",
        v, 6, take_number, &taken, problem);
    if (e == OK && taken.failed)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    const uint64_t n = e == OK ? free_count(pool, count, &taken) : 0;
    if (n > 0) {
        out->no = BINDING_YES;
        out->relay = free_one(pool, count, &taken, any_below(n));
    }
    free(taken.n);
    if (e != OK || n > 0)
        return e;
    const struct value next[] = {v[0], v[1], v[2], v[3], v[4], v[5], value_int(rest)};
    return store_integer(
        s,
        "SELECT MIN(x) FROM (SELECT CASE WHEN \"person\" = $5 OR \"staff\" = $6 THEN "
        "COALESCE(\"closed_at\", \"expires_at\") + $7 ELSE \"expires_at\" END AS x FROM bindings "
        "WHERE \"relay\" >= $1 AND \"relay\" <= $2 AND ((\"status\" = 'open' AND \"expires_at\" > "
        "$3) OR ((\"person\" = $5 OR \"staff\" = $6) AND COALESCE(\"closed_at\", \"expires_at\") "
        "> $4))) AS ends",
        next, 7, &out->again, problem);
}

/* Opening ---------------------------------------------------------------------------------- */

static bool take_open(void *to, const struct value *c, size_t count)
{
    struct binding_answer *a = to;
    (void)count;
    a->no = BINDING_ALREADY;
    str_copy(c[0].s, a->id, sizeof a->id);
    str_copy(c[1].s, a->staff, sizeof a->staff);
    a->again = c[2].i;
    return false;
}

enum err binding_may(struct store *s, const struct binding_terms *t, when at,
                     struct binding_answer *out, struct problem *problem)
{
    const struct rule_limit *limit = rules_limit(t->rules, LIMIT_RELAY_DAILY);
    const when midnight = pool_midnight(t->rules, at);
    int64_t opened = 0;
    *out = (struct binding_answer){.no = BINDING_YES};
    const struct value pair[] = {value_text(t->organisation), value_text(t->person), value_int(at)};
    const struct value day[] = {value_text(t->staff), value_int(midnight - WHEN_DAY)};
    enum err e = store_run(s,
                           "SELECT \"id\", \"staff\", \"expires_at\" FROM bindings WHERE "
                           "\"organisation\" = $1 AND \"person\" = $2 AND \"status\" = 'open' AND "
                           "\"expires_at\" > $3",
                           pair, 3, take_open, out, problem);
    if (e == OK && out->no == BINDING_YES && limit != NULL)
        e = store_integer(
            s, "SELECT COUNT(*) FROM bindings WHERE \"staff\" = $1 AND \"opened_at\" >= $2", day, 2,
            &opened, problem);
    if (e == OK && limit != NULL && opened >= limit->count) {
        out->no = BINDING_LIMIT;
        out->again = midnight;
    }
    return e;
}

static enum err end_some(struct store *, const char *sql, const struct value *v, size_t count,
                         const char *why, const struct fact_origin *, unsigned *ended, int64_t *seq,
                         struct problem *);

/* What is over and was not swept yet would hold number and pair. */
static enum err clear(struct store *s, const struct binding_terms *t, const struct fact_origin *o,
                      struct problem *problem)
{
    const struct value v[] = {value_int(o->at), value_int((int64_t)t->relay),
                              value_text(t->organisation), value_text(t->person), value_int(BATCH)};
    unsigned ended = 0;
    int64_t seq = 0;
    return end_some(
        s,
        "SELECT \"id\" FROM bindings WHERE \"status\" = 'open' AND \"expires_at\" <= $1 "
        "AND (\"relay\" = $2 OR (\"organisation\" = $3 AND \"person\" = $4)) LIMIT $5",
        v, 5, "expired", o, &ended, &seq, problem);
}

static enum err still_free(struct store *s, const struct binding_terms *t, when at,
                           struct binding_answer *out, struct problem *problem)
{
    bool taken = false;
    const struct value v[] = {value_int((int64_t)t->relay), value_int(at - rest_of(t->rules)),
                              value_text(t->person), value_text(t->staff)};
    enum err e =
        store_any(s,
                  "SELECT 1 FROM bindings WHERE \"relay\" = $1 AND (\"status\" = 'open' OR "
                  "((\"person\" = $3 OR \"staff\" = $4) AND \"closed_at\" > $2)) LIMIT 1",
                  v, 4, &taken, problem);
    if (taken)
        out->no = BINDING_TAKEN;
    return e;
}

static enum err insert(struct store *s, const struct binding_terms *t, struct str record,
                       const struct fact_origin *o, struct binding_answer *out,
                       struct problem *problem)
{
    fresh_id("bnd", out->id);
    out->relay = t->relay;
    const struct value row[BINDING_COLUMNS] = {
        [BINDING_ID] = value_text(str_of(out->id)),
        [BINDING_RELAY] = value_int((int64_t)t->relay),
        [BINDING_PERSON] = value_text(t->person),
        [BINDING_STAFF] = value_text(t->staff),
        [BINDING_ORGANISATION] = value_text(t->organisation),
        [BINDING_PURPOSE] = value_text(t->purpose),
        [BINDING_ANSWERS] = value_int((int64_t)t->answers),
        [BINDING_RECORD] = value_text(record),
        [BINDING_OPENED_AT] = value_int(o->at),
        [BINDING_EXPIRES_AT] = value_int(t->until),
        [BINDING_MAX_CALL_S] = t->max_call_s > 0 ? value_int(t->max_call_s) : value_null(),
        [BINDING_STATUS] = value_text(STR("open")),
        [BINDING_CLOSED_AT] = value_null(),
        [BINDING_WHY] = value_null(),
    };
    return fact_write(s, &binding_kind, row, o->node, o->actor, o->at, &out->seq, problem);
}

enum err binding_open(struct store *s, const struct binding_terms *t, struct str record,
                      const struct fact_origin *o, struct binding_answer *out,
                      struct problem *problem)
{
    *out = (struct binding_answer){.no = BINDING_YES};
    enum err e = store_begin(s, problem);
    if (e != OK)
        return e;
    e = clear(s, t, o, problem);
    if (e == OK)
        e = binding_may(s, t, o->at, out, problem);
    if (e == OK && out->no == BINDING_YES)
        e = still_free(s, t, o->at, out, problem);
    if (e == OK && out->no == BINDING_YES)
        e = insert(s, t, record, o, out, problem);
    e = store_end_if(s, e, out->no == BINDING_YES, problem);
    if (e == ERR_CONFLICT) { /* an index knew better */
        *out = (struct binding_answer){.no = BINDING_TAKEN};
        return OK;
    }
    return e;
}

/* Ending ----------------------------------------------------------------------------------- */

struct batch {
    size_t count;
    char id[BATCH][FRESH_ID];
};

static bool keep_id(void *to, const struct value *c, size_t count)
{
    struct batch *b = to;
    (void)count;
    if (str_copy(c->s, b->id[b->count], sizeof b->id[0]))
        b->count++;
    return b->count < BATCH;
}

static enum err end_one(struct store *s, struct str id, const char *why,
                        const struct fact_origin *o, int64_t *seq, struct problem *problem)
{
    struct fact_row row;
    const struct value key[BINDING_COLUMNS] = {[BINDING_ID] = value_text(id)};
    enum err e = fact_find(s, &binding_kind, key, &row, problem);
    if (e != OK)
        return e;
    const when until = row.v[BINDING_EXPIRES_AT].i;
    row.v[BINDING_CLOSED_AT] = value_int(o->at < until ? o->at : until);
    row.v[BINDING_STATUS] = value_text(o->at < until ? STR("closed") : STR("expired"));
    row.v[BINDING_WHY] = value_text(o->at < until ? str_of(why) : STR("expired"));
    return fact_write(s, &binding_kind, row.v, o->node, o->actor, o->at, seq, problem);
}

/* `sql` selects ids of open ones, at most BATCH of them. */
static enum err end_some(struct store *s, const char *sql, const struct value *v, size_t count,
                         const char *why, const struct fact_origin *o, unsigned *ended,
                         int64_t *seq, struct problem *problem)
{
    struct batch b = {.count = 0};
    enum err e = store_run(s, sql, v, count, keep_id, &b, problem);
    for (size_t i = 0; i < b.count && e == OK; i++)
        e = end_one(s, str_of(b.id[i]), why, o, seq, problem);
    if (e == OK)
        *ended += (unsigned)b.count;
    return e;
}

static bool take_entity(void *to, const struct value *c, size_t count)
{
    (void)count;
    return !str_copy(c->s, to, TEXT_MAX + 1);
}

enum err binding_entity(struct store *s, struct str organisation, char out[static TEXT_MAX + 1],
                        struct problem *problem)
{
    const struct value v = value_text(organisation);
    out[0] = '\0';
    return store_run(s,
                     "SELECT COALESCE(\"legal_entity\", \"id\") FROM organisations WHERE \"id\" = "
                     "$1",
                     &v, 1, take_entity, out, problem);
}

#define FITS                                                                                       \
    "($1 = '' OR \"id\" = $1) AND ($2 = '' OR \"staff\" = $2) AND ($3 = '' OR \"person\" = $3) "   \
    "AND ($4 = '' OR \"organisation\" = (SELECT COALESCE(o.\"legal_entity\", o.\"id\") FROM "      \
    "organisations o WHERE o.\"id\" = $4)) AND ($5 = '' OR \"purpose\" = $5)"

enum err binding_end(struct store *s, const struct binding_which *w, const char *why,
                     const struct fact_origin *o, unsigned *ended, int64_t *seq,
                     struct problem *problem)
{
    const struct value v[] = {value_text(w->id),      value_text(w->staff),
                              value_text(w->person),  value_text(w->organisation),
                              value_text(w->purpose), value_int(BATCH)};
    unsigned before;
    enum err e;
    *ended = 0;
    do {
        before = *ended;
        e = end_some(s,
                     "SELECT \"id\" FROM bindings WHERE \"status\" = 'open' AND " FITS
                     " ORDER BY \"id\" LIMIT $6",
                     v, 6, why, o, ended, seq, problem);
    } while (e == OK && *ended - before == BATCH);
    return e;
}

enum err binding_expire(struct store *s, const struct fact_origin *o, unsigned *ended, int64_t *seq,
                        struct problem *problem)
{
    const struct value v[] = {value_int(o->at), value_int(BATCH)};
    unsigned before;
    bool any;
    enum err e;
    *ended = 0;
    do { /* most rounds find nothing, and take no lock */
        before = *ended;
        e = store_any(s,
                      "SELECT 1 FROM bindings WHERE \"status\" = 'open' AND \"expires_at\" <= $1 "
                      "LIMIT 1",
                      v, 1, &any, problem);
        if (e != OK || !any || (e = store_begin(s, problem)) != OK)
            return e;
        e = end_some(s,
                     "SELECT \"id\" FROM bindings WHERE \"status\" = 'open' AND \"expires_at\" <= "
                     "$1 ORDER BY \"expires_at\" LIMIT $2",
                     v, 2, "expired", o, ended, seq, problem);
        e = store_end(s, e, problem);
    } while (e == OK && *ended - before == BATCH);
    return e;
}

/* Reading ---------------------------------------------------------------------------------- */

const char *binding_state(const struct value *row, when now)
{
    if (str_eq(fact_text(&row[BINDING_STATUS]), STR("closed")))
        return "closed";
    return now >= row[BINDING_EXPIRES_AT].i ? "expired" : "open";
}

enum err binding_list(struct store *s, const struct binding_which *w, size_t most,
                      binding_each *each, void *to, struct problem *problem)
{
    const struct value v[] = {value_text(w->id),      value_text(w->staff),
                              value_text(w->person),  value_text(w->organisation),
                              value_text(w->purpose), value_int((int64_t)most)};
    return fact_list(s, &binding_kind,
                     "WHERE " FITS " ORDER BY \"opened_at\" DESC, \"id\" LIMIT $6", v, 6, each, to,
                     problem);
}
