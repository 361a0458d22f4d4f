/*
 * index: the log, followed, so that a call is found again.
 *
 * A thread reads new records from the log, opens what the keys allow, and writes
 * DATA/index/: day files of calls (caller, callee, time, record) in encrypted
 * blocks, and the sealed openings by record. Its position lies with its rows.
 * Everything that searches reads only this; the files of a day are removed with
 * their keys. Losing the folder loses openings older than the log's frames.
 *
 * Another index of the same log may be kept beside this one, in the rounds of the
 * same thread (gate/look_index.h): frames go when both have what they hold.
 *
 * index_open … index_close: the node. index_find, index_opening: any thread.
 */
#pragma once
#include "core/number.h"
#include "ledger/ledger.h"
#include "ledger/opening.h"

struct index;

struct index_row {
    number caller, callee;
    when at;
    uint64_t record;
};

/*
 * The rows by which a call or a scrub's part is found, out of its opened plaintext:
 * how many (0: none). The gate gives this, since only the gate knows what its
 * openings hold. `record` is the index's to set.
 */
enum { INDEX_ROWS = 256 }; /* of one record */
typedef size_t index_decode(const struct ledger_record *, struct str plaintext,
                            struct index_row out[static INDEX_ROWS]);

/*
 * Take what is new in the log, up to `target`. `below`: the frames of records below it
 * are needed no more, whatever is returned. `closing`: it is the last round.
 */
typedef enum err index_beside(void *to, uint64_t target, bool closing, uint64_t *below,
                              struct problem *);

struct index_options {
    const struct disk *disk;
    const char *folder; /* DATA */
    struct ledger *ledger;
    struct opening_keys *keys;
    index_decode *decode;
    index_beside *beside; /* or NULL */
    void *beside_to;
};
MUST_USE enum err index_open(const struct index_options *, struct index **out, struct problem *);
void index_close(struct index *);

/* Wait until everything durable in the ledger now is indexed, or has been offered to the one
 * beside. */
MUST_USE enum err index_catch_up(struct index *, struct problem *);

/* Rows with this caller and callee (0: any) since `since`, oldest record first; false stops. */
typedef bool index_each(void *to, const struct index_row *);
MUST_USE enum err index_find(struct index *, number caller, number callee, when since, index_each *,
                             void *to, struct problem *);

/* The sealed opening of a record into `out`. ERR_NOT_FOUND. */
MUST_USE enum err index_opening(struct index *, uint64_t record, struct buf *out);
