/*
 * fact: what all kinds of facts have in common.
 *
 * A kind (organisations, lines, preferences …) is a table of columns. The same
 * table names the columns of its CSV file, of its SQL table, and the keys of its
 * journal payload, so that one decoder serves import, start and the journal.
 * A row is an array of values in the kind's column order, normalised: numbers as
 * BIGINT, times as BIGINT nanoseconds (a date-only `until` is the end of that
 * day), lists as text joined by ";" without blanks, absent as NULL.
 */
#pragma once
#include "core/clock.h"
#include "core/number.h"
#include "rules/rules.h"
#include "store/store.h"

enum column_type {
    COLUMN_ID,     /* text without blanks, at most 64 bytes */
    COLUMN_TEXT,   /* at most 1,000 bytes */
    COLUMN_LIST,   /* texts separated by ";" */
    COLUMN_NUMBER, /* a telephone number */
    COLUMN_TIME,   /* an instant; a date is its midnight */
    COLUMN_UNTIL,  /* an instant before which it holds; a date includes that day */
    COLUMN_WORD,   /* one of `words` */
};

struct column {
    const char *name;
    enum column_type type;
    bool required; /* the file must have the column and the row a value */
    bool present;  /* the file must have the column; a row may be empty */
    bool key;      /* part of what identifies a fact; import of the same key updates */
    const char *words; /* COLUMN_WORD: "active suspended closed" */
};

enum { COLUMNS_MAX = 24 };

struct fact_kind {
    const char *name;  /* as `menshen import KIND` and in the journal: "lines" */
    const char *table; /* SQL table of the same columns */
    const struct column *columns;
    size_t count;
    /*
     * What one column alone cannot tell: may correct a row or refuse it.
     * `column` is set to the index of the wrong one. A warning leaves OK and a text
     * in `problem` ("imported inactive: documents filing, plan are missing").
     */
    enum err (*check)(const struct rules *, struct value *row, size_t *column, struct problem *problem);
};

/* All kinds, ending with NULL, parents before children. */
extern const struct fact_kind *const fact_kinds[];
const struct fact_kind *fact_kind_find(struct str name);

/* Index of a column by name; it must exist (kinds and callers are compiled together). */
size_t fact_column(const struct fact_kind *, const char *name);

/*
 * Normalise one CSV field into a value (a view of `text`, of static text, or of
 * `scratch`). ERR_INVALID says what was found and expected; a number shown as
 * 1.38E+10 is named as a spreadsheet's work.
 */
struct fact_scratch {
    char text[2048];
};
MUST_USE enum err fact_parse(const struct rules *, const struct column *, struct str text,
                             struct fact_scratch *scratch, struct value *out, struct problem *problem);

/*
 * Write one row and its journal row, inside the caller's transaction. Same key:
 * update. `seq` gets the journal number.
 */
MUST_USE enum err fact_write(struct store *, const struct fact_kind *, const struct value *row,
                             struct str node, struct str actor, when at, int64_t *seq,
                             struct problem *problem);

/* Every row of the kind's table, in key order. */
typedef bool fact_each(void *to, const struct fact_kind *, const struct value *row);
MUST_USE enum err fact_read_all(struct store *, const struct fact_kind *, fact_each *each, void *to,
                                struct problem *problem);

/*
 * The row in a journal payload; views into `scratch`, which holds all of them.
 * ERR_CORRUPT if the payload is not the kind's.
 */
struct fact_row {
    struct value v[COLUMNS_MAX];
    char text[16384];
};
MUST_USE enum err fact_decode(const struct fact_kind *, struct str payload, struct fact_row *out);
