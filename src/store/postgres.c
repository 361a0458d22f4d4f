/*
 * postgres: the server engine, one libpq connection.
 *
 * Parameters travel as text (bytes in binary), answers in binary: BIGINT, TEXT
 * and BYTEA are all there is. A transaction takes one advisory lock first, which
 * gives a writer what BEGIN IMMEDIATE gives on SQLite.
 */
#include "store/engine.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/log.h"
#include "store/libpq.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct connection {
    PGconn *pg;
    unsigned long next; /* for names of statements */
    bool listens, changed;
};

struct statement {
    char name[24];
};

/* Types of pg_type that answers may have. */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_UNKNOWN = 705,
    TYPE_BPCHAR = 1042,
    TYPE_VARCHAR = 1043,
    TYPE_VOID = 2278,
};

static enum err err_of_state(const char *state)
{
    static const struct {
        const char *prefix;
        enum err e;
    } table[] = {
        {"23", ERR_CONFLICT},     {"40", ERR_CONFLICT},  {"53100", ERR_FULL},
        {"53200", ERR_MEMORY},    {"53", ERR_FULL},      {"55P03", ERR_TIMEOUT},
        {"57014", ERR_TIMEOUT},   {"25006", ERR_DENIED}, {"42501", ERR_DENIED},
        {"28", ERR_DENIED},       {"22", ERR_INVALID},   {"25", ERR_CONFLICT},
        {"42P01", ERR_NOT_FOUND}, {"42", ERR_INVALID},   {"XX", ERR_CORRUPT},
    };
    for (size_t i = 0; state != NULL && i < sizeof table / sizeof *table; i++)
        if (strncmp(state, table[i].prefix, strlen(table[i].prefix)) == 0)
            return table[i].e;
    return ERR_IO;
}

static struct str one_line(const char *text)
{
    struct str s = str_of(text ? text : "");
    const char *end = memchr(s.p, '\n', s.n);
    if (end != NULL)
        s.n = (size_t)(end - s.p);
    return str_trim(s);
}

/* A refused value (classes 22, 23) is not repeated: it may be somebody's number. */
static enum err fail(struct connection *c, const PGresult *r, struct problem *problem)
{
    const char *state = r ? libpq.PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    if (state == NULL) {
        struct str why = one_line(libpq.PQerrorMessage(c->pg));
        return problem_set(problem, ERR_IO, "PostgreSQL: %.*s", STR_ARG(why));
    }
    enum err e = err_of_state(state);
    if (strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0)
        return problem_set(problem, e, "PostgreSQL refused a value (SQLSTATE %s)", state);
    struct str why = one_line(libpq.PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
    const char *advice = e == ERR_TIMEOUT ? "; another process has held the store for over 10 s"
                         : e == ERR_FULL  ? "; make room on the server"
                                          : "";
    return problem_set(problem, e, "PostgreSQL: %.*s (SQLSTATE %s)%s", STR_ARG(why), state, advice);
}

static void quiet(void *context, const PGresult *r)
{
    (void)context;
    struct str text = one_line(libpq.PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
    log_debug("PostgreSQL: %.*s", STR_ARG(text));
}

static enum err script(void *context, const char *sql, struct problem *problem)
{
    struct connection *c = context;
    PGresult *r = libpq.PQexec(c->pg, sql);
    ExecStatusType status = libpq.PQresultStatus(r);
    enum err e = OK;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        e = fail(c, r, problem);
    else if (strcmp(sql, "COMMIT") == 0 && strcmp(libpq.PQcmdStatus(r), "COMMIT") != 0)
        e = problem_set(problem, ERR_CONFLICT, "PostgreSQL rolled the transaction back");
    libpq.PQclear(r);
    return e;
}

static enum err configure(struct connection *c, struct problem *problem)
{
    if (libpq.PQserverVersion(c->pg) < 130000)
        return problem_set(problem, ERR_INVALID,
                           "PostgreSQL 13 or later is needed, 15 recommended");
    const char *encoding = libpq.PQparameterStatus(c->pg, "server_encoding");
    if (encoding == NULL || strcmp(encoding, "UTF8") != 0)
        return problem_set(problem, ERR_INVALID,
                           "the database's encoding is %s; create it with ENCODING 'UTF8'",
                           encoding ? encoding : "unknown");
    libpq.PQsetNoticeReceiver(c->pg, quiet, NULL);
    char sql[160];
    snprintf(sql, sizeof sql,
             "SET lock_timeout = %d; SELECT set_config('synchronous_commit', 'on', false) "
             "WHERE current_setting('synchronous_commit') = 'off'",
             STORE_BUSY_MS);
    return script(c, sql, problem);
}

/* A secret in an argument is seen by everybody on the machine. */
static enum err check_url(const char *url, struct problem *problem)
{
    char *why = NULL;
    PQconninfoOption *options = libpq.PQconninfoParse(url, &why);
    if (options == NULL) {
        libpq.PQfreemem(why);
        return problem_set(problem, ERR_INVALID,
                           "the store's URL is not understood; expected "
                           "postgresql://user@host:port/database");
    }
    enum err e = OK;
    for (const PQconninfoOption *o = options; o->keyword != NULL; o++)
        if (o->val != NULL && *o->val != '\0' &&
            (strcmp(o->keyword, "password") == 0 || strcmp(o->keyword, "sslpassword") == 0))
            e = problem_set(problem, ERR_INVALID,
                            "the store's URL holds a password; put it into a pgpass file "
                            "(~/.pgpass, mode 0600) and leave it out of the URL");
    libpq.PQconninfoFree(options);
    return e;
}

static void close_connection(void *context)
{
    struct connection *c = context;
    libpq.PQfinish(c->pg);
    free(c);
}

static enum err open_connection(const char *where, void **out, struct problem *problem)
{
    enum err e = libpq_load(problem);
    if (e == OK)
        e = check_url(where, problem);
    if (e != OK)
        return e;
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory for the store");
    const char *const keys[] = {"connect_timeout", "dbname", "fallback_application_name",
                                "client_encoding", NULL};
    const char *const values[] = {"10", where, "menshen", "UTF8", NULL};
    c->pg = libpq.PQconnectdbParams(keys, values, 1);
    if (libpq.PQstatus(c->pg) != CONNECTION_OK) {
        struct str why = one_line(libpq.PQerrorMessage(c->pg));
        e = problem_set(problem, ERR_IO, "cannot connect to PostgreSQL: %.*s", STR_ARG(why));
    } else {
        e = configure(c, problem);
    }
    if (e != OK) {
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
    snprintf(s->name, sizeof s->name, "m%lu", c->next++);
    PGresult *r = libpq.PQprepare(c->pg, s->name, sql, 0, NULL);
    if (libpq.PQresultStatus(r) != PGRES_COMMAND_OK) {
        enum err e = fail(c, r, problem);
        libpq.PQclear(r);
        free(s);
        return e;
    }
    libpq.PQclear(r);
    *out = s;
    return OK;
}

static bool lost(void *context)
{
    const struct connection *c = context;
    return libpq.PQstatus(c->pg) != CONNECTION_OK;
}

static void discard(void *context, void *statement)
{
    struct connection *c = context;
    struct statement *s = statement;
    /* In an aborted transaction this fails; the statement then lives as long as the session. */
    if (!lost(c) && libpq.PQtransactionStatus(c->pg) == PQTRANS_IDLE) {
        char sql[40];
        snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
        libpq.PQclear(libpq.PQexec(c->pg, sql));
    }
    free(s);
}

/* Parameters as libpq wants them. Texts are copied into `text` to get their closing NUL. */
struct binding {
    const char *value[STORE_PARAMS];
    int length[STORE_PARAMS], format[STORE_PARAMS];
    size_t offset[STORE_PARAMS];
    struct buf text;
};

static bool bind(struct binding *b, const struct value *params, size_t count)
{
    static const uint8_t nothing[1];
    for (size_t i = 0; i < count; i++) {
        const struct value *v = &params[i];
        b->offset[i] = b->text.n;
        b->format[i] = v->type == VALUE_BYTES;
        b->length[i] = (int)v->s.n;
        if (v->type == VALUE_INT)
            buf_printf(&b->text, "%" PRId64, v->i);
        else if (v->type == VALUE_TEXT || v->type == VALUE_BYTES)
            buf_bytes(&b->text, v->s.n ? (const void *)v->s.p : nothing, v->s.n);
        buf_u8(&b->text, 0);
    }
    for (size_t i = 0; i < count && !b->text.failed; i++)
        b->value[i] = params[i].type == VALUE_NULL ? NULL : (const char *)b->text.p + b->offset[i];
    return !b->text.failed;
}

static enum err column(const PGresult *r, int row, int i, struct value *out,
                       struct problem *problem)
{
    *out = value_null();
    if (libpq.PQgetisnull(r, row, i))
        return OK;
    const char *p = libpq.PQgetvalue(r, row, i);
    const size_t n = (size_t)libpq.PQgetlength(r, row, i);
    struct cursor c = cursor_of(p, n);
    switch (libpq.PQftype(r, i)) {
    case TYPE_INT8:
        *out = value_int((int64_t)cursor_u64be(&c));
        return OK;
    case TYPE_INT4:
        *out = value_int((int32_t)cursor_u32be(&c));
        return OK;
    case TYPE_INT2:
        *out = value_int((int16_t)cursor_u16be(&c));
        return OK;
    case TYPE_BOOL:
        *out = value_int(cursor_u8(&c));
        return OK;
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_BPCHAR:
    case TYPE_NAME:
    case TYPE_UNKNOWN:
        *out = value_text((struct str){.p = p, .n = n});
        return OK;
    case TYPE_BYTEA:
        *out = value_bytes(p, n);
        return OK;
    case TYPE_VOID:
        return OK;
    default:
        return problem_set(problem, ERR_INVALID,
                           "column %s has a type that both engines do not share; cast it",
                           libpq.PQfname(r, i));
    }
}

/* Hand a result's rows on. `*more` goes false when the caller has enough. */
static enum err deliver(const PGresult *r, store_row *row, void *to, bool *more,
                        struct problem *problem)
{
    const int n = libpq.PQnfields(r);
    if (n > STORE_COLUMNS)
        return problem_set(problem, ERR_LIMIT, "an answer has at most %d columns", STORE_COLUMNS);
    for (int k = 0; k < libpq.PQntuples(r) && *more; k++) {
        struct value columns[STORE_COLUMNS];
        for (int i = 0; i < n; i++) {
            enum err e = column(r, k, i, &columns[i], problem);
            if (e != OK)
                return e;
        }
        *more = row(to, columns, (size_t)n);
    }
    return OK;
}

static enum err receive(struct connection *c, store_row *row, void *to, struct problem *problem)
{
    enum err e = OK;
    bool more = true;
    for (PGresult *r; (r = libpq.PQgetResult(c->pg)) != NULL; libpq.PQclear(r)) {
        ExecStatusType status = libpq.PQresultStatus(r);
        if (status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE) {
            if (e == OK && row != NULL)
                e = deliver(r, row, to, &more, problem);
        } else if (status != PGRES_COMMAND_OK && e == OK) {
            e = fail(c, r, problem);
        }
    }
    return e;
}

static enum err run(void *context, void *statement, const struct value *params, size_t count,
                    store_row *row, void *to, struct problem *problem)
{
    struct connection *c = context;
    const struct statement *s = statement;
    struct binding b;
    buf_init(&b.text, (size_t)1 << 30);
    enum err e = OK;
    if (!bind(&b, params, count))
        e = problem_set(problem, ERR_MEMORY, "out of memory for a statement's parameters");
    else if (!libpq.PQsendQueryPrepared(c->pg, s->name, (int)count, b.value, b.length, b.format, 1))
        e = fail(c, NULL, problem);
    else {
        /* One row at a time, so that memory does not grow with the answer. */
        if (row != NULL)
            libpq.PQsetSingleRowMode(c->pg);
        e = receive(c, row, to, problem);
    }
    buf_fini(&b.text);
    return e;
}

/*
 * A pipeline: rows are sent until BATCH_ROWS or BATCH_BYTES, then their answers are
 * read. The bounds keep both directions within the sockets' buffers, so that
 * neither side waits for the other.
 */
enum { BATCH_ROWS = 256, BATCH_BYTES = 65536 };

/*
 * The answer to one row, up to the NULL that ends it. The first of a pipeline still
 * comes row by row if the query before it did (libpq clears that mode late).
 */
static enum err read_answer(struct connection *c, bool *answered, struct problem *problem)
{
    enum err e = OK;
    bool any = false, done = false;
    for (PGresult *r; (r = libpq.PQgetResult(c->pg)) != NULL; libpq.PQclear(r)) {
        ExecStatusType status = libpq.PQresultStatus(r);
        if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
            any |= libpq.PQntuples(r) > 0;
        else if (status == PGRES_PIPELINE_ABORTED)
            e = ERR_CONFLICT; /* a row before it failed, and said why */
        else if (e == OK)
            e = fail(c, r, problem);
        done = true;
    }
    if (answered != NULL)
        *answered = any;
    return done ? e : problem_set(problem, ERR_IO, "PostgreSQL: the connection was lost");
}

static enum err read_answers(struct connection *c, size_t rows, bool *answered,
                             struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; i < rows; i++) {
        enum err a = read_answer(c, answered ? &answered[i] : NULL, e == OK ? problem : NULL);
        if (e == OK)
            e = a;
    }
    return e;
}

static enum err send_rows(struct connection *c, const char *name, const struct value *const *params,
                          size_t count, size_t rows, size_t *sent, struct problem *problem)
{
    struct binding b;
    buf_init(&b.text, (size_t)1 << 30);
    enum err e = OK;
    size_t bytes = 0;
    *sent = 0;
    while (*sent < rows && *sent < BATCH_ROWS && bytes < BATCH_BYTES && e == OK) {
        buf_reset(&b.text);
        if (!bind(&b, params[*sent], count))
            e = problem_set(problem, ERR_MEMORY, "out of memory for a statement's parameters");
        else if (!libpq.PQsendQueryPrepared(c->pg, name, (int)count, b.value, b.length, b.format,
                                            1))
            e = fail(c, NULL, problem);
        else
            ++*sent;
        bytes += b.text.n;
    }
    buf_fini(&b.text);
    return e;
}

static enum err run_many(void *context, void *statement, const struct value *const *params,
                         size_t count, size_t rows, bool *answered, struct problem *problem)
{
    struct connection *c = context;
    const struct statement *s = statement;
    if (!libpq.PQenterPipelineMode(c->pg))
        return fail(c, NULL, problem);
    enum err e = OK;
    for (size_t done = 0, sent; done < rows && e == OK; done += sent) {
        e = send_rows(c, s->name, params + done, count, rows - done, &sent, problem);
        if (!libpq.PQpipelineSync(c->pg) && e == OK)
            e = fail(c, NULL, problem);
        enum err a = read_answers(c, sent, answered ? answered + done : NULL, e ? NULL : problem);
        if (e == OK)
            e = a;
        libpq.PQclear(libpq.PQgetResult(c->pg)); /* PGRES_PIPELINE_SYNC */
    }
    if (!libpq.PQexitPipelineMode(c->pg) && e == OK)
        e = fail(c, NULL, problem);
    return e;
}

static void rollback(void *context)
{
    struct connection *c = context;
    PGTransactionStatusType status = libpq.PQtransactionStatus(c->pg);
    if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
        libpq.PQclear(libpq.PQexec(c->pg, "ROLLBACK"));
}

static enum err listen(struct connection *c, struct problem *problem)
{
    enum err e = script(c, "LISTEN menshen_journal", problem);
    c->listens = e == OK;
    c->changed = true; /* what happened before is unknown */
    return e;
}

static enum err reconnect(void *context, struct problem *problem)
{
    struct connection *c = context;
    libpq.PQreset(c->pg);
    if (lost(c)) {
        struct str why = one_line(libpq.PQerrorMessage(c->pg));
        return problem_set(problem, ERR_IO, "the connection to PostgreSQL was lost: %.*s",
                           STR_ARG(why));
    }
    enum err e = configure(c, problem);
    return e == OK && c->listens ? listen(c, problem) : e;
}

static bool take_notifications(struct connection *c)
{
    bool any = c->changed;
    c->changed = false;
    for (PGnotify *n; (n = libpq.PQnotifies(c->pg)) != NULL; libpq.PQfreemem(n))
        any = true;
    return any;
}

static enum err wait_for_commit(void *context, int wake, int timeout_ms, struct problem *problem)
{
    struct connection *c = context;
    const int64_t end = clock_monotonic() + timeout_ms * WHEN_MS;
    if (!c->listens) {
        enum err e = listen(c, problem);
        if (e != OK)
            return e;
    }
    for (;;) {
        if (!libpq.PQconsumeInput(c->pg))
            return fail(c, NULL, problem);
        if (take_notifications(c))
            return OK;
        int64_t left_ms = (end - clock_monotonic()) / WHEN_MS;
        if (left_ms < 0)
            return OK;
        struct pollfd p[] = {{.fd = libpq.PQsocket(c->pg), .events = POLLIN},
                             {.fd = wake, .events = POLLIN}};
        int n = poll(p, 2, (int)left_ms);
        if (n == 0 || (n > 0 && p[1].revents != 0))
            return OK;
    }
}

/* Tables of persons; each on its own, since VACUUM takes no transaction. */
static enum err scour(void *context, struct problem *problem)
{
    static const char *const vacuum[] = {"VACUUM journal",  "VACUUM consents", "VACUUM preferences",
                                         "VACUUM refusals", "VACUUM members",  "VACUUM vault"};
    enum err e = OK;
    for (size_t i = 0; i < sizeof vacuum / sizeof *vacuum && e == OK; i++)
        e = script(context, vacuum[i], problem);
    return e;
}

const struct engine engine_postgres = {
    /* 0x6d656e: one lock for every writer of facts. */
    .begin = "BEGIN; SELECT pg_advisory_xact_lock(7169390)",
    .begin_apart = "BEGIN",
    .commit = "COMMIT",
    .table_query = "SELECT 1 WHERE to_regclass($1::text) IS NOT NULL",
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
