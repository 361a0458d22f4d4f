/*
 * shelf: the registry's rows as last told, from which books are built.
 *
 * One shelf a kind. Rows are found by their key columns; a row put again takes the
 * place of the former. Only the writer of a view touches it.
 */
#pragma once
#include "registry/fact.h"

struct shelf_row {
    uint64_t hash;
    struct shelf_row *next; /* of its bucket */
    struct value v[];       /* in the kind's column order, then the texts */
};

struct shelf {
    const struct fact_kind *kind;
    struct shelf_row **buckets;
    size_t bucket_count, count;
};

void shelf_init(struct shelf *, const struct fact_kind *);
void shelf_fini(struct shelf *);

/* ERR_MEMORY: the shelf is as it was. */
MUST_USE enum err shelf_put(struct shelf *, const struct value *row);

/* Walk over all rows, in no order: start with NULL; NULL after the last. */
const struct shelf_row *shelf_next(const struct shelf *, const struct shelf_row *);

/* A key of a row's key columns, equal for equal keys. */
uint64_t fact_row_key(const struct fact_kind *, const struct value *row);
