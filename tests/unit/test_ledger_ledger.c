#include "unit.h"
#include "failing_disk.h"
#include "recording_disk.h"
#include "core/log.h"
#include "ledger/ledger.h"
#include "ledger/checkpoint.h"
#include "ledger/verify.h"
#include "ledger/shard.h"
#include "ledger/prove.h"
#include "ledger/tile.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static struct recording_disk *memory;
static when now = 1795000000 * WHEN_SECOND; /* 2026-11 */

static int setup(void **state)
{
    log_threshold(LOG_ERROR);
    memory = recording_disk_new();
    return 0;
}

static int teardown(void **state)
{
    recording_disk_free(memory);
    return 0;
}

static enum err try_open(const struct disk *disk, struct ledger **out, struct problem *problem)
{
    struct ledger_options o = {.folder = "data",
                               .disk = disk,
                               .clock = clock_fixed(&now),
                               .origin = "example.org/menshen",
                               .checkpoint_ms = 3600000,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    return ledger_open(&o, out, problem);
}

static struct ledger *open_ledger(const struct disk *disk)
{
    struct ledger *l;
    struct problem problem = {0};
    if (try_open(disk, &l, &problem) != OK)
        fail_msg("%s", problem.text);
    return l;
}

static struct ledger *open_memory(void)
{
    return open_ledger(recording_disk_use(memory));
}

static _Atomic when moving;

static when run_fast(void *context)
{
    (void)context;
    /* Slower once it is far off: nanoseconds since 1970 end with the year 2262. */
    const bool far = atomic_load(&moving) > now + 100 * 366 * WHEN_DAY;
    return atomic_fetch_add(&moving, (far ? 1 : 3) * WHEN_DAY);
}

/* One whose months end after a few readings of the clock, and that publishes all the time. */
static struct ledger *open_moving(void)
{
    struct ledger *l;
    struct problem problem = {0};
    moving = now;
    struct ledger_options o = {.folder = "data",
                               .disk = recording_disk_use(memory),
                               .clock = {.now = run_fast},
                               .origin = "example.org/menshen",
                               .checkpoint_ms = 1,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    if (ledger_open(&o, &l, &problem) != OK)
        fail_msg("%s", problem.text);
    return l;
}

static uint64_t append(struct ledger *l, const char *body)
{
    uint64_t index = UINT64_MAX;
    struct problem problem = {0};
    if (ledger_append(l, ENTRY_FACT, str_of(body), STR("sealed"), &index, &problem) != OK)
        fail_msg("%s", problem.text);
    return index;
}

static bool holds(struct ledger *l, uint64_t index, const char *body)
{
    struct buf b;
    buf_init(&b, ENTRY_HEADER + ENTRY_BODY_MAX);
    bool same = ledger_read(l, index, &b) == OK && b.n >= ENTRY_HEADER && b.p[0] == 1 &&
                b.p[1] == ENTRY_FACT && str_eq(str_skip(buf_view(&b), ENTRY_HEADER), str_of(body));
    buf_fini(&b);
    return same;
}

static void a_new_ledger_is_empty_and_signed(void **state)
{
    struct ledger *l = open_memory();
    assert_int_equal(ledger_size(l), 0);
    assert_int_equal(ledger_published(l), 0);
    assert_int_equal(strlen(ledger_id(l)), 8);
    assert_true(ledger_healthy(l));
    void *bytes;
    size_t n;
    const struct disk *d = recording_disk_use(memory);
    assert_int_equal(disk_load(d, "data/ledger/current/checkpoint", 4096, &bytes, &n), OK);
    assert_true(str_starts((struct str){bytes, n}, STR("example.org/menshen/2026-11\n0\n")));
    free(bytes);
    char id[9];
    snprintf(id, sizeof id, "%s", ledger_id(l));
    ledger_close(l);
    l = open_memory();
    assert_string_equal(ledger_id(l), id);
    ledger_close(l);
}

static void next_month(void)
{
    now += 31 * WHEN_DAY;
}

static void check_receipt(struct ledger *l, uint64_t index, const struct note_key *key,
                          const char *body)
{
    struct buf receipt, entry;
    uint64_t in_shard;
    struct problem problem = {0};
    buf_init(&receipt, PROOF_MAX);
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    if (ledger_prove(l, index, &receipt, &problem) != OK)
        fail_msg("%s", problem.text);
    assert_int_equal(
        receipt_check(buf_view(&receipt), key, (struct str){0}, &in_shard, NULL, &entry, &problem),
        OK);
    assert_true(str_eq(str_skip(buf_view(&entry), ENTRY_HEADER), str_of(body)));
    buf_fini(&receipt);
    buf_fini(&entry);
}

static void check_id(struct ledger *l, uint64_t index, size_t shard, uint64_t in_shard)
{
    char text[RECORD_ID], wanted[RECORD_ID], id[9];
    struct ledger_shard s;
    uint64_t found, number;
    ledger_record_id(l, index, text);
    assert_true(ledger_shard_of(l, shard, &s));
    record_id_format(s.id, in_shard, wanted);
    assert_string_equal(text, wanted);
    assert_true(record_id_parse(str_of(text), id, &number));
    assert_int_equal(ledger_find(l, id, number, &found), OK);
    assert_int_equal(found, index);
}

static void check_shard(struct ledger *l, size_t k, uint64_t size)
{
    struct verify_report report;
    struct problem problem = {0};
    struct ledger_shard s;
    assert_true(ledger_shard_of(l, k, &s));
    struct verify_options o = {
        .disk = recording_disk_use(memory), .folder = s.folder, .log = s.key};
    if (verify_log(&o, &report, &problem) != OK)
        fail_msg("%s", problem.text);
    assert_int_equal(report.size, size);
}

/* The first entry of shard `k` holds the final checkpoint of the one before. */
static void check_first_entry(struct ledger *l, size_t k, uint64_t size)
{
    struct buf entry;
    struct ledger_shard s, former;
    struct str origin, final;
    struct checkpoint c;
    uint64_t base;
    assert_true(ledger_shard_of(l, k - 1, &former) && ledger_shard_of(l, k, &s));
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    assert_int_equal(ledger_read(l, s.base, &entry), OK);
    assert_int_equal(entry.p[1], ENTRY_SHARD);
    assert_true(shard_entry_read(str_skip(buf_view(&entry), ENTRY_HEADER), &base, &origin, &final));
    assert_int_equal(base, s.base);
    assert_true(str_eq(origin, str_of(s.origin)));
    assert_int_equal(checkpoint_open(final, former.key, &c, NULL), OK);
    assert_int_equal(c.size, size);
    buf_fini(&entry);
}

static void a_new_month_begins_a_new_shard(void **state)
{
    when before = now;
    struct ledger_shard first, second;
    struct ledger *l = open_memory();
    append(l, "one");
    append(l, "two");
    assert_true(ledger_shard_of(l, 0, &first));
    ledger_close(l);
    for (int again = 0; again < 2; again++) {
        if (again == 0)
            next_month();
        l = open_memory();
        assert_int_equal(ledger_size(l), 3 + again);
        assert_int_equal(ledger_published(l), 3 + again);
        assert_true(ledger_shard_of(l, 1, &second));
        assert_string_equal(second.origin, "example.org/menshen/2026-12");
        assert_string_equal(second.folder, "data/ledger/current");
        assert_string_equal(ledger_id(l), second.id);
        assert_string_not_equal(ledger_id(l), ledger_first_id(l));
        assert_true(holds(l, 0, "one") && holds(l, 1, "two"));
        if (again == 0)
            assert_int_equal(append(l, "three"), 3);
        assert_true(holds(l, 3, "three"));
        assert_int_equal(ledger_publish(l, NULL), OK);
        check_id(l, 1, 0, 1);
        check_id(l, 2, 1, 0);
        check_id(l, 3, 1, 1);
        assert_true(ledger_shard_of(l, 0, &first));
        assert_string_equal(first.folder, "data/ledger/closed/2026-11");
        check_receipt(l, 1, first.key, "two");
        check_receipt(l, 3, second.key, "three");
        check_first_entry(l, 1, 2);
        check_shard(l, 0, 2);
        check_shard(l, 1, 2);
        uint64_t none;
        assert_int_equal(ledger_find(l, first.id, 2, &none), ERR_NOT_FOUND);
        assert_int_equal(ledger_find(l, "00000000", 0, &none), ERR_INVALID);
        ledger_close(l);
    }
    now = before;
}

static void an_empty_shard_and_one_whose_clock_went_back_go_on(void **state)
{
    when before = now;
    struct ledger *l = open_memory();
    next_month();
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_int_equal(ledger_size(l), 0);
    append(l, "one");
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_int_equal(ledger_size(l), 2);
    now = before;
    append(l, "two");
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_int_equal(ledger_size(l), 3);
    ledger_close(l);
    now = before;
}

static void a_shard_that_is_not_of_the_list_is_refused(void **state)
{
    when before = now;
    const struct disk *d = recording_disk_use(memory);
    struct problem problem = {0};
    struct ledger *l = open_memory();
    append(l, "one");
    ledger_close(l);
    next_month();
    ledger_close(open_memory());
    assert_int_equal(d->rename(d->context, "data/ledger/current", "data/ledger/away"), OK);
    assert_int_equal(d->rename(d->context, "data/ledger/closed/2026-11", "data/ledger/current"),
                     OK);
    assert_int_equal(d->remove(d->context, "data/ledger/shards"), OK);
    const char wrong[] = "menshen-shards 1\n0 example.org/menshen/2026-09\n"
                         "7 example.org/menshen/2026-10\n";
    assert_int_equal(disk_replace(d, "data/ledger/shards", 0600, wrong, sizeof wrong - 1), OK);
    assert_int_equal(try_open(d, &l, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "example.org/menshen/2026-10"));
    now = before;
}

static void a_month_that_is_skipped_waits_for_a_day(void **state)
{
    when before = now;
    struct ledger_shard s;
    struct ledger *l = open_memory();
    append(l, "one");
    ledger_close(l);
    next_month();
    next_month();
    log_threshold((enum log_level)(LOG_ERROR + 1));
    l = open_memory();
    assert_true(ledger_turn_waits(l));
    append(l, "two");
    now += WHEN_DAY - WHEN_SECOND;
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_false(ledger_shard_of(l, 1, &s));
    now -= 70 * WHEN_DAY; /* it was wrong: all is forgotten */
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_false(ledger_turn_waits(l));
    now += 70 * WHEN_DAY;
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_true(ledger_turn_waits(l));
    now += WHEN_DAY;
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_true(ledger_shard_of(l, 1, &s));
    assert_string_equal(s.origin, "example.org/menshen/2027-01");
    assert_false(ledger_turn_waits(l));
    ledger_close(l);
    now = before;
}

/* --- closed shards -------------------------------------------------------------------------- */

static struct ledger *open_kept(const struct disk *disk, int days)
{
    struct ledger *l;
    struct problem problem = {0};
    struct ledger_options o = {.folder = "data",
                               .disk = disk,
                               .clock = clock_fixed(&now),
                               .origin = "example.org/menshen",
                               .checkpoint_ms = 3600000,
                               .retention_days = days,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    if (ledger_open(&o, &l, &problem) != OK)
        fail_msg("%s", problem.text);
    return l;
}

static bool exists(const char *path)
{
    int fd;
    const struct disk *d = recording_disk_use(memory);
    return d->open(d->context, path, O_RDONLY, 0, &fd) == OK && d->close(d->context, fd) == OK;
}

/* Two closed shards, of 2026-11 with five records and of 2026-12 with one and its first entry. */
static void close_two(struct ledger *l)
{
    for (int i = 0; i < 5; i++)
        append(l, "eleven");
    next_month();
    assert_int_equal(ledger_publish(l, NULL), OK);
    append(l, "twelve");
    next_month();
    assert_int_equal(ledger_publish(l, NULL), OK);
    append(l, "one");
    assert_int_equal(ledger_publish(l, NULL), OK);
}

static void closed_shards_are_packed_and_emptied_in_their_time(void **state)
{
    when before = now, at;
    struct ledger *l = open_kept(recording_disk_use(memory), 31);
    struct ledger_shard s;
    close_two(l); /* it is 2027-01 */
    assert_int_equal(ledger_archive(l, NULL), OK);
    assert_false(exists("data/ledger/closed/2026-11/tile/0/000.p/5"));
    assert_true(exists("data/ledger/closed/2026-12/pack/entries"));
    assert_true(ledger_deleted(l, 4, &at) && at == now);
    assert_false(ledger_deleted(l, 5, &at));
    assert_int_equal(ledger_first(l), 5);
    assert_false(exists("data/ledger/closed/2026-11/pack/entries"));
    assert_false(holds(l, 4, "eleven"));
    assert_true(holds(l, 6, "twelve"));
    for (int again = 0; again < 2; again++) {
        for (size_t k = 0; k < 3; k++)
            check_shard(l, k, k == 0 ? 5 : 2);
        assert_true(ledger_shard_of(l, 1, &s));
        check_receipt(l, 6, s.key, "twelve");
        check_first_entry(l, 1, 5);
        ledger_close(l);
        l = open_kept(recording_disk_use(memory), 31);
        assert_int_equal(ledger_first(l), 5);
    }
    ledger_close(l);

    /* By the clock the next one is over too; but the open shard is of January still. */
    next_month();
    next_month();
    log_threshold((enum log_level)(LOG_ERROR + 1));
    l = open_kept(recording_disk_use(memory), 31);
    assert_int_equal(ledger_archive(l, NULL), OK);
    assert_int_equal(ledger_first(l), 5);
    now += WHEN_DAY;
    assert_int_equal(ledger_publish(l, NULL), OK);
    ledger_close(l);
    /* Without a policy nothing goes. */
    l = open_kept(recording_disk_use(memory), 0);
    assert_int_equal(ledger_archive(l, NULL), OK);
    assert_int_equal(ledger_first(l), 5);
    ledger_close(l);
    l = open_kept(recording_disk_use(memory), 31);
    assert_int_equal(ledger_archive(l, NULL), OK);
    assert_int_equal(ledger_first(l), 7);
    ledger_close(l);
    now = before;
}

static void any_failing_call_of_the_archive_loses_nothing(void **state)
{
    when before = now;
    bool reached = true;
    for (unsigned long n = 1; reached; n++) {
        struct failing_disk failing;
        teardown(NULL);
        setup(NULL);
        log_threshold((enum log_level)(LOG_ERROR + 1));
        now = before;
        failing_disk_init(&failing, recording_disk_use(memory));
        struct ledger *l = open_kept(&failing.disk, 31);
        close_two(l);
        failing_disk_arm(&failing, n, n % 2 == 0, n % 3 == 0 ? ERR_FULL : ERR_IO);
        enum err e = ledger_archive(l, NULL);
        reached = failing.calls >= failing.fail_at;
        assert_true(reached || e == OK);
        failing_disk_arm(&failing, 0, false, OK);
        for (int again = 0; again < 2; again++) {
            assert_true(ledger_first(l) == 5 || holds(l, 4, "eleven"));
            assert_true(holds(l, 6, "twelve"));
            for (size_t k = 0; k < 3; k++)
                check_shard(l, k, k == 0 ? 5 : 2);
            assert_int_equal(ledger_archive(l, NULL), OK);
        }
        assert_int_equal(ledger_first(l), 5);
        assert_false(exists("data/ledger/closed/2026-12/tile/0/000.p/2"));
        ledger_close(l);
    }
    now = before;
}

static void a_full_disk_packs_nothing_and_gives_the_room_back(void **state)
{
    when before = now;
    struct failing_disk failing;
    failing_disk_init(&failing, recording_disk_use(memory));
    struct ledger *l = open_kept(&failing.disk, 0);
    log_threshold((enum log_level)(LOG_ERROR + 1));
    close_two(l);
    pthread_mutex_lock(&failing.lock);
    failing.room = 100;
    pthread_mutex_unlock(&failing.lock);
    assert_int_equal(ledger_archive(l, NULL), ERR_FULL);
    assert_false(exists("data/ledger/closed/2026-11/pack.new/hashes"));
    assert_true(exists("data/ledger/closed/2026-11/tile/0/000.p/5"));
    append(l, "goes on");
    pthread_mutex_lock(&failing.lock);
    failing.room = UINT64_MAX;
    pthread_mutex_unlock(&failing.lock);
    assert_int_equal(ledger_archive(l, NULL), OK);
    for (size_t k = 0; k < 2; k++)
        check_shard(l, k, k == 0 ? 5 : 2);
    ledger_close(l);
    now = before;
}

static void a_damaged_shard_is_not_packed(void **state)
{
    when before = now;
    const struct disk *d = recording_disk_use(memory);
    struct problem problem = {0};
    struct ledger *l = open_kept(d, 31);
    log_threshold((enum log_level)(LOG_ERROR + 1));
    close_two(l);
    static const uint8_t wrong[64];
    assert_int_equal(
        disk_replace(d, "data/ledger/closed/2026-12/tile/0/000.p/2", 0600, wrong, sizeof wrong),
        OK);
    assert_int_equal(ledger_archive(l, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "2026-12"));
    assert_true(exists("data/ledger/closed/2026-12/tile/entries/000.p/2"));
    assert_false(exists("data/ledger/closed/2026-12/pack/hashes"));
    ledger_close(l);
    now = before;
}

/* The declaration holds the first entry for good; a wrong one could never be put right. */
static void a_damaged_first_entry_is_not_declared(void **state)
{
    static const char path[] = "data/ledger/closed/2026-11/pack/entries";
    when before = now;
    const struct disk *d = recording_disk_use(memory);
    uint8_t *bytes;
    size_t n;
    struct ledger *l = open_kept(d, 0);
    log_threshold((enum log_level)(LOG_ERROR + 1));
    close_two(l);
    assert_int_equal(ledger_archive(l, NULL), OK);
    ledger_close(l);
    assert_int_equal(disk_load(d, path, 1 << 20, (void **)&bytes, &n), OK);
    uint8_t *body = memmem(bytes, n, "eleven", 6);
    assert_non_null(body);
    body[0] ^= 1;
    assert_int_equal(disk_replace(d, path, 0600, bytes, n), OK);
    l = open_kept(d, 31);
    assert_int_equal(ledger_archive(l, NULL), ERR_CORRUPT);
    assert_int_equal(ledger_first(l), 0);
    assert_true(exists(path));
    body[0] ^= 1;
    assert_int_equal(disk_replace(d, path, 0600, bytes, n), OK);
    assert_int_equal(ledger_archive(l, NULL), OK);
    assert_int_equal(ledger_first(l), 5);
    ledger_close(l);
    free(bytes);
    now = before;
}

static void bad_origins_are_refused(void **state)
{
    struct ledger *l;
    struct problem problem = {0};
    struct ledger_options o = {.folder = "data",
                               .disk = recording_disk_use(memory),
                               .clock = clock_fixed(&now),
                               .origin = "two words",
                               .checkpoint_ms = 1000};
    assert_int_equal(ledger_open(&o, &l, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "ledger.origin"));
    assert_null(l);
}

static void entries_outlive_a_restart(void **state)
{
    struct ledger *l = open_memory();
    assert_int_equal(append(l, "one"), 0);
    assert_int_equal(append(l, ""), 1);
    assert_int_equal(append(l, "three"), 2);
    assert_int_equal(ledger_size(l), 3);
    assert_int_equal(ledger_published(l), 0);
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_int_equal(ledger_published(l), 3);
    assert_int_equal(append(l, "four"), 3);
    ledger_close(l);
    l = open_memory();
    assert_int_equal(ledger_size(l), 4);
    assert_int_equal(ledger_published(l), 4);
    assert_true(holds(l, 0, "one") && holds(l, 1, "") && holds(l, 3, "four"));
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(ledger_read(l, 4, &b), ERR_NOT_FOUND);
    buf_fini(&b);
    ledger_close(l);
}

static void oversized_bodies_are_refused(void **state)
{
    static char large[ENTRY_BODY_MAX + 1];
    struct ledger *l = open_memory();
    assert_int_equal(
        ledger_append(l, ENTRY_FACT, (struct str){large, ENTRY_BODY_MAX + 1}, STR(""), NULL, NULL),
        ERR_LIMIT);
    assert_int_equal(
        ledger_append(l, ENTRY_FACT, (struct str){large, ENTRY_BODY_MAX}, STR(""), NULL, NULL), OK);
    ledger_close(l);
}

static void note_error(struct ledger_item *item, enum err e)
{
    *(enum err *)item->context = e;
}

static void of_a_round_only_the_oversized_is_refused(void **state)
{
    static char large[ENTRY_BODY_MAX + 1];
    enum err said[3] = {ERR_TIMEOUT, ERR_TIMEOUT, ERR_TIMEOUT};
    struct ledger_item item[3];
    struct ledger_round round = {0};
    struct ledger *l = open_memory();
    for (size_t i = 0; i < 3; i++) {
        item[i] = (struct ledger_item){.kind = ENTRY_FACT,
                                       .body = {large, i == 1 ? sizeof large : 1},
                                       .done = note_error,
                                       .context = &said[i]};
        ledger_gather(&round, &item[i]);
    }
    assert_int_equal(said[1], ERR_LIMIT);
    assert_int_equal(said[0], ERR_TIMEOUT);
    assert_int_equal(ledger_size(l), 0);
    ledger_submit_round(l, &round);
    ledger_close(l);
    assert_int_equal(said[0], OK);
    assert_int_equal(said[2], OK);
    assert_int_equal(item[2].index, 1);
}

struct collected {
    uint64_t next, limit;
    char text[200];
};

static bool collect(void *to, const struct ledger_record *r)
{
    struct collected *c = to;
    assert_int_equal(r->index, c->next);
    c->next++;
    size_t n = strlen(c->text);
    snprintf(c->text + n, sizeof c->text - n, "%.*s/%.*s ",
             STR_ARG(str_skip(r->entry, ENTRY_HEADER)), STR_ARG(r->opening));
    return c->next < c->limit;
}

static void frames_are_followed(void **state)
{
    struct ledger *l = open_memory();
    append(l, "a");
    append(l, "b");
    append(l, "c");
    struct collected c = {.next = 1, .limit = 100};
    assert_int_equal(ledger_follow(l, 1, collect, &c, NULL), OK);
    assert_string_equal(c.text, "b/sealed c/sealed ");
    c = (struct collected){.next = 0, .limit = 2};
    assert_int_equal(ledger_follow(l, 0, collect, &c, NULL), OK);
    assert_string_equal(c.text, "a/sealed b/sealed ");
    ledger_close(l);
}

/* Published and released, frames go; entries stay readable from bundles. */
static void entries_are_read_from_bundles_in_the_end(void **state)
{
    char body[4000];
    memset(body, 'x', sizeof body);
    body[sizeof body - 1] = '\0';
    struct ledger *l = open_memory();
    for (int i = 0; i < 60; i++)
        append(l, body);
    assert_int_equal(ledger_publish(l, NULL), OK);
    ledger_release(l, 60);
    append(l, "last");
    struct collected c = {.next = 60, .limit = 61};
    for (int i = 0; i < 200; i++) {
        struct buf b;
        buf_init(&b, 8192);
        assert_int_equal(ledger_read(l, 0, &b), OK);
        assert_int_equal(b.n, ENTRY_HEADER + sizeof body - 1);
        buf_fini(&b);
        assert_int_equal(ledger_publish(l, NULL), OK);
    }
    assert_int_equal(ledger_follow(l, 60, collect, &c, NULL), OK);
    assert_string_equal(c.text, "last/sealed ");
    assert_true(holds(l, 59, body));
    ledger_close(l);
}

enum { THREADS = 4, EACH = 500, IN_ROUND = 7 };

struct submitter {
    struct ledger *ledger;
    struct ledger_item item[EACH];
    char body[EACH][16];
    _Atomic unsigned *done;
    int number;
};

static void submitted(struct ledger_item *item, enum err e)
{
    assert_int_equal(e, OK);
    atomic_fetch_add((_Atomic unsigned *)item->context, 1);
}

/* Threads of odd number hand over seven at a time. */
static void *submit_all(void *context)
{
    struct submitter *s = context;
    struct ledger_round round = {0};
    for (int i = 0; i < EACH; i++) {
        snprintf(s->body[i], sizeof s->body[i], "%d-%d", s->number, i);
        s->item[i] = (struct ledger_item){
            .kind = ENTRY_FACT, .body = str_of(s->body[i]), .done = submitted, .context = s->done};
        if (s->number % 2 == 0)
            ledger_submit(s->ledger, &s->item[i]);
        else
            ledger_gather(&round, &s->item[i]);
        if (i % IN_ROUND == IN_ROUND - 1)
            ledger_submit_round(s->ledger, &round);
    }
    ledger_submit_round(s->ledger, &round);
    assert_null(round.newest);
    return NULL;
}

static void many_threads_get_consecutive_indexes(void **state)
{
    static struct submitter s[THREADS];
    static bool seen[THREADS * EACH];
    _Atomic unsigned done = 0;
    pthread_t thread[THREADS];
    struct ledger *l = open_memory();
    memset(seen, 0, sizeof seen);
    for (int i = 0; i < THREADS; i++) {
        s[i] = (struct submitter){.ledger = l, .done = &done, .number = i};
        assert_int_equal(pthread_create(&thread[i], NULL, submit_all, &s[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    while (done < THREADS * EACH)
        nanosleep(&(struct timespec){.tv_nsec = WHEN_MS}, NULL);
    assert_int_equal(ledger_size(l), THREADS * EACH);
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < EACH; k++) {
            assert_true(s[i].item[k].index < THREADS * EACH);
            assert_false(seen[s[i].item[k].index]);
            seen[s[i].item[k].index] = true;
            assert_true(k == 0 || s[i].item[k].index > s[i].item[k - 1].index);
            assert_true(i % 2 == 0 || k % IN_ROUND == 0 ||
                        s[i].item[k].index == s[i].item[k - 1].index + 1);
        }
    ledger_close(l);
    l = open_memory();
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < EACH; k++)
            assert_true(holds(l, s[i].item[k].index, s[i].body[k]));
    ledger_close(l);
}

/* Every publishing sees another month; no record is lost, and none is in two shards. */
static void a_month_ends_under_load(void **state)
{
    static struct submitter s[THREADS];
    _Atomic unsigned done = 0;
    pthread_t thread[THREADS];
    struct ledger_shard shard, next;
    when before = now;
    struct ledger *l = open_moving();
    for (int i = 0; i < THREADS; i++) {
        s[i] = (struct submitter){.ledger = l, .done = &done, .number = i};
        assert_int_equal(pthread_create(&thread[i], NULL, submit_all, &s[i]), 0);
    }
    while (done < THREADS * EACH)
        assert_int_equal(ledger_publish(l, NULL), OK);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    /* All may have been submitted before the first publishing: a day or three each, these are
     * months. */
    for (int i = 0; i < 120; i++)
        assert_int_equal(ledger_publish(l, NULL), OK);
    size_t shards = 0;
    while (ledger_shard_of(l, shards, &shard)) {
        if (shards > 0)
            check_first_entry(l, shards, shard.base - next.base);
        next = shard;
        shards++;
    }
    assert_true(shards > 2);
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < EACH; k++)
            assert_true(holds(l, s[i].item[k].index, s[i].body[k]));
    ledger_close(l);
    now = before;
}

struct chain {
    struct ledger *ledger;
    struct ledger_item first, second;
    unsigned durable;
};

static void second_done(struct ledger_item *item, enum err e)
{
    struct chain *c = item->context;
    c->durable += e == OK;
}

static void first_done(struct ledger_item *item, enum err e)
{
    struct chain *c = item->context;
    c->durable += e == OK;
    c->second = (struct ledger_item){
        .kind = ENTRY_NOT_ANSWERED, .body = STR("2"), .done = second_done, .context = c};
    ledger_submit(c->ledger, &c->second);
}

static void closing_takes_what_an_answer_submits(void **state)
{
    struct chain c = {.ledger = open_memory()};
    c.first = (struct ledger_item){
        .kind = ENTRY_CALL, .body = STR("1"), .done = first_done, .context = &c};
    ledger_submit(c.ledger, &c.first);
    ledger_close(c.ledger);
    assert_int_equal(c.durable, 2);
    struct ledger *l = open_memory();
    assert_int_equal(ledger_size(l), 2);
    ledger_close(l);
}

static void copy(const struct disk *from, const struct disk *to, const char *path)
{
    void *bytes;
    size_t n;
    assert_int_equal(disk_load(from, path, 1 << 20, &bytes, &n), OK);
    assert_int_equal(disk_replace(to, path, 0600, bytes, n), OK);
    free(bytes);
}

/* Two lives of one folder: the tiles of one and the log of the other do not go together. */
static void a_log_that_contradicts_the_checkpoint_is_refused(void **state)
{
    struct ledger *l = open_memory();
    append(l, "common");
    ledger_close(l);
    size_t at = recording_disk_count(memory);
    struct recording_disk *other = recording_disk_crash(memory, at, CRASH_ALL, 0);
    const struct disk *d = recording_disk_use(other);
    l = open_memory();
    append(l, "here");
    ledger_close(l);
    l = open_ledger(d);
    append(l, "there");
    ledger_close(l);

    copy(recording_disk_use(memory), d, "data/ledger/log/0000000000000001.log");
    size_t before = recording_disk_count(other);
    struct problem problem = {0};
    assert_int_equal(try_open(d, &l, &problem), ERR_CORRUPT);
    assert_null(l);
    assert_non_null(strstr(problem.text, "entry 1 is not the one that the log"));
    void *bytes;
    size_t n;
    assert_int_equal(disk_load(d, "data/ledger/current/checkpoint", 4096, &bytes, &n), OK);
    free(bytes);
    bool wrote = false;
    for (size_t i = before; i < recording_disk_count(other); i++) {
        char text[200];
        recording_disk_describe(other, i, text, sizeof text);
        wrote |= strstr(text, "sync folder") == NULL;
    }
    assert_false(wrote);
    recording_disk_free(other);
}

/* An older log under newer tiles lost records that were answered; newer tiles alone still hold
 * theirs. */
static void a_checkpoint_beyond_tiles_and_log_is_refused(void **state)
{
    struct ledger *l = open_memory();
    append(l, "one");
    ledger_close(l);
    struct recording_disk *other =
        recording_disk_crash(memory, recording_disk_count(memory), CRASH_ALL, 0);
    l = open_memory();
    append(l, "two");
    ledger_close(l);
    const struct disk *d = recording_disk_use(other);
    copy(recording_disk_use(memory), d, "data/ledger/current/checkpoint");
    struct problem problem = {0};
    assert_int_equal(try_open(d, &l, &problem), ERR_CORRUPT);
    assert_int_not_equal(strlen(problem.text), 0);
    recording_disk_free(other);
}

static enum err open_known(struct str known, struct problem *problem)
{
    struct ledger *l;
    struct ledger_options o = {.folder = "data",
                               .disk = recording_disk_use(memory),
                               .clock = clock_fixed(&now),
                               .origin = "example.org/menshen",
                               .known = known,
                               .checkpoint_ms = 3600000,
                               .segment_first = 64 * 1024,
                               .segment_max = 64 * 1024};
    *problem = (struct problem){.code = OK};
    enum err e = ledger_open(&o, &l, problem);
    if (e == OK)
        ledger_close(l);
    return e;
}

static struct str checkpoint_now(struct ledger *l, char out[static NOTE_MAX])
{
    void *bytes;
    size_t n;
    assert_int_equal(ledger_checkpoint(l, 0, &bytes, &n), OK);
    memcpy(out, bytes, n);
    free(bytes);
    return (struct str){out, n};
}

/* Of the same key and origin: one that goes on, and two that began here and went on otherwise. */
static void a_checkpoint_that_others_know_must_be_in_the_log(void **state)
{
    static char early[NOTE_MAX], late[NOTE_MAX], other[NOTE_MAX];
    when before = now;
    struct problem problem;
    struct ledger *l = open_memory();
    append(l, "one");
    assert_int_equal(ledger_publish(l, NULL), OK);
    struct str known = checkpoint_now(l, early);
    ledger_close(l);
    struct recording_disk *copy_then =
        recording_disk_crash(memory, recording_disk_count(memory), CRASH_ALL, 0);
    l = open_memory();
    append(l, "two");
    append(l, "three");
    assert_int_equal(ledger_publish(l, NULL), OK);
    struct str newer = checkpoint_now(l, late);
    ledger_close(l);
    assert_int_equal(open_known(known, &problem), OK);
    assert_int_equal(open_known(newer, &problem), OK);
    assert_int_equal(open_known(STR("example.org/menshen/2026-11\n"), &problem), ERR_CORRUPT);

    struct recording_disk *ours = memory;
    memory = copy_then;
    assert_int_equal(open_known(newer, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "with 3 entries, more than are here"));
    l = open_memory();
    append(l, "TWO");
    append(l, "THREE");
    ledger_close(l);
    assert_int_equal(open_known(known, &problem), OK);
    assert_int_equal(open_known(newer, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "do not hash to"));
    next_month();
    l = open_memory();
    append(l, "four");
    assert_int_equal(ledger_publish(l, NULL), OK);
    assert_int_equal(ledger_archive(l, NULL), OK);
    void *bytes;
    size_t n;
    assert_int_equal(ledger_checkpoint(l, 1, &bytes, &n), OK);
    memcpy(other, bytes, n);
    free(bytes);
    ledger_close(l);
    assert_int_equal(open_known(known, &problem), OK); /* of a closed, packed shard */
    assert_int_equal(open_known(newer, &problem), ERR_CORRUPT);
    now = before;
    recording_disk_free(memory);
    memory = ours;
    assert_int_equal(open_known((struct str){other, n}, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "which is no shard here"));
}

static void a_missing_key_is_not_replaced(void **state)
{
    const struct disk *d = recording_disk_use(memory);
    ledger_close(open_memory());
    assert_int_equal(d->remove(d->context, "data/keys/ledger.seed"), OK);
    struct ledger *l;
    struct problem problem = {0};
    assert_int_equal(try_open(d, &l, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "data/keys/ledger.seed"));
}

/* What was acknowledged is there after a power failure that keeps nothing unsynced. */
static void check_survivors(const bool *acknowledged, const uint64_t *index, unsigned n)
{
    struct recording_disk *after =
        recording_disk_crash(memory, recording_disk_count(memory), CRASH_NONE, 0);
    struct ledger *l = open_ledger(recording_disk_use(after));
    for (unsigned i = 0; i < n; i++) {
        char body[16];
        snprintf(body, sizeof body, "record %u", i);
        if (acknowledged[i])
            assert_true(holds(l, index[i], body));
    }
    append(l, "goes on");
    assert_int_equal(ledger_publish(l, NULL), OK);
    ledger_close(l);
    recording_disk_free(after);
}

static void any_failing_call_loses_no_answered_record(void **state)
{
    bool reached = true;
    for (unsigned long n = 1; reached; n++) {
        enum { RECORDS = 12 };
        bool acknowledged[RECORDS] = {false};
        uint64_t index[RECORDS];
        struct failing_disk failing;
        teardown(NULL);
        setup(NULL);
        failing_disk_init(&failing, recording_disk_use(memory));
        struct ledger *l = open_ledger(&failing.disk);
        append(l, "first");
        failing_disk_arm(&failing, n, false, ERR_IO);
        for (unsigned i = 0; i < RECORDS; i++) {
            char body[4000];
            memset(body, 'x', sizeof body);
            snprintf(body, sizeof body, "record %u", i);
            struct str text = i == 5 ? (struct str){body, sizeof body} : str_of(body);
            enum err e = ledger_append(l, ENTRY_FACT, text, STR(""), &index[i], NULL);
            assert_true(e == OK || e == ERR_IO);
            acknowledged[i] = e == OK && i != 5;
            if (i % 4 == 3)
                assert_true(ledger_publish(l, NULL) == OK || failing.calls >= failing.fail_at);
        }
        reached = failing.calls >= failing.fail_at;
        failing_disk_arm(&failing, 0, false, OK);
        append(l, "after");
        assert_int_equal(ledger_publish(l, NULL), OK);
        assert_true(ledger_healthy(l));
        assert_int_equal(ledger_published(l), ledger_size(l));
        check_survivors(acknowledged, index, RECORDS);
        ledger_close(l);
        check_survivors(acknowledged, index, RECORDS);
    }
}

static void any_failing_call_at_the_start_leaves_a_folder_that_opens(void **state)
{
    for (unsigned long n = 1;; n++) {
        struct failing_disk failing;
        struct ledger *l;
        teardown(NULL);
        setup(NULL);
        failing_disk_init(&failing, recording_disk_use(memory));
        failing_disk_arm(&failing, n, false, n % 2 ? ERR_IO : ERR_FULL);
        enum err e = try_open(&failing.disk, &l, NULL);
        bool reached = failing.calls >= failing.fail_at;
        if (e == OK)
            ledger_close(l);
        l = open_memory();
        append(l, "one");
        ledger_close(l);
        if (!reached)
            return;
    }
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * WHEN_MS}, NULL);
}

static void a_full_disk_fails_records_until_there_is_room(void **state)
{
    enum { RECORDS = 2000 };
    bool acknowledged[RECORDS] = {false};
    uint64_t index[RECORDS];
    struct failing_disk failing;
    failing_disk_init(&failing, recording_disk_use(memory));
    failing.room = 200 * 1024; /* room for three segments and some tiles */
    struct ledger *l = open_ledger(&failing.disk);
    unsigned n = 0, failures = 0;
    while (n < RECORDS && failures == 0) {
        char body[16];
        snprintf(body, sizeof body, "record %u", n);
        enum err e = ledger_append(l, ENTRY_FACT, str_of(body), STR(""), &index[n], NULL);
        acknowledged[n++] = e == OK;
        failures += e == ERR_FULL;
        assert_true(e == OK || e == ERR_FULL);
    }
    assert_int_equal(failures, 1);
    assert_false(ledger_healthy(l));
    check_survivors(acknowledged, index, n);

    pthread_mutex_lock(&failing.lock);
    failing.room = UINT64_MAX;
    pthread_mutex_unlock(&failing.lock);
    for (int i = 0; i < 100 && !ledger_healthy(l); i++)
        sleep_ms(20);
    assert_true(ledger_healthy(l)); /* without a submission, without a restart */
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(ledger_read(l, n - 1, &b), OK);
    assert_int_equal(b.p[1], ENTRY_OUTAGE);
    struct cursor c = cursor_of(b.p, b.n);
    cursor_take(&c, ENTRY_HEADER + 16);
    assert_int_equal(cursor_u64be(&c), 1);
    buf_fini(&b);
    append(l, "goes on");
    ledger_close(l);
    check_survivors(acknowledged, index, n);
}

static void record_ids(void **state)
{
    char text[RECORD_ID], id[9];
    uint64_t index;
    record_id_format("7f3a09c1", 1042, text);
    assert_string_equal(text, "rec_7f3a09c1_1042");
    assert_true(record_id_parse(str_of(text), id, &index));
    assert_string_equal(id, "7f3a09c1");
    assert_int_equal(index, 1042);
    record_id_format("ffffffff", UINT64_MAX, text);
    assert_true(record_id_parse(str_of(text), id, &index));
    assert_true(index == UINT64_MAX);
    const char *bad[] = {"",
                         "rec",
                         "rec_7f3a09c1",
                         "rec_7f3a09c1_",
                         "rec_7F3A09C1_1",
                         "rec_7f3a09c_1",
                         "rec_7f3a09c12_1",
                         "rec_7f3a09c1_01",
                         "rec_7f3a09c1_-1",
                         "rec_7f3a09c1_1_2",
                         "rec_7f3a09c1_18446744073709551616",
                         "xrec_7f3a09c1_1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (record_id_parse(str_of(bad[i]), id, &index))
            fail_msg("\"%s\" was accepted", bad[i]);
}

static void record_ids_with_rows(void **state)
{
    char id[9];
    uint64_t index, row = 7;
    assert_true(record_row_parse(STR("rec_7f3a09c1_1042"), id, &index, &row));
    assert_int_equal(row, 0);
    assert_true(record_row_parse(STR("rec_7f3a09c1_1042:17"), id, &index, &row));
    assert_string_equal(id, "7f3a09c1");
    assert_int_equal(index, 1042);
    assert_int_equal(row, 17);
    const char *bad[] = {"",    "rec_7f3a09c1_1042:",   "rec_7f3a09c1_1042:0",
                         ":17", "rec_7f3a09c1_1042:-1", "rec_7f3a09c1_1042:1:2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (record_row_parse(str_of(bad[i]), id, &index, &row))
            fail_msg("\"%s\" was accepted", bad[i]);
}

#define LEDGER(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(LEDGER(a_new_ledger_is_empty_and_signed), LEDGER(a_new_month_begins_a_new_shard),
          LEDGER(an_empty_shard_and_one_whose_clock_went_back_go_on),
          LEDGER(a_shard_that_is_not_of_the_list_is_refused),
          LEDGER(a_month_that_is_skipped_waits_for_a_day),
          LEDGER(closed_shards_are_packed_and_emptied_in_their_time),
          LEDGER(any_failing_call_of_the_archive_loses_nothing),
          LEDGER(a_full_disk_packs_nothing_and_gives_the_room_back),
          LEDGER(a_damaged_shard_is_not_packed), LEDGER(a_damaged_first_entry_is_not_declared),
          LEDGER(a_month_ends_under_load), LEDGER(bad_origins_are_refused),
          LEDGER(entries_outlive_a_restart), LEDGER(oversized_bodies_are_refused),
          LEDGER(of_a_round_only_the_oversized_is_refused), LEDGER(frames_are_followed),
          LEDGER(entries_are_read_from_bundles_in_the_end),
          LEDGER(many_threads_get_consecutive_indexes),
          LEDGER(closing_takes_what_an_answer_submits),
          LEDGER(a_log_that_contradicts_the_checkpoint_is_refused),
          LEDGER(a_checkpoint_beyond_tiles_and_log_is_refused),
          LEDGER(a_checkpoint_that_others_know_must_be_in_the_log),
          LEDGER(a_missing_key_is_not_replaced), LEDGER(any_failing_call_loses_no_answered_record),
          LEDGER(any_failing_call_at_the_start_leaves_a_folder_that_opens),
          LEDGER(a_full_disk_fails_records_until_there_is_room), TEST(record_ids),
          TEST(record_ids_with_rows))
