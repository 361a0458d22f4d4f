#include "store_fixture.h"
#include "core/clock.h"
#include "store/journal.h"

#include <pthread.h>

static struct fixture f;

static int start(void **state)
{
    fixture_open(&f);
    return 0;
}

static int stop(void **state)
{
    fixture_close(&f);
    return 0;
}

static const struct journal_row row = {.at = 5,
                                       .node = {"n1", 2},
                                       .actor = {"host:0", 6},
                                       .kind = {"lines", 5},
                                       .subject = {"lin_a", 5},
                                       .payload = {"{\"id\":\"lin_a\"}", 14}};

static enum err append(struct store *s, int64_t *seq, struct problem *problem)
{
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = journal_append(s, &row, seq, problem);
    if (e == OK)
        return store_commit(s, problem);
    store_rollback(s);
    return e;
}

struct reading {
    int64_t last, rows;
};

static bool read_one(void *to, const struct journal_row *r)
{
    struct reading *g = to;
    assert_int_equal(r->seq, g->last + 1);
    assert_int_equal(r->at, 5);
    assert_str(r->node, "n1");
    assert_str(r->actor, "host:0");
    assert_str(r->kind, "lines");
    assert_str(r->subject, "lin_a");
    assert_str(r->payload, "{\"id\":\"lin_a\"}");
    g->last = r->seq;
    g->rows++;
    return true;
}

static void numbers_count_from_one_without_gaps(void **state)
{
    int64_t seq;
    must(journal_head(f.s, &seq, &problem));
    assert_int_equal(seq, 0);
    for (int i = 1; i <= 3; i++) {
        must(append(f.s, &seq, &problem));
        assert_int_equal(seq, i);
    }
    must(store_begin(f.s, &problem));
    must(journal_append(f.s, &row, &seq, &problem));
    assert_int_equal(seq, 4);
    store_rollback(f.s);
    must(append(f.s, &seq, &problem));
    assert_int_equal(seq, 4);
    struct reading g = {0};
    must(journal_read(f.s, 0, 2, read_one, &g, &problem));
    assert_int_equal(g.rows, 2);
    must(journal_read(f.s, g.last, 100, read_one, &g, &problem));
    assert_int_equal(g.rows, 4);
}

enum { WRITERS = 3, EACH = 60 };

static void *write_many(void *context)
{
    struct store *s = context;
    for (int i = 0; i < EACH; i++) {
        int64_t seq;
        struct problem problem = {.text = ""};
        if (append(s, &seq, &problem) != OK) {
            fprintf(stderr, "%s\n", problem.text);
            return s;
        }
    }
    return NULL;
}

/* A follower that reads while others write must never skip a number. */
static void a_follower_sees_every_number_in_order(void **state)
{
    struct store *writers[WRITERS];
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        writers[i] = fixture_connect(&f);
    for (int i = 0; i < WRITERS; i++)
        pthread_create(&threads[i], NULL, write_many, writers[i]);
    struct reading g = {0};
    const int64_t end = clock_monotonic() + 60 * WHEN_SECOND;
    while (g.rows < WRITERS * EACH && clock_monotonic() < end) {
        must(journal_read(f.s, g.last, 7, read_one, &g, &problem));
        if (g.rows < WRITERS * EACH)
            must(store_wait(f.s, 200, &problem));
    }
    assert_int_equal(g.rows, WRITERS * EACH);
    for (int i = 0; i < WRITERS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
        store_close(writers[i]);
    }
}

struct waiter {
    struct store *s;
    int64_t woke;
};

static void *wait_for_row(void *context)
{
    struct waiter *w = context;
    int64_t head = 0;
    while (head == 0)
        if (store_wait(w->s, 10000, NULL) != OK || journal_head(w->s, &head, NULL) != OK)
            return w;
    w->woke = clock_monotonic();
    return NULL;
}

static void a_commit_wakes_a_follower_within_a_second(void **state)
{
    struct waiter w = {.s = fixture_connect(&f)};
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_row, &w);
    usleep(300000); /* it sleeps now */
    int64_t seq;
    must(append(f.s, &seq, &problem));
    int64_t committed = clock_monotonic();
    void *failed;
    pthread_join(thread, &failed);
    assert_null(failed);
    assert_true(w.woke - committed < WHEN_SECOND);
    store_close(w.s);
}

static void a_commit_between_reading_and_waiting_is_not_missed(void **state)
{
    struct store *other = fixture_connect(&f);
    int64_t seq;
    must(store_wait(f.s, 0, &problem));
    must(store_wait(f.s, 0, &problem));
    must(append(other, &seq, &problem));
    int64_t begin = clock_monotonic();
    must(store_wait(f.s, 5000, &problem));
    assert_true(clock_monotonic() - begin < WHEN_SECOND);
    store_close(other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, stop)

UNIT_MAIN(CASE(numbers_count_from_one_without_gaps), CASE(a_follower_sees_every_number_in_order),
          CASE(a_commit_wakes_a_follower_within_a_second),
          CASE(a_commit_between_reading_and_waiting_is_not_missed))
