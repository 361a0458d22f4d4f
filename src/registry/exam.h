/*
 * exam: a sitting of an association's exam.
 *
 *     set ─► from ──────────── papers are begun ────────────► until
 *      └ candidates are registered ──────────────────────────────┘
 *
 * It keeps what held when it was set: the topics and numbers of the rule pack, and the version of
 * the bank (question.h), so that no later change reaches a paper. Its state is told by the clock.
 *
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "registry/question.h"

/* Columns, in the order of a row. */
enum {
    EXAM_ID,
    EXAM_ORGANISATION, /* who examines */
    EXAM_COURSE,
    EXAM_PLAN, /* sheet_plan_read */
    EXAM_BANK, /* which version of it */
    EXAM_FROM,
    EXAM_UNTIL, /* half-open */
    EXAM_MINUTES,
    EXAM_QUESTIONS,
    EXAM_PASS, /* of 100 */
    EXAM_SEATS,
    EXAM_BY,
    EXAM_AT,
    EXAM_COLUMNS
};
extern const struct fact_kind exam_kind;

enum { EXAM_SEATS_MOST = 500 };
#define EXAM_LONGEST (31 * WHEN_DAY)

struct exam_terms {
    struct str organisation, course;
    when from, until;
    int64_t seats;
};

/*
 * Set one. ERR_INVALID: no course of the pack; it begins in the past, has no room for a paper, is
 * longer than EXAM_LONGEST; seats. ERR_LIMIT: the bank is too small, it has less than twice what
 * a paper asks of a topic.
 */
MUST_USE enum err exam_set(const struct exam_work *, const struct exam_terms *,
                           char id[static FRESH_ID], int64_t *seq, struct problem *);

/* ERR_NOT_FOUND. */
MUST_USE enum err exam_find(struct store *, struct str id, struct fact_row *out, struct problem *);

/* "open" until it begins, "running", "closed". Static. */
const char *exam_state(const struct value *row, when at);

/*
 * Those of an organisation, or of all (empty), that end after `after`, the latest first; at most
 * `limit`; false stops.
 */
typedef bool exam_each(void *to, const struct value *row);
MUST_USE enum err exam_list(struct store *, struct str organisation, when after, int64_t limit,
                            exam_each *each, void *to, struct problem *);

/* Is an exam running that may ask this question (a row)? Then nobody is told what is right. */
MUST_USE enum err exam_asks(struct store *, const struct value *question, when at, bool *asks,
                            struct problem *);
