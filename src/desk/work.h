/*
 * work: who acts at the desk, and how the desk says no.
 *
 * Complaints, cases, registers, traces, takedowns are changed by functions that take a `struct
 * desk_work`. What law or state forbids is a `struct desk_no`; `enum err` is for what could not
 * be done. They look at the role first, then at what is asked, then at how things stand, so that
 * whoever may not act learns nothing of either.
 *
 * No function of the desk asks a clock: the instant is `at`. Any thread with a store of its own.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"
#include "registry/subject.h"

struct desk_work {
    struct store *store;
    const struct account_key *key; /* what is sealed of the desk; NULL for those who need none */
    const struct rules *rules;
    const struct subject *who; /* NULL: menshen itself, for what comes by its time */
    struct str node;
    when at;
};

/* As the journal names them: staff by their id, a person by one name for all ("person"). */
struct fact_origin desk_origin(const struct desk_work *);

enum desk_why {
    DESK_YES,
    DESK_ABSENT,   /* nothing of that id is here for this one */
    DESK_DENIED,   /* not for this role or body */
    DESK_WRONG,    /* what was asked is not as it must be */
    DESK_CONFLICT, /* not as things stand */
    DESK_LIMIT,    /* too many */
};

struct desk_no {
    enum desk_why why;
    const char *code;   /* "not-authority"; static */
    char detail[200];   /* for people; without personal data */
    uint64_t lawful;    /* of `unlawful-act`: which acts would be (bits, desk/power.h) */
    const char *reason; /* … and why this one is not: "window-open"; static */
};

/* Say no. False, so that a check can return it. */
bool desk_refuse(struct desk_no *, enum desk_why, const char *code, const char *format, ...)
    PRINTF(4, 5);

/* The answer to an id that nobody has, and to one of somebody else's. */
bool desk_absent(struct desk_no *);

/*
 * One transaction: `step` writes, `seq` gets its last journal row; kept if it returns OK and says
 * DESK_YES.
 */
typedef enum err desk_step(const struct desk_work *, void *what, struct desk_no *, int64_t *seq,
                           struct problem *);
MUST_USE enum err desk_do(const struct desk_work *, desk_step *step, void *what, struct desk_no *,
                          int64_t *seq, struct problem *);

/* Write a row of a fact and its journal row, in the caller's transaction. */
MUST_USE enum err desk_write(const struct desk_work *, const struct fact_kind *,
                             const struct value *row, int64_t *seq, struct problem *);
