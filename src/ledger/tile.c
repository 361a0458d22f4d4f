#include "ledger/tile.h"

#include "ledger/pack.h"

#include <stdio.h>
#include <stdlib.h>

/* --- paths ---------------------------------------------------------------------------------- */

enum { GROUP = 1000, GROUPS_MAX = 7 };

void tile_path(int level, uint64_t n, unsigned width, char out[static TILE_PATH])
{
    unsigned group[GROUPS_MAX];
    int count = 0;
    do {
        group[count++] = (unsigned)(n % GROUP);
        n /= GROUP;
    } while (n > 0);

    struct buf b;
    buf_fixed(&b, out, TILE_PATH);
    if (level == TILE_LEVEL_ENTRIES)
        buf_str(&b, STR("tile/entries"));
    else
        buf_printf(&b, "tile/%d", level);
    while (count-- > 0)
        buf_printf(&b, count > 0 ? "/x%03u" : "/%03u", group[count]);
    if (width < TILE_WIDTH)
        buf_printf(&b, ".p/%u", width);
    buf_u8(&b, 0);
}

static bool parse_level(struct str s, int *level)
{
    unsigned long long v;
    if (str_eq(s, STR("entries"))) {
        *level = TILE_LEVEL_ENTRIES;
        return true;
    }
    if (!str_to_u64(s, 63, &v))
        return false;
    *level = (int)v;
    return true;
}

/* "x001/x234/067" or "x001/x234/067.p", group by group. */
static bool parse_groups(struct str *rest, uint64_t *n, bool *partial)
{
    *n = 0;
    *partial = false;
    struct str group;
    for (int i = 0; i < GROUPS_MAX - 1 && str_split(rest, '/', &group); i++) {
        bool more = str_starts(group, STR("x"));
        if (more)
            group = str_skip(group, 1);
        *partial = group.n == 5 && group.p[3] == '.' && group.p[4] == 'p';
        if (*partial && !more)
            group.n = 3;
        unsigned long long v;
        if (group.n != 3 || !str_to_u64(group, GROUP - 1, &v))
            return false;
        *n = *n * GROUP + v;
        if (!more)
            return true;
    }
    return false;
}

bool tile_path_parse(struct str path, int *level, uint64_t *n, unsigned *width)
{
    struct str rest = path, part;
    int l;
    uint64_t number;
    bool partial;
    unsigned long long w = TILE_WIDTH;
    if (path.n >= TILE_PATH || !str_split(&rest, '/', &part) || !str_eq(part, STR("tile")) ||
        !str_split(&rest, '/', &part) || !parse_level(part, &l) ||
        !parse_groups(&rest, &number, &partial))
        return false;
    if (partial &&
        (!str_split(&rest, '/', &part) || !str_to_u64(part, TILE_WIDTH - 1, &w) || w < 1))
        return false;
    /* Leading zeroes, "x000" and anything after the end show when written again. */
    char again[TILE_PATH];
    tile_path(l, number, (unsigned)w, again);
    if (!str_eq(path, str_of(again)))
        return false;
    *level = l;
    *n = number;
    *width = (unsigned)w;
    return true;
}

unsigned tile_width(int level, uint64_t n, uint64_t size)
{
    unsigned shift = level <= 0 ? 0 : 8 * (unsigned)level;
    uint64_t hashes = shift < 64 ? size >> shift : 0;
    if (n >= (hashes >> 8) + 1)
        return 0;
    return n < hashes >> 8 ? TILE_WIDTH : (unsigned)(hashes & (TILE_WIDTH - 1));
}

/* --- files ---------------------------------------------------------------------------------- */

enum { FILE_PATH = 4096 };

static enum err load(const struct tile_reader *r, int level, uint64_t n, unsigned width,
                     size_t limit, void **bytes, size_t *size)
{
    char path[FILE_PATH], tail[TILE_PATH];
    tile_path(level, n, width, tail);
    if (snprintf(path, sizeof path, "%s/%s", r->folder, tail) >= (int)sizeof path)
        return ERR_LIMIT;
    return disk_load(r->disk, path, limit, bytes, size);
}

bool tile_next_entry(struct cursor *bundle, struct str *entry)
{
    if (bundle->n == 0)
        return false;
    *entry = cursor_take(bundle, cursor_u16be(bundle));
    return !bundle->failed;
}

/*
 * The file of that width, or the full one that has replaced it since, or else the
 * pack's: loose files go only once a pack is there, so that whoever looks in this
 * order always finds one.
 */
static enum err load_widest(const struct tile_reader *r, int level, uint64_t n, unsigned width,
                            void **bytes, size_t *size, unsigned *have)
{
    size_t limit = level == TILE_LEVEL_ENTRIES ? BUNDLE_MAX : TILE_BYTES;
    enum err e = ERR_NOT_FOUND;
    if (width == 0)
        return e;
    if (r->pack == NULL) {
        *have = width;
        e = load(r, level, n, width, limit, bytes, size);
        if (e == ERR_NOT_FOUND && width < TILE_WIDTH) {
            *have = TILE_WIDTH;
            e = load(r, level, n, TILE_WIDTH, limit, bytes, size);
        }
    }
    if (e == ERR_NOT_FOUND)
        e = pack_load(r->disk, r->folder, r->pack != NULL ? r->pack : PACK_FOLDER, level, n, bytes,
                      size, have);
    return e == ERR_LIMIT ? ERR_CORRUPT : e;
}

/* The bytes of the first `width` of exactly `have` entries; 0: there are not as many. */
static size_t bundle_part(const void *bytes, size_t size, unsigned have, unsigned width)
{
    struct cursor c = cursor_of(bytes, size);
    struct str entry;
    unsigned count = 0;
    size_t used = 0;
    while (tile_next_entry(&c, &entry))
        if (++count == width)
            used = size - c.n;
    return c.failed || count != have ? 0 : used;
}

enum err tile_file(const struct tile_reader *r, int level, uint64_t n, unsigned width, void **bytes,
                   size_t *size)
{
    unsigned have;
    enum err e = load_widest(r, level, n, width, bytes, size, &have);
    if (e != OK)
        return e;
    size_t part = width * sizeof(struct hash);
    if (level == TILE_LEVEL_ENTRIES)
        part = bundle_part(*bytes, *size, have, width);
    else if (*size != have * sizeof(struct hash))
        part = 0;
    if (part == 0 || have < width) {
        free(*bytes);
        *bytes = NULL;
        return have < width ? ERR_NOT_FOUND : ERR_CORRUPT;
    }
    *size = part;
    return OK;
}

enum err tile_hashes(const struct tile_reader *r, int level, uint64_t n,
                     struct hash hashes[static TILE_WIDTH])
{
    void *bytes;
    size_t size;
    enum err e = tile_file(r, level, n, tile_width(level, n, r->size), &bytes, &size);
    if (e != OK)
        return e;
    memcpy(hashes, bytes, size);
    free(bytes);
    return OK;
}

enum err tile_bundle(const struct tile_reader *r, uint64_t n, void **bytes, size_t *size)
{
    return tile_file(r, TILE_LEVEL_ENTRIES, n, tile_width(TILE_LEVEL_ENTRIES, n, r->size), bytes,
                     size);
}

enum err tile_entry(const struct tile_reader *r, uint64_t index, struct buf *out)
{
    if (index >= r->size)
        return ERR_NOT_FOUND;
    void *bytes;
    size_t size;
    enum err e = tile_bundle(r, index / TILE_WIDTH, &bytes, &size);
    if (e != OK)
        return e;
    struct cursor c = cursor_of(bytes, size);
    struct str entry = {0};
    for (uint64_t i = 0; i <= index % TILE_WIDTH; i++)
        tile_next_entry(&c, &entry);
    buf_str(out, entry);
    free(bytes);
    return out->failed ? ERR_LIMIT : OK;
}

/* --- hashes --------------------------------------------------------------------------------- */

/*
 * A path asks for several subtrees of the same few tiles: those above the leaf,
 * and those on the right edge; the next question asks for those near the root again.
 * So tiles stay in memory with every node over them that was needed, as a heap: node 1
 * is the root, 256 … 511 are the hashes of the file, and node i lies over 2i and 2i+1.
 */
struct tree {
    unsigned width; /* 0: none */
    uint64_t log, n;
    uint64_t known[2 * TILE_WIDTH / 64];
    struct hash node[2 * TILE_WIDTH];
};

enum { WAYS = 2 };

/* Of each level and of each remainder of n the WAYS trees that were read last. */
struct tile_memory {
    size_t remainders;
    struct row {
        unsigned turn;
        struct tree tree[WAYS];
    } row[];
};

struct tile_memory *tile_memory_new(size_t remainders)
{
    struct tile_memory *m = calloc(1, sizeof *m + remainders * TILE_LEVELS * sizeof *m->row);
    if (m != NULL)
        m->remainders = remainders;
    return m;
}

void tile_memory_free(struct tile_memory *m)
{
    free(m);
}

void tile_memory_forget(struct tile_memory *m)
{
    for (size_t i = 0; i < m->remainders * TILE_LEVELS; i++)
        for (size_t k = 0; k < WAYS; k++)
            m->row[i].tree[k].width = 0;
}

/* One question: the reader's memory, or one for itself. */
struct question {
    const struct tile_reader *reader;
    struct tile_memory *memory;
};

static enum err ask(const struct tile_reader *r, struct question *q)
{
    *q = (struct question){.reader = r, .memory = r->memory};
    if (q->memory == NULL)
        q->memory = tile_memory_new(1);
    return q->memory != NULL ? OK : ERR_MEMORY;
}

static void asked(struct question *q)
{
    if (q->memory != q->reader->memory)
        tile_memory_free(q->memory);
}

static enum err get_tree(struct question *q, unsigned level, uint64_t n, struct tree **out)
{
    const struct tile_reader *r = q->reader;
    unsigned width = tile_width((int)level, n, r->size);
    struct row *row = &q->memory->row[n % q->memory->remainders * TILE_LEVELS + level];
    for (unsigned i = 0; i < WAYS; i++) {
        struct tree *t = *out = &row->tree[i];
        if (t->width == width && t->n == n && t->log == r->log && width > 0)
            return OK;
    }
    struct tree *t = *out = &row->tree[row->turn++ % WAYS];
    t->width = 0;
    enum err e = tile_hashes(r, (int)level, n, t->node + TILE_WIDTH);
    if (e != OK)
        return e;
    t->width = width;
    t->n = n;
    t->log = r->log;
    memset(t->known, 0, sizeof t->known / 2);
    memset(t->known + sizeof t->known / sizeof *t->known / 2, 0xff, sizeof t->known / 2);
    return OK;
}

/* All 256 >> depth of its hashes are there. */
static const struct hash *node_of(struct tree *t, size_t i)
{
    uint64_t bit = (uint64_t)1 << i % 64;
    if ((t->known[i / 64] & bit) == 0) {
        merkle_node(node_of(t, 2 * i), node_of(t, 2 * i + 1), &t->node[i]);
        t->known[i / 64] |= bit;
    }
    return &t->node[i];
}

static enum err subtree(struct question *q, unsigned level, uint64_t index, struct hash *out)
{
    if (level >= 8 * TILE_LEVELS - 1 || index >= q->reader->size >> level)
        return ERR_NOT_FOUND;
    unsigned inside = level % 8;
    uint64_t row = TILE_WIDTH >> inside; /* nodes of that height in a tile */
    struct tree *t;
    enum err e = get_tree(q, level / 8, index / row, &t);
    if (e == OK)
        *out = *node_of(t, row + index % row);
    return e;
}

static unsigned top_bit(uint64_t v)
{
    return 63 - (unsigned)__builtin_clzll(v);
}

/* The root over leaves [from, to), where `from` is a multiple of the power of two that holds them.
 */
static enum err range(struct question *q, uint64_t from, uint64_t to, struct hash *out)
{
    struct hash peaks[64];
    size_t count = 0;
    while (from < to) {
        unsigned level = top_bit(to - from);
        enum err e = subtree(q, level, from >> level, &peaks[count++]);
        if (e != OK)
            return e;
        from += (uint64_t)1 << level;
    }
    while (count > 1) {
        count--;
        merkle_node(&peaks[count - 1], &peaks[count], &peaks[count - 1]);
    }
    *out = peaks[0];
    return OK;
}

enum err tile_hash(const struct tile_reader *r, unsigned level, uint64_t index, struct hash *out)
{
    struct question q;
    enum err e = ask(r, &q);
    if (e != OK)
        return e;
    e = subtree(&q, level, index, out);
    asked(&q);
    return e;
}

enum err tile_root_at(const struct tile_reader *r, uint64_t size, struct hash *out)
{
    if (size > r->size)
        return ERR_NOT_FOUND;
    if (size == 0) {
        merkle_empty(out);
        return OK;
    }
    struct question q;
    enum err e = ask(r, &q);
    if (e != OK)
        return e;
    e = range(&q, 0, size, out);
    asked(&q);
    return e;
}

enum err tile_root(const struct tile_reader *r, struct hash *out)
{
    return tile_root_at(r, r->size, out);
}

enum err tile_inclusion(const struct tile_reader *r, uint64_t index, struct hash *path,
                        size_t *count)
{
    *count = 0;
    if (index >= r->size)
        return ERR_NOT_FOUND;
    struct question q;
    enum err e = ask(r, &q);
    if (e != OK)
        return e;
    uint64_t at = index, last = r->size - 1;
    for (unsigned level = 0; e == OK && last > 0; level++, at /= 2, last /= 2) {
        uint64_t sister = at ^ 1;
        if (sister > last)
            continue; /* none: this node rises as it is */
        uint64_t from = sister << level, left = r->size - from, full = (uint64_t)1 << level;
        e = range(&q, from, from + (left < full ? left : full), &path[(*count)++]);
    }
    asked(&q);
    return e;
}

/* SUBPROOF of RFC 6962 §2.1.2 for leaves [from, to), of which [from, old) were there before. */
static enum err subproof(struct question *q, uint64_t from, uint64_t old, uint64_t to, bool known,
                         struct hash *path, size_t *count)
{
    if (old == to)
        return known ? OK : range(q, from, to, &path[(*count)++]);
    uint64_t middle = from + ((uint64_t)1 << top_bit(to - from - 1));
    enum err e;
    if (old <= middle) {
        e = subproof(q, from, old, middle, known, path, count);
        return e == OK ? range(q, middle, to, &path[(*count)++]) : e;
    }
    e = subproof(q, middle, old, to, false, path, count);
    return e == OK ? range(q, from, middle, &path[(*count)++]) : e;
}

enum err tile_consistency(const struct tile_reader *r, uint64_t old_size, struct hash *path,
                          size_t *count)
{
    *count = 0;
    if (old_size > r->size)
        return ERR_NOT_FOUND;
    if (old_size == 0 || old_size == r->size)
        return OK;
    struct question q;
    enum err e = ask(r, &q);
    if (e != OK)
        return e;
    e = subproof(&q, 0, old_size, r->size, true, path, count);
    asked(&q);
    return e;
}

void tile_edge_root(const struct hash *const edge[static TILE_LEVELS],
                    const size_t count[static TILE_LEVELS], struct hash *out)
{
    struct hash tile[TILE_WIDTH + 1];
    bool any = false;
    merkle_empty(out);
    for (size_t l = 0; l < TILE_LEVELS; l++) {
        size_t n = count[l];
        if (n > 0)
            memcpy(tile, edge[l], n * sizeof *tile);
        if (any)
            tile[n++] = *out; /* what the levels below left over is the last and smallest */
        if (n == 0)
            continue;
        merkle_fold(tile, n);
        *out = tile[0];
        any = true;
    }
}
