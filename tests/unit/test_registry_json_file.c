#include "registry/json_file.h"
#include "core/buf.h"
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/menshen-json-XXXXXX";
static char told[4096];

static void write_file(const char *text, size_t n)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, text, n) == (ssize_t)n && close(fd) == 0);
}

static int start(void **state)
{
    const int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0;
}

static int stop(void **state)
{
    return unlink(path);
}

/* All of a file: "ELEMENT@LINE name=value …|", "!" before what is no value, and errors. */
static const char *read_all(void)
{
    struct feed *feed;
    struct json_file *f;
    struct json_row row;
    struct problem problem = {.text = ""};
    struct buf out;
    enum err e;
    buf_fixed(&out, told, sizeof told - 1);
    assert_int_equal(feed_open(path, &feed, &problem), OK);
    assert_int_equal(json_file_over(feed, &f, &problem), OK);
    while ((e = json_file_next(f, &row, &problem)) != ERR_NOT_FOUND) {
        buf_printf(&out, "%d@%d", (int)row.element, (int)row.line);
        for (size_t i = 0; i < row.count; i++)
            buf_printf(&out, " %.*s=%.*s", STR_ARG(row.field[i].name),
                       row.field[i].value.p == NULL ? 1 : (int)row.field[i].value.n,
                       row.field[i].value.p == NULL ? "!" : row.field[i].value.p);
        if (e != OK)
            buf_printf(&out, " %s", strstr(problem.text, "): ") + 3);
        buf_u8(&out, '|');
        assert_true(e == OK || e == ERR_INVALID || e == ERR_LIMIT);
    }
    json_file_close(f);
    told[out.n] = '\0';
    return told;
}

static const char *of(const char *text)
{
    write_file(text, strlen(text));
    return read_all();
}

static void lists_lines_and_pages_are_the_same_elements(void **state)
{
    const char *two = "1@1 id=a n=1|2@1 id=b n=2|";
    assert_string_equal(of("[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}]"), two);
    assert_string_equal(of("{\"id\":\"a\",\"n\":1} {\"id\":\"b\",\"n\":2}\n"), two);
    assert_string_equal(
        of("{\"persons\":[{\"id\":\"a\",\"n\":1},{\"id\":\"b\",\"n\":2}],\"next\":\"x}\"}"), two);
    assert_string_equal(of("{\"persons\": [{\"id\":\"a\"}], \"next\": \"c\"}\n"
                           "{ \"persons\" : [ ] , \"next\": null}\n"
                           "[\n{\"id\":\"b\"}\n]\n{\"id\":\"c\"}\n"),
                        "1@1 id=a|2@4 id=b|3@6 id=c|");
    assert_string_equal(of("\xEF\xBB\xBF\n\n[]"), "");
    assert_string_equal(of(""), "");
}

static void values_are_text_numbers_and_lists_of_these(void **state)
{
    assert_string_equal(of("{\"t\":\"\\u7af9 \\\"}{\",\"n\":-5,\"l\":[\"a\",2],\"e\":[],\"z\":null,"
                           "\"o\":{},\"f\":1.5,\"b\":true,\"d\":[[1]],\"s\":[\"a;b\"]}"),
                        "1@1 t=竹 \"}{ n=-5 l=a;2 e= z= o=! f=! b=! d=! s=!|");
    assert_string_equal(of("{\"id\":\"a\",\"shown\":{\"basic\":{\"gender\":\"f\"},\"education\":{"
                           "\"school\":\"F\"}},\"masked\":{}}"),
                        "1@1 id=a gender=f school=F masked=!|");
}

static void a_damaged_element_leaves_the_others(void **state)
{
    assert_string_equal(of("{\"id\":}\n{\"id\":\"b\"}\n"),
                        "1@1 no JSON: line 1 of it, column 7|2@2 id=b|");
    assert_string_equal(of("{\"id\":\"a\n\"}\n{\"id\":\"b\"}\n"),
                        "1@1 a text is not closed on its line|2@2 expected an object, {\"column\": "
                        "value, …}; the rest of the file is not read|");
    assert_string_equal(of("[{\"id\":1,\"id\":2},{\"id\":3}]"),
                        "1@1 no JSON: line 1 of it, column 12|2@1 id=3|");
    assert_string_equal(of("[{\"id\":1},\n7,{\"id\":3}]"),
                        "1@1 id=1|2@2 expected an object, {\"column\": value, …}; the rest of the "
                        "file is not read|");
    assert_string_equal(of("[{\"id\":1}"),
                        "1@1 id=1|2@1 the list ends without a ]; is the file whole?|");
    assert_string_equal(of("[{\"id\":1"), "1@1 the object that begins here is never closed|");
}

static void one_that_is_too_long_is_passed_over(void **state)
{
    const size_t n = 300000;
    char *text = malloc(n + 64);
    assert_non_null(text);
    memset(text, 'x', n);
    memcpy(text, "[{\"id\":\"", 8);
    memcpy(text + n, "\"},{\"id\":2}]", 13);
    write_file(text, n + 12);
    free(text);
    assert_string_equal(read_all(), "1@1 more than 65536 bytes; split it|2@1 id=2|");
}

/* Whatever stands where the window's parts meet. */
static void elements_cross_the_window(void **state)
{
    struct buf out;
    buf_init(&out, 1 << 20);
    buf_u8(&out, '[');
    for (int i = 0; i < 20; i++)
        buf_printf(&out, "%s{\"id\":%d,\"t\":\"%0*d\"}", i > 0 ? ",\n" : "", i, 20001 + i * 7, 0);
    buf_u8(&out, ']');
    write_file((const char *)out.p, out.n);
    buf_fini(&out);
    struct feed *feed;
    struct json_file *f;
    struct json_row row;
    struct problem problem;
    assert_int_equal(feed_open(path, &feed, &problem), OK);
    assert_int_equal(json_file_over(feed, &f, &problem), OK);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(json_file_next(f, &row, &problem), OK);
        assert_int_equal(row.line, i + 1);
        assert_int_equal(row.field[1].value.n, 20001 + i * 7);
    }
    assert_int_equal(json_file_next(f, &row, &problem), ERR_NOT_FOUND);
    json_file_close(f);
}

static void it_is_known_by_how_it_begins(void **state)
{
    assert_true(json_file_begins(STR(" \n[")));
    assert_true(json_file_begins(STR("\xEF\xBB\xBF{")));
    assert_false(json_file_begins(STR("id,name")));
    assert_false(json_file_begins(STR("")));
    assert_false(json_file_begins(STR("\"[\",b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_lines_and_pages_are_the_same_elements),
        cmocka_unit_test(values_are_text_numbers_and_lists_of_these),
        cmocka_unit_test(a_damaged_element_leaves_the_others),
        cmocka_unit_test(one_that_is_too_long_is_passed_over),
        cmocka_unit_test(elements_cross_the_window),
        cmocka_unit_test(it_is_known_by_how_it_begins),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
