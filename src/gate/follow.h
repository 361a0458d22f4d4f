/*
 * follow: the journal, followed into the view and into the ledger.
 *
 * A thread reads new rows, applies them to the view, and then gives each row that
 * names this node a record. Acting comes first and does not wait for the disk: a
 * refusal stops the next call even while nothing can be recorded; its record
 * follows.
 *
 * Body of an ENTRY_FACT:
 *
 *      1  version, 1
 *      8  journal number, 8 when it was entered, big-endian
 *    1+n  kind "refusals"
 *     32  commitment to the opening
 *
 * Plaintext of its opening: 1 version · 1+n actor · 2+n subject · 32 SHA-256 of
 * the row's payload.
 */
#pragma once
#include "gate/gate.h"

struct follower;

/*
 * Load the view from the store, and start the thread, which alone uses the store from
 * then on. It stays the caller's to close.
 */
MUST_USE enum err follower_start(struct gate *, struct store *, struct follower **out,
                                 struct problem *);

/* Stop and free. */
void follower_stop(struct follower *);

/* As gate_reach. */
MUST_USE enum err follower_reach(struct follower *, int64_t seq, int timeout_ms, struct problem *);

/* As gate_listen. */
void follower_listen(struct follower *, const struct gate_listener *);

/* Milliseconds since the view was last known to have reached the journal's end. */
int64_t follower_lag_ms(const struct follower *);

/* What the body of an ENTRY_FACT says in the open; `kind` is a view into it. False: not such a
 * body. */
bool fact_record_read(struct str body, int64_t *seq, when *entered, struct str *kind);

/* The journal number in the body of an ENTRY_FACT. False: not such a body. */
bool fact_record_seq(struct str body, int64_t *seq);
