/*
 * staff_file: how rows of staff are written, from a file or by a colleague: with what ends of
 * whoever is not active any more (departure.h), in one transaction.
 */
#pragma once
#include "person/departure.h"
#include "registry/import.h"

/*
 * Write a row and, unless it says "active", end what is hers. Part of the caller's transaction.
 * `changed`: the row was not stored so already. `seq` as departure_run's.
 */
MUST_USE enum err staff_put(const struct pool_work *, const struct value *row, bool *changed,
                            int64_t *seq, struct problem *);

/* For import_options.extra: columns it has none. */
struct staff_file {
    struct store *store;
    const struct rules *rules;
    struct import_extra extra;
};
void staff_file_init(struct staff_file *, struct store *, const struct rules *);
