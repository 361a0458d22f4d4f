/*
 * dispatch: what is another department's, handed on to it.
 *
 *                ┌─► accepted ─► answered
 *     sent ──────┼─► returned ─► sent again, to another       once in a chain, on a legal ground
 *      │         └─► disputed ─► accepted                     they agree within seven working days
 *      │                  └────► designated ─► sent, and bound    else their superior says whose
 *      ├─ its clock runs from the sending
 *      └─► recalled                                         its case was closed, and nobody had it
 *
 * Whoever supervises a case sends it, to several departments at once if the matter is several's
 * (desk/recipient.h): each has its own row, and its own clock. A department that is no
 * organisation here gets paper, and the sender enters what it says. Neither a return nor a dispute
 * stops the clock but by ending the dispatch, and both sides see all of it: orders that fly from
 * desk to desk are seen flying.
 *
 * The superior is an authority that is above both: the registered parent of either, or one whose
 * region is wider than both of theirs.
 *
 * Sending is an act of the case, and so is what becomes of it (`handling`). A case is not closed
 * while nobody has taken a dispatch on, unless with a reason, and then that is recalled; what a
 * department has taken on is its own, and it answers whether the case is open or not.
 *
 * Facts with a journal; notes and replies lie sealed (desk/text.h, "note" and "reply").
 */
#pragma once
#include "desk/recipient.h"
#include "desk/work.h"

#include <jansson.h>

/* Columns, in the order of a row. */
enum {
    DISPATCH_ID,
    DISPATCH_CASE,
    DISPATCH_MATTERS, /* a list of matter_name */
    DISPATCH_DEPARTMENT,
    DISPATCH_ORGANISATION, /* which is it here; NULL: none, it is sent on paper */
    DISPATCH_BY,           /* the organisation that sent it */
    DISPATCH_SENT_AT,
    DISPATCH_FOLLOWS, /* one that was returned, or designated; NULL: none */
    DISPATCH_BOUND,   /* yes: by designation; neither returned nor disputed */
    DISPATCH_STATUS,  /* DISPATCH_STATES */
    DISPATCH_STATUS_AT,
    DISPATCH_GROUND,     /* of a return */
    DISPATCH_DESIGNATED, /* by which authority */
    DISPATCH_COLUMNS
};
#define DISPATCH_STATES "sent accepted answered returned disputed designated recalled"
#define DISPATCH_CLOCK  "cn.clock.dispatch.answer"
#define DISPUTE_CLOCK   "cn.clock.dispatch.dispute"
extern const struct fact_kind dispatch_kind;

enum { DISPATCH_NOTE = 4000 };

/* Of one department: which organisation it is here, or empty. */
struct dispatch_to {
    struct str department, organisation;
};

/*
 * Send a case's matters on; a step of desk_do. Without `to` to every department that the routes
 * name, else to these, which must be among them. `follows`: one of its own that was returned, in
 * whose place another is sent. Refused: `not-found`, `not-supervisor`, `not-officer`;
 * `unknown-matter`, `not-routed`, `unknown-recipient`; `already-dispatched`, `not-returned`, and
 * what the case says.
 */
struct dispatch_sending {
    struct str of, note, follows;
    unsigned matters;
    struct dispatch_to to[RECIPIENTS];
    size_t to_count;
    size_t count; /* out: how many were sent */
    char id[RECIPIENTS][FRESH_ID];
};
desk_step dispatch_send;

/*
 * The same, as the act of a case says it: `terms` have matters, a list of matter_name; "to", a
 * list of {department, organisation}; "follows". `said`: the note is "text".
 */
MUST_USE enum err dispatch_of_case(const struct desk_work *, struct str of, const json_t *terms,
                                   const json_t *said, struct desk_no *, int64_t *seq,
                                   struct problem *);

/* Those of a case that nobody has taken on end, and their clocks with them. */
MUST_USE enum err dispatch_recall(const struct desk_work *, struct str of, int64_t *seq,
                                  struct problem *);

/*
 * What becomes of one; steps of desk_do. Whose turn it is: the department's (of one on paper: the
 * sender's), to designate the superior's. Refused: `not-found`, `not-recipient`, `not-superior`;
 * `unknown-ground`, `text-missing`, `unknown-recipient`; `not-open`, `returned-once`, `designated`,
 * `dispute-running`.
 */
struct dispatch_doing {
    struct str id;
    struct str ground;       /* of a return: a code of the pack */
    struct str text;         /* why, or the answer */
    struct str organisation; /* designated */
    char next[FRESH_ID];     /* out: the dispatch that follows a designation */
};
desk_step dispatch_accept, dispatch_return, dispatch_answer, dispatch_dispute, dispatch_designate;

/* One that who asks may see; else refused as absent. */
MUST_USE enum err dispatch_read(const struct desk_work *, struct str id, struct fact_row *,
                                struct desk_no *, struct problem *);

/*
 * Ids, in their order behind `after`, of those sent by or to who acts; and, to an authority, of
 * those in dispute, of which dispatch_read says whether it may see them. Of a case and in a
 * status unless empty. Returns at most `limit`.
 */
typedef bool dispatch_each(void *to, struct str id);
struct dispatch_query {
    struct str of, status, after;
    int64_t limit;
};
MUST_USE enum err dispatch_list(const struct desk_work *, const struct dispatch_query *,
                                dispatch_each *each, void *to, struct problem *);

/* ---- between dispatch.c and dispatch_act.c ---- */

/* Who acts, as the state of a dispatch sees them; or'ed. */
enum { DISPATCH_SENDER = 1, DISPATCH_RECIPIENT = 2, DISPATCH_SUPERIOR = 4 };
MUST_USE enum err dispatch_party(const struct desk_work *, const struct value *row, unsigned *party,
                                 struct problem *);

/* Write a new one and start its clock; `row` has all but its id, sending and status. */
MUST_USE enum err dispatch_put(const struct desk_work *, struct value *row, struct str note,
                               char id[static FRESH_ID], struct desk_no *, int64_t *seq,
                               struct problem *);

/* May matters be handed to this organisation: an active authority, and not `but`? Else refused. */
MUST_USE enum err dispatch_takes(const struct desk_work *, struct str organisation, struct str but,
                                 struct desk_no *, struct problem *);
