/*
 * batch: what the index writes at once (drawing: batch.c).
 *
 * A batch covers the records from ≤ record < to: their rows, encrypted for each
 * class, and their sealed openings. Since the position lies in the same bytes as
 * the rows, a crash can neither lose nor double them.
 *
 * Pure but for the key, which comes from opening.h. One owner.
 */
#pragma once
#include "ledger/index.h"

enum {
    BATCH_HEAD = 40,
    BATCH_SALT = 16,
    BATCH_ROW = 32,
    BATCH_ROWS_MAX = 4096, /* of all classes; and so many openings */
    BATCH_MAX = 2 << 20,
    BATCH_CLASSES = OPENING_PLAIN + 1, /* whose rows are kept */
};

struct batch {
    uint64_t from, to;
    uint32_t rows[BATCH_CLASSES], opening_count;
    struct buf row[BATCH_CLASSES], openings;
};

void batch_init(struct batch *);
void batch_fini(struct batch *);

/* Empty, covering nothing from `from` on. */
void batch_reset(struct batch *, uint64_t from);

/* A record with its rows, at most INDEX_ROWS. False, and nothing added, if they do not fit. */
bool batch_add(struct batch *, enum opening_class, const struct index_row *, size_t rows,
               uint64_t record, struct str opening);

/* Encrypt and close into `out`, for the file of `day`. */
MUST_USE enum err batch_seal(const struct batch *, struct opening_keys *, uint32_t day,
                             const uint8_t salt[static BATCH_SALT], struct buf *out);

struct batch_head {
    uint64_t from, to;
    uint32_t bytes, rows[BATCH_CLASSES], opening_count;
};

/* The head, of which BATCH_HEAD bytes are there. False: no batch begins so. */
bool batch_head_read(const uint8_t head[static BATCH_HEAD], struct batch_head *out);

/* Bytes behind the head that hold rows. */
size_t batch_rows_size(const struct batch_head *);

/*
 * Decrypt the rows behind the head, oldest first, into `out` (room for all).
 * Rows whose key was destroyed are left out. ERR_CORRUPT.
 */
MUST_USE enum err batch_rows(const uint8_t head[static BATCH_HEAD], struct str rows,
                             struct opening_keys *, uint32_t day, struct index_row *out,
                             size_t *count);

/* Is the whole batch as it was written? */
bool batch_whole(const uint8_t *bytes, size_t n, const uint8_t salt[static BATCH_SALT]);

/* The sealed openings of a whole batch, by record: views into it. Room for BATCH_ROWS_MAX. */
struct batch_slot {
    uint64_t record;
    struct str opening;
};
size_t batch_openings(const uint8_t *bytes, size_t n, struct batch_slot *out);
