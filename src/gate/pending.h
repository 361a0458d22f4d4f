/*
 * pending: questions whose record is on its way.
 *
 * A pool of slots made at start, so that asking allocates nothing; when all are
 * taken, that is overload. A slot's life:
 *
 *     free ─► WAITING ──durable or failed──► answered, free
 *                │ deadline
 *                ▼
 *             ANSWERING ─► LATE ──failed──► free
 *                            └───durable──► a not-answered record follows ─► free
 *
 * A look goes the first way, with its memory outside the slot.
 *
 *     free ─► AHEAD (an emergency call, answered at once) ──durable──► free
 *               ▲                                     └─failed──► RETRY
 *               └──────────── a second later ─────────────────────┘
 *
 * The commit thread of the ledger and the watcher meet in one atomic exchange, so
 * that exactly one of them answers.
 */
#pragma once
#include "gate/gate.h"

struct pool;

/* What is to be recorded, and undone if it cannot be. */
struct pending_call {
    struct call_record record;
    bool counted;  /* in the windows of principal and all */
    bool numbered; /* has taken a running number */
    uint64_t transaction;
    uint32_t answer_code;
    int64_t begun;              /* monotonic: when it was asked */
    struct ledger_round *round; /* pending_submit's: where its record is gathered, or NULL */
};

MUST_USE enum err pool_new(size_t count, struct pool **out);
void pool_free(struct pool *);

/* Slots that are not free. */
size_t pool_busy(const struct pool *);

/*
 * Record the call and answer `done`. `ahead`: it was answered already; `done` is
 * not used. ERR_FULL: no slot is free; nothing was done.
 */
MUST_USE enum err pending_submit(struct gate *, const struct pending_call *, bool ahead,
                                 gate_done *done, void *to);

/* A look under way: what it is, and how it is answered, is look_ask.c's. */
struct pending_look {
    struct str body, beside;                                          /* of its ENTRY_LOOK */
    void (*answer)(struct pending_look *, enum err, uint64_t record); /* once */
    void (*undo)(struct pending_look *);                              /* there will be no record */
    void (*end)(struct pending_look *);                               /* nothing uses it any more */
};

/* ERR_FULL: no slot is free, or looks have theirs; nothing was done. */
MUST_USE enum err pending_submit_look(struct gate *, struct pending_look *);

/* The verdict without a record, by on_ledger_failure. */
void pending_fail(const struct gate *, struct verdict *);

/* Take back what an attempt added. */
void pending_undo(struct gate *, const struct pending_call *);
