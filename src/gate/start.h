/*
 * start: the record that a serving node writes when it has started.
 *
 * Body of an ENTRY_START, numbers big-endian, a word is its length (1) and letters:
 *
 *     1  version, 1
 *        word: the program's version
 *        word: the node's name
 *    32  the rule pack's hash
 *     8  records that were durable and not published, found by recovery
 *     8  bytes of an unfinished write that was cut off
 *     1  flags: 1 frames of published records were damaged
 *
 * Pure; any thread.
 */
#pragma once
#include "core/buf.h"

enum { START_WORD = 64, START_HASH = 32 };

struct start_record {
    char program[START_WORD], node[START_WORD];
    uint8_t pack[START_HASH];
    uint64_t recovered, cut;
    bool damaged;
};

void start_record_put(struct buf *, const struct start_record *);
bool start_record_read(struct str body, struct start_record *out);
