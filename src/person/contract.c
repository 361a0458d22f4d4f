#include "person/contract.h"

#include <stdio.h>

static const struct column columns[] = {
    [CONTRACT_KEY] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CONTRACT_PERSON] = {.name = "person", .type = COLUMN_ID, .required = true},
    [CONTRACT_ORGANISATION] = {.name = "organisation", .type = COLUMN_ID, .required = true},
    [CONTRACT_EDITION] = {.name = "edition", .type = COLUMN_ID, .required = true},
    [CONTRACT_VERSION] = {.name = "version", .type = COLUMN_COUNT, .required = true},
    [CONTRACT_HASH] = {.name = "hash", .type = COLUMN_ID, .required = true},
    [CONTRACT_SCORE] = {.name = "score",
                        .type = COLUMN_WORD,
                        .required = true,
                        .words = "conforms deviates fails"},
    [CONTRACT_TOTAL_FEN] = {.name = "total_fen", .type = COLUMN_COUNT, .required = true},
    [CONTRACT_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [CONTRACT_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .required = true},
    [CONTRACT_CATEGORIES] = {.name = "categories",
                             .type = COLUMN_LIST,
                             .items = ITEM_WORD,
                             .words = CATEGORY_WORDS},
    [CONTRACT_COOLING_DAYS] = {.name = "cooling_days", .type = COLUMN_COUNT, .required = true},
    [CONTRACT_AGENCY_SIGNED_AT] = {.name = "agency_signed_at", .type = COLUMN_TIME},
    [CONTRACT_AGENCY_SIGNED_BY] = {.name = "agency_signed_by", .type = COLUMN_ID},
    [CONTRACT_PERSON_SIGNED_AT] = {.name = "person_signed_at", .type = COLUMN_TIME},
    [CONTRACT_COOLING_UNTIL] = {.name = "cooling_until", .type = COLUMN_UNTIL},
    [CONTRACT_STATUS] = {.name = "status",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = CONTRACT_STATUSES},
    [CONTRACT_ENDED_AT] = {.name = "ended_at", .type = COLUMN_TIME},
    [CONTRACT_FAULT] = {.name = "fault", .type = COLUMN_WORD, .words = CONTRACT_FAULTS},
    [CONTRACT_REFUND_FEN] = {.name = "refund_fen", .type = COLUMN_COUNT},
    [CONTRACT_REFUND_DUE_AT] = {.name = "refund_due_at", .type = COLUMN_TIME},
    [CONTRACT_COSTS_FEN] = {.name = "costs_fen", .type = COLUMN_COUNT},
};
_Static_assert(sizeof columns / sizeof *columns == CONTRACT_COLUMNS, "one entry a column");

const struct fact_kind contract_kind = {
    .name = "contracts",
    .table = "contracts",
    .columns = columns,
    .count = CONTRACT_COLUMNS,
};

static const struct column payment_columns[] = {
    [PAYMENT_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [PAYMENT_CONTRACT] = {.name = "contract", .type = COLUMN_ID, .required = true},
    [PAYMENT_AMOUNT_FEN] = {.name = "amount_fen", .type = COLUMN_COUNT, .required = true},
    [PAYMENT_REFUND] = {.name = "refund", .type = COLUMN_COUNT, .required = true},
    [PAYMENT_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [PAYMENT_ROUTE] = {.name = "route",
                       .type = COLUMN_WORD,
                       .required = true,
                       .words = CONTRACT_ROUTES},
    [PAYMENT_PAYEE] = {.name = "payee", .type = COLUMN_ID, .required = true},
    [PAYMENT_ENTERED_BY] = {.name = "entered_by", .type = COLUMN_ID, .required = true},
    [PAYMENT_ENTERED_AT] = {.name = "entered_at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof payment_columns / sizeof *columns == PAYMENT_COLUMNS, "one entry a column");

const struct fact_kind contract_payment_kind = {
    .name = "contract_payments",
    .table = "contract_payments",
    .columns = payment_columns,
    .count = PAYMENT_COLUMNS,
};

static const struct column service_columns[] = {
    [DELIVERED_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [DELIVERED_CONTRACT] = {.name = "contract", .type = COLUMN_ID, .required = true},
    [DELIVERED_ITEM] = {.name = "item", .type = COLUMN_COUNT, .required = true},
    [DELIVERED_COUNT] = {.name = "count", .type = COLUMN_COUNT, .required = true},
    [DELIVERED_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [DELIVERED_INTRODUCTION] = {.name = "introduction", .type = COLUMN_ID},
    [DELIVERED_ENTERED_BY] = {.name = "entered_by", .type = COLUMN_ID, .required = true},
    [DELIVERED_ENTERED_AT] = {.name = "entered_at", .type = COLUMN_TIME, .required = true},
    [DELIVERED_ANSWER] = {.name = "answer", .type = COLUMN_WORD, .words = "agreed disputed"},
    [DELIVERED_ANSWERED_AT] = {.name = "answered_at", .type = COLUMN_TIME},
};
_Static_assert(sizeof service_columns / sizeof *columns == DELIVERED_COLUMNS, "one entry a column");

const struct fact_kind contract_service_kind = {
    .name = "contract_services",
    .table = "contract_services",
    .columns = service_columns,
    .count = DELIVERED_COLUMNS,
};

/* How it stands ----------------------------------------------------------------------------- */

enum contract_state contract_stands(const struct value *row, when at)
{
    if (row[CONTRACT_PERSON_SIGNED_AT].type != VALUE_INT)
        return CONTRACT_NONE;
    if (row[CONTRACT_ENDED_AT].type == VALUE_INT || at >= row[CONTRACT_UNTIL].i)
        return CONTRACT_ENDED;
    if (at < row[CONTRACT_COOLING_UNTIL].i)
        return CONTRACT_COOLING;
    return at < row[CONTRACT_FROM].i ? CONTRACT_NOT_BEGUN : CONTRACT_IN_FORCE;
}

struct covering {
    when at;
    enum contract_state *state;
    char *id;
};

/* The columns that contract_stands reads, from a row of the query. */
static bool consider(void *to, const struct value *c, size_t count)
{
    static const int rank[] = {[CONTRACT_NONE] = 0,
                               [CONTRACT_ENDED] = 1,
                               [CONTRACT_NOT_BEGUN] = 2,
                               [CONTRACT_COOLING] = 3,
                               [CONTRACT_IN_FORCE] = 4};
    const struct covering *x = to;
    const struct value row[CONTRACT_COLUMNS] = {
        [CONTRACT_PERSON_SIGNED_AT] = c[1],
        [CONTRACT_COOLING_UNTIL] = c[2],
        [CONTRACT_UNTIL] = c[3],
        [CONTRACT_ENDED_AT] = c[4],
        [CONTRACT_FROM] = c[5],
    };
    const enum contract_state state = contract_stands(row, x->at);
    (void)count;
    if (rank[state] <= rank[*x->state])
        return true;
    *x->state = state;
    str_copy(c[0].s, x->id, CONTRACT_ID);
    return state != CONTRACT_IN_FORCE;
}

/* Contract c's organisation and `b` are one. */
#define ONE_ENTITY                                                                                 \
    "a.\"id\" = c.\"organisation\" AND COALESCE(a.\"legal_entity\", a.\"id\") = "                  \
    "COALESCE(b.\"legal_entity\", b.\"id\")"

enum err contract_covers(struct store *s, struct str person, struct str organisation, when at,
                         enum contract_state *state, char id[static CONTRACT_ID],
                         struct problem *problem)
{
    struct covering x = {at, state, id};
    const struct value params[] = {value_text(person), value_text(organisation)};
    *state = CONTRACT_NONE;
    id[0] = '\0';
    return store_run(
        s,
        "SELECT c.\"id\", c.\"person_signed_at\", c.\"cooling_until\", c.\"until\", "
        "c.\"ended_at\", c.\"from\" FROM contracts c, organisations a, organisations b WHERE "
        "c.\"person\" = $1 AND b.\"id\" = $2 AND c.\"status\" IN ('signed', 'terminated') "
        "AND " ONE_ENTITY " ORDER BY c.\"person_signed_at\" DESC",
        params, 2, consider, &x, problem);
}

enum err contract_collides(struct store *s, const struct value *row, when at, bool *does,
                           struct problem *problem)
{
    const struct value params[] = {row[CONTRACT_PERSON], row[CONTRACT_ORGANISATION],
                                   row[CONTRACT_KEY],    value_int(at),
                                   row[CONTRACT_FROM],   row[CONTRACT_UNTIL]};
    return store_any(s,
                     "SELECT 1 FROM contracts c, organisations a, organisations b WHERE "
                     "c.\"person\" = $1 AND b.\"id\" = $2 AND c.\"id\" <> $3 AND "
                     "c.\"status\" = 'signed' AND c.\"until\" > $4 AND " ONE_ENTITY
                     " AND ((c.\"from\" < $6 AND c.\"until\" > $5) OR "
                     "(c.\"from\" > $4 AND $5 > $4))",
                     params, 6, does, problem);
}

/* Its text ---------------------------------------------------------------------------------- */

struct str contract_label(struct str id, int64_t version, char out[static CONTRACT_LABEL])
{
    snprintf(out, CONTRACT_LABEL, "contract/%.*s/%lld", STR_ARG(id), (long long)version);
    return str_of(out);
}

enum err contract_seal(struct store *s, struct unwrap *keys, const struct value *row,
                       struct str text, struct problem *problem)
{
    char label[CONTRACT_LABEL];
    struct buf sealed;
    buf_init(&sealed, CONTRACT_TEXT + UNWRAP_OVERHEAD);
    const struct str bound = contract_label(row[CONTRACT_KEY].s, row[CONTRACT_VERSION].i, label);
    enum err e = unwrap_seal(keys, row[CONTRACT_PERSON].s, KEY_CONTRACT, bound, text, &sealed);
    if (e != OK)
        problem_set(problem, e, "a contract cannot be sealed (%s)", err_name(e));
    const struct value values[] = {row[CONTRACT_KEY], row[CONTRACT_VERSION],
                                   value_bytes(sealed.p, sealed.n)};
    if (e == OK)
        e = store_run(s,
                      "INSERT INTO contract_texts (\"contract\", \"version\", \"sealed\") VALUES "
                      "($1, $2, $3)",
                      values, 3, NULL, NULL, problem);
    buf_fini(&sealed);
    return e;
}

struct opening {
    struct unwrap *keys;
    const struct value *row;
    int64_t label;
    struct buf *out;
    enum err e;
};

static bool open_one(void *to, const struct value *c, size_t count)
{
    struct opening *o = to;
    char label[CONTRACT_LABEL];
    (void)count;
    o->e = unwrap_text(o->keys, o->row[CONTRACT_PERSON].s, KEY_CONTRACT,
                       contract_label(o->row[CONTRACT_KEY].s, o->label, label), c[0].s, o->out);
    return false;
}

/* Open what `sql` finds of the contract ($1), or of its version ($2), sealed under o->label. */
static enum err open_sealed(struct store *s, const char *sql, struct opening *o, const char *what,
                            struct problem *problem)
{
    const struct value v[] = {o->row[CONTRACT_KEY], o->row[CONTRACT_VERSION]};
    enum err e = store_run(s, sql, v, o->label > 0 ? 2 : 1, open_one, o, problem);
    return e != OK || o->e == OK
               ? e
               : problem_set(problem, o->e, "%.*s: its %s not open (%s)",
                             STR_ARG(o->row[CONTRACT_KEY].s), what, err_name(o->e));
}

#define SAID(column)                                                                               \
    "SELECT \"" column "\" FROM contracts WHERE \"id\" = $1 AND \"" column "\" IS NOT NULL"

enum err contract_open(struct store *s, struct unwrap *keys, const struct value *row,
                       struct buf *text, struct problem *problem)
{
    struct opening o = {keys, row, row[CONTRACT_VERSION].i, text, ERR_NOT_FOUND};
    return open_sealed(s,
                       "SELECT \"sealed\" FROM contract_texts WHERE \"contract\" = $1 AND "
                       "\"version\" = $2",
                       &o, "text does", problem);
}

enum err contract_open_reason(struct store *s, struct unwrap *keys, const struct value *row,
                              struct buf *text, struct problem *problem)
{
    struct opening o = {keys, row, CONTRACT_REASON_LABEL, text, ERR_NOT_FOUND};
    return open_sealed(s, SAID("reason"), &o, "reason does", problem);
}

enum err contract_open_costs(struct store *s, struct unwrap *keys, const struct value *row,
                             struct buf *text, struct problem *problem)
{
    struct opening o = {keys, row, CONTRACT_COSTS_LABEL, text, ERR_NOT_FOUND};
    return open_sealed(s, SAID("costs"), &o, "costs do", problem);
}
