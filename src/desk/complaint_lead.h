/*
 * complaint_lead: who leads complaints that are handled together, once the one that led is taken
 * back.
 *
 * Those who joined have withdrawn nothing. The oldest of them takes the place of the one that
 * goes: how far that one had come, its case, what the respondent was told and replied, and its
 * deadlines with their ends, so that nobody gains time by it. The others follow.
 *
 * Within the caller's transaction; any thread with a store of its own.
 */
#pragma once
#include "desk/complaint.h"

/* `lead` is the row as it stood before; its deadlines still run. Nothing if nobody joined. */
MUST_USE enum err complaint_lead_pass(const struct desk_work *, const struct value *lead,
                                      int64_t *seq, struct problem *);
