/*
 * frame: the bytes of one commit group in the log (drawing: frame.c).
 *
 * Writing: frame_begin, frame_add for each item, frame_end. Reading: frame_open,
 * then frame_next until it returns false. A frame that opens is whole: its
 * checksum, keyed with the segment's salt, covers every byte of it.
 *
 * Pure. Hostile bytes are refused, never overrun.
 */
#pragma once
#include "ledger/ledger.h"

enum {
    FRAME_SALT = 16,
    FRAME_ITEM_MAX = 16 + ENTRY_HEADER + ENTRY_BODY_MAX + BESIDE_MAX,
};

struct frame {
    uint64_t first; /* index of the first entry */
    uint32_t count;
    uint32_t bytes; /* without padding */
    when recorded;
    uint64_t chain; /* checksum of the frame before */
    uint64_t sum;
    bool answers; /* holds an item with a SIP transaction */
    struct cursor items;
};

/* `out` is empty and of fixed memory. */
void frame_begin(struct buf *out, uint64_t first, uint64_t chain, when recorded);

/* False, and nothing added, if there is no room. */
bool frame_add(struct buf *out, const struct ledger_item *, when recorded);

/* Close with `count` items, pad with zeroes to whole sectors; returns the checksum. */
uint64_t frame_end(struct buf *out, uint32_t count, const uint8_t salt[static FRAME_SALT]);

/* The frame that begins at `bytes`, of which `n` are there. */
bool frame_open(const void *bytes, size_t n, const uint8_t salt[static FRAME_SALT],
                struct frame *out);

/* How many bytes a frame that begins so would have; 0: nothing that begins like a frame. */
uint32_t frame_length(const void *bytes, size_t n);

/* The next record, starting with index `first`; views into the frame's memory. */
bool frame_next(struct frame *, struct ledger_record *out);
