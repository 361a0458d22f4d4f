#include "gate/ladder.h"

#include <string.h>

/* A row is filled up with the greatest key, so that a step of it is never cut. */
static uint64_t *row_new(struct build *b, size_t count)
{
    const size_t filled = (count + LADDER_STEP - 1) / LADDER_STEP * LADDER_STEP;
    uint64_t *row = build_take(b, filled, sizeof *row);
    for (size_t i = count; row && i < filled; i++)
        row[i] = UINT64_MAX;
    return row;
}

void ladder_build(struct build *b, struct ladder *l, const void *first, size_t stride, size_t count)
{
    *l = (struct ladder){.count = count};
    if (count == 0)
        return;
    uint64_t *row = row_new(b, count);
    for (size_t i = 0; row && i < count; i++)
        memcpy(&row[i], (const unsigned char *)first + i * stride, sizeof *row);
    l->key[l->rows++] = row;
    while (row && count > LADDER_STEP) {
        const uint64_t *below = row;
        count = (count + LADDER_STEP - 1) / LADDER_STEP;
        row = row_new(b, count);
        for (size_t i = 0; row && i < count; i++)
            row[i] = below[i * LADDER_STEP];
        l->key[l->rows++] = row;
    }
}
