/*
 * pool_view: what a member of staff sees of pools: counts, what is due, what she planned.
 *
 * Ids and times only; nothing that a member told.
 */
#pragma once
#include "person/pool.h"

struct pool_view {
    struct pool_settings settings; /* of the staff's organisation */
    struct pool_staff staff;
    int64_t claims_left, held;
    int64_t store, city; /* free in the pools that she may claim from */
    int64_t frozen;      /* of the legal entity: no more than how many */
};

/* For `w->staff`. ERR_NOT_FOUND: not of the registry. */
MUST_USE enum err pool_view_read(const struct pool_work *w, struct pool_view *out,
                                 struct problem *);

enum { POOL_ROWS = 200 };

/* A claim without a first follow-up, or a plan. Texts until the call returns. */
struct pool_row {
    struct str person, owner;
    enum pool_due due; /* of a plan POOL_NOTHING_DUE */
    when at;           /* claimed; planned for */
    when returns_at;   /* 0: of a plan */
};
typedef bool pool_each(void *to, const struct pool_row *);

/*
 * The owner's own claims that want a first follow-up, the oldest first, at most
 * POOL_ROWS; for a manager also those of others that are overdue so far that she sees
 * them.
 */
MUST_USE enum err pool_view_due(const struct pool_work *w, const struct pool_view *,
                                pool_each *each, void *to, struct problem *);

/* A claim of hers that ended by itself. Texts until the call returns. */
struct pool_return {
    struct str person, alias;
    struct str why; /* recycled no-first-follow-up */
    when at;
};
typedef bool pool_return_each(void *to, const struct pool_return *);

/* Those of the last POOL_RETURN_DAYS whom nobody holds since and who may be claimed, the latest
 * first, at most POOL_ROWS.
 */
enum { POOL_RETURN_DAYS = 14 };
MUST_USE enum err pool_view_returns(const struct pool_work *w, pool_return_each *each, void *to,
                                    struct problem *);

/* Her plans, the next first, at most POOL_ROWS. */
MUST_USE enum err pool_view_plans(const struct pool_work *w, pool_each *each, void *to,
                                  struct problem *);
