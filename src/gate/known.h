/*
 * known: the last checkpoint that the store knows of this node.
 *
 * The store outlives a data folder: on PostgreSQL it lies on another machine. So the
 * node leaves its newest checkpoint there (table nodes), and a start that finds less
 * than that in its own ledger signs nothing (ledger.h). It is left every ten seconds
 * of a node that runs as long: a backup that loses less than that is for witnesses.
 */
#pragma once
#include "core/buf.h"
#include "gate/node.h"

/* The note, or nothing, into `out`. Before the ledger is opened. */
MUST_USE enum err known_load(const struct gate *, struct store *, struct buf *out,
                             struct problem *);

/* Leave the newest, if it is another one and the time has come. The follower's thread. */
struct known {
    int64_t left_at; /* monotonic; set at the start */
    uint64_t size;   /* position up to which it covers */
};
MUST_USE enum err known_leave(struct known *, struct gate *, struct store *, struct problem *);
