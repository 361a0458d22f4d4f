/*
 * line_paper: papers about lines and numbers: an order, its end, a notice to who provides a line,
 * a takedown.
 *
 * Within the act's transaction. Any thread with a store of its own.
 */
#pragma once
#include "desk/notice.h"
#include "desk/ordering.h"
#include "desk/takedown.h"

/* Of what is ordered about; `user`: the organisation that it concerns, and is told. `callers`: of
 * a line, the numbers that it shows; else empty. */
struct line_paper {
    const struct ordering *order;
    struct str subject, user, callers;
};
MUST_USE enum err line_paper_order(const struct desk_work *, const struct line_paper *,
                                   struct desk_no *, int64_t *seq, struct problem *);

MUST_USE enum err line_paper_notice(const struct desk_work *, const struct notice *, struct str id,
                                    struct desk_no *, int64_t *seq, struct problem *);

/* Of a takedown's row, as it was written; again once it has come back. */
MUST_USE enum err line_paper_takedown(const struct desk_work *, const struct value *row,
                                      struct desk_no *, int64_t *seq, struct problem *);
