/*
 * scrub_judge: rows of a calling list judged, by several threads.
 *
 * Nothing is recorded here, and nothing counted: cli/scrub.h does that.
 */
#pragma once
#include "gate/gate.h"
#include "ledger/merkle.h"

enum { SCRUB_KEY = 32, SCRUB_NUMBER = 256 };

struct scrub_order {
    struct gate *gate;
    struct call call;      /* but for the callee */
    const char *principal; /* whose line and campaign these were when the scrub began */
    const uint8_t *key;    /* SCRUB_KEY bytes, of the leaves */
};

/* What a row is answered; the words are static or the rule pack's. */
struct scrub_outcome {
    enum verdict_kind kind;
    const char *reason, *rule;
};
enum { SCRUB_OUTCOMES = 4 * (CHECKS + 1) }; /* each check, or none, with each verdict */

struct scrub_judged {
    struct scrub_row row;
    struct scrub_outcome outcome;
    struct hash leaf; /* of the tree of rows */
};

/*
 * Judge `n` rows by the text of their number, no longer than SCRUB_NUMBER; the first of them is the
 * scrub's `first`th, counted from 1. ERR_CONFLICT: line or campaign belong to somebody else now.
 * ERR_MEMORY.
 */
MUST_USE enum err scrub_judge(const struct scrub_order *, const struct str text[], size_t n,
                              uint64_t first, unsigned threads, struct scrub_judged out[],
                              struct problem *);
