/*
 * fined: was the same act fined before, in another case? (行政处罚法 Art. 29)
 *
 * A violation that goes on is one act until it is decided. So the same violation by the same
 * respondent is not fined again unless it ended later than the one that was; within a case the
 * ladder sees to it (desk/ladder.h).
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/work.h"

/*
 * Has another case than `of` fined this violation, to its end at `ended` or later? `ended` 0: it is
 * not said when it ended, so that any earlier fine of this violation may be for it.
 */
MUST_USE enum err fined_before(struct store *, struct str respondent, struct str of,
                               struct str violation, when ended, bool *yes, struct problem *);
