/*
 * receipt: proof of what was recorded, for a person to keep.
 *
 * Any thread.
 */
#pragma once
#include "gate/fact_record.h"

/*
 * Append the receipt of a fact's record, opened: `payload` as the journal has it. Errors as below.
 */
MUST_USE enum err receipt_of_fact(struct gate *, uint64_t index, struct str payload,
                                  struct buf *out, bool *witnessed, struct problem *);

/* Append the receipt of a call's record, opened. Errors as below. */
MUST_USE enum err receipt_of_call(struct gate *, uint64_t index, struct buf *out, bool *witnessed,
                                  struct problem *);

/* The same of a look at this person: opened by what is hers of it. */
MUST_USE enum err receipt_of_look(struct gate *, struct str person, uint64_t index, struct buf *out,
                                  bool *witnessed, struct problem *);

/*
 * Append the receipt of a consent's record, opened (ledger/opened.h). ERR_NOT_FOUND: no checkpoint
 * covers it yet. ERR_CLOSED: its entry, or the key of its opening, is gone. `witnessed`: somebody
 * else has cosigned the checkpoint.
 */
MUST_USE enum err receipt_of_consent(struct gate *, const struct consent_record *, struct buf *out,
                                     bool *witnessed, struct problem *);
