/*
 * import_looks: the access history of another system, from a CSV file onto the record.
 *
 * Looks are no facts: they go to the ledger of the folder's owner, not into the store.
 * The reader of files of facts (registry/import.h) reads theirs too; each chunk is sent
 * to the owner in parts, who answers which of them are new.
 */
#pragma once
#include "cli/control.h"
#include "registry/import.h"

/* at, staff, person, categories, purpose, surface; of no table. */
extern const struct fact_kind look_file_kind;

struct look_file {
    struct client *owner; /* NULL: nothing is recorded, to see whether all rows are right */
    bool *written;        /* of the chunk */
    size_t next;          /* row of it that is asked about next */
    struct import_extra extra;
};

/* Not to be moved or copied. */
void look_file_init(struct look_file *, struct client *owner);
void look_file_fini(struct look_file *);

/* The owner's side: {looks: [[at, staff, person, categories, purpose, surface], …]}
 * → {written: [bool, …]} */
json_t *look_file_do(struct control_state *, const json_t *request, struct problem *);
