/*
 * hop_find: where a call came from, by this node's records, and by its registry as it stood then.
 */
#pragma once
#include "desk/hop.h"
#include "gate/rang.h"
#include "store/store.h"

struct hop_found {
    struct hop_answer answer; /* answered, or unknown: why says "no-record" or "no-line" */
    char carrier[HOP_ID];     /* whose line it is, as the line says; "": that is no id */
    struct rang rang;         /* of answered */
};

MUST_USE enum err hop_find(struct gate *, struct store *, const struct hop_question *,
                           struct hop_found *, struct problem *);
