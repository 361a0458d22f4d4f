/*
 * lock: one owner of a data folder.
 *
 * An advisory lock (flock) on DATA/lock. The kernel releases it when the holder
 * ends, however it ends; the file stays and holds the process id of the last
 * holder, for messages only.
 *
 * Any thread. A lock is not inherited by a program that is started.
 */
#pragma once
#include "core/error.h"

struct lock;

/*
 * Take the lock on the file `path`, made if missing (0600), waiting up to
 * `wait_ms` (0: not at all). ERR_CONFLICT: somebody else holds it; the problem
 * names the holder's process id.
 */
MUST_USE enum err lock_open(const char *path, int wait_ms, struct lock **out, struct problem *);

/* Give it back. NULL is allowed. */
void lock_close(struct lock *);
