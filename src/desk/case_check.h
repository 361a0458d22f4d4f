/*
 * case_check: what only the store, the calendar and the pack can tell of an act that is being put
 * on a case; the rest tells the ladder (desk/ladder.h). For desk/case_act.c.
 *
 * Within the caller's transaction; any thread with a store of its own.
 */
#pragma once
#include "desk/case.h"

/* One that is being put on a case. */
struct putting {
    struct case_file file;
    struct act act;
    json_t *terms;
    const json_t *said;
    char *id;       /* FRESH_ID */
    bool registers; /* it enters or ends what stands in a register */
};

/*
 * Officers and hosts are staff of the body, a fine is in the range of the law of the day, whom a
 * draw named is inspected by its team, what is acknowledged was addressed to the respondent: sets
 * `in_range`, `barred`, `settles` and `due` of p->act, and refuses what no state could make lawful.
 */
MUST_USE enum err case_check(const struct desk_work *, struct putting *, struct desk_no *,
                             struct problem *);

/* What another case has fined is fined by none (desk/fined.h); a draft that waited is looked at
 * again when it is decided. */
MUST_USE enum err case_check_fined(const struct desk_work *, const struct putting *,
                                   struct desk_no *, struct problem *);
