#include "unit.h"
#include "gate/window.h"

#include <pthread.h>
#include <unistd.h>

enum { DAY = 86400 };
static const number person = 8613800138000;
static const when noon = 1795233600 * WHEN_SECOND;

static struct windows *windows(size_t capacity)
{
    struct windows *w;
    assert_int_equal(windows_new(capacity, DAY, &w), OK);
    return w;
}

static enum err add(struct windows *w, uint64_t principal, number callee, when at)
{
    struct attempts a;
    uint64_t sequence;
    window_read(w, principal, callee, at, &a);
    return window_add(w, principal, callee, at, a.version, &sequence);
}

static void the_five_newest_are_kept_newest_first(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 0);
    static const int order[] = {3, 1, 2, 6, 5, 4, 0};
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(add(w, 1, person, noon + order[i]), OK);
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(a.at[i], noon + 6 - i);
    windows_free(w);
}

static void principals_and_persons_are_apart(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    assert_int_equal(add(w, 1, person, noon), OK);
    window_read(w, 0, person, noon, &a);
    assert_int_equal(a.count, 0);
    window_read(w, 2, person, noon, &a);
    assert_int_equal(a.count, 0);
    window_read(w, 1, person + 1, noon, &a);
    assert_int_equal(a.count, 0);
    windows_free(w);
}

static void whoever_read_before_a_change_must_judge_again(void **state)
{
    struct windows *w = windows(1000);
    struct attempts first, second;
    uint64_t sequence;
    window_read(w, 1, person, noon, &first);
    window_read(w, 1, person, noon, &second);
    assert_int_equal(window_add(w, 1, person, noon, first.version, &sequence), OK);
    assert_int_equal(window_add(w, 1, person, noon, second.version, &sequence), ERR_CONFLICT);
    window_read(w, 1, person, noon, &second);
    assert_int_equal(second.count, 1);
    window_withdraw(w, 1, person, noon);
    assert_int_equal(window_add(w, 1, person, noon, second.version, &sequence), ERR_CONFLICT);
    windows_free(w);
}

static void one_of_several_attempts_of_one_instant_is_withdrawn(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    for (int i = 0; i < 3; i++)
        assert_int_equal(add(w, 1, person, noon), OK);
    assert_int_equal(add(w, 1, person, noon + 1), OK);
    window_withdraw(w, 1, person, noon);
    window_withdraw(w, 1, person, noon + 7);
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.at[0], noon + 1);
    assert_int_equal(a.at[2], noon);
    windows_free(w);
}

static void a_table_full_of_live_pairs_says_so_and_dead_ones_make_room(void **state)
{
    struct windows *w = windows(64);
    enum err e = OK;
    size_t n = 0;
    while (!e && n < 100000)
        e = add(w, 1, person + n++, noon);
    assert_int_equal(e, ERR_FULL);
    assert_in_range(n, 64, 20000);
    /* A day and a second later everything may go. */
    for (size_t i = 0; i < n; i++)
        assert_int_equal(add(w, 1, person + n + i, noon + (DAY + 1) * WHEN_SECOND), OK);
    windows_free(w);
}

static void pairs_survive_the_growth_of_their_table(void **state)
{
    struct windows *w = windows(100000);
    struct attempts a;
    for (size_t i = 0; i < 50000; i++)
        assert_int_equal(add(w, 1 + i % 7, person + i, noon + (when)i), OK);
    for (size_t i = 0; i < 50000; i++) {
        window_read(w, 1 + i % 7, person + i, noon, &a);
        assert_int_equal(a.count, 1);
        assert_int_equal(a.at[0], noon + (when)i);
    }
    windows_free(w);
}

static void running_numbers_have_no_gaps(void **state)
{
    struct windows *w = windows(1000);
    assert_int_equal(window_next_number(w, person), 1);
    assert_int_equal(window_next_number(w, person), 2);
    assert_int_equal(window_next_number(w, person + 1), 1);
    window_return_number(w, person, 2);
    assert_int_equal(window_next_number(w, person), 2);
    window_return_number(w, person, 1); /* no longer the last */
    assert_int_equal(window_next_number(w, person), 3);
    window_replay_number(w, person, 9);
    window_replay_number(w, person, 4);
    assert_int_equal(window_next_number(w, person), 10);
    windows_free(w);
}

static void the_last_emergency_call_is_remembered(void **state)
{
    struct windows *w = windows(1000);
    assert_int_equal(window_last_emergency(w, person), 0);
    window_note_emergency(w, person, noon);
    window_note_emergency(w, person, noon - 5);
    assert_int_equal(window_last_emergency(w, person), noon);
    assert_int_equal(window_last_emergency(w, person + 1), 0);
    windows_free(w);
}

static char path[64];

static int make_path(void **state)
{
    snprintf(path, sizeof path, "/tmp/menshen-windows-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    return unlink(path);
}

static void a_snapshot_and_the_log_after_it_count_every_attempt_once(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    uint64_t sequence[6], upto;
    /* Same instant on purpose: only the sequence tells these apart. */
    for (int i = 0; i < 3; i++) {
        window_read(w, 1, person, noon, &a);
        assert_int_equal(window_add(w, 1, person, noon, a.version, &sequence[i]), OK);
    }
    window_next_number(w, person);
    window_note_emergency(w, person, noon);
    assert_int_equal(windows_save(w, &disk_real, path, 42, NULL), OK);
    for (int i = 3; i < 5; i++) {
        window_read(w, 1, person, noon, &a);
        assert_int_equal(window_add(w, 1, person, noon, a.version, &sequence[i]), OK);
    }
    windows_free(w);

    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &upto, NULL), OK);
    assert_int_equal(upto, 42);
    /* Records from 42 on may be in the snapshot or not. */
    for (int i = 1; i < 4; i++)
        window_replay(w, 1, person, noon, sequence[i]);
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 4);
    assert_int_equal(window_next_number(w, person), 2);
    assert_int_equal(window_last_emergency(w, person), noon);
    /* What is added now has a sequence that the next snapshot orders rightly. */
    assert_int_equal(window_add(w, 1, person, noon, a.version, &sequence[5]), OK);
    assert_true(sequence[5] > sequence[4]);
    windows_free(w);
}

static void without_a_snapshot_all_of_the_log_counts(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    window_replay(w, 1, person, noon, 17);
    window_replay(w, 1, person, noon, 18);
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 2);
    windows_free(w);
}

static void a_damaged_snapshot_loads_nothing(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    uint64_t upto;
    void *bytes;
    size_t n;
    add(w, 1, person, noon);
    window_next_number(w, person);
    assert_int_equal(windows_save(w, &disk_real, path, 42, NULL), OK);
    windows_free(w);
    assert_int_equal(disk_load(&disk_real, path, 1 << 20, &bytes, &n), OK);
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)bytes)[i] ^= 1;
        assert_int_equal(disk_replace(&disk_real, path, 0600, bytes, n), OK);
        ((uint8_t *)bytes)[i] ^= 1;
        w = windows(1000);
        assert_int_equal(windows_load(w, &disk_real, path, &upto, NULL), ERR_CORRUPT);
        assert_int_equal(upto, 0);
        window_read(w, 1, person, noon, &a);
        assert_int_equal(a.count, 0);
        windows_free(w);
        i += n / 40;
    }
    assert_int_equal(disk_replace(&disk_real, path, 0600, bytes, n - 1), OK);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &upto, NULL), ERR_CORRUPT);
    windows_free(w);
    free(bytes);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, "/nonexistent/windows", &upto, NULL),
                     ERR_NOT_FOUND);
    windows_free(w);
}

static void what_another_node_counted_is_noted_once(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a, b;
    uint64_t upto;
    window_note(w, 1, person, noon + 2);
    assert_int_equal(add(w, 1, person, noon + 1), OK);
    window_read(w, 1, person, noon, &a);
    window_note(w, 1, person, noon + 2);
    window_note(w, 1, person, noon + 1);
    window_read(w, 1, person, noon, &b);
    assert_int_equal(b.count, 2);
    assert_int_equal(b.at[0], noon + 2);
    assert_int_equal(b.at[1], noon + 1);
    assert_true(b.version == a.version); /* nothing changed: nobody judges again */
    window_note(w, 1, person, noon);
    window_read(w, 1, person, noon, &b);
    assert_int_equal(b.count, 3);
    assert_true(b.version != a.version);
    assert_int_equal(windows_save(w, &disk_real, path, 7, NULL), OK);
    windows_free(w);
    /* After a start: the snapshot, the own log, and what others counted. */
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &upto, NULL), OK);
    window_note(w, 1, person, noon);
    window_note(w, 1, person, noon + 2);
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 3);
    for (int i = 3; i < 8; i++)
        window_note(w, 1, person, noon + i);
    window_note(w, 1, person, noon + 2); /* older than the five newest */
    window_read(w, 1, person, noon, &a);
    assert_int_equal(a.count, 5);
    assert_int_equal(a.at[4], noon + 3);
    windows_free(w);
}

enum { THREADS = 4, ROUNDS = 2000 };

struct racer {
    struct windows *w;
    unsigned added;
};

/* Each admits an attempt only while fewer than five are counted, as the gate does. */
static void *race(void *argument)
{
    struct racer *r = argument;
    for (int i = 0; i < ROUNDS; i++) {
        struct attempts a;
        uint64_t sequence;
        number callee = person + (number)(i % 64);
        window_read(r->w, 1, callee, noon, &a);
        if (a.count < 3 && window_add(r->w, 1, callee, noon + i, a.version, &sequence) == OK)
            r->added++;
        window_next_number(r->w, person);
    }
    return NULL;
}

static void racing_callers_never_exceed_a_cap(void **state)
{
    struct windows *w = windows(1000);
    pthread_t threads[THREADS];
    struct racer racers[THREADS];
    unsigned added = 0;
    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.w = w};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    assert_int_equal(windows_save(w, &disk_real, path, 0, NULL), OK);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        added += racers[i].added;
    }
    assert_int_equal(added, 64 * 3);
    assert_int_equal(window_next_number(w, person), THREADS * ROUNDS + 1);
    windows_free(w);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)

UNIT_MAIN(TEST(the_five_newest_are_kept_newest_first), TEST(principals_and_persons_are_apart),
          TEST(whoever_read_before_a_change_must_judge_again),
          TEST(one_of_several_attempts_of_one_instant_is_withdrawn),
          TEST(a_table_full_of_live_pairs_says_so_and_dead_ones_make_room),
          TEST(pairs_survive_the_growth_of_their_table), TEST(running_numbers_have_no_gaps),
          TEST(the_last_emergency_call_is_remembered),
          FILE_TEST(a_snapshot_and_the_log_after_it_count_every_attempt_once),
          TEST(without_a_snapshot_all_of_the_log_counts),
          FILE_TEST(what_another_node_counted_is_noted_once),
          FILE_TEST(a_damaged_snapshot_loads_nothing), FILE_TEST(racing_callers_never_exceed_a_cap))
