#include "unit.h"
#include "log_fixture.h"

#include <dirent.h>

static void paths_are_those_of_the_specification(void **state)
{
    struct {
        int level;
        uint64_t n;
        unsigned width;
        const char *path;
    } cases[] = {
        {0, 0, 256, "tile/0/000"},
        {0, 67, 5, "tile/0/067.p/5"},
        {0, 1067, 5, "tile/0/x001/067.p/5"},
        {TILE_LEVEL_ENTRIES, 1234067, 256, "tile/entries/x001/x234/067"},
        {0, 273, 112, "tile/0/273.p/112"},
        {1, 1, 17, "tile/1/001.p/17"},
        {2, 0, 1, "tile/2/000.p/1"},
        {63, 72057594037927935, 255, "tile/63/x072/x057/x594/x037/x927/935.p/255"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TILE_PATH];
        int level;
        uint64_t n;
        unsigned width;
        tile_path(cases[i].level, cases[i].n, cases[i].width, path);
        assert_string_equal(path, cases[i].path);
        assert_true(tile_path_parse(str_of(path), &level, &n, &width));
        assert_int_equal(level, cases[i].level);
        assert_true(n == cases[i].n);
        assert_int_equal(width, cases[i].width);
    }
}

static void other_forms_of_a_path_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/001/067",
        "tile/0/x01/067",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/",
        "tile/0/x001.p/067",
        "tile/0/x001.p/067.p/1",
        "tile/0/000.q/1",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/0/x001/x001/x001/x001/x001/x001/001",
        "tile/0/+01",
        "tile/entries/x00a/067",
        "tile/8/0/000",
        "checkpoint",
    };
    int level;
    uint64_t n;
    unsigned width;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (tile_path_parse(str_of(bad[i]), &level, &n, &width))
            fail_msg("accepted: %s", bad[i]);
    assert_false(tile_path_parse((struct str){"tile/0/000\0", 11}, &level, &n, &width));
}

static void widths_follow_from_the_size(void **state)
{
    assert_int_equal(tile_width(0, 272, 70000), 256);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(0, 274, 70000), 0);
    assert_int_equal(tile_width(TILE_LEVEL_ENTRIES, 273, 70000), 112);
    assert_int_equal(tile_width(1, 0, 70000), 256);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(3, 0, 70000), 0);
    assert_int_equal(tile_width(0, 0, 256), 256);
    assert_int_equal(tile_width(0, 1, 256), 0);
    assert_int_equal(tile_width(1, 0, 256), 1);
    assert_int_equal(tile_width(63, 0, UINT64_MAX), 0);
    assert_int_equal(tile_width(0, UINT64_MAX, UINT64_MAX), 0);
}

static int files_in(const struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    int files = 0;
    DIR *d = opendir(path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        files += e->d_type == DT_REG;
    closedir(d);
    return files;
}

static void size_70000_has_the_tiles_that_the_specification_names(void **state)
{
    struct fixture f;
    fixture_new(&f);
    fixture_grow(&f, 70000);
    assert_int_equal(files_in(&f, "tile/0"), 273);
    assert_int_equal(files_in(&f, "tile/0/273.p"), 1);
    assert_true(fixture_has(&f, "tile/0/273.p/112"));
    assert_int_equal(files_in(&f, "tile/1"), 1);
    assert_true(fixture_has(&f, "tile/1/000"));
    assert_int_equal(files_in(&f, "tile/1/001.p"), 1);
    assert_true(fixture_has(&f, "tile/1/001.p/17"));
    assert_int_equal(files_in(&f, "tile/2"), 0);
    assert_true(fixture_has(&f, "tile/2/000.p/1"));
    assert_false(fixture_has(&f, "tile/3"));
    assert_int_equal(files_in(&f, "tile/entries"), 273);
    assert_true(fixture_has(&f, "tile/entries/273.p/112"));

    struct tile_reader r = fixture_reader(&f, 70000);
    struct hash root, want, path[MERKLE_PROOF_MAX];
    assert_int_equal(tile_root(&r, &root), OK);
    publish_root(f.publisher, &want);
    assert_true(hash_eq(&root, &want));

    for (uint64_t i = 0; i < 70000; i += 997) {
        char text[64];
        struct hash leaf;
        struct buf entry;
        size_t count;
        buf_init(&entry, 1000);
        assert_int_equal(tile_entry(&r, i, &entry), OK);
        assert_true(str_eq(buf_view(&entry), fixture_entry(i, text)));
        merkle_leaf(entry.p, entry.n, &leaf);
        assert_int_equal(tile_inclusion(&r, i, path, &count), OK);
        assert_true(merkle_check_inclusion(&leaf, i, r.size, path, count, &root));
        buf_fini(&entry);
    }
    fixture_free(&f);
}

static void every_size_is_consistent_with_every_later_one(void **state)
{
    enum { LAST = 600, STEP = 37 };
    struct fixture f;
    struct hash roots[LAST / STEP + 2];
    uint64_t sizes[LAST / STEP + 2];
    size_t n = 0;
    fixture_new(&f);
    for (uint64_t size = 0; size <= LAST; size += STEP, n++) {
        fixture_grow(&f, size);
        sizes[n] = size;
        publish_root(f.publisher, &roots[n]);
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = a; b < n; b++) {
            struct tile_reader r = fixture_reader(&f, sizes[b]);
            struct hash path[MERKLE_PROOF_MAX], root;
            size_t count;
            assert_int_equal(tile_root(&r, &root), OK);
            assert_true(hash_eq(&root, &roots[b]));
            assert_int_equal(tile_consistency(&r, sizes[a], path, &count), OK);
            assert_true(
                merkle_check_consistency(sizes[a], &roots[a], sizes[b], &roots[b], path, count));
        }
    fixture_free(&f);
}

static void a_reader_of_an_old_size_finds_the_full_tile(void **state)
{
    struct fixture f;
    struct hash then, now;
    struct buf entry;
    char text[64];
    fixture_new(&f);
    fixture_grow(&f, 300);
    publish_root(f.publisher, &then);
    assert_true(fixture_has(&f, "tile/0/001.p/44"));
    fixture_grow(&f, 600);
    assert_false(fixture_has(&f, "tile/0/001.p"));
    assert_false(fixture_has(&f, "tile/entries/001.p"));

    struct tile_reader r = fixture_reader(&f, 300);
    assert_int_equal(tile_root(&r, &now), OK);
    assert_true(hash_eq(&then, &now));
    buf_init(&entry, 1000);
    assert_int_equal(tile_entry(&r, 299, &entry), OK);
    assert_true(str_eq(buf_view(&entry), fixture_entry(299, text)));
    buf_reset(&entry);
    assert_int_equal(tile_entry(&r, 300, &entry), ERR_NOT_FOUND);
    buf_fini(&entry);
    fixture_free(&f);
}

static void subtrees_are_found_at_every_level(void **state)
{
    struct fixture f;
    fixture_new(&f);
    fixture_grow(&f, 66000);
    struct tile_reader r = fixture_reader(&f, 66000);
    for (unsigned level = 0; level < 16; level++)
        for (uint64_t i = 0; i < (r.size >> (level + 1)); i += 1 + (257 >> level)) {
            struct hash left, right, both;
            assert_int_equal(tile_hash(&r, level, 2 * i, &left), OK);
            assert_int_equal(tile_hash(&r, level, 2 * i + 1, &right), OK);
            assert_int_equal(tile_hash(&r, level + 1, i, &both), OK);
            merkle_node(&left, &right, &left);
            assert_true(hash_eq(&left, &both));
        }
    struct hash h;
    assert_int_equal(tile_hash(&r, 16, 0, &h), OK);
    assert_int_equal(tile_hash(&r, 16, 1, &h), ERR_NOT_FOUND);
    assert_int_equal(tile_hash(&r, 0, 66000, &h), ERR_NOT_FOUND);
    assert_int_equal(tile_hash(&r, 63, 0, &h), ERR_NOT_FOUND);
    assert_int_equal(tile_hash(&r, 200, 0, &h), ERR_NOT_FOUND);
    fixture_free(&f);
}

static void cut_with(const struct fixture *f, const char *name, long size)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(truncate(path, size), 0);
}

static void files_of_the_wrong_length_are_corrupt(void **state)
{
    struct fixture f;
    struct hash h, path[MERKLE_PROOF_MAX];
    struct buf entry;
    size_t count;
    fixture_new(&f);
    fixture_grow(&f, 300);
    struct tile_reader r = fixture_reader(&f, 300);
    buf_init(&entry, 100000);

    cut_with(&f, "tile/0/001.p/44", 44 * 32 - 1);
    assert_int_equal(tile_root(&r, &h), ERR_CORRUPT);
    cut_with(&f, "tile/0/001.p/44", 44 * 32 + 32);
    assert_int_equal(tile_inclusion(&r, 299, path, &count), ERR_CORRUPT);
    cut_with(&f, "tile/0/001.p/44", 10000000);
    assert_int_equal(tile_consistency(&r, 257, path, &count), ERR_CORRUPT);

    cut_with(&f, "tile/entries/001.p/44", 20);
    assert_int_equal(tile_entry(&r, 256, &entry), ERR_CORRUPT);
    cut_with(&f, "tile/entries/001.p/44", 20000000);
    assert_int_equal(tile_entry(&r, 256, &entry), ERR_CORRUPT);
    cut_with(&f, "tile/entries/001.p/44", 0);
    assert_int_equal(tile_entry(&r, 256, &entry), ERR_CORRUPT);
    assert_int_equal(entry.n, 0);
    buf_fini(&entry);
    fixture_free(&f);
}

UNIT_MAIN(TEST(paths_are_those_of_the_specification), TEST(other_forms_of_a_path_are_refused),
          TEST(widths_follow_from_the_size),
          TEST(size_70000_has_the_tiles_that_the_specification_names),
          TEST(every_size_is_consistent_with_every_later_one),
          TEST(a_reader_of_an_old_size_finds_the_full_tile),
          TEST(subtrees_are_found_at_every_level), TEST(files_of_the_wrong_length_are_corrupt))
