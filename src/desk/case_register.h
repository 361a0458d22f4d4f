/*
 * case_register: what acts of a case do in the registers (desk/listing.h), in their transaction.
 *
 *     publish   the fine that was served, or the criticism, is public from now on
 *     listing   by an association notice of an entry in its list; by the market regulator an
 *               entry in its own. Ground and exit are codes of the rule pack.
 *     withdraw  what this body published, or listed, of the case ends
 */
#pragma once
#include "desk/case.h"

/* After the act was found lawful, before it is written: `terms` get the entry's id (`about`). */
MUST_USE enum err case_register(const struct desk_work *, const struct case_file *,
                                const struct act *, json_t *terms, const json_t *said,
                                struct desk_no *, int64_t *seq, struct problem *);
