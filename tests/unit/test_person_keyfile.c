#include "unit.h"
#include "failing_disk.h"
#include "recording_disk.h"
#include "person/keyfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

enum { MASTER = 7, FILE_MAX = 1 << 20 };

static struct recording_disk *memory;
static const struct disk *disk;
static struct keystore *file;

static int setup(void **state)
{
    memory = recording_disk_new();
    disk = recording_disk_use(memory);
    return keyfile_open(disk, "persons", MASTER, &file, NULL) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    keystore_close(file);
    recording_disk_free(memory);
    return 0;
}

/* Person `i`'s key, whose bytes tell whose it is. */
static struct key_slot slot_of(const struct keystore *f, unsigned i)
{
    struct key_slot s = {.class = (uint8_t)(i % 3), .at = i};
    char id[16];
    snprintf(id, sizeof id, "per_%u", i);
    keystore_name(f, str_of(id), s.class, s.name);
    memset(s.wrapped, (int)(0x41 + i % 26), sizeof s.wrapped);
    snprintf((char *)s.wrapped, sizeof s.wrapped, "KEY-OF-%06u", i);
    return s;
}

static enum err put(unsigned i)
{
    struct key_slot s = slot_of(file, i);
    return keystore_put(file, &s, 1, NULL);
}

static enum err get(struct keystore *f, unsigned i)
{
    struct key_slot s = slot_of(f, i);
    uint8_t wrapped[KEY_WRAPPED];
    enum err e = keystore_get(f, s.name, wrapped);
    if (e == OK)
        assert_memory_equal(wrapped, s.wrapped, KEY_WRAPPED);
    return e;
}

static enum err erase(unsigned i)
{
    struct key_slot s = slot_of(file, i);
    return keystore_erase(file, s.name, 1000, NULL);
}

static void reopen(void)
{
    keystore_close(file);
    assert_int_equal(keyfile_open(disk, "persons", 99, &file, NULL), OK);
}

/* Does the file hold the bytes of this key? */
static bool on_disk(const struct disk *d, unsigned i)
{
    char text[16];
    void *bytes;
    size_t n;
    snprintf(text, sizeof text, "KEY-OF-%06u", i);
    if (disk_load(d, "persons", FILE_MAX, &bytes, &n) != OK)
        return false;
    bool found = memmem(bytes, n, text, strlen(text)) != NULL;
    free(bytes);
    return found;
}

static void a_key_is_found_after_a_restart(void **state)
{
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(put(i), OK);
    reopen();
    for (unsigned i = 0; i < 300; i++)
        assert_int_equal(get(file, i), OK);
    assert_int_equal(get(file, 300), ERR_NOT_FOUND);
    assert_int_equal(keystore_master(file), MASTER);
}

static void many_are_put_with_one_sync(void **state)
{
    struct key_slot s[100];
    for (unsigned i = 0; i < 100; i++)
        s[i] = slot_of(file, i);
    size_t before = recording_disk_count(memory);
    assert_int_equal(keystore_put(file, s, 100, NULL), OK);
    char text[200];
    unsigned syncs = 0;
    for (size_t at = before; at < recording_disk_count(memory); at++) {
        recording_disk_describe(memory, at, text, sizeof text);
        syncs += strstr(text, "sync") != NULL;
    }
    assert_int_equal(syncs, 1);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(get(file, i), OK);
}

static void a_key_is_made_once(void **state)
{
    struct key_slot s[2] = {slot_of(file, 2), slot_of(file, 1)};
    assert_int_equal(put(1), OK);
    assert_int_equal(keystore_put(file, s, 2, NULL), ERR_CONFLICT);
    assert_int_equal(get(file, 2), ERR_NOT_FOUND);
    assert_int_equal(erase(1), OK);
    assert_int_equal(put(1), ERR_CONFLICT);
}

static void erasing_overwrites(void **state)
{
    assert_int_equal(put(1), OK);
    assert_int_equal(put(2), OK);
    assert_true(on_disk(disk, 1));
    assert_int_equal(erase(1), OK);
    assert_false(on_disk(disk, 1));
    assert_true(on_disk(disk, 2));
    assert_int_equal(get(file, 1), ERR_CLOSED);
    assert_int_equal(erase(1), OK);
    assert_int_equal(erase(3), ERR_NOT_FOUND);
    reopen();
    assert_int_equal(get(file, 1), ERR_CLOSED);
    assert_int_equal(get(file, 2), OK);
    struct keystore_stats stats;
    keystore_stats(file, &stats);
    assert_int_equal(stats.live, 1);
    assert_int_equal(stats.erased, 1);
}

/* Flip a byte of slot `k`. */
static void damage(unsigned k, unsigned byte)
{
    int fd;
    uint8_t b;
    size_t got;
    uint64_t at = 512 + 128 * (uint64_t)k + byte;
    assert_int_equal(disk->open(disk->context, "persons", O_RDWR, 0600, &fd), OK);
    assert_int_equal(disk->read(disk->context, fd, at, &b, 1, &got), OK);
    b ^= 0x10;
    assert_int_equal(disk->write(disk->context, fd, at, &b, 1), OK);
    disk->close(disk->context, fd);
}

static void a_damaged_slot_is_told_from_a_missing_one(void **state)
{
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(put(i), OK);
    damage(1, 60);
    reopen();
    assert_int_equal(get(file, 0), OK);
    assert_int_equal(get(file, 1), ERR_CORRUPT);
    assert_int_equal(put(1), ERR_CORRUPT);
    assert_int_equal(get(file, 2), OK);
    struct keystore_stats stats;
    keystore_stats(file, &stats);
    assert_int_equal(stats.damaged, 1);
    assert_int_equal(erase(1), OK);
    assert_int_equal(get(file, 1), ERR_CLOSED);
}

static void a_damaged_header_is_refused(void **state)
{
    static const unsigned places[] = {0, 8, 12, 16, 32, 40};
    keystore_close(file);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct problem problem;
        int fd;
        uint8_t b, c;
        size_t got;
        assert_int_equal(disk->open(disk->context, "persons", O_RDWR, 0600, &fd), OK);
        assert_int_equal(disk->read(disk->context, fd, places[i], &b, 1, &got), OK);
        c = b ^ 1;
        assert_int_equal(disk->write(disk->context, fd, places[i], &c, 1), OK);
        assert_int_equal(keyfile_open(disk, "persons", 0, &file, &problem), ERR_CORRUPT);
        assert_non_null(strstr(problem.text, "persons: "));
        assert_int_equal(disk->write(disk->context, fd, places[i], &b, 1), OK);
        disk->close(disk->context, fd);
    }
    assert_int_equal(keyfile_open(disk, "persons", 0, &file, NULL), OK);
}

static enum err to_lower(void *to, struct key_slot *s)
{
    (void)to;
    s->wrapped[0] = 'k';
    return OK;
}

static void rewrapping_changes_every_live_key(void **state)
{
    uint8_t wrapped[KEY_WRAPPED];
    for (unsigned i = 0; i < 40; i++)
        assert_int_equal(put(i), OK);
    assert_int_equal(erase(3), OK);
    assert_int_equal(keystore_rewrap(file, 8, to_lower, NULL, NULL), OK);
    reopen();
    assert_int_equal(keystore_master(file), 8);
    for (unsigned i = 0; i < 40; i++) {
        struct key_slot s = slot_of(file, i);
        assert_int_equal(keystore_get(file, s.name, wrapped), i == 3 ? ERR_CLOSED : OK);
        if (i != 3)
            assert_int_equal(wrapped[0], 'k');
        assert_false(on_disk(disk, i));
    }
}

static void a_full_disk_loses_nothing(void **state)
{
    struct failing_disk failing;
    keystore_close(file);
    failing_disk_init(&failing, disk);
    assert_int_equal(keyfile_open(&failing.disk, "persons", 0, &file, NULL), OK);
    for (unsigned i = 0; i < 20; i++)
        assert_int_equal(put(i), OK);
    for (unsigned n = 1; n <= 2; n++) {
        struct problem problem;
        failing_disk_arm(&failing, n, false, ERR_FULL);
        struct key_slot s = slot_of(file, 50);
        assert_int_equal(keystore_put(file, &s, 1, &problem), ERR_FULL);
        assert_non_null(strstr(problem.text, "persons: "));
        assert_int_equal(get(file, 50), ERR_NOT_FOUND);
    }
    for (unsigned n = 1; n <= 4; n++) {
        failing_disk_arm(&failing, n, false, ERR_FULL);
        assert_int_equal(keystore_rewrap(file, 8, to_lower, NULL, NULL), ERR_FULL);
        assert_int_equal(keystore_master(file), MASTER);
    }
    failing_disk_arm(&failing, 1, false, ERR_IO);
    assert_int_equal(erase(4), ERR_IO);
    failing_disk_arm(&failing, 0, false, OK);
    assert_int_equal(put(50), OK);
    keystore_close(file);
    assert_int_equal(keyfile_open(disk, "persons", 0, &file, NULL), OK);
    for (unsigned i = 0; i < 20; i++)
        if (i != 4)
            assert_int_equal(get(file, i), OK);
    assert_int_equal(get(file, 50), OK);
}

/* What had been promised when `at` changes had been made. */
struct promise {
    size_t at;
    unsigned person;
    bool erased;
};

static void keeps(struct recording_disk *after, const struct promise *p, size_t count, size_t at)
{
    const struct disk *d = recording_disk_use(after);
    struct keystore *f;
    assert_int_equal(keyfile_open(d, "persons", MASTER, &f, NULL), OK);
    for (size_t i = 0; i < count; i++) {
        bool later = false; /* was it being erased? */
        if (p[i].at > at)
            continue;
        for (size_t k = i + 1; k < count; k++)
            later |= p[k].person == p[i].person;
        enum err e = get(f, p[i].person);
        if (p[i].erased) {
            assert_int_equal(e, ERR_CLOSED);
            assert_false(on_disk(d, p[i].person));
        } else if (!later) {
            assert_int_equal(e, OK);
        } else {
            assert_true(e == OK || e == ERR_CLOSED);
        }
    }
    keystore_close(f);
}

static void a_crash_at_any_moment_keeps_what_was_promised(void **state)
{
    struct promise p[64];
    size_t count = 0, first = recording_disk_count(memory);
    for (unsigned i = 0; i < 24; i++) {
        assert_int_equal(put(i), OK);
        p[count++] = (struct promise){recording_disk_count(memory), i, false};
        if (i % 3 == 2) {
            assert_int_equal(erase(i - 1), OK);
            p[count++] = (struct promise){recording_disk_count(memory), i - 1, true};
        }
        if (i == 12) {
            struct key_slot s[3] = {slot_of(file, 30), slot_of(file, 31), slot_of(file, 32)};
            assert_int_equal(keystore_put(file, s, 3, NULL), OK);
            p[count++] = (struct promise){recording_disk_count(memory), 31, false};
        }
    }
    for (size_t at = first; at <= recording_disk_count(memory); at++)
        for (int way = 0; way < CRASH_WAYS; way++)
            for (uint64_t seed = 0; seed < 3; seed++) {
                struct recording_disk *after =
                    recording_disk_crash(memory, at, (enum crash_way)way, at * 31 + seed);
                keeps(after, p, count, at);
                recording_disk_free(after);
            }
}

#define WITH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(WITH(a_key_is_found_after_a_restart), WITH(many_are_put_with_one_sync),
          WITH(a_key_is_made_once), WITH(erasing_overwrites),
          WITH(a_damaged_slot_is_told_from_a_missing_one), WITH(a_damaged_header_is_refused),
          WITH(rewrapping_changes_every_live_key), WITH(a_full_disk_loses_nothing),
          WITH(a_crash_at_any_moment_keeps_what_was_promised))
