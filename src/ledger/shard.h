/*
 * shard: the open log's name, which is the configured origin and a month.
 *
 * A log is not continued for ever: each shard has an origin of its own, ORIGIN/
 * YYYY-MM, with entries counted from 0. The open one lies in DATA/ledger/current;
 * its checkpoint says which one it is, so that a changed configuration or a new
 * month never renames a log that others have seen. Those before it lie in
 * DATA/ledger/closed/YYYY-MM, packed (pack.h).
 *
 * Inside of the program a record is counted through all shards: its *position* is
 * its shard's base, the number of entries in all before, and its index there.
 * DATA/ledger/shards holds the bases, from the first closing on:
 *
 *     menshen-shards 1
 *     0 example.org/menshen/2026-11
 *     104211 example.org/menshen/2026-12
 *
 * Pure but for what takes a disk. Any thread.
 */
#pragma once
#include "core/disk.h"
#include "core/clock.h"
#include "ledger/note.h"

struct shard {
    char origin[NOTE_NAME]; /* "example.org/menshen/2026-11" */
    uint32_t month;         /* 202611 */
    bool exists;            /* it has a checkpoint */
    uint64_t base;          /* position of its first entry */
    struct note_key key;    /* once the log's key is known */
    char id[9];
};

enum { SHARDS_MAX = 1200, SHARD_FOLDER = 8 };

/* "2026-11": its folder below DATA/ledger/closed, and back. */
void shard_folder(uint32_t month, char out[static SHARD_FOLDER]);
bool shard_folder_parse(const char *name, uint32_t *month);

/* The month after: 202612, 202701. */
uint32_t shard_month_after(uint32_t month);

/* The list in the file `path`, whose shards the caller frees. ERR_NOT_FOUND, ERR_CORRUPT. */
MUST_USE enum err shards_load(const struct disk *, const char *path,
                              struct shard *list[static SHARDS_MAX], size_t *count,
                              struct problem *);
MUST_USE enum err shards_save(const struct disk *, const char *path, struct shard *const *list,
                              size_t count, struct problem *);

/*
 * The body of a shard's first entry: version (1), its position (8), the new
 * shard's origin as a word (1 and its letters), and the former one's final
 * checkpoint, a note with the log's own signature.
 */
void shard_entry_put(struct buf *out, const struct shard *, struct str final);
bool shard_entry_read(struct str body, uint64_t *base, struct str *origin, struct str *final);

/* Origin and month. False: no shard is named so. */
bool shard_named(struct str origin, struct shard *out);

/* The shard that a new log of `base` begins with at `now` (UTC). ERR_INVALID: no name of a log. */
MUST_USE enum err shard_new(const char *base, when now, struct shard *out, struct problem *);

/*
 * The shard in `folder` (DATA/ledger/current), else a new one. An existing one
 * stands also if `base` differs from it, with a warning.
 */
MUST_USE enum err shard_find(const struct disk *, const char *folder, const char *base, when now,
                             struct shard *out, struct problem *);
