/*
 * budget: how many members' files a member of staff opened today.
 *
 * A member counts once a day and looker, however often she is opened or exported;
 * lists are free.
 * Days are those of the rules' time. What is spent is spent before the look is judged and
 * given back if it shows nothing or has no record, so that two looks at once cannot
 * share what is left. No room to count is as if all were spent.
 *
 * After a restart the day is counted again from the recorded looks (budget_restore).
 * Any thread.
 */
#pragma once
#include "core/clock.h"
#include "core/error.h"

struct budget;

/* Room for that many openings, of yesterday and today. ERR_MEMORY. */
MUST_USE enum err budget_new(size_t room, struct budget **out);
void budget_free(struct budget *);

/*
 * Open a member's file on a day (days since 1970). False: `limit` are open already.
 * `fresh`: it was not open before; budget_return takes that back.
 */
bool budget_spend(struct budget *, uint64_t staff, uint64_t member, int64_t day, unsigned limit,
                  bool *fresh);
void budget_return(struct budget *, uint64_t staff, uint64_t member, int64_t day);

/* How many are open. */
unsigned budget_used(struct budget *, uint64_t staff, int64_t day);

/* Count today's recorded looks into the gate's. */
struct gate;
struct problem;
MUST_USE enum err budget_restore(struct gate *, struct problem *);
