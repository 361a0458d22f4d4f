/*
 * scrub_part: rows of a calling list, on the record before they are answered.
 *
 * A chunk of a scrub (cli/scrub.h) becomes one or more of these, so that no answer
 * leaves without a record and each number finds who asked about it. What the whole
 * scrub commits to stands in its closing ENTRY_SCRUB, which names the same id.
 */
#pragma once
#include "gate/verdict.h"

enum { SCRUB_ID = 16, SCRUB_PART_ROWS = 250 };

struct scrub_row {
    number callee; /* 0: the row held no number */
    enum verdict_kind kind;
    enum check check;
};

struct scrub_part {
    uint8_t id[SCRUB_ID]; /* random, of the scrub */
    uint64_t first;       /* number of the first row, counted from 1 through the scrub */
    uint32_t count;
    uint8_t commitment[COMMITMENT];
    /* In the opening: */
    number caller;
    when asked; /* the time that was judged for */
    char line[ID_MAX], campaign[ID_MAX], principal[ID_MAX];
    struct scrub_row row[SCRUB_PART_ROWS];
};

/*
 * Body of an ENTRY_SCRUB_PART, integers big-endian:
 *
 *      1  version, 1
 *     16  id of the scrub
 *      8  number of the first row
 *      4  rows
 *     32  commitment to the opening
 */
enum { SCRUB_PART_BODY = 29 + COMMITMENT };
void scrub_part_encode(const struct scrub_part *, struct buf *out);

/* ERR_CORRUPT: not such a body. Leaves what the opening holds zero. */
MUST_USE enum err scrub_part_decode(struct str body, struct scrub_part *out);

/*
 * Plaintext of the opening; the checks' words, so that it explains itself:
 *
 *      1  version, 1
 *      8  caller, 8 asked
 *    1+n  line, 1+n campaign, 1+n principal
 *      1  checks that occur, for each 1+n its word
 *      4  rows, for each: 8 callee, 1 verdict, 1 which of the checks
 */
enum { SCRUB_PART_OPENING = OPENING_MAX - OPENING_OVERHEAD };
void scrub_part_opening_encode(const struct scrub_part *, struct buf *out);

/* Fills in what scrub_part_decode left, and `count` again. ERR_CORRUPT. */
MUST_USE enum err scrub_part_opening_decode(struct str plaintext, struct scrub_part *out);

/* For the ledger's index: found at the time of its recording, whatever time was judged for. */
size_t scrub_part_index_rows(when recorded, struct str plaintext,
                             struct index_row out[static INDEX_ROWS]);
