#include "unit.h"
#include "log_fixture.h"

#include "ledger/head.h"
#include "ledger/verify.h"

#include <fcntl.h>

/* However many threads hash, the result is the same to the letter. */
static enum err verify_as(struct verify_options o, struct verify_report *report, struct problem *p)
{
    *p = (struct problem){0};
    enum err e = verify_log(&o, report, p);
    for (o.threads = 1; o.threads <= 3; o.threads += 2) {
        struct verify_report again;
        struct problem q = {0};
        assert_int_equal(verify_log(&o, &again, &q), e);
        assert_string_equal(q.text, p->text);
        assert_string_equal(again.place, report->place);
        assert_true(again.entry == report->entry && again.size == report->size &&
                    hash_eq(&again.root, &report->root) && again.ahead == report->ahead &&
                    again.superseded == report->superseded);
    }
    return e;
}

static enum err verify(const struct fixture *f, struct verify_report *report, struct problem *p)
{
    return verify_as((struct verify_options){.disk = &disk_real,
                                             .folder = f->folder,
                                             .log = note_signer_key(f->signer)},
                     report, p);
}

static void verifies(const struct fixture *f, uint64_t size)
{
    struct verify_report report;
    struct problem p;
    if (verify(f, &report, &p) != OK)
        fail_msg("%s", p.text);
    assert_true(report.size == size);
}

static void logs_of_every_shape_verify(void **state)
{
    static const uint64_t sizes[] = {0, 1, 255, 256, 257, 512, 3000, 65535, 65536, 65537, 66000};
    struct fixture f;
    fixture_new(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        fixture_grow(&f, sizes[i]);
        verifies(&f, sizes[i]);
    }
    fixture_free(&f);
}

/* --- a changed byte ------------------------------------------------------------------------- */

struct files {
    char name[40][64];
    size_t count;
    const char *base;
};

static struct files found;

static int collect(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    if (type == FTW_F) {
        assert_true(found.count < 40);
        snprintf(found.name[found.count++], 64, "%s", path + strlen(found.base) + 1);
    }
    return 0;
}

static long size_of(const struct fixture *f, const char *name)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(stat(path, &st), 0);
    return (long)st.st_size;
}

static void cosign(struct fixture *f)
{
    struct note_signer *w = fixture_signer("witness.example", NOTE_COSIGNATURE, 1);
    const struct note_key *key = note_signer_key(f->signer);
    struct head h;
    struct buf line;
    buf_init(&line, 1000);
    assert_int_equal(head_load(&disk_real, f->folder, HEAD_NEWEST, key, &h, NULL), OK);
    assert_int_equal(note_cosign(w, h.text, WHEN_SECOND, &line), OK);
    assert_int_equal(head_add_cosignature(&disk_real, f->folder, key, note_signer_key(w), h.note,
                                          buf_view(&line), NULL),
                     OK);
    head_fini(&h);
    buf_fini(&line);
    note_signer_free(w);
}

/* Full tiles, partial ones of two levels, superseded ones, a cosigned checkpoint. */
static void grow_in_steps(struct fixture *f)
{
    fixture_grow(f, 20);
    fixture_grow(f, 600);
    cosign(f);
    fixture_grow(f, 603);
    fixture_grow(f, 610);
    cosign(f);
}

static void a_byte_changed_anywhere_is_found_and_named(void **state)
{
    struct fixture f;
    fixture_new(&f);
    grow_in_steps(&f);
    verifies(&f, 610);
    found = (struct files){.base = f.folder};
    nftw(f.folder, collect, 16, FTW_PHYS);
    assert_true(found.count >= 14);
    for (size_t i = 0; i < found.count; i++) {
        const char *name = found.name[i];
        long size = size_of(&f, name);
        for (long at = 0; at < size; at += size < 2000 ? 1 + size / 400 : 97) {
            struct verify_report report;
            struct problem p;
            fixture_flip(&f, name, at);
            enum err e = verify(&f, &report, &p);
            if (e != ERR_CORRUPT)
                fail_msg("%s: byte %ld can be changed (%s)", name, at, p.text);
            if (strcmp(report.place, name) != 0)
                fail_msg("%s: byte %ld was found in %s (%s)", name, at, report.place, p.text);
            if (strstr(p.text, name) == NULL)
                fail_msg("%s is not named in: %s", name, p.text);
            fixture_flip(&f, name, at);
        }
    }
    verifies(&f, 610);
    fixture_free(&f);
}

static void a_changed_entry_is_named_by_its_index(void **state)
{
    struct fixture f;
    struct verify_report report;
    struct problem p;
    fixture_new(&f);
    fixture_grow(&f, 300);
    fixture_flip(&f, "tile/entries/001.p/44", 6);
    assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
    assert_true(report.entry == 256);
    assert_non_null(strstr(p.text, "entry 256 does not hash to its leaf in tile/0/001.p/44"));
    fixture_flip(&f, "tile/entries/001.p/44", 6);

    fixture_flip(&f, "tile/0/000", 32 * 200 + 3);
    assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
    assert_non_null(strstr(p.text, "tile/0/000: hash 200 is not that of entry 200"));
    fixture_free(&f);
}

/* --- missing, cut off, stray ---------------------------------------------------------------- */

static void missing_and_cut_files_are_named(void **state)
{
    static const char *const names[] = {
        "checkpoint",     "tile/0/000",       "tile/0/002.p/98",
        "tile/1/000.p/2", "tile/entries/001", "tile/entries/002.p/98",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int cut = 0; cut < 2; cut++) {
            struct fixture f;
            struct verify_report report;
            struct problem p;
            char path[200];
            fixture_new(&f);
            grow_in_steps(&f);
            snprintf(path, sizeof path, "%s/%s", f.folder, names[i]);
            if (cut == 1)
                assert_int_equal(truncate(path, size_of(&f, names[i]) - 1), 0);
            else
                assert_int_equal(unlink(path), 0);
            assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
            assert_string_equal(report.place, names[i]);
            fixture_free(&f);
        }
}

static void put_file(const struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void files_that_do_not_belong_there_are_named(void **state)
{
    static const char *const names[] = {"notes.txt",        "tile/0/0000", "tile/0/abc",
                                        "tile/x",           "tile/0/x001", "tile/entries/000.p",
                                        "tile/0/002.p/098", "tile/9"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fixture f;
        struct verify_report report;
        struct problem p;
        fixture_new(&f);
        fixture_grow(&f, 610);
        put_file(&f, names[i]);
        assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
        assert_string_equal(report.place, names[i]);
        fixture_free(&f);
    }
}

static void files_of_a_commit_under_way_are_left_alone(void **state)
{
    struct fixture f;
    struct verify_report report;
    struct problem p;
    fixture_new(&f);
    fixture_grow(&f, 610);
    put_file(&f, "tile/0/002.p/99");
    put_file(&f, "tile/0/002");
    put_file(&f, "tile/entries/003");
    put_file(&f, "checkpoint.new");
    assert_int_equal(verify(&f, &report, &p), OK);
    assert_true(report.ahead == 3);
    fixture_free(&f);
}

static void a_full_tile_stands_for_a_partial_one(void **state)
{
    struct fixture f;
    struct buf old;
    void *bytes;
    size_t n;
    char path[200];
    fixture_new(&f);
    fixture_grow(&f, 300);
    snprintf(path, sizeof path, "%s/checkpoint", f.folder);
    assert_int_equal(disk_load(&disk_real, path, NOTE_MAX, &bytes, &n), OK);
    buf_init(&old, NOTE_MAX);
    buf_bytes(&old, bytes, n);
    free(bytes);
    fixture_grow(&f, 70000);
    /* A copy in which the checkpoint was taken before the tiles. */
    assert_int_equal(disk_replace(&disk_real, path, 0600, old.p, old.n), OK);
    verifies(&f, 300);
    buf_fini(&old);
    fixture_free(&f);
}

/* --- earlier checkpoints -------------------------------------------------------------------- */

static enum err verify_since(const struct fixture *f, struct str older, struct problem *p)
{
    struct verify_report report;
    return verify_as((struct verify_options){.disk = &disk_real,
                                             .folder = f->folder,
                                             .log = note_signer_key(f->signer),
                                             .older = older},
                     &report, p);
}

static void an_older_checkpoint_must_be_the_beginning(void **state)
{
    struct fixture f, other;
    struct head seen, foreign;
    struct problem p;
    fixture_new(&f);
    fixture_new(&other);
    const struct note_key *key = note_signer_key(f.signer);
    fixture_grow(&f, 300);
    assert_int_equal(head_load(&disk_real, f.folder, HEAD_NEWEST, key, &seen, NULL), OK);
    fixture_grow(&f, 700);
    assert_int_equal(verify_since(&f, seen.note, &p), OK);

    assert_int_equal(publish_add(other.publisher, STR("another history")), OK);
    fixture_grow(&other, 400);
    assert_int_equal(head_load(&disk_real, other.folder, HEAD_NEWEST, key, &foreign, NULL), OK);
    assert_int_equal(verify_since(&f, foreign.note, &p), ERR_CORRUPT);
    assert_non_null(strstr(p.text, "forked"));
    head_fini(&foreign);
    fixture_grow(&other, 800);
    assert_int_equal(head_load(&disk_real, other.folder, HEAD_NEWEST, key, &foreign, NULL), OK);
    assert_int_equal(verify_since(&f, foreign.note, &p), ERR_CORRUPT);
    assert_non_null(strstr(p.text, "lost or withdrawn"));
    assert_int_equal(verify_since(&f, STR("no checkpoint"), &p), ERR_INVALID);
    head_fini(&foreign);
    head_fini(&seen);
    fixture_free(&f);
    fixture_free(&other);
}

static void a_cosigned_checkpoint_of_another_history_is_found(void **state)
{
    struct fixture f, other;
    struct verify_report report;
    struct problem p;
    char from[200], to[200];
    fixture_new(&f);
    fixture_new(&other);
    fixture_grow(&f, 300);
    assert_int_equal(publish_add(other.publisher, STR("another history")), OK);
    fixture_grow(&other, 200);
    snprintf(from, sizeof from, "%s/checkpoint", other.folder);
    snprintf(to, sizeof to, "%s/cosigned", f.folder);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
    assert_string_equal(report.place, "cosigned");
    assert_non_null(strstr(p.text, "forked"));
    fixture_free(&f);
    fixture_free(&other);
}

static bool stop_early(void *to, uint64_t done, uint64_t of)
{
    assert_true(of == 3000);
    *(uint64_t *)to = done;
    return done < 1024;
}

static void progress_is_told_and_may_stop(void **state)
{
    struct fixture f;
    struct verify_report report;
    struct problem p;
    uint64_t done = 0;
    fixture_new(&f);
    fixture_grow(&f, 3000);
    struct verify_options o = {.disk = &disk_real,
                               .folder = f.folder,
                               .log = note_signer_key(f.signer),
                               .progress = stop_early,
                               .to = &done};
    for (; o.threads < 3; o.threads++) {
        assert_int_equal(verify_log(&o, &report, &p), ERR_CLOSED);
        assert_true(done == 1024);
    }
    fixture_free(&f);
}

UNIT_MAIN(TEST(logs_of_every_shape_verify), TEST(a_byte_changed_anywhere_is_found_and_named),
          TEST(a_changed_entry_is_named_by_its_index), TEST(missing_and_cut_files_are_named),
          TEST(files_that_do_not_belong_there_are_named),
          TEST(files_of_a_commit_under_way_are_left_alone),
          TEST(a_full_tile_stands_for_a_partial_one),
          TEST(an_older_checkpoint_must_be_the_beginning),
          TEST(a_cosigned_checkpoint_of_another_history_is_found),
          TEST(progress_is_told_and_may_stop))
