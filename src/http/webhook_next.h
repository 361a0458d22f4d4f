/*
 * webhook_next: what a webhook is told next.
 *
 * It is told what GET /v1/events tells whoever keeps it (http/live.h), of the topics that were
 * chosen: from the ring of what has just changed, and from the journal for one that is further
 * behind.
 */
#pragma once
#include "http/live.h"

struct webhook_search {
    struct live *live;
    struct gate *gate;
    struct store *store;
    const struct live_reader *reader;
    struct str topics; /* separated by ";" */
};

/*
 * The role that a webhook of an organisation reads with: of a business what its keepers read, of
 * others their own.
 */
enum role webhook_role(enum role of_organisation);

/* Is it a topic of that role? The topics, in the order of live_kinds, are those that it can read.
 */
bool webhook_topic(enum role, struct str topic);

/*
 * The first behind row `at`, which moves on over what is not told; at most some thousands of rows
 * are looked at at once. `found` tells whether there is one.
 */
MUST_USE enum err webhook_next(const struct webhook_search *, int64_t *at, bool *found,
                               struct live_event *out, struct problem *);
