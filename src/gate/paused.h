/*
 * paused: campaigns held against this node's records, and paused by what is found
 * (desk/campaign_pause.h).
 *
 * A node counts its own calls and the reports of them: calls are spread over nodes by whom they
 * ring, so a share is the same on each, and the first that finds it too high pauses for all.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/campaign_pause.h"
#include "gate/gate.h"

/* What it did here that counts. A limit whose rule only observes (`mode:` of the configuration)
 * pauses nothing. */
MUST_USE enum err gate_campaign_run(struct gate *, const struct desk_work *,
                                    const struct value *campaign, struct campaign_run *,
                                    struct problem *);

/* Hold every active campaign against them; `paused` counts. `seq`: the last journal row, or as it
 * was. */
MUST_USE enum err gate_paused_all(struct gate *, struct store *, when now, unsigned *paused,
                                  int64_t *seq, struct problem *);
