/*
 * paper: what one candidate is asked in one exam, and how she did.
 *
 *     registered ─► begun ─► handed in, or its time is over ─► marked
 *          └──────────┴────► void: she left, or was suspended
 *
 * The paper is a seed (sheet.h), drawn when she is registered and sealed under
 * DATA/keys/accounts; of two papers of an exam at most half the questions are equal. Its end is
 * fixed when she begins, and nothing moves it: an answer of that instant or later is not taken.
 * What was answered is saved as it is given, and what was saved is marked; a question that is
 * annulled (annulment.h) is right whatever she ticked. Nothing but the result enters the journal.
 *
 * Each function is a transaction of its own, unless it says otherwise, and sets `seq` if it wrote
 * a fact. Any thread with a store of its own. Registering is in paper_enter.c, sitting in
 * paper_sit.c, marking and other ends in paper_mark.c, annulling in paper_annul.c, rows in paper.c.
 */
#pragma once
#include "registry/annulment.h"
#include "registry/exam.h"
#include "registry/practitioner.h"

/* Columns, in the order of a row. */
enum {
    PAPER_ID,
    PAPER_EXAM,
    PAPER_PRACTITIONER,
    PAPER_STAFF,
    PAPER_REGISTERED_AT,
    PAPER_STARTED_AT,
    PAPER_ENDS_AT,
    PAPER_HANDED_IN_AT, /* by her, or when its time was over, or when it became void */
    PAPER_HOW,          /* candidate time void */
    PAPER_SCORE,        /* of 100 */
    PAPER_PASSED,       /* 1: yes */
    PAPER_COLUMNS
};
extern const struct fact_kind paper_kind;

/* Why not. */
enum paper_no {
    PAPER_YES,
    PAPER_NOT_REGISTERED,
    PAPER_NOT_OPEN,
    PAPER_OVER,
    PAPER_HANDED_IN,
    PAPER_VOID,
    PAPER_FOREIGN, /* an item or option that is not on her paper: nothing was saved */
    PAPER_REGISTERED,
    PAPER_FULL,
    PAPER_ATTEMPTS,
    PAPER_BANK, /* no paper is left that differs in half from all others */
    PAPER_TOO_YOUNG,
    PAPER_NO_CAPACITY,
    PAPER_NO_COLLEGE,
    PAPER_BARRED,
    PAPER_UNKNOWN, /* her documents do not open */
    PAPER_OWN,     /* whoever registers is the candidate, by another account */
};
enum { PAPER_NOS = PAPER_OWN + 1 };

/* "time-over" and in a sentence. Static. */
const char *paper_word(enum paper_no);
const char *paper_reason(enum paper_no);

/*
 * Note who she is, and draw her paper. Refused or failed, nothing is kept of her. ERR_NOT_FOUND:
 * no such exam or staff; ERR_CONFLICT, ERR_INVALID: of practitioner_enter.
 */
MUST_USE enum err paper_register(const struct exam_work *, struct str exam,
                                 const struct practitioner_entry *, char id[static FRESH_ID],
                                 enum paper_no *, int64_t *seq, struct problem *);

/* An answer: names on her paper. */
struct paper_choice {
    struct str item, option;
};

/* What she sees: no key is in it. */
struct paper_sheet {
    char id[FRESH_ID];
    when ends_at;
    json_t *items; /* [{"item", "topic", "text": {zh, en}, "options": [{"option", "text"}],
                      "chosen": null or an option, "annulled": null or why}]; a new reference */
};

/* Begin, or come back to it: the same sheet, the same end, with what was saved. */
MUST_USE enum err paper_begin(const struct exam_work *, struct str exam, struct str staff,
                              struct paper_sheet *out, enum paper_no *, int64_t *seq,
                              struct problem *);

/* Save answers, all or none; a later one takes the place of an earlier. */
MUST_USE enum err paper_answer(const struct exam_work *, struct str exam, struct str staff,
                               const struct paper_choice *, size_t count, when *ends_at,
                               enum paper_no *, struct problem *);

/* End it, and mark it; `out` gets its row. */
MUST_USE enum err paper_hand_in(const struct exam_work *, struct str exam, struct str staff,
                                struct fact_row *out, enum paper_no *, int64_t *seq,
                                struct problem *);

/* Is there one whose time is over, not yet marked? */
MUST_USE enum err papers_due(struct store *, when at, bool *due, struct problem *);

/*
 * Mark those whose time is over with what was saved; `ended` counts them. One that fails
 * holds up no other.
 */
MUST_USE enum err papers_expire(const struct exam_work *, unsigned *ended, int64_t *seq,
                                struct problem *);

/* Void what she has not handed in. Part of the caller's transaction. */
MUST_USE enum err paper_void_of(struct store *, struct str staff, const struct fact_origin *,
                                int64_t *seq, struct problem *);

/*
 * Annul a question of an exam, before it, while it runs or after: whoever was asked it has it
 * right, and what is marked is marked again by what was saved. A mark only rises, so nobody who
 * has passed fails; void papers stay void, certificates as they were issued. ERR_NOT_FOUND: no
 * such exam, or it can ask no such question. ERR_REFUSED: a paper in it is of
 * whoever would annul. ERR_CONFLICT, ERR_LIMIT: of annulment_write.
 */
struct paper_annulled {
    unsigned raised, passed; /* papers with a better mark; those that have passed by it */
};
MUST_USE enum err paper_annul(const struct exam_work *, struct str exam, struct str question,
                              struct str ground, struct paper_annulled *out, int64_t *seq,
                              struct problem *);

/* Those that her paper in this exam asks, once she has begun it. */
MUST_USE enum err paper_annulments(const struct exam_work *, struct str exam, struct str staff,
                                   struct annulments *out, struct problem *);

/* Her newest passed exam of the course, handed in at `since` or later; `exam` is empty without. */
MUST_USE enum err paper_passed(struct store *, struct str practitioner, struct str course,
                               when since, char exam[static FRESH_ID], int64_t *score,
                               struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err paper_find(struct store *, struct str id, struct fact_row *out, struct problem *);

/* Her paper in this exam. ERR_NOT_FOUND. */
MUST_USE enum err paper_of(struct store *, struct str exam, struct str staff, struct fact_row *out,
                           struct problem *);

/* All papers of an exam, by their ids; false stops. */
typedef bool paper_each(void *to, const struct value *row);
MUST_USE enum err paper_list(struct store *, struct str exam, paper_each *each, void *to,
                             struct problem *);
