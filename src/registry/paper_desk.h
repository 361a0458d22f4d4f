/*
 * paper_desk: a paper as it lies before whoever draws, writes or marks it.
 *
 * Of no use but to paper_enter.c, paper_sit.c, paper_mark.c and paper_annul.c, which are the
 * parts of paper.h: entering candidates, sitting, marking, annulling. What lies on a desk is secret
 * until it is marked; it is wiped when the desk is given back. Every function is part of the
 * caller's transaction.
 */
#pragma once
#include "registry/paper.h"

/* Seeds of one paper, or of all of an exam. */
struct paper_seeds {
    const struct account_key *key;
    size_t count;
    bool closed; /* one does not open */
    uint8_t seed[EXAM_SEATS_MOST][SHEET_SEED];
};

struct paper_desk {
    struct fact_row exam, paper;
    struct sheet_plan plan;
    struct bank bank;
    struct annulments annulments;
    struct paper_seeds seeds;
    struct sheet sheet;
    char chosen[SHEET_QUESTIONS][SHEET_ID]; /* by item; "": none */
    uint8_t seed[SHEET_SEED];
};

/* NULL: out of memory. */
struct paper_desk *paper_desk_new(struct problem *);
void paper_desk_free(struct paper_desk *);

/* Lay out the exam, its plan, the bank that it draws from, what of it is annulled. */
MUST_USE enum err paper_desk_exam(const struct exam_work *, struct paper_desk *, struct str exam,
                                  struct problem *);

/* Lay out the sheet of d->paper, whose exam is laid out; what was saved on it. */
MUST_USE enum err paper_desk_sheet(const struct exam_work *, struct paper_desk *, struct problem *);
MUST_USE enum err paper_desk_answers(const struct exam_work *, struct paper_desk *,
                                     struct problem *);

/* The seeds of all papers of d->exam. */
MUST_USE enum err paper_desk_seeds(const struct exam_work *, struct paper_desk *, struct problem *);

/* Seal d->seed as that of the paper `id`. */
MUST_USE enum err paper_desk_keep_seed(const struct exam_work *, const struct paper_desk *,
                                       struct str id, struct problem *);

/*
 * Lay out her paper, if she may write on it at origin.at; a paper that is not begun is laid out
 * too.
 */
MUST_USE enum err paper_desk_seat(const struct exam_work *, struct paper_desk *, struct str exam,
                                  struct str staff, enum paper_no *, struct problem *);

/* May she still work in the trade, and so sit? */
MUST_USE enum err paper_desk_may(const struct exam_work *, struct str practitioner, enum paper_no *,
                                 struct problem *);

/* Write a paper's row. */
MUST_USE enum err paper_desk_write(const struct exam_work *, const struct value *row, int64_t *seq,
                                   struct problem *);

/* Of 100, by what was saved and what is annulled (paper_mark.c). */
MUST_USE enum err paper_desk_score(const struct exam_work *, struct paper_desk *, int64_t *score,
                                   struct problem *);

/* Papers that a statement names, as many as an exam has seats at most. */
struct paper_ids {
    size_t count;
    char id[EXAM_SEATS_MOST][FRESH_ID];
};
MUST_USE enum err paper_ids_read(struct store *, const char *sql, struct value key,
                                 struct paper_ids *out, struct problem *);

/* Mark what lies on the desk with what was saved, and write it: it is at an end (paper_mark.c). */
MUST_USE enum err paper_mark(const struct exam_work *, struct paper_desk *, const char *how,
                             when at, int64_t *seq, struct problem *);
