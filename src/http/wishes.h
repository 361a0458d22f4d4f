/*
 * wishes: what a person does not want to be called about, for the routes of /v1/me that read
 * and change it. On a worker's thread.
 */
#pragma once
#include "http/me.h"
#include "person/preference.h"

struct her_wishes {
    struct self self;
    struct fact_row stored; /* its values are views into it; all NULL: she has said nothing */
};

/*
 * What she has said, or else what a nation's preferences say of her number; all NULL: nothing.
 * Those of a former holder are nobody's business: they are as if there were none.
 */
MUST_USE enum err wishes_find(const struct hands *, const struct self *, struct fact_row *out,
                              struct problem *);

/* Whose they are, and what they are now. NULL after an outcome. Free with free(). */
struct her_wishes *wishes_begin(struct request *, const struct hands *);

/* A row as an answer has it. */
json_t *wishes_json(const struct value *row);

/*
 * Write `row` and end the bindings that it does not leave standing, inside the caller's
 * transaction; marks the act as one that changed something.
 */
MUST_USE enum err wishes_write(struct grant_act *, const struct self *, const struct value *row,
                               struct problem *);

/* The same in a transaction of its own, until the gate acts on it. False after an outcome. */
bool wishes_set(struct request *, const struct hands *, const struct self *,
                const struct value *row);
