/*
 * hop: one step of a trace, from a call back towards who made it.
 *
 * A carrier is asked of one call, by who called whom when, and answers by its records: on
 * which of its lines the call came in, whose line that is, for whom it was made, and, if the
 * line is a trunk of another carrier's, which one: that is asked next.
 *
 *     called person ◄─ carrier A ◄─ carrier B ◄─ carrier C ◄─ line ◄─ its user, the principal
 *                       hop 0        hop 1        hop 2
 *
 * Telephone numbers go between carriers only; an answer holds none.
 *
 * Pure; any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/number.h"
#include "registry/fact.h"

enum {
    HOP_ID = ID_BYTES + 1,
    HOP_WORD = 40,
    HOP_NAME = TEXT_MAX + 1,
    HOPS = 8, /* of a trace, its own records included: each carrier but once, and then an end */
};

/* How far two carriers' clocks may lie apart, and how well a person knows when it rang. */
#define HOP_APART    (2 * WHEN_MINUTE)
#define HOP_REPORTED (10 * WHEN_MINUTE)

struct hop_question {
    char trace[HOP_ID]; /* of who asks */
    int n;              /* which hop of it; 0: by one's own records */
    number caller;
    number callee; /* 0: not known */
    when at;       /* when it rang where it was recorded last */
    when within;   /* … give or take */
};

enum hop_status {
    HOP_ASKED,
    HOP_ANSWERED,
    HOP_OVERDUE, /* asked, and its 24 hours are over */
    HOP_REFUSED, /* it will not answer, or what it answered cannot be */
    HOP_UNKNOWN, /* it has no record of the call, or nobody knows where to ask it */
};
#define HOP_STATUSES "asked answered overdue refused unknown"

/* A word of HOP_STATUSES, and back; false: it is none. */
const char *hop_word(enum hop_status);
bool hop_status_of(struct str word, enum hop_status *out);

struct hop_answer {
    enum hop_status status; /* answered, refused or unknown */
    char why[HOP_WORD];     /* "no-record" …; of refused and unknown only */
    when at;                /* when it rang there */
    char line[HOP_ID], purpose[HOP_WORD];
    char holder[HOP_ID], holder_name[HOP_NAME]; /* who uses the line */
    char principal[HOP_ID], campaign[HOP_ID];   /* for whom; "": nobody is named */
    char record[HOP_ID];                        /* of its log */
    char previous[HOP_ID]; /* the carrier whose trunk the line is; "": it begins here */
    bool proven;           /* a receipt of its log says the same (http/hop_proof.h) */
};

/* Does the call come from another carrier here, by the line's purpose? */
bool hop_passes(struct str purpose);

/*
 * What is wrong with an answer to `asked`, whose trace has passed `path`, the carrier itself
 * its last: "malformed", "another-time", "loop" …; NULL: nothing. Static.
 */
const char *hop_fault(const struct hop_question *asked, const struct hop_answer *,
                      const char *const *path, size_t count);
