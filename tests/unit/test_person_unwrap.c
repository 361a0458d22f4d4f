#include "unit.h"
#include "recording_disk.h"
#include "person/unwrap.h"
#include "store/store.h"

#include <fcntl.h>
#include <pthread.h>

#define NOW (1795000000 * WHEN_SECOND)

static struct recording_disk *memory;
static const struct disk *disk;
static struct unwrap *door;

static int setup(void **state)
{
    memory = recording_disk_new();
    disk = recording_disk_use(memory);
    struct str persons[] = {STR("per_a"), STR("per_b")};
    if (disk->make_folder(disk->context, "keys", 0700) != OK ||
        disk->sync_folder(disk->context, ".") != OK ||
        unwrap_open(disk, "keys", NULL, &door, NULL) != OK)
        return -1;
    return unwrap_make(door, persons, 2, NOW, NULL) == OK ? 0 : -1;
}

static int teardown(void **state)
{
    unwrap_close(door);
    recording_disk_free(memory);
    return 0;
}

static void seal(const char *text, struct buf *sealed)
{
    buf_init(sealed, 1 << 20);
    assert_int_equal(
        unwrap_seal(door, STR("per_a"), KEY_PROFILE, STR("photo"), str_of(text), sealed), OK);
    assert_int_equal(sealed->n, strlen(text) + UNWRAP_OVERHEAD);
}

static enum err open_as(struct str person, enum key_class class, struct str label,
                        const struct buf *sealed, char out[100])
{
    struct buf b;
    buf_fixed(&b, out, 99);
    enum err e = unwrap_text(door, person, class, label, buf_view(sealed), &b);
    out[b.n] = '\0';
    return e;
}

static enum err open_it(const struct buf *sealed, char out[100])
{
    return open_as(STR("per_a"), KEY_PROFILE, STR("photo"), sealed, out);
}

static void reopen(void)
{
    unwrap_close(door);
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, NULL), OK);
}

static void what_was_sealed_opens_also_after_a_restart(void **state)
{
    struct buf sealed;
    char text[100];
    seal("a garden in Xuhui", &sealed);
    assert_int_equal(open_it(&sealed, text), OK);
    assert_string_equal(text, "a garden in Xuhui");
    assert_null(memmem(sealed.p, sealed.n, "garden", 6));
    reopen();
    assert_int_equal(open_it(&sealed, text), OK);
    assert_string_equal(text, "a garden in Xuhui");
    buf_fini(&sealed);
}

static void the_empty_text_is_a_text(void **state)
{
    struct buf sealed;
    char text[100];
    seal("", &sealed);
    assert_int_equal(open_it(&sealed, text), OK);
    assert_string_equal(text, "");
    buf_fini(&sealed);
}

static void it_opens_only_where_it_belongs(void **state)
{
    struct buf sealed;
    char text[100];
    seal("mine", &sealed);
    assert_int_equal(open_as(STR("per_b"), KEY_PROFILE, STR("photo"), &sealed, text), ERR_CORRUPT);
    assert_int_equal(open_as(STR("per_a"), KEY_PROFILE, STR("basic"), &sealed, text), ERR_CORRUPT);
    assert_int_equal(open_as(STR("per_a"), KEY_CONTRACT, STR("photo"), &sealed, text), ERR_CORRUPT);
    assert_int_equal(open_as(STR("per_ap"), KEY_PROFILE, STR("hoto"), &sealed, text),
                     ERR_NOT_FOUND);
    assert_string_equal(text, "");
    buf_fini(&sealed);
}

static void person_and_label_do_not_run_into_each_other(void **state)
{
    struct str persons[] = {STR("per_ap")};
    struct buf sealed;
    char text[100];
    uint8_t a[32], b[32];
    assert_int_equal(unwrap_make(door, persons, 1, NOW, NULL), OK);
    seal("mine", &sealed);
    assert_int_equal(open_as(STR("per_ap"), KEY_PROFILE, STR("hoto"), &sealed, text), ERR_CORRUPT);
    assert_int_equal(unwrap_derive(door, STR("per_a"), KEY_RECORD, 1, "nonces__", a), OK);
    assert_int_equal(unwrap_derive(door, STR("per_ap"), KEY_RECORD, 1, "nonces__", b), OK);
    assert_memory_not_equal(a, b, 32);
    buf_fini(&sealed);
}

static void no_byte_can_be_changed(void **state)
{
    struct buf sealed;
    char text[100];
    seal("every byte counts", &sealed);
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 1;
        assert_int_equal(open_it(&sealed, text), ERR_CORRUPT);
        assert_string_equal(text, "");
        sealed.p[i] ^= 1;
    }
    for (size_t n = 0; n < sealed.n; n++) {
        struct buf shorter = {.p = sealed.p, .n = n};
        assert_int_equal(open_it(&shorter, text), ERR_CORRUPT);
    }
    assert_int_equal(open_it(&sealed, text), OK);
    buf_fini(&sealed);
}

static void erasing_closes_one_class_for_ever(void **state)
{
    struct str persons[] = {STR("per_a")};
    struct buf sealed, contract;
    char text[100];
    seal("erase me", &sealed);
    buf_init(&contract, 1000);
    assert_int_equal(
        unwrap_seal(door, STR("per_a"), KEY_CONTRACT, STR("contract"), STR("keep me"), &contract),
        OK);
    assert_int_equal(unwrap_erase(door, STR("per_a"), KEY_PROFILE, NOW, NULL), OK);
    assert_int_equal(open_it(&sealed, text), ERR_CLOSED);
    assert_int_equal(unwrap_make(door, persons, 1, NOW, NULL), OK);
    reopen();
    assert_int_equal(open_it(&sealed, text), ERR_CLOSED);
    assert_int_equal(open_as(STR("per_a"), KEY_CONTRACT, STR("contract"), &contract, text), OK);
    assert_string_equal(text, "keep me");
    assert_int_equal(unwrap_erase(door, STR("per_x"), KEY_PROFILE, NOW, NULL), ERR_NOT_FOUND);
    buf_fini(&sealed);
    buf_fini(&contract);
}

/* All of a file, as text for memmem. */
static size_t load(const char *path, void **bytes)
{
    size_t n = 0;
    assert_int_equal(disk_load(disk, path, 1 << 20, bytes, &n), OK);
    return n;
}

static void rotation_keeps_what_was_sealed(void **state)
{
    struct buf sealed;
    char text[100];
    void *before, *after;
    seal("still mine", &sealed);
    assert_int_equal(unwrap_erase(door, STR("per_b"), KEY_PROFILE, NOW, NULL), OK);
    assert_int_equal(load("keys/master", &before), 32);
    assert_int_equal(unwrap_rotate(door, NULL), OK);
    assert_int_equal(load("keys/master", &after), 32);
    assert_memory_not_equal(before, after, 32);
    assert_int_equal(open_it(&sealed, text), OK);
    reopen();
    assert_int_equal(open_it(&sealed, text), OK);
    struct keystore_stats stats;
    unwrap_stats(door, &stats);
    assert_int_equal(stats.live, 5);
    assert_int_equal(stats.erased, 1);
    free(before);
    free(after);
    buf_fini(&sealed);
}

static void a_crash_in_a_rotation_leaves_one_master_key(void **state)
{
    struct buf sealed;
    char text[100];
    seal("still mine", &sealed);
    size_t first = recording_disk_count(memory);
    assert_int_equal(unwrap_rotate(door, NULL), OK);
    size_t last = recording_disk_count(memory);
    const struct disk *whole = disk;
    unwrap_close(door);
    for (size_t at = first; at <= last; at++)
        for (int way = 0; way < CRASH_WAYS; way++)
            for (uint64_t seed = 0; seed < 3; seed++) {
                struct recording_disk *crashed =
                    recording_disk_crash(memory, at, (enum crash_way)way, at * 7 + seed);
                struct problem problem;
                disk = recording_disk_use(crashed);
                if (unwrap_open(disk, "keys", NULL, &door, &problem) != OK)
                    fail_msg("change %zu, way %d: %s", at, way, problem.text);
                assert_int_equal(open_it(&sealed, text), OK);
                reopen();
                assert_int_equal(open_it(&sealed, text), OK);
                int fd;
                assert_int_equal(disk->open(disk->context, "keys/master-next", O_RDONLY, 0, &fd),
                                 ERR_NOT_FOUND);
                unwrap_close(door);
                recording_disk_free(crashed);
            }
    disk = whole;
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, NULL), OK);
    buf_fini(&sealed);
}

/* Two doors on one folder, as a server's and a command's. */
struct two {
    char folder[64], keys[80], other[80]; /* `other`: the second node's, on PostgreSQL */
    struct unwrap *a, *b;
};

/* The second node has the first one's master key. */
static void give_master(const struct two *t)
{
    char from[100], to[100];
    void *bytes;
    size_t n;
    snprintf(from, sizeof from, "%s/master", t->keys);
    snprintf(to, sizeof to, "%s/master", t->other);
    assert_int_equal(disk_load(&disk_real, from, 100, &bytes, &n), OK);
    assert_int_equal(disk_replace(&disk_real, to, 0600, bytes, n), OK);
    free(bytes);
}

/* The store tests run all of this on PostgreSQL too, where the keys lie in its table. */
static void open_one(const struct two *t, const char *keys, struct unwrap **out)
{
    const struct unwrap_from from = {.store = getenv("MENSHEN_TEST_STORE")};
    struct problem problem = {.text = ""};
    if (unwrap_open(&disk_real, keys, &from, out, &problem) != OK)
        fail_msg("%s", problem.text);
}

static void forget_table(void)
{
    struct store *sql;
    const char *url = getenv("MENSHEN_TEST_STORE");
    if (!store_is_url(url))
        return;
    assert_int_equal(store_open(url, &sql, NULL), OK);
    assert_int_equal(
        store_run(sql, "DROP SCHEMA IF EXISTS menshen_keys CASCADE", NULL, 0, NULL, NULL, NULL),
        OK);
    store_close(sql);
}

static void two_open(struct two *t)
{
    *t = (struct two){.folder = "/tmp/menshen-test-XXXXXX"};
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->keys, sizeof t->keys, "%s/keys", t->folder);
    assert_int_equal(disk_real.make_folder(NULL, t->keys, 0700), OK);
    forget_table();
    open_one(t, t->keys, &t->a);
    snprintf(t->other, sizeof t->other, "%s", t->keys);
    if (store_is_url(getenv("MENSHEN_TEST_STORE"))) {
        snprintf(t->other, sizeof t->other, "%s/other", t->folder);
        assert_int_equal(disk_real.make_folder(NULL, t->other, 0700), OK);
        give_master(t);
    }
    open_one(t, t->other, &t->b);
}

static void two_close(struct two *t)
{
    static const char *const names[] = {"keys/persons", "keys/persons.lock",  "keys/master", "keys",
                                        "other/master", "other/persons.lock", "other",       ""};
    unwrap_close(t->a);
    unwrap_close(t->b);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", t->folder, names[i]);
        assert_int_equal(disk_find(&disk_real, path) == OK ? disk_real.remove(NULL, path) : OK, OK);
    }
}

static enum err pass(struct unwrap *from, struct unwrap *to, const char *id)
{
    uint8_t bytes[200];
    char text[100];
    struct buf sealed, plain;
    buf_fixed(&sealed, bytes, sizeof bytes);
    buf_fixed(&plain, text, sizeof text);
    enum err e = unwrap_seal(from, str_of(id), KEY_PROFILE, STR("basic"), STR("a garden"), &sealed);
    if (e == OK)
        e = unwrap_text(to, str_of(id), KEY_PROFILE, STR("basic"), buf_view(&sealed), &plain);
    return e == OK && !str_eq(buf_view(&plain), STR("a garden")) ? ERR_CORRUPT : e;
}

static void two_processes_share_the_keys(void **state)
{
    struct two t;
    two_open(&t);
    struct str a = STR("per_a"), b = STR("per_b"), both[] = {a, b, STR("per_c")};
    assert_int_equal(unwrap_make(t.a, &a, 1, NOW, NULL), OK);
    assert_int_equal(unwrap_make(t.b, &b, 1, NOW, NULL), OK);
    assert_int_equal(unwrap_make(t.a, both, 3, NOW, NULL), OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pass(t.a, t.b, both[i].p), OK);
        assert_int_equal(pass(t.b, t.a, both[i].p), OK);
    }
    assert_int_equal(unwrap_erase(t.b, a, KEY_PROFILE, NOW, NULL), OK);
    assert_int_equal(pass(t.a, t.a, "per_a"), ERR_CLOSED);
    assert_int_equal(pass(t.a, t.b, "per_nobody"), ERR_NOT_FOUND);
    struct keystore_stats stats;
    unwrap_stats(t.a, &stats);
    assert_int_equal(stats.live + stats.erased, 9);
    two_close(&t);
}

static void after_a_rotation_the_other_process_writes_nothing(void **state)
{
    struct two t;
    struct problem problem;
    two_open(&t);
    struct str a = STR("per_a"), b = STR("per_b");
    assert_int_equal(unwrap_make(t.a, &a, 1, NOW, NULL), OK);
    assert_int_equal(pass(t.b, t.b, "per_a"), OK);
    assert_int_equal(unwrap_rotate(t.a, NULL), OK);
    assert_int_equal(unwrap_make(t.b, &b, 1, NOW, &problem), ERR_CONFLICT);
    assert_non_null(strstr(problem.text, "new master key"));
    assert_int_equal(unwrap_erase(t.b, a, KEY_PROFILE, NOW, NULL), ERR_CONFLICT);
    assert_int_equal(unwrap_rotate(t.b, NULL), ERR_CONFLICT);
    assert_int_equal(pass(t.b, t.b, "per_a"), ERR_CONFLICT);
    unwrap_close(t.b);
    if (strcmp(t.keys, t.other) != 0)
        give_master(&t);
    open_one(&t, t.other, &t.b);
    assert_int_equal(pass(t.a, t.b, "per_a"), OK);
    two_close(&t);
}

static void of_two_master_keys_the_first_used_holds(void **state)
{
    struct two t;
    struct problem problem;
    struct str a = STR("per_a");
    if (!store_is_url(getenv("MENSHEN_TEST_STORE")))
        return; /* nodes that share a store have keys in one place on PostgreSQL only */
    two_open(&t);
    char path[100];
    unwrap_close(t.b);
    snprintf(path, sizeof path, "%s/master", t.other);
    assert_int_equal(disk_real.remove(NULL, path), OK);
    open_one(&t, t.other, &t.b);
    assert_int_equal(unwrap_make(t.b, &a, 1, NOW, NULL), OK);
    assert_int_equal(pass(t.b, t.b, "per_a"), OK);
    assert_int_equal(pass(t.a, t.a, "per_a"), ERR_CONFLICT);
    assert_int_equal(unwrap_make(t.a, &(struct str){.p = "per_b", .n = 5}, 1, NOW, &problem),
                     ERR_CONFLICT);
    assert_non_null(strstr(problem.text, "give this node the same one"));
    two_close(&t);
}

/* Makes persons' keys, those of even numbers known to both. */
static void *make_many(void *door_of_one)
{
    struct unwrap *u = door_of_one;
    static _Atomic int number;
    const int mine = number++;
    for (int i = 0; i < 200; i++) {
        char id[32];
        snprintf(id, sizeof id, "per_%d_%d", i, i % 2 ? mine : 9);
        struct str person = str_of(id);
        if (unwrap_make(u, &person, 1, NOW, NULL) != OK || pass(u, u, id) != OK)
            return u;
    }
    return NULL;
}

static void two_makers_at_once_lose_no_key(void **state)
{
    struct two t;
    pthread_t threads[2];
    two_open(&t);
    assert_int_equal(pthread_create(&threads[0], NULL, make_many, t.a), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, make_many, t.b), 0);
    for (int i = 0; i < 2; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    unwrap_close(t.b);
    open_one(&t, t.other, &t.b);
    struct keystore_stats stats;
    unwrap_stats(t.b, &stats);
    assert_int_equal(stats.live, 3 * 300);
    assert_int_equal(stats.damaged, 0);
    for (int i = 0; i < 200; i++) {
        char id[32];
        snprintf(id, sizeof id, "per_%d_%d", i, i % 2);
        if (i % 2)
            assert_int_equal(pass(t.a, t.b, id), OK);
    }
    two_close(&t);
}

static void only_whoever_asks_to_wait_sees_what_another_process_made(void **state)
{
    const struct str late = STR("per_late");
    struct unwrap *other;
    struct unwrap_key key;
    struct buf sealed, plain;
    char text[100];
    assert_int_equal(unwrap_open(disk, "keys", NULL, &other, NULL), OK);
    assert_int_equal(unwrap_make(other, &late, 1, NOW, NULL), OK);
    assert_int_equal(unwrap_take_known(door, late, KEY_RECORD, &key), ERR_NOT_FOUND);
    assert_int_equal(unwrap_take(door, late, KEY_RECORD, &key), OK);
    unwrap_drop(&key);
    assert_int_equal(unwrap_take_known(door, late, KEY_RECORD, &key), OK);
    buf_init(&sealed, 200);
    assert_int_equal(unwrap_seal_with(&key, STR("look"), STR("a garden"), &sealed), OK);
    unwrap_drop(&key);
    buf_fixed(&plain, text, sizeof text);
    assert_int_equal(unwrap_text(other, late, KEY_RECORD, STR("look"), buf_view(&sealed), &plain),
                     OK);
    assert_true(str_eq(buf_view(&plain), STR("a garden")));
    assert_int_equal(unwrap_erase(door, late, KEY_RECORD, NOW, NULL), OK);
    assert_int_equal(unwrap_take_known(door, late, KEY_RECORD, &key), ERR_CLOSED);
    buf_fini(&sealed);
    unwrap_close(other);
}

static void another_master_key_is_named(void **state)
{
    static const uint8_t other[32] = {1};
    struct problem problem;
    unwrap_close(door);
    assert_int_equal(disk_replace(disk, "keys/master", 0600, other, 32), OK);
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "keys/master: is not the master key"));
    assert_int_equal(disk_replace(disk, "keys/master", 0600, other, 31), OK);
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "exactly 32 bytes"));
    assert_int_equal(disk->remove(disk->context, "keys/master"), OK);
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, &problem), ERR_NOT_FOUND);
    assert_non_null(strstr(problem.text, "is missing"));
    door = NULL;
}

static enum err no_more_files(void *context, const char *path, int flags, mode_t mode, int *fd)
{
    if ((flags & O_ACCMODE) == O_RDONLY && (flags & O_DIRECTORY) == 0)
        return ERR_IO;
    return disk->open(context, path, flags, mode, fd);
}

/* A key that cannot be read at the moment is not a key that is not there. */
static void a_master_key_that_cannot_be_read_now_is_not_replaced(void **state)
{
    struct disk busy = *disk;
    struct buf sealed;
    char text[100];
    struct problem problem;
    seal("still mine", &sealed);
    unwrap_close(door);
    busy.open = no_more_files;
    assert_int_equal(unwrap_open(&busy, "keys", NULL, &door, &problem), ERR_IO);
    assert_non_null(strstr(problem.text, "keys/master: cannot be read"));
    assert_int_equal(unwrap_open(disk, "keys", NULL, &door, &problem), OK);
    assert_int_equal(open_it(&sealed, text), OK);
    buf_fini(&sealed);
}

static void the_master_key_may_lie_elsewhere(void **state)
{
    static const uint8_t mine[32] = {42};
    struct problem problem;
    struct str persons[] = {STR("per_a")};
    struct buf sealed;
    char text[100];
    unwrap_close(door);
    assert_int_equal(disk->make_folder(disk->context, "other", 0700), OK);
    assert_int_equal(
        unwrap_open(disk, "other", &(struct unwrap_from){.master = "credential"}, &door, &problem),
        ERR_NOT_FOUND);
    assert_int_equal(disk_replace(disk, "credential", 0600, mine, 32), OK);
    assert_int_equal(
        unwrap_open(disk, "other", &(struct unwrap_from){.master = "credential"}, &door, NULL), OK);
    assert_int_equal(unwrap_make(door, persons, 1, NOW, NULL), OK);
    seal("elsewhere", &sealed);
    assert_int_equal(open_it(&sealed, text), OK);
    assert_int_equal(unwrap_rotate(door, &problem), ERR_CONFLICT);
    buf_fini(&sealed);
}

#define WITH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(WITH(what_was_sealed_opens_also_after_a_restart), WITH(the_empty_text_is_a_text),
          WITH(it_opens_only_where_it_belongs), WITH(person_and_label_do_not_run_into_each_other),
          WITH(no_byte_can_be_changed), WITH(erasing_closes_one_class_for_ever),
          WITH(two_processes_share_the_keys),
          WITH(after_a_rotation_the_other_process_writes_nothing),
          WITH(two_makers_at_once_lose_no_key),
          WITH(only_whoever_asks_to_wait_sees_what_another_process_made),
          WITH(of_two_master_keys_the_first_used_holds), WITH(rotation_keeps_what_was_sealed),
          WITH(a_crash_in_a_rotation_leaves_one_master_key), WITH(another_master_key_is_named),
          WITH(a_master_key_that_cannot_be_read_now_is_not_replaced),
          WITH(the_master_key_may_lie_elsewhere))
