/*
 * rehearse: what other rules would have said to the calls that were recorded.
 *
 * Each recorded call is judged twice, by the rules in force and by those that are tried, on the
 * registry and the persons' wishes as they are now, so that what differs is the rules' doing.
 * Caps are counted twice, too, from the first call that is read: the first ones of a rehearsal see
 * fewer attempts than were made. What enforcing would answer is compared, whatever is only
 * observed. Nothing is recorded, nothing counted.
 *
 * Left out: dry runs, relayed calls (what they stood for is over), and calls whose keys are gone.
 *
 * Any thread that reads no view; one rehearsal holds about 8 MiB.
 */
#pragma once
#include "gate/gate.h"

struct rehearsal {
    const struct rules *rules; /* to try: those in force and what is laid over them */
    when since;                /* only what was recorded since then */
    struct str carrier;        /* only calls on the lines of this carrier; empty: all */
    unsigned most;             /* the newest so many records */
    int64_t ms;                /* and no longer than that */
};

struct rehearsed {
    uint64_t calls; /* judged */
    uint64_t differ;
    uint64_t skipped; /* left out */
    when from, until; /* the times of recording of the first and the last that was read; 0: none */
    bool more;        /* there are older ones, or the time was up */
};

/* A call that differs. */
typedef void rehearse_each(void *to, uint64_t index, const struct verdict *now,
                           const struct verdict *then);

/* ERR_INVALID: the rules have other sectors than those in force, so that calls cannot be compared.
 * ERR_IO …: the records cannot be read. */
MUST_USE enum err gate_rehearse(struct gate *, const struct rehearsal *, rehearse_each *each,
                                void *to, struct rehearsed *out, struct problem *);
