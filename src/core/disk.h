/*
 * disk: every byte that must survive a crash goes through this seam.
 *
 * `disk_real` is the operating system. Tests put another in its place: one that
 * fails the n-th call, is full, or records what was written and synced, so that
 * the states a crash can leave behind are rebuilt and recovered from.
 *
 * Every function returns OK or the err of its errno (err_of_errno); short reads
 * and writes are carried on with, never returned. Paths are relative to the
 * process or absolute, NUL-terminated. Any thread.
 */
#pragma once
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct disk {
    void *context;
    /* flags and mode as for open(2), O_CLOEXEC added. */
    enum err (*open)(void *context, const char *path, int flags, mode_t mode, int *fd);
    enum err (*close)(void *context, int fd);
    /* All `n` bytes. */
    enum err (*write)(void *context, int fd, uint64_t at, const void *bytes, size_t n);
    /* Up to `n` bytes; fewer only at the end of the file. */
    enum err (*read)(void *context, int fd, uint64_t at, void *bytes, size_t n, size_t *got);
    /* Contents and size on stable storage (fdatasync). */
    enum err (*sync)(void *context, int fd);
    /* Names in the folder on stable storage (fsync of the folder). */
    enum err (*sync_folder)(void *context, const char *path);
    /*
     * Everything on the file system that holds `path`, contents and names, on stable
     * storage (syncfs): for many new files, a sync of each costs a journal commit.
     * NULL: not offered.
     */
    enum err (*sync_all)(void *context, const char *path);
    /* Zeroes with their blocks allocated, so that later writes need no room (posix_fallocate). */
    enum err (*allocate)(void *context, int fd, uint64_t size);
    enum err (*truncate)(void *context, int fd, uint64_t size);
    enum err (*size)(void *context, int fd, uint64_t *size);
    enum err (*rename)(void *context, const char *from, const char *to);
    /* A file, or a folder that is empty. */
    enum err (*remove)(void *context, const char *path);
    /* OK also if the folder is there. */
    enum err (*make_folder)(void *context, const char *path, mode_t mode);
    /*
     * Wait for the only advisory lock on this open file (flock); it ends with the file's
     * close. NULL: nobody else uses this disk.
     */
    enum err (*lock)(void *context, int fd);
    /* Calls `each` with every name in the folder but . and .., in no order. */
    enum err (*list)(void *context, const char *path, void (*each)(void *to, const char *name),
                     void *to);
};

extern const struct disk disk_real;

/*
 * Whole files on any disk. `disk_replace` writes PATH.new, syncs it, renames it
 * over PATH and syncs the folder: after a crash PATH is the old or the new file,
 * never a mixture. `disk_sync_name` syncs the folder that PATH is in. `disk_find`
 * tells a file that is not there (ERR_NOT_FOUND) from one that cannot be opened now.
 * `disk_load` allocates; the caller frees. ERR_LIMIT: larger than `limit`.
 */
MUST_USE enum err disk_replace(const struct disk *, const char *path, mode_t mode,
                               const void *bytes, size_t n);
MUST_USE enum err disk_sync_name(const struct disk *, const char *path);
MUST_USE enum err disk_find(const struct disk *, const char *path);
MUST_USE enum err disk_load(const struct disk *, const char *path, size_t limit, void **bytes,
                            size_t *n);
