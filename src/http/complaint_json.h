/*
 * complaint_json: a complaint as those read it who may: officers, her who complained, and the
 * respondent, who gets no more than complaint_json_about puts down (desk/complaint.h).
 *
 * New references, which callers' OK goes with; texts are opened here, and overwritten.
 */
#pragma once
#include "desk/complaint.h"
#include "http/desk.h"

/* The row and its clocks, for officers (`officer`), or for her. */
MUST_USE enum err complaint_json(const struct desk_work *, const struct value *row, bool officer,
                                 json_t **out, struct problem *);

/* For the respondent: its issue, days, what it was told, what it replied, how it ended. */
MUST_USE enum err complaint_json_about(const struct desk_work *, const struct value *row,
                                       json_t **out, struct problem *);

/* Set a member to a text that is kept of `owner`; null: none is. */
MUST_USE enum err complaint_put_text(const struct desk_work *, json_t *into, const char *member,
                                     struct str owner, const char *name, struct problem *);

/* Set "evidence" to what came with it: ids, types, sizes, hashes. */
MUST_USE enum err complaint_put_evidence(const struct desk_work *, json_t *into, struct str id,
                                         struct problem *);

/* A disclosure: what was opened, when, by whom, and its running number. */
json_t *complaint_json_disclosure(const struct rules *, const struct value *row);

/*
 * All of one, for her who complained (schema MyComplaint): what she wrote, what was answered, its
 * evidence, who opened it with the record of each (null: another node's, or gone), and how the one
 * stands that it is handled with.
 */
MUST_USE enum err complaint_json_hers(const struct desk_work *, struct gate *,
                                      const struct value *row, json_t **out, struct problem *);
