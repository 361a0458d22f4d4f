/*
 * lane: files of a commit (publish.h), as one thread writes, syncs and names them.
 *
 * A file gets its name once its bytes are synced. A crash, or a sync that failed,
 * may leave "94.new" behind, but never a "94" that is not whole: nobody would
 * repair it if the next commit goes further, and `verify` would find it for ever.
 *
 *     written as "94.new" → closed, each synced before, or the caller syncs all at once →
 *     named → folders synced
 *
 * One thread at a time; several lanes at once on a disk that bears it.
 */
#pragma once
#include "ledger/tile.h"

enum { LANE_OPEN = 32 };

struct lane {
    const struct disk *disk;
    const char *folder; /* the shard's; the caller's */
    char **unsynced;    /* folders in which names are new */
    size_t unsynced_count, unsynced_cap;
    char last[TILE_LEVELS + 1][TILE_PATH]; /* folder of the last file of each level: it is there */
    int fds[LANE_OPEN];                    /* written and still open */
    size_t fd_count;
    char **fresh; /* written and not named yet */
    size_t fresh_count, fresh_cap;
};

void lane_init(struct lane *, const struct disk *, const char *folder);
void lane_fini(struct lane *);

/*
 * Write a tile or bundle, and make the folders it needs. Where too many are open, some are
 * settled, and named unless there are `many`: then all wait for one sync of everything.
 */
MUST_USE enum err lane_write(struct lane *, bool many, int level, uint64_t n, unsigned width,
                             const void *bytes, size_t size);

/* Close all that is open, each synced before if `sync`. */
MUST_USE enum err lane_settle(struct lane *, bool sync);

/* Name all that was written, if syncing it came to OK; else forget it, and return that error. */
MUST_USE enum err lane_name(struct lane *, enum err synced);

/* Sync the folders of both in which names are new. On an error the next call does all again. */
MUST_USE enum err lane_sync_folders(struct lane *, struct lane *);
