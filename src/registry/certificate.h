/*
 * certificate: what lets a practitioner work, until which instant (rule 19).
 *
 *     passed exam + training ─► valid ─┬─ renewed: another one, from this one's end on
 *                                      ├─ suspended ◄─► restored
 *                                      ├─ revoked
 *                                      └─ until ─► over
 *
 * Issued by an examiner of an association only. A certificate holds for one account; an act
 * upon one acts upon all of that account, so that none is left that it renews. What an agency
 * states of its staff (registry/staff.h) counts only as long as no certificate here names that
 * account or that number, and no bar of her human waits to be lifted: an import revives nothing.
 *
 * Facts with a journal. Each function that changes one is a transaction of its own and sets
 * `seq`, unless the answer is no.
 */
#pragma once
#include "registry/practitioner.h"

enum { CERTIFICATE_NUMBER = 41, CERTIFICATE_TEXT = 200 };

/* Columns, in the order of a row. */
enum {
    CERTIFICATE_ID, /* its number */
    CERTIFICATE_PRACTITIONER,
    CERTIFICATE_STAFF,
    CERTIFICATE_COURSE,
    CERTIFICATE_EXAM,
    CERTIFICATE_SCORE,
    CERTIFICATE_ISSUED_AT,
    CERTIFICATE_ISSUED_BY,
    CERTIFICATE_UNTIL,  /* the midnight after its last day, in the time of the rules */
    CERTIFICATE_RENEWS, /* a number, or NULL */
    CERTIFICATE_STATUS, /* valid suspended revoked */
    CERTIFICATE_FROM,   /* of the status */
    CERTIFICATE_GROUND,
    CERTIFICATE_DOCUMENT,
    CERTIFICATE_BY,
    CERTIFICATE_COLUMNS
};
extern const struct fact_kind certificate_kind;

/* The ground of one that a bar suspended; its document is the bar. */
#define CERTIFICATE_BAR_GROUND "barred"

/*
 * The instant at which the certificate of this member of staff ends, which may lie in the past;
 * 0: she has none, or none that holds. `stated` is her STAFF_CERTIFICATE.
 */
MUST_USE enum err certificate_until(struct store *, const struct rules *, struct str staff,
                                    struct str stated, when *until, struct problem *);

/* From when on training and exams count for a certificate that is issued at `at`. */
when certificate_training_from(const struct rules *, when at);

/* Why not, in words that do not change (certificate_word). */
enum certificate_no {
    CERTIFICATE_YES,
    CERTIFICATE_TOO_YOUNG, /* the first five as in enum practitioner_no */
    CERTIFICATE_NO_CAPACITY,
    CERTIFICATE_NO_COLLEGE,
    CERTIFICATE_BARRED,
    CERTIFICATE_NO_PRACTITIONER, /* unknown, or the account is not hers */
    CERTIFICATE_NO_EXAM,
    CERTIFICATE_NO_TRAINING,
    CERTIFICATE_HAS, /* the account has one */
    CERTIFICATE_TAKEN,
    CERTIFICATE_NOT_YET, /* `certificate-renewal` before its end */
    CERTIFICATE_OVER,
    CERTIFICATE_SUSPENDED,
    CERTIFICATE_NOT_SUSPENDED,
    CERTIFICATE_REVOKED,
    CERTIFICATE_OWN /* whoever acts is its human */
};
enum { CERTIFICATE_NOS = CERTIFICATE_OWN + 1 };
const char *certificate_word(enum certificate_no);
const char *certificate_text(enum certificate_no);

struct certificate_terms {
    struct str practitioner, staff, course;
    struct str exam;   /* the newest of this course that she has passed (paper.h) */
    struct str number; /* empty: one is made */
};

/* What a certificate needs beside the store. */
struct certificate_work {
    struct store *store;
    const struct account_key *key;
    const struct rules *rules;
    struct fact_origin origin;
};

/*
 * Issue one, for `certificate-months` from today. ERR_INVALID: a number of other than 4 to 40
 * letters, digits and hyphens.
 */
MUST_USE enum err certificate_issue(const struct certificate_work *,
                                    const struct certificate_terms *,
                                    char id[static CERTIFICATE_NUMBER], enum certificate_no *,
                                    int64_t *seq, struct problem *);

/* What is done to one: the number, and why. ERR_NOT_FOUND of each: no such certificate. */
struct certificate_act {
    struct str id, ground, document;
};

/* `number` empty: one is made. The new one counts at once, and ends so much later. */
MUST_USE enum err certificate_renew(const struct certificate_work *, struct str old, struct str id,
                                    char out[static CERTIFICATE_NUMBER], enum certificate_no *,
                                    int64_t *seq, struct problem *);
MUST_USE enum err certificate_suspend(const struct certificate_work *,
                                      const struct certificate_act *, enum certificate_no *,
                                      int64_t *seq, struct problem *);
/* Only who may be certified gets them back. */
MUST_USE enum err certificate_restore(const struct certificate_work *,
                                      const struct certificate_act *, enum certificate_no *,
                                      int64_t *seq, struct problem *);
MUST_USE enum err certificate_revoke(const struct certificate_work *,
                                     const struct certificate_act *, enum certificate_no *,
                                     int64_t *seq, struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err certificate_find(struct store *, struct str id, struct fact_row *out,
                                   struct problem *);

/* Those of an account, the newest first; false stops. */
typedef bool certificate_each(void *to, const struct value *row);
MUST_USE enum err certificate_list(struct store *, struct str staff, certificate_each *each,
                                   void *to, struct problem *);

/*
 * Inside the caller's transaction: give every certificate of a practitioner, or of an account,
 * that has the status `from` the status `to`; `moved` counts them.
 */
struct certificate_which {
    struct str practitioner, staff; /* one of the two; the other empty */
    struct str from, to, ground, document;
    struct str was; /* only those whose document is this; empty: whatever it is */
};
MUST_USE enum err certificate_move(struct store *, const struct certificate_which *,
                                   const struct fact_origin *, unsigned *moved, int64_t *seq,
                                   struct problem *);
