/*
 * opening_inner: what the files of opening.h share; for them only.
 */
#pragma once
#include "person/opening.h"

static inline bool opening_is(const struct value *row, int column, const char *word)
{
    return str_eq(fact_text(&row[column]), str_of(word));
}

/* Inside a transaction. */
MUST_USE enum err opening_write(const struct vault *, const struct value *row,
                                const struct fact_origin *, int64_t *seq, struct problem *);

/* `step` takes each that `sql` selects at $1 out of what it selects. */
typedef enum err opening_step(const struct vault *, struct str id, const struct fact_origin *,
                              int64_t *seq, struct problem *);
MUST_USE enum err opening_each_due(const struct vault *, const char *sql, opening_step *step,
                                   const struct fact_origin *, unsigned *done, int64_t *seq,
                                   struct problem *);

/* Which categories are sealed, by the pack; is something sealed kept of these? */
categories opening_sealed_ones(const struct rules *);
MUST_USE enum err opening_any_sealed(const struct vault *, struct str person, categories what,
                                     bool *any, struct problem *);
