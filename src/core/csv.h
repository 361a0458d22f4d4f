/*
 * csv: RFC 4180, streamed.
 *
 * Reads any size in constant memory: a record is bounded (CSV_RECORD bytes,
 * CSV_FIELDS fields), the file is not. LF and CRLF, quoted fields with line
 * breaks and doubled quotes, a byte-order mark at the start. UTF-8, or GB18030
 * converted on the way (iconv; a UTF-8 mark overrules it); other bytes are an
 * error with line and column. A quote within an unquoted field stands for
 * itself. What a field says is never changed: "=1+1" stays "=1+1".
 *
 * One thread. A damaged record is an error of that record only: the next call
 * goes on behind it. What stands between quotes is never taken for records, so
 * a quote that nobody closes takes the rest of the file with it, as one error.
 */
#pragma once
#include "core/error.h"
#include "core/feed.h"

#include <stdint.h>

enum { CSV_FIELDS = 64, CSV_RECORD = 65536 };

enum csv_encoding { CSV_UTF8, CSV_GB18030 };

struct csv;

struct csv_row {
    struct str field[CSV_FIELDS]; /* valid until the next csv_next */
    size_t count;
    uint64_t line;               /* where the record begins, from 1 */
    uint32_t column[CSV_FIELDS]; /* where each field begins, in characters, from 1 */
    uint32_t below[CSV_FIELDS];  /* how many lines below `line` that is, after quoted line breaks */
    struct str raw;              /* the record as it stands in the file, without its line break */
};

/*
 * Open a file, or standard input for "-". The name in messages is the path or
 * "standard input". ERR_NOT_FOUND, ERR_IO … of opening, ERR_MEMORY.
 */
MUST_USE enum err csv_open(const char *path, enum csv_encoding, struct csv **out, struct problem *);
/* The same of a file that is open and unread, which it takes over, also when it fails. */
MUST_USE enum err csv_over(struct feed *, enum csv_encoding, struct csv **out, struct problem *);
void csv_close(struct csv *);

/*
 * The next record. ERR_NOT_FOUND: the file has ended. ERR_INVALID: a damaged
 * record; `problem` says "FILE:LINE:COLUMN: …". ERR_LIMIT: record or field count
 * over its bound. ERR_IO: reading failed, and will again. Empty lines are passed
 * over. After an error the row has a line, and no fields.
 */
MUST_USE enum err csv_next(struct csv *, struct csv_row *, struct problem *);

/* For progress: bytes read so far, and the file's size or 0 for a pipe. */
void csv_position(const struct csv *, uint64_t *done, uint64_t *size);
const char *csv_name(const struct csv *);

/* Write one field quoted where RFC 4180 demands it. */
struct buf;
void csv_put(struct buf *, struct str field);

/*
 * The same of text that somebody opens in a spreadsheet. What begins like a formula, also
 * behind a tabulator, and in full width, gets an apostrophe, which makes it text.
 */
void csv_put_safe(struct buf *out, struct str text);
