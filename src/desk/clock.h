/*
 * clock: a deadline that runs.
 *
 * Each is one row: of what (a complaint, a case, an act, a dispatch …), by which rule of the
 * pack, from when, and the first instant that is late (`due`), counted once when it starts
 * (desk/calendar.h) and then fixed.
 *
 *                 ┌─ paused ◄─┐
 *     start ─► running ───────┴─► met      done before `due`
 *                 │ └─ at `due`: breached_at = due, for good
 *                 │        └────► late     done afterwards
 *                 └─────────────► dropped  what it was of is closed, joined or withdrawn
 *
 * What other desks got wrong, and this one may not: a deadline that is met neither reminds nor
 * goes over; a second deadline of the same thing, or a change of the rule, moves no other; a
 * pause counts however often it is counted anew; what is closed or joined drops its deadlines;
 * a reply counts from whatever surface it comes; nobody is reminded at night. Each is a test.
 *
 * Facts with a journal, in the caller's transaction: `seq` gets the last journal number, if
 * something was written. One (subject, rule) has at most one clock that is not done.
 */
#pragma once
#include "desk/calendar.h"
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    CLOCK_ID,
    CLOCK_SUBJECT,
    CLOCK_RULE,
    CLOCK_ORGANISATION, /* whose deadline it is; NULL: nobody's that is registered */
    CLOCK_CALENDAR,     /* the version that it was counted by; NULL: by none */
    CLOCK_PROVISIONAL,  /* yes no: a year of the calendar was */
    CLOCK_AMOUNT,       /* NULL: its end was set, not counted */
    CLOCK_UNIT,
    CLOCK_STARTED,
    CLOCK_DUE,
    CLOCK_DUE_BEFORE, /* until it was last counted anew */
    CLOCK_PAUSED,     /* since when */
    CLOCK_REMIND,     /* from when on it is reminded of; NULL: not at all */
    CLOCK_REMINDED,
    CLOCK_BREACHED, /* `due`, once that has passed */
    CLOCK_DONE,
    CLOCK_STATUS, /* CLOCK_STATES */
    CLOCK_COLUMNS
};
/* The rule of a window: days in which somebody may speak, and is reminded to, and need not. Nobody
 * is late who did not: at its end it is dropped, and never breached. */
#define CLOCK_WINDOW "cn.clock.penalty.hearing-request"
bool clock_is_window(const struct value *row);

#define CLOCK_STATES "running paused met late dropped"
extern const struct fact_kind clock_kind;

/* When it stood still, and why. */
enum { PAUSE_CLOCK, PAUSE_AT, PAUSE_UNTIL, PAUSE_GROUND, PAUSE_COLUMNS };
extern const struct fact_kind clock_pause_kind;

/*
 * Start one of the who acts' organisation, and tell when it ends. One that runs already is left
 * as it is, and its end told. ERR_LIMIT: the calendar does not reach so far. ERR_INVALID: the
 * packs have no such clock.
 */
MUST_USE enum err clock_start(const struct desk_work *, struct str subject, const char *rule,
                              when from, when *due, int64_t *seq, struct problem *);

/* The same, of another organisation, or with an end that an act has set. */
struct clock_terms {
    struct str subject;
    struct str organisation; /* whose; empty: of who acts */
    const char *rule;        /* any entry of the pack, if `until` is set */
    when from, until;        /* 0: counted by the rule */
};
MUST_USE enum err clock_begin(const struct desk_work *, const struct clock_terms *, when *due,
                              int64_t *seq, struct problem *);

/* It is done, at the work's instant. Nothing of it running: OK. `late` may be NULL. */
MUST_USE enum err clock_meet(const struct desk_work *, struct str subject, const char *rule,
                             bool *late, int64_t *seq, struct problem *);

/*
 * It stands still, and goes on: its end moves by the pause, measured in its own unit
 * (calendar_between). One that is over, done or in that state already is left as it is.
 */
MUST_USE enum err clock_pause(const struct desk_work *, struct str subject, const char *rule,
                              struct str ground, int64_t *seq, struct problem *);
MUST_USE enum err clock_resume(const struct desk_work *, struct str subject, const char *rule,
                               int64_t *seq, struct problem *);

/* No longer wanted; rule NULL: all of the subject. */
MUST_USE enum err clock_drop(const struct desk_work *, struct str subject, const char *rule,
                             int64_t *seq, struct problem *);

/* The newest of the subject by this rule, or of one that is not done. ERR_NOT_FOUND. */
MUST_USE enum err clock_find(struct store *, struct str subject, const char *rule,
                             struct fact_row *, struct problem *);

/*
 * Those of an organisation, by their ends: of a subject, in a state as clock_state names it
 * ("open": running, overdue or paused); empty: any. Behind the one whose id is `after`.
 */
struct clock_query {
    struct str organisation, subject, state, after;
    int64_t limit;
};
#define CLOCK_QUERY_STATES "open running overdue paused met late dropped"
MUST_USE enum err clock_list(const struct desk_work *, const struct clock_query *, fact_pick *each,
                             void *to, struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err clock_read(struct store *, struct str id, struct fact_row *, struct problem *);

/*
 * Count one anew, by rule and calendar as they are now and with its pauses. Nothing that is over
 * moves, and nothing becomes late by it: a `desk_no`. Its former end stays in the row and in the
 * journal. ERR_NOT_FOUND.
 */
MUST_USE enum err clock_recount(const struct desk_work *, struct str id, when *due,
                                struct desk_no *, int64_t *seq, struct problem *);

/* ---- in desk/clock_due.c ---- */

/*
 * What comes by its time: write the breach of what is over, and remind, within the hours of an
 * office, of what ends by the next day at work. A transaction each; again does nothing twice.
 */
MUST_USE enum err clock_due(const struct desk_work *, unsigned *breached, unsigned *reminded,
                            int64_t *seq, struct problem *);

/*
 * From when on one that starts at `from` and ends at `due` is reminded of: when the office opens
 * on the day at work before its last, else on its last. False: it is too short for that.
 */
bool clock_remind_at(const struct rules *, when from, when due, when *out);

/* "running", "overdue", "paused", "met", "late", "dropped", as of `at`. Static. */
const char *clock_state(const struct value *row, when at);
