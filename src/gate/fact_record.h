/*
 * fact_record: from a change of facts back to its record.
 *
 * Any thread.
 */
#pragma once
#include "gate/gate.h"
#include "store/store.h"

/*
 * The record that this node made of journal row `seq`, entered at `at`. ERR_NOT_FOUND:
 * not yet, or not in what is kept. ERR_LIMIT: the index that knows (gate/look_index.h) was
 * lost since, and too many other records lie between.
 */
MUST_USE enum err fact_record_find(struct gate *, int64_t seq, when at, uint64_t *index);

/* The same, waiting at most `ms` for the ledger, which follows the journal. */
MUST_USE enum err fact_record_await(struct gate *, int64_t seq, when at, int ms, uint64_t *index);

/*
 * The record of the newest change of a consent; `subject` is its key as the journal
 * writes it. ERR_CONFLICT: another node has it. Else as fact_record_find.
 */
struct consent_record {
    uint64_t index;
    struct buf payload; /* as the journal has it; buf_fini, in any case */
};
MUST_USE enum err consent_record_find(struct gate *, struct store *, struct str subject,
                                      struct consent_record *out, struct problem *);
