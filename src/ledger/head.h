/*
 * head: the newest signed checkpoint of a shard, and who has cosigned it.
 *
 * Three files lie beside the tiles:
 *
 *     checkpoint   the newest checkpoint, with the cosignatures it has so far
 *     cosigned     the newest checkpoint that a foreign witness has cosigned
 *     cosigners    the verifier keys of those witnesses, one a line
 *
 * A witness answers after the fact, and a second later a newer checkpoint takes
 * its place; so `cosigned` keeps the lines, and a receipt is made from it as long
 * as it covers the record. `cosigners` lets anyone check every line with nothing
 * but the folder and the log's key.
 *
 * `checkpoint` is replaced by two parties, the publisher and whoever brings a
 * cosignature. Both come through here, where one lock orders them, so that a late
 * answer never puts an older checkpoint back. The lock is the process's: a data
 * folder has one owner.
 */
#pragma once
#include "core/disk.h"
#include "ledger/checkpoint.h"

enum head_file { HEAD_NEWEST, HEAD_COSIGNED };

enum { HEAD_COSIGNERS = 64 };

struct head {
    void *bytes; /* the file */
    struct str note, text;
    struct checkpoint checkpoint;
};

/*
 * Read and check one. ERR_NOT_FOUND: no such file. ERR_CORRUPT: not a checkpoint
 * that `log` has signed. head_fini releases it, and may be called after an error.
 */
MUST_USE enum err head_load(const struct disk *, const char *folder, enum head_file,
                            const struct note_key *log, struct head *out, struct problem *);
void head_fini(struct head *);

/* The same of one log again and again: bytes that were checked before are not checked again. */
struct head_seen {
    bool is;
    struct hash sum; /* of the file that was found good last */
};
MUST_USE enum err head_load_again(const struct disk *, const char *folder, enum head_file,
                                  const struct note_key *log, struct head_seen *, struct head *out,
                                  struct problem *);

/* Keys of the witnesses whose lines are in the two files. None is fine. ERR_CORRUPT. */
MUST_USE enum err head_cosigners(const struct disk *, const char *folder,
                                 struct note_key out[static HEAD_COSIGNERS], size_t *count,
                                 struct problem *);

/* How many different ones of `keys` have cosigned the note, with signatures that verify. */
size_t head_count_cosigners(struct str note, const struct note_key *keys, size_t count);

/*
 * Sign `next` and put it in the place of the checkpoint that is there, which must
 * be one of the `count` of `known` (0: there must be none). ERR_CORRUPT: it is
 * another one, or `next` is smaller; nothing is signed. On any other error what
 * is there is the old checkpoint or the new one.
 */
MUST_USE enum err head_replace(const struct disk *, const char *folder, const struct note_signer *,
                               const struct checkpoint *known, size_t count,
                               const struct checkpoint *next, struct problem *);

/*
 * A witness's answer: `lines` as it sent them, to the checkpoint note `sent`.
 * Its valid line is kept, all else is dropped. ERR_NOT_FOUND: no line of this
 * witness. ERR_CORRUPT: its signature does not verify. ERR_INVALID: `sent` or
 * `lines` are malformed. ERR_FULL: too many witnesses.
 */
MUST_USE enum err head_add_cosignature(const struct disk *, const char *folder,
                                       const struct note_key *log, const struct note_key *witness,
                                       struct str sent, struct str lines, struct problem *);
