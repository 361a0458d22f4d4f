/*
 * evidence: files that come with a complaint.
 *
 * A file is kept as it came: its SHA-256 is in the row, its bytes lie sealed in the store, in
 * parts of at most EVIDENCE_PART bytes, and never in the clear on a disk. What it is says its
 * content (desk/media.h). It opens to her who sent it, and to officers as a disclosure
 * (desk/disclosure.h); the respondent gets none of it, nor how many there are.
 *
 * A file at rest:
 *
 *     part i:  XChaCha20-Poly1305 of the i-th EVIDENCE_PART bytes, under the key of
 *              DATA/keys/accounts and the label "evidence/ID/i/SIZE"
 *
 * so that no part opens in another's place, and a file that lost its end does not open.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "core/buf.h"
#include "desk/complaint.h"

/* Columns, in the order of a row. */
enum {
    EVIDENCE_KEY,
    EVIDENCE_COMPLAINT,
    EVIDENCE_MEDIA,
    EVIDENCE_SIZE, /* bytes */
    EVIDENCE_HASH, /* "sha256:…" */
    EVIDENCE_AT,
    EVIDENCE_COLUMNS
};

extern const struct fact_kind evidence_kind;

enum {
    EVIDENCE_MAX = 8 << 20, /* bytes of one */
    EVIDENCE_PART = 1 << 20,
    EVIDENCE_DAY = 20, /* of one person in 24 hours */
};

/*
 * She, or the officer who enters her complaint, adds a file; a step. DESK_WRONG: empty, too long,
 * or nothing of the list; DESK_LIMIT: as many as there may be; DESK_CONFLICT: the same bytes are
 * there already, or the complaint is over.
 */
struct evidence_adding {
    struct str complaint, bytes;
    const uint8_t *link; /* of hers (COMPLAINT_LINK bytes), or NULL: of whoever acts */
    when since;
    char out[COMPLAINT_ID]; /* its id */
};
desk_step evidence_add;

/* Of one complaint, the oldest first. Views. */
MUST_USE enum err evidence_list(struct store *, struct str complaint, fact_pick *, void *to,
                                struct problem *);
MUST_USE enum err evidence_find(struct store *, struct str id, struct fact_row *out,
                                struct problem *);

/*
 * Open it at the end of `out`, which the caller overwrites (vault_wipe). ERR_CORRUPT: it is not
 * what came.
 */
MUST_USE enum err evidence_open(const struct desk_work *, const struct value *row, struct buf *out,
                                struct problem *);
