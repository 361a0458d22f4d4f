/*
 * draw_paper: the record of a draw, for the authority's own file.
 *
 * Within the act's transaction. Any thread with a store of its own.
 */
#pragma once
#include "desk/draw_kept.h"

/* Of a draw's row, as it was revealed. */
MUST_USE enum err draw_paper(const struct desk_work *, const struct value *row, struct desk_no *,
                             int64_t *seq, struct problem *);
