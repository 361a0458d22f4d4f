/*
 * case_paper: the official paper of an act.
 *
 * Acts that are told to somebody print: a summons, an order, a notice, a decision. The paper is
 * issued with the act, in its transaction, and is found by the case and the act's id. An act that
 * says less than its paper has to is refused.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "desk/case.h"

/* Within the act's transaction, once it is written. `said` may be NULL. */
MUST_USE enum err case_paper(const struct desk_work *, const struct case_file *, struct str act_id,
                             const struct act *, const json_t *terms, const json_t *said,
                             struct desk_no *, int64_t *seq, struct problem *);
