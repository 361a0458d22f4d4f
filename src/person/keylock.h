/*
 * keylock: one writer of DATA/keys at a time.
 *
 * A server and a command may both add persons: whoever makes, erases or wraps keys
 * holds this lock meanwhile, and first reads what others have added
 * (keystore_follow). The kernel releases it when the holder ends, however it ends.
 *
 * Any thread: each taking is its own, so that threads exclude each other too. Not
 * to be taken twice by one.
 */
#pragma once
#include "core/disk.h"

/* Wait for the lock on FOLDER/persons.lock, made if missing. `fd` is what gives it back. */
MUST_USE enum err keylock_take(const struct disk *, const char *folder, int *fd, struct problem *);

/* Give it back. -1 is allowed. */
void keylock_release(const struct disk *, int fd);
