#include "unit.h"
#include "recording_disk.h"
#include "ledger/ledger.h"
#include "ledger/nonce.h"
#include "ledger/opening.h"

#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOVEMBER (1795000000 * WHEN_SECOND) /* 2026-11-18 */

static struct recording_disk *memory;
static const struct disk *disk;
static struct opening_keys *keys;

static int setup(void **state)
{
    memory = recording_disk_new();
    disk = recording_disk_use(memory);
    return opening_keys_open(disk, "keys", &keys, NULL) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    opening_keys_close(keys);
    recording_disk_free(memory);
    return 0;
}

static void seal(enum opening_class class, when at, const char *text,
                 uint8_t commitment[static COMMITMENT], struct buf *sealed)
{
    buf_init(sealed, OPENING_MAX);
    assert_int_equal(opening_seal(keys, class, at, str_of(text), commitment, sealed), OK);
    assert_int_equal(sealed->n, strlen(text) + OPENING_OVERHEAD);
}

static enum err open_text(const struct buf *sealed, const uint8_t commitment[static COMMITMENT],
                          char out[100])
{
    struct buf b;
    buf_fixed(&b, out, 99);
    enum err e = opening_open(keys, buf_view(sealed), commitment, &b);
    out[b.n] = '\0';
    return e;
}

static bool there(const char *path)
{
    int fd;
    if (disk->open(disk->context, path, O_RDONLY, 0, &fd) != OK)
        return false;
    disk->close(disk->context, fd);
    return true;
}

static void what_was_sealed_opens(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    char text[100];
    seal(OPENING_CALL, NOVEMBER, "who rang", commitment, &sealed);
    assert_int_equal(open_text(&sealed, commitment, text), OK);
    assert_string_equal(text, "who rang");
    assert_true(there("keys/periods/call-202611"));
    enum opening_class class;
    uint32_t month;
    assert_true(opening_key_of(buf_view(&sealed), &class, &month));
    assert_int_equal(class, OPENING_CALL);
    assert_int_equal(month, 202611);

    opening_keys_close(keys); /* the key lies on the disk */
    assert_int_equal(opening_keys_open(disk, "keys", &keys, NULL), OK);
    assert_int_equal(open_text(&sealed, commitment, text), OK);
    assert_string_equal(text, "who rang");
    buf_fini(&sealed);
}

static void the_commitment_is_the_hash_of_nonce_and_plaintext(void **state)
{
    uint8_t commitment[COMMITMENT], again[COMMITMENT], other[COMMITMENT];
    struct buf sealed, second;
    char text[100];
    seal(OPENING_FACT, NOVEMBER, "", commitment, &sealed);
    seal(OPENING_FACT, NOVEMBER, "", other, &second);
    assert_memory_not_equal(commitment, other, COMMITMENT);
    assert_int_equal(opening_unseal(keys, buf_view(&sealed), again, NULL), OK);
    assert_memory_equal(commitment, again, COMMITMENT);
    assert_int_equal(open_text(&sealed, other, text), ERR_CORRUPT);
    assert_string_equal(text, "");
    buf_fini(&sealed);
    buf_fini(&second);
}

static void no_byte_can_be_changed(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    char text[100];
    seal(OPENING_CALL, NOVEMBER, "abc", commitment, &sealed);
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 4;
        assert_true(open_text(&sealed, commitment, text) != OK);
        assert_string_equal(text, "");
        sealed.p[i] ^= 4;
    }
    while (sealed.n > 0) {
        sealed.n--;
        assert_int_equal(open_text(&sealed, commitment, text), ERR_CORRUPT);
    }
    buf_fini(&sealed);
}

static void sizes_are_bounded(void **state)
{
    static char large[OPENING_MAX];
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    buf_init(&sealed, OPENING_MAX);
    assert_int_equal(opening_seal(keys, OPENING_CALL, NOVEMBER,
                                  (struct str){large, OPENING_MAX - OPENING_OVERHEAD + 1},
                                  commitment, &sealed),
                     ERR_LIMIT);
    assert_int_equal(opening_seal(keys, OPENING_CALL, NOVEMBER,
                                  (struct str){large, OPENING_MAX - OPENING_OVERHEAD}, commitment,
                                  &sealed),
                     OK);
    assert_int_equal(sealed.n, OPENING_MAX);
    assert_int_equal(opening_unseal(keys, buf_view(&sealed), commitment, NULL), OK);
    buf_fini(&sealed);
}

static when at(const char *text)
{
    when t;
    assert_int_equal(when_parse(str_of(text), 0, &t, NULL), OK);
    return t;
}

static void expired_keys_are_destroyed(void **state)
{
    static const struct {
        enum opening_class class;
        const char *file, *last, *first; /* still kept; gone */
    } rows[] = {
        {OPENING_PLAIN, "keys/periods/plain-202611", "2026-12-30T23:59:59Z",
         "2026-12-31T00:00:00Z"},
        {OPENING_CALL, "keys/periods/call-202611", "2027-05-29T23:59:59Z", "2027-05-30T00:00:00Z"},
        {OPENING_FACT, "keys/periods/fact-202611", "2031-12-04T23:59:59Z", "2031-12-05T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t commitment[COMMITMENT];
        struct buf sealed;
        char text[100];
        seal(rows[i].class, NOVEMBER, "x", commitment, &sealed);
        assert_int_equal(opening_keys_purge(keys, at(rows[i].last), NULL), OK);
        assert_true(there(rows[i].file));
        assert_int_equal(open_text(&sealed, commitment, text), OK);
        assert_int_equal(opening_keys_purge(keys, at(rows[i].first), NULL), OK);
        assert_false(there(rows[i].file));
        assert_int_equal(open_text(&sealed, commitment, text), ERR_NOT_FOUND);
        buf_fini(&sealed);
    }
}

static void other_files_and_later_keys_are_left_alone(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    seal(OPENING_PLAIN, NOVEMBER + 31 * WHEN_DAY, "x", commitment, &sealed);
    buf_fini(&sealed);
    assert_int_equal(disk_replace(disk, "keys/periods/notes", 0600, "a", 1), OK);
    assert_int_equal(disk_replace(disk, "keys/periods/plain-200000", 0600, "a", 1), OK);
    assert_int_equal(opening_keys_purge(keys, at("2027-01-01T00:00:00Z"), NULL), OK);
    assert_true(there("keys/periods/plain-202612"));
    assert_true(there("keys/periods/notes"));
    assert_true(there("keys/periods/plain-200000"));
}

static void a_destroyed_key_is_overwritten_first(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    seal(OPENING_PLAIN, NOVEMBER, "x", commitment, &sealed);
    buf_fini(&sealed);
    size_t before = recording_disk_count(memory);
    assert_int_equal(opening_keys_purge(keys, at("2027-01-01T00:00:00Z"), NULL), OK);
    const char *expected[] = {"write", "sync", "remove", "sync folder"};
    assert_int_equal(recording_disk_count(memory) - before, 4);
    for (size_t i = 0; i < 4; i++) {
        char text[200];
        recording_disk_describe(memory, before + i, text, sizeof text);
        assert_memory_equal(text, expected[i], strlen(expected[i]));
    }
}

static void a_key_is_durable_before_it_is_used(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    seal(OPENING_CALL, NOVEMBER, "x", commitment, &sealed);
    assert_int_equal(disk->sync_folder(disk->context, "."), OK);
    struct recording_disk *after =
        recording_disk_crash(memory, recording_disk_count(memory), CRASH_NONE, 0);
    opening_keys_close(keys);
    assert_int_equal(opening_keys_open(recording_disk_use(after), "keys", &keys, NULL), OK);
    char text[100];
    assert_int_equal(open_text(&sealed, commitment, text), OK);
    buf_fini(&sealed);
    opening_keys_close(keys);
    recording_disk_free(after);
    assert_int_equal(opening_keys_open(disk, "keys", &keys, NULL), OK);
}

static void a_damaged_key_is_not_replaced(void **state)
{
    uint8_t commitment[COMMITMENT];
    struct buf sealed;
    assert_int_equal(disk_replace(disk, "keys/periods/call-202611", 0600, "short", 5), OK);
    buf_init(&sealed, OPENING_MAX);
    assert_int_equal(opening_seal(keys, OPENING_CALL, NOVEMBER, STR("x"), commitment, &sealed),
                     ERR_CORRUPT);
    buf_fini(&sealed);
}

static void derived_keys_differ_and_die_with_the_month(void **state)
{
    uint8_t a[32], b[32];
    assert_int_equal(opening_derive(keys, OPENING_CALL, 202611, false, 1, "testtest", a),
                     ERR_NOT_FOUND);
    assert_int_equal(opening_derive(keys, OPENING_CALL, 202611, true, 1, "testtest", a), OK);
    assert_int_equal(opening_derive(keys, OPENING_CALL, 202611, false, 1, "testtest", b), OK);
    assert_memory_equal(a, b, 32);
    assert_int_equal(opening_derive(keys, OPENING_CALL, 202611, false, 2, "testtest", b), OK);
    assert_memory_not_equal(a, b, 32);
    assert_int_equal(opening_derive(keys, OPENING_CALL, 202611, false, 1, "testtesu", b), OK);
    assert_memory_not_equal(a, b, 32);
    assert_int_equal(opening_derive(keys, OPENING_PLAIN, 202611, true, 1, "testtest", b), OK);
    assert_memory_not_equal(a, b, 32);
}

static void *draw(void *out)
{
    nonce_bytes(out, 32);
    return NULL;
}

static void threads_and_children_draw_different_bytes(void **state)
{
    uint8_t drawn[4][32], large[5000] = {0};
    pthread_t thread;
    nonce_bytes(drawn[0], 32);
    nonce_bytes(drawn[1], 32);
    assert_int_equal(pthread_create(&thread, NULL, draw, drawn[2]), 0);
    pthread_join(thread, NULL);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        uint8_t mine[32];
        nonce_bytes(mine, 32);
        _exit(write(ends[1], mine, 32) == 32 ? 0 : 1);
    }
    assert_int_equal(read(ends[0], drawn[3], 32), 32);
    waitpid(pid, NULL, 0);
    uint8_t after[32];
    nonce_bytes(after, 32);
    assert_memory_not_equal(after, drawn[3], 32); /* the child did not go on with our stream */
    for (int i = 0; i < 4; i++)
        for (int k = i + 1; k < 4; k++)
            assert_memory_not_equal(drawn[i], drawn[k], 32);
    nonce_bytes(large, sizeof large);
    unsigned zeroes = 0;
    for (size_t i = 0; i < sizeof large; i++)
        zeroes += large[i] == 0;
    assert_in_range(zeroes, 1, 60); /* 20 expected */
}

#define KEYS(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(KEYS(what_was_sealed_opens), KEYS(the_commitment_is_the_hash_of_nonce_and_plaintext),
          KEYS(no_byte_can_be_changed), KEYS(sizes_are_bounded), KEYS(expired_keys_are_destroyed),
          KEYS(other_files_and_later_keys_are_left_alone),
          KEYS(a_destroyed_key_is_overwritten_first), KEYS(a_key_is_durable_before_it_is_used),
          KEYS(a_damaged_key_is_not_replaced), KEYS(derived_keys_differ_and_die_with_the_month),
          KEYS(threads_and_children_draw_different_bytes))
