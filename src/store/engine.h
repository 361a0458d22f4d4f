/*
 * engine: what SQLite and PostgreSQL each do behind store.h.
 *
 * For the files of src/store only. store.c keeps the prepared statements, the
 * state of the transaction and the decision to reconnect; an engine executes.
 */
#pragma once
#include "store/store.h"

/* Rows of one kind of database; `c` is the engine's connection. */
struct engine {
    const char *begin, *begin_apart, *commit; /* scripts */
    const char *table_query;                  /* $1 a table's name: one row if it is there */
    enum err (*open)(const char *where, void **c, struct problem *problem);
    void (*close)(void *c);
    /* Statements separated by ";", without parameters or answers. */
    enum err (*script)(void *c, const char *sql, struct problem *problem);
    enum err (*prepare)(void *c, const char *sql, void **statement, struct problem *problem);
    void (*discard)(void *c, void *statement);
    enum err (*run)(void *c, void *statement, const struct value *params, size_t count,
                    store_row *row, void *to, struct problem *problem);
    /* store_run_many. */
    enum err (*run_many)(void *c, void *statement, const struct value *const *params, size_t count,
                         size_t rows, bool *answered, struct problem *problem);
    /* End an open transaction, if there is one. */
    void (*rollback)(void *c);
    /* True once the connection is gone; `reconnect` makes another, without statements. */
    bool (*lost)(void *c);
    enum err (*reconnect)(void *c, struct problem *problem);
    /* store_wait; `wake` is a descriptor that becomes readable on store_wake. */
    enum err (*wait)(void *c, int wake, int timeout_ms, struct problem *problem);
    /* store_scour. */
    enum err (*scour)(void *c, struct problem *problem);
};

extern const struct engine engine_sqlite, engine_postgres;

enum { STORE_BUSY_MS = 10000, STORE_PARAMS = 64, STORE_COLUMNS = 64 };

/* A script inside or outside a transaction. */
MUST_USE enum err store_script(struct store *, const char *sql, struct problem *);
MUST_USE enum err store_has_table(struct store *, const char *name, bool *there, struct problem *);
