/*
 * tile: where hashes and entries lie on disk (C2SP tlog-tiles).
 *
 * Tile height 8: a full tile holds 256 hashes. <N> is written in groups of three
 * digits, all but the last with an "x": x001/x234/067. Pure path functions and
 * readers over a folder; any thread.
 *
 * Readers take the checkpoint's size as given and what lies in the folder as
 * hostile: lengths are checked, contents are not. Whoever needs to know that a
 * hash is right checks the path it is part of against a signed root.
 */
#pragma once
#include "core/buf.h"
#include "core/disk.h"
#include "ledger/merkle.h"

enum { TILE_WIDTH = 256, TILE_PATH = 64, TILE_LEVEL_ENTRIES = -1 };

/* Levels that a tree of fewer than 2^63 entries can have; longest bundle. */
enum { TILE_LEVELS = 8, TILE_BYTES = TILE_WIDTH * 32, BUNDLE_MAX = TILE_WIDTH * (2 + 65535) };

/* "tile/0/x001/067.p/5"; level TILE_LEVEL_ENTRIES: "tile/entries/…". Width 1 … 256. */
void tile_path(int level, uint64_t n, unsigned width, char out[static TILE_PATH]);

/* The reverse, for the HTTP front. False for any path that is not in its one right form. */
bool tile_path_parse(struct str path, int *level, uint64_t *n, unsigned *width);

/* How many hashes tile `n` of `level` has in a tree of `size` leaves: 0 … 256. Level -1 as 0. */
unsigned tile_width(int level, uint64_t n, uint64_t size);

/* Tiles that were read, with what was computed over them. */
struct tile_memory;

/* A shard's published files, read only: loose ones, and where there is none the pack's (pack.h). */
struct tile_reader {
    const struct disk *disk;
    const char *folder;         /* DATA/ledger/current */
    uint64_t size;              /* of the checkpoint under which tiles are read */
    const char *pack;           /* this pack in the folder and no loose files; NULL: as above */
    struct tile_memory *memory; /* NULL: none that outlasts a question */
    uint64_t log;               /* which log's tiles these are, among those in memory */
};

/*
 * Memory for up to 16 tiles for each of `remainders`, 16 kB each, touched as they come. With it
 * the functions that give hashes below find what they found before, whatever has become of the
 * files; who finds that wrong has it forgotten and asks again. One thread at a time.
 */
struct tile_memory *tile_memory_new(size_t remainders);
void tile_memory_free(struct tile_memory *);
void tile_memory_forget(struct tile_memory *);

/* The hash of the complete subtree of 2^level leaves that starts at leaf index << level. */
MUST_USE enum err tile_hash(const struct tile_reader *, unsigned level, uint64_t index,
                            struct hash *out);

/* Root, inclusion path and consistency path at r->size. `path` has room for MERKLE_PROOF_MAX. */
MUST_USE enum err tile_root(const struct tile_reader *, struct hash *out);
MUST_USE enum err tile_inclusion(const struct tile_reader *, uint64_t index, struct hash *path,
                                 size_t *count);
MUST_USE enum err tile_consistency(const struct tile_reader *, uint64_t old_size, struct hash *path,
                                   size_t *count);

/* The root that the log had at `size` ≤ r->size, from the tiles of now. ERR_NOT_FOUND: larger. */
MUST_USE enum err tile_root_at(const struct tile_reader *, uint64_t size, struct hash *out);

/* One entry out of its bundle. */
MUST_USE enum err tile_entry(const struct tile_reader *, uint64_t index, struct buf *out);

/*
 * A whole file of the tree of r->size, as it was then: a file that has grown
 * since is cut. `tile_hashes` fills hashes[0 … width); `tile_bundle` allocates,
 * the caller frees, and checks that `n` bytes are exactly the entries there.
 * `tile_file` is either at the width that a path names, whatever r->size.
 * ERR_NOT_FOUND: neither the partial file nor the full one is there. ERR_CORRUPT:
 * the wrong length.
 */
MUST_USE enum err tile_hashes(const struct tile_reader *, int level, uint64_t n,
                              struct hash hashes[static TILE_WIDTH]);
MUST_USE enum err tile_bundle(const struct tile_reader *, uint64_t n, void **bytes, size_t *size);
MUST_USE enum err tile_file(const struct tile_reader *, int level, uint64_t n, unsigned width,
                            void **bytes, size_t *size);

/* The next entry of a bundle. False at its end, or with c->failed set if it is cut off. */
bool tile_next_entry(struct cursor *bundle, struct str *entry);

/*
 * The root of a tree from its right edge: of each level the `count` < 256 hashes
 * of the tile that is not full.
 */
void tile_edge_root(const struct hash *const edge[static TILE_LEVELS],
                    const size_t count[static TILE_LEVELS], struct hash *out);
