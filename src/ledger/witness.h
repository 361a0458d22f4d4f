/*
 * witness: logs watch each other (c2sp.org/tlog-witness, both sides).
 *
 * A log alone can show one history to one person and another to the next. A
 * witness signs a checkpoint only if it continues the last one that it signed, so
 * two histories of one size never both get its cosignature. Whoever asks for the
 * cosignature of somebody else's witness need not trust the log.
 *
 * This file holds the protocol without sockets: request bodies in, answers out.
 * The HTTP front serves POST /add-checkpoint with witness_add_checkpoint, and
 * posts what witness_request makes to others.
 *
 *     log                                            witness
 *      │  old 1000, consistency path, checkpoint 1500   │
 *      ├───────────────────────────────────────────────►│  known log? signed? last seen 1000?
 *      │                                                │  path leads from 1000 to 1500?
 *      │            200, "— witness … cosignature"      │  1500 stored and synced, then signed
 *      │◄───────────────────────────────────────────────┤
 *      │            409, "1200": last seen was 1200     │
 *      │◄───────────────────────────────────────────────┤  ask again from there
 */
#pragma once
#include "core/clock.h"
#include "ledger/prove.h"

/* --- being a witness ------------------------------------------------------------------------ */

struct witness;

enum { WITNESS_REQUEST = PROOF_MAX }; /* a longer request body is refused */

/* Two names of one log, in whatever months? */
bool witness_same_log(struct str name, struct str other);

/*
 * Keep the latest checkpoint of each log in `folder` (DATA/witness, made if it is
 * missing), cosign with `signer` (type NOTE_COSIGNATURE), which stays the
 * caller's and outlives the witness. `logs` are copied. A log whose key is named
 * ORIGIN/YYYY-MM is known in all its months: its shards share their public key.
 */
MUST_USE enum err witness_open(const struct disk *, const char *folder, const struct note_signer *,
                               const struct note_key *logs, size_t count, struct witness **out,
                               struct problem *);
void witness_close(struct witness *);

struct witness_answer {
    int status;       /* HTTP: 200 400 403 404 409 422 500 */
    const char *type; /* Content-Type */
    struct buf body;  /* on 200 cosignature lines; on 409 the size last seen; else a reason */
};

/*
 * Answer one request. Any thread: checking and storing are one step. The new
 * checkpoint is on stable storage before its cosignature is in the answer. The
 * caller releases answer->body with buf_fini.
 */
void witness_add_checkpoint(struct witness *, struct str body, when now,
                            struct witness_answer *answer);

/* --- asking witnesses ----------------------------------------------------------------------- */

struct witness_peer {
    struct note_key key;
    uint64_t known; /* size that it has seen last, as far as we know; 0 at the start */
};

enum witness_step {
    WITNESS_DONE,  /* its cosignature is in `checkpoint` and `cosigned` */
    WITNESS_AGAIN, /* peer->known is corrected: ask once more */
    WITNESS_WRONG, /* it refused, or its answer is no good; try later */
    WITNESS_FORK,  /* it has cosigned another history of this log: raise an alarm */
};

/* Append the body of POST /add-checkpoint for the newest checkpoint. Errors as for prove_growth. */
MUST_USE enum err witness_request(const struct proof_log *, const struct witness_peer *,
                                  struct buf *out, struct problem *);

/*
 * Take the answer to `request`. `type` is its Content-Type. The problem is filled
 * unless the step is WITNESS_DONE or WITNESS_AGAIN.
 */
enum witness_step witness_answered(const struct proof_log *, struct witness_peer *,
                                   struct str request, int status, struct str type, struct str body,
                                   struct problem *);
