/*
 * hop_proof: that a carrier's log says what the carrier says.
 *
 * A receipt of its record (C2SP tlog-proof), opened (ledger/opened.h): who rang whom, when, on
 * which line, for whom. Whoever knows the log's verifier key, and cosigns its checkpoints as a
 * witness, needs to believe nothing.
 */
#pragma once
#include "desk/hop.h"
#include "gate/gate.h"

/* Append the opened receipt of our record. ERR_NOT_FOUND: it is not published, or its key gone. */
MUST_USE enum err hop_proof_make(struct gate *, uint64_t index,
                                 const uint8_t commitment[static COMMITMENT], struct buf *out,
                                 struct problem *);

/* Does `proof`, under the log of `vkey` in any of its months, say the same as the answer, of the
 * call that was asked for? */
bool hop_proof_check(struct str proof, struct str vkey, const struct hop_question *,
                     const struct hop_answer *);
