/*
 * look_make: the bytes of a look's record; for the files of this folder only.
 *
 *     begin ─► persons, one by one ─► verdicts ─► encode ─► (ledger) ─► end
 *                                                   └─ no record ─► undo ─► end
 */
#pragma once
#include "gate/look_seal.h"
#include "gate/node.h"

/* One person of a look. */
struct looked {
    char id[ID_MAX];
    bool known;            /* she has a key: */
    struct unwrap_key key; /* of records, until the look is encoded */
    uint8_t handle[LOOK_HANDLE];
    uint32_t number; /* running; 0: none was taken */
    bool spent;      /* of the looker's budget (gate/budget.h) */
};

struct look_making {
    struct gate *gate;
    struct look_record record;
    struct look_asker asker;
    struct looked *person;        /* record.persons of them … */
    struct look_verdict *verdict; /* … and as many */
    struct buf beside;
    uint8_t body_bytes[LOOK_BODY_MAX];
    struct str body;
};

/* Begin with `asker` and the rest of `record`; the pack is set here. */
void look_make_begin(struct gate *, struct look_making *);

/*
 * The i-th person. OK also for one without a key; else why keys cannot be read. `member`:
 * there is somebody of this id, whose key another process may just have made; for any
 * other no lock is taken.
 */
MUST_USE enum err look_make_person(struct look_making *, size_t i, struct str id, bool member);

/*
 * Take running numbers, unless it is a dry run, commit and seal: `body` and `beside`.
 * ERR_FULL: the table of running numbers is full. The caller holds the gate's `numbering`
 * from here until the record is submitted or undone, so that her numbers rise with the
 * records: else one that overtakes another would look like a gap to her.
 */
MUST_USE enum err look_make_encode(struct look_making *);

/* There will be no record: give the numbers back. */
void look_make_undo(struct look_making *);

void look_make_end(struct look_making *);
