/*
 * leave: a member's rows on her way out, in one transaction (erase.h).
 *
 * Any thread with a store of its own. Not inside a transaction.
 */
#pragma once
#include "person/erase.h"

/*
 * Keep what must be kept, suppress what she refused, empty the rest. `whole`: her number
 * goes too. OK also again. The keys are the caller's to overwrite.
 */
MUST_USE enum err leave_empty(const struct erase *, struct str person, bool whole, when now,
                              int64_t *seq, struct problem *);

/* An authority's order keeps her data where it is: nobody else uses it meanwhile. */
MUST_USE enum err leave_lock(const struct erase *, struct str person, when now, int64_t *seq,
                             struct problem *);

enum { LEAVE_BOUND = ERASE_LABEL + 8 };

/* What a kept text is bound to. */
struct str leave_kept_label(struct str label, char out[static LEAVE_BOUND]);
