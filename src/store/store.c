#include "store/store.h"

#include "store/engine.h"
#include "store/schema.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Prepared statements, found by their text in an open-addressed table. */
enum { CACHE = 256, CACHE_FULL = CACHE / 2 };

struct cached {
    char *text;
    void *statement;
};

struct store {
    const struct engine *engine;
    void *c;
    int wake;
    bool transaction; /* between begin and commit or rollback */
    bool failed;      /* a statement of this transaction failed */
    bool notify;
    bool running;   /* in store_run: its row function must not call back */
    store_add *add; /* before a commit, or NULL */
    void *add_to;
    size_t cached;
    struct cached cache[CACHE];
};

static void forget_statements(struct store *s)
{
    for (size_t i = 0; i < CACHE; i++) {
        if (s->cache[i].statement != NULL)
            s->engine->discard(s->c, s->cache[i].statement);
        free(s->cache[i].text);
    }
    memset(s->cache, 0, sizeof s->cache);
    s->cached = 0;
}

/* FNV-1a. */
static size_t slot_of(const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *text != '\0'; text++)
        h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return (size_t)(h >> 32) % CACHE;
}

static enum err statement_of(struct store *s, const char *sql, void **out, struct problem *problem)
{
    size_t i = slot_of(sql);
    while (s->cache[i].statement != NULL && strcmp(s->cache[i].text, sql) != 0)
        i = (i + 1) % CACHE;
    if (s->cache[i].statement != NULL) {
        *out = s->cache[i].statement;
        return OK;
    }
    if (s->cached >= CACHE_FULL) {
        forget_statements(s);
        i = slot_of(sql);
    }
    void *statement = NULL;
    enum err e = s->engine->prepare(s->c, sql, &statement, problem);
    if (e != OK)
        return e;
    char *text = strdup(sql);
    if (text == NULL) {
        s->engine->discard(s->c, statement);
        return problem_set(problem, ERR_MEMORY, "out of memory for a statement");
    }
    s->cached++;
    s->cache[i] = (struct cached){.text = text, .statement = statement};
    *out = statement;
    return OK;
}

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool store_is_url(const char *where)
{
    return where != NULL && (starts(where, "postgresql://") || starts(where, "postgres://"));
}

enum err store_open_other(const char *where, const struct schema_step *steps, size_t count,
                          struct store **out, struct problem *problem)
{
    *out = NULL;
    const bool url = store_is_url(where);
    if (!url && strstr(where, "://") != NULL)
        return problem_set(problem, ERR_INVALID,
                           "a store is the path of a SQLite file or a URL postgresql://…");
    if (*where == '\0')
        return problem_set(problem, ERR_INVALID, "the store's path is empty");
    struct store *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory for the store");
    s->engine = url ? &engine_postgres : &engine_sqlite;
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->wake < 0) {
        int number = errno;
        free(s);
        return problem_errno(problem, number, "cannot open the store");
    }
    enum err e = s->engine->open(where, &s->c, problem);
    if (e != OK) {
        close(s->wake);
        free(s);
        return e;
    }
    e = schema_update(s, steps, count, problem);
    if (e != OK) {
        store_close(s);
        return e;
    }
    *out = s;
    return OK;
}

enum err store_open(const char *where, struct store **out, struct problem *problem)
{
    return store_open_other(where, schema_steps, schema_step_count, out, problem);
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_rollback(s);
    forget_statements(s);
    s->engine->close(s->c);
    close(s->wake);
    free(s);
}

bool store_is_postgres(const struct store *s)
{
    return s->engine == &engine_postgres;
}

static enum err reconnect(struct store *s, struct problem *problem)
{
    forget_statements(s);
    return s->engine->reconnect(s->c, problem);
}

/* Outside a transaction a lost connection is made anew once and the work tried again. */
static bool may_retry(struct store *s)
{
    return !s->transaction && s->engine->lost(s->c) && reconnect(s, NULL) == OK;
}

enum err store_script(struct store *s, const char *sql, struct problem *problem)
{
    if (s->failed)
        return problem_set(problem, ERR_CONFLICT, "an earlier statement of the transaction failed");
    enum err e = s->engine->script(s->c, sql, problem);
    if (e != OK && may_retry(s))
        e = s->engine->script(s->c, sql, problem);
    if (e != OK && s->transaction)
        s->failed = true;
    return e;
}

static enum err begin(struct store *s, const char *script, struct problem *problem)
{
    if (s->transaction)
        return problem_set(problem, ERR_CONFLICT, "a transaction is open already");
    s->failed = false;
    s->notify = false;
    enum err e = s->engine->script(s->c, script, problem);
    if (e != OK && may_retry(s))
        e = s->engine->script(s->c, script, problem);
    if (e != OK) {
        s->engine->rollback(s->c);
        return e;
    }
    s->transaction = true;
    return OK;
}

enum err store_begin(struct store *s, struct problem *problem)
{
    return begin(s, s->engine->begin, problem);
}

enum err store_begin_apart(struct store *s, struct problem *problem)
{
    return begin(s, s->engine->begin_apart, problem);
}

enum err store_commit(struct store *s, struct problem *problem)
{
    if (!s->transaction)
        return problem_set(problem, ERR_CONFLICT, "no transaction is open");
    enum err e = OK;
    if (s->failed)
        e = problem_set(problem, ERR_CONFLICT,
                        "a statement of the transaction failed; nothing was "
                        "changed");
    if (e == OK && s->add != NULL)
        e = s->add(s->add_to, s, problem);
    if (e == OK && s->notify && store_is_postgres(s))
        e = s->engine->script(s->c, "NOTIFY menshen_journal", problem);
    if (e == OK)
        e = s->engine->script(s->c, s->engine->commit, problem);
    if (e != OK)
        s->engine->rollback(s->c);
    s->transaction = false;
    s->failed = false;
    return e;
}

void store_before_commit(struct store *s, store_add *add, void *to)
{
    s->add = add;
    s->add_to = to;
}

void store_rollback(struct store *s)
{
    if (!s->transaction)
        return;
    s->engine->rollback(s->c);
    s->transaction = false;
    s->failed = false;
}

enum err store_end_if(struct store *s, enum err e, bool keep, struct problem *problem)
{
    if (e == OK && keep)
        return store_commit(s, problem);
    store_rollback(s);
    return e;
}

enum err store_end(struct store *s, enum err e, struct problem *problem)
{
    return store_end_if(s, e, true, problem);
}

struct relay {
    store_row *row;
    void *to;
    bool delivered;
};

static bool relay_row(void *to, const struct value *columns, size_t count)
{
    struct relay *r = to;
    r->delivered = true;
    return r->row(r->to, columns, count);
}

static enum err run_once(struct store *s, const char *sql, const struct value *params, size_t count,
                         struct relay *relay, struct problem *problem)
{
    void *statement = NULL;
    enum err e = statement_of(s, sql, &statement, problem);
    if (e != OK)
        return e;
    return s->engine->run(s->c, statement, params, count, relay->row ? relay_row : NULL, relay,
                          problem);
}

enum err store_run(struct store *s, const char *sql, const struct value *params, size_t count,
                   store_row *row, void *to, struct problem *problem)
{
    if (count > STORE_PARAMS)
        return problem_set(problem, ERR_LIMIT, "a statement takes at most %d parameters",
                           STORE_PARAMS);
    if (s->running)
        return problem_set(problem, ERR_CONFLICT, "the store is in use by the caller of this row");
    if (s->failed)
        return problem_set(problem, ERR_CONFLICT, "an earlier statement of the transaction failed");
    struct relay relay = {.row = row, .to = to};
    s->running = true;
    enum err e = run_once(s, sql, params, count, &relay, problem);
    if (e != OK && !relay.delivered && may_retry(s))
        e = run_once(s, sql, params, count, &relay, problem);
    s->running = false;
    if (e != OK && s->transaction)
        s->failed = true;
    return e;
}

enum err store_run_many(struct store *s, const char *sql, const struct value *const *params,
                        size_t count, size_t rows, bool *answered, struct problem *problem)
{
    if (count > STORE_PARAMS)
        return problem_set(problem, ERR_LIMIT, "a statement takes at most %d parameters",
                           STORE_PARAMS);
    if (s->running || !s->transaction)
        return problem_set(problem, ERR_CONFLICT, "many rows are written inside a transaction");
    if (s->failed)
        return problem_set(problem, ERR_CONFLICT, "an earlier statement of the transaction failed");
    void *statement;
    enum err e = statement_of(s, sql, &statement, problem);
    if (e == OK)
        e = s->engine->run_many(s->c, statement, params, count, rows, answered, problem);
    if (e != OK)
        s->failed = true;
    return e;
}

static bool note_row(void *to, const struct value *columns, size_t count)
{
    (void)columns;
    (void)count;
    *(bool *)to = true;
    return false;
}

enum err store_any(struct store *s, const char *sql, const struct value *params, size_t count,
                   bool *any, struct problem *problem)
{
    *any = false;
    return store_run(s, sql, params, count, note_row, any, problem);
}

static bool note_integer(void *to, const struct value *columns, size_t count)
{
    if (count > 0 && columns[0].type == VALUE_INT)
        *(int64_t *)to = columns[0].i;
    return false;
}

enum err store_integer(struct store *s, const char *sql, const struct value *params, size_t count,
                       int64_t *out, struct problem *problem)
{
    return store_run(s, sql, params, count, note_integer, out, problem);
}

enum err store_has_table(struct store *s, const char *name, bool *there, struct problem *problem)
{
    const struct value v = value_text(str_of(name));
    return store_any(s, s->engine->table_query, &v, 1, there, problem);
}

void store_notify(struct store *s)
{
    s->notify = true;
}

enum err store_scour(struct store *s, struct problem *problem)
{
    return s->engine->scour(s->c, problem);
}

enum err store_wait(struct store *s, int timeout_ms, struct problem *problem)
{
    enum err e = s->engine->wait(s->c, s->wake, timeout_ms, problem);
    if (e != OK && may_retry(s))
        e = OK; /* whatever happened meanwhile may have changed the journal */
    uint64_t n;
    (void)!read(s->wake, &n, sizeof n);
    return e;
}

void store_wake(struct store *s)
{
    const uint64_t one = 1;
    (void)!write(s->wake, &one, sizeof one);
}
