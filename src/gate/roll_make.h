/*
 * roll_make: a new file of those who have said something here (roll_file.h), record by record.
 *
 * It becomes PATH.new; to give it its name is the caller's. Memory does not grow with the
 * records, but for the slots, which are mapped. One thread.
 */
#pragma once
#include "gate/roll_file.h"

struct roll_make;

/* For at most `most` persons. */
MUST_USE enum err roll_make_begin(const char *path, const struct rules *, uint64_t most,
                                  struct roll_make **out, struct problem *);

/* Each number once. */
MUST_USE enum err roll_make_put(struct roll_make *, const struct person *, struct problem *);

/* Every journal row up to `journal`, entered at `at`, is in it. Synced. ERR_CLOSED: stopped. */
MUST_USE enum err roll_make_end(struct roll_make *, int64_t journal, when at,
                                const atomic_bool *stop, struct problem *);

/* Free; without a roll_make_end that was OK PATH.new is removed. */
void roll_make_close(struct roll_make *);
