/*
 * import: a file of one kind of facts into the store, CSV or JSON (json_file.h), told apart
 * by how it begins.
 *
 * Promises
 *   - Streams: memory does not grow with the file.
 *   - A fact and its journal row are written in one transaction; a chunk of at most
 *     IMPORT_CHUNK rows is one transaction, with `strict` the whole file is. Input
 *     is read between transactions, so that a slow pipe holds no lock (unless strict).
 *   - A bad row is reported with its place (line and column; of JSON element, line and field)
 *     and skipped, or, with `strict`, refuses
 *     the file after every bad row has been reported.
 *   - The same file again changes nothing and writes no journal row.
 *   - Where it stops, it says after which line, and goes on from there by `from_line`.
 *
 *     csv, json ─► normal form ─► chunk ─► begin ─► other facts? ─► write ─► journal ─► commit
 *                                     └────────── one transaction ────────────────┘
 */
#pragma once
#include "core/csv.h"
#include "core/log.h"
#include "registry/fact.h"

#include <stdatomic.h>

enum { IMPORT_CHUNK = 10000 };

/*
 * Columns beside the kind's own, for a kind whose rows are more than a row of its
 * table. What they hold is overwritten in memory once it was written or refused.
 */
struct import_column {
    const char *name;
    bool required, present; /* as of struct column */
    const char *kept_out;   /* why the column cannot be taken at present; NULL: it can */
};

struct import_extra {
    bool apart; /* nothing goes to the store: no transaction is begun; CSV only */
    const struct import_column *columns;
    size_t count;
    /* Is a field that is not empty right? ERR_INVALID says what was expected. */
    enum err (*check)(void *to, size_t column, struct str field, struct problem *);
    /* Before the transaction that writes these rows, of which some may be refused yet. NULL:
     * nothing. */
    enum err (*prepare)(void *to, struct value *const *rows, size_t count, struct problem *);
    /*
     * Write a row, in place of fact_import. `fields`: one a column, `p` NULL if the
     * file has no such column. ERR_INVALID: the row is refused; nothing was written.
     */
    enum err (*write)(void *to, const struct value *row, const struct str *fields,
                      const struct fact_origin *, bool *changed, int64_t *seq, struct problem *);
    /* A chunk was written, the last record of which begins at `line`. NULL: nothing. */
    enum err (*written)(void *to, uint64_t line, struct problem *);
    void *to;
};

struct import_options {
    const char *path; /* "-": standard input */
    enum csv_encoding encoding;
    bool strict;
    uint64_t from_line;       /* of CSV: records that begin before it are passed over; 0, 1: none */
    uint64_t from_element;    /* the same of JSON */
    const char *organisation; /* whose the rows are if their file, of another's export, does not
                                 say; it may then lack a number, too. NULL: it must say */
    const char *copy_of;      /* preferences: the registry that the file is a copy of, or NULL */
    when copied_at;           /* … and when the copy was made */
    struct fact_origin origin;
    const struct rules *rules;
    const struct import_extra *extra; /* or NULL */
    const atomic_bool *stop;          /* checked between rows; may be NULL */
    /* "FILE:LINE:COLUMN: what, expected", for an error or a warning. */
    void (*say)(void *to, enum log_level, const char *text);
    /* After each chunk, and now and then; `size` 0 is unknown. May be NULL. */
    void (*progress)(void *to, uint64_t done, uint64_t size, uint64_t rows);
    void *to;
};

struct import_result {
    uint64_t read;      /* records seen, from `from_line` on */
    uint64_t written;   /* new or changed */
    uint64_t unchanged; /* stored already */
    uint64_t skipped;   /* refused, with a message */
    uint64_t warnings;
    uint64_t line;   /* the last record that is dealt with begins here, of JSON is this
                        element; 0: none */
    int64_t journal; /* number of the last row written; 0: none */
};

/*
 * Import. OK also if rows were skipped. ERR_INVALID: header or, with `strict`, rows
 * are wrong; nothing was written. ERR_CLOSED: stopped. On other errors `result` and
 * `problem` say what is stored and from where to go on.
 */
MUST_USE enum err import_run(struct store *, const struct fact_kind *,
                             const struct import_options *, struct import_result *result,
                             struct problem *problem);
