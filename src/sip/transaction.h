/*
 * transaction: what was answered to whom, for 32 seconds.
 *
 * An INVITE is known by a key (sip/key.h) whose upper half is its branch's, as
 * CANCEL repeats it, and whose lower half is its content's: a repeat is the same
 * bytes (RFC 3261 §17.1.1.2), and what differs is judged for itself. While the
 * question is with the gate, repeats are absorbed; afterwards they get the same
 * answer. The cache keeps no text: an answer is a pure function of request and
 * outcome, so that the repeated request and 32 bytes rebuild it byte for byte,
 * also after a restart, from the ledger.
 *
 *     unknown ──begin──► pending ──answer──► final ──32 s──► unknown
 *                           │cancel              ▲
 *                           └──► cancelled ──────┘  (its answer is 487)
 *
 * One cache for the process, in shards with a short lock each: any thread. Times
 * are of a clock that never jumps, in milliseconds.
 */
#pragma once
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

enum { TRANSACTION_MS = 32000 }; /* 64 * T1, RFC 3261 §17.1.1.2 */

enum outcome_cause {
    OUTCOME_VERDICT,    /* judged, and on the record */
    OUTCOME_UNRECORDED, /* judged, but no record in time */
    OUTCOME_CANCELLED,  /* the caller hung up first */
};

/* What an answer to an INVITE depends on, besides the request and the configuration. */
struct outcome {
    uint8_t cause;       /* enum outcome_cause */
    uint8_t kind;        /* enum verdict_kind */
    uint8_t check;       /* enum check */
    uint32_t max_call_s; /* of such a call, how long it may last; 0: no limit */
    uint64_t record;
    uint64_t target; /* of a relayed call that rings: who is rung; else 0 */
};

struct transactions;

/* Room for `capacity` transactions; memory is touched as it is needed. ERR_MEMORY. */
MUST_USE enum err transactions_new(size_t capacity, struct transactions **out);
void transactions_free(struct transactions *);

enum transaction_state {
    TRANSACTION_NEW, /* now pending; the caller must end it with transaction_answer or _forget */
    TRANSACTION_PENDING, /* absorb */
    TRANSACTION_FINAL,   /* repeat what `out` says */
    TRANSACTION_FULL,    /* no room: overload */
};

/* `branch`: what a CANCEL names it by. The upper halves of `key` and `branch` are the same. */
enum transaction_state transaction_begin(struct transactions *, uint64_t key, uint64_t branch,
                                         int64_t now_ms, struct outcome *out);

/* The answer has come. `outcome` is changed to OUTCOME_CANCELLED if a CANCEL was quicker. */
void transaction_answer(struct transactions *, uint64_t key, int64_t now_ms,
                        struct outcome *outcome);

/* As if it had never begun. */
void transaction_forget(struct transactions *, uint64_t key);

/* The state before: NEW (unknown, 481), PENDING (all of this branch are cancelled now) or FINAL
 * (too late). */
enum transaction_state transaction_cancel(struct transactions *, uint64_t branch, int64_t now_ms);

/*
 * At start: a final answer that was given before, kept until `expires_ms`. Oldest
 * first. A second one for the same key corrects all but the check.
 */
void transaction_refill(struct transactions *, uint64_t key, int64_t expires_ms,
                        const struct outcome *outcome);

/* Transactions in the cache. */
size_t transactions_count(struct transactions *);
