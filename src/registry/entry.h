/*
 * entry: one fact that is entered, by the same checks as a row of a file (registry/import.h).
 */
#pragma once
#include "registry/fact.h"

struct entry {
    const struct fact_kind *kind;
    struct value row[COLUMNS_MAX];
    size_t column; /* that a refusal or a warning is about */
    bool created, changed;
    struct fact_scratch scratch[COLUMNS_MAX];
};

/*
 * Read one text a column; absent: empty. Its values are views of the texts and of the entry.
 * ERR_INVALID says what is wrong with `column`. A warning leaves OK and a text in `problem`.
 */
MUST_USE enum err entry_read(const struct rules *, const struct fact_kind *,
                             const struct str *fields, struct entry *out, struct problem *);

/*
 * Write it, inside the caller's transaction, unless it is stored already as it is. ERR_INVALID:
 * it does not fit among the other facts, or names one that is not there.
 */
MUST_USE enum err entry_write(struct store *, struct entry *, const struct fact_origin *,
                              int64_t *seq, struct problem *);
