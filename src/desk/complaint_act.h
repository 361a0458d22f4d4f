/*
 * complaint_act: what is done with a complaint (desk/complaint.h has its states).
 *
 * All are steps for desk_do, or for a step of others. Officers are those of the body that handles
 * it, and of an authority that sees that body's work; the respondent is its legal entity; she is
 * whoever has the number.
 *
 * Clocks: acceptance (7 working days from receipt) is met by accepting and refusing; accepting
 * starts mediation (45) and, of a matchmaker, its reply (3); the reply and closing meet them;
 * joining and withdrawing drop what runs. Both sides are told by the act itself, since they read
 * it the moment it is done.
 */
#pragma once
#include "desk/complaint.h"

/* Accept. `summary`: what the respondent reads beside the issue; may be empty. */
struct complaint_accepting {
    struct str id, summary;
};
desk_step complaint_accept;

/* Refuse on a ground of the pack (GROUND_COMPLAINT_REFUSAL), with a reason that she reads. */
struct complaint_refusing {
    struct str id, ground, reason;
};
desk_step complaint_refuse;

/*
 * Handle it with another one, of the same respondent, which stays. `representatives`: those of
 * them whose persons speak for all; may be none.
 */
struct complaint_joining {
    struct str id, to;
    struct str representative[COMPLAINT_REPRESENTATIVES];
    size_t representatives;
};
desk_step complaint_join;

/* End it, with an answer that both sides read. Those that were joined with it end too. */
struct complaint_closing {
    struct str id, answer;
    bool upheld;
};
desk_step complaint_close;

/* The respondent replies, once or again while it is open. */
struct complaint_replying {
    struct str id, text;
};
desk_step complaint_reply;

/* She takes it back; of those that were joined with it the oldest leads on (complaint_lead.h). */
struct complaint_withdrawing {
    struct str id;
    const uint8_t *link; /* COMPLAINT_LINK bytes */
    when since;
};
desk_step complaint_withdraw;

/*
 * Make it part of a case against `respondent`, which is to be of the same; for desk/case.h.
 * DESK_WRONG: it is about another one. DESK_CONFLICT: not accepted, or part of another case.
 */
struct complaint_taking {
    struct str id, respondent, into;
};
desk_step complaint_into_case;
