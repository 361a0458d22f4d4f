/*
 * sieve: who is surely not in a set: a bit a key, so that it stays in the cache where the set
 * does not.
 *
 * Of those that are not in it one of SIEVE_BITS passes, and is looked up for nothing. One writer;
 * any number of readers.
 */
#pragma once
#include "core/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIEVE_BITS = 16, SIEVE_WORD = 64 }; /* for each key, at least; of a word */

struct sieve {
    uint64_t mask; /* bits, a power of two, less one */
    _Atomic uint64_t *words;
};

/* Bits for so many keys. */
uint64_t sieve_bits(uint64_t keys);

/* Empty. ERR_MEMORY. */
MUST_USE enum err sieve_new(uint64_t bits, struct sieve *out);
void sieve_free(struct sieve *);

/* The smallest with the same keys, `keys` of them, that need no more; its end is left unused. */
void sieve_fold(struct sieve *, uint64_t keys);

static inline void sieve_put(struct sieve *s, uint64_t hash)
{
    const uint64_t bit = hash & s->mask;
    atomic_fetch_or_explicit(&s->words[bit / SIEVE_WORD], UINT64_C(1) << bit % SIEVE_WORD,
                             memory_order_release);
}

static inline bool sieve_passes(const struct sieve *s, uint64_t hash)
{
    const uint64_t bit = hash & s->mask;
    return atomic_load_explicit(&s->words[bit / SIEVE_WORD], memory_order_acquire) >>
               bit % SIEVE_WORD &
           1;
}
