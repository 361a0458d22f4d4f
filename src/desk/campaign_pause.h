/*
 * campaign_pause: a campaign that people refuse, or report, is paused by itself (docs/desk.md).
 *
 *     active ─► paused, with this row ─► active again, by whoever enters it so
 *
 *     calls since it was last resumed, at most as far back as the pack says
 *       fewer than it wants                               → nothing
 *       blocked for what the called want, a share of them → `refusals`
 *       reported by enough people, a share of them        → `reports`
 *
 * Pausing is the change of the campaign's status that an officer could make, and resuming is hers;
 * what had paused it counts no more from then on. Principal, callers and the carriers of its lines
 * read of it in their inboxes. A limit that the pack leaves out pauses nothing.
 */
#pragma once
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    CAMPAIGN_PAUSE_ID,
    CAMPAIGN_PAUSE_CAMPAIGN,
    CAMPAIGN_PAUSE_PRINCIPAL,
    CAMPAIGN_PAUSE_AT,
    CAMPAIGN_PAUSE_GROUND, /* CAMPAIGN_PAUSE_GROUNDS */
    CAMPAIGN_PAUSE_SINCE,  /* from then on its calls were counted */
    CAMPAIGN_PAUSE_CALLS,
    CAMPAIGN_PAUSE_DECLINED,  /* of the calls: blocked for what the called want */
    CAMPAIGN_PAUSE_REPORTS,   /* of calls of its own, by weight (RESTRAINT_WHOLE) */
    CAMPAIGN_PAUSE_THRESHOLD, /* that was reached: in a hundred calls, or in a thousand */
    CAMPAIGN_PAUSE_ENDED,     /* NULL: it is paused still */
    CAMPAIGN_PAUSE_ENDED_BY,  /* NULL: not by the API */
    CAMPAIGN_PAUSE_COLUMNS
};
#define CAMPAIGN_PAUSE_GROUNDS "refusals reports"
extern const struct fact_kind campaign_pause_kind;

/* What a campaign did on a node's record; people report, each counts once. */
struct campaign_counts {
    int64_t calls, declined, reports;
};

/* What a pack sets. */
struct campaign_limits {
    int64_t calls, within_s; /* 50 in 7 days, or nothing is said of a share */
    int64_t refusals;        /* in a hundred calls */
    int64_t reports;         /* in a thousand calls … */
    int64_t reporters;       /* … and by no fewer people */
};
struct campaign_limits campaign_limits_of(const struct rules *);

/* On which ground these counts pause; NULL: on none. Static. Pure. */
const char *campaign_pause_ground(const struct campaign_limits *, const struct campaign_counts *);

/* From when on calls of this campaign count: back as far as the pack says, not before it was
 * resumed, and from a whole `step` on. */
MUST_USE enum err campaign_pause_since(const struct desk_work *, struct str campaign, when step,
                                       when *since, struct problem *);

/* What it did that counts now: since when, in steps of what, and what of the pack acts here. */
struct campaign_run {
    when step, since;
    struct campaign_counts counts;
    struct campaign_limits limits; /* a share that is only observed: 0 */
};

/* Pause it if its counts say so and it has been running since, in a transaction of its own. `seq`:
 * 0, if not. */
MUST_USE enum err campaign_pause(const struct desk_work *, struct str campaign,
                                 const struct campaign_run *, int64_t *seq, struct problem *);

/* It runs again: what paused it has ended, in the caller's transaction. */
MUST_USE enum err campaign_pause_end(const struct desk_work *, struct str campaign, int64_t *seq,
                                     struct problem *);

/* The same in a transaction of its own, of campaigns that run again without the desk (an import).
 */
MUST_USE enum err campaign_pause_catch_up(const struct desk_work *, int64_t *seq, struct problem *);

/* Those of a campaign, the newest first, at most `most`. */
MUST_USE enum err campaign_pause_list(struct store *, struct str campaign, int64_t most,
                                      fact_pick *each, void *to, struct problem *);
