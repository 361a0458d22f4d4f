/*
 * reported: a report of a call, held against this node's records.
 *
 * A report waits until the node that has the record of its call settles it (desk/report.h), with
 * what follows by itself (desk/restrain.h). Nodes that share a store share the reports; each looks
 * among its own records, and one that has waited REPORTED_WAITS, or that no other node could know
 * more of, is settled without a call. Such a one is looked for once more an hour, as long as the
 * pack lets people report a call: a node may have been away. A call that rang after the report was
 * received is none that it could be about.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/restrain.h"
#include "gate/gate.h"

#define REPORTED_WAITS WHEN_DAY

struct reported {
    struct fact_row row; /* as it is then */
    struct restrained done;
    number restrained; /* of a person, who is to be told; or 0 */
};

/* Settle one. `seq`: the last journal row written, or 0. */
MUST_USE enum err gate_reported(struct gate *, const struct desk_work *, struct str id,
                                struct reported *out, int64_t *seq, struct problem *);

/* Is there anything to settle now? */
MUST_USE enum err gate_reported_due(struct gate *, struct store *, when now, bool *due,
                                    struct problem *);

/* Settle those that wait, the oldest first, and those without a call; `settled` counts. The
 * sweep's thread alone. */
MUST_USE enum err gate_reported_all(struct gate *, const struct desk_work *, unsigned *settled,
                                    int64_t *seq, struct problem *);
