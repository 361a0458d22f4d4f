/*
 * roll_map: who has said something here, mapped from DATA/roll (roll_file.h).
 *
 * A look-up reads a slot, and the record of who is there. Immutable: any number of threads.
 */
#pragma once
#include "gate/roll_file.h"

struct roll;

/*
 * It is opened, not read: roll_verify does that. ERR_NOT_FOUND: no such file. ERR_CORRUPT: of
 * another version or rule pack, cut short, or its header or sums are damaged.
 */
MUST_USE enum err roll_open(const char *path, const struct rules *, struct roll **out,
                            struct problem *);

/* No reader may be left. NULL is allowed. */
void roll_close(struct roll *);

/*
 * A number is looked up soon: let her slot come to the cache meanwhile; and then, once that has had
 * time to come, the record that it leads to.
 */
void roll_ahead(const struct roll *, number);
void roll_ahead_record(const struct roll *, number);

/* NULL: she is not in it. */
const struct person *roll_find(const struct roll *, number);

/* False: roll_find finds nobody whose person_wishes_or_assigned holds. */
bool roll_passes(const struct roll *, number);

/* The record at *place, which moves on to the next; from 0. NULL after the last. */
const struct person *roll_walk(const struct roll *, uint64_t *place);

const struct roll_header *roll_head(const struct roll *);

/* Read the whole file and compare its sums, as summed_check. */
MUST_USE enum err roll_verify(const struct roll *, const atomic_bool *stop, struct problem *);
