/*
 * opening: what lets sealed data be seen, for a while (decisions of the person, or of
 * an authority).
 *
 *     approval: she herself names categories, who may look, until when;
 *     order:    two persons of one authority name document, categories and period.
 *
 *     order ── proposed ─────────► confirmed ──┐
 *                                              ├─► open ─► ended
 *     approval ─┬────────────────► confirmed ──┘
 *               └─ proposed ── from ──┘
 *                                   an officer has handed on the content keys (seal.h);
 *                                   at once if nothing sealed is kept
 *
 * An approval without her second factor waits: it is proposed until its `from`, and she
 * ends it meanwhile if it was not she.
 *
 * Nobody of an agency has a part in this but as the one who may look: not two of them,
 * not all of them. Neither this program nor an officer can open anything without the
 * other. When it ends its key is overwritten (opening_key.h).
 *
 * Facts with a journal. Each function that changes one is a transaction of its own and
 * sets `seq`.
 */
#pragma once
#include "person/opening_key.h"
#include "person/vault.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    OPENING_ID,
    OPENING_PERSON,
    OPENING_CATEGORIES, /* CATEGORY_WORDS */
    OPENING_BASIS,      /* approval order */
    OPENING_HOLDER,     /* who may look: staff, or an organisation, whose legal entity's may */
    OPENING_FROM,
    OPENING_UNTIL,
    OPENING_DOCUMENT, /* of an order */
    OPENING_TASK,     /* the case, or NULL */
    OPENING_ASKED_BY, /* staff; the person's id */
    OPENING_ASKED_AT,
    OPENING_CONFIRMED_BY, /* the second person of an order; of an approval she herself */
    OPENING_CONFIRMED_AT,
    OPENING_SECRET_UNTIL, /* an order of which she is told only then; NULL: at once */
    OPENING_STATUS,       /* proposed confirmed open ended void */
    OPENING_WHY,          /* it was declared unlawful; NULL: it was not */
    OPENING_COLUMNS
};

extern const struct fact_kind opening_kind;

/* What a look needs of these: its purpose, by basis. */
#define OPENING_PURPOSE_APPROVAL "opening"
#define OPENING_PURPOSE_ORDER    "supervision"

struct opening_terms {
    struct str person;
    categories what;
    struct str holder; /* of an approval; an order's is the authority */
    when from;         /* of an approval that waits; 0: at once */
    when until;
    struct str document, task; /* of an order */
    when secret_until;         /* of an order; 0: she is told at once */
};

/*
 * An officer of an authority proposes. ERR_DENIED: origin->actor is not active staff of
 * an active authority. ERR_NOT_FOUND: no such person. ERR_INVALID: no category, no
 * document, or the period is longer than the pack allows.
 */
MUST_USE enum err opening_propose(const struct vault *, const struct opening_terms *,
                                  const struct fact_origin *, char id[static FRESH_ID],
                                  int64_t *seq, struct problem *);

/*
 * A second officer of the same authority confirms. ERR_DENIED: the same person, or of
 * another. ERR_NOT_FOUND, ERR_CONFLICT: not one that waits for it.
 */
MUST_USE enum err opening_confirm(const struct vault *, struct str id, const struct fact_origin *,
                                  int64_t *seq, struct problem *);

/*
 * She approves; whoever calls this has her session, and her second factor unless it waits.
 * Sealed categories only. Errors of opening_propose; ERR_NOT_FOUND also: nobody is called `holder`.
 * ERR_DENIED: what is sealed is older than her number in this file, so not hers to approve.
 * ERR_LIMIT: of those that wait she has asked for OPENING_A_DAY within a day.
 */
enum { OPENING_A_DAY = 3 };
MUST_USE enum err opening_approve(const struct vault *, const struct opening_terms *,
                                  const struct fact_origin *, char id[static FRESH_ID],
                                  int64_t *seq, struct problem *);

/* For an officer's step: what she gets, and gives back. */
struct opening_envelope {
    enum category category;
    uint8_t officer[SEAL_NAME]; /* whose key it is for; not of those given back */
    uint8_t sealed[SEAL_ENVELOPE];
};
enum { OPENING_ENVELOPES = CATEGORIES * SEAL_OFFICERS };
struct opening_request {
    uint8_t seal_to[SEAL_KEY];
    size_t count;
    struct opening_envelope envelope[OPENING_ENVELOPES];
};

/* ERR_NOT_FOUND, ERR_CONFLICT: none that is confirmed or open. */
MUST_USE enum err opening_request(const struct vault *, struct str id, when now,
                                  struct opening_request *out, struct problem *);

/*
 * Take the content keys that an officer handed on; it is open from then. ERR_INVALID:
 * one is missing, or none of what is kept. Errors of opening_request.
 */
MUST_USE enum err opening_hand_in(const struct vault *, struct str id,
                                  const struct opening_envelope *, size_t count,
                                  const struct fact_origin *, int64_t *seq, struct problem *);

/* End it before its time. OK also again. ERR_NOT_FOUND. */
MUST_USE enum err opening_end(const struct vault *, struct str id, const struct fact_origin *,
                              int64_t *seq, struct problem *);

/*
 * Declare it unlawful, with a reason, and end it if it has not ended. What it opened counts
 * from then on as obtained without a valid grant. OK also again. ERR_NOT_FOUND. ERR_INVALID:
 * no reason.
 */
MUST_USE enum err opening_void(const struct vault *, struct str id, struct str why,
                               const struct fact_origin *, int64_t *seq, struct problem *);

/*
 * Confirm the approvals that have waited until now; `begun` counts them. One whose data are not
 * hers any more ends instead.
 */
MUST_USE enum err opening_begin(const struct vault *, const struct fact_origin *, unsigned *begun,
                                int64_t *seq, struct problem *);

/* End all whose time is over; `ended` counts them. */
MUST_USE enum err opening_expire(const struct vault *, const struct fact_origin *, unsigned *ended,
                                 int64_t *seq, struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err opening_find(struct store *, struct str id, struct fact_row *out,
                               struct problem *);

/* Of a person, newest first; false stops. */
typedef bool opening_each(void *to, const struct value *row);
MUST_USE enum err opening_list(struct store *, struct str person, opening_each *each, void *to,
                               struct problem *);

/* Of everybody, what waits or is open at `now`; those that end first come first. */
MUST_USE enum err opening_waiting(struct store *, when now, opening_each *each, void *to,
                                  struct problem *);

/* May she be told of this row at `now`? */
bool opening_told(const struct value *row, when now);
