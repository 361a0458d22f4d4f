/*
 * rang: the record of one call, by who called whom about when.
 *
 * Reads what the log's index finds (ledger/index.h): calls that were asked for in earnest,
 * ringing or blocked, no dry runs and no scrubs. Of several the nearest in time.
 */
#pragma once
#include "gate/verdict.h"
#include "ledger/ledger.h"

struct gate;

struct rang_question {
    number caller;
    number callee; /* 0: anybody */
    when at;
    when within; /* give or take */
};

struct rang {
    uint64_t index; /* of its record */
    char record[RECORD_ID];
    struct call_record call;
};

/* ERR_NOT_FOUND: there is none, or its opening is gone. */
MUST_USE enum err gate_rang(struct gate *, const struct rang_question *, struct rang *out,
                            struct problem *);
