#include "registry/order.h"

#include <inttypes.h>
#include <stdio.h>

static const struct column columns[] = {
    [ORDER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [ORDER_SUBJECT] = {.name = "subject", .type = COLUMN_ID, .required = true},
    [ORDER_ACT] = {.name = "act", .type = COLUMN_WORD, .required = true, .words = ORDER_ACTS},
    [ORDER_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [ORDER_UNTIL] = {.name = "until", .type = COLUMN_UNTIL},
    [ORDER_BY] = {.name = "by", .type = COLUMN_TEXT, .required = true},
    [ORDER_REASON] = {.name = "reason", .type = COLUMN_TEXT, .required = true},
    [ORDER_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
    [ORDER_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID},
};
_Static_assert(sizeof columns / sizeof *columns == ORDER_COLUMNS, "one entry a column");

const struct fact_kind order_kind = {
    .name = "orders",
    .table = "orders",
    .columns = columns,
    .count = ORDER_COLUMNS,
};

static struct value optional(struct str text)
{
    return text.n > 0 ? value_text(text) : value_null();
}

enum err order_give(struct store *s, const struct order_terms *t, const struct fact_origin *origin,
                    char id[static FRESH_ID], int64_t *seq, struct problem *problem)
{
    fresh_id("ord", id);
    const struct value row[ORDER_COLUMNS] = {
        [ORDER_ID] = value_text(str_of(id)),
        [ORDER_SUBJECT] = value_text(t->subject),
        [ORDER_ACT] = value_text(t->act),
        [ORDER_FROM] = value_int(origin->at),
        [ORDER_UNTIL] = t->until != 0 ? value_int(t->until) : value_null(),
        [ORDER_BY] = value_text(origin->actor),
        [ORDER_REASON] = value_text(t->reason),
        [ORDER_DOCUMENT] = optional(t->document),
        [ORDER_ORGANISATION] = optional(t->organisation),
    };
    return fact_write(s, &order_kind, row, origin->node, origin->actor, origin->at, seq, problem);
}

/* Those that act at the gate, in force at $2. */
/* The order x holds at $2. */
#define HOLDS                                                                                      \
    "x.\"from\" <= $2 AND (x.\"until\" IS NULL OR x.\"until\" > $2) AND NOT EXISTS (SELECT 1 "     \
    "FROM "                                                                                        \
    "orders r WHERE r.\"subject\" = x.\"subject\" AND r.\"act\" = 'restore' AND r.\"from\" >= "    \
    "x.\"from\" AND r.\"from\" <= $2)"
#define IN_FORCE "x.\"act\" IN ('restrict', 'suspend', 'close', 'commercial') AND " HOLDS

enum err order_in_force(struct store *s, struct str subject, when at, fact_pick *each, void *to,
                        struct problem *problem)
{
    const struct value v[] = {value_text(subject), value_int(at)};
    return fact_list(s, &order_kind,
                     "WHERE x.\"subject\" = $1 AND " IN_FORCE " ORDER BY x.\"from\", x.\"id\"", v,
                     2, each, to, problem);
}

enum err order_standing(struct store *s, struct str id, when at, struct fact_row *out,
                        struct problem *problem)
{
    const struct value v[] = {value_text(id), value_int(at)};
    const struct value key[ORDER_COLUMNS] = {[ORDER_ID] = value_text(id)};
    bool stands = false;
    enum err e = store_any(s, "SELECT 1 FROM orders x WHERE x.\"id\" = $1 AND " IN_FORCE, v, 2,
                           &stands, problem);
    if (e == OK && !stands)
        return ERR_NOT_FOUND;
    return e == OK ? fact_find(s, &order_kind, key, out, problem) : e;
}

enum err order_lift(struct store *s, struct value *order, const struct order_terms *terms,
                    const struct fact_origin *origin, int64_t *seq, struct problem *problem)
{
    const struct value v[] = {order[ORDER_SUBJECT], value_int(origin->at), order[ORDER_ID]};
    struct order_terms t = *terms;
    char id[FRESH_ID];
    bool others = false;
    enum err e = store_any(
        s, "SELECT 1 FROM orders x WHERE x.\"subject\" = $1 AND x.\"id\" <> $3 AND " IN_FORCE, v, 3,
        &others, problem);
    if (e != OK)
        return e;
    if (others) {
        order[ORDER_UNTIL] = value_int(origin->at);
        return fact_write(s, &order_kind, order, origin->node, origin->actor, origin->at, seq,
                          problem);
    }
    t.subject = order[ORDER_SUBJECT].s;
    t.act = STR("restore");
    return order_give(s, &t, origin, id, seq, problem);
}

/* Those organisations, and in their legal entities those above them. */
#define UP                                                                                         \
    "WITH RECURSIVE up(\"id\", \"parent\", \"entity\", \"status\", \"depth\") AS (SELECT "         \
    "o.\"id\", "                                                                                   \
    "o.\"parent\", COALESCE(o.\"legal_entity\", o.\"id\"), o.\"status\", CAST(0 AS BIGINT) FROM "  \
    "organisations o WHERE o.\"id\" IN ($1, $3, $4) UNION ALL SELECT p.\"id\", p.\"parent\", "     \
    "u.\"entity\", p.\"status\", u.\"depth\" + 1 FROM organisations p JOIN up u ON p.\"id\" = "    \
    "u.\"parent\" WHERE COALESCE(p.\"legal_entity\", p.\"id\") = u.\"entity\" AND u.\"depth\" < "  \
    "8) "

enum err order_stops(struct store *s, const struct value of[static 3], when at, bool *stopped,
                     struct problem *problem)
{
    const struct value v[] = {of[0], value_int(at), of[1], of[2]};
    return store_any(s,
                     UP "SELECT 1 FROM up WHERE up.\"status\" <> 'active' OR EXISTS (SELECT 1 FROM "
                        "orders x WHERE x.\"subject\" = up.\"id\" AND x.\"act\" IN ('suspend', "
                        "'close') AND " HOLDS ")",
                     v, 4, stopped, problem);
}

enum err order_release(struct store *s, const struct release *r, char id[static FRESH_ID],
                       int64_t *seq, struct problem *problem)
{
    const struct str reason = str_trim(r->reason);
    if (r->number == 0)
        return problem_set(problem, ERR_INVALID, "a release needs a telephone number");
    if (r->until <= r->at)
        return problem_set(problem, ERR_INVALID, "a release must end after it begins");
    if (reason.n == 0 || reason.n > TEXT_MAX)
        return problem_set(problem, ERR_INVALID, "a release needs a reason of at most %d bytes",
                           TEXT_MAX);
    char subject[24];
    snprintf(subject, sizeof subject, "%" PRIu64, r->number);
    const struct order_terms t = {
        .subject = str_of(subject), .act = STR("release"), .reason = reason, .until = r->until};
    const struct fact_origin origin = {r->node, r->actor, r->at};
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = order_give(s, &t, &origin, id, seq, problem);
    return store_end(s, e, problem);
}
