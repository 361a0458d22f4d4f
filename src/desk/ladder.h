/*
 * ladder: which acts are lawful next, for whom.
 *
 *     accept ─► summons ─► self_inspection ─► rectification ─► inspection ─┬► warning
 *                                             (recommend)      (visit)     └► notice_of_penalty
 *         ┌────────────────────── defence, hearing_request ◄───────────────────────┘ five days
 *         └► hearing, if asked for ─┬► penalty (draft) ─► decision (another person)
 *                                   │                      └► service ─► payment, publish
 *                                   └► criticism (another person) ─► publish
 *
 * Listing wants a finding, a ground and an exit; dispatch is always open, and what becomes of it is
 * recorded (`handling`); close ends it, with a reason while something is open. Of the
 * first row a step is skipped by an act of its own, with a reason. What protects the respondent is
 * skipped by nobody: the notice, its days, the hearing, the second person, the service (处罚法
 * Arts. 44, 45, 57, 61, 63, 64). Public criticism is a penalty as a fine is (Art. 9): the notice of
 * it is its draft, and says so (`criticises`). An association's acts stand beside: once an
 * authority has filed its case, it leads.
 *
 * How a case stands is a fold over its acts, in order: nothing else is kept of it. Deadlines are
 * instants that the acts bring along (`due`): the ladder knows no calendar and no clock.
 *
 * Pure; any thread.
 */
#pragma once
#include "desk/act.h"

enum { LADDER_PEOPLE = 32 }; /* who have worked on a case and so do not hear it */

enum item_state { ITEM_OPEN, ITEM_PROVEN, ITEM_ACCEPTED };

/* How a case stands. All zero: before its first act. */
struct ladder {
    uint64_t passed;            /* steps of the first row that are done or skipped */
    bool opened, filed, closed; /* by an association; by an authority; at all */
    bool drawn;                 /* a revealed draw names the respondent (ladder_drawn) */
    when decide_until;
    when ordered_at; /* the newest order to correct, or the step skipped */
    unsigned items;
    struct {
        when due;
        enum item_state state;
    } item[ACT_ITEMS_MAX];
    bool noticed;
    when window_until;
    bool criticism; /* the notice is of a public criticism */
    int violation;
    int64_t count, fen; /* of the notice */
    bool defended, asked, announced, heard;
    when hearing_at;
    bool drafted, decided, served, settled;
    when decided_at;
    uint64_t drafter; /* of the fine; of a criticism who gave notice */
    int64_t draft_fen, fine_fen, paid_fen;
    when pay_until;
    bool seen; /* by a visit or an inspection that took place */
    bool criticised;
    unsigned published; /* PUBLISHED_…, ever: nothing is published twice */
    unsigned shown;     /* … and was not withdrawn */
    unsigned listed;    /* 1 << enum side */
    unsigned waiting;   /* dispatches that nobody has taken on */
    unsigned unread;    /* acts addressed to the respondent that it has not acknowledged */
    uint64_t people[LADDER_PEOPLE];
    unsigned people_count;
};
/*
 * May this be done now? Role, body, state, in this order; the first no. `act->at` is now. Asking
 * changes nothing.
 */
enum act_no ladder_may(const struct ladder *, const struct power *, const struct act *);

/* The acts that this power may do now with some body, as bits. */
uint64_t ladder_next(const struct ladder *, const struct power *, when at);

/* Why an act of this kind is not among them; ACT_YES: it is. */
enum act_no ladder_now(const struct ladder *, const struct power *, enum act_kind, when at);

/* Take a lawful act in. */
void ladder_step(struct ladder *, const struct act *);

/* A draw that was revealed names the respondent: it may be inspected once, whatever was done
 * before. */
void ladder_drawn(struct ladder *);
