/*
 * pack: a closed shard's tiles and bundles in two files.
 *
 * A month of a busy node is some hundred thousand small files. Once the shard is
 * closed they never change again, and lie packed in FOLDER/pack:
 *
 *     hashes                              entries
 *      0  8  "MENSHASH"                    0  8  "MENSENTR"
 *      8  4  version, 1                    8  4  version, 1
 *     12  4  zero                         12  4  zero
 *     16  8  entries of the shard         16  8  entries of the shard
 *     24  8  SipHash-2-4 of these 24      24  8  SipHash-2-4 of these 24
 *     32     hashes of level 0, then      32     where each bundle begins, and where the
 *            of level 1, …, 32 bytes             last one ends: 8 bytes each
 *            each                                the bundles, one behind the other
 *
 * Little-endian; the checksums' key is sixteen zeroes. Level l of a shard of S
 * entries has S >> 8l hashes, so that every tile has a place that can be computed.
 * What lies behind the heads needs no checksum: it hashes to the signed root, or
 * not. Everything is C2SP's to those who read: tile.h finds it here as it does in
 * loose files.
 *
 * Readers take the files as hostile. Any thread.
 */
#pragma once
#include "core/disk.h"

enum pack_file { PACK_HASHES, PACK_ENTRIES };

#define PACK_FOLDER "pack"
#define PACK_FRESH  "pack.new" /* one that is being made */

/* "hashes", "entries" */
const char *pack_file_name(enum pack_file);

/*
 * The tile or bundle (level TILE_LEVEL_ENTRIES), as wide as the shard has it: the
 * caller frees `bytes`. `pack` is PACK_FOLDER or PACK_FRESH. ERR_NOT_FOUND: there is
 * no such file, or the shard has no such tile. ERR_CORRUPT: not a pack's file, or
 * cut off. Contents are not checked.
 */
MUST_USE enum err pack_load(const struct disk *, const char *folder, const char *pack, int level,
                            uint64_t n, void **bytes, size_t *got, unsigned *width);

/* Head and length: is it a pack's file of a shard of `size`? ERR_NOT_FOUND, ERR_CORRUPT. */
MUST_USE enum err pack_check(const struct disk *, const char *folder, const char *pack,
                             enum pack_file, uint64_t size);

/*
 * Write both files of the shard of `size` in `folder` into PACK_FRESH, synced with
 * their names. ERR_CLOSED: `go_on` returned false, which it is asked for each
 * bundle. ERR_CORRUPT, ERR_NOT_FOUND: a loose file is damaged or missing.
 */
struct pack_watch {
    bool (*go_on)(void *to);
    void *to;
};
MUST_USE enum err pack_make(const struct disk *, const char *folder, uint64_t size,
                            const struct pack_watch *, struct problem *);
