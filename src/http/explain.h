/*
 * explain: a record of the ledger in words.
 *
 * Opens an entry with what the keys still allow, and says whose matter it is, so
 * that a front can answer 404 to everybody else.
 */
#pragma once
#include "gate/look_record.h"
#include "http/ask.h"

struct explained {
    enum entry_kind kind;
    bool opened;             /* false: its key has been destroyed */
    struct call_record call; /* of ENTRY_CALL; of a scrub's part who asked for whom */
    uint64_t index;
    struct look_asker asker; /* of ENTRY_LOOK */
    bool gone;               /* not found, since retention has deleted it … */
    when deleted;            /* … then; 0: cannot be told */
};

/* "call", "scrub-part", … */
const char *explain_kind(enum entry_kind);

/*
 * Read record `text` ("rec_7f3a09c1_1042", or a row of a scrub, "rec_7f3a09c1_1042:17")
 * of this node. ERR_INVALID: not a record id. ERR_NOT_FOUND: another log's, beyond the
 * end, or gone; no such row. ERR_CORRUPT.
 *
 * A part of a scrub says what was answered of the row that is named, and never
 * whose numbers its other rows hold.
 */
MUST_USE enum err explain_read(struct gate *, struct str text, struct explained *out,
                               json_t **object, enum ask_view view, struct problem *problem);
