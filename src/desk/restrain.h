/*
 * restrain: what reports have led to by themselves, and the notice of it (docs/desk.md).
 *
 *     open ─┬─► confirmed   an officer has looked: what the node ordered is her order
 *           └─► lifted      an officer refuses it, what it rested on is found to be untrue, an
 *                           appeal is upheld, or an officer restores
 *
 * A cap is an order `restrict` on the number, or on the line of one user whose numbers change; a
 * service line that calls were twice said to be marketing on gets the order `commercial`; both end
 * by themselves. A review stops nothing. Each names its ground of the pack (`of: restraint`) and is
 * a row here from the instant on at which it acts, which is the notice: whoever holds the number
 * or the line reads the reason, until when it holds, what remedies it, and how to appeal
 * (desk/appeal.h). The numbers behind it are for officers.
 *
 * The node gives these orders, and an officer looks into each within the pack's time
 * (cn.clock.restraint.review, of the line's carrier), in desk/restrain_act.c. What a person has
 * lifted is not found again: only reports that came after that count.
 */
#pragma once
#include "desk/report.h"
#include "registry/order.h"

/* Columns, in the order of a row. */
enum {
    RESTRAINT_ID,      /* the order's; of a review its own */
    RESTRAINT_KIND,    /* RESTRAINT_KINDS */
    RESTRAINT_SENDER,  /* as REPORT_SENDER, or a line; of `commercial` the line */
    RESTRAINT_LINE,    /* over which the last call came, or NULL */
    RESTRAINT_HOLDER,  /* the organisation that holds number or line; NULL: a person, or nobody */
    RESTRAINT_REPORTS, /* weights, of which RESTRAINT_WHOLE is one report */
    RESTRAINT_CALLS,   /* that the sender made in the window; NULL: not counted */
    RESTRAINT_AT,
    RESTRAINT_UNTIL,
    RESTRAINT_LIFTED,    /* since when; NULL: it is not */
    RESTRAINT_GROUND,    /* of the pack; NULL: before grounds were named */
    RESTRAINT_PROTECTED, /* yes: people must be able to hear from the sender; NULL: no */
    RESTRAINT_STATUS,    /* RESTRAINT_STATES */
    RESTRAINT_WHY,       /* of one that is lifted: RESTRAINT_ENDS; NULL of an old one: appeal */
    RESTRAINT_DECIDED_BY,
    RESTRAINT_DECIDED_AT,
    RESTRAINT_COLUMNS
};
#define RESTRAINT_KINDS  "review cap commercial"
#define RESTRAINT_STATES "open confirmed lifted"
#define RESTRAINT_ENDS   "appeal refused untrue restored"
extern const struct fact_kind restraint_kind;

#define CLOCK_RESTRAINT "cn.clock.restraint.review"

/* What is known of the sender of a report that counts now. */
struct restrain_sender {
    struct str sender, line; /* as in the report */
    struct str holder;       /* of the number; of the line, if the number is not proven */
    struct str line_holder, line_carrier;
    number number;                         /* proven; 0: not */
    const uint8_t *link /* REPORT_LINK */; /* of that number, if a person's; or NULL */
    bool registered, protected;
    bool service;       /* the line is one */
    bool shared;        /* … or several call over it */
    int64_t calls;      /* of the number */
    int64_t line_calls; /* of all numbers of a line that is not shared */
};

/* Is there anything that `restrain` could do for these sums? Then calls are worth counting. */
struct restrain_due {
    bool sender, line; /* its sum is reached */
    bool marketing;
};
MUST_USE enum err restrain_due(const struct desk_work *, struct str sender, struct str line,
                               struct restrain_due *, struct problem *);

/* Do it, in a transaction of its own; what holds already is not done again. */
struct restrained {
    bool reviewed, capped, commercial;
    when until; /* of the cap */
};
MUST_USE enum err restrain(const struct desk_work *, const struct restrain_sender *,
                           struct restrained *out, int64_t *seq, struct problem *);

/* The sum of the reporters of a sender, or of a line, since `since` and not after `until`, but for
 * those from before a person had lifted what they had led to; and whether enough say marketing. */
MUST_USE enum err restrain_sum(const struct desk_work *, const struct report_span *, int64_t *sum,
                               bool *marketing, struct problem *);

/* ---- in desk/restrain_act.c ---- */

/*
 * An officer has looked into one: `confirm` or `refuse`, with the reason, by who may order about
 * the same (desk/ordering.h). A review and a cap of one sender are one matter. What is confirmed
 * is the officer's order from then on; of a sender that people must be able to hear from for 24
 * hours, unless another officer confirms it, too. What is refused ends at once.
 */
enum { RESTRAINT_REASON = 2000 };
#define RESTRAINT_DECISIONS "confirm refuse"
struct restrain_decision {
    struct str id, reason;
    bool confirm;
    struct fact_row row; /* out: as it is then */
    number tells;        /* out: whose number it is about, if a person's; or 0 */
};
MUST_USE enum err restrain_decide(const struct desk_work *, struct restrain_decision *,
                                  struct desk_no *, int64_t *seq, struct problem *);

/*
 * The order of this id was lifted, or is to be: what it belongs to ends, with its orders, in the
 * caller's transaction. None of it a restraint: OK.
 */
#define RESTRAINT_BY_APPEAL  "appeal"
#define RESTRAINT_BY_RESTORE "restored"
MUST_USE enum err restrain_ended(const struct desk_work *, struct str id, const char *why,
                                 int64_t *seq, struct problem *);

/* The same of every open one whose order a `restore` on this subject has lifted. */
MUST_USE enum err restrain_restored(const struct desk_work *, struct str subject, int64_t *seq,
                                    struct problem *);

/*
 * A report of this sender over this line counts no more: what no officer has confirmed ends if
 * the reports that it rested on are too few now, in the caller's transaction. `lifted` tells that
 * an order on a person's number did.
 */
MUST_USE enum err restrain_revise(const struct desk_work *, struct str sender, struct str line,
                                  bool *lifted, int64_t *seq, struct problem *);

/* ---- lists ---- */

/* Those that a holder has to know of, or all; the newest first, before `cursor` (empty: from the
 * newest). `link`: of a person, from `since` on, when the number became hers, and what holds
 * `now`; else `holder`; else `carrier`, of its own and of lines under its contract; else all. */
struct restrain_list {
    const char *holder, *carrier;
    const uint8_t *link;
    when since, now;
    struct str cursor;
    int64_t most;
};
MUST_USE enum err restrain_list(struct store *, const struct restrain_list *, fact_pick *each,
                                void *to, struct problem *);
