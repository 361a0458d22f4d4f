/*
 * demo_traffic: sample calls through the gate, for visitors of a sample city to look at.
 *
 *     day        ten thousand calls of a working day, asked in observe mode: all of them ring, and
 *                the records hold what enforcing would have answered
 *     rogue      thirty calls to thirty people within five minutes, from one number
 *     hospital   a hospital's number, shown by strangers and by the hospital itself
 *
 * They are asked as any front asks, recorded, and counted; one such run at a time, on a thread of
 * its own. Any thread.
 */
#pragma once
#include "gate/gate.h"

#include <jansson.h>

#define DEMO_TRAFFIC_KINDS "day rogue hospital"

struct demo_traffic;

MUST_USE enum err demo_traffic_open(struct gate *, struct demo_traffic **out, struct problem *);

/* Stops a run that is under way. NULL is allowed. */
void demo_traffic_close(struct demo_traffic *);

/* Begin one; `enforce` answers a day as the rules say. ERR_CONFLICT: another runs. */
MUST_USE enum err demo_traffic_send(struct demo_traffic *, struct str kind, bool enforce,
                                    struct problem *);

/*
 * What the gate answered since yesterday, so that there is something to see: some two thousand
 * calls, the same ones in each city, recorded when this returns. Any of them has no record: ERR_IO.
 */
MUST_USE enum err demo_traffic_past(struct gate *, struct problem *);

/* The last run as far as it is; a new reference, json null before the first, NULL: no memory. */
json_t *demo_traffic_json(struct demo_traffic *);
