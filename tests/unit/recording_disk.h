/*
 * recording_disk: a disk in memory that remembers every change in order, and can
 * be cut off at any moment.
 *
 * It keeps what programs see (the page cache) apart from what is certain. A
 * write is certain after a successful sync of its file, a name after a sync of
 * its folder. recording_disk_crash makes the disk that a power failure could
 * leave: certain things are there, all others are there, or not, or in part, as
 * the way and the seed choose.
 *
 * A sync that failed settles nothing, then or ever: the kernel may drop the
 * pages and report success from then on, so a later sync of the file does not
 * make the earlier writes certain.
 *
 * Any thread.
 */
#pragma once
#include "core/disk.h"

struct recording_disk;

struct recording_disk *recording_disk_new(void);
void recording_disk_free(struct recording_disk *);
const struct disk *recording_disk_use(struct recording_disk *);

/* Changes so far: the number to remember for "this had happened by then". */
size_t recording_disk_count(struct recording_disk *);

/* Ways for uncertain changes to end. */
enum crash_way {
    CRASH_NONE,    /* none of them happened */
    CRASH_ALL,     /* all happened: the process was killed, the machine runs on */
    CRASH_DATA,    /* all writes, no names */
    CRASH_NAMES,   /* all names, no writes */
    CRASH_SUBSET,  /* each whole or not at all, whatever its order */
    CRASH_PREFIX,  /* writes end after any byte */
    CRASH_SECTORS, /* each sector of a write for itself */
};
enum { CRASH_WAYS = CRASH_SECTORS + 1 };

/* The disk after a crash when `at` changes had been made. Free it. */
struct recording_disk *recording_disk_crash(struct recording_disk *, size_t at, enum crash_way,
                                            uint64_t seed);

/* From now on fail the n-th sync of a file, or write, whose path ends so (0: none). */
void recording_disk_fail(struct recording_disk *, const char *path_end, unsigned sync,
                         unsigned write);

/* Every rename to a path that ends so: when it became visible, and the file's bytes then. */
typedef void recorded_rename(void *to, size_t at, const void *bytes, size_t n);
void recording_disk_renames(struct recording_disk *, const char *path_end, recorded_rename *,
                            void *to);

/* "write ledger/log/…" of change `at`, for messages. */
void recording_disk_describe(struct recording_disk *, size_t at, char *out, size_t size);
