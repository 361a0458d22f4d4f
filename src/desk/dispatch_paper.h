/*
 * dispatch_paper: the letter with which a matter is handed on.
 *
 * Within the act's transaction. Any thread with a store of its own.
 */
#pragma once
#include "desk/dispatch.h"

/* Of a dispatch's row, as it was written, to be answered by `due`. */
MUST_USE enum err dispatch_paper(const struct desk_work *, const struct value *row, struct str note,
                                 when due, struct desk_no *, int64_t *seq, struct problem *);
