/*
 * retention: the declaration that a closed shard's entries were deleted.
 *
 * Entry bundles go at the end of their retention; hashes, checkpoints and every
 * receipt that somebody keeps stay valid. So that a deletion by policy can be told
 * from a loss, and from somebody who removes what he dislikes, the log signs for it
 * before it deletes. The file `deleted` is a signed note of the shard:
 *
 *     menshen-deleted 1
 *     example.org/menshen/2026-11          whose entries
 *     104211                               how many
 *     1830                                 ledger.retention_days
 *     2031-12-05T00:00:01Z                 when
 *     AQgYdGhlIGZpcnN0IGVudHJ5…            its first entry, base64: what it continues
 *
 * The first line is no name of a log, so that the note passes for no checkpoint.
 * Any thread.
 */
#pragma once
#include "core/disk.h"
#include "ledger/note.h"

#define RETENTION_FILE "deleted"

enum { RETENTION_ENTRY = 8192 };

struct retention {
    uint64_t size;
    int days;
    when at;
    uint8_t first[RETENTION_ENTRY];
    size_t first_size;
};

/* Sign for the deletion: synced in `folder` before it returns OK. */
MUST_USE enum err retention_declare(const struct disk *, const char *folder,
                                    const struct note_signer *, const struct retention *,
                                    struct problem *);

/* ERR_NOT_FOUND: nothing was declared. ERR_CORRUPT: not a declaration that `log` has signed. */
MUST_USE enum err retention_load(const struct disk *, const char *folder,
                                 const struct note_key *log, struct retention *out,
                                 struct problem *);

/*
 * The first day (days since 1970) on which the entries of `month` (202611) may go:
 * `days` after its end.
 */
int64_t retention_end(uint32_t month, int days);
