/*
 * segment: one file of the log, of a fixed size whose blocks are written before
 * use, so that a commit changes no metadata and one fdatasync is one write.
 *
 * Plain state and the operations on its file; who may do what when is the log's
 * business (log.c).
 */
#pragma once
#include "ledger/frame.h"

enum { SEGMENT_NAME = 32 };

/* Where a frame lies. */
struct place {
    uint64_t first, end; /* entries: first ≤ index < end */
    uint64_t sum;
    uint64_t at;
    uint32_t bytes; /* without padding */
};

struct segment {
    struct segment *next;
    uint64_t number;
    uint64_t size;
    uint8_t salt[FRAME_SALT];
    int fd;
    bool broken; /* a write failed, or the header does not check out: never written again */
    uint64_t at; /* where the next frame goes */
    struct place *places; /* room for one a sector */
    size_t count;
    int readers;
    int64_t begun;    /* clock_monotonic of its first frame */
    int64_t answered; /* of the last frame that holds a SIP answer, or INT64_MIN */
};

/* A new file of `size` bytes with a fresh salt, everything synced, its name too. */
MUST_USE enum err segment_create(const struct disk *, const char *folder, uint32_t shard,
                                 uint64_t number, uint64_t size, struct segment **out);

/*
 * The file `number`. `*out` is broken, without places, if its header is not the
 * one of that number and shard. ERR_IO, ERR_MEMORY: it could not be read.
 */
MUST_USE enum err segment_open(const struct disk *, const char *folder, uint32_t shard,
                               uint64_t number, struct segment **out);

/*
 * Kill every frame in it with a fresh salt and give it another number (or the
 * same). Its places must be forgotten already. On an error it is broken.
 */
MUST_USE enum err segment_renew(const struct disk *, const char *folder, uint32_t shard,
                                struct segment *, uint64_t number);

/* Remove the file, durably. The segment stays to be freed. */
MUST_USE enum err segment_remove(const struct disk *, const char *folder, const struct segment *);

/* Bytes up to where the next frame can begin. */
uint64_t segment_room(uint64_t frame_bytes);

void segment_free(const struct disk *, struct segment *);

/*
 * Every whole frame from the start on, with its place. Behind bytes that are no
 * frame the search goes on at the next sector: a later frame proves damage.
 * `memory` is LOG_SCAN bytes.
 */
enum { LOG_SCAN = 2 << 20 };
typedef enum err segment_each(void *to, struct segment *, const struct frame *,
                              const struct place *);
MUST_USE enum err segment_scan(const struct disk *, struct segment *, uint8_t *memory,
                               segment_each *, void *to);

/* "000000000000002a.log" and back. */
void segment_name(uint64_t number, char out[static SEGMENT_NAME]);
bool segment_name_parse(const char *name, uint64_t *number);
