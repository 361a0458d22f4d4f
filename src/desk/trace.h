/*
 * trace: from one reported call to the line it came from, hop by hop (desk/hop.h).
 *
 *     open ─┬─► found   a line with a user of its own: that is where it began
 *           └─► lost    a carrier has no record, refuses, answers what cannot be, or nobody
 *                       knows it; `why` says which
 *
 * The last hop of an open trace is asked or overdue; every other one is answered. Each carrier
 * has 24 hours (cn.clock.trace-hop); whoever is late may still answer, until TRACE_GIVES_UP.
 *
 * Rows hold no telephone number: caller and callee lie sealed (desk/text.h), and as keyed
 * hashes, by which the trace of a call that is asked for again is found again.
 *
 * Who may trace: carriers, authorities, the host. A carrier sees what it traces itself.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/hop.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    TRACE_ID,
    TRACE_KIND, /* call */
    TRACE_CALLER,
    TRACE_CALLEE,       /* keyed hashes in hex; NULL: not known */
    TRACE_AT,           /* when it rang, as reported */
    TRACE_ORGANISATION, /* that traces; NULL: the host */
    TRACE_BY,
    TRACE_REPORT, /* that it is of, or NULL */
    TRACE_CASE,
    TRACE_OPENED_AT,
    TRACE_STATUS, /* open found lost */
    TRACE_WHY,    /* of a lost one */
    TRACE_CLOSED_AT,
    TRACE_COLUMNS
};
extern const struct fact_kind trace_kind;

enum {
    TRACE_HOP_TRACE,
    TRACE_HOP_N,
    TRACE_HOP_CARRIER, /* NULL: our own records, and no registered carrier's line */
    TRACE_HOP_STATUS,
    TRACE_HOP_WHY,
    TRACE_HOP_ASKED_AT,
    TRACE_HOP_DUE, /* NULL: our own records */
    TRACE_HOP_ANSWERED_AT,
    TRACE_HOP_AT, /* when it rang there */
    TRACE_HOP_LINE,
    TRACE_HOP_PURPOSE,
    TRACE_HOP_HOLDER,
    TRACE_HOP_HOLDER_NAME,
    TRACE_HOP_PRINCIPAL,
    TRACE_HOP_CAMPAIGN,
    TRACE_HOP_RECORD,
    TRACE_HOP_PREVIOUS,
    TRACE_HOP_PROVEN, /* 1: by a receipt of its log */
    TRACE_HOP_KNOWN,  /* the notice that had been served before (desk/notice.h), or NULL */
    TRACE_HOP_COLUMNS
};
extern const struct fact_kind trace_hop_kind;

#define TRACE_CLOCK    "cn.clock.trace-hop"
#define TRACE_GIVES_UP (30 * WHEN_DAY)

struct trace_hop {
    char carrier[HOP_ID];
    when asked_at, due, answered_at; /* 0: not */
    struct hop_answer answer;        /* its status also while there is none */
    char known[HOP_ID];
};

struct trace {
    char id[HOP_ID], organisation[HOP_ID], by[HOP_ID], report[HOP_ID], case_id[HOP_ID];
    char status[HOP_WORD], why[HOP_WORD];
    when at, opened_at, closed_at;
    int hops;
    struct trace_hop hop[HOPS];
};

/* Which carriers can be asked from here. */
struct trace_reach {
    bool (*knows)(const void *to, struct str carrier);
    const void *to;
};

struct trace_opening {
    number caller, callee; /* callee 0: not known */
    when at;
    struct str report, case_id;   /* or empty */
    struct str carrier;           /* whom to ask first; empty: `own` says */
    const struct hop_answer *own; /* by our own records; refused and unknown too */
    struct str own_carrier;       /* whose line that is, or empty */
    struct trace_reach reach;
};

/*
 * Begin one, unless the same one is there and not lost: then `id` is that one's and `seq` 0.
 * Role; times ahead or of more than TRACE_AGE ago, whose records are gone; a carrier that
 * nobody knows; a hundred open ones of one organisation.
 */
#define TRACE_AGE (180 * WHEN_DAY)
MUST_USE enum err trace_open(const struct desk_work *, const struct trace_opening *,
                             char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                             struct problem *);

/*
 * What the carrier of hop `n` said, whom the trace waits for; DESK_CONFLICT: it waits for none or
 * another. What cannot be is a refusal (hop_fault).
 */
struct trace_said {
    struct str id;
    int n;
    const struct hop_answer *answer;
    struct trace_reach reach;
};
MUST_USE enum err trace_answer(const struct desk_work *, const struct trace_said *,
                               struct desk_no *, int64_t *seq, struct problem *);

/*
 * The question that the trace waits for an answer to, taken by whoever asks now: nobody else
 * gets it before a pause, which grows with every time. Unless `again` nor does who asks here.
 * `carrier` empty: nothing is to be asked. With a key in `w`.
 */
MUST_USE enum err trace_take(const struct desk_work *, struct str id, bool again,
                             struct hop_question *, char carrier[static HOP_ID], struct problem *);

/* Open traces that may be asked for now; false stops. Views. */
typedef bool trace_each(void *to, struct str id);
MUST_USE enum err trace_waiting(const struct desk_work *, trace_each *, void *to, struct problem *);

/* Mark hops whose time is over, give up those that never answer, and forget the numbers of traces
 * that ended TRACE_AGE ago. For gate/sweep.h. */
MUST_USE enum err trace_overdue(const struct desk_work *, unsigned *ended, int64_t *seq,
                                struct problem *);

/* SQL, of traces x: those that $1 may see, which is who asks. */
#define TRACE_SEEN "($1 = '' OR x.\"organisation\" = $1) "
struct str trace_seer(const struct desk_work *);

/* DESK_ABSENT: there is none that this one may see. */
MUST_USE enum err trace_read(const struct desk_work *, struct str id, struct trace *,
                             struct desk_no *, struct problem *);

/* Those that this one may see, the newest first, behind `after`; false stops. */
MUST_USE enum err trace_list(const struct desk_work *, struct str after, size_t limit, trace_each *,
                             void *to, struct problem *);
