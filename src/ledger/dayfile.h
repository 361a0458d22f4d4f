/*
 * dayfile: one day of one stream of the index: a header, then batches.
 *
 * There are two streams, because what they hold ends at different times: `calls`
 * (classes call and plain) and `facts`. Files are named LEDGER.STREAM.YYYYMMDD,
 * by the UTC day of the records, which never goes back within a stream.
 *
 * Plain state; its owner orders the callers.
 */
#pragma once
#include "ledger/batch.h"

enum { DAYFILE_PATH = 4096, DAYFILE_NAME = 64, DAYFILE_HEADER = 64 };

enum stream { STREAM_CALLS, STREAM_FACTS };
enum { STREAMS = STREAM_FACTS + 1 };

/* Where a batch lies. */
struct extent {
    uint64_t from, to, at;
    uint32_t bytes;
};

struct dayfile {
    uint32_t day; /* 20261121 */
    int fd;
    uint8_t salt[BATCH_SALT];
    uint64_t end; /* of the last whole batch */
    struct extent *extent;
    size_t count, room;
};

void dayfile_name(const char *ledger_id, enum stream, uint32_t day, char out[static DAYFILE_NAME]);
/* Of any ledger. */
bool dayfile_name_parse(const char *name, char ledger_id[static 9], enum stream *, uint32_t *day);

/* Make an empty one, or empty the one that is there. Not durable until the first batch is. */
MUST_USE enum err dayfile_create(const struct disk *, const char *path, enum stream, uint32_t day,
                                 struct dayfile *out);

/*
 * Open and find its batches. An unfinished one at the end is left out, and cut off
 * if `write` is set. ERR_CORRUPT: no header (a crash came before it was synced).
 */
MUST_USE enum err dayfile_open(const struct disk *, const char *path, bool write,
                               struct dayfile *out);
void dayfile_close(const struct disk *, struct dayfile *);

/* Append a sealed batch and sync it. After an error the same bytes may be tried again. */
MUST_USE enum err dayfile_append(const struct disk *, const struct dayfile *, struct str sealed);

/* It is durable now: count it in. */
MUST_USE enum err dayfile_remember(struct dayfile *, const struct extent *);

/* The batch that covers `record`, or NULL. */
const struct extent *dayfile_find(const struct dayfile *, uint64_t record);

uint32_t day_number(when);
