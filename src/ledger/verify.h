/*
 * verify: is everything that a shard has published what its checkpoint signed?
 *
 * Every entry is read and hashed once, every tile is computed from below and
 * compared with its file, the root with the checkpoint. Partial files that a
 * larger tile has superseded are compared with it, so that a changed byte in any
 * file under the checkpoint is found. The first fault ends the run and is named
 * by file and by what is wrong in it; where an entry and its hash disagree, the
 * parent hash decides which of the two was changed.
 *
 * A closed shard is judged by its pack, once that is there; loose files that have
 * still to be removed are not. Entries may be missing if the log has declared that
 * it deleted them: then the tree is computed from their hashes.
 *
 * Never writes, takes no lock: a server may go on publishing meanwhile. Files
 * beyond the checkpoint (of a commit that is under way, or was cut off by a crash
 * and will be made again) are counted and not judged.
 *
 * Memory is bounded: about 17 MB for the largest bundle, for each thread. Any thread.
 */
#pragma once
#include "core/disk.h"
#include "ledger/checkpoint.h"

struct verify_options {
    const struct disk *disk;
    const char *folder;         /* DATA/ledger/current */
    const struct note_key *log; /* whose signature the checkpoint must bear */
    struct str older;           /* a checkpoint of this log seen before, or p NULL */
    const char *pack;           /* this pack (pack.h); NULL: the folder's, if it has one */
    unsigned threads;           /* that hash ahead (ahead.h), the disk bearing it; 0: none */
    bool (*progress)(void *to, uint64_t done, uint64_t of); /* entries; false stops; may be NULL */
    void *to;
};

enum { VERIFY_PLACE = 80 };

struct verify_report {
    uint64_t size; /* of the checkpoint */
    struct hash root;
    uint64_t cosigned_size; /* of the newest checkpoint with foreign cosignatures, or 0 */
    size_t cosigners;       /* how many witnesses have cosigned that one */
    uint64_t superseded;    /* partial files behind a larger tile */
    uint64_t ahead;         /* files beyond the checkpoint */
    bool packed;
    when deleted; /* when the entries were, as declared (retention.h); 0: they are there */
    char place[VERIFY_PLACE]; /* where the fault is: a file below the folder; empty if none */
    uint64_t entry;           /* the entry at fault, or UINT64_MAX */
};

/*
 * OK: all is well. ERR_CORRUPT: report->place and problem->text say what is not.
 * ERR_CLOSED: `progress` stopped it. ERR_IO, ERR_MEMORY: not finished.
 */
MUST_USE enum err verify_log(const struct verify_options *, struct verify_report *,
                             struct problem *);
