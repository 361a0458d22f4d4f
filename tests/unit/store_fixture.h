/*
 * store_fixture: an empty store for each test, on the engine that the environment
 * names: MENSHEN_TEST_STORE=postgresql://… (its schema `public` is dropped and made
 * anew), else a SQLite file in a folder of its own.
 */
#pragma once
#include "store/store.h"
#include "unit.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    char where[512];
    struct store *s;
};

static inline bool fixture_is_postgres(void)
{
    const char *url = getenv("MENSHEN_TEST_STORE");
    return url != NULL && *url != '\0';
}

static inline struct store *fixture_connect(struct fixture *f)
{
    struct store *s;
    struct problem p = {.text = ""};
    if (store_open(f->where, &s, &p) != OK)
        fail_msg("store_open: %s", p.text);
    return s;
}

/* A place for a store, nothing in it yet. */
static inline void fixture_place(struct fixture *f)
{
    *f = (struct fixture){.folder = "/tmp/menshen-test-XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    if (!fixture_is_postgres()) {
        snprintf(f->where, sizeof f->where, "%s/menshen.db", f->folder);
        return;
    }
    snprintf(f->where, sizeof f->where, "%s", getenv("MENSHEN_TEST_STORE"));
    PGconn *pg = PQconnectdb(f->where);
    PGresult *r =
        PQexec(pg, "SET client_min_messages = error; DROP SCHEMA IF EXISTS public CASCADE;"
                   "CREATE SCHEMA public");
    if (PQresultStatus(r) != PGRES_COMMAND_OK)
        fail_msg("PostgreSQL: %s", PQerrorMessage(pg));
    PQclear(r);
    PQfinish(pg);
}

static inline void fixture_open(struct fixture *f)
{
    fixture_place(f);
    f->s = fixture_connect(f);
}

static inline void fixture_close(struct fixture *f)
{
    store_close(f->s);
    DIR *d = opendir(f->folder);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", f->folder, e->d_name);
        unlink(path);
    }
    if (d != NULL)
        closedir(d);
    rmdir(f->folder);
}

/* Must succeed; says why if not. */
#define must(call)                                                                                 \
    do {                                                                                           \
        struct problem problem = {.text = ""};                                                     \
        enum err e_ = (call);                                                                      \
        if (e_ != OK)                                                                              \
            fail_msg("%s: %s: %s", #call, err_name(e_), problem.text);                             \
    } while (0)

#define must_fail(code, call)                                                                      \
    do {                                                                                           \
        struct problem problem = {.text = ""};                                                     \
        enum err e_ = (call);                                                                      \
        if (e_ != (code))                                                                          \
            fail_msg("%s: got %s (%s)", #call, err_name(e_), problem.text);                        \
        if (e_ != OK)                                                                              \
            assert_int_not_equal(problem.text[0], 0);                                              \
    } while (0)

static inline bool fixture_take_int(void *to, const struct value *v, size_t n)
{
    assert_int_equal(n, 1);
    assert_int_equal(v[0].type, VALUE_INT);
    *(int64_t *)to = v[0].i;
    return true;
}

static inline int64_t fixture_int(struct store *s, const char *sql)
{
    int64_t i = -1;
    must(store_run(s, sql, NULL, 0, fixture_take_int, &i, &problem));
    return i;
}

/*
 * Another process: this program run again with arguments, which STORE_CHILD(argv)
 * answers with an exit code. A fork alone would share SQLite's idea of its locks.
 */
static inline pid_t fixture_spawn(const char *what, const char *where)
{
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "child", what, where, (char *)NULL);
        _exit(127);
    }
    assert_true(child > 0);
    return child;
}

/* What only one engine can show runs only there: a second group behind the common one. */
#define STORE_MAIN(common, sqlite, postgres)                                                       \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        (void)argv;                                                                                \
        if (argc > 1)                                                                              \
            return STORE_CHILD(argv);                                                              \
        const struct CMUnitTest all[] = {common};                                                  \
        const struct CMUnitTest file[] = {sqlite};                                                 \
        const struct CMUnitTest server[] = {postgres};                                             \
        int failed = cmocka_run_group_tests(all, NULL, NULL);                                      \
        return failed + (fixture_is_postgres() ? cmocka_run_group_tests(server, NULL, NULL)        \
                                               : cmocka_run_group_tests(file, NULL, NULL));        \
    }
#define TESTS(...) __VA_ARGS__
