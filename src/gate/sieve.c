#include "gate/sieve.h"

#include <stdlib.h>

enum { LEAST = 1 << 16 };

uint64_t sieve_bits(uint64_t keys)
{
    uint64_t bits = LEAST;
    while (bits / SIEVE_BITS < keys)
        bits *= 2;
    return bits;
}

enum err sieve_new(uint64_t bits, struct sieve *out)
{
    *out = (struct sieve){.mask = bits - 1, .words = calloc(bits / SIEVE_WORD, sizeof *out->words)};
    return out->words ? OK : ERR_MEMORY;
}

void sieve_free(struct sieve *s)
{
    free((void *)s->words);
    *s = (struct sieve){.mask = 0};
}

void sieve_fold(struct sieve *s, uint64_t keys)
{
    const uint64_t fits = sieve_bits(keys);
    while (s->mask + 1 > fits) {
        const uint64_t half = (s->mask + 1) / 2 / SIEVE_WORD;
        for (uint64_t i = 0; i < half; i++)
            s->words[i] |= s->words[half + i];
        s->mask /= 2;
    }
}
