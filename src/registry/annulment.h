/*
 * annulment: a question of an exam that was found wrong.
 *
 * Whoever was asked it has it right, whatever she ticked. So a mark only rises, and nobody who
 * has passed fails; to leave the question out would cost those who had answered as was expected
 * of them: with 24 right of 40 a paper is passed, with 23 of 39 it is not.
 *
 * It is of one exam. The question stays in the bank, and in other exams, until it is retired or
 * annulled there (question.h). paper.h marks by it.
 *
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "registry/question.h"

/* Columns, in the order of a row. */
enum {
    ANNULMENT_EXAM,
    ANNULMENT_QUESTION,
    ANNULMENT_GROUND, /* told to the candidates */
    ANNULMENT_BY,
    ANNULMENT_AT,
    ANNULMENT_COLUMNS
};
extern const struct fact_kind annulment_kind;

/* An exam with more wrong questions than these is not worth its marks: set another. */
enum { ANNULMENTS = 10, ANNULMENT_TEXT = 400 };

/* Those of an exam, the oldest first. */
struct annulments {
    size_t count;
    struct annulment {
        char question[FRESH_ID];
        char ground[ANNULMENT_TEXT + 1];
        when at;
    } of[ANNULMENTS];
};
MUST_USE enum err annulments_read(struct store *, struct str exam, struct annulments *out,
                                  struct problem *);

/* NULL: this question is none of them. */
const struct annulment *annulments_find(const struct annulments *, const char *question);

/* Annul one more. Part of the caller's transaction. ERR_CONFLICT: it is; ERR_LIMIT: ANNULMENTS are.
 */
MUST_USE enum err annulment_write(const struct exam_work *, struct str exam, const char *question,
                                  struct str ground, int64_t *seq, struct problem *);
