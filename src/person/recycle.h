/*
 * recycle: claims that end by themselves.
 *
 * A claim ends when nothing was done with the member for too long (pool_returns_at), and
 * at once when its owner has left, is suspended, or is not in the registry. Each ends in
 * a transaction of its own, if the claim is still as it was read: running twice, or on
 * two nodes at once, ends nothing twice. Members are read in batches, so that memory
 * does not grow with them, and one that fails is counted and does not stop the rest.
 */
#pragma once
#include "person/pool.h"

struct recycle_result {
    uint64_t seen, returned, failed;
    struct problem first; /* of `failed` > 0: why the first one did */
};

/* All claims. `out` is added to. An error: the members could not be read to the end. */
MUST_USE enum err recycle_run(const struct pool_work *, struct recycle_result *out,
                              struct problem *);

/* Only claims of those who have left: cheap enough for every change of the facts. */
MUST_USE enum err recycle_leavers(const struct pool_work *, struct recycle_result *out,
                                  struct problem *);
