/*
 * latency: how long callers wait for their answer, of the last minutes.
 *
 * A histogram in memory, each octave of microseconds in eight parts, so that a quantile is at
 * most an eighth too high. Two of them: the one that is filled, and the one before it, which
 * latency_turn forgets. Any thread; noting is one atomic addition.
 */
#pragma once
#include <stdatomic.h>
#include <stdint.h>

enum { LATENCY_OCTAVES = 26, LATENCY_PARTS = 8, LATENCY_SLOTS = LATENCY_OCTAVES * LATENCY_PARTS };

struct latency {
    _Atomic unsigned filled; /* which of the two */
    _Atomic uint32_t slot[2][LATENCY_SLOTS];
};

void latency_note(struct latency *, int64_t ns);

/* Begin anew; what was before the last turn is forgotten. */
void latency_turn(struct latency *);

/* In microseconds the least that so many of a thousand did not exceed; 0: none are known.
 * `count`: of how many. */
uint64_t latency_quantile(const struct latency *, unsigned of_1000, uint64_t *count);
