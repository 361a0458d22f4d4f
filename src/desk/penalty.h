/*
 * penalty: what the act of an authority must say before it can be a penalty.
 *
 * A part of the act's check; whether its author may act at all comes before it (desk/power.h),
 * whether the case is so far after it (desk/ladder.h).
 */
#pragma once
#include "desk/fine.h"
#include "desk/work.h"

struct penalty {
    struct fine_case of; /* `decided` is of no matter: it is now */
    struct fine_amount amount;
};

/*
 * DESK_WRONG: `unknown-violation` (no benchmark fines it), `fine-out-of-range`, `reason-missing`
 * (the range leaves a choice). `scale` is set whenever there is a benchmark; its id is the
 * version that the decision names.
 */
bool penalty_check(const struct desk_work *, const struct penalty *, struct fine_scale *scale,
                   struct desk_no *);
