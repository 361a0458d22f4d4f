/*
 * look_index: looks, found again by the person; and facts.
 *
 * DATA/index/looks.db, a SQLite file of its own, follows the log beside the index of
 * calls (ledger/index.h), its position in the transaction of its rows. It keeps, by
 * record, who asked and each person's opening behind her handle (look_seal.h): all of
 * it sealed. Who reads it without keys learns how often some person was looked at.
 *
 * Of facts, which stand in the log in the order of their journal numbers, one in every
 * LOOK_INDEX_STRIDE records is noted: from there on the others are near.
 *
 * Rows go with their entries, at the end of the ledger's retention. Losing the file
 * loses the openings of looks that are older than the log's frames; it is then made
 * anew.
 *
 * look_index_follow: the index's thread. Else any thread.
 */
#pragma once
#include "gate/look_seal.h"
#include "ledger/index.h"

struct look_index;

enum { LOOK_INDEX_STRIDE = 256 };

/* ERR_CORRUPT: it knows more records than the ledger has. */
MUST_USE enum err look_index_open(const struct disk *, const char *folder, struct ledger *,
                                  struct look_index **out, struct problem *);
void look_index_close(struct look_index *);

/* An index_beside; `to` is the struct look_index. */
MUST_USE enum err look_index_follow(void *to, uint64_t target, bool closing, uint64_t *below,
                                    struct problem *);

/* Records below have been taken. */
uint64_t look_index_covers(const struct look_index *);

/* One part, with its record. Views last until the function returns. */
struct look_row {
    uint64_t record;
    when at;
    struct look_part part;
};
typedef bool look_row_each(void *to, const struct look_row *);

/* Parts under this handle, of records below `before`, newest first. */
MUST_USE enum err look_index_find(struct look_index *, const uint8_t handle[static LOOK_HANDLE],
                                  uint64_t before, look_row_each *, void *to, struct problem *);

/* The newest part of each handle that has a running number, of records from `from` on. */
MUST_USE enum err look_index_newest(struct look_index *, uint64_t from, look_row_each *, void *to,
                                    struct problem *);

/* Is an imported look with this mark among them? */
MUST_USE enum err look_index_marked(struct look_index *, uint64_t mark, bool *there,
                                    struct problem *);

/* All parts, newest first. */
MUST_USE enum err look_index_recent(struct look_index *, look_row_each *, void *to,
                                    struct problem *);

/*
 * Every record of looks at this gate, or of those that were imported, from record `from`
 * on, once, newest first, with what is found of its first person.
 */
struct look_asked {
    uint64_t record;
    const uint8_t *handle; /* NULL: she has no key, or never was */
    when at;               /* recorded, if there is a handle */
};
typedef bool look_asked_each(void *to, const struct look_asked *);
MUST_USE enum err look_index_asked(struct look_index *, bool imported, uint64_t from,
                                   look_asked_each *, void *to, struct problem *);

/* Who asked, sealed, into `out`. ERR_NOT_FOUND. */
MUST_USE enum err look_index_asker(struct look_index *, uint64_t record, struct buf *out,
                                   struct problem *);

/*
 * The record of the noted fact next to journal number `seq`, or of that itself. Of the
 * records taken, those within LOOK_INDEX_STRIDE from there hold the one of `seq`, or none
 * does. ERR_NOT_FOUND: it is older than what is known here.
 */
MUST_USE enum err look_index_fact(struct look_index *, int64_t seq, uint64_t *from,
                                  struct problem *);
