/*
 * correction: a person sets right what an organisation keeps of her (PIPL Art. 46).
 *
 * What she told of herself changes at once. What was checked against a document is the
 * organisation's to check again: its compliance accepts or refuses, with a reason, within
 * CORRECTION_DAYS. The law says "in time"; the fifteen days are our choice.
 *
 *     she ─► told by herself ──────────────► applied
 *        └─► checked by somebody ─► open ─┬─► accepted
 *                                         └─► refused
 *
 * The journal says which field and how it ended. What the field shall say, until it is
 * answered, and the reason lie beside it, sealed under her KEY_PROFILE: nobody reads the
 * one but by a look. Erasure removes the rows (leave.c).
 *
 * As many threads as stores.
 */
#pragma once
#include "person/intake.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    CORRECTION_ID,
    CORRECTION_PERSON,
    CORRECTION_ORGANISATION, /* whose member she is */
    CORRECTION_CATEGORY,
    CORRECTION_FIELD,
    CORRECTION_ASKED_AT,
    CORRECTION_DUE_AT, /* of those that are, or were, open */
    CORRECTION_STATUS, /* applied open accepted refused */
    CORRECTION_STAFF,  /* who answered */
    CORRECTION_ANSWERED_AT,
    CORRECTION_COLUMNS
};

extern const struct fact_kind correction_kind;

enum {
    CORRECTION_DAYS = 15,
    CORRECTION_REASON = 500,
    CORRECTIONS_A_DAY = 50, /* of one member */
    CORRECTIONS_LISTED = 200,
};

/* Why not. */
enum correction_no {
    CORRECTION_YES,
    CORRECTION_ABSENT,    /* no such member, or no such request of the staff's legal entity */
    CORRECTION_UNDER_WAY, /* the same field waits for its answer */
    CORRECTION_LIMIT,     /* CORRECTIONS_A_DAY */
    CORRECTION_ANSWERED,
};

/* Is this field somebody's to check, so that her word alone does not change it? */
bool correction_checked(enum category, struct str field);

struct correction_act {
    const struct intake *intake;
    struct fact_origin origin;
    int64_t seq; /* of the last change */
};

/*
 * She says what a field shall be, which vault_check has let pass. `open`: it waits.
 * One transaction, its own.
 */
MUST_USE enum err correction_ask(struct correction_act *, struct str person,
                                 const struct vault_field *, char id[static FRESH_ID], bool *open,
                                 enum correction_no *, struct problem *);

/*
 * Compliance of `organisation` answers; accepted, the field is written. `reason` may be
 * empty if it is accepted. One transaction, its own.
 */
struct correction_answer {
    struct str id, organisation, reason;
    bool accept;
};
MUST_USE enum err correction_answer(struct correction_act *, const struct correction_answer *,
                                    enum correction_no *, struct problem *);

/* One of them. Views. */
struct correction {
    struct str id, person, alias, organisation, category, field, status;
    struct str reason;                  /* of hers only; empty: none */
    when asked_at, due_at, answered_at; /* 0: none */
};
typedef bool correction_each(void *to, const struct correction *);

/* Hers, the newest first; false stops. */
MUST_USE enum err correction_hers(const struct vault *, struct str person, correction_each *,
                                  void *to, struct problem *);

/* What waits for the compliance of `organisation`'s legal entity, the most urgent first. */
MUST_USE enum err correction_waiting(struct store *, struct str organisation, correction_each *,
                                     void *to, struct problem *);

/*
 * One that waits for it; `value` gets what the field shall say, for whom a look has shown
 * the category. ERR_NOT_FOUND: none that is open. The caller wipes it (vault.h).
 */
struct correction_asked {
    char person[ID_BYTES + 1];
    enum category category;
    char field[64];
};
MUST_USE enum err correction_find(struct store *, struct str id, struct str organisation,
                                  struct correction_asked *, struct problem *);
MUST_USE enum err correction_value(const struct vault *, struct str id, struct str person,
                                   struct buf *value, struct problem *);
