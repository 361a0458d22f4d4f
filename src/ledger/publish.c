/*
 * The publisher holds the right edge of the tree and nothing else: of each level
 * the tile that is not full, and whatever has been added behind it.
 *
 *      level 2   [ r0 r1 ]                           r: roots of full level-1 tiles
 *      level 1   [ t512 … t599 ]                     t: roots of full level-0 tiles
 *      level 0   [ h0 h1 … h255 | h256 … h300 ]      h: leaf hashes, two tiles' worth
 *                  ▲         ▲
 *                  first     done: already in synced files
 *
 * Adding a leaf appends to level 0; the 256th hash of a tile makes its root, which
 * is appended one level up, and so on. A commit writes every tile that has gained
 * a hash since the last one. If that fails it is repeated whole: the files get the
 * same names and the same bytes, and no checkpoint has promised them yet. Once they
 * are synced they are never opened for writing again, since from then on a
 * checkpoint that names them may lie on disk, whatever the rename reported.
 *
 * Order of a commit, which is what a crash at any point relies on:
 *
 *     files written → files synced and named → folders synced → checkpoint.new written and
 *     synced → renamed → folder synced → partial files that became full removed
 */
#include "ledger/publish.h"

#include "ledger/checkpoint.h"
#include "ledger/head.h"
#include "ledger/lane.h"
#include "ledger/tile.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_PATH = 4096 };

#define PENDING_MAX ((size_t)1 << 30) /* bytes of entries that wait for a commit */

struct level {
    struct hash *hashes; /* from the beginning of tile `first` */
    size_t count, cap;
    size_t done; /* of `count`, synced in their files */
    uint64_t first;
    bool partial; /* tile `first` has partial files on disk */
};

struct publisher {
    const struct disk *disk;
    const struct note_signer *signer;
    char *folder;
    struct level level[TILE_LEVELS];
    struct buf bundles; /* entries from the beginning of bundle level[0].first */
    size_t *ends;       /* where in `bundles` each full bundle ends */
    size_t ends_cap;
    uint64_t size;
    struct checkpoint known[2];           /* what may lie on disk: committed, and last tried */
    bool sweep;                           /* partial files of an interrupted commit may lie about */
    struct lane bundles_lane, tiles_lane; /* one thread each */
    bool many;                            /* files in this commit, too many to sync one by one */
    enum err written;                     /* what writing them came to */
};

/* --- the right edge ------------------------------------------------------------------------- */

static bool grow(void **p, size_t *cap, size_t need, size_t item)
{
    if (need <= *cap)
        return true;
    size_t want = *cap * 2 > need ? *cap * 2 : need + 64;
    void *bigger = realloc(*p, want * item);
    if (bigger == NULL)
        return false;
    *p = bigger;
    *cap = want;
    return true;
}

/* Room in every level that one more leaf will reach, so that adding it cannot fail half-way. */
static bool make_room(struct publisher *p)
{
    for (size_t l = 0; l < TILE_LEVELS; l++) {
        struct level *v = &p->level[l];
        if (!grow((void **)&v->hashes, &v->cap, v->count + 1, sizeof *v->hashes))
            return false;
        if ((v->count + 1) % TILE_WIDTH != 0)
            break;
    }
    return grow((void **)&p->ends, &p->ends_cap, p->level[0].count / TILE_WIDTH + 1,
                sizeof *p->ends);
}

static void append(struct publisher *p, struct hash h)
{
    for (size_t l = 0; l < TILE_LEVELS; l++) {
        struct level *v = &p->level[l];
        v->hashes[v->count++] = h;
        if (v->count % TILE_WIDTH != 0)
            return;
        struct hash tile[TILE_WIDTH];
        memcpy(tile, v->hashes + v->count - TILE_WIDTH, sizeof tile);
        merkle_fold(tile, TILE_WIDTH);
        h = tile[0];
    }
}

enum err publish_add(struct publisher *p, struct str entry)
{
    if (entry.n > UINT16_MAX)
        return ERR_LIMIT;
    size_t before = p->bundles.n;
    if (!make_room(p))
        return ERR_MEMORY;
    buf_u16be(&p->bundles, (uint16_t)entry.n);
    buf_str(&p->bundles, entry);
    if (p->bundles.failed) {
        p->bundles.failed = false;
        p->bundles.n = before;
        return ERR_MEMORY;
    }
    struct hash leaf;
    merkle_leaf(entry.p, entry.n, &leaf);
    append(p, leaf);
    p->size++;
    if (p->level[0].count % TILE_WIDTH == 0)
        p->ends[p->level[0].count / TILE_WIDTH - 1] = p->bundles.n;
    return OK;
}

void publish_root(const struct publisher *p, struct hash *out)
{
    const struct hash *edge[TILE_LEVELS];
    size_t count[TILE_LEVELS];
    for (size_t l = 0; l < TILE_LEVELS; l++) {
        const struct level *v = &p->level[l];
        count[l] = v->count % TILE_WIDTH;
        edge[l] = count[l] > 0 ? v->hashes + v->count - count[l] : NULL;
    }
    tile_edge_root(edge, count, out);
}

uint64_t publish_size(const struct publisher *p)
{
    return p->size;
}

static struct checkpoint current(const struct publisher *p)
{
    struct checkpoint c = {.origin = str_of(note_signer_key(p->signer)->name), .size = p->size};
    publish_root(p, &c.root);
    return c;
}

/* --- files ---------------------------------------------------------------------------------- */

/*
 * A sync of each of 8,000 files, which is what a second of full load publishes,
 * takes the better part of a minute; one of the whole file system takes as long as
 * writing them. So a commit of more than LANE_OPEN files waits for that, where the
 * disk offers it. Making and naming so many keeps a processor busy: then one thread
 * does it for bundles, another for tiles.
 */

static enum err write_bundle(const struct publisher *p, struct lane *v, size_t tile, unsigned width)
{
    size_t from = tile == 0 ? 0 : p->ends[tile - 1];
    size_t to = width == TILE_WIDTH ? p->ends[tile] : p->bundles.n;
    return lane_write(v, p->many, TILE_LEVEL_ENTRIES, p->level[0].first + tile, width,
                      p->bundles.p + from, to - from);
}

/* The files of a level of tiles, or of level 0's bundles, that are wider than before. */
static enum err write_level(const struct publisher *p, struct lane *lane, int l)
{
    const struct level *v = &p->level[l < 0 ? 0 : l];
    enum err e = OK;
    for (size_t from = v->done / TILE_WIDTH * TILE_WIDTH; e == OK && from < v->count;
         from += TILE_WIDTH) {
        size_t width = v->count - from < TILE_WIDTH ? v->count - from : TILE_WIDTH;
        if (from + width <= v->done)
            continue;
        size_t tile = from / TILE_WIDTH;
        e = l == TILE_LEVEL_ENTRIES ? write_bundle(p, lane, tile, (unsigned)width)
                                    : lane_write(lane, p->many, l, v->first + tile, (unsigned)width,
                                                 v->hashes + from, width * sizeof(struct hash));
    }
    return e;
}

static enum err write_bundles(struct publisher *p)
{
    return write_level(p, &p->bundles_lane, TILE_LEVEL_ENTRIES);
}

static enum err write_tiles(struct publisher *p)
{
    enum err e = OK;
    for (int l = 0; e == OK && l < TILE_LEVELS; l++)
        e = write_level(p, &p->tiles_lane, l);
    return e;
}

static enum err name_bundles(struct publisher *p)
{
    return lane_name(&p->bundles_lane, p->written);
}

static enum err name_tiles(struct publisher *p)
{
    return lane_name(&p->tiles_lane, p->written);
}

struct part {
    struct publisher *publisher;
    enum err (*work)(struct publisher *);
    enum err result;
};

static void *do_part(void *context)
{
    struct part *part = context;
    part->result = part->work(part->publisher);
    return NULL;
}

/* Both, at the same time if it is much. */
static enum err do_both(struct publisher *p, enum err (*bundles)(struct publisher *),
                        enum err (*tiles)(struct publisher *))
{
    struct part part = {.publisher = p, .work = bundles};
    pthread_t thread;
    bool apart = p->many && pthread_create(&thread, NULL, do_part, &part) == 0;
    if (!apart)
        do_part(&part);
    enum err e = tiles(p);
    if (apart)
        pthread_join(thread, NULL);
    return part.result != OK ? part.result : e;
}

/* Everything written so far, synced and named. */
static enum err settle_files(struct publisher *p)
{
    bool each = p->written == OK && !p->many;
    enum err first = lane_settle(&p->bundles_lane, each),
             second = lane_settle(&p->tiles_lane, each);
    if (p->written == OK)
        p->written = first != OK ? first : second;
    if (p->written == OK && p->many)
        p->written = p->disk->sync_all(p->disk->context, p->folder);
    enum err e = do_both(p, name_bundles, name_tiles);
    return p->written != OK ? p->written : e;
}

static enum err write_all(struct publisher *p)
{
    const struct level *leaves = &p->level[0];
    p->many = p->disk->sync_all != NULL &&
              leaves->count - leaves->done > (size_t)LANE_OPEN / 2 * TILE_WIDTH;
    p->written = do_both(p, write_bundles, write_tiles);
    enum err e = settle_files(p);
    if (e == OK)
        e = lane_sync_folders(&p->bundles_lane, &p->tiles_lane);
    if (e != OK)
        return e;
    for (int l = 0; l < TILE_LEVELS; l++)
        p->level[l].done = p->level[l].count;
    return OK;
}

/* --- what a commit leaves behind ------------------------------------------------------------ */

struct sweep {
    struct publisher *publisher;
    char folder[FILE_PATH];
};

static void remove_one(void *to, const char *name)
{
    struct sweep *s = to;
    const struct disk *d = s->publisher->disk;
    char path[FILE_PATH + 16];
    if (snprintf(path, sizeof path, "%s/%.12s", s->folder, name) < (int)sizeof path &&
        d->remove(d->context, path) != OK)
        s->publisher->sweep = true;
}

/* Remove the partial files of a tile that is full now; what cannot be removed does no harm. */
static void remove_partials(struct publisher *p, int level, uint64_t n)
{
    struct sweep s = {.publisher = p};
    char tail[TILE_PATH];
    tile_path(level, n, TILE_WIDTH, tail);
    if (snprintf(s.folder, sizeof s.folder, "%s/%s.p", p->folder, tail) >= (int)sizeof s.folder ||
        p->disk->list(p->disk->context, s.folder, remove_one, &s) != OK)
        return;
    if (p->disk->remove(p->disk->context, s.folder) != OK)
        return;
}

static void sweep_level(struct publisher *p, int l, bool all)
{
    const struct level *v = &p->level[l];
    size_t full = v->count / TILE_WIDTH;
    for (size_t i = 0; i < full; i++) {
        if (!all && !(i == 0 && v->partial))
            continue;
        remove_partials(p, l, v->first + i);
        if (l == 0)
            remove_partials(p, TILE_LEVEL_ENTRIES, v->first + i);
    }
}

static void drop_full(struct publisher *p)
{
    size_t full = p->level[0].count / TILE_WIDTH;
    if (full > 0) {
        size_t from = p->ends[full - 1];
        memmove(p->bundles.p, p->bundles.p + from, p->bundles.n - from);
        p->bundles.n -= from;
    }
    for (size_t l = 0; l < TILE_LEVELS; l++) {
        struct level *v = &p->level[l];
        size_t tiles = v->count / TILE_WIDTH, from = tiles * TILE_WIDTH;
        if (tiles > 0)
            memmove(v->hashes, v->hashes + from, (v->count - from) * sizeof *v->hashes);
        v->count -= from;
        v->first += tiles;
        v->done = v->count;
        v->partial = v->count > 0;
    }
}

enum err publish_commit(struct publisher *p, struct problem *problem)
{
    if (p->size == p->known[0].size)
        return OK;
    enum err e = write_all(p);
    if (e != OK) {
        p->sweep = true;
        return problem_set(problem, e,
                           "%s: tiles cannot be written: %s; tried again with the next checkpoint",
                           p->folder, err_name(e));
    }
    struct checkpoint next = current(p);
    e = head_replace(p->disk, p->folder, p->signer, p->known, 2, &next, problem);
    p->known[1] = next;
    if (e != OK) {
        p->sweep = true;
        return e;
    }
    p->known[0] = next;
    bool all = p->sweep;
    p->sweep = false;
    for (int l = 0; l < TILE_LEVELS; l++)
        sweep_level(p, l, all);
    drop_full(p);
    return OK;
}

/* --- opening -------------------------------------------------------------------------------- */

static enum err corrupt(const struct publisher *p, struct problem *problem, const char *what)
{
    return problem_set(problem, ERR_CORRUPT,
                       "%s: %s; nothing is changed or signed. `menshen ledger verify` says more",
                       p->folder, what);
}

static void nothing(void *to, const char *name)
{
}

static enum err create(struct publisher *p, struct problem *problem)
{
    char path[FILE_PATH];
    if (snprintf(path, sizeof path, "%s/tile", p->folder) >= (int)sizeof path)
        return problem_set(problem, ERR_LIMIT, "the path of the data folder is too long");
    if (p->disk->list(p->disk->context, path, nothing, NULL) == OK)
        return corrupt(p, problem, "there are tiles but no checkpoint");
    struct checkpoint empty = current(p);
    p->known[0] = p->known[1] = empty;
    return head_replace(p->disk, p->folder, p->signer, NULL, 0, &empty, problem);
}

static enum err load_edge(struct publisher *p, const struct tile_reader *r)
{
    enum err e = OK;
    struct hash tile[TILE_WIDTH];
    for (int l = 0; e == OK && l < TILE_LEVELS; l++) {
        struct level *v = &p->level[l];
        v->first = r->size >> (8 * l) >> 8;
        unsigned width = tile_width(l, v->first, r->size);
        if (width == 0)
            continue;
        e = tile_hashes(r, l, v->first, tile);
        if (e == OK && !grow((void **)&v->hashes, &v->cap, width, sizeof *v->hashes))
            e = ERR_MEMORY;
        if (e == OK)
            memcpy(v->hashes, tile, width * sizeof *tile);
        v->count = v->done = width;
        v->partial = true;
    }
    return e;
}

/* The entries of the last, partial bundle, each of which must hash to its leaf. */
static enum err load_bundle(struct publisher *p, const struct tile_reader *r)
{
    void *bytes;
    size_t size, i = 0;
    if (p->level[0].count == 0)
        return OK;
    enum err e = tile_bundle(r, p->level[0].first, &bytes, &size);
    if (e != OK)
        return e;
    buf_bytes(&p->bundles, bytes, size);
    e = p->bundles.failed ? ERR_MEMORY : OK;
    struct cursor c = cursor_of(bytes, size);
    struct str entry;
    while (e == OK && tile_next_entry(&c, &entry)) {
        struct hash leaf;
        merkle_leaf(entry.p, entry.n, &leaf);
        if (!hash_eq(&leaf, &p->level[0].hashes[i++]))
            e = ERR_CORRUPT;
    }
    free(bytes);
    return e;
}

static enum err load(struct publisher *p, const struct checkpoint *c, struct problem *problem)
{
    struct tile_reader r = {.disk = p->disk, .folder = p->folder, .size = c->size};
    struct hash root;
    enum err e = load_edge(p, &r);
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        return corrupt(p, problem, "a tile of the checkpoint's right edge is missing or cut off");
    if (e != OK)
        return problem_set(problem, e, "%s: tiles cannot be read: %s", p->folder, err_name(e));
    publish_root(p, &root);
    if (!hash_eq(&root, &c->root))
        return corrupt(p, problem, "the tiles do not hash to the checkpoint's root");
    e = load_bundle(p, &r);
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        return corrupt(p, problem, "the last entries do not hash to their tile");
    if (e != OK)
        return problem_set(problem, e, "%s: entries cannot be read: %s", p->folder, err_name(e));
    p->size = c->size;
    p->known[0].size = c->size;
    p->known[0].root = c->root;
    p->known[1] = p->known[0];
    return OK;
}

static enum err open_or_create(struct publisher *p, struct problem *problem)
{
    struct head h;
    enum err e = p->disk->make_folder(p->disk->context, p->folder, 0700);
    if (e == OK) {
        char parent[FILE_PATH];
        char *slash = NULL;
        if (str_copy(str_of(p->folder), parent, sizeof parent))
            slash = strrchr(parent, '/');
        if (slash != NULL && slash != parent) {
            *slash = '\0';
            e = p->disk->sync_folder(p->disk->context, parent);
        }
    }
    if (e != OK)
        return problem_set(problem, e, "%s: the folder cannot be made: %s", p->folder, err_name(e));
    e = head_load(p->disk, p->folder, HEAD_NEWEST, note_signer_key(p->signer), &h, problem);
    if (e == ERR_NOT_FOUND)
        return create(p, problem);
    if (e == OK)
        e = load(p, &h.checkpoint, problem);
    head_fini(&h);
    return e;
}

enum err publish_open(const struct disk *d, const char *folder, const struct note_signer *signer,
                      struct publisher **out, uint64_t *size, struct problem *problem)
{
    *out = NULL;
    struct publisher *p = calloc(1, sizeof *p);
    if (p == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    p->disk = d;
    p->signer = signer;
    p->sweep = true;
    buf_init(&p->bundles, PENDING_MAX);
    p->folder = strdup(folder);
    lane_init(&p->bundles_lane, d, p->folder);
    lane_init(&p->tiles_lane, d, p->folder);
    enum err e = p->folder == NULL ? problem_set(problem, ERR_MEMORY, "out of memory")
                                   : open_or_create(p, problem);
    if (e != OK) {
        publish_close(p);
        return e;
    }
    *out = p;
    *size = p->size;
    return OK;
}

void publish_close(struct publisher *p)
{
    if (p == NULL)
        return;
    lane_fini(&p->bundles_lane);
    lane_fini(&p->tiles_lane);
    for (size_t l = 0; l < TILE_LEVELS; l++)
        free(p->level[l].hashes);
    free(p->ends);
    buf_fini(&p->bundles);
    free(p->folder);
    free(p);
}
