#include "failing_disk.h"
#include "gate/window_inner.h"
#include "recording_disk.h"
#include "unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
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

static void there_is_room_for_as_many_pairs_as_were_asked_for(void **state)
{
    static const size_t capacities[] = {1024, 10000, 64 * 900, 64 * 3000, 64 * 3900};
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++) {
        struct windows *w = windows(capacities[c]);
        for (size_t i = 0; i < capacities[c]; i++)
            assert_int_equal(add(w, 1, person + i, noon), OK);
        windows_free(w);
    }
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
    return mkdtemp(path) ? 0 : -1;
}

static void part_of(int i, char out[static 80])
{
    snprintf(out, 80, "%s/%02x", path, (unsigned)i);
}

enum { PARTS = 64 };

static int remove_path(void **state)
{
    char part[80];
    for (int i = 0; i < PARTS; i++) {
        part_of(i, part);
        unlink(part);
    }
    return rmdir(path);
}

static void a_snapshot_and_the_log_after_it_count_every_attempt_once(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    uint64_t sequence[6], from, upto;
    /* Same instant on purpose: only the sequence tells these apart. */
    for (int i = 0; i < 3; i++) {
        window_read(w, 1, person, noon, &a);
        assert_int_equal(window_add(w, 1, person, noon, a.version, &sequence[i]), OK);
    }
    window_next_number(w, person);
    window_note_emergency(w, person, noon);
    assert_int_equal(windows_save(w, &disk_real, path, 42, true, NULL), OK);
    for (int i = 3; i < 5; i++) {
        window_read(w, 1, person, noon, &a);
        assert_int_equal(window_add(w, 1, person, noon, a.version, &sequence[i]), OK);
    }
    windows_free(w);

    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), OK);
    assert_int_equal(from, 42);
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

/* The part in which a pair is: the only one that is longer than an empty one. */
static void find_part(char out[static 80])
{
    size_t longest = 0, n;
    for (int i = 0; i < PARTS; i++) {
        char part[80];
        void *bytes;
        part_of(i, part);
        assert_int_equal(disk_load(&disk_real, part, 1 << 20, &bytes, &n), OK);
        free(bytes);
        if (n > longest)
            memcpy(out, part, sizeof part);
        longest = n > longest ? n : longest;
    }
}

static void a_damaged_part_is_left_out_and_all_of_the_log_read(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a;
    uint64_t from, upto, sequence;
    void *bytes;
    size_t n;
    char part[80];
    window_read(w, 1, person, noon, &a);
    assert_int_equal(window_add(w, 1, person, noon, 0, &sequence), OK);
    assert_int_equal(windows_save(w, &disk_real, path, 42, true, NULL), OK);
    windows_free(w);
    find_part(part);
    assert_int_equal(disk_load(&disk_real, part, 1 << 20, &bytes, &n), OK);
    for (size_t i = 0; i < n; i++) {
        ((uint8_t *)bytes)[i] ^= 1;
        assert_int_equal(disk_replace(&disk_real, part, 0600, bytes, n), OK);
        ((uint8_t *)bytes)[i] ^= 1;
        w = windows(1000);
        assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), ERR_CORRUPT);
        assert_int_equal(from, 0);
        window_read(w, 1, person, noon, &a);
        assert_int_equal(a.count, 0);
        window_replay(w, 1, person, noon, sequence);
        window_read(w, 1, person, noon, &a);
        assert_int_equal(a.count, 1);
        windows_free(w);
        i += n / 40;
    }
    assert_int_equal(disk_replace(&disk_real, part, 0600, bytes, n - 1), OK);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), ERR_CORRUPT);
    windows_free(w);
    assert_int_equal(unlink(part), 0);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), ERR_NOT_FOUND);
    assert_int_equal(from, 0);
    windows_free(w);
    /* Another shard's file is not taken for this one. */
    char other[80];
    part_of(strcmp(part + strlen(part) - 2, "00") == 0 ? 1 : 0, other);
    free(bytes);
    assert_int_equal(disk_load(&disk_real, other, 1 << 20, &bytes, &n), OK);
    assert_int_equal(disk_replace(&disk_real, part, 0600, bytes, n), OK);
    free(bytes);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), ERR_CORRUPT);
    windows_free(w);
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, "/nonexistent/counts", &from, &upto, NULL),
                     ERR_NOT_FOUND);
    windows_free(w);
}

/* Where a save writes one part, the log is read from what the oldest part says. */
static void parts_are_saved_in_turns(void **state)
{
    struct windows *w = windows(1000), *again;
    uint64_t from, upto;
    assert_int_equal(windows_save(w, &disk_real, path, 10, true, NULL), OK);
    w->turn = 1;
    for (uint64_t i = 1; i <= PARTS; i++) {
        assert_int_equal(windows_save(w, &disk_real, path, 10 + i, false, NULL), OK);
        again = windows(1000);
        assert_int_equal(windows_load(again, &disk_real, path, &from, &upto, NULL), OK);
        assert_int_equal(from, i < PARTS ? 10 : 11);
        assert_int_equal(upto, 10 + i);
        windows_free(again);
    }
    assert_int_equal(windows_save(w, &disk_real, path, 100, true, NULL), OK);
    again = windows(1000);
    assert_int_equal(windows_load(again, &disk_real, path, &from, &upto, NULL), OK);
    assert_int_equal(from, 100);
    windows_free(again);
    windows_free(w);
}

/* Attempts at persons of all shards, one an instant. */
enum { DIALLED = 400, CALLED = 100 };

static void dial(struct windows *w, int first, int end, uint64_t *sequence)
{
    for (int i = first; i < end; i++) {
        struct attempts a;
        window_read(w, 7, person + (number)(i % CALLED), noon, &a);
        assert_int_equal(
            window_add(w, 7, person + (number)(i % CALLED), noon + i, a.version, &sequence[i]), OK);
    }
}

/* With the log from `from` on, nothing is lost and nothing counted twice. */
static void all_were_counted_once(const struct disk *disk, enum err expected, uint64_t begin,
                                  const uint64_t *sequence)
{
    struct windows *w = windows(1000);
    uint64_t from, upto;
    const enum err e = windows_load(w, disk, "counts", &from, &upto, NULL);
    assert_true(e == OK || e == expected);
    assert_true(from >= (e ? 0 : begin));
    for (int i = (int)from; i < DIALLED; i++)
        window_replay(w, 7, person + (number)(i % CALLED), noon + i, sequence[i]);
    for (int i = 0; i < CALLED; i++) {
        struct attempts a;
        window_read(w, 7, person + (number)i, noon, &a);
        assert_int_equal(a.count, DIALLED / CALLED);
        for (int j = 0; j < DIALLED / CALLED; j++)
            assert_int_equal(a.at[j], noon + i + CALLED * (DIALLED / CALLED - 1 - j));
    }
    windows_free(w);
}

/* An attempt's index in the log is its number here. */
static void cut_off_at_any_moment(bool at_once)
{
    struct recording_disk *r = recording_disk_new();
    struct disk disk = *recording_disk_use(r);
    struct windows *w = windows(1000);
    uint64_t sequence[DIALLED];
    if (!at_once)
        disk.sync_all = NULL;
    dial(w, 0, 150, sequence);
    assert_int_equal(windows_save(w, &disk, "counts", 150, true, NULL), OK);
    assert_int_equal(disk.sync_folder(disk.context, "."), OK); /* as replay_save does */
    const size_t first = recording_disk_count(r);
    dial(w, 150, 300, sequence);
    assert_int_equal(windows_save(w, &disk, "counts", 300, true, NULL), OK);
    const size_t last = recording_disk_count(r);
    dial(w, 300, DIALLED, sequence);
    for (size_t at = 0; at <= last; at += at < first ? 7 : 1)
        for (int way = 0; way < CRASH_WAYS; way++) {
            struct recording_disk *left = recording_disk_crash(r, at, (enum crash_way)way, at);
            all_were_counted_once(recording_disk_use(left), at < first ? ERR_NOT_FOUND : OK,
                                  at < last ? 150 : 300, sequence);
            recording_disk_free(left);
        }
    windows_free(w);
    recording_disk_free(r);
}

static void a_save_cut_off_at_any_moment_leaves_a_snapshot(void **state)
{
    cut_off_at_any_moment(true);
    cut_off_at_any_moment(false);
}

static void a_save_that_fails_leaves_a_snapshot_and_the_next_goes_on(void **state)
{
    struct recording_disk *r = recording_disk_new();
    struct failing_disk f;
    struct windows *w = windows(1000);
    uint64_t sequence[DIALLED];
    struct problem problem;
    enum err e = ERR_FULL;
    failing_disk_init(&f, recording_disk_use(r));
    dial(w, 0, 150, sequence);
    assert_int_equal(windows_save(w, &f.disk, "counts", 150, true, NULL), OK);
    dial(w, 150, DIALLED, sequence);
    for (unsigned long n = 1; e; n++) {
        failing_disk_arm(&f, n, n % 2, ERR_FULL);
        e = windows_save(w, &f.disk, "counts", 300, true, &problem);
        assert_true(e == OK || e == ERR_FULL);
        assert_true(n < 1000);
        failing_disk_arm(&f, 0, false, OK);
        all_were_counted_once(recording_disk_use(r), OK, 150, sequence);
    }
    all_were_counted_once(recording_disk_use(r), OK, 300, sequence);
    windows_free(w);
    recording_disk_free(r);
}

/*
 * Attempts come while leaves of one shard are copied and split; each is in the snapshot or behind
 * it in the log, which is read from the beginning here.
 */
enum { PAIRS = 100000, LOGGED = 1500000 };

struct logged {
    uint64_t sequence;
    number callee;
};

struct writing {
    struct windows *w;
    number *callees;
    struct logged *log;
    _Atomic size_t count;
    atomic_bool saved;
};

static void *write_on(void *argument)
{
    struct writing *x = argument;
    size_t i = 0;
    for (; i < LOGGED && !(i > PAIRS && atomic_load(&x->saved)); i++) {
        struct attempts a;
        const number callee = x->callees[i * 7 % PAIRS];
        window_read(x->w, 7, callee, noon, &a);
        if (window_add(x->w, 7, callee, noon + (when)i, a.version, &x->log[i].sequence) != OK)
            break;
        x->log[i].callee = callee;
        atomic_store(&x->count, i + 1);
    }
    return NULL;
}

static void a_snapshot_of_a_table_that_grows_loses_and_doubles_nothing(void **state)
{
    struct windows *w = windows(PAIRS * PARTS), *again = windows(PAIRS * PARTS);
    struct writing x = {.w = w,
                        .callees = calloc(PAIRS, sizeof(number)),
                        .log = calloc(LOGGED, sizeof(struct logged))};
    pthread_t thread;
    uint64_t from, upto;
    number next = person;
    assert_true(x.callees && x.log);
    for (size_t i = 0; i < PAIRS; i++) {
        while (window_shard(w, window_hash(7, next)) != &w->shards[0])
            next++;
        x.callees[i] = next++;
    }
    assert_int_equal(pthread_create(&thread, NULL, write_on, &x), 0);
    while (atomic_load(&x.count) < PAIRS / 2)
        sched_yield();
    const size_t before = atomic_load(&x.count);
    assert_int_equal(windows_save(w, &disk_real, path, 0, true, NULL), OK);
    atomic_store(&x.saved, true);
    pthread_join(thread, NULL);
    const size_t count = atomic_load(&x.count);
    assert_true(count > before);
    assert_int_equal(windows_load(again, &disk_real, path, &from, &upto, NULL), OK);
    for (size_t i = 0; i < count; i++)
        window_replay(again, 7, x.log[i].callee, noon + (when)i, x.log[i].sequence);
    for (size_t i = 0; i < PAIRS; i++) {
        struct attempts a, b;
        window_read(w, 7, x.callees[i], noon, &a);
        window_read(again, 7, x.callees[i], noon, &b);
        assert_int_equal(a.count, b.count);
        assert_memory_equal(a.at, b.at, a.count * sizeof *a.at);
    }
    windows_free(w);
    windows_free(again);
    free(x.callees);
    free(x.log);
}

static void what_another_node_counted_is_noted_once(void **state)
{
    struct windows *w = windows(1000);
    struct attempts a, b;
    uint64_t from, upto;
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
    assert_int_equal(windows_save(w, &disk_real, path, 7, true, NULL), OK);
    windows_free(w);
    /* After a start: the snapshot, the own log, and what others counted. */
    w = windows(1000);
    assert_int_equal(windows_load(w, &disk_real, path, &from, &upto, NULL), OK);
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
    assert_int_equal(windows_save(w, &disk_real, path, 0, true, NULL), OK);
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
          TEST(pairs_survive_the_growth_of_their_table),
          TEST(there_is_room_for_as_many_pairs_as_were_asked_for),
          TEST(running_numbers_have_no_gaps), TEST(the_last_emergency_call_is_remembered),
          FILE_TEST(a_snapshot_and_the_log_after_it_count_every_attempt_once),
          TEST(without_a_snapshot_all_of_the_log_counts),
          FILE_TEST(what_another_node_counted_is_noted_once),
          FILE_TEST(a_damaged_part_is_left_out_and_all_of_the_log_read),
          FILE_TEST(parts_are_saved_in_turns), TEST(a_save_cut_off_at_any_moment_leaves_a_snapshot),
          TEST(a_save_that_fails_leaves_a_snapshot_and_the_next_goes_on),
          FILE_TEST(a_snapshot_of_a_table_that_grows_loses_and_doubles_nothing),
          FILE_TEST(racing_callers_never_exceed_a_cap))
