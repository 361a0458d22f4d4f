/*
 * summed: large files that are read by mapping them, and how damage in them is found.
 *
 *     header, SUMMED_HEADER bytes
 *     body
 *     SHA-256 of every SUMMED_PART bytes of the body
 *
 * A body ends at a multiple of SUMMED_ALIGN, where its sums begin. Any thread.
 */
#pragma once
#include "ledger/merkle.h"

#include <stdatomic.h>

enum { SUMMED_HEADER = 4096, SUMMED_PART = 1 << 20, SUMMED_ALIGN = 64 };

static inline uint64_t summed_round(uint64_t n, uint64_t to)
{
    return (n + to - 1) / to * to;
}

/* How many sums a body has that ends at `end`, counted from the file's beginning. */
static inline uint64_t summed_parts(uint64_t end)
{
    return (end - SUMMED_HEADER + SUMMED_PART - 1) / SUMMED_PART;
}

/*
 * Give a file whose body ends at `end` its sums and its header, and tell by what it is known. The
 * header may keep that itself, at `known`, which is not 0, where it has 32 zeroes for it. Not
 * synced. ERR_CORRUPT: the file is shorter. ERR_CLOSED: stopped; `stop` may be NULL.
 */
MUST_USE enum err summed_seal(int fd, uint64_t end, unsigned char head[static SUMMED_HEADER],
                              size_t known, const atomic_bool *stop, uint8_t hash[static 32]);

/*
 * Read the body, as it is on the disk, and compare its sums. ERR_CORRUPT says where; ERR_CLOSED:
 * stopped.
 */
MUST_USE enum err summed_check(int fd, uint64_t end, const atomic_bool *stop,
                               const struct hash *sums, struct problem *);

/* By what a file is known: its first SUMMED_HEADER bytes, and its sums. */
void summed_known(const void *header, const struct hash *sums, size_t count,
                  uint8_t hash[static 32]);
