/*
 * sweep: what begins or ends by its time, each in its turn (the list is in sweep.c): openings
 * that have waited or are over, whose keys it destroys (person/opening.h), contracts that were
 * signed ahead (person/contract_term.h), and others.
 *
 * Nothing is judged by it: looks, calls and papers count by their own times and do not wait
 * for a sweep. With a store of its own, opened when first needed. One thread.
 */
#pragma once
#include "gate/node.h"

enum { SWEEPERS = 16 }; /* at most */

struct sweep {
    struct store *store;
    unsigned failing; /* by sweeper: each is said once */
};

/* What a sweeper has. */
struct sweep_with {
    struct gate *gate;
    struct store *store;
    struct unwrap *unwrap;
    const struct link *link;
    const struct rules *rules;
    const struct disk *disk;
    const char *keys; /* the folder DATA/keys */
    struct str node;
    when now;
};

/*
 * One of them: `ended` counts what it ended, `seq` gets the journal number of its last row, or
 * stays. A transaction of its own for each thing; again, and on two nodes at once, ends nothing
 * twice.
 */
typedef enum err sweep_run(const struct sweep_with *, unsigned *ended, int64_t *seq,
                           struct problem *);

/* All of them, unless the gate is held (gate_hold); one that fails stops none. */
void sweep_all(struct sweep *, struct gate *);
void sweep_close(struct sweep *);
