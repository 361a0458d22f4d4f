/*
 * prove: proofs that a person can keep, and a witness can check.
 *
 * A receipt is text in the C2SP tlog-proof format: the record's index, the sister
 * hashes from leaf to root, and the signed checkpoint that covers it. The entry
 * itself stands in the `extra` line, so that the file needs nothing else: its
 * leaf hash is what the path proves. It stays valid for ever and is checked
 * without this program.
 *
 * A growth proof says that the log of an earlier size is the beginning of the
 * log of now. It has the form of a C2SP tlog-witness request, `old SIZE`, hashes
 * and checkpoint, so that it can be sent to a witness as it is.
 *
 * Any thread. Reads tiles from disk or memory, at most two for each 8 levels, and checks
 * what it made from them against the signed root before it gives it away.
 */
#pragma once
#include "core/buf.h"
#include "core/disk.h"
#include "ledger/checkpoint.h"

/* A published log, as everybody can see it. */
struct proof_log {
    const struct disk *disk;
    const char *folder; /* DATA/ledger/current */
    const struct note_key *key;
    struct proof_memory *memory; /* NULL: none */
    uint64_t number;             /* of this log, among those that share the memory */
};

/*
 * What receipts asked for lately were made from: tiles with the hashes over them, and
 * which checkpoints were checked. One receipt at a time uses it, others do without. It
 * is never believed: every receipt is checked against the root that was signed, and what
 * does not agree is read again. Up to 8 MB. NULL: out of memory.
 */
struct proof_memory *proof_memory_new(void);
void proof_memory_free(struct proof_memory *);

enum { PROOF_MAX = NOTE_MAX + 100000 };

/*
 * Append the receipt of record `index`: under the newest cosigned checkpoint that
 * covers it, else under the newest one. ERR_NOT_FOUND: no checkpoint covers the
 * record (yet), or its entry was deleted by retention. ERR_CORRUPT: tiles, entry and root do not
 * agree; nothing is appended.
 */
MUST_USE enum err prove_record(const struct proof_log *, uint64_t index, struct buf *out,
                               struct problem *);

/* Append the growth proof from `size` to the newest checkpoint. ERR_NOT_FOUND: it is larger. */
MUST_USE enum err prove_growth(const struct proof_log *, uint64_t size, struct buf *out,
                               struct problem *);

/* A receipt, taken apart and not checked. Views point into its text. */
struct receipt {
    uint64_t index;
    struct hash path[MERKLE_PROOF_MAX];
    size_t count;
    struct str extra; /* base64; p NULL: there is none */
    struct str note;
};

/* ERR_INVALID: not in the tlog-proof format. */
MUST_USE enum err receipt_parse(struct str text, struct receipt *out);

/*
 * Does the receipt prove `entry` under a checkpoint that `log` has signed? An
 * entry with p == NULL is taken from the extra line. `size` and `entry_out` (a
 * buffer of the caller's) may be NULL. ERR_INVALID: not a receipt, or without an
 * entry. ERR_NOT_FOUND: not signed by `log`. ERR_CORRUPT: it proves nothing.
 */
MUST_USE enum err receipt_check(struct str text, const struct note_key *log, struct str entry,
                                uint64_t *index, uint64_t *size, struct buf *entry_out,
                                struct problem *);

/* A growth proof, taken apart and not checked. */
struct growth {
    uint64_t old_size;
    struct hash path[MERKLE_PROOF_MAX];
    size_t count;
    struct str note;
};

/* ERR_INVALID: not a tlog-witness request. */
MUST_USE enum err growth_parse(struct str text, struct growth *out);
