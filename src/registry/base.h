/*
 * base: which file of bulk facts holds.
 *
 * A nation's preferences are a file in DATA/base (gate/base_file.h), not rows; this row names it.
 * Written by `import preferences --base`.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    BASE_NAME, /* "preferences" */
    BASE_HASH,
    BASE_NUMBERS,
    BASE_COPIED_AT, /* when it was true */
    BASE_COLUMNS
};

extern const struct fact_kind base_kind;
