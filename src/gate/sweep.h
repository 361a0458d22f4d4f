/*
 * sweep: begins openings that have waited, and ends those whose time is over, which destroys
 * their keys (person/opening.h).
 *
 * Looks are judged by the period itself and do not wait for the end. With a store of its
 * own, opened when first needed. One thread.
 */
#pragma once
#include "gate/node.h"

struct sweep {
    struct store *store;
    bool failing; /* said once */
};

void sweep_openings(struct sweep *, struct gate *);
void sweep_close(struct sweep *);
