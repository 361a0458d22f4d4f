/*
 * key_file: a secret of 32 random bytes in a file of its own, 0600.
 *
 * Whoever loads one overwrites his copy when he is done with it. Any thread.
 */
#pragma once
#include "core/disk.h"

enum { KEY_FILE = 32 };

/* ERR_NOT_FOUND: there is no such file. ERR_CORRUPT: it has another length. */
MUST_USE enum err key_file_load(const struct disk *, const char *path, uint8_t out[static KEY_FILE],
                                struct problem *);

/* Make the file, synced, in place of whatever has its name. */
MUST_USE enum err key_file_make(const struct disk *, const char *path, uint8_t out[static KEY_FILE],
                                struct problem *);
