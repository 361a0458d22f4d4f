#include "unit.h"

#include "core/tar.h"

#include <stdio.h>
#include <stdlib.h>

static void make(struct buf *out)
{
    static char long_text[1300];
    memset(long_text, 'x', sizeof long_text);
    buf_init(out, 1 << 20);
    tar_put(out, STR("readme.txt"), STR("hello\n"));
    tar_put(out, STR("parts/0001.a-b"), STR(""));
    tar_put(out, STR("parts/0002"), str_bytes(long_text, sizeof long_text));
    tar_end(out);
    assert_false(out->failed);
}

static enum err read_all(struct str rest, size_t *count)
{
    struct tar_file f;
    enum err e = OK;
    for (*count = 0; (e = tar_next(&rest, &f)) == OK; ++*count)
        continue;
    return e;
}

static void what_is_put_is_read(void **state)
{
    struct buf b;
    struct tar_file f;
    (void)state;
    make(&b);
    struct str rest = buf_view(&b);
    assert_int_equal(b.n % 512, 0);
    assert_int_equal(tar_next(&rest, &f), OK);
    assert_str(f.name, "readme.txt");
    assert_str(f.bytes, "hello\n");
    assert_int_equal(tar_next(&rest, &f), OK);
    assert_int_equal(f.bytes.n, 0);
    assert_int_equal(tar_next(&rest, &f), OK);
    assert_str(f.name, "parts/0002");
    assert_int_equal(f.bytes.n, 1300);
    assert_int_equal(tar_next(&rest, &f), ERR_NOT_FOUND);
    buf_fini(&b);
}

/* Outside of the files' bytes no bit is free, nor can the end be moved. */
static void no_other_form_is_read(void **state)
{
    struct buf b;
    size_t count;
    (void)state;
    make(&b);
    for (size_t i = 0; i < b.n; i++) {
        const bool content = (i >= 512 && i < 518) || (i >= 2048 && i < 2048 + 1300);
        b.p[i] ^= 1;
        const enum err e = read_all(buf_view(&b), &count);
        b.p[i] ^= 1;
        if (content)
            assert_int_equal(e, ERR_NOT_FOUND);
        else
            assert_int_equal(e, ERR_CORRUPT);
    }
    for (size_t n = 0; n < b.n; n++)
        assert_int_equal(read_all(str_bytes(b.p, n), &count), ERR_CORRUPT);
    buf_u8(&b, 0);
    assert_int_equal(read_all(buf_view(&b), &count), ERR_CORRUPT);
    buf_fini(&b);
}

static void a_name_that_is_none_is_not_put(void **state)
{
    static const char *const wrong[] = {"",     "/a",  "a/", "a//b", ".a",  "../a", "a/../b",
                                        "a/.b", "a b", "A",  "ä",    "a\n", "a\\b"};
    char long_name[TAR_NAME + 2];
    struct buf b;
    (void)state;
    memset(long_name, 'n', sizeof long_name);
    for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
        buf_init(&b, 1 << 16);
        tar_put(&b,
                i < sizeof wrong / sizeof *wrong ? str_of(wrong[i])
                                                 : str_bytes(long_name, TAR_NAME + 1),
                STR("x"));
        assert_true(b.failed);
        buf_fini(&b);
    }
    buf_init(&b, 1 << 16);
    tar_put(&b, str_bytes(long_name, TAR_NAME), STR("x"));
    assert_false(b.failed);
    buf_fini(&b);
}

/* GNU tar lists it, and takes the files out as they are. */
static void other_programs_read_it(void **state)
{
    char folder[] = "/tmp/menshen-tar-XXXXXX", command[200], path[100], text[20];
    struct buf b;
    (void)state;
    make(&b);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.tar", folder);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(b.p, 1, b.n, file), b.n);
    fclose(file);
    snprintf(command, sizeof command, "cd %s && tar -xf a.tar && test $(wc -c <parts/0002) = 1300",
             folder);
    assert_int_equal(system(command), 0);
    snprintf(path, sizeof path, "%s/readme.txt", folder);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_int_equal(fread(text, 1, sizeof text, file), 6);
    fclose(file);
    assert_memory_equal(text, "hello\n", 6);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    buf_fini(&b);
}

UNIT_MAIN(TEST(what_is_put_is_read), TEST(no_other_form_is_read),
          TEST(a_name_that_is_none_is_not_put), TEST(other_programs_read_it))
