/*
 * store: the facts in SQL, on SQLite or PostgreSQL, through one text.
 *
 * Statements use the common subset of SQLite 3.40 and PostgreSQL 15: BIGINT,
 * TEXT, BYTEA, `$1` parameters, ON CONFLICT, RETURNING. A `struct store` is one
 * connection: one thread at a time. SQLite: WAL, synchronous=FULL, a busy wait
 * of 10 s. PostgreSQL: reconnects once outside a transaction.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <stdint.h>

struct store;

enum value_type { VALUE_NULL, VALUE_INT, VALUE_TEXT, VALUE_BYTES };

/* A parameter or a column. Text and bytes are views: of a column, until `row` returns. */
struct value {
    enum value_type type;
    int64_t i;
    struct str s;
};

static inline struct value value_null(void)
{
    return (struct value){.type = VALUE_NULL};
}
static inline struct value value_int(int64_t i)
{
    return (struct value){.type = VALUE_INT, .i = i};
}
static inline struct value value_text(struct str s)
{
    return (struct value){.type = VALUE_TEXT, .s = s};
}
static inline struct value value_bytes(const void *p, size_t n)
{
    return (struct value){.type = VALUE_BYTES, .s = {.p = p, .n = n}};
}

/*
 * Open a SQLite file by path, or `postgresql://…`. A URL with a password is
 * refused (use a pgpass file). The schema is brought up to date, forward only;
 * ERR_CONFLICT: made by a newer menshen.
 */
MUST_USE enum err store_open(const char *where, struct store **out, struct problem *problem);

/* The same for other tables than the facts': those that `steps` make (store/schema.h). */
struct schema_step;
MUST_USE enum err store_open_other(const char *where, const struct schema_step *steps, size_t count,
                                   struct store **out, struct problem *problem);
void store_close(struct store *);
bool store_is_postgres(const struct store *);

/* Is it the URL of a PostgreSQL? NULL is not. */
bool store_is_url(const char *where);

/* Transactions do not nest. Begin takes the write lock at once (SQLite IMMEDIATE). */
MUST_USE enum err store_begin(struct store *, struct problem *);
MUST_USE enum err store_commit(struct store *, struct problem *);
void store_rollback(struct store *);

/* How every transaction ends: commit if `e` is OK, else roll back and hand `e` on. `e` may be what
 * store_begin failed with. */
MUST_USE enum err store_end(struct store *, enum err e, struct problem *);

/* The same, where what was written may turn out to be unwanted: unless `keep` it is rolled back. */
MUST_USE enum err store_end_if(struct store *, enum err e, bool keep, struct problem *);

/*
 * Begin without the lock that writers of facts share on PostgreSQL: for tables that nothing else
 * writes, and that are written also while this process has a transaction on another connection.
 */
MUST_USE enum err store_begin_apart(struct store *, struct problem *);

/*
 * Have `add` called by each store_commit, within the transaction, until it is NULL again. What it
 * returns but OK undoes the transaction.
 */
typedef enum err store_add(void *to, struct store *, struct problem *);
void store_before_commit(struct store *, store_add *add, void *to);

/*
 * Run one statement. `row` (may be NULL) is called for every row of the answer;
 * false stops. Statements are prepared once and kept by their text. ERR_CONFLICT: a constraint said
 * no.
 */
typedef bool store_row(void *to, const struct value *columns, size_t count);
MUST_USE enum err store_run(struct store *, const char *sql, const struct value *params,
                            size_t count, store_row *row, void *to, struct problem *problem);

/* Does it answer with a row at all? `any` is set either way. */
MUST_USE enum err store_any(struct store *, const char *sql, const struct value *params,
                            size_t count, bool *any, struct problem *);

/* The integer in the first column of its first row; `out` stays without a row, and for a NULL. */
MUST_USE enum err store_integer(struct store *, const char *sql, const struct value *params,
                                size_t count, int64_t *out, struct problem *);

/*
 * Run one statement for `rows` rows of `count` parameters each, in order, inside a
 * transaction: on PostgreSQL without waiting for one answer before the next row is
 * sent. `answered[i]` (may be NULL) tells whether row i gave a row back.
 */
MUST_USE enum err store_run_many(struct store *, const char *sql, const struct value *const *params,
                                 size_t count, size_t rows, bool *answered,
                                 struct problem *problem);

/*
 * After rows were deleted so that nobody shall read them: overwrite what is left of them
 * in the database's own files. Outside a transaction. ERR_TIMEOUT: others hold old pages;
 * again later. PostgreSQL gives the room free, and may leave bytes in it until it is used
 * again.
 */
MUST_USE enum err store_scour(struct store *, struct problem *);

/* Tell those in store_wait when the transaction commits. Rows of the journal do so by themselves.
 */
void store_notify(struct store *);

/*
 * Sleep until another connection may have committed, or `timeout_ms` passed, or
 * store_wake was called from any thread. LISTEN on PostgreSQL, for commits that
 * store_notify was called in; data_version polled every 50 ms on SQLite.
 */
MUST_USE enum err store_wait(struct store *, int timeout_ms, struct problem *);
void store_wake(struct store *);
