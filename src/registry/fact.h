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
    COLUMN_ID,          /* text without blanks, at most 64 bytes */
    COLUMN_TEXT,        /* at most 1,000 bytes */
    COLUMN_LIST,        /* texts separated by ";" */
    COLUMN_NUMBER,      /* a telephone number */
    COLUMN_TIME,        /* an instant; a date is its midnight */
    COLUMN_UNTIL,       /* an instant before which it holds; a date includes that day */
    COLUMN_COUNT,       /* a whole number, not negative */
    COLUMN_WORD,        /* one of `words` */
    COLUMN_SECTOR,      /* a sector code of the rule pack */
    COLUMN_EVIDENCE,    /* "sha256:" and 64 hex digits, stored in lower case */
    COLUMN_CERTIFICATE, /* "number:valid-until", the latter a date */
};

/* What a COLUMN_LIST holds. A list is at most LIST_MAX bytes; equal items are kept once. */
enum item_type {
    ITEM_TEXT,
    ITEM_ID,
    ITEM_WORD,    /* one of the column's `words` */
    ITEM_SECTOR,  /* a sector code of the rule pack, or "*" */
    ITEM_PATTERN, /* numbers, ranges, prefixes (registry/pattern.h) */
    ITEM_PARTY,   /* the same, or an organisation's id ("org_…") */
    ITEM_ADDRESS, /* an IPv4 or IPv6 address, as inet_ntop writes it */
    ITEM_HOURS,   /* "09:00-12:00": sorted, not touching, at most four; "24:00" ends a day */
};

enum { ID_BYTES = 64, TEXT_MAX = 1000, LIST_MAX = 4000, ROW_MAX = 16000 };

struct column {
    const char *name;
    enum column_type type;
    bool required;     /* the file must have the column and the row a value */
    bool present;      /* the file must have the column; a row may be empty */
    bool key;          /* part of what identifies a fact; import of the same key updates */
    const char *words; /* COLUMN_WORD, ITEM_WORD: "active suspended closed" */
    enum item_type items;
    const char *refers; /* a kind of which the value, or each of the list, must be an id */
    bool internal;      /* never taken from a file */
};

enum { COLUMNS_MAX = 24 };

/* The text of a row's value; empty for NULL. A view of it. */
static inline struct str fact_text(const struct value *v)
{
    return v->type == VALUE_TEXT ? v->s : STR("");
}

/* How many texts a normalised list holds. */
size_t fact_items(struct str list);

struct fact_kind {
    const char *name;  /* as `menshen import KIND` and in the journal: "lines" */
    const char *table; /* SQL table of the same columns */
    const struct column *columns;
    size_t count;
    bool importable;
    /*
     * What one column alone cannot tell: may correct a row (with static text) or
     * refuse it. `column` is set to the index of the wrong one. A warning leaves OK
     * and a text in `problem` ("imported inactive: documents filing, plan are
     * missing"). Only for rows that enter from outside. NULL: nothing to check.
     */
    enum err (*check)(const struct rules *, struct value *row, size_t *column,
                      struct problem *problem);
    /* What only the other facts can tell, asked inside the transaction. NULL: nothing. */
    enum err (*against)(struct store *, const struct value *row, size_t *column,
                        struct problem *problem);
    /*
     * What an import may not overwrite: keep it from `old`, the stored row. Takes
     * over integers and static texts, or the whole row. NULL: nothing.
     */
    void (*merge)(const struct value *old, struct value *row);
};

/*
 * A value of COLUMN_CERTIFICATE: its number, and the instant at which its last day has
 * ended, in the time of the rules. False: it is none.
 */
bool fact_certificate(const struct rules *, struct str text, struct str *certificate, when *end);

/* All kinds, ending with NULL, parents before children (desk/kinds.c). */
extern const struct fact_kind *const fact_kinds[];
const struct fact_kind *fact_kind_find(struct str name);

/* Index of a column by name; it must exist (kinds and callers are compiled together). */
size_t fact_column(const struct fact_kind *, const char *name);

/*
 * Normalise one CSV field into a value (a view of `text`, of static text, or of
 * `scratch`). ERR_INVALID says what was found and expected; a number shown as
 * 1.38E+10 is named as a spreadsheet's work. Blanks around it are dropped; an empty
 * text is VALUE_NULL, or ERR_INVALID in a required column.
 */
struct fact_scratch {
    char text[LIST_MAX + 96];
};
MUST_USE enum err fact_parse(const struct rules *, const struct column *, struct str text,
                             struct fact_scratch *scratch, struct value *out,
                             struct problem *problem);

/*
 * Write one row and its journal row, inside the caller's transaction. Same key:
 * update. `seq` gets the journal number.
 */
MUST_USE enum err fact_write(struct store *, const struct fact_kind *, const struct value *row,
                             struct str node, struct str actor, when at, int64_t *seq,
                             struct problem *problem);

/*
 * The journal row alone, of a row that the caller's own statement has written in this
 * transaction.
 */
struct fact_origin {
    struct str node, actor;
    when at;
};
MUST_USE enum err fact_journal(struct store *, const struct fact_kind *, const struct value *row,
                               const struct fact_origin *, int64_t *seq, struct problem *problem);

/*
 * Write many rows from outside, in order, inside the caller's transaction. A row
 * that is stored already as it is writes nothing; what `merge` protects is kept
 * (`rows` are corrected). `changed[i]` tells which were written, `seq` gets the last
 * journal number, or stays.
 */
MUST_USE enum err fact_import(struct store *, const struct fact_kind *, struct value *const *rows,
                              size_t count, const struct fact_origin *, bool *changed, int64_t *seq,
                              struct problem *problem);

/* Every row of the kind's table, in key order. */
typedef bool fact_each(void *to, const struct fact_kind *, const struct value *row);
MUST_USE enum err fact_read_all(struct store *, const struct fact_kind *, fact_each *each, void *to,
                                struct problem *problem);

/*
 * Those that a statement picks: `rest` follows "SELECT … FROM its table x ", a WHERE with what
 * comes behind it, or a JOIN. `each` does not use the store; false stops.
 */
typedef bool fact_pick(void *to, const struct value *row);
MUST_USE enum err fact_list(struct store *, const struct fact_kind *, const char *rest,
                            const struct value *params, size_t count, fact_pick *each, void *to,
                            struct problem *);

/* Those whose first column, part of the key, is `first`. */
MUST_USE enum err fact_read_of(struct store *, const struct fact_kind *, struct value first,
                               fact_each *each, void *to, struct problem *problem);

/*
 * The row in a journal payload; views into `scratch`, which holds all of them.
 * ERR_CORRUPT if the payload is not the kind's.
 */
struct fact_row {
    struct value v[COLUMNS_MAX];
    char text[ROW_MAX + 384];
};
MUST_USE enum err fact_decode(const struct fact_kind *, struct str payload, struct fact_row *out);

/* Do two rows have the same key; are they the same throughout? */
bool fact_same_key(const struct fact_kind *, const struct value *a, const struct value *b);
bool fact_same(const struct fact_kind *, const struct value *a, const struct value *b);

/* The row as a journal payload: one flat JSON object, absent values left out. ERR_LIMIT: over
 * ROW_MAX. */
struct buf;
MUST_USE enum err fact_encode(const struct fact_kind *, const struct value *row, struct buf *out);

/* The row whose key columns equal those of `key`. ERR_NOT_FOUND. */
MUST_USE enum err fact_find(struct store *, const struct fact_kind *, const struct value *key,
                            struct fact_row *out, struct problem *problem);

/* The first row, in key order, whose first column is `first`. ERR_NOT_FOUND. */
MUST_USE enum err fact_first(struct store *, const struct fact_kind *, struct value first,
                             struct fact_row *out, struct problem *problem);

/*
 * Remove a row, and what the journal's rows said of it: these stay, as many as there
 * were, about `instead` and without a payload. Part of the caller's transaction, who
 * writes another fact for those who follow the journal.
 */
MUST_USE enum err fact_forget(struct store *, const struct fact_kind *, const struct value *row,
                              struct str instead, struct problem *problem);
