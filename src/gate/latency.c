#include "gate/latency.h"

#include <stddef.h>

/* Below LATENCY_PARTS each microsecond has a slot; above, each octave its parts. */
static size_t slot_of(uint64_t us)
{
    size_t octave = 0;
    while (us >> octave >= 2 * LATENCY_PARTS && octave + 2 < LATENCY_OCTAVES)
        octave++;
    const uint64_t part = us >> octave;
    const size_t slot =
        octave * LATENCY_PARTS + (part < 2 * LATENCY_PARTS ? (size_t)part : 2 * LATENCY_PARTS - 1);
    return slot;
}

/* The most that its slot holds. */
static uint64_t most_of(size_t slot)
{
    const size_t octave = slot < 2 * LATENCY_PARTS ? 0 : slot / LATENCY_PARTS - 1;
    return (((uint64_t)(slot - octave * LATENCY_PARTS) + 1) << octave) - 1;
}

void latency_note(struct latency *l, int64_t ns)
{
    const unsigned filled = atomic_load_explicit(&l->filled, memory_order_relaxed);
    atomic_fetch_add_explicit(&l->slot[filled & 1][slot_of(ns > 0 ? (uint64_t)ns / 1000 : 0)], 1,
                              memory_order_relaxed);
}

void latency_turn(struct latency *l)
{
    const unsigned next = (atomic_load(&l->filled) + 1) & 1;
    for (size_t i = 0; i < LATENCY_SLOTS; i++)
        atomic_store(&l->slot[next][i], 0);
    atomic_store(&l->filled, next);
}

static uint64_t in_slot(const struct latency *l, size_t i)
{
    return (uint64_t)atomic_load(&l->slot[0][i]) + atomic_load(&l->slot[1][i]);
}

uint64_t latency_quantile(const struct latency *l, unsigned of_1000, uint64_t *count)
{
    uint64_t all = 0, seen = 0;
    for (size_t i = 0; i < LATENCY_SLOTS; i++)
        all += in_slot(l, i);
    *count = all;
    for (size_t i = 0; i < LATENCY_SLOTS && all > 0; i++) {
        seen += in_slot(l, i);
        if (seen * 1000 >= all * of_1000)
            return most_of(i) > 0 ? most_of(i) : 1;
    }
    return 0;
}
