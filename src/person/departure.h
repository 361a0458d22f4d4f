/*
 * departure: what ends with a member of staff who leaves, is suspended or closed.
 *
 *     staff row ─► sessions ─► tokens ─► claims ─► papers ─► bindings ─► … one transaction
 *
 * Whoever writes the row runs this in the same transaction, so that there is no instant at
 * which she has left and still holds something. What ends does not come back with her:
 * she signs in anew, and claims anew. gate/recycler is the net for rows that others write.
 */
#pragma once
#include "person/pool.h"

/*
 * End what is hers, in the caller's transaction, after the staff row is written. `work->staff`
 * is who did it. `seq` gets the journal number of the last row written, or stays. OK also if
 * nothing was hers.
 */
MUST_USE enum err departure_run(const struct pool_work *, struct str staff, int64_t *seq,
                                struct problem *);

/* One end: the same contract. The list of them is in departure.c. */
typedef enum err departure_end(const struct pool_work *, struct str staff, int64_t *seq,
                               struct problem *);
