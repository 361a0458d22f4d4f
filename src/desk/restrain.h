/*
 * restrain: what reports have led to by themselves, and the notice of it (docs/desk.md).
 *
 * A cap is an order `restrict` on the number, which ends; a service line that calls were twice said
 * to be marketing on gets the order `commercial`, which ends, too; a review is for an officer to
 * look into and stops nothing. Each is a row here from the instant on at which it acts, which is
 * the notice: whoever holds the number or the line reads the reason, until when it holds, what
 * remedies it, and how to appeal (desk/appeal.h). The numbers behind it are for officers.
 *
 * The node gives these orders, no officer. What an appeal has lifted is not found again: only
 * reports that came after that count.
 */
#pragma once
#include "desk/report.h"

/* Columns, in the order of a row. */
enum {
    RESTRAINT_ID,      /* the order's; of a review its own */
    RESTRAINT_KIND,    /* RESTRAINT_KINDS */
    RESTRAINT_SENDER,  /* as REPORT_SENDER; of `commercial` the line */
    RESTRAINT_LINE,    /* over which the last call came, or NULL */
    RESTRAINT_HOLDER,  /* the organisation that holds number or line; NULL: a person, or nobody */
    RESTRAINT_REPORTS, /* weights, of which RESTRAINT_WHOLE is one report */
    RESTRAINT_CALLS,   /* that the sender made in the window; NULL: not counted */
    RESTRAINT_AT,
    RESTRAINT_UNTIL,
    RESTRAINT_LIFTED, /* by an appeal */
    RESTRAINT_COLUMNS
};
#define RESTRAINT_KINDS "review cap commercial"
extern const struct fact_kind restraint_kind;

/* What is known of the sender of a report that counts now. */
struct restrain_sender {
    struct str sender, line; /* as in the report */
    struct str holder;       /* of the number; of the line, if the number is not proven */
    struct str line_holder;
    number number;                         /* proven; 0: not */
    const uint8_t *link /* REPORT_LINK */; /* of that number, if a person's; or NULL */
    bool registered, protected;
    bool service; /* the line is one */
    int64_t calls;
};

/* Is there anything that `restrain` could do for this sum? Then its calls are worth counting. */
MUST_USE enum err restrain_due(const struct desk_work *, struct str sender, struct str line,
                               bool *due, struct problem *);

/* Do it, in a transaction of its own; what holds already is not done again. */
struct restrained {
    bool reviewed, capped, commercial;
    when until; /* of the cap */
};
MUST_USE enum err restrain(const struct desk_work *, const struct restrain_sender *,
                           struct restrained *out, int64_t *seq, struct problem *);

/* Those that a holder has to know of, or all; the newest first, before `cursor` (empty: from the
 * newest). `link`: of a person; else `holder`, or NULL for all. */
struct restrain_list {
    const char *holder;
    const uint8_t *link;
    struct str cursor;
    int64_t most;
};
MUST_USE enum err restrain_list(struct store *, const struct restrain_list *, fact_pick *each,
                                void *to, struct problem *);
