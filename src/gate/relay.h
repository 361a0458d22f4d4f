/*
 * relay: who is behind a relay number, and asking for one.
 *
 * A call to a relay number is judged as the call that it stands for: to her, as any
 * commercial call of her agency, for the purpose of the binding; back to the agency, as
 * hers. Who she is, is found here, between view_enter and view_leave, and goes nowhere but
 * into the judgement, the sealed record, and the answer to a front that was told
 * (call.relay_told).
 *
 *     dialled ─► binding ─┬─ her agency's line ─► her number now
 *                         ├─ her number now    ─► the number that answers for the agency
 *                         └─ else, or it is over ─► relay-closed, whatever the cause
 */
#pragma once
#include "gate/gate.h"
#include "person/binding.h"

/*
 * Fill in call->relay, and replace call->callee by the party that rings. False: no relay
 * number, or the asker may not be told, or it was filled in before. Pure; within view_enter.
 */
bool relay_resolve(const struct view *, struct call *);

/* What a member of staff wants. */
struct relay_request {
    struct str staff, person, purpose; /* a purpose of the rule pack */
    when at, until;
    int64_t max_call_s; /* 0: not stated */
};

enum relay_no {
    RELAY_YES,
    RELAY_REFUSED,      /* `answer` says why */
    RELAY_ALREADY,      /* one is open between her and the legal entity */
    RELAY_LIMIT,        /* of the day */
    RELAY_NO_NUMBER,    /* none is free */
    RELAY_NO_ANSWERING, /* the legal entity has no number that her call-back could ring */
    RELAY_UNRECORDED,   /* no record in time */
};

struct relay_opened {
    enum relay_no no;
    struct answer answer;          /* of YES, REFUSED and UNRECORDED; names no number */
    struct binding_answer binding; /* of YES, ALREADY, LIMIT and NO_NUMBER */
};

/*
 * Choose a number, have the call judged and recorded as a dry run (the ring counts), and
 * open the binding. That the person is a member of the staff's legal entity, the caller
 * has seen. Waits for record and store.
 */
MUST_USE enum err gate_relay_open(struct gate *, struct store *, const struct relay_request *,
                                  const struct fact_origin *, struct relay_opened *out,
                                  struct problem *);
