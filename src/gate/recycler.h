/*
 * recycler: the thread that ends claims whose time is over (person/recycle.h).
 *
 * A server has one, with a store of its own. Claims of those who have left end with the
 * next change of the facts, all others are gone through once a minute; a claim that could
 * not be ended is said in the log, counted in /metrics, and tried again.
 */
#pragma once
#include "gate/gate.h"

struct recycler;

MUST_USE enum err recycler_start(struct gate *, struct recycler **out, struct problem *);
void recycler_stop(struct recycler *);

/* Claims ended, and times that one could not be, since the start. */
struct recycler_stats {
    uint64_t ended, failed;
};
struct recycler_stats recycler_count(const struct recycler *);
