/*
 * publish: tiles, entry bundles and the signed checkpoint of one shard.
 *
 * The files are those of C2SP tlog-tiles: tile/<L>/<N>[.p/<W>],
 * tile/entries/<N>[.p/<W>], checkpoint. Entries come from the durable log; after
 * publish_commit every file that the new checkpoint needs is synced, and only
 * then the checkpoint is renamed into place.
 *
 * One thread at a time; cosignatures may come in from others (head.h).
 */
#pragma once
#include "core/clock.h"
#include "core/disk.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

struct publisher;

/*
 * Open DATA/ledger/current, or create it with a checkpoint of size 0; the origin
 * is the signer's name. Reads the checkpoint and the right edge of the tiles.
 * ERR_CORRUPT: signature, root and tiles do not agree. `size` gets the
 * checkpoint's size: entries from there on must be added again. The folder that
 * holds `folder` must be there.
 */
MUST_USE enum err publish_open(const struct disk *, const char *folder, const struct note_signer *,
                               struct publisher **out, uint64_t *size, struct problem *);
void publish_close(struct publisher *);

/* Add the next entry; kept in memory until the commit. ERR_MEMORY; ERR_LIMIT over 65,535 bytes. */
MUST_USE enum err publish_add(struct publisher *, struct str entry);

/*
 * Write and sync bundles and tiles, sign, replace `checkpoint`. On an error the
 * old checkpoint stands (or, after a failed sync of the folder, the new one) and
 * the same entries are tried again by the next call. ERR_CORRUPT: the checkpoint
 * on disk is not the one that was left there; nothing will be signed. OK without
 * new entries does nothing.
 */
MUST_USE enum err publish_commit(struct publisher *, struct problem *);

/* Root over everything added. */
void publish_root(const struct publisher *, struct hash *out);
uint64_t publish_size(const struct publisher *);
