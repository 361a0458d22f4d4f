/*
 * checkpoint: the text of a log's signed tree head (c2sp.org/tlog-checkpoint).
 *
 *     origin\n size\n base64 of the root\n
 *
 * What makes it a note, signatures, is note.h's. Pure; any thread.
 */
#pragma once
#include "core/buf.h"
#include "ledger/merkle.h"
#include "ledger/note.h"

struct checkpoint {
    struct str origin; /* points into the text it was read from */
    uint64_t size;
    struct hash root;
};

enum { HASH_TEXT = 45 }; /* base64 of 32 bytes and a NUL */

void hash_format(const struct hash *, char out[static HASH_TEXT]);
bool hash_parse(struct str text, struct hash *out);

/* A decimal without leading zeroes, below 2^63. */
bool size_parse(struct str, uint64_t *out);

/* Append the three lines. */
void checkpoint_put(const struct checkpoint *, struct buf *out);

/* Read the text of a note. Extension lines are accepted and passed over. ERR_INVALID. */
MUST_USE enum err checkpoint_parse(struct str text, struct checkpoint *out);

/*
 * Read a note that `key` has signed and whose origin is the key's name. The
 * errors are note_open's; ERR_INVALID also if the text is no checkpoint or has
 * another origin. `text` may be NULL.
 */
MUST_USE enum err checkpoint_open(struct str note, const struct note_key *key,
                                  struct checkpoint *out, struct str *text);
