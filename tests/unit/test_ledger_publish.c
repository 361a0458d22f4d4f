#include "unit.h"
#include "failing_disk.h"
#include "log_fixture.h"

#include "ledger/head.h"
#include "ledger/verify.h"

#include <fcntl.h>
#include <pthread.h>

static struct head newest(const struct fixture *f)
{
    struct head h;
    struct problem problem = {0};
    if (head_load(&disk_real, f->folder, HEAD_NEWEST, note_signer_key(f->signer), &h, &problem))
        fail_msg("%s", problem.text);
    return h;
}

static uint64_t signed_size(const struct fixture *f)
{
    struct head h = newest(f);
    struct tile_reader r = fixture_reader(f, h.checkpoint.size);
    struct hash root;
    assert_int_equal(tile_root(&r, &root), OK);
    assert_true(hash_eq(&root, &h.checkpoint.root));
    uint64_t size = h.checkpoint.size;
    head_fini(&h);
    return size;
}

static void a_new_log_has_a_signed_checkpoint_of_size_0(void **state)
{
    struct fixture f;
    fixture_new(&f);
    struct head h = newest(&f);
    assert_str(h.text, FIXTURE_ORIGIN "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    head_fini(&h);
    assert_false(fixture_has(&f, "tile"));
    fixture_free(&f);
}

static void a_log_goes_on_where_it_was_left(void **state)
{
    static const uint64_t sizes[] = {1,   2,    255,   256,   257,   511,  512,
                                     513, 1000, 65535, 65536, 65537, 66000};
    struct fixture whole, pieces;
    struct hash a, b;
    fixture_new(&whole);
    fixture_new(&pieces);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fixture_grow(&whole, sizes[i]);
        fixture_reopen(&pieces, &disk_real);
        fixture_grow(&pieces, sizes[i]);
        publish_root(whole.publisher, &a);
        publish_root(pieces.publisher, &b);
        assert_true(hash_eq(&a, &b));
        assert_true(signed_size(&whole) == sizes[i]);
        assert_true(signed_size(&pieces) == sizes[i]);
    }
    fixture_free(&whole);
    fixture_free(&pieces);
}

static void what_was_not_committed_is_not_there(void **state)
{
    struct fixture f;
    fixture_new(&f);
    fixture_grow(&f, 10);
    assert_int_equal(publish_add(f.publisher, STR("lost")), OK);
    assert_true(publish_size(f.publisher) == 11);
    fixture_reopen(&f, &disk_real);
    assert_true(publish_size(f.publisher) == 10);
    fixture_free(&f);
}

static void an_entry_too_long_for_a_bundle_is_refused(void **state)
{
    struct fixture f;
    static char much[65536];
    fixture_new(&f);
    assert_int_equal(publish_add(f.publisher, (struct str){much, 65536}), ERR_LIMIT);
    assert_true(publish_size(f.publisher) == 0);
    for (int i = 0; i < 300; i++)
        assert_int_equal(publish_add(f.publisher, (struct str){much, 65535}), OK);
    fixture_commit(&f);
    assert_true(signed_size(&f) == 300);
    fixture_reopen(&f, &disk_real);
    fixture_free(&f);
}

/* A disk whose n-th changing call fails, and all after it until it is healed. */
struct failing {
    int left;
    struct disk disk;
};

static enum err tick(void *context)
{
    struct failing *f = context;
    return f->left-- <= 0 ? ERR_FULL : OK;
}

static enum err failing_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    enum err e = flags & O_CREAT ? tick(c) : OK;
    return e != OK ? e : disk_real.open(NULL, path, flags, mode, fd);
}

static enum err failing_write(void *c, int fd, uint64_t at, const void *bytes, size_t n)
{
    enum err e = tick(c);
    if (e == OK)
        return disk_real.write(NULL, fd, at, bytes, n);
    /* A disk that fills up has taken a part. */
    enum err half = disk_real.write(NULL, fd, at, bytes, n / 2);
    return half != OK ? half : e;
}

static enum err failing_sync(void *c, int fd)
{
    enum err e = tick(c);
    return e != OK ? e : disk_real.sync(NULL, fd);
}

static enum err failing_sync_folder(void *c, const char *path)
{
    enum err e = tick(c);
    return e != OK ? e : disk_real.sync_folder(NULL, path);
}

static enum err failing_rename(void *c, const char *from, const char *to)
{
    enum err e = tick(c);
    return e != OK ? e : disk_real.rename(NULL, from, to);
}

static enum err failing_make_folder(void *c, const char *path, mode_t mode)
{
    enum err e = tick(c);
    return e != OK ? e : disk_real.make_folder(NULL, path, mode);
}

static enum err failing_remove(void *c, const char *path)
{
    enum err e = tick(c);
    return e != OK ? e : disk_real.remove(NULL, path);
}

static void failing_init(struct failing *f)
{
    f->left = 1 << 30;
    f->disk = disk_real;
    f->disk.context = f;
    f->disk.open = failing_open;
    f->disk.write = failing_write;
    f->disk.sync = failing_sync;
    f->disk.sync_folder = failing_sync_folder;
    f->disk.rename = failing_rename;
    f->disk.make_folder = failing_make_folder;
    f->disk.remove = failing_remove;
}

static void add(struct fixture *f, int count)
{
    char text[64];
    while (count-- > 0)
        assert_int_equal(publish_add(f->publisher, fixture_entry(publish_size(f->publisher), text)),
                         OK);
}

static void a_failure_at_any_write_leaves_a_valid_checkpoint_and_is_made_good(void **state)
{
    bool failed = true;
    for (int nth = 0; failed; nth++) {
        struct fixture f, whole;
        struct failing disk;
        struct hash a, b;
        fixture_new(&f);
        fixture_grow(&f, 250);
        failing_init(&disk);
        fixture_reopen(&f, &disk.disk);

        add(&f, 300);
        disk.left = nth;
        failed = publish_commit(f.publisher, NULL) != OK;
        uint64_t now = signed_size(&f);
        assert_true(now == 250 || now == 550);
        assert_true(failed || now == 550);
        /* It fails again, with more to do; and then the disk has room. */
        add(&f, 3);
        disk.left = nth / 2;
        (void)!publish_commit(f.publisher, NULL);
        now = signed_size(&f);
        assert_true(now == 250 || now == 550 || now == 553);
        disk.left = 1 << 30;
        add(&f, 300);
        fixture_commit(&f);
        assert_true(signed_size(&f) == 853);

        fixture_new(&whole);
        fixture_grow(&whole, 853);
        publish_root(whole.publisher, &a);
        publish_root(f.publisher, &b);
        assert_true(hash_eq(&a, &b));
        assert_false(fixture_has(&f, "tile/0/002.p"));
        assert_false(fixture_has(&f, "tile/entries/002.p"));
        fixture_reopen(&f, &disk_real);
        fixture_free(&f);
        fixture_free(&whole);
    }
}

/* So many that bundles and tiles are written by a thread each. */
static void a_failure_among_many_files_is_made_good(void **state)
{
    enum { BEFORE = 250, AFTER = 6000 };
    bool failed = true;
    for (unsigned long nth = 1; failed; nth += nth < 20 ? 1 : 11)
        for (int after = 0; after < 2; after++) {
            struct fixture f;
            struct failing_disk disk;
            struct verify_report report;
            struct problem problem = {0};
            failing_disk_init(&disk, &disk_real);
            fixture_new(&f);
            fixture_grow(&f, BEFORE);
            fixture_reopen(&f, &disk.disk);
            add(&f, AFTER - BEFORE);
            failing_disk_arm(&disk, nth, after > 0, ERR_FULL);
            failed = publish_commit(f.publisher, NULL) != OK;
            uint64_t now = signed_size(&f);
            assert_true(now == AFTER || (failed && now == BEFORE));

            failing_disk_arm(&disk, 0, false, OK);
            add(&f, 3);
            fixture_commit(&f);
            struct verify_options o = {
                .disk = &disk_real, .folder = f.folder, .log = note_signer_key(f.signer)};
            if (verify_log(&o, &report, &problem) != OK)
                fail_msg("call %lu: %s", nth, problem.text);
            assert_true(report.size == AFTER + 3);
            fixture_reopen(&f, &disk_real);
            fixture_free(&f);
        }
}

enum { VOLATILE = 700 };

/*
 * A disk that knows which files and names a crash could still take away. Several threads
 * use it, in which no test can fail: what was wrong is told at the end.
 */
struct ordered {
    struct disk disk;
    pthread_mutex_t lock;
    char wrong[500];
    char volatile_path[VOLATILE][200];
    char fd_path[1024][200];
    int renames, syncs_of_all;
};

static void make_volatile(struct ordered *o, const char *path)
{
    for (int i = 0; i < VOLATILE; i++)
        if (strcmp(o->volatile_path[i], path) == 0)
            return;
    for (int i = 0; i < VOLATILE; i++)
        if (o->volatile_path[i][0] == '\0') {
            snprintf(o->volatile_path[i], 200, "%s", path);
            return;
        }
    snprintf(o->wrong, sizeof o->wrong, "too many files wait to be synced");
}

static void make_volatile_in(struct ordered *o, const char *path)
{
    char folder[200];
    snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    make_volatile(o, folder);
}

static void settle(struct ordered *o, const char *path)
{
    for (int i = 0; i < VOLATILE; i++)
        if (strcmp(o->volatile_path[i], path) == 0)
            o->volatile_path[i][0] = '\0';
}

static enum err ordered_open(void *c, const char *path, int flags, mode_t mode, int *fd)
{
    struct ordered *o = c;
    enum err e = disk_real.open(NULL, path, flags, mode, fd);
    if (e == OK && *fd >= 1024)
        return ERR_LIMIT;
    if (e == OK && (flags & O_CREAT)) {
        pthread_mutex_lock(&o->lock);
        snprintf(o->fd_path[*fd], 200, "%s", path);
        make_volatile(o, path);
        make_volatile_in(o, path);
        pthread_mutex_unlock(&o->lock);
    }
    return e;
}

static enum err ordered_sync(void *c, int fd)
{
    struct ordered *o = c;
    pthread_mutex_lock(&o->lock);
    settle(o, o->fd_path[fd]);
    pthread_mutex_unlock(&o->lock);
    return OK;
}

static enum err ordered_sync_folder(void *c, const char *path)
{
    struct ordered *o = c;
    pthread_mutex_lock(&o->lock);
    settle(o, path);
    pthread_mutex_unlock(&o->lock);
    return OK;
}

static enum err ordered_sync_all(void *c, const char *path)
{
    struct ordered *o = c;
    pthread_mutex_lock(&o->lock);
    memset(o->volatile_path, 0, sizeof o->volatile_path);
    o->syncs_of_all++;
    pthread_mutex_unlock(&o->lock);
    return path != NULL ? OK : ERR_INVALID;
}

static enum err ordered_make_folder(void *c, const char *path, mode_t mode)
{
    struct ordered *o = c;
    pthread_mutex_lock(&o->lock);
    make_volatile_in(o, path);
    pthread_mutex_unlock(&o->lock);
    return disk_real.make_folder(NULL, path, mode);
}

/* A tile gets its name when its bytes are synced; the checkpoint, when everything is. */
static enum err ordered_rename(void *c, const char *from, const char *to)
{
    struct ordered *o = c;
    char folder[200];
    bool checkpoint = strstr(to, "/tile/") == NULL;
    snprintf(folder, sizeof folder, "%s", to);
    *strrchr(folder, '/') = '\0';
    pthread_mutex_lock(&o->lock);
    for (int i = 0; i < VOLATILE; i++) {
        const char *path = o->volatile_path[i];
        if (path[0] != '\0' && (checkpoint ? strcmp(path, folder) != 0 : strcmp(path, from) == 0))
            snprintf(o->wrong, sizeof o->wrong, "%s is not synced when %s is renamed", path, to);
    }
    o->renames += checkpoint;
    make_volatile(o, folder);
    pthread_mutex_unlock(&o->lock);
    return disk_real.rename(NULL, from, to);
}

static void renames_only_what_is_synced(bool all_at_once)
{
    struct fixture f;
    struct ordered *o = calloc(1, sizeof *o);
    assert_non_null(o);
    pthread_mutex_init(&o->lock, NULL);
    fixture_new(&f);
    o->disk = disk_real;
    o->disk.context = o;
    o->disk.open = ordered_open;
    o->disk.sync = ordered_sync;
    o->disk.sync_folder = ordered_sync_folder;
    o->disk.make_folder = ordered_make_folder;
    o->disk.rename = ordered_rename;
    o->disk.sync_all = all_at_once ? ordered_sync_all : NULL;
    fixture_reopen(&f, &o->disk);
    static const uint64_t sizes[] = {1, 2, 255, 256, 257, 600, 5000, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        fixture_grow(&f, sizes[i]);
    assert_string_equal(o->wrong, "");
    assert_int_equal(o->renames, sizeof sizes / sizeof *sizes);
    for (int i = 0; i < VOLATILE; i++)
        assert_string_equal(o->volatile_path[i], "");
    assert_int_equal(o->syncs_of_all, all_at_once ? 2 : 0);
    pthread_mutex_destroy(&o->lock);
    free(o);
    fixture_free(&f);
}

static void everything_is_synced_before_the_checkpoint_is_renamed(void **state)
{
    renames_only_what_is_synced(false);
}

static void many_files_are_synced_at_once(void **state)
{
    renames_only_what_is_synced(true);
}

static void a_foreign_checkpoint_is_never_signed_over(void **state)
{
    struct fixture f, other;
    char from[200], to[200];
    struct problem problem = {0};
    fixture_new(&f);
    fixture_new(&other);
    fixture_grow(&f, 10);
    assert_int_equal(publish_add(other.publisher, STR("another history")), OK);
    fixture_grow(&other, 11);

    /* The same key has signed another tree: restored from a backup, say, and gone on. */
    snprintf(from, sizeof from, "%s/checkpoint", other.folder);
    snprintf(to, sizeof to, "%s/checkpoint", f.folder);
    assert_int_equal(rename(from, to), 0);
    add(&f, 5);
    assert_int_equal(publish_commit(f.publisher, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "nothing is signed"));
    assert_int_equal(publish_commit(f.publisher, &problem), ERR_CORRUPT);
    struct head h = newest(&f);
    assert_true(h.checkpoint.size == 11);
    head_fini(&h);

    assert_int_equal(unlink(to), 0);
    assert_int_equal(publish_commit(f.publisher, &problem), ERR_CORRUPT);
    assert_false(fixture_has(&f, "checkpoint"));
    fixture_free(&f);
    fixture_free(&other);
}

static void a_damaged_log_is_not_opened(void **state)
{
    static const struct {
        const char *file;
        long at;
    } cases[] = {{"checkpoint", 3},      {"checkpoint", 27},     {"checkpoint", 140},
                 {"tile/0/001.p/44", 5}, {"tile/1/000.p/1", 31}, {"tile/entries/001.p/44", 9},
                 {"checkpoint", -1},     {"tile/0/001.p/44", -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        uint64_t size;
        struct problem problem = {0};
        fixture_new(&f);
        fixture_grow(&f, 300);
        publish_close(f.publisher);
        f.publisher = NULL;
        fixture_flip(&f, cases[i].file, cases[i].at);
        assert_int_equal(
            publish_open(&disk_real, f.folder, f.signer, &f.publisher, &size, &problem),
            ERR_CORRUPT);
        assert_null(f.publisher);
        assert_non_null(strstr(problem.text, f.folder));
        fixture_free(&f);
    }
}

static void tiles_without_a_checkpoint_are_not_signed_anew(void **state)
{
    struct fixture f;
    uint64_t size;
    struct problem problem = {0};
    char path[200];
    fixture_new(&f);
    fixture_grow(&f, 300);
    publish_close(f.publisher);
    f.publisher = NULL;
    snprintf(path, sizeof path, "%s/checkpoint", f.folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(publish_open(&disk_real, f.folder, f.signer, &f.publisher, &size, &problem),
                     ERR_CORRUPT);
    fixture_free(&f);
}

static void another_key_does_not_open_the_log(void **state)
{
    struct fixture f;
    uint64_t size;
    struct problem problem = {0};
    struct publisher *p;
    fixture_new(&f);
    fixture_grow(&f, 3);
    struct note_signer *other = fixture_signer(FIXTURE_ORIGIN, NOTE_ED25519, 8);
    assert_int_equal(publish_open(&disk_real, f.folder, other, &p, &size, &problem), ERR_CORRUPT);
    assert_non_null(strstr(problem.text, "not signed by"));
    note_signer_free(other);
    fixture_free(&f);
}

/* --- cosignatures --------------------------------------------------------------------------- */

static void cosign(const struct fixture *f, const struct note_signer *witness, struct str sent,
                   enum err expected)
{
    struct buf lines;
    struct str text, ours;
    struct problem problem = {0};
    assert_int_equal(note_split(sent, &text, &ours), OK);
    buf_init(&lines, 10000);
    buf_str(&lines, STR("— stranger.example Uw2QOkn8srV1yJGh\n"));
    assert_int_equal(note_cosign(witness, text, 1000 * WHEN_SECOND, &lines), OK);
    enum err e = head_add_cosignature(&disk_real, f->folder, note_signer_key(f->signer),
                                      note_signer_key(witness), sent, buf_view(&lines), &problem);
    if (e != expected)
        fail_msg("%s", problem.text);
    buf_fini(&lines);
}

static size_t cosigners_of(const struct fixture *f, enum head_file file, uint64_t *size)
{
    struct note_key keys[HEAD_COSIGNERS];
    size_t count;
    struct head h;
    assert_int_equal(head_cosigners(&disk_real, f->folder, keys, &count, NULL), OK);
    if (head_load(&disk_real, f->folder, file, note_signer_key(f->signer), &h, NULL) != OK)
        return 0;
    size_t n = head_count_cosigners(h.note, keys, count);
    *size = h.checkpoint.size;
    head_fini(&h);
    return n;
}

static void cosignatures_are_kept_when_the_log_grows(void **state)
{
    struct fixture f;
    uint64_t size = 0;
    fixture_new(&f);
    struct note_signer *one = fixture_signer("one.example", NOTE_COSIGNATURE, 1);
    struct note_signer *two = fixture_signer("two.example", NOTE_COSIGNATURE, 2);
    fixture_grow(&f, 5);
    struct head five = newest(&f);
    cosign(&f, one, five.note, OK);
    cosign(&f, one, five.note, OK); /* again: still one line */
    cosign(&f, two, five.note, OK);
    assert_int_equal(cosigners_of(&f, HEAD_NEWEST, &size), 2);
    struct head merged = newest(&f);
    assert_true(str_eq(merged.text, five.text));
    struct str text, lines;
    struct note_line l;
    int count = 0;
    assert_int_equal(note_split(merged.note, &text, &lines), OK);
    while (note_next(&lines, &l))
        count++;
    assert_int_equal(count, 3);
    assert_null(memmem(merged.note.p, merged.note.n, "stranger", 8));
    head_fini(&merged);

    fixture_grow(&f, 9);
    assert_int_equal(cosigners_of(&f, HEAD_NEWEST, &size), 0);
    assert_true(size == 9);
    assert_int_equal(cosigners_of(&f, HEAD_COSIGNED, &size), 2);
    assert_true(size == 5);

    /* An answer that comes late puts nothing old back, and is kept if it is the newest there is. */
    struct head nine = newest(&f);
    fixture_grow(&f, 12);
    cosign(&f, one, nine.note, OK);
    assert_true(signed_size(&f) == 12);
    assert_int_equal(cosigners_of(&f, HEAD_NEWEST, &size), 0);
    assert_int_equal(cosigners_of(&f, HEAD_COSIGNED, &size), 1);
    assert_true(size == 9);
    cosign(&f, two, five.note, OK);
    assert_int_equal(cosigners_of(&f, HEAD_COSIGNED, &size), 1);
    assert_true(size == 9);

    fixture_reopen(&f, &disk_real);
    fixture_grow(&f, 13);
    head_fini(&five);
    head_fini(&nine);
    note_signer_free(one);
    note_signer_free(two);
    fixture_free(&f);
}

static void false_cosignatures_are_not_taken(void **state)
{
    struct fixture f;
    uint64_t size = 0;
    struct buf lines;
    fixture_new(&f);
    struct note_signer *one = fixture_signer("one.example", NOTE_COSIGNATURE, 1);
    struct note_signer *fake = fixture_signer("one.example", NOTE_COSIGNATURE, 9);
    fixture_grow(&f, 5);
    struct head h = newest(&f);
    const struct note_key *log = note_signer_key(f.signer), *witness = note_signer_key(one);

    buf_init(&lines, 10000);
    assert_int_equal(note_cosign(one, STR("something\nelse\n"), WHEN_SECOND, &lines), OK);
    assert_int_equal(
        head_add_cosignature(&disk_real, f.folder, log, witness, h.note, buf_view(&lines), NULL),
        ERR_CORRUPT);
    buf_reset(&lines);
    assert_int_equal(note_cosign(fake, h.text, WHEN_SECOND, &lines), OK);
    assert_int_equal(
        head_add_cosignature(&disk_real, f.folder, log, witness, h.note, buf_view(&lines), NULL),
        ERR_NOT_FOUND);
    assert_int_equal(head_add_cosignature(&disk_real, f.folder, log, witness, h.note,
                                          STR("no signature\n"), NULL),
                     ERR_INVALID);
    assert_int_equal(head_add_cosignature(&disk_real, f.folder, log, witness, STR("no note"),
                                          buf_view(&lines), NULL),
                     ERR_INVALID);
    assert_int_equal(cosigners_of(&f, HEAD_NEWEST, &size), 0);
    assert_false(fixture_has(&f, "cosigned"));
    head_fini(&h);
    buf_fini(&lines);
    note_signer_free(one);
    note_signer_free(fake);
    fixture_free(&f);
}

UNIT_MAIN(TEST(a_new_log_has_a_signed_checkpoint_of_size_0), TEST(a_log_goes_on_where_it_was_left),
          TEST(what_was_not_committed_is_not_there),
          TEST(an_entry_too_long_for_a_bundle_is_refused),
          TEST(a_failure_at_any_write_leaves_a_valid_checkpoint_and_is_made_good),
          TEST(everything_is_synced_before_the_checkpoint_is_renamed),
          TEST(many_files_are_synced_at_once), TEST(a_failure_among_many_files_is_made_good),
          TEST(a_foreign_checkpoint_is_never_signed_over), TEST(a_damaged_log_is_not_opened),
          TEST(tiles_without_a_checkpoint_are_not_signed_anew),
          TEST(another_key_does_not_open_the_log), TEST(cosignatures_are_kept_when_the_log_grows),
          TEST(false_cosignatures_are_not_taken))
