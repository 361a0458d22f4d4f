/*
 * Any bytes as a CSV file; the first chooses the encoding. Whatever is read and
 * written again reads back the same.
 */
#include "core/buf.h"
#include "core/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct csv *open_bytes(const void *bytes, size_t n, enum csv_encoding encoding)
{
    char path[64];
    struct csv *csv;

    int fd = memfd_create("csv", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    must(csv_open(path, encoding, &csv, NULL) == OK);
    close(fd);
    return csv;
}

/* The next whole record, passing over damaged ones. */
static bool next(struct csv *csv, struct csv_row *row, bool may_be_damaged)
{
    uint64_t line = 0;
    for (;;) {
        struct problem problem;
        enum err err = csv_next(csv, row, &problem);
        must(err == OK || err == ERR_NOT_FOUND || err == ERR_INVALID || err == ERR_LIMIT);
        must(row->line >= line);
        line = row->line;
        if (err == OK || err == ERR_NOT_FOUND)
            return err == OK;
        must(may_be_damaged && row->count == 0);
    }
}

static void put_row(struct buf *out, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            buf_u8(out, ',');
        csv_put(out, row->field[i]);
    }
    if (row->count == 1 && row->field[0].n == 0)
        buf_str(out, STR("\"\""));
    buf_u8(out, '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_row row, again;
    struct buf out;

    if (size == 0)
        return 0;
    enum csv_encoding encoding = data[0] & 1 ? CSV_GB18030 : CSV_UTF8;
    struct csv *csv = open_bytes(data + 1, size - 1, encoding);
    buf_init(&out, 1 << 24);
    buf_str(&out, STR("\xEF\xBB\xBF")); /* the first field may begin with a mark of its own */
    while (next(csv, &row, true)) {
        must(row.count >= 1 && row.count <= CSV_FIELDS && row.raw.n <= CSV_RECORD);
        for (size_t i = 0; i < row.count; i++) {
            must(row.column[i] >= 1);
            must(row.field[i].n == 0 || memchr(row.field[i].p, '\0', row.field[i].n) == NULL);
        }
        size_t before = out.n;
        put_row(&out, &row);
        if (out.n - before > CSV_RECORD) /* grown by doubled quotes or longer characters */
            out.n = before;
    }
    csv_close(csv);
    must(!out.failed);

    struct csv *first = open_bytes(data + 1, size - 1, encoding);
    struct csv *second = open_bytes(out.p, out.n, CSV_UTF8);
    while (next(second, &again, false)) {
        do
            must(next(first, &row, true));
        while (row.count != again.count || !str_eq(row.field[0], again.field[0]));
        for (size_t i = 0; i < row.count; i++)
            must(str_eq(row.field[i], again.field[i]));
    }
    csv_close(first);
    csv_close(second);
    buf_fini(&out);
    return 0;
}
