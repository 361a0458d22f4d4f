#include "store_fixture.h"
#include "store/engine.h"
#include "store/schema.h"

#include <ctype.h>
#include <sys/wait.h>

static struct fixture f;

static int start(void **state)
{
    fixture_place(&f);
    return 0;
}

static int stop(void **state)
{
    fixture_close(&f);
    return 0;
}

static void an_empty_store_gets_every_step(void **state)
{
    f.s = fixture_connect(&f);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM schema_version"),
                     (int64_t)schema_step_count);
    assert_int_equal(fixture_int(f.s, "SELECT seq FROM journal_head"), 0);
    struct store *again = fixture_connect(&f);
    assert_int_equal(fixture_int(again, "SELECT count(*) FROM schema_version"),
                     (int64_t)schema_step_count);
    store_close(again);
}

enum { STEPS = 64 }; /* room for those of the tree */

static void a_later_step_is_added_and_a_newer_store_refused(void **state)
{
    f.s = fixture_connect(&f);
    enum { MORE = 2 };
    struct schema_step steps[STEPS + MORE];
    const size_t n = schema_step_count;
    assert_true(n <= STEPS);
    memcpy(steps, schema_steps, n * sizeof *steps);
    steps[n] = (struct schema_step){(int64_t)n + 1, "a.sql",
                                    "CREATE TABLE later (x BIGINT); "
                                    "INSERT INTO later (x) VALUES (1)"};
    steps[n + 1] = (struct schema_step){(int64_t)n + 2, "b.sql", "UPDATE later SET x = x + 1"};
    must(schema_update(f.s, steps, n + MORE, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT x FROM later"), 2);
    must(schema_update(f.s, steps, n + MORE, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT x FROM later"), 2);
    struct store *old;
    struct problem why = {.text = ""};
    assert_int_equal(store_open(f.where, &old, &why), ERR_CONFLICT);
    assert_non_null(strstr(why.text, "newer menshen"));
    assert_null(old);
}

static void a_wrong_step_changes_nothing(void **state)
{
    f.s = fixture_connect(&f);
    struct schema_step steps[STEPS + 1];
    const size_t n = schema_step_count;
    assert_true(n <= STEPS);
    memcpy(steps, schema_steps, n * sizeof *steps);
    steps[n] = (struct schema_step){(int64_t)n + 1, "wrong.sql",
                                    "CREATE TABLE half (x BIGINT); INSERT INTO nowhere VALUES (1)"};
    struct problem why = {.text = ""};
    assert_int_not_equal(schema_update(f.s, steps, n + 1, &why), OK);
    assert_non_null(strstr(why.text, "wrong.sql"));
    bool there;
    must(store_has_table(f.s, "half", &there, &problem));
    assert_false(there);
    assert_int_equal(fixture_int(f.s, "SELECT max(version) FROM schema_version"), (int64_t)n);
}

static void processes_that_open_at_once_do_not_collide(void **state)
{
    enum { N = 6 };
    pid_t child[N];
    for (int i = 0; i < N; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            struct store *s;
            struct problem p = {.text = ""};
            enum err e = store_open(f.where, &s, &p);
            if (e != OK)
                fprintf(stderr, "%s\n", p.text);
            _exit(e == OK ? 0 : 1);
        }
    }
    for (int i = 0; i < N; i++) {
        int status;
        waitpid(child[i], &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    f.s = fixture_connect(&f);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM schema_version"),
                     (int64_t)schema_step_count);
}

/* Words that the engines read differently, or that only one of them knows. */
static void the_schema_is_one_sql(void **state)
{
    static const char *const forbidden[] = {
        "INTEGER",  "INT",       "BOOLEAN", "BOOL",    "TIMESTAMP",     "TIMESTAMPTZ", "DATE",
        "SERIAL",   "BIGSERIAL", "LIKE",    "ILIKE",   "AUTOINCREMENT", "REAL",        "FLOAT",
        "DOUBLE",   "NUMERIC",   "BLOB",    "VARCHAR", "CHAR",          "JSON",        "JSONB",
        "UUID",     "ROWID",     "STRICT",  "NOW",     "TRUE",          "FALSE",       "PRAGMA",
        "SEQUENCE", "IDENTITY",  "DEFAULT", "TRIGGER", "GLOB",
    };
    for (size_t i = 0; i < schema_step_count; i++) {
        const char *p = schema_steps[i].sql;
        while (*p != '\0') {
            if (*p == '"') { /* a quoted name is only a name */
                p = strchr(p + 1, '"') + 1;
                continue;
            }
            size_t n = 0;
            while (isalnum((unsigned char)p[n]) || p[n] == '_')
                n++;
            for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++)
                if (n == strlen(forbidden[k]) && strncasecmp(p, forbidden[k], n) == 0)
                    fail_msg("%s: %s is not in the common subset", schema_steps[i].name,
                             forbidden[k]);
            p += n ? n : 1;
        }
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(an_empty_store_gets_every_step),
          CASE(a_later_step_is_added_and_a_newer_store_refused), CASE(a_wrong_step_changes_nothing),
          CASE(processes_that_open_at_once_do_not_collide), CASE(the_schema_is_one_sql))
