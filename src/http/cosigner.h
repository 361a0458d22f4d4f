/*
 * cosigner: this node as a witness of other logs.
 *
 * Its key lies in DATA/keys/witness.seed; its name is that of our log without the
 * month, and "/witness". The logs that it knows are ledger.witness_for.
 */
#pragma once
#include "gate/gate.h"
#include "ledger/witness.h"

struct cosigner {
    struct note_signer *signer;
    struct witness *witness;
};

/* The verifier key that others configure; made at the first time. */
MUST_USE enum err cosigner_key(struct gate *, const char *folder, struct note_signer **out,
                               struct problem *);

/* ERR_INVALID: the configuration names a log by what is no verifier key. */
MUST_USE enum err cosigner_check(const struct config *, struct problem *);

/* Open with the logs of the configuration; all NULL if it names none. */
MUST_USE enum err cosigner_open(struct gate *, const char *folder, struct cosigner *out,
                                struct problem *);
void cosigner_close(struct cosigner *);
