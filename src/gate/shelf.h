/*
 * shelf: the registry's rows as last told, from which books are built.
 *
 * One shelf a kind. Rows are found by their key columns; a row put again takes the place of the
 * former. They lie packed in the order in which they came, since a registry has millions, which
 * each build walks over. Only the writer of a view touches it.
 */
#pragma once
#include "registry/fact.h"

struct shelf {
    const struct fact_kind *kind;
    struct shelf_block *blocks; /* in which the rows lie; the newest first */
    const uint8_t **rows;
    struct shelf_slot *index;
    size_t count, room;   /* rows, and for how many there are places */
    size_t bytes, former; /* taken in the blocks, and of those by rows that have been replaced */
};

void shelf_init(struct shelf *, const struct fact_kind *);
void shelf_fini(struct shelf *);

/* ERR_MEMORY: the shelf is as it was. */
MUST_USE enum err shelf_put(struct shelf *, const struct value *row);

/* A walk over all rows, in no order that means anything. */
struct shelf_row {
    const struct shelf *shelf;
    size_t next;
    struct value v[COLUMNS_MAX]; /* in the kind's column order; the shelf's until its next put */
};

static inline struct shelf_row shelf_walk(const struct shelf *s)
{
    return (struct shelf_row){.shelf = s};
}

/* Read the next row into `v`. False: there are no more. */
bool shelf_next(struct shelf_row *);

/* A key of a row's key columns, equal for equal keys. */
uint64_t fact_row_key(const struct fact_kind *, const struct value *row);
