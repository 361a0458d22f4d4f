#include "store_fixture.h"
#include "core/clock.h"
#include "store/engine.h"

#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct fixture f;

static int start(void **state)
{
    fixture_open(&f);
    must(store_script(f.s, "CREATE TABLE t (a BIGINT NOT NULL PRIMARY KEY, b TEXT, c BYTEA)",
                      &problem));
    return 0;
}

static int stop(void **state)
{
    fixture_close(&f);
    return 0;
}

static enum err add(struct store *s, int64_t a, struct value b, struct value c,
                    struct problem *problem)
{
    const struct value v[] = {value_int(a), b, c};
    return store_run(s, "INSERT INTO t (a, b, c) VALUES ($1, $2, $3)", v, 3, NULL, NULL, problem);
}

struct seen {
    int rows;
    int64_t a[4];
    enum value_type type[4][2];
    char text[4][16], bytes[4][16];
    size_t length[4][2];
};

static bool see(void *to, const struct value *v, size_t n)
{
    struct seen *s = to;
    assert_int_equal(n, 3);
    s->a[s->rows] = v[0].i;
    for (int k = 0; k < 2; k++) {
        s->type[s->rows][k] = v[k + 1].type;
        s->length[s->rows][k] = v[k + 1].s.n;
        if (v[k + 1].s.n > 0)
            memcpy(k ? s->bytes[s->rows] : s->text[s->rows], v[k + 1].s.p, v[k + 1].s.n);
    }
    return ++s->rows < 4;
}

static void values_come_back_as_they_went(void **state)
{
    const uint8_t raw[] = {0, 255, '\'', 1};
    must(add(f.s, INT64_MIN, value_text(STR("\xe9\x97\xa8\xe7\xa5\x9e")), value_bytes(raw, 4),
             &problem));
    must(add(f.s, 0, value_null(), value_null(), &problem));
    must(add(f.s, INT64_MAX, value_text(STR("")), value_bytes("", 0), &problem));
    struct seen s = {0};
    must(store_run(f.s, "SELECT a, b, c FROM t ORDER BY a", NULL, 0, see, &s, &problem));
    assert_int_equal(s.rows, 3);
    assert_true(s.a[0] == INT64_MIN && s.a[1] == 0 && s.a[2] == INT64_MAX);
    assert_string_equal(s.text[0], "\xe9\x97\xa8\xe7\xa5\x9e");
    assert_memory_equal(s.bytes[0], raw, 4);
    assert_int_equal(s.type[1][0], VALUE_NULL);
    assert_int_equal(s.type[1][1], VALUE_NULL);
    assert_int_equal(s.type[2][0], VALUE_TEXT);
    assert_int_equal(s.type[2][1], VALUE_BYTES);
    assert_int_equal(s.length[2][0] + s.length[2][1], 0);
}

static void parameters_go_by_number_not_by_place(void **state)
{
    must(add(f.s, 7, value_text(STR("seven")), value_null(), &problem));
    const struct value v[] = {value_text(STR("seven")), value_int(7)};
    struct seen s = {0};
    must(store_run(f.s, "SELECT a, b, c FROM t WHERE a = $2 AND b = $1 AND a = $2", v, 2, see, &s,
                   &problem));
    assert_int_equal(s.rows, 1);
}

static void a_text_in_the_place_of_another_is_another_statement(void **state)
{
    char sql[64];
    must(add(f.s, 1, value_null(), value_null(), &problem));
    snprintf(sql, sizeof sql, "SELECT a FROM t");
    assert_int_equal(fixture_int(f.s, sql), 1);
    snprintf(sql, sizeof sql, "SELECT a + 1 FROM t");
    assert_int_equal(fixture_int(f.s, sql), 2);
}

static void many_statements_do_not_pile_up(void **state)
{
    enum { N = 300 };
    static char sql[N][48];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < N; i++) {
            snprintf(sql[i], sizeof sql[i], "SELECT CAST(%d AS BIGINT)", i);
            assert_int_equal(fixture_int(f.s, sql[i]), i);
        }
}

static void a_row_function_may_stop(void **state)
{
    for (int i = 0; i < 10; i++)
        must(add(f.s, i, value_null(), value_null(), &problem));
    struct seen s = {0};
    must(store_run(f.s, "SELECT a, b, c FROM t ORDER BY a", NULL, 0, see, &s, &problem));
    assert_int_equal(s.rows, 4);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 10);
}

static bool call_back(void *to, const struct value *v, size_t n)
{
    must_fail(ERR_CONFLICT, store_run(f.s, "SELECT a FROM t", NULL, 0, NULL, NULL, &problem));
    *(bool *)to = true;
    return true;
}

static void a_row_function_must_not_call_back(void **state)
{
    bool called = false;
    must(add(f.s, 1, value_null(), value_null(), &problem));
    must(store_run(f.s, "SELECT a FROM t", NULL, 0, call_back, &called, &problem));
    assert_true(called);
}

static void a_constraint_is_a_conflict(void **state)
{
    must(add(f.s, 1, value_null(), value_null(), &problem));
    must_fail(ERR_CONFLICT, add(f.s, 1, value_null(), value_null(), &problem));
    must(add(f.s, 2, value_null(), value_null(), &problem));
}

static void wrong_statements_are_named(void **state)
{
    must_fail(ERR_INVALID, store_run(f.s, "SELEKT 1", NULL, 0, NULL, NULL, &problem));
    must_fail(ERR_INVALID, store_run(f.s, "SELECT \"nope\" FROM t", NULL, 0, NULL, NULL, &problem));
}

static void a_transaction_is_whole_or_nothing(void **state)
{
    must(store_begin(f.s, &problem));
    must_fail(ERR_CONFLICT, store_begin(f.s, &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
    store_rollback(f.s);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    must(store_begin(f.s, &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
    must(store_commit(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 1);
    must_fail(ERR_CONFLICT, store_commit(f.s, &problem));
}

static void an_end_commits_after_ok_and_hands_an_error_on(void **state)
{
    must(store_begin(f.s, &problem));
    must(store_end(f.s, add(f.s, 1, value_null(), value_null(), &problem), &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 1);
    must(store_begin(f.s, &problem));
    must(add(f.s, 2, value_null(), value_null(), &problem));
    assert_int_equal(store_end(f.s, ERR_DENIED, NULL), ERR_DENIED);
    assert_int_equal(store_end(f.s, ERR_DENIED, NULL), ERR_DENIED); /* nothing is open */
    must_fail(ERR_CONFLICT, store_end(f.s, OK, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 1);
}

static void a_failed_statement_dooms_its_transaction_on_both_engines(void **state)
{
    must(store_begin(f.s, &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
    must_fail(ERR_CONFLICT, add(f.s, 1, value_null(), value_null(), &problem));
    must_fail(ERR_CONFLICT, add(f.s, 2, value_null(), value_null(), &problem));
    must_fail(ERR_CONFLICT, store_commit(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
}

static void another_connection_sees_only_what_was_committed(void **state)
{
    struct store *other = fixture_connect(&f);
    must(store_begin(f.s, &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
    assert_int_equal(fixture_int(other, "SELECT count(*) FROM t"), 0);
    must(store_commit(f.s, &problem));
    assert_int_equal(fixture_int(other, "SELECT count(*) FROM t"), 1);
    store_close(other);
}

static int child_main(char **argv)
{
    struct store *s = NULL;
    struct problem problem = {.text = ""};
    const bool dies = strcmp(argv[1], "die") == 0;
    if (store_open(argv[2], &s, &problem) != OK || store_begin(s, &problem) != OK)
        return 1;
    for (int i = 0; i < (dies ? 5000 : 1); i++)
        if (add(s, 1000 + i, value_text(STR("half")), value_null(), &problem) != OK)
            return 1;
    if (dies)
        raise(SIGKILL);
    enum err e = store_commit(s, &problem);
    store_close(s);
    return e == OK ? 0 : 1;
}
#define STORE_CHILD child_main

static void a_killed_writer_leaves_nothing(void **state)
{
    int status;
    assert_true(waitpid(fixture_spawn("die", f.where), &status, 0) > 0);
    assert_true(WIFSIGNALED(status));
    /* And its lock is gone with it. */
    must(store_begin(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    must(add(f.s, 1, value_null(), value_null(), &problem));
    must(store_commit(f.s, &problem));
}

/* Opening and closing a second connection must not cut the first off from other processes. */
static void connections_of_one_process_do_not_disturb_each_other(void **state)
{
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    struct store *second = fixture_connect(&f);
    for (int i = 1; i <= 2; i++) {
        must(store_run(f.s, "DELETE FROM t", NULL, 0, NULL, NULL, &problem));
        int status;
        assert_true(waitpid(fixture_spawn("write", f.where), &status, 0) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 1);
        if (i == 1)
            store_close(second);
    }
}

struct waiter {
    struct store *s;
    int64_t took_ms;
    enum err e;
};

static void *wait_here(void *context)
{
    struct waiter *w = context;
    int64_t begin = clock_monotonic();
    w->e = store_wait(w->s, 5000, NULL);
    w->took_ms = (clock_monotonic() - begin) / WHEN_MS;
    return NULL;
}

static void drain(struct store *s)
{
    must(store_wait(s, 0, &problem));
    must(store_wait(s, 0, &problem));
}

static void a_waiter_can_be_woken(void **state)
{
    drain(f.s);
    struct waiter w = {.s = f.s};
    pthread_t thread;
    pthread_create(&thread, NULL, wait_here, &w);
    usleep(100000);
    store_wake(f.s);
    pthread_join(thread, NULL);
    assert_int_equal(w.e, OK);
    assert_in_range(w.took_ms, 50, 1000);
}

static void a_wait_ends_by_itself(void **state)
{
    drain(f.s);
    int64_t begin = clock_monotonic();
    must(store_wait(f.s, 120, &problem));
    assert_in_range((clock_monotonic() - begin) / WHEN_MS, 100, 1000);
}

static void a_password_in_the_url_is_refused(void **state)
{
    static const char *const urls[] = {
        "postgresql://me:secret@127.0.0.1/db",
        "postgres://127.0.0.1/db?user=me&password=secret",
        "postgresql://127.0.0.1/db?sslpassword=secret",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct store *s;
        struct problem problem = {.text = ""};
        assert_int_equal(store_open(urls[i], &s, &problem), ERR_INVALID);
        assert_non_null(strstr(problem.text, "pgpass"));
        assert_null(strstr(problem.text, "secret"));
    }
}

static void an_unknown_kind_of_store_is_refused(void **state)
{
    struct store *s;
    must_fail(ERR_INVALID, store_open("mysql://127.0.0.1/db", &s, &problem));
    must_fail(ERR_INVALID, store_open("", &s, &problem));
    must_fail(ERR_NOT_FOUND, store_open("/nonexistent/folder/menshen.db", &s, &problem));
    must_fail(ERR_IO, store_open("postgresql://127.0.0.1:1/none", &s, &problem));
}

static void a_lost_connection_is_made_anew_outside_a_transaction(void **state)
{
    struct store *other = fixture_connect(&f);
    static const char kill_others[] =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE application_name = 'menshen' AND pid <> pg_backend_pid()";
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    assert_int_equal(fixture_int(other, kill_others), 1);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    /* Inside one, the work is lost and the caller must know. */
    must(store_begin(f.s, &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
    assert_int_equal(fixture_int(other, kill_others), 1);
    must_fail(ERR_IO, add(f.s, 2, value_null(), value_null(), &problem));
    must_fail(ERR_CONFLICT, store_commit(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    /* A waiter listens again. */
    drain(f.s);
    assert_int_equal(fixture_int(other, kill_others), 1);
    must(store_wait(f.s, 100, &problem));
    drain(f.s);
    store_close(other);
}

enum { MANY = 1000 };
static struct value many[MANY][3];
static const struct value *many_rows[MANY];

static void fill_many(void)
{
    for (int i = 0; i < MANY; i++) {
        many[i][0] = value_int(i);
        many[i][1] = value_text(STR("text"));
        many[i][2] = value_null();
        many_rows[i] = many[i];
    }
}

static const char insert_many[] = "INSERT INTO t (a, b, c) VALUES ($1, $2, $3) "
                                  "ON CONFLICT (a) DO UPDATE SET b = excluded.b "
                                  "WHERE t.b IS DISTINCT FROM excluded.b RETURNING 1";

static void many_rows_go_at_once_and_each_tells_whether_it_answered(void **state)
{
    static bool answered[MANY];
    fill_many();
    must_fail(ERR_CONFLICT,
              store_run_many(f.s, insert_many, many_rows, 3, MANY, answered, &problem));
    for (int round = 0; round < 2; round++) {
        must(store_begin(f.s, &problem));
        /* A query that comes row by row must not change how the next ones come. */
        assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), round ? MANY : 0);
        must(store_run_many(f.s, insert_many, many_rows, 3, MANY, answered, &problem));
        must(store_commit(f.s, &problem));
        for (int i = 0; i < MANY; i++)
            assert_int_equal(answered[i], round == 0);
    }
    many[MANY - 1][1] = value_text(STR("other"));
    must(store_begin(f.s, &problem));
    must(store_run_many(f.s, insert_many, many_rows, 3, MANY, answered, &problem));
    must(store_commit(f.s, &problem));
    assert_false(answered[0]);
    assert_true(answered[MANY - 1]);
}

static void one_wrong_row_of_many_dooms_the_transaction(void **state)
{
    fill_many();
    many[600][0] = value_int(599);
    must(store_begin(f.s, &problem));
    must_fail(ERR_CONFLICT, store_run_many(f.s, "INSERT INTO t (a, b, c) VALUES ($1, $2, $3)",
                                           many_rows, 3, MANY, NULL, &problem));
    must_fail(ERR_CONFLICT, store_commit(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    must(add(f.s, 1, value_null(), value_null(), &problem));
}

static void a_connection_lost_among_many_rows_is_told(void **state)
{
    struct store *other = fixture_connect(&f);
    fill_many();
    must(store_begin(f.s, &problem));
    must(store_run_many(f.s, insert_many, many_rows, 3, 10, NULL, &problem));
    assert_int_equal(fixture_int(other, "SELECT count(pg_terminate_backend(pid)) FROM "
                                        "pg_stat_activity WHERE application_name = 'menshen' AND "
                                        "pid <> pg_backend_pid()"),
                     1);
    must_fail(ERR_IO, store_run_many(f.s, insert_many, many_rows, 3, MANY, NULL, &problem));
    store_rollback(f.s);
    must(store_begin(f.s, &problem));
    must(store_run_many(f.s, insert_many, many_rows, 3, MANY, NULL, &problem));
    must(store_commit(f.s, &problem));
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), MANY);
    store_close(other);
}

static void a_full_disk_is_told_and_survived(void **state)
{
    must(store_script(f.s, "PRAGMA max_page_count = 60", &problem));
    char text[4096];
    memset(text, 'x', sizeof text);
    enum err e = OK;
    struct problem why = {.text = ""};
    assert_int_equal(store_begin(f.s, &why), OK);
    for (int i = 0; i < 200 && e == OK; i++)
        e = add(f.s, i, value_text((struct str){text, sizeof text}), value_null(), &why);
    assert_int_equal(e, ERR_FULL);
    assert_non_null(strstr(why.text, "make room"));
    store_rollback(f.s);
    assert_int_equal(fixture_int(f.s, "SELECT count(*) FROM t"), 0);
    must(store_script(f.s, "PRAGMA max_page_count = 100000", &problem));
    must(add(f.s, 1, value_null(), value_null(), &problem));
}

static void a_store_file_is_its_owners_alone(void **state)
{
    struct stat st;
    assert_int_equal(stat(f.where, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void something_else_in_the_file_is_not_overwritten(void **state)
{
    char path[160];
    struct store *s;
    snprintf(path, sizeof path, "%s/other.db", f.folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 200; i++)
        fputs("this is somebody's letter, not a database\n", file);
    fclose(file);
    must_fail(ERR_CORRUPT, store_open(path, &s, &problem));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

STORE_MAIN(TESTS(CASE(values_come_back_as_they_went), CASE(parameters_go_by_number_not_by_place),
                 CASE(a_text_in_the_place_of_another_is_another_statement),
                 CASE(many_statements_do_not_pile_up), CASE(a_row_function_may_stop),
                 CASE(a_row_function_must_not_call_back), CASE(a_constraint_is_a_conflict),
                 CASE(wrong_statements_are_named), CASE(a_transaction_is_whole_or_nothing),
                 CASE(an_end_commits_after_ok_and_hands_an_error_on),
                 CASE(a_failed_statement_dooms_its_transaction_on_both_engines),
                 CASE(another_connection_sees_only_what_was_committed),
                 CASE(a_killed_writer_leaves_nothing),
                 CASE(connections_of_one_process_do_not_disturb_each_other),
                 CASE(a_waiter_can_be_woken), CASE(a_wait_ends_by_itself),
                 CASE(a_password_in_the_url_is_refused), CASE(an_unknown_kind_of_store_is_refused),
                 CASE(many_rows_go_at_once_and_each_tells_whether_it_answered),
                 CASE(one_wrong_row_of_many_dooms_the_transaction)),
           TESTS(CASE(a_full_disk_is_told_and_survived), CASE(a_store_file_is_its_owners_alone),
                 CASE(something_else_in_the_file_is_not_overwritten)),
           TESTS(CASE(a_lost_connection_is_made_anew_outside_a_transaction),
                 CASE(a_connection_lost_among_many_rows_is_told)))
