/*
 * sqlite: the embedded engine.
 *
 * WAL, so that readers never wait for the writer; synchronous=FULL, so that a
 * commit is on stable storage when it returns. `$n` parameters are names to
 * SQLite, counted by appearance: each statement keeps where its `$n` went.
 */
#include "store/engine.h"

#include "core/clock.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { POLL_MS = 50 };

struct connection {
    sqlite3 *db;
    sqlite3_stmt *data_version;
    int64_t seen; /* data_version at the last wait */
};

struct statement {
    sqlite3_stmt *stmt;
    uint8_t position[STORE_PARAMS + 1]; /* of $n; 0: not used */
};

static enum err err_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_TIMEOUT;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERR_DENIED;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_NOMEM:
        return ERR_MEMORY;
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return ERR_IO;
    default:
        return ERR_INVALID;
    }
}

/* Messages of SQLite name tables and columns, never values. */
static enum err fail(struct connection *c, int rc, const char *what, struct problem *problem)
{
    enum err e = err_of(rc);
    const char *advice = "";
    if (e == ERR_TIMEOUT)
        advice = "; another process has held the store for over 10 s";
    else if (e == ERR_FULL)
        advice = "; make room on the disk";
    else if (e == ERR_DENIED)
        advice = "; the file or its folder cannot be written";
    return problem_set(problem, e, "%s: %s%s", what, c->db ? sqlite3_errmsg(c->db) : "no memory",
                       advice);
}

static int compare_bytes(void *context, int n, const void *a, int m, const void *b)
{
    (void)context;
    int d = memcmp(a, b, (size_t)(n < m ? n : m));
    return d != 0 ? d : n - m;
}

static enum err script(void *context, const char *sql, struct problem *problem)
{
    struct connection *c = context;
    int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : fail(c, rc, "the store", problem);
}

/* Changing a new file to WAL does not wait for another process that does the same. */
static enum err set_wal(struct connection *c, struct problem *problem)
{
    const int64_t end = clock_monotonic() + STORE_BUSY_MS * WHEN_MS;
    for (;;) {
        enum err e = script(c, "PRAGMA journal_mode = WAL", problem);
        if (e != ERR_TIMEOUT || clock_monotonic() > end)
            return e;
        poll(NULL, 0, 10);
    }
}

static void close_connection(void *context)
{
    struct connection *c = context;
    sqlite3_finalize(c->data_version);
    sqlite3_close(c->db);
    free(c);
}

static enum err read_data_version(struct connection *c, int64_t *version, struct problem *problem)
{
    int rc = sqlite3_step(c->data_version);
    *version = sqlite3_column_int64(c->data_version, 0);
    sqlite3_reset(c->data_version);
    return rc == SQLITE_ROW ? OK : fail(c, rc, "the store", problem);
}

static enum err configure(struct connection *c, struct problem *problem)
{
    sqlite3_busy_timeout(c->db, STORE_BUSY_MS);
    sqlite3_extended_result_codes(c->db, 1);
    /* A misspelt "column" must not become text. */
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_create_collation(c->db, "C", SQLITE_UTF8, NULL, compare_bytes);
    enum err e = set_wal(c, problem);
    if (e == OK)
        e = script(
            c,
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;"
            "PRAGMA secure_delete = ON;"
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864",
            problem);
    if (e != OK)
        return e;
    int rc = sqlite3_prepare_v3(c->db, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
                                &c->data_version, NULL);
    if (rc != SQLITE_OK)
        return fail(c, rc, "the store", problem);
    return read_data_version(c, &c->seen, problem);
}

/* Without its statistics SQLite's memory takes no lock that all connections share. */
static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err open_connection(const char *where, void **out, struct problem *problem)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    /*
     * Made here, since SQLite would let others read it. Never by open and close: that
     * would drop the POSIX locks which other connections of this process hold on the
     * file, and another process could then take the WAL away under them.
     */
    if (mknod(where, S_IFREG | 0600, 0) != 0 && errno != EEXIST)
        return problem_errno(problem, errno, "cannot open the store %s", where);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory for the store");
    int rc = sqlite3_open_v2(where, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err e = rc == SQLITE_OK ? configure(c, problem) : fail(c, rc, "the store", problem);
    if (e != OK) {
        char text[sizeof problem->text];
        if (problem != NULL) {
            snprintf(text, sizeof text, "%s", problem->text);
            e = problem_set(problem, e, "cannot open the store %s: %s", where, text);
        }
        close_connection(c);
        return e;
    }
    *out = c;
    return OK;
}

static enum err prepare(void *context, const char *sql, void **out, struct problem *problem)
{
    struct connection *c = context;
    struct statement *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory for a statement");
    const char *tail = "";
    int rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, &tail);
    if (rc != SQLITE_OK || s->stmt == NULL || *tail != '\0') {
        enum err e = rc != SQLITE_OK ? fail(c, rc, "a statement", problem)
                                     : problem_set(problem, ERR_INVALID, "not one statement");
        sqlite3_finalize(s->stmt);
        free(s);
        return e;
    }
    int n = sqlite3_bind_parameter_count(s->stmt);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(s->stmt, i);
        unsigned long long k = 0;
        if (name == NULL || name[0] != '$' || !str_to_u64(str_of(name + 1), STORE_PARAMS, &k) ||
            k == 0) {
            sqlite3_finalize(s->stmt);
            free(s);
            return problem_set(problem, ERR_INVALID, "parameters are $1 to $%d", STORE_PARAMS);
        }
        s->position[k] = (uint8_t)i;
    }
    *out = s;
    return OK;
}

static void discard(void *context, void *statement)
{
    (void)context;
    struct statement *s = statement;
    sqlite3_finalize(s->stmt);
    free(s);
}

static int bind(sqlite3_stmt *stmt, int at, const struct value *v)
{
    switch (v->type) {
    case VALUE_NULL:
        return sqlite3_bind_null(stmt, at);
    case VALUE_INT:
        return sqlite3_bind_int64(stmt, at, v->i);
    case VALUE_TEXT:
        return sqlite3_bind_text64(stmt, at, v->s.n ? v->s.p : "", v->s.n, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case VALUE_BYTES:
        return v->s.n ? sqlite3_bind_blob64(stmt, at, v->s.p, v->s.n, SQLITE_STATIC)
                      : sqlite3_bind_zeroblob(stmt, at, 0);
    }
    return SQLITE_MISUSE;
}

static struct value column(sqlite3_stmt *stmt, int i)
{
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER:
        return value_int(sqlite3_column_int64(stmt, i));
    case SQLITE_TEXT: {
        const char *p = (const char *)sqlite3_column_text(stmt, i);
        return value_text((struct str){.p = p, .n = (size_t)sqlite3_column_bytes(stmt, i)});
    }
    case SQLITE_BLOB: {
        const void *p = sqlite3_column_blob(stmt, i);
        return value_bytes(p, (size_t)sqlite3_column_bytes(stmt, i));
    }
    default:
        return value_null();
    }
}

static enum err run(void *context, void *statement, const struct value *params, size_t count,
                    store_row *row, void *to, struct problem *problem)
{
    struct connection *c = context;
    struct statement *s = statement;
    int rc = SQLITE_OK;
    for (size_t i = 0; i < count && rc == SQLITE_OK; i++)
        if (s->position[i + 1] != 0)
            rc = bind(s->stmt, s->position[i + 1], &params[i]);
    const int n = sqlite3_column_count(s->stmt);
    if (n > STORE_COLUMNS)
        rc = SQLITE_TOOBIG;
    bool more = true;
    while (rc == SQLITE_OK && more) {
        int step = sqlite3_step(s->stmt);
        if (step != SQLITE_ROW) {
            rc = step == SQLITE_DONE ? SQLITE_OK : step;
            break;
        }
        if (row == NULL)
            continue;
        struct value columns[STORE_COLUMNS];
        for (int i = 0; i < n; i++)
            columns[i] = column(s->stmt, i);
        more = row(to, columns, (size_t)n);
    }
    enum err e = rc == SQLITE_OK ? OK : fail(c, rc, "the store", problem);
    sqlite3_reset(s->stmt);
    sqlite3_clear_bindings(s->stmt);
    return e;
}

static bool note_row(void *to, const struct value *columns, size_t count)
{
    (void)columns;
    (void)count;
    *(bool *)to = true;
    return false;
}

static enum err run_many(void *context, void *statement, const struct value *const *params,
                         size_t count, size_t rows, bool *answered, struct problem *problem)
{
    for (size_t i = 0; i < rows; i++) {
        bool any = false;
        enum err e = run(context, statement, params[i], count, note_row, &any, problem);
        if (e != OK)
            return e;
        if (answered != NULL)
            answered[i] = any;
    }
    return OK;
}

static void rollback(void *context)
{
    struct connection *c = context;
    if (!sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool lost(void *context)
{
    (void)context;
    return false;
}

static enum err reconnect(void *context, struct problem *problem)
{
    (void)context;
    return problem_set(problem, ERR_IO, "a SQLite file has no connection to make anew");
}

static enum err wait_for_commit(void *context, int wake, int timeout_ms, struct problem *problem)
{
    struct connection *c = context;
    const int64_t end = clock_monotonic() + timeout_ms * WHEN_MS;
    for (;;) {
        int64_t version;
        enum err e = read_data_version(c, &version, problem);
        if (e != OK)
            return e;
        if (version != c->seen) {
            c->seen = version;
            return OK;
        }
        int64_t left_ms = (end - clock_monotonic()) / WHEN_MS;
        struct pollfd p = {.fd = wake, .events = POLLIN};
        if (poll(&p, 1,
                 left_ms <= 0        ? 0
                 : left_ms < POLL_MS ? (int)left_ms + 1
                                     : POLL_MS) > 0 ||
            left_ms <= 0)
            return OK;
    }
}

/* Deleted rows are zeros (secure_delete); what is left of them are old pages in the log. */
static enum err scour(void *context, struct problem *problem)
{
    struct connection *c = context;
    int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? OK : fail(c, rc, "the store's log", problem);
}

const struct engine engine_sqlite = {
    .begin = "BEGIN IMMEDIATE",
    .begin_apart = "BEGIN IMMEDIATE",
    .commit = "COMMIT",
    .table_query = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
    .open = open_connection,
    .close = close_connection,
    .script = script,
    .prepare = prepare,
    .discard = discard,
    .run = run,
    .run_many = run_many,
    .rollback = rollback,
    .lost = lost,
    .reconnect = reconnect,
    .wait = wait_for_commit,
    .scour = scour,
};
