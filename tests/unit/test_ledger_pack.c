#include "unit.h"
#include "failing_disk.h"
#include "log_fixture.h"

#include "ledger/prove.h"
#include "ledger/retention.h"
#include "ledger/verify.h"

static enum err verify(const struct fixture *f, struct verify_report *report, struct problem *p)
{
    struct verify_options o = {
        .disk = &disk_real, .folder = f->folder, .log = note_signer_key(f->signer)};
    *p = (struct problem){0};
    return verify_log(&o, report, p);
}

static void verifies(const struct fixture *f, uint64_t size, bool deleted)
{
    struct verify_report report;
    struct problem p;
    if (verify(f, &report, &p) != OK)
        fail_msg("%s", p.text);
    assert_true(report.size == size && report.packed);
    assert_int_equal(report.deleted != 0, deleted);
}

static void packed(struct fixture *f, uint64_t size)
{
    fixture_new(f);
    fixture_grow(f, size);
    fixture_pack(f, size);
}

/* Every tile, bundle, entry and proof of a pack is that of the loose files. */
static void a_pack_reads_like_loose_files(void **state)
{
    static const uint64_t sizes[] = {0, 1, 255, 256, 257, 3000, 66000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fixture loose, f;
        uint64_t size = sizes[i];
        fixture_new(&loose);
        fixture_grow(&loose, size);
        packed(&f, size);
        struct tile_reader a = fixture_reader(&loose, size), b = fixture_reader(&f, size);
        for (int level = TILE_LEVEL_ENTRIES; level < TILE_LEVELS; level++)
            for (uint64_t n = 0; tile_width(level, n, size) > 0; n++) {
                void *x, *y;
                size_t xn, yn;
                unsigned width = tile_width(level, n, size);
                for (unsigned w = width; w > 0; w = w > 100 ? w - 100 : 0) {
                    assert_int_equal(tile_file(&b, level, n, w, &y, &yn), OK);
                    if (w == width) {
                        assert_int_equal(tile_file(&a, level, n, w, &x, &xn), OK);
                        assert_int_equal(xn, yn);
                        assert_memory_equal(x, y, xn);
                        free(x);
                    }
                    free(y);
                }
                if (width < TILE_WIDTH)
                    assert_int_equal(tile_file(&b, level, n, width + 1, &y, &yn), ERR_NOT_FOUND);
            }
        for (uint64_t n = 0; n < size; n += 1 + size / 50) {
            struct buf entry;
            char text[64];
            buf_init(&entry, 100);
            assert_int_equal(tile_entry(&b, n, &entry), OK);
            assert_true(str_eq(buf_view(&entry), fixture_entry(n, text)));
            buf_fini(&entry);
        }
        verifies(&f, size, false);
        fixture_free(&loose);
        fixture_free(&f);
    }
}

static long size_of(const struct fixture *f, const char *name)
{
    char path[200];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(stat(path, &st), 0);
    return (long)st.st_size;
}

/* Of every byte of the file, `step` apart. */
static void changes_are_found(const struct fixture *f, const char *name, long step)
{
    long size = size_of(f, name);
    for (long at = 0; at < size; at += at < 100 || at > size - 40 ? 1 : step) {
        struct verify_report report;
        struct problem p;
        fixture_flip(f, name, at);
        if (verify(f, &report, &p) != ERR_CORRUPT)
            fail_msg("%s: byte %ld can be changed (%s)", name, at, p.text);
        if (strcmp(report.place, name) != 0 || strstr(p.text, name) == NULL)
            fail_msg("%s: byte %ld was found in %s (%s)", name, at, report.place, p.text);
        fixture_flip(f, name, at);
    }
    char path[200];
    struct verify_report report;
    struct problem p;
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(truncate(path, size + 1), 0);
    assert_int_equal(verify(f, &report, &p), ERR_CORRUPT);
    assert_string_equal(report.place, name);
    assert_int_equal(truncate(path, size), 0);
}

static void a_byte_changed_anywhere_is_found_and_named(void **state)
{
    struct fixture f;
    struct verify_report report;
    struct problem p;
    packed(&f, 610);
    changes_are_found(&f, "pack/hashes", 61);
    changes_are_found(&f, "pack/entries", 61);
    changes_are_found(&f, "checkpoint", 1);
    fixture_flip(&f, "pack/entries", 32 + 4 * 8 + 3);
    assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
    assert_true(report.entry == 0);
    assert_non_null(strstr(p.text, "tile/entries/000 entry 0 does not hash to its leaf"));
    fixture_free(&f);
}

static void put_file(const struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

static void remove_file(const struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(remove(path), 0);
}

static void what_is_missing_or_too_much_is_named(void **state)
{
    static const char *const names[] = {"pack/hashes", "pack/entries", "pack/more"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fixture f;
        struct verify_report report;
        struct problem p;
        packed(&f, 300);
        if (i < 2)
            remove_file(&f, names[i]);
        else
            put_file(&f, names[i]);
        assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
        assert_string_equal(report.place, names[i]);
        fixture_free(&f);
    }
}

/* --- retention ------------------------------------------------------------------------------ */

static void declare(struct fixture *f, uint64_t size, const struct note_signer *signer)
{
    static struct retention r;
    struct problem p;
    char text[64];
    struct str first = fixture_entry(0, text);
    r = (struct retention){
        .size = size, .days = 400, .at = 1900000000 * WHEN_SECOND, .first_size = first.n};
    memcpy(r.first, first.p, first.n);
    if (retention_declare(&disk_real, f->folder, signer, &r, &p) != OK)
        fail_msg("%s", p.text);
}

static void a_declared_deletion_verifies_and_another_does_not(void **state)
{
    static const uint64_t sizes[] = {1, 256, 610};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fixture f;
        struct verify_report report;
        struct problem p;
        static struct retention r;
        packed(&f, sizes[i]);
        declare(&f, sizes[i], f.signer);
        verifies(&f, sizes[i], true); /* the entries are still there */
        remove_file(&f, "pack/entries");
        verifies(&f, sizes[i], true);
        assert_int_equal(retention_load(&disk_real, f.folder, note_signer_key(f.signer), &r, &p),
                         OK);
        assert_true(r.days == 400 && r.size == sizes[i] && r.at == 1900000000 * WHEN_SECOND);
        changes_are_found(&f, "pack/hashes", 61);
        changes_are_found(&f, "deleted", 1);

        declare(&f, sizes[i] + 1, f.signer);
        assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
        assert_string_equal(report.place, "deleted");
        struct note_signer *other = fixture_signer(FIXTURE_ORIGIN, NOTE_ED25519, 9);
        declare(&f, sizes[i], other);
        assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
        assert_string_equal(report.place, "deleted");
        note_signer_free(other);
        remove_file(&f, "deleted");
        assert_int_equal(verify(&f, &report, &p), ERR_CORRUPT);
        assert_string_equal(report.place, "pack/entries");
        fixture_free(&f);
    }
}

static void proofs_outlive_the_entries_but_for_new_receipts(void **state)
{
    struct fixture f;
    struct problem p;
    struct buf out;
    packed(&f, 610);
    struct proof_log log = {
        .disk = &disk_real, .folder = f.folder, .key = note_signer_key(f.signer)};
    buf_init(&out, PROOF_MAX);
    assert_int_equal(prove_record(&log, 600, &out, &p), OK);
    struct str receipt = buf_view(&out);
    assert_int_equal(receipt_check(receipt, log.key, (struct str){0}, NULL, NULL, NULL, &p), OK);
    declare(&f, 610, f.signer);
    remove_file(&f, "pack/entries");
    assert_int_equal(receipt_check(receipt, log.key, (struct str){0}, NULL, NULL, NULL, &p), OK);
    buf_reset(&out);
    assert_int_equal(prove_growth(&log, 300, &out, &p), OK);
    buf_reset(&out);
    assert_int_equal(prove_record(&log, 600, &out, &p), ERR_NOT_FOUND);
    assert_non_null(strstr(p.text, "deleted by retention on 2030-03-17"));
    assert_int_equal(out.n, 0);
    remove_file(&f, "deleted");
    assert_int_equal(prove_record(&log, 600, &out, &p), ERR_CORRUPT);
    buf_fini(&out);
    fixture_free(&f);
}

static void months_end_where_the_next_begins(void **state)
{
    assert_true(retention_end(202611, 0) == day_of_date((struct date){2026, 12, 1}));
    assert_true(retention_end(202612, 31) == day_of_date((struct date){2027, 2, 1}));
}

/* --- failures ------------------------------------------------------------------------------- */

static bool stop_at_once(void *to)
{
    return ++*(int *)to < 4;
}

static void a_failing_or_full_disk_leaves_the_loose_files(void **state)
{
    struct fixture f;
    struct problem p;
    struct verify_report report;
    fixture_new(&f);
    fixture_grow(&f, 3000);
    bool reached = true;
    for (unsigned long n = 1; reached; n++) {
        struct failing_disk failing;
        failing_disk_init(&failing, &disk_real);
        failing_disk_arm(&failing, n, n % 2 == 0, n % 3 == 0 ? ERR_FULL : ERR_IO);
        enum err e = pack_make(&failing.disk, f.folder, 3000, NULL, &p);
        reached = failing.calls >= n;
        assert_int_equal(e == OK, !reached);
        assert_int_equal(verify(&f, &report, &p), OK);
        assert_false(report.packed);
    }
    int bundles = 0;
    struct pack_watch watch = {.go_on = stop_at_once, .to = &bundles};
    assert_int_equal(pack_make(&disk_real, f.folder, 3000, &watch, &p), ERR_CLOSED);
    remove_file(&f, "tile/entries/003");
    assert_int_equal(pack_make(&disk_real, f.folder, 3000, NULL, &p), ERR_NOT_FOUND);
    fixture_free(&f);
}

UNIT_MAIN(TEST(a_pack_reads_like_loose_files), TEST(a_byte_changed_anywhere_is_found_and_named),
          TEST(what_is_missing_or_too_much_is_named),
          TEST(a_declared_deletion_verifies_and_another_does_not),
          TEST(proofs_outlive_the_entries_but_for_new_receipts),
          TEST(months_end_where_the_next_begins),
          TEST(a_failing_or_full_disk_leaves_the_loose_files))
