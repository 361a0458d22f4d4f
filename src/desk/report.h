/*
 * report: what people say of calls that they got (docs/desk.md).
 *
 *     entered ─► waiting ─► counted   its call is on record, within the window, the only one of
 *                   │                 this reporter and sender in the time, within the day's number
 *                   │          └─► untrue   an officer found that it is not so
 *                   └─────► lead      one of these is not so: it is read, and adds up to nothing
 *
 * Whom it is about is the number that called, if it is proven that the call was its own, else the
 * line that the call came over: what somebody does under another's number is not that one's. What
 * adds up is weighed by desk/restraint.h, and acts by desk/restrain.h.
 *
 * The row names nobody: the number that called, who reported and what she wrote lie sealed beside
 * it (desk/text.h: "number", "reporter", "note"), what tells one reporter from another is the link
 * of her number in a column that no journal has. Whom a report is about never learns of it.
 */
#pragma once
#include "core/number.h"
#include "desk/restraint.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    REPORT_ID,
    REPORT_KIND, /* REPORT_KINDS, as the reporter says */
    REPORT_AT,   /* of the call, as she says */
    REPORT_RECEIVED,
    REPORT_CHANNEL,
    REPORT_ENTERED,      /* the organisation that entered it; NULL: she herself, or the host */
    REPORT_CLUSTER,      /* equal for all of one number, telling nothing of it without the key */
    REPORT_SENDER,       /* the cluster, or the line; NULL: waiting, or there was no such call */
    REPORT_LINE,         /* that the call came over */
    REPORT_ORGANISATION, /* for which it was made */
    REPORT_RECORD,       /* of the call */
    REPORT_STATUS,       /* REPORT_STATES */
    REPORT_GROUND,       /* of a lead: REPORT_GROUNDS; of one that is untrue: "untrue" */
    REPORT_WEIGHT,       /* restraint_weight, of one that counts */
    REPORT_STAGE,        /* REPORT_STAGES */
    REPORT_FORGOTTEN,    /* what was said in it ended then (desk/forget.h) */
    REPORT_TRIAGED,      /* REPORT_KINDS, as an officer says; NULL: REPORT_KIND stands */
    REPORT_COLUMNS
};
/* SQL: what the report of this alias is taken for. */
#define REPORT_TAKEN_FOR(x) "COALESCE(" x ".\"triaged\", " x ".\"kind\")"
#define REPORT_KINDS        "marketing malicious fraud bombing spoof"
#define REPORT_CHANNELS     "portal api csv"
#define REPORT_STATES       "waiting counted lead untrue"
#define REPORT_GROUNDS      "no-call too-late repeated daily-number untrue erased"
#define REPORT_STAGES       "received forwarded answered told"
extern const struct fact_kind report_kind;

enum { REPORT_NOTE = 2000, REPORT_CLUSTER_TEXT = 33, REPORT_LINK = SUBJECT_LINK };

/*
 * SQL: does a carrier read the report of this alias? What it entered itself, and what is about its
 * own calls or a line under its contract. `n` is its id's parameter.
 */
#define REPORT_OF_CARRIER(x, n)                                                                    \
    "(" x ".\"entered_by\" = " n " OR " x ".\"organisation\" = " n                                 \
    " OR EXISTS (SELECT 1 FROM lines l WHERE l.\"id\" = " x ".\"line\" AND l.\"carrier\" = " n     \
    "))"

/* Equal for all reports of one number. */
void report_cluster(const struct account_key *, number, char out[static REPORT_CLUSTER_TEXT]);

/*
 * Enter one, in the caller's transaction; it is `waiting`. DESK_WRONG: the call is yet to come.
 * DESK_LIMIT: five times as many as count in a day.
 */
struct report_entry {
    number caller;
    number reporter;                       /* whom it rang */
    const uint8_t *link /* REPORT_LINK */; /* of that number */
    when at;
    struct str kind, channel, note;
};
MUST_USE enum err report_put(const struct desk_work *, const struct report_entry *,
                             char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                             struct problem *);

/* The same, in a transaction of its own. */
MUST_USE enum err report_enter(const struct desk_work *, const struct report_entry *,
                               char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                               struct problem *);

/* What it says, opened. ERR_NOT_FOUND. */
struct report_said {
    struct fact_row row;
    number caller, reporter;
};
MUST_USE enum err report_open(const struct desk_work *, struct str id, struct report_said *out,
                              struct problem *);

/* A desk_absent, unless who acts reads it (REPORT_OF_CARRIER). */
MUST_USE enum err report_seen(const struct desk_work *, struct str id, struct desk_no *,
                              struct problem *);

/* Was its call not found yet: does it wait, or is it a lead for want of a call? */
bool report_unmatched(const struct value *row);

/* The call on record, if there is one. */
struct report_call {
    bool found;
    struct str record, line, organisation;
    bool proven;
};

/* Decide whether it counts, in a transaction of its own. One whose call was found is left as it
 * is. */
MUST_USE enum err report_settle(const struct desk_work *, struct str id, const struct report_call *,
                                int64_t *seq, struct problem *);

/*
 * Who says something of a sender that counts, or of a line whoever called over it: each reporter
 * once, received after `since` and not after `until`, the newest REPORTS_WEIGHED. `out` has room
 * for them. What a number had been restrained for by `until` is not held against its line as well.
 */
enum { REPORTS_WEIGHED = 1000 };
struct report_span {
    struct str sender, line; /* one of them; the other is empty */
    when since, until;
};
MUST_USE enum err report_weigh(struct store *, const struct report_span *,
                               struct restraint_report *out, size_t *count, struct problem *);

/*
 * What is done with one: forwarded to the firm, answered by it, told to who reported; found to
 * be untrue; or taken for another kind than the reporter chose. Each of the first three meets its
 * deadline and starts the next one's. The last two are an officer's, who may order about the line
 * (desk/ordering.h); what rested on it ends with it (restrain_revise), what the new kind could
 * lead to follows with the next report. To a carrier that does not read the report it is absent.
 */
#define REPORT_ACTS "forward answer tell untrue triage"
struct report_act {
    struct str id, act, note; /* the note is kept sealed under the act's name */
    struct str as;            /* of `triage`: REPORT_KINDS */
    struct fact_row row;      /* as it is then */
    bool lifted;              /* out: an order on a person's number that rested on it */
};
MUST_USE enum err report_do(const struct desk_work *, struct report_act *, struct desk_no *,
                            int64_t *seq, struct problem *);
