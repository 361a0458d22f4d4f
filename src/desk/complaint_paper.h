/*
 * complaint_paper: papers to persons: what became of a complaint of hers, or of an appeal.
 *
 * They name nobody: she reads hers by the link of her number, and an officer who reads one is on
 * record (desk/disclosure.h).
 *
 * Within the act's transaction. Any thread with a store of its own.
 */
#pragma once
#include "desk/appeal.h"
#include "desk/complaint.h"

/* Taken up, to be dealt with by `due`. */
MUST_USE enum err complaint_paper_accepted(const struct desk_work *, const struct value *row,
                                           when due, struct desk_no *, int64_t *seq,
                                           struct problem *);
/* On the ground in the row, with a reason. */
MUST_USE enum err complaint_paper_refused(const struct desk_work *, const struct value *row,
                                          struct str reason, struct desk_no *, int64_t *seq,
                                          struct problem *);
/* As the row says, upheld or not. */
MUST_USE enum err complaint_paper_closed(const struct desk_work *, const struct value *row,
                                         struct str answer, struct desk_no *, int64_t *seq,
                                         struct problem *);

/* To the organisation or the person who appealed. `order`: the row of what it was against. */
MUST_USE enum err complaint_paper_appeal(const struct desk_work *, const struct value *row,
                                         const struct value *order, struct str answer,
                                         struct desk_no *, int64_t *seq, struct problem *);
