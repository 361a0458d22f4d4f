/*
 * called: the calls of a time, as they were answered, the newest first.
 *
 * Reads what the log's index finds (ledger/index.h) and opens it: calls that were asked for in
 * earnest, ringing or blocked, no dry runs and no scrubs.
 *
 * Any thread.
 */
#pragma once
#include "gate/verdict.h"
#include "ledger/ledger.h"

struct gate;

struct called_question {
    number caller; /* 0: anybody */
    when since;
    size_t most; /* not 0; older ones are left out */
};

/* `all`: none of that time was left out. False stops. */
typedef bool called_each(void *to, const char *record, const struct call_record *);
MUST_USE enum err gate_called(struct gate *, const struct called_question *, called_each *each,
                              void *to, bool *all, struct problem *);
