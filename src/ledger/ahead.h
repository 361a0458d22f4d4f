/*
 * ahead: full bundles read and hashed by several threads, ahead of who verifies.
 *
 * Nearly all that a verification does is computing leaves and the tiles over them,
 * and no bundle needs another for it. So threads take stretches of a shard's full
 * bundles, compare each one's leaves with the level-0 tile and hand the tile's root
 * over, in order. They judge nothing: a tile that does not check out, for whatever
 * reason, is left to the caller, who looks at it himself and says what is wrong.
 *
 * The reader, its disk and its folder must stay until ahead_close, and bear several
 * threads. All functions: one thread, the caller's.
 */
#pragma once
#include "ledger/tile.h"

struct ahead;

/* The first `tiles` full ones, in up to `threads` threads. NULL: there is no memory, or no thread.
 */
struct ahead *ahead_open(const struct tile_reader *, uint64_t tiles, unsigned threads);

/*
 * The root of the next tile, 0 first; asked for no more often than there are tiles.
 * False: bundle or tile could not be read, or do not agree.
 */
bool ahead_next(struct ahead *, struct hash *root);

/* Stops the threads where they are. NULL is fine. */
void ahead_close(struct ahead *);
