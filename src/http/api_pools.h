/*
 * api_pools: what the routes of pools share, and those on which staff work at a member.
 */
#pragma once
#include "http/route.h"
#include "http/work.h"
#include "person/pool.h"

/* Who works: the request's staff, now, with what the worker has. */
struct pool_work pools_hands(const struct request *, const struct hands *);

/* An instant as JSON; 0 and NULL are null. */
json_t *pools_when(const struct pool_work *, when at);

/* What a change answers: owner, version, claimed_at, returns_at. A new reference. */
json_t *pools_answer(const struct pool_work *, const struct pool_answer *);

/*
 * Answer a change: what failed, or why not, or else `json` (its reference is taken, also
 * if it is not used), once the gate knows of it.
 */
void pools_done(struct request *, const struct hands *, const struct pool_work *, enum err,
                const struct problem *, const struct pool_answer *, int status, json_t *json);

/* The HTTP status of a refusal. */
int pools_status(enum pool_no);
