/*
 * leaves: a hash table that grows without a pause.
 *
 * Its cells lie in leaves of at most LEAF_CELLS, each a table of its own (linear probing), which a
 * directory finds by the upper bits of the hash (extendible hashing: Fagin, Nievergelt,
 * Pippenger, Strong, 1979). What is done at a time is done to one leaf: it doubles, is cleared
 * of what is dead, or splits in two. So no call waits longer than one leaf takes, of
 * however many cells.
 *
 * The caller locks.
 */
#pragma once
#include "core/error.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The lowest LEAF_CELL_BITS of a hash say where in a leaf a cell goes, the LEAF_PLACE_BITS above
 * them in which leaf; what is above these belongs to whoever has several tables.
 */
enum { LEAF_CELLS = 4096, LEAF_CELL_BITS = 26, LEAF_PLACE_BITS = 32 };

/* What a cell is. Those who use a table know what their cells hold. */
struct leaf_kind {
    size_t size; /* of a cell, a multiple of 8 */
    size_t mark; /* where in it a uint64_t lies that is 0 in a free cell, and never else */
    bool (*is)(const void *cell, const void *key);
    uint64_t (*hash)(const void *cell);
    bool (*live)(const void *cell, const void *context); /* false: it may be cleared away */
};

struct leaf {
    unsigned depth;    /* bits of the place that all its hashes share */
    size_t size, used; /* cells, a power of two; those that are marked */
    alignas(64) unsigned char cells[];
};

struct leaves {
    struct leaf **directory; /* 1 << depth of them; NULL: empty */
    unsigned depth;
    size_t cells, limit; /* that there are, used or not; that there may be */
};

/*
 * Room for `count` keys whose hashes are spread evenly. A leaf is split when three quarters of
 * its cells are used, which leaves three eighths used of twice as many: these are the most and the
 * fewest of all cells that keys may take, so that there are never more than 8 cells for 3 of the
 * `count` keys.
 */
void leaves_init(struct leaves *, size_t count);
void leaves_fini(struct leaves *);

/* Where a hash lies among the leaves. */
static inline uint64_t leaves_place(uint64_t hash)
{
    return hash >> LEAF_CELL_BITS & UINT32_MAX;
}

static inline struct leaf *leaves_leaf(const struct leaves *t, uint64_t place)
{
    return t->directory[t->depth ? (size_t)(place >> (LEAF_PLACE_BITS - t->depth)) : 0];
}

/* `kind` is a constant of the caller's, so that his `is` is part of the loop. */
static inline bool leaf_free(const struct leaf_kind *kind, const void *cell)
{
    uint64_t mark;
    memcpy(&mark, (const unsigned char *)cell + kind->mark, sizeof mark);
    return mark == 0;
}

/* The cell that is the key, or the free one where it would go; NULL in a leaf without either. */
static inline void *leaf_probe(const struct leaf_kind *kind, const struct leaf *l, uint64_t hash,
                               const void *key)
{
    for (size_t i = 0; i < l->size; i++) {
        const void *cell = l->cells + ((hash + i) & (l->size - 1)) * kind->size;
        if (leaf_free(kind, cell) || kind->is(cell, key))
            return (void *)cell;
    }
    return NULL;
}

/* The cell that `is` the key. NULL: there is none. */
static inline void *leaves_find(const struct leaf_kind *kind, const struct leaves *t, uint64_t hash,
                                const void *key)
{
    if (!t->directory)
        return NULL;
    void *cell = leaf_probe(kind, leaves_leaf(t, leaves_place(hash)), hash, key);
    return cell && !leaf_free(kind, cell) ? cell : NULL;
}

/*
 * A free cell for a key that is in none, which the caller fills so that it has this hash, and so
 * marks it, before anything else is done here. `live` is asked with `context`. NULL: no
 * room, or no memory.
 */
void *leaves_add(const struct leaf_kind *, struct leaves *, uint64_t hash, const void *context);

/*
 * Copy one leaf's cells that are in use, `*count` of them, to `out`, which has room for LEAF_CELLS:
 * the leaf in which hashes lie that begin with `*place`, from 0. `*place` moves on to the next
 * leaf's, behind that of all that was copied. False: that was the last one. Between two of these
 * the table may change: whatever hash is copied once.
 */
bool leaves_copy(const struct leaf_kind *, const struct leaves *, uint64_t *place, void *out,
                 size_t *count);
