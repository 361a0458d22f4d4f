#include "gate/leaves.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CELLS = 64 };

void leaves_init(struct leaves *t, size_t count)
{
    const size_t cells = count / 3 * 8 + 8;
    *t = (struct leaves){.limit = cells < FIRST_CELLS ? FIRST_CELLS : cells};
}

/* How many entries of the directory lead to a leaf. */
static size_t ways_to(const struct leaves *t, const struct leaf *l)
{
    return (size_t)1 << (t->depth - l->depth);
}

void leaves_fini(struct leaves *t)
{
    if (t->directory)
        for (size_t i = 0, ways; i < (size_t)1 << t->depth; i += ways) {
            struct leaf *l = t->directory[i];
            ways = ways_to(t, l);
            free(l);
        }
    free(t->directory);
    t->directory = NULL;
    t->depth = 0;
    t->cells = 0;
}

static void *cell_at(const struct leaf_kind *k, const struct leaf *l, size_t i)
{
    return (unsigned char *)l->cells + i * k->size;
}

static struct leaf *leaf_new(const struct leaf_kind *k, unsigned depth, size_t size)
{
    struct leaf *l = aligned_alloc(alignof(struct leaf), sizeof *l + size * k->size);
    if (!l)
        return NULL;
    memset(l, 0, sizeof *l + size * k->size);
    l->depth = depth;
    l->size = size;
    return l;
}

/* The first free cell from where the hash belongs, of a leaf that has one. */
static void *take(const struct leaf_kind *k, struct leaf *l, uint64_t hash)
{
    while (!leaf_free(k, cell_at(k, l, hash & (l->size - 1))))
        hash++;
    l->used++;
    return cell_at(k, l, hash & (l->size - 1));
}

static void put(const struct leaf_kind *k, struct leaf *l, const void *cell)
{
    memcpy(take(k, l, k->hash(cell)), cell, k->size);
}

static size_t count_live(const struct leaf_kind *k, const struct leaf *l, const void *context)
{
    size_t n = 0;
    for (size_t i = 0; i < l->size; i++)
        n += !leaf_free(k, cell_at(k, l, i)) && k->live(cell_at(k, l, i), context);
    return n;
}

static bool begin(const struct leaf_kind *k, struct leaves *t)
{
    t->directory = malloc(sizeof(struct leaf *));
    struct leaf *l = t->directory ? leaf_new(k, 0, FIRST_CELLS) : NULL;
    if (!l) {
        free(t->directory);
        t->directory = NULL;
        return false;
    }
    t->directory[0] = l;
    t->cells = l->size;
    return true;
}

/* All entries of the directory that lead to `l`, which lies at `place`, lead to `left` and `right`,
 * which may be one, half of them each. */
static void lead(struct leaves *t, const struct leaf *l, uint64_t place, struct leaf *left,
                 struct leaf *right)
{
    const size_t ways = ways_to(t, l);
    const size_t first = (size_t)(place >> (LEAF_PLACE_BITS - l->depth)) << (t->depth - l->depth);
    for (size_t i = 0; i < ways; i++)
        t->directory[first + i] = i < (ways + 1) / 2 ? left : right;
}

/* The live cells in a leaf of another size, or of the same. */
static struct leaf *rebuild(const struct leaf_kind *k, struct leaves *t, struct leaf *l,
                            uint64_t place, size_t size, const void *context)
{
    struct leaf *fresh = leaf_new(k, l->depth, size);
    if (!fresh)
        return NULL;
    for (size_t i = 0; i < l->size; i++)
        if (!leaf_free(k, cell_at(k, l, i)) && k->live(cell_at(k, l, i), context))
            put(k, fresh, cell_at(k, l, i));
    lead(t, l, place, fresh, fresh);
    t->cells += size - l->size;
    free(l);
    return fresh;
}

static bool double_directory(struct leaves *t)
{
    const size_t n = (size_t)1 << t->depth;
    struct leaf **fresh = malloc(2 * n * sizeof *fresh);
    if (!fresh)
        return false;
    for (size_t i = 0; i < n; i++)
        fresh[2 * i] = fresh[2 * i + 1] = t->directory[i];
    free(t->directory);
    t->directory = fresh;
    t->depth++;
    return true;
}

/* The live cells in two leaves, by the next bit of their places; the one at `place`. */
static struct leaf *split(const struct leaf_kind *k, struct leaves *t, struct leaf *l,
                          uint64_t place, const void *context)
{
    const unsigned next = LEAF_PLACE_BITS - 1 - l->depth;
    if (l->depth == t->depth && (((size_t)2 << t->depth) > t->limit || !double_directory(t)))
        return NULL;
    struct leaf *half[2] = {leaf_new(k, l->depth + 1, l->size), leaf_new(k, l->depth + 1, l->size)};
    if (!half[0] || !half[1]) {
        free(half[0]);
        free(half[1]);
        return NULL;
    }
    for (size_t i = 0; i < l->size; i++) {
        const void *cell = cell_at(k, l, i);
        if (!leaf_free(k, cell) && k->live(cell, context))
            put(k, half[leaves_place(k->hash(cell)) >> next & 1], cell);
    }
    lead(t, l, place, half[0], half[1]);
    t->cells += l->size;
    free(l);
    return half[place >> next & 1];
}

static bool crowded(const struct leaf *l, size_t used)
{
    return used >= l->size / 4 * 3;
}

/* The leaf that takes the place of one that is crowded. NULL: no room, or no memory. */
static struct leaf *make_room(const struct leaf_kind *k, struct leaves *t, struct leaf *l,
                              uint64_t place, const void *context)
{
    const size_t alive = count_live(k, l, context);
    const bool more = t->cells + l->size <= t->limit;
    if (alive >= l->size / 2 && more && l->size < LEAF_CELLS)
        return rebuild(k, t, l, place, 2 * l->size, context);
    if (alive >= l->size / 2 && more && l->depth < LEAF_PLACE_BITS)
        return split(k, t, l, place, context);
    return crowded(l, alive) ? NULL : rebuild(k, t, l, place, l->size, context);
}

void *leaves_add(const struct leaf_kind *k, struct leaves *t, uint64_t hash, const void *context)
{
    const uint64_t place = leaves_place(hash);
    if (!t->directory && !begin(k, t))
        return NULL;
    struct leaf *l = leaves_leaf(t, place);
    while (l && crowded(l, l->used))
        l = make_room(k, t, l, place, context);
    return l ? take(k, l, hash) : NULL;
}

bool leaves_copy(const struct leaf_kind *k, const struct leaves *t, uint64_t *place, void *out,
                 size_t *count)
{
    *count = 0;
    if (!t->directory)
        return false;
    const struct leaf *l = leaves_leaf(t, *place);
    for (size_t i = 0; i < l->size; i++)
        if (!leaf_free(k, cell_at(k, l, i)))
            memcpy((unsigned char *)out + (*count)++ * k->size, cell_at(k, l, i), k->size);
    /* Leaves only split: where one ended another begins. */
    *place = ((*place >> (LEAF_PLACE_BITS - l->depth)) + 1) << (LEAF_PLACE_BITS - l->depth);
    return *place <= UINT32_MAX;
}
