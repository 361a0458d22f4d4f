/*
 * claim: a member of staff takes a member out of a pool, gives her back, or hands her on.
 *
 * A claim is one conditional UPDATE in one transaction with its journal row, so that of
 * two at the same instant one wins and the other is told. What the day's limit counts
 * are these events, not what is still held, and a claim that is refused for whatever
 * reason leaves nothing behind, no used-up claim either. No role is above a limit.
 */
#pragma once
#include "person/pool.h"

/* Claims of one batch: no more than a day can have. */
enum { CLAIM_BATCH = 20 };

/*
 * Claim for `w->staff`. `consented`: does the member's consent to a matchmaking purpose
 * of this legal entity hold now (gate/look_stand.h)? Only the answer may say no.
 */
MUST_USE enum err claim_take(const struct pool_work *, struct str person, bool consented,
                             struct pool_answer *, struct problem *);

/*
 * Give back, to `pool` ("store", "city"; empty: the one she came from). By the owner, or
 * a manager of the legal entity. The reason, at most FOLLOWUP_NOTE bytes, is kept sealed
 * among her follow-ups.
 */
MUST_USE enum err claim_release(const struct pool_work *, struct str person, struct str pool,
                                struct str reason, struct pool_answer *, struct problem *);

/*
 * A manager hands a claimed member on to `staff` of the same legal entity. Whoever gets
 * her meets what a claimer meets, but the day's claims.
 */
MUST_USE enum err claim_transfer(const struct pool_work *, struct str person, struct str staff,
                                 struct pool_answer *, struct problem *);

/*
 * May the staff put `member` (her row), whom nobody holds, into another pool or into
 * `store`? A manager of the legal entity may, of a store that is not suspended. Inside the
 * caller's transaction, which writes the row.
 */
MUST_USE enum err claim_may_place(const struct pool_work *, const struct fact_row *member,
                                  struct str store, enum pool_no *, struct problem *);
