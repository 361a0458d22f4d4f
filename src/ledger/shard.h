/*
 * shard: the open log's name, which is the configured origin and a month.
 *
 * A log is not continued for ever: each shard has an origin of its own, ORIGIN/
 * YYYY-MM, with entries counted from 0. The open one lies in DATA/ledger/current;
 * its checkpoint says which one it is, so that a changed configuration or a new
 * month never renames a log that others have seen.
 *
 * Pure but for shard_find, which reads. Any thread.
 */
#pragma once
#include "core/disk.h"
#include "core/clock.h"
#include "ledger/note.h"

struct shard {
    char origin[NOTE_NAME]; /* "example.org/menshen/2026-11" */
    uint32_t month;         /* 202611 */
    bool exists;            /* it has a checkpoint */
};

/* The shard that a new log of `base` begins with at `now` (UTC). ERR_INVALID: no name of a log. */
MUST_USE enum err shard_new(const char *base, when now, struct shard *out, struct problem *);

/*
 * The shard in `folder` (DATA/ledger/current), else a new one. An existing one
 * stands also if `base` differs from it, with a warning.
 */
MUST_USE enum err shard_find(const struct disk *, const char *folder, const char *base, when now,
                             struct shard *out, struct problem *);
