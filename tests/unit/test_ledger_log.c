#include "unit.h"
#include "recording_disk.h"
#include "ledger/frame.h"
#include "ledger/log.h"
#include "ledger/segment.h"

#include <fcntl.h>
#include <sodium.h>

enum { SEGMENT = LOG_SEGMENT_MIN };

static struct recording_disk *memory;
static const struct disk *disk;

static int setup(void **state)
{
    if (sodium_init() < 0)
        return -1;
    memory = recording_disk_new();
    disk = recording_disk_use(memory);
    return disk->make_folder(disk->context, "log", 0700) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    recording_disk_free(memory);
    return 0;
}

static enum err try_open(uint64_t published, struct log **log, struct log_found *found,
                         struct problem *problem)
{
    struct log_options o = {.disk = disk,
                            .folder = "log",
                            .shard = 202611,
                            .published = published,
                            .segment_first = SEGMENT,
                            .segment_max = SEGMENT};
    return log_open(&o, log, found, problem);
}

static struct log *open_log(uint64_t published, struct log_found *found)
{
    struct log *log;
    struct log_found own;
    struct problem problem = {0};
    enum err e = try_open(published, &log, found ? found : &own, &problem);
    if (e != OK)
        fail_msg("%s", problem.text);
    return log;
}

/* One frame of `count` entries whose bodies begin with the index and are `size` bytes long. */
static enum err commit(struct log *log, unsigned count, size_t size, char mark)
{
    static char body[ENTRY_BODY_MAX];
    struct ledger_item item[64] = {0}, *rest;
    assert_true(count <= 64 && size <= sizeof body);
    memset(body, mark, size);
    for (unsigned i = 0; i < count; i++) {
        item[i] = (struct ledger_item){.kind = ENTRY_CALL,
                                       .body = {body, size},
                                       .opening = STR("sealed"),
                                       .transaction = i,
                                       .answer = 302,
                                       .next = i + 1 < count ? &item[i + 1] : NULL};
    }
    enum err e = log_commit(log, item, 1000, &rest);
    assert_null(rest);
    return e;
}

static char mark_of(struct log *log, uint64_t index)
{
    struct buf b;
    buf_init(&b, 8192);
    enum err e = log_read(log, index, &b);
    char mark = e == ERR_NOT_FOUND               ? '-'
                : e != OK || b.n <= ENTRY_HEADER ? '!'
                                                 : (char)b.p[ENTRY_HEADER];
    buf_fini(&b);
    return mark;
}

static void flip(uint64_t segment, uint64_t at)
{
    char name[SEGMENT_NAME], path[64];
    segment_name(segment, name);
    snprintf(path, sizeof path, "log/%s", name);
    int fd;
    size_t got;
    uint8_t b;
    assert_int_equal(disk->open(disk->context, path, O_RDWR, 0, &fd), OK);
    assert_int_equal(disk->read(disk->context, fd, at, &b, 1, &got), OK);
    b ^= 1;
    assert_int_equal(disk->write(disk->context, fd, at, &b, 1), OK);
    assert_int_equal(disk->sync(disk->context, fd), OK);
    assert_int_equal(disk->close(disk->context, fd), OK);
}

static void a_frame_with_any_byte_changed_is_none(void **state)
{
    static uint8_t bytes[LOG_PAGE * 2];
    uint8_t salt[FRAME_SALT] = {1, 2, 3};
    struct buf b;
    struct frame f;
    buf_fixed(&b, bytes, sizeof bytes);
    frame_begin(&b, 7, 9, 11);
    struct ledger_item item = {
        .kind = ENTRY_FACT, .body = STR("body"), .opening = STR("opening"), .answer = 5};
    assert_true(frame_add(&b, &item, 11));
    uint64_t sum = frame_end(&b, 1, salt);
    assert_int_equal(b.n % LOG_ALIGN, 0);
    assert_true(frame_open(bytes, b.n, salt, &f));
    assert_int_equal(f.first, 7);
    assert_int_equal(f.chain, 9);
    assert_int_equal(f.recorded, 11);
    assert_int_equal(f.sum, sum);
    assert_false(f.answers);
    uint32_t bytes_used = f.bytes;
    struct ledger_record r;
    assert_true(frame_next(&f, &r));
    assert_int_equal(r.index, 7);
    assert_int_equal(r.answer, 5);
    assert_str(r.opening, "opening");
    assert_str(str_skip(r.entry, ENTRY_HEADER), "body");
    assert_false(frame_next(&f, &r));
    for (size_t i = 0; i < bytes_used; i++) {
        bytes[i] ^= 0x10;
        assert_false(frame_open(bytes, b.n, salt, &f));
        bytes[i] ^= 0x10;
    }
    for (size_t n = 0; n < bytes_used; n++)
        assert_false(frame_open(bytes, n, salt, &f));
    salt[0]++;
    assert_false(frame_open(bytes, b.n, salt, &f));
}

static void entries_are_read_back_and_followed(void **state)
{
    struct log *log = open_log(0, NULL);
    for (char c = 'a'; c <= 'z'; c++)
        assert_int_equal(commit(log, 3, 3000, c), OK); /* several segments */
    assert_int_equal(log_next(log), 78);
    assert_int_equal(mark_of(log, 0), 'a');
    assert_int_equal(mark_of(log, 77), 'z');
    assert_int_equal(mark_of(log, 78), '-');
    log_close(log);

    struct log_found found;
    log = open_log(0, &found);
    assert_int_equal(found.frames, 26);
    assert_int_equal(found.next, 78);
    assert_false(found.torn);
    assert_int_equal(mark_of(log, 40), 'a' + 40 / 3);
    assert_int_equal(commit(log, 1, 10, '!'), OK);
    assert_int_equal(log_next(log), 79);
    log_close(log);
}

static void retired_segments_are_used_again(void **state)
{
    struct log *log = open_log(0, NULL);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(commit(log, 1, 4000, 'x'), OK);
        assert_int_equal(log_retire(log, log_next(log), INT64_MAX), OK);
        assert_int_equal(log_prepare(log), OK);
    }
    log_close(log);
    unsigned files = 0;
    for (uint64_t n = 0; n < 500; n++) {
        char name[SEGMENT_NAME], path[64];
        int fd;
        segment_name(n, name);
        snprintf(path, sizeof path, "log/%s", name);
        if (disk->open(disk->context, path, O_RDONLY, 0, &fd) == OK) {
            files++;
            disk->close(disk->context, fd);
        }
    }
    assert_in_range(files, 1, 3);
    log = open_log(200, NULL);
    assert_int_equal(log_next(log), 200);
    assert_int_equal(mark_of(log, 0), '-');
    assert_int_equal(mark_of(log, 199), 'x');
    log_close(log);
}

static void answers_are_kept_for_a_restart(void **state)
{
    struct log *log = open_log(0, NULL);
    int64_t before = clock_monotonic();
    for (int i = 0; i < 30; i++)
        assert_int_equal(commit(log, 2, 4000, 'x'), OK); /* one of the two has a transaction */
    assert_int_equal(log_retire(log, 60, before), OK);
    assert_int_equal(mark_of(log, 0), 'x');
    assert_int_equal(log_retire(log, 60, INT64_MAX), OK);
    assert_int_equal(mark_of(log, 0), '-');
    log_close(log);
}

static void a_failed_frame_is_dead_once_the_next_is_durable(void **state)
{
    struct log *log = open_log(0, NULL);
    assert_int_equal(commit(log, 2, 10, 'a'), OK);
    recording_disk_fail(memory, ".log", 1, 0); /* all bytes written, the sync fails */
    assert_int_equal(commit(log, 5, 10, 'b'), ERR_IO);
    assert_int_equal(log_next(log), 2);
    assert_int_equal(commit(log, 1, 10, 'c'), OK);
    assert_int_equal(log_next(log), 3);
    log_close(log);

    log = open_log(0, NULL);
    assert_int_equal(log_next(log), 3);
    assert_int_equal(mark_of(log, 1), 'a');
    assert_int_equal(mark_of(log, 2), 'c');
    log_close(log);
}

static void a_failed_frame_may_be_found_if_nothing_follows(void **state)
{
    struct log *log = open_log(0, NULL);
    assert_int_equal(commit(log, 2, 10, 'a'), OK);
    recording_disk_fail(memory, ".log", 1, 0);
    assert_int_equal(commit(log, 5, 10, 'b'), ERR_IO);
    log_close(log);
    log = open_log(0, NULL);
    assert_int_equal(log_next(log), 7);
    assert_int_equal(mark_of(log, 6), 'b');
    log_close(log);
}

static void a_torn_end_is_cut_and_written_over(void **state)
{
    struct log *log = open_log(0, NULL);
    assert_int_equal(commit(log, 2, 10, 'a'), OK);
    assert_int_equal(commit(log, 9, 1000, 'b'), OK);
    log_close(log);
    flip(1, LOG_PAGE + LOG_ALIGN + 5000); /* inside the second frame */

    struct log_found found;
    log = open_log(0, &found);
    assert_int_equal(found.next, 2);
    assert_true(found.torn);
    assert_true(found.cut > 0);
    assert_int_equal(commit(log, 1, 10, 'c'), OK);
    log_close(log);
    log = open_log(0, &found);
    assert_int_equal(found.next, 3);
    assert_int_equal(mark_of(log, 2), 'c');
    log_close(log);
}

static void damage_before_a_whole_frame_is_no_torn_end(void **state)
{
    struct log *log = open_log(0, NULL);
    for (char c = 'a'; c <= 'd'; c++)
        assert_int_equal(commit(log, 2, 10, c), OK);
    log_close(log);
    flip(1, LOG_PAGE + LOG_ALIGN + 50); /* the second frame: entries 2 and 3 */

    struct log_found found;
    struct problem problem = {0};
    size_t before = recording_disk_count(memory);
    assert_int_equal(try_open(0, &log, &found, &problem), ERR_CORRUPT);
    assert_int_equal(recording_disk_count(memory), before); /* nothing was changed */
    assert_non_null(strstr(problem.text, "0000000000000001.log: byte 5120"));
    assert_int_equal(try_open(3, &log, &found, &problem), ERR_CORRUPT);

    log = open_log(4, &found); /* the tiles hold what was lost */
    assert_true(found.damaged);
    assert_int_equal(log_next(log), 8);
    assert_int_equal(mark_of(log, 1), 'a');
    assert_int_equal(mark_of(log, 2), '-');
    assert_int_equal(mark_of(log, 4), 'c');
    log_close(log);
}

static void a_missing_beginning_is_refused(void **state)
{
    struct log *log = open_log(0, NULL);
    for (int i = 0; i < 40; i++)
        assert_int_equal(commit(log, 1, 4000, 'x'), OK);
    log_close(log);
    char name[SEGMENT_NAME], path[64];
    segment_name(1, name);
    snprintf(path, sizeof path, "log/%s", name);
    assert_int_equal(disk->remove(disk->context, path), OK);
    struct log_found found;
    struct problem problem = {0};
    assert_int_equal(try_open(0, &log, &found, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "missing before the first frame"));
    log = open_log(20, &found);
    assert_int_equal(log_next(log), 40);
    log_close(log);
}

static void a_log_shorter_than_the_tiles_goes_on_behind_them(void **state)
{
    struct log *log = open_log(0, NULL);
    assert_int_equal(commit(log, 2, 10, 'a'), OK);
    log_close(log);
    log = open_log(10, NULL);
    assert_int_equal(log_next(log), 10);
    assert_int_equal(commit(log, 1, 10, 'b'), OK);
    log_close(log);
    log = open_log(10, NULL);
    assert_int_equal(log_next(log), 11);
    assert_int_equal(mark_of(log, 10), 'b');
    log_close(log);
}

static void another_shards_frames_are_not_read(void **state)
{
    struct log *log = open_log(0, NULL);
    assert_int_equal(commit(log, 2, 10, 'a'), OK);
    log_close(log);
    struct log_options o = {.disk = disk,
                            .folder = "log",
                            .shard = 202612,
                            .segment_first = SEGMENT,
                            .segment_max = SEGMENT};
    struct log_found found;
    assert_int_equal(log_open(&o, &log, &found, NULL), OK);
    assert_int_equal(log_next(log), 0);
    assert_int_equal(commit(log, 1, 10, 'b'), OK);
    log_close(log);
    assert_int_equal(log_open(&o, &log, &found, NULL), OK);
    assert_int_equal(log_next(log), 1);
    log_close(log);
}

static void what_no_segment_takes_is_refused(void **state)
{
    static char large[SEGMENT - 1024];
    struct log *log = open_log(0, NULL);
    struct ledger_item item = {.kind = ENTRY_LOOK,
                               .body = STR("x"),
                               .opening = {large, sizeof large}},
                       *rest;
    assert_int_equal(log_commit(log, &item, 1000, &rest), ERR_LIMIT);
    assert_int_equal(commit(log, 3, 100, 'a'), OK);
    log_close(log);
}

#define LOG_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(LOG_TEST(a_frame_with_any_byte_changed_is_none),
          LOG_TEST(entries_are_read_back_and_followed), LOG_TEST(retired_segments_are_used_again),
          LOG_TEST(answers_are_kept_for_a_restart),
          LOG_TEST(a_failed_frame_is_dead_once_the_next_is_durable),
          LOG_TEST(a_failed_frame_may_be_found_if_nothing_follows),
          LOG_TEST(a_torn_end_is_cut_and_written_over),
          LOG_TEST(damage_before_a_whole_frame_is_no_torn_end),
          LOG_TEST(a_missing_beginning_is_refused),
          LOG_TEST(a_log_shorter_than_the_tiles_goes_on_behind_them),
          LOG_TEST(another_shards_frames_are_not_read), LOG_TEST(what_no_segment_takes_is_refused))
