#include "unit.h"
#include "failing_disk.h"
#include "recording_disk.h"
#include "core/log.h"
#include "ledger/batch.h"
#include "ledger/index.h"

#include <stdatomic.h>
#include <time.h>

#define START (1795000000 * WHEN_SECOND) /* 2026-11-18 */

static struct recording_disk *memory;
static _Atomic when now;

static when show(void *context)
{
    return now;
}

/* A node's three parts on a disk. */
struct node {
    const struct disk *disk;
    struct opening_keys *keys;
    struct ledger *ledger;
    struct index *index;
};

static int setup(void **state)
{
    log_threshold(LOG_ERROR);
    memory = recording_disk_new();
    now = START;
    return 0;
}

static int teardown(void **state)
{
    recording_disk_free(memory);
    return 0;
}

/* Plaintext of a test's call: caller, callee, time. */
static size_t decode(const struct ledger_record *r, struct str text,
                     struct index_row row[static INDEX_ROWS])
{
    struct cursor c = cursor_of(text.p, text.n);
    row->caller = cursor_u64le(&c);
    row->callee = cursor_u64le(&c);
    row->at = (when)cursor_u64le(&c);
    if (c.failed)
        return 0;
    if (r->entry.p[1] != ENTRY_SCRUB_PART)
        return 1;
    for (size_t i = 1; i < INDEX_ROWS; i++) {
        row[i] = row[0];
        row[i].callee += i;
    }
    return INDEX_ROWS;
}

static enum err try_up(const struct disk *disk, struct node *n, struct problem *problem)
{
    struct ledger_options o = {.folder = "data",
                               .disk = disk,
                               .clock = {.now = show},
                               .origin = "example.org/menshen",
                               .checkpoint_ms = 3600000,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    *n = (struct node){.disk = disk};
    enum err e = ledger_open(&o, &n->ledger, problem);
    if (e == OK)
        e = opening_keys_open(disk, "data/keys", &n->keys, problem);
    if (e == OK)
        e = index_open(&(struct index_options){.disk = disk,
                                               .folder = "data",
                                               .ledger = n->ledger,
                                               .keys = n->keys,
                                               .decode = decode},
                       &n->index, problem);
    return e;
}

static void down(struct node *n)
{
    index_close(n->index);
    ledger_close(n->ledger);
    opening_keys_close(n->keys);
}

static void up(const struct disk *disk, struct node *n)
{
    struct problem problem = {0};
    if (try_up(disk, n, &problem) != OK)
        fail_msg("%s", problem.text);
}

static enum err try_entry(struct node *n, enum entry_kind kind, enum opening_class class,
                          number caller, number callee, uint64_t *index)
{
    char memory_[64];
    struct buf plain, sealed;
    uint8_t commitment[COMMITMENT];
    buf_fixed(&plain, memory_, sizeof memory_);
    buf_u64le(&plain, caller);
    buf_u64le(&plain, callee);
    buf_u64le(&plain, (uint64_t)now);
    buf_init(&sealed, OPENING_MAX);
    enum err e = opening_seal(n->keys, class, now, buf_view(&plain), commitment, &sealed);
    if (e == OK)
        e = ledger_append(n->ledger, kind, (struct str){(const char *)commitment, COMMITMENT},
                          buf_view(&sealed), index, NULL);
    buf_fini(&sealed);
    return e;
}

static enum err try_call(struct node *n, enum opening_class class, number caller, number callee,
                         uint64_t *index)
{
    return try_entry(n, class == OPENING_FACT ? ENTRY_FACT : ENTRY_CALL, class, caller, callee,
                     index);
}

static uint64_t call(struct node *n, enum opening_class class, number caller, number callee)
{
    uint64_t index = 0;
    assert_int_equal(try_call(n, class, caller, callee, &index), OK);
    return index;
}

static void caught_up(struct node *n)
{
    struct problem problem = {0};
    if (index_catch_up(n->index, &problem) != OK)
        fail_msg("%s", problem.text);
}

struct rows {
    struct index_row row[4096];
    size_t count, limit;
};

static bool collect(void *to, const struct index_row *row)
{
    struct rows *r = to;
    r->row[r->count++] = *row;
    return r->count < r->limit;
}

static size_t find(struct node *n, number caller, number callee, when since, struct rows *out)
{
    struct problem problem = {0};
    out->count = 0;
    out->limit = 4096;
    if (index_find(n->index, caller, callee, since, collect, out, &problem) != OK)
        fail_msg("%s", problem.text);
    return out->count;
}

static bool opens(struct node *n, uint64_t record, number caller)
{
    struct buf sealed, plain, entry;
    bool same = false;
    buf_init(&sealed, OPENING_MAX);
    buf_init(&plain, OPENING_MAX);
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    if (index_opening(n->index, record, &sealed) == OK &&
        ledger_read(n->ledger, record, &entry) == OK) {
        struct cursor c = cursor_of(entry.p, entry.n);
        cursor_take(&c, ENTRY_HEADER);
        const uint8_t *commitment = (const uint8_t *)cursor_take(&c, COMMITMENT).p;
        if (opening_open(n->keys, buf_view(&sealed), commitment, &plain) == OK) {
            c = cursor_of(plain.p, plain.n);
            same = cursor_u64le(&c) == caller;
        }
    }
    buf_fini(&sealed);
    buf_fini(&plain);
    buf_fini(&entry);
    return same;
}

static struct rows rows;

static void calls_are_found_by_their_numbers(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 111, 222);
    now += WHEN_MINUTE;
    when later = now;
    call(&n, OPENING_PLAIN, 111, 333);
    call(&n, OPENING_FACT, 111, 222); /* no call */
    call(&n, OPENING_CALL, 444, 222);
    caught_up(&n);
    assert_int_equal(find(&n, 0, 0, 0, &rows), 3);
    assert_int_equal(rows.row[0].record, 0);
    assert_int_equal(rows.row[1].record, 1);
    assert_int_equal(rows.row[2].record, 3);
    assert_int_equal(find(&n, 111, 0, 0, &rows), 2);
    assert_int_equal(find(&n, 0, 222, 0, &rows), 2);
    assert_int_equal(find(&n, 111, 222, 0, &rows), 1);
    assert_int_equal(rows.row[0].at, START);
    assert_int_equal(find(&n, 111, 0, later, &rows), 1);
    assert_int_equal(rows.row[0].callee, 333);
    assert_int_equal(find(&n, 111, 0, later + 1, &rows), 0);
    rows = (struct rows){.limit = 1};
    assert_int_equal(index_find(n.index, 0, 0, 0, collect, &rows, NULL), OK);
    assert_int_equal(rows.count, 1);
    assert_true(opens(&n, 0, 111) && opens(&n, 2, 111) && opens(&n, 3, 444));
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(index_opening(n.index, 4, &b), ERR_NOT_FOUND);
    buf_fini(&b);
    down(&n);
}

/* Frames go once they are indexed; the index alone holds the openings then. */
static void openings_outlive_their_frames_and_restarts(void **state)
{
    enum { DAYS = 5, EACH = 60 };
    struct node n;
    uint64_t record[DAYS * EACH];
    for (unsigned i = 0; i < DAYS * EACH; i++) {
        if (i % 35 == 0) {
            if (i > 0)
                down(&n);
            up(recording_disk_use(memory), &n);
        }
        now = START + i / EACH * WHEN_DAY;
        record[i] = call(&n, (enum opening_class)(i % 3), 1000 + i, 7);
        if (i % 10 == 0)
            caught_up(&n);
        if (i % 10 == 9)
            assert_int_equal(ledger_publish(n.ledger, NULL), OK);
    }
    caught_up(&n);
    for (unsigned i = 0; i < DAYS * EACH; i++)
        assert_true(opens(&n, record[i], 1000 + i));
    assert_int_equal(find(&n, 0, 7, 0, &rows), DAYS * EACH * 2 / 3);
    for (size_t i = 1; i < rows.count; i++)
        assert_true(rows.row[i].record > rows.row[i - 1].record);
    assert_int_equal(find(&n, 0, 0, START + 3 * WHEN_DAY, &rows), 2 * EACH * 2 / 3);
    down(&n);
}

static void many_rows_make_several_batches(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    for (unsigned i = 0; i < 3000; i++)
        call(&n, OPENING_CALL, 1 + i, 7);
    caught_up(&n);
    assert_int_equal(find(&n, 0, 7, 0, &rows), 3000);
    assert_true(opens(&n, 2999, 3000) && opens(&n, 0, 1));
    down(&n);
}

/* Records of many rows: a batch ends at its rows, not at its records. */
static void parts_of_many_rows_make_several_batches(void **state)
{
    enum { PARTS = 40 };
    static struct rows found;
    struct node n;
    uint64_t part[PARTS], plain = 0;
    up(recording_disk_use(memory), &n);
    for (unsigned i = 0; i < PARTS; i++) {
        assert_int_equal(try_entry(&n, ENTRY_SCRUB_PART, OPENING_CALL, 1 + i, i * 1000, &part[i]),
                         OK);
        if (i == PARTS / 2)
            plain = call(&n, OPENING_PLAIN, 99, 7);
    }
    caught_up(&n);
    for (unsigned i = 0; i < PARTS; i++) {
        assert_int_equal(find(&n, 1 + i, 0, 0, &found), INDEX_ROWS);
        assert_int_equal(find(&n, 0, i * 1000 + INDEX_ROWS - 1, 0, &found), 1);
        assert_int_equal(found.row[0].record, part[i]);
        assert_true(opens(&n, part[i], 1 + i));
    }
    assert_int_equal(find(&n, 99, 7, 0, &found), 1);
    assert_int_equal(found.row[0].record, plain);
    down(&n);
}

static void what_a_batch_cannot_hold_is_left_to_the_next(void **state)
{
    static const struct index_row row[INDEX_ROWS];
    struct batch b;
    batch_init(&b);
    batch_reset(&b, 0);
    uint64_t record = 0;
    for (size_t left = BATCH_ROWS_MAX - 1; left > 0;) {
        size_t rows_now = left < INDEX_ROWS ? left : INDEX_ROWS;
        enum opening_class class = record % 2 ? OPENING_CALL : OPENING_PLAIN;
        assert_true(batch_add(&b, class, row, rows_now, record++, STR("opening")));
        left -= rows_now;
    }
    struct batch before = b;
    assert_false(batch_add(&b, OPENING_CALL, row, 2, record, STR("opening")));
    assert_memory_equal(&b, &before, sizeof b);
    assert_true(batch_add(&b, OPENING_CALL, row, 0, record++, STR("opening")));
    assert_true(batch_add(&b, OPENING_PLAIN, row, 1, record++, STR("opening")));
    assert_false(batch_add(&b, OPENING_PLAIN, row, 1, record, STR("opening")));
    assert_int_equal(b.rows[OPENING_CALL] + b.rows[OPENING_PLAIN], BATCH_ROWS_MAX);
    batch_fini(&b);
}

static void a_clock_that_goes_back_loses_nothing(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 1, 7);
    caught_up(&n);
    now = START - 3 * WHEN_DAY;
    uint64_t early = call(&n, OPENING_CALL, 2, 7);
    caught_up(&n);
    assert_int_equal(find(&n, 0, 0, 0, &rows), 2);
    assert_true(opens(&n, early, 2));
    assert_int_equal(find(&n, 2, 0, now, &rows), 1);
    down(&n);
}

struct named {
    const char *part;
    unsigned count;
};

static void count_named(void *to, const char *name)
{
    struct named *n = to;
    n->count += strstr(name, n->part) != NULL;
}

static unsigned files(const char *part)
{
    struct named n = {.part = part};
    const struct disk *d = recording_disk_use(memory);
    assert_int_equal(d->list(d->context, "data/index", count_named, &n), OK);
    return n.count;
}

static void what_ended_is_gone(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    uint64_t plain = call(&n, OPENING_PLAIN, 1, 7), kept = call(&n, OPENING_CALL, 2, 7),
             fact = call(&n, OPENING_FACT, 3, 7);
    caught_up(&n);
    now += 45 * WHEN_DAY; /* plain ends 30 days after its month */
    assert_int_equal(opening_keys_purge(n.keys, now, NULL), OK);
    call(&n, OPENING_CALL, 4, 7);
    caught_up(&n);
    assert_int_equal(find(&n, 0, 0, 0, &rows), 2);
    assert_int_equal(rows.row[0].caller, 2);
    assert_false(opens(&n, plain, 1));
    assert_true(opens(&n, kept, 2));
    assert_int_equal(files(".calls.20261118"), 1);

    now += 200 * WHEN_DAY;
    assert_int_equal(opening_keys_purge(n.keys, now, NULL), OK);
    call(&n, OPENING_CALL, 5, 7);
    caught_up(&n);
    call(&n, OPENING_CALL, 6, 7);
    caught_up(&n);
    assert_int_equal(files(".calls.20261118"), 0);
    assert_int_equal(files(".facts.20261118"), 1);
    assert_int_equal(find(&n, 0, 0, 0, &rows), 3); /* of January and July */
    assert_false(opens(&n, kept, 2));
    assert_true(opens(&n, fact, 3));
    down(&n);
}

static void rows_lie_encrypted(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 0x1122334455667788, 7);
    down(&n);
    static const uint8_t needle[] = {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
    static const char *const names[] = {"calls.20261118"};
    for (size_t i = 0; i < 1; i++) {
        const struct disk *d = recording_disk_use(memory);
        char path[100];
        struct ledger *l;
        struct ledger_options o = {.folder = "data",
                                   .disk = d,
                                   .clock = {.now = show},
                                   .origin = "example.org/menshen",
                                   .checkpoint_ms = 1000,
                                   .segment_first = 64 * 1024};
        assert_int_equal(ledger_open(&o, &l, NULL), OK);
        snprintf(path, sizeof path, "data/index/%s.%s", ledger_id(l), names[i]);
        ledger_close(l);
        void *bytes;
        size_t size;
        assert_int_equal(disk_load(d, path, 1 << 20, &bytes, &size), OK);
        assert_null(memmem(bytes, size, needle, sizeof needle));
        assert_true(size > 150);
        free(bytes);
    }
}

static void an_index_ahead_of_its_ledger_is_refused(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 1, 7);
    down(&n);
    struct recording_disk *old =
        recording_disk_crash(memory, recording_disk_count(memory), CRASH_ALL, 0);
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 2, 7);
    char path[100];
    snprintf(path, sizeof path, "data/index/%s.calls.20261118", ledger_id(n.ledger));
    down(&n);
    void *bytes;
    size_t size;
    assert_int_equal(disk_load(recording_disk_use(memory), path, 1 << 20, &bytes, &size), OK);
    assert_int_equal(disk_replace(recording_disk_use(old), path, 0600, bytes, size), OK);
    free(bytes);
    struct problem problem = {0};
    assert_int_equal(try_up(recording_disk_use(old), &n, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "the index knows record 1"));
    down(&n);
    recording_disk_free(old);
}

static void a_removed_index_is_built_again_from_the_log(void **state)
{
    struct node n;
    up(recording_disk_use(memory), &n);
    call(&n, OPENING_CALL, 1, 7);
    call(&n, OPENING_CALL, 2, 7);
    char path[2][100];
    snprintf(path[0], 100, "data/index/%s.calls.20261118", ledger_id(n.ledger));
    snprintf(path[1], 100, "data/index/%s.facts.20261118", ledger_id(n.ledger));
    down(&n);
    const struct disk *d = recording_disk_use(memory);
    for (int i = 0; i < 2; i++)
        assert_int_equal(d->remove(d->context, path[i]), OK);
    up(d, &n);
    caught_up(&n);
    assert_int_equal(find(&n, 0, 0, 0, &rows), 2);
    down(&n);
}

static void a_failing_disk_costs_only_time(void **state)
{
    bool reached = true;
    for (unsigned long k = 1; reached; k += 1) {
        struct failing_disk failing;
        struct node n;
        uint64_t record[12];
        bool durable[12];
        unsigned expected = 0;
        teardown(NULL);
        setup(NULL);
        log_threshold((enum log_level)(LOG_ERROR + 1));
        failing_disk_init(&failing, recording_disk_use(memory));
        up(&failing.disk, &n);
        call(&n, OPENING_CALL, 1, 7);
        failing_disk_arm(&failing, k, false, k % 2 ? ERR_IO : ERR_FULL);
        for (unsigned i = 0; i < 12; i++) {
            now += 6 * WHEN_HOUR;
            durable[i] = try_call(&n, (enum opening_class)(i % 3), 100 + i, 7, &record[i]) == OK;
            expected += durable[i] && i % 3 < 2;
            if (i % 3 == 2 && index_catch_up(n.index, NULL) != OK)
                assert_true(failing.calls >= failing.fail_at);
        }
        reached = failing.calls >= failing.fail_at;
        failing_disk_arm(&failing, 0, false, OK);
        caught_up(&n);
        assert_int_equal(find(&n, 0, 7, 0, &rows), expected + 1);
        for (unsigned i = 0; i < 12; i++)
            assert_true(!durable[i] || opens(&n, record[i], 100 + i));
        down(&n);
    }
}

/* Whatever a crash leaves: every answered call is found, once. */
static void no_crash_loses_or_doubles_a_row(void **state)
{
    enum { CALLS = 120 };
    static uint64_t record[CALLS];
    static size_t answered[CALLS];
    struct node n;
    for (unsigned i = 0; i < CALLS; i++) {
        if (i % 45 == 0) {
            if (i > 0)
                down(&n);
            up(recording_disk_use(memory), &n);
        }
        now = START + i * WHEN_HOUR;
        record[i] = call(&n, (enum opening_class)(i % 3), 1000 + i, 7);
        answered[i] = recording_disk_count(memory);
        if (i % 7 == 0)
            caught_up(&n);
        if (i % 11 == 0)
            assert_int_equal(ledger_publish(n.ledger, NULL), OK);
    }
    down(&n);
    size_t changes = recording_disk_count(memory);
    for (size_t at = 0, k = 0; at <= changes; at += 3, k++) {
        struct recording_disk *state_ =
            recording_disk_crash(memory, at, (enum crash_way)(k % CRASH_WAYS), at * 7 + 1);
        up(recording_disk_use(state_), &n);
        caught_up(&n);
        find(&n, 0, 7, 0, &rows);
        for (unsigned i = 0; i < CALLS; i++) {
            unsigned found = 0;
            for (size_t r = 0; r < rows.count; r++)
                found += rows.row[r].caller == 1000 + i;
            assert_true(found <= 1);
            if (answered[i] <= at) {
                assert_int_equal(found, i % 3 < 2);
                assert_true(opens(&n, record[i], 1000 + i));
            }
        }
        down(&n);
        recording_disk_free(state_);
    }
}

#define INDEX(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(INDEX(calls_are_found_by_their_numbers),
          INDEX(openings_outlive_their_frames_and_restarts), INDEX(many_rows_make_several_batches),
          INDEX(parts_of_many_rows_make_several_batches),
          cmocka_unit_test(what_a_batch_cannot_hold_is_left_to_the_next),
          INDEX(a_clock_that_goes_back_loses_nothing), INDEX(what_ended_is_gone),
          INDEX(rows_lie_encrypted), INDEX(an_index_ahead_of_its_ledger_is_refused),
          INDEX(a_removed_index_is_built_again_from_the_log), INDEX(a_failing_disk_costs_only_time),
          INDEX(no_crash_loses_or_doubles_a_row))
