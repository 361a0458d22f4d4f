#include "unit.h"
#include "core/buf.h"
#include "core/csv.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[] = "/tmp/test_core_csv.XXXXXX";

static int make_file(void **state)
{
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

static int drop_file(void **state)
{
    return unlink(path);
}

static void put(const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    close(fd);
}

/*
 * Everything csv_next says about a file, as text: a record is "LINE: a|b|c",
 * an error "! err-name LINE:COLUMN: …" up to the end of its first clause.
 */
static void tell(struct csv *csv, struct buf *out)
{
    struct csv_row row;
    struct problem problem;
    enum err err;

    while ((err = csv_next(csv, &row, &problem)) != ERR_NOT_FOUND) {
        if (err != OK) {
            assert_int_equal(row.count, 0);
            assert_int_equal(err, problem.code);
            struct str text = str_of(problem.text), name = str_of(csv_name(csv));
            assert_true(str_starts(text, name));
            text = str_skip(text, name.n + 1);
            struct str clause;
            assert_true(str_split(&text, ';', &clause));
            buf_printf(out, "! %s %.*s\n", err_name(err), STR_ARG(clause));
            if (err == ERR_IO)
                return;
            continue;
        }
        buf_printf(out, "%llu: ", (unsigned long long)row.line);
        for (size_t i = 0; i < row.count; i++)
            buf_printf(out, "%s%.*s", i ? "|" : "", STR_ARG(row.field[i]));
        buf_printf(out, "\n");
    }
    assert_int_equal(csv_next(csv, &row, &problem), ERR_NOT_FOUND);
}

struct sample {
    const char *what;
    enum csv_encoding encoding;
    struct str file;
    const char *told;
};

static void check(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct csv *csv;
        struct problem problem;
        struct buf told;
        put(samples[i].file.p, samples[i].file.n);
        assert_int_equal(csv_open(path, samples[i].encoding, &csv, &problem), OK);
        buf_init(&told, 1 << 20);
        tell(csv, &told);
        assert_false(told.failed);
        if (!str_eq(buf_view(&told), str_of(samples[i].told)))
            fail_msg("%s:\n%.*s\nexpected:\n%s", samples[i].what, STR_ARG(buf_view(&told)),
                     samples[i].told);
        buf_fini(&told);
        csv_close(csv);
    }
}
#define CHECK(samples) check(samples, sizeof samples / sizeof *samples)

static void reads_records(void **state)
{
    static const struct sample samples[] = {
        {"nothing", CSV_UTF8, STR(""), ""},
        {"one line", CSV_UTF8, STR("a,b\n"), "1: a|b\n"},
        {"no last line break", CSV_UTF8, STR("a,b\nc,d"), "1: a|b\n2: c|d\n"},
        {"CRLF", CSV_UTF8, STR("a,b\r\nc,d\r\n"), "1: a|b\n2: c|d\n"},
        {"CRLF, the last without LF", CSV_UTF8, STR("a\r\nb\r"), "1: a\n2: b\n"},
        {"empty fields", CSV_UTF8, STR(",\n,,\na,\n,b\n"), "1: |\n2: ||\n3: a|\n4: |b\n"},
        {"empty lines", CSV_UTF8, STR("\n\r\na\n\n\nb\n\n"), "3: a\n6: b\n"},
        {"a quoted empty field is a record", CSV_UTF8, STR("\"\"\n"), "1: \n"},
        {"quotes", CSV_UTF8, STR("\"a,b\",\"c\"\"d\",\"\"\"\"\n"), "1: a,b|c\"d|\"\n"},
        {"line breaks in quotes", CSV_UTF8, STR("\"a\nb\",c\r\n\"d\r\ne\"\nf\n"),
         "1: a\nb|c\n3: d\r\ne\n5: f\n"},
        {"a quote in an unquoted field", CSV_UTF8, STR("5\" disk, \"x\"\n"),
         "1: 5\" disk| \"x\"\n"},
        {"blanks are kept", CSV_UTF8, STR(" a , b\t\n"), "1:  a | b\t\n"},
        {"CR within a field", CSV_UTF8, STR("a\rb,c\n"), "1: a\rb|c\n"},
        {"formulas are data", CSV_UTF8, STR("=1+1,+86,-5,@x\n"), "1: =1+1|+86|-5|@x\n"},
        {"byte-order mark", CSV_UTF8,
         STR("\xEF\xBB\xBF"
             "number\n1\n"),
         "1: number\n2: 1\n"},
        {"mark and quote", CSV_UTF8, STR("\xEF\xBB\xBF\"a,b\"\n"), "1: a,b\n"},
        {"only a mark", CSV_UTF8, STR("\xEF\xBB\xBF"), ""},
        {"part of a mark is damage", CSV_UTF8, STR("\xEF\xBB"),
         "! invalid 1:1: a byte that is not UTF-8\n"},
        {"UTF-8", CSV_UTF8, STR("姓名,号码\n"), "1: 姓名|号码\n"},
        {"GB18030", CSV_GB18030,
         STR("\xD0\xD5\xC3\xFB,\"\xBA\xC5,\xC2\xEB\"\n\x81\x30\x81\x30,x\n"),
         "1: 姓名|号,码\n2: \xC2\x80|x\n"},
        {"GB18030 with its mark", CSV_GB18030, STR("\x84\x31\x95\x33\xD0\xD5\n"), "1: 姓\n"},
        {"a UTF-8 mark overrules", CSV_GB18030, STR("\xEF\xBB\xBF姓\n"), "1: 姓\n"},
    };
    CHECK(samples);
}

static void names_damage_and_goes_on(void **state)
{
    static const struct sample samples[] = {
        {"not UTF-8", CSV_UTF8, STR("a,b\n姓,\xFF,c\nd\n"),
         "1: a|b\n! invalid 2:3: a byte that is not UTF-8\n3: d\n"},
        {"columns are characters", CSV_UTF8, STR("姓名é𠀀姓名abcdefghij,\xFF\n"),
         "! invalid 1:18: a byte that is not UTF-8\n"},
        {"also of unquoted fields", CSV_UTF8, STR("姓名é𠀀姓名abcdefghij,\"b\"c\n"),
         "! invalid 1:21: text behind a closing quote\n"},
        {"GB18030 taken for UTF-8", CSV_UTF8, STR("\xD0\xD5\xC3\xFB\nx\n"),
         "! invalid 1:1: a byte that is not UTF-8\n2: x\n"},
        {"overlong, surrogate, beyond the last", CSV_UTF8,
         STR("\xC0\xAF\n\xE0\x80\xAF\n\xED\xA0\x80\n\xF4\x90\x80\x80\n\xF8\n"
             "\xF0\x80\x80\xAF\n\xF5\x80\x80\x80\nabcdefg\xFF\n"),
         "! invalid 1:1: a byte that is not UTF-8\n! invalid 2:1: a byte that is not UTF-8\n"
         "! invalid 3:1: a byte that is not UTF-8\n! invalid 4:1: a byte that is not UTF-8\n"
         "! invalid 5:1: a byte that is not UTF-8\n! invalid 6:1: a byte that is not UTF-8\n"
         "! invalid 7:1: a byte that is not UTF-8\n! invalid 8:8: a byte that is not UTF-8\n"},
        {"the first and last of each length", CSV_UTF8,
         STR("\xC2\x80\xDF\xBF\n\xE0\xA0\x80\xEF\xBF\xBF\n\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\n"
             "\xED\x9F\xBF\n"),
         "1: \xC2\x80\xDF\xBF\n2: \xE0\xA0\x80\xEF\xBF\xBF\n3: \xF0\x90\x80\x80\xF4\x8F\xBF\xBF\n"
         "4: \xED\x9F\xBF\n"},
        {"cut character", CSV_UTF8, STR("ab\xE5\xA7"), "! invalid 1:3: a byte that is not UTF-8\n"},
        {"damage on the second line of a record", CSV_UTF8, STR("\"a\n姓\xFF\",b\nc\n"),
         "! invalid 2:2: a byte that is not UTF-8\n3: c\n"},
        {"NUL", CSV_UTF8, STR("a,\0b\nc\n"), "! invalid 1:3: a NUL byte\n2: c\n"},
        {"NUL in GB18030", CSV_GB18030, STR("\xD0\xD5,\0b\nc\n"),
         "! invalid 1:3: a NUL byte\n2: c\n"},
        {"not GB18030", CSV_GB18030, STR("\xD0\xD5,\xFF\nc\n"),
         "! invalid 1:3: a byte that is not GB18030\n2: c\n"},
        {"GB18030 cut", CSV_GB18030, STR("x\xD0"), "! invalid 1:2: a byte that is not GB18030\n"},
        {"text behind a closing quote", CSV_UTF8, STR("a,\"b\"c,d\ne\n"),
         "! invalid 1:6: text behind a closing quote\n2: e\n"},
        {"the same below a line break", CSV_UTF8, STR("\"姓\n名\"x,d\ne\n"),
         "! invalid 2:3: text behind a closing quote\n3: e\n"},
        {"unclosed quote", CSV_UTF8, STR("a,b\n姓,\"c\nd\ne\n"),
         "1: a|b\n! invalid 2:3: the quote that opens here is never closed\n"},
        {"unclosed quote at the very end", CSV_UTF8, STR("a,\""),
         "! invalid 1:3: the quote that opens here is never closed\n"},
        {"unclosed after a doubled one", CSV_UTF8, STR("\"x\ny\",\"b\"\"\n"),
         "! invalid 2:4: the quote that opens here is never closed\n"},
        {"unclosed in GB18030", CSV_GB18030, STR("\xD0\xD5\x81\x30\x81\x30,\"\n"),
         "! invalid 1:4: the quote that opens here is never closed\n"},
        {"UTF-16", CSV_UTF8,
         STR("\xFF\xFE"
             "a\0\n\0"),
         "! invalid 1:1: the file is UTF-16\n"},
        {"UTF-16, the other way", CSV_GB18030, STR("\xFE\xFF\0a"),
         "! invalid 1:1: the file is UTF-16\n"},
    };
    CHECK(samples);
}

static void tells_where_fields_are(void **state)
{
    struct csv *csv;
    struct csv_row row;
    static const char file[] = "姓,\"名\"\"\",c\n\"a\n姓\",b,\"\n\n\",d\n";

    put(file, sizeof file - 1);
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_int_equal(row.count, 3);
    assert_int_equal(row.column[0], 1);
    assert_int_equal(row.column[1], 3);
    assert_int_equal(row.column[2], 9);
    assert_int_equal(row.below[2], 0);
    assert_str(row.raw, "姓,\"名\"\"\",c");
    assert_str(row.field[1], "名\"");
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_int_equal(row.line, 2);
    assert_int_equal(row.count, 4);
    assert_int_equal(row.column[1], 4);
    assert_int_equal(row.below[1], 1);
    assert_int_equal(row.column[2], 6);
    assert_int_equal(row.below[2], 1);
    assert_int_equal(row.column[3], 3);
    assert_int_equal(row.below[3], 3);
    csv_close(csv);
}

static void keeps_raw_bytes_of_gb18030(void **state)
{
    struct csv *csv;
    struct csv_row row;

    put("\xD0\xD5,\"x\"\r\n", 8);
    assert_int_equal(csv_open(path, CSV_GB18030, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_str(row.raw, "\xD0\xD5,\"x\"");
    assert_str(row.field[0], "姓");
    assert_int_equal(row.column[1], 3);
    csv_close(csv);
}

/* A record of exactly `n` bytes between two small ones, and what is told of all three. */
static void check_length(size_t n, char fill, bool quoted, bool crlf, const char *told)
{
    char *file = malloc(n + 16);
    assert_non_null(file);
    struct buf b;
    buf_fixed(&b, file, n + 16);
    buf_str(&b, STR("a\n"));
    for (size_t i = 0; i < n; i++)
        buf_u8(&b, quoted && (i == 0 || i == n - 1) ? '"' : (uint8_t)fill);
    buf_str(&b, crlf ? STR("\r\nb\r\n") : STR("\nb\n"));
    put(b.p, b.n);

    struct csv *csv;
    struct csv_row row;
    struct problem problem = {.text = ""};
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_str(row.field[0], "a");
    enum err err = csv_next(csv, &row, &problem);
    assert_int_equal(row.line, 2);
    if (told == NULL) {
        assert_int_equal(err, OK);
        assert_int_equal(row.field[0].n, quoted ? n - 2 : n);
        assert_int_equal(row.raw.n, n);
    } else {
        assert_int_equal(err, ERR_LIMIT);
        assert_non_null(strstr(problem.text, told));
    }
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_str(row.field[0], "b");
    assert_int_equal(row.line, quoted && fill == '\n' ? 2 + n - 1 : 3);
    assert_int_equal(csv_next(csv, &row, NULL), ERR_NOT_FOUND);
    csv_close(csv);
    free(file);
}

static void bounds_a_record(void **state)
{
    for (int crlf = 0; crlf < 2; crlf++) {
        check_length(CSV_RECORD, 'x', false, crlf, NULL);
        check_length(CSV_RECORD, 'x', true, crlf, NULL);
        check_length(CSV_RECORD, '\n', true, crlf, NULL);
        check_length(CSV_RECORD + 1, 'x', false, crlf, ":2:1: a record of more than 65536 bytes");
        check_length(CSV_RECORD + 1, 'x', true, crlf, ":2:1: a record of more than 65536 bytes");
        check_length(CSV_RECORD + 1, '\n', true, crlf, ":2:1: a record of more than 65536 bytes");
        check_length(10 * CSV_RECORD, 'x', false, crlf, ":2:1: a record of more than");
        check_length(10 * CSV_RECORD, '\n', true, crlf, ":2:1: a record of more than");
    }
}

static void names_the_quote_that_swallows_a_large_file(void **state)
{
    struct csv *csv;
    struct csv_row row;
    struct problem problem = {.text = ""};
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_str(&b, STR("a\n姓,b\"c,\"d\n"));
    while (b.n < 5 * CSV_RECORD)
        buf_str(&b, STR("13800138000,x\n"));
    assert_false(b.failed);
    put(b.p, b.n);
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_int_equal(csv_next(csv, &row, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, ":2:7: the quote that opens here is never closed"));
    assert_null(strstr(problem.text, "138"));
    assert_int_equal(csv_next(csv, &row, NULL), ERR_NOT_FOUND);
    csv_close(csv);
    buf_fini(&b);
}

static void reads_nothing_of_a_large_utf16_file(void **state)
{
    struct csv *csv;
    struct csv_row row;
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_str(&b, STR("\xFF\xFE"));
    while (b.n < 5 * CSV_RECORD)
        buf_u16le(&b, b.n % 50 == 0 ? '\n' : 'a');
    put(b.p, b.n);
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), ERR_INVALID);
    assert_int_equal(csv_next(csv, &row, NULL), ERR_NOT_FOUND);
    csv_close(csv);
    buf_fini(&b);
}

static void bounds_the_fields(void **state)
{
    struct csv *csv;
    struct csv_row row;
    struct problem problem = {.text = ""};
    char file[2 * CSV_FIELDS + 8];
    struct buf b;

    buf_fixed(&b, file, sizeof file);
    for (int i = 1; i < CSV_FIELDS; i++)
        buf_u8(&b, ',');
    buf_u8(&b, '\n');
    for (int i = 1; i <= CSV_FIELDS; i++)
        buf_u8(&b, ',');
    buf_str(&b, STR("\nx\n"));
    put(b.p, b.n);
    assert_int_equal(csv_open(path, CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_int_equal(row.count, CSV_FIELDS);
    assert_int_equal(csv_next(csv, &row, &problem), ERR_LIMIT);
    assert_non_null(strstr(problem.text, ":2:65: more than 64 fields"));
    assert_int_equal(csv_next(csv, &row, NULL), OK);
    assert_str(row.field[0], "x");
    csv_close(csv);
}

/* Records of many lengths, so that ends of reads fall everywhere, through a slow pipe. */
static void reads_alike_however_bytes_arrive(void **state)
{
    struct buf file;
    struct csv *csv;
    struct csv_row row;

    static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    buf_init(&file, 1 << 21);
    for (unsigned i = 0; i < 3000; i++)
        buf_printf(&file, "%u,\"%.*s\"\"\n姓\",%.*s\r\n", i, (int)(i % 51), letters, (int)(i % 47),
                   letters);
    assert_false(file.failed);
    assert_true(file.n > 2 * CSV_RECORD);
    put(file.p, file.n);

    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int saved = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    pid_t child = fork();
    if (child == 0) {
        close(STDIN_FILENO); /* so that writing ends when nobody reads any more */
        for (size_t at = 0; at < file.n;) {
            size_t n = 1 + at % 4099;
            if (n > file.n - at)
                n = file.n - at;
            if (write(ends[1], file.p + at, n) != (ssize_t)n)
                _exit(1);
            at += n;
        }
        _exit(0);
    }
    close(ends[1]);

    struct csv *whole;
    struct csv_row other;
    uint64_t done, size;
    assert_int_equal(csv_open("-", CSV_UTF8, &csv, NULL), OK);
    assert_int_equal(csv_open(path, CSV_UTF8, &whole, NULL), OK);
    assert_string_equal(csv_name(csv), "standard input");
    for (unsigned i = 0; i < 3000; i++) {
        assert_int_equal(csv_next(csv, &row, NULL), OK);
        assert_int_equal(csv_next(whole, &other, NULL), OK);
        assert_int_equal(row.count, 3);
        assert_int_equal(row.line, 2 * i + 1);
        assert_int_equal(other.line, row.line);
        assert_true(str_eq(row.raw, other.raw));
        for (size_t k = 0; k < 3; k++)
            assert_true(str_eq(row.field[k], other.field[k]));
        csv_position(csv, &done, &size);
        assert_int_equal(size, 0);
    }
    assert_int_equal(done, file.n);
    csv_position(whole, &done, &size);
    assert_int_equal(size, file.n);
    assert_int_equal(done, file.n);
    assert_int_equal(csv_next(csv, &row, NULL), ERR_NOT_FOUND);
    csv_close(csv);
    csv_close(whole);
    dup2(saved, STDIN_FILENO);
    close(saved);
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    buf_fini(&file);
}

static void says_what_cannot_be_opened(void **state)
{
    struct csv *csv;
    struct problem problem;

    assert_int_equal(csv_open("/nonexistent/list.csv", CSV_UTF8, &csv, &problem), ERR_NOT_FOUND);
    assert_null(csv);
    assert_non_null(strstr(problem.text, "/nonexistent/list.csv: cannot be opened"));
    assert_int_equal(csv_open("/tmp", CSV_UTF8, &csv, &problem), ERR_INVALID);
    assert_non_null(strstr(problem.text, "/tmp: is a folder"));
    csv_close(NULL);
}

static void a_failing_read_stays_an_error(void **state)
{
    struct csv *csv;
    struct csv_row row;
    struct problem problem;

    int saved = dup(STDIN_FILENO);
    int fd = open(path, O_WRONLY | O_CLOEXEC); /* reading it gives EBADF */
    dup2(fd, STDIN_FILENO);
    close(fd);
    assert_int_equal(csv_open("-", CSV_UTF8, &csv, &problem), OK);
    assert_int_equal(csv_next(csv, &row, &problem), ERR_IO);
    assert_non_null(strstr(problem.text, "standard input:1: reading failed"));
    assert_int_equal(csv_next(csv, &row, &problem), ERR_IO);
    csv_close(csv);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void quotes_where_it_must(void **state)
{
    static const struct {
        struct str field;
        const char *put;
    } all[] = {
        {STR(""), ""},
        {STR("a b"), "a b"},
        {STR("a,b"), "\"a,b\""},
        {STR("\""), "\"\"\"\""},
        {STR("a\"b\""), "\"a\"\"b\"\"\""},
        {STR("a\nb"), "\"a\nb\""},
        {STR("a\r"), "\"a\r\""},
        {STR("=1+1"), "=1+1"},
        {STR("姓名"), "姓名"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        uint8_t memory[64];
        struct buf b;
        buf_fixed(&b, memory, sizeof memory);
        csv_put(&b, all[i].field);
        assert_false(b.failed);
        if (!str_eq(buf_view(&b), str_of(all[i].put)))
            fail_msg("%.*s, expected %s", STR_ARG(buf_view(&b)), all[i].put);
    }
    uint8_t memory[4];
    struct buf b;
    buf_fixed(&b, memory, sizeof memory);
    csv_put(&b, STR("a,b"));
    assert_true(b.failed);
    buf_fixed(&b, memory, sizeof memory);
    csv_put(&b, (struct str){0});
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        TEST(reads_records),
        TEST(names_damage_and_goes_on),
        TEST(tells_where_fields_are),
        TEST(keeps_raw_bytes_of_gb18030),
        TEST(bounds_a_record),
        TEST(names_the_quote_that_swallows_a_large_file),
        TEST(reads_nothing_of_a_large_utf16_file),
        TEST(bounds_the_fields),
        TEST(reads_alike_however_bytes_arrive),
        TEST(says_what_cannot_be_opened),
        TEST(a_failing_read_stays_an_error),
        TEST(quotes_where_it_must),
    };
    return cmocka_run_group_tests(all, make_file, drop_file);
}
