/*
 * opened: a receipt together with what its entry commits to.
 *
 * A receipt (prove.h) proves that an entry stands in the log, and the entry hides what
 * it is about. Whoever the entry concerns may have its opening too: then the `extra`
 * line of her tlog-proof file holds, instead of the entry alone,
 *
 *       1  2                       (an entry begins with 1)
 *     2+n  the entry               big-endian lengths
 *     2+n  its opening             the nonce (32) and the plaintext
 *     4+n  what the plaintext is the hash of; may be empty
 *
 * so that the file is checked with nothing but the log's key, and shows to whom she
 * hands it what she agreed to. SHA-256 of the opening is a commitment in the entry;
 * SHA-256 of the last part stands at the end of a fact's plaintext (gate/follow.h).
 *
 * Pure; any thread.
 */
#pragma once
#include "ledger/prove.h"

/* Views into the decoded `extra`. */
struct opened {
    struct str entry, opening, content;
};

/* Append `receipt`, opened. ERR_INVALID: it is no receipt that holds its entry. */
MUST_USE enum err opened_put(struct str receipt, struct str opening, struct str content,
                             struct buf *out);

/* ERR_INVALID: not of this form. */
MUST_USE enum err opened_parse(struct str extra, struct opened *out);

/* What a receipt holds, into `memory`. ERR_NOT_FOUND: its entry only. ERR_INVALID: neither. */
MUST_USE enum err opened_of(struct str receipt, struct buf *memory, struct opened *out);

/* Does the entry commit to the opening, and a fact's opening to the content? */
bool opened_agrees(const struct opened *);
