/*
 * log: the durable form of the ledger, written before anything else.
 *
 * Guarantees
 *   - log_commit returns OK only after every entry of the frame is on stable
 *     storage (one write, one sync).
 *   - After a failed write or sync nothing more is written behind the failed
 *     bytes: the next frame begins a fresh segment, and once that frame is
 *     durable the failed one is dead, whatever the disk had kept of it.
 *   - log_open finds every frame whose commit returned OK and that was not
 *     retired, and changes nothing.
 * Caveat
 *   - A frame whose commit failed may be found by log_open if no later frame
 *     became durable.
 *
 * log_commit: one thread. log_prepare and log_retire: one thread, another one
 * if wanted. The readers: any thread. How the bytes lie: log.c.
 */
#pragma once
#include "ledger/ledger.h"

enum {
    LOG_PAGE = 4096, /* the header's; writes end at pages, so that none must be read first */
    LOG_ALIGN = 512, /* frames begin at sectors: no write touches a durable one */
    LOG_FRAME_MAX = 1 << 20,     /* bytes of a frame */
    LOG_SEGMENT_MIN = 64 * 1024, /* for tests: the longest list of a look needs 128 KiB */
};

struct log;

struct log_options {
    const struct disk *disk;
    const char *folder; /* DATA/ledger/log, there already */
    uint32_t shard;     /* frames of another shard are not read; 202611 */
    uint64_t
        published; /* entries below are in synced tiles: frames that held them may be damaged */
    uint64_t segment_first; /* bytes of the first segment … */
    uint64_t segment_max;   /* … doubling up to this while segments fill within seconds */
};

/* What log_open found, for the start record and for messages. */
struct log_found {
    uint64_t frames;
    uint64_t first, next; /* entries held: first ≤ index < next; both `published` if none */
    when last;            /* recorded time of the last frame, or 0 */
    bool torn;            /* bytes of an unfinished frame lie behind the last one */
    uint64_t cut;         /* how many it would have had */
    bool damaged;         /* a frame of published entries does not check out */
};

/*
 * ERR_CORRUPT: entries that are neither in frames nor below `published` are
 * missing, though later ones are there; nothing was changed.
 */
MUST_USE enum err log_open(const struct log_options *, struct log **out, struct log_found *,
                           struct problem *);
void log_close(struct log *);

/* The next index, which is the number of durable entries. */
uint64_t log_next(const struct log *);

/*
 * Make durable as many items of the list as one frame holds, all with the time
 * `recorded`. `*rest` gets the first that is not in the frame; it moves on also
 * on failure, so that items before it share the result. `index` and `recorded`
 * of the items are set. ERR_LIMIT: the first is larger than a segment.
 */
MUST_USE enum err log_commit(struct log *, struct ledger_item *first, when recorded,
                             struct ledger_item **rest);

/* See to it that a fresh segment is at hand. Called ahead of need; log_commit does it if it must.
 */
MUST_USE enum err log_prepare(struct log *);
bool log_wants_segment(struct log *);

/*
 * Free the segments of entries below `below`, oldest first, and use them again;
 * those with SIP transactions answered after `keep_after` (clock_monotonic) stay.
 */
MUST_USE enum err log_retire(struct log *, uint64_t below, int64_t keep_after);

/* Entries from `from` on that frames hold, in order, up to but not including `until`. */
MUST_USE enum err log_follow(struct log *, uint64_t from, uint64_t until, ledger_each *, void *to,
                             struct problem *);

/* One entry's bytes into `out`. ERR_NOT_FOUND: no frame holds it. */
MUST_USE enum err log_read(struct log *, uint64_t index, struct buf *out);
