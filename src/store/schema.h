/*
 * schema: the tables, brought up to date step by step.
 *
 * Each file schema/NNN-name.sql is one step, applied once, forward only, in a
 * transaction of its own that also writes `schema_version`. Several processes may
 * open the same store at once: a step is chosen under the store's write lock.
 */
#pragma once
#include "store/store.h"

struct schema_step {
    int64_t version;
    const char *name, *sql;
};

/* Embedded at build, in order of version, from 1 without gaps. */
extern const struct schema_step schema_steps[];
extern const size_t schema_step_count;

/*
 * Apply what is missing of `steps`. ERR_CONFLICT: the store knows a later version
 * than the last of them.
 */
MUST_USE enum err schema_update(struct store *, const struct schema_step *steps, size_t count,
                                struct problem *problem);
