/*
 * journal: every change of facts, in the order of its commit.
 *
 * A row is written in the same transaction as the change. Its number comes from
 * `journal_head`, which the transaction locks until it commits, so that a reader
 * who has seen number n has seen all before it.
 */
#pragma once
#include "core/clock.h"
#include "store/store.h"

struct journal_row {
    int64_t seq; /* set by journal_append */
    when at;
    struct str node;    /* the node whose ledger records the row */
    struct str actor;   /* "host:0", "stf_…", "token:name" */
    struct str kind;    /* a fact kind (registry/fact.h), or "order" … */
    struct str subject; /* the fact's key, its columns joined by "/" */
    struct str payload; /* the fact as a JSON object; empty: removed */
};

/* Inside a transaction. Stores the row's number in `seq`. */
MUST_USE enum err journal_append(struct store *, const struct journal_row *, int64_t *seq,
                                 struct problem *);

/* The same for many rows at once; each gets its number. `seq` gets the last. */
MUST_USE enum err journal_append_all(struct store *, struct journal_row *rows, size_t count,
                                     int64_t *seq, struct problem *);

/* The last number, 0 for an empty journal. */
MUST_USE enum err journal_head(struct store *, int64_t *seq, struct problem *);

/* Rows after `after`, at most `limit`, in order; `each` returning false stops. */
typedef bool journal_each(void *to, const struct journal_row *);
MUST_USE enum err journal_read(struct store *, int64_t after, int limit, journal_each *each,
                               void *to, struct problem *problem);
