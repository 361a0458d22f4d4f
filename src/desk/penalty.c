#include "desk/penalty.h"

#include <inttypes.h>

bool penalty_check(const struct desk_work *w, const struct penalty *p, struct fine_scale *scale,
                   struct desk_no *no)
{
    struct fine_case c = p->of;
    c.decided = w->at;
    *scale = (struct fine_scale){.benchmark = NULL};
    switch (fine_judge(w->rules, &c, &p->amount, scale)) {
    case FINE_YES:
        return true;
    case FINE_NO_BENCHMARK:
        break;
    case FINE_OUT_OF_RANGE:
        return desk_refuse(no, DESK_WRONG, "fine-out-of-range",
                           "%s of %u: a fine lies between %" PRId64 " and %" PRId64 " fen",
                           scale->benchmark->violation, c.count, scale->min_fen, scale->max_fen);
    case FINE_NO_REASON:
        return desk_refuse(no, DESK_WRONG, "reason-missing",
                           "between %" PRId64 " and %" PRId64 " fen there is a choice: say what "
                           "mitigates or aggravates, in %d bytes at least",
                           scale->min_fen, scale->max_fen, FINE_REASON_MIN);
    }
    return desk_refuse(no, DESK_WRONG, "unknown-violation",
                       "no benchmark in force then fines this; `menshen rules list` has them");
}
