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

/*
 * Append the receipt of a consent's record, opened (ledger/opened.h). ERR_NOT_FOUND: no checkpoint
 * covers it yet. ERR_CLOSED: its entry, or the key of its opening, is gone. `witnessed`: somebody
 * else has cosigned the checkpoint.
 */
MUST_USE enum err receipt_of_consent(struct gate *, const struct consent_record *, struct buf *out,
                                     bool *witnessed, struct problem *);
