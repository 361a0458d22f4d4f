#include "ledger/verify.h"

#include "ledger/ahead.h"
#include "ledger/head.h"
#include "ledger/pack.h"
#include "ledger/retention.h"
#include "ledger/tile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_PATH = 4096 };

struct run {
    const struct verify_options *options;
    struct verify_report *report;
    struct problem *problem;
    struct tile_reader reader;
    struct retention deleted;                  /* if report->deleted */
    struct hash edge[TILE_LEVELS][TILE_WIDTH]; /* computed from below, of the tile under way */
    size_t count[TILE_LEVELS];
    uint64_t tile[TILE_LEVELS]; /* its number */
};

/* --- faults --------------------------------------------------------------------------------- */

static enum err fault(struct run *run, const char *place, const char *format, ...) PRINTF(3, 4);

/* The file that holds what C2SP calls `place`. */
static void name_file(const struct run *run, const char *place, char out[static VERIFY_PLACE])
{
    const char *pack = run->reader.pack;
    struct str s = str_of(place);
    if (pack == NULL || !str_starts(s, STR("tile/")))
        snprintf(out, VERIFY_PLACE, "%s", place);
    else
        snprintf(out, VERIFY_PLACE, "%s/%s", pack,
                 pack_file_name(str_starts(s, STR("tile/entries")) ? PACK_ENTRIES : PACK_HASHES));
}

static enum err fault(struct run *run, const char *place, const char *format, ...)
{
    char text[300], *file = run->report->place;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    name_file(run, place, file);
    if (strcmp(file, place) == 0)
        return problem_set(run->problem, ERR_CORRUPT, "%s/%s: %s", run->options->folder, file,
                           text);
    return problem_set(run->problem, ERR_CORRUPT, "%s/%s: %s %s", run->options->folder, file, place,
                       text);
}

/* Reading a tile or bundle failed. */
static enum err unreadable(struct run *run, enum err e, int level, uint64_t n)
{
    char place[TILE_PATH];
    tile_path(level, n, tile_width(level, n, run->reader.size), place);
    if (e == ERR_NOT_FOUND)
        return fault(run, place, "is missing");
    if (e == ERR_CORRUPT)
        return fault(run, place, "has the wrong length for a tree of size %llu",
                     (unsigned long long)run->reader.size);
    return problem_set(run->problem, e, "%s/%s: cannot be read: %s", run->options->folder, place,
                       err_name(e));
}

/* --- the tree ------------------------------------------------------------------------------- */

static void root_of(const struct run *run, struct hash *out)
{
    const struct hash *edge[TILE_LEVELS];
    for (size_t l = 0; l < TILE_LEVELS; l++)
        edge[l] = run->edge[l];
    tile_edge_root(edge, run->count, out);
}

/* Compare the computed tile of `level` with its file. */
static enum err compare_tile(struct run *run, int level)
{
    struct hash stored[TILE_WIDTH];
    uint64_t n = run->tile[level];
    enum err e = tile_hashes(&run->reader, level, n, stored);
    if (e != OK)
        return unreadable(run, e, level, n);
    for (size_t i = 0; i < run->count[level]; i++)
        if (!hash_eq(&stored[i], &run->edge[level][i])) {
            char place[TILE_PATH], below[TILE_PATH];
            tile_path(level, n, tile_width(level, n, run->reader.size), place);
            tile_path(level - 1, n * TILE_WIDTH + i, TILE_WIDTH, below);
            return fault(run, place, "hash %zu is not the root of %s", i, below);
        }
    return OK;
}

/*
 * The root of a whole tile of the level below; if it completes a tile of this one,
 * that is compared, and its root goes up in turn.
 */
static enum err rise(struct run *run, int level, struct hash root)
{
    for (; level < TILE_LEVELS; level++) {
        struct hash full[TILE_WIDTH];
        run->edge[level][run->count[level]++] = root;
        if (run->count[level] < TILE_WIDTH)
            return OK;
        enum err e = compare_tile(run, level);
        if (e != OK)
            return e;
        memcpy(full, run->edge[level], sizeof full);
        merkle_fold(full, TILE_WIDTH);
        root = full[0];
        run->count[level] = 0;
        run->tile[level]++;
    }
    return OK;
}

/* The leaves at the edge are those of their tile. */
static enum err rise_from_leaves(struct run *run)
{
    if (run->count[0] < TILE_WIDTH)
        return OK;
    merkle_fold(run->edge[0], TILE_WIDTH);
    run->count[0] = 0;
    return rise(run, 1, run->edge[0][0]);
}

/* Is the stored tile the one that its parent, or for the last tile the root, was made from? */
static bool tile_is_right(struct run *run, uint64_t n, const struct hash *stored, size_t width)
{
    struct hash copy[TILE_WIDTH];
    memcpy(copy, stored, width * sizeof *copy);
    if (width == TILE_WIDTH) {
        struct hash parent[TILE_WIDTH];
        merkle_fold(copy, width);
        return tile_hashes(&run->reader, 1, n / TILE_WIDTH, parent) == OK &&
               hash_eq(&parent[n % TILE_WIDTH], &copy[0]);
    }
    struct hash root;
    memcpy(run->edge[0], copy, width * sizeof *copy);
    root_of(run, &root);
    return hash_eq(&root, &run->report->root);
}

/* Entry `i` of bundle `n` does not hash to what its tile holds: which of them was changed? */
static enum err blame(struct run *run, uint64_t n, size_t i, const struct hash *stored,
                      size_t width)
{
    char tile[TILE_PATH], bundle[TILE_PATH];
    tile_path(0, n, (unsigned)width, tile);
    tile_path(TILE_LEVEL_ENTRIES, n, (unsigned)width, bundle);
    run->report->entry = n * TILE_WIDTH + i;
    unsigned long long entry = run->report->entry;
    if (tile_is_right(run, n, stored, width))
        return fault(run, bundle, "entry %llu does not hash to its leaf in %s", entry, tile);
    return fault(run, tile, "hash %zu is not that of entry %llu in %s", i, entry, bundle);
}

static enum err load_deletion(struct run *run)
{
    const struct verify_options *o = run->options;
    enum err e = retention_load(o->disk, o->folder, o->log, &run->deleted, run->problem);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == ERR_CORRUPT)
        snprintf(run->report->place, VERIFY_PLACE, RETENTION_FILE);
    if (e == OK && run->deleted.size != run->reader.size)
        e = fault(run, RETENTION_FILE, "is of %llu entries, not of the checkpoint's %llu",
                  (unsigned long long)run->deleted.size, (unsigned long long)run->reader.size);
    if (e == OK)
        run->report->deleted = run->deleted.at;
    return e;
}

/* The leaves of entries that were deleted are those of the tile: the root says whether they are. */
static enum err take_hashes(struct run *run, uint64_t n)
{
    enum err e = tile_hashes(&run->reader, 0, n, run->edge[0]);
    if (e != OK)
        return unreadable(run, e, 0, n);
    run->count[0] = tile_width(0, n, run->reader.size);
    return rise_from_leaves(run);
}

/* Once the hashes are known to be right. */
static enum err check_first(struct run *run)
{
    struct hash first, tile[TILE_WIDTH];
    if (run->report->deleted == 0 || run->reader.size == 0)
        return OK;
    enum err e = tile_hashes(&run->reader, 0, 0, tile);
    if (e != OK)
        return unreadable(run, e, 0, 0);
    merkle_leaf(run->deleted.first, run->deleted.first_size, &first);
    return hash_eq(&first, &tile[0])
               ? OK
               : fault(run, RETENTION_FILE, "its first entry is not that of the shard");
}

static enum err check_bundle(struct run *run, uint64_t n)
{
    struct hash stored[TILE_WIDTH];
    void *bytes;
    size_t size, i = 0;
    enum err e = tile_bundle(&run->reader, n, &bytes, &size);
    if (e == ERR_NOT_FOUND && run->report->deleted == 0) {
        enum err declared = load_deletion(run); /* perhaps this very moment */
        if (declared != OK)
            return declared;
    }
    if (e == ERR_NOT_FOUND && run->report->deleted != 0)
        return take_hashes(run, n);
    if (e != OK)
        return unreadable(run, e, TILE_LEVEL_ENTRIES, n);
    e = tile_hashes(&run->reader, 0, n, stored);
    if (e != OK) {
        free(bytes);
        return unreadable(run, e, 0, n);
    }
    struct cursor c = cursor_of(bytes, size);
    struct str entry;
    while (tile_next_entry(&c, &entry))
        merkle_leaf(entry.p, entry.n, &run->edge[0][i++]);
    free(bytes);
    run->count[0] = i;
    for (size_t k = 0; k < i; k++)
        if (!hash_eq(&run->edge[0][k], &stored[k]))
            return blame(run, n, k, stored, i);
    return rise_from_leaves(run);
}

static enum err check_bundles(struct run *run, struct ahead *ahead)
{
    uint64_t size = run->reader.size;
    enum err e = OK;
    for (uint64_t n = 0; e == OK && n * TILE_WIDTH < size; n++) {
        const struct verify_options *o = run->options;
        struct hash root;
        if (o->progress != NULL && !o->progress(o->to, n * TILE_WIDTH, size))
            return problem_set(run->problem, ERR_CLOSED, "verification was stopped");
        bool whole = size - n * TILE_WIDTH >= TILE_WIDTH;
        e = whole && ahead != NULL && ahead_next(ahead, &root) ? rise(run, 1, root)
                                                               : check_bundle(run, n);
    }
    return e;
}

static enum err check_tree(struct run *run)
{
    uint64_t size = run->reader.size;
    /* Without entries there is little to hash. */
    struct ahead *ahead =
        run->options->threads > 0 && size >= TILE_WIDTH && run->report->deleted == 0
            ? ahead_open(&run->reader, size / TILE_WIDTH, run->options->threads)
            : NULL;
    enum err e = check_bundles(run, ahead);
    ahead_close(ahead);
    if (e != OK)
        return e;
    for (int l = 1; l < TILE_LEVELS; l++) {
        e = run->count[l] > 0 ? compare_tile(run, l) : OK;
        if (e != OK)
            return e;
    }
    struct hash root;
    root_of(run, &root);
    if (hash_eq(&root, &run->report->root))
        return OK;
    if (run->report->deleted != 0)
        return fault(run, "tile/0", "does not lead to the checkpoint's root");
    return fault(run, "checkpoint", "its root is not that of the %llu entries that are there",
                 (unsigned long long)size);
}

/* --- files that the tree does not need ------------------------------------------------------ */

struct walk {
    struct run *run;
    char path[VERIFY_PLACE]; /* below the shard's folder */
    enum err e;
};

static enum err stray(struct run *run, const char *path)
{
    return fault(run, path, "does not belong here; remove it, or find out who put it there");
}

static enum err changed_partial(struct run *run, const char *path, const char *by)
{
    return fault(run, path, "is not the beginning of %s, which has superseded it", by);
}

/* A partial file whose tile has grown since must be the tile's beginning. */
static enum err check_superseded(struct run *run, const char *path, int level, uint64_t n,
                                 unsigned width)
{
    char full[FILE_PATH], by[TILE_PATH];
    void *bytes, *now = NULL;
    size_t size, now_size = 0;
    size_t limit = level == TILE_LEVEL_ENTRIES ? BUNDLE_MAX : TILE_BYTES;
    if (snprintf(full, sizeof full, "%s/%s", run->options->folder, path) >= (int)sizeof full)
        return stray(run, path);
    enum err e = disk_load(run->options->disk, full, limit, &bytes, &size);
    if (e == ERR_NOT_FOUND)
        return OK; /* removed by the publisher since it was listed */
    tile_path(level, n, tile_width(level, n, run->reader.size), by);
    if (e == ERR_LIMIT)
        return changed_partial(run, path, by);
    if (e != OK)
        return problem_set(run->problem, e, "%s: cannot be read: %s", full, err_name(e));

    bool same;
    if (level == TILE_LEVEL_ENTRIES) {
        struct cursor c = cursor_of(bytes, size);
        struct str entry;
        unsigned count = 0;
        while (tile_next_entry(&c, &entry))
            count++;
        e = tile_bundle(&run->reader, n, &now, &now_size);
        same = e == OK && !c.failed && count == width && size <= now_size &&
               memcmp(bytes, now, size) == 0;
        free(now);
    } else {
        struct hash hashes[TILE_WIDTH];
        e = tile_hashes(&run->reader, level, n, hashes);
        same = e == OK && size == width * sizeof *hashes && memcmp(bytes, hashes, size) == 0;
    }
    free(bytes);
    if (e != OK)
        return unreadable(run, e, level, n);
    run->report->superseded++;
    return same ? OK : changed_partial(run, path, by);
}

static enum err check_file(struct run *run, const char *path)
{
    int level;
    uint64_t n;
    unsigned width;
    struct str name = str_of(path);
    bool unfinished = name.n > 4 && str_eq(str_skip(name, name.n - 4), STR(".new"));
    if (unfinished)
        name.n -= 4;
    if (!tile_path_parse(name, &level, &n, &width) || level >= TILE_LEVELS)
        return stray(run, path);
    if (unfinished) {
        run->report->ahead++;
        return OK;
    }
    unsigned now = tile_width(level, n, run->reader.size);
    if (width > now) {
        run->report->ahead++;
        return OK;
    }
    return width == now ? OK : check_superseded(run, path, level, n, width);
}

/* By the forms of tlog-tiles: levels, "x001", "067.p". */
static bool is_folder_name(const char *parent, const char *name)
{
    struct str s = str_of(name);
    if (strcmp(parent, "tile") == 0)
        return true;
    return (s.n == 4 && s.p[0] == 'x') || (s.n == 5 && s.p[3] == '.' && s.p[4] == 'p');
}

static enum err walk_folder(struct run *run, const char *path);

static void visit(void *to, const char *name)
{
    struct walk *w = to;
    char path[VERIFY_PLACE];
    if (w->e != OK)
        return;
    if (snprintf(path, sizeof path, "%s/%s", w->path, name) >= (int)sizeof path)
        w->e = stray(w->run, path);
    else if (is_folder_name(w->path, name))
        w->e = walk_folder(w->run, path);
    else
        w->e = check_file(w->run, path);
}

static enum err walk_folder(struct run *run, const char *path)
{
    char full[FILE_PATH];
    struct walk w = {.run = run, .e = OK};
    const struct disk *d = run->options->disk;
    snprintf(w.path, sizeof w.path, "%s", path);
    if (snprintf(full, sizeof full, "%s/%s", run->options->folder, path) >= (int)sizeof full ||
        strlen(path) >= TILE_PATH)
        return stray(run, path);
    enum err e = d->list(d->context, full, visit, &w);
    if (w.e != OK || e == OK)
        return w.e;
    /* Removed meanwhile; or, of a log without entries, never made. */
    return e == ERR_NOT_FOUND ? OK : stray(run, path);
}

static void visit_top(void *to, const char *name)
{
    static const char *const known[] = {
        "checkpoint",    "cosigned",  "cosigners", "tile",         "checkpoint.new", "cosigned.new",
        "cosigners.new", PACK_FOLDER, PACK_FRESH,  RETENTION_FILE, "deleted.new"};
    struct walk *w = to;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return;
    if (w->e == OK)
        w->e = stray(w->run, name);
}

static enum err check_pack_file(struct run *run, enum pack_file f)
{
    const struct verify_options *o = run->options;
    enum err e = pack_check(o->disk, o->folder, run->reader.pack, f, run->reader.size);
    const char *place = f == PACK_ENTRIES ? "tile/entries" : "tile/";
    char file[VERIFY_PLACE];
    if (e == OK || (e == ERR_NOT_FOUND && f == PACK_ENTRIES && run->report->deleted != 0))
        return OK;
    name_file(run, place, file);
    if (e == ERR_NOT_FOUND)
        return fault(run, file, "is missing");
    if (e == ERR_CORRUPT)
        return fault(run, file, "is not the file of a shard of size %llu: head or length are wrong",
                     (unsigned long long)run->reader.size);
    return problem_set(run->problem, e, "%s/%s: cannot be read: %s", o->folder, file, err_name(e));
}

static void visit_pack(void *to, const char *name)
{
    struct walk *w = to;
    char path[VERIFY_PLACE];
    if (w->e != OK || strcmp(name, pack_file_name(PACK_HASHES)) == 0 ||
        strcmp(name, pack_file_name(PACK_ENTRIES)) == 0)
        return;
    snprintf(path, sizeof path, "%s/%.60s", w->run->reader.pack, name);
    w->e = stray(w->run, path);
}

static enum err check_pack(struct run *run)
{
    enum err e = check_pack_file(run, PACK_HASHES);
    return e == OK ? check_pack_file(run, PACK_ENTRIES) : e;
}

/* Of the pack nothing but its two files; loose ones behind it are about to be removed. */
static enum err check_pack_folder(struct run *run)
{
    char path[FILE_PATH];
    struct walk w = {.run = run, .e = OK};
    const struct verify_options *o = run->options;
    if (snprintf(path, sizeof path, "%s/%s", o->folder, run->reader.pack) >= (int)sizeof path)
        return stray(run, run->reader.pack);
    enum err e = o->disk->list(o->disk->context, path, visit_pack, &w);
    if (e != OK)
        return problem_set(run->problem, e, "%s: cannot be listed: %s", path, err_name(e));
    return w.e;
}

static enum err check_files(struct run *run)
{
    struct walk w = {.run = run, .e = OK};
    const struct disk *d = run->options->disk;
    enum err e = d->list(d->context, run->options->folder, visit_top, &w);
    if (e != OK)
        return problem_set(run->problem, e, "%s: cannot be listed: %s", run->options->folder,
                           err_name(e));
    if (w.e != OK)
        return w.e;
    return run->reader.pack != NULL ? check_pack_folder(run) : walk_folder(run, "tile");
}

/* --- checkpoints ---------------------------------------------------------------------------- */

/* Every signature line is the log's or a known witness's, and verifies. */
static enum err check_lines(struct run *run, const char *place, struct str note,
                            const struct note_key *keys, size_t count)
{
    struct str text, lines;
    struct note_line l;
    if (note_split(note, &text, &lines) != OK)
        return fault(run, place, "is malformed");
    while (note_next(&lines, &l)) {
        bool known = note_line_by(&l, run->options->log);
        for (size_t i = 0; !known && i < count; i++)
            if (note_line_by(&l, &keys[i])) {
                if (note_open(note, &keys[i], &text, NULL) != OK)
                    return fault(run, place, "the cosignature of %s does not verify", keys[i].name);
                known = true;
            }
        if (!known)
            return fault(run, place, "bears a signature whose key is not in cosigners");
    }
    return OK;
}

/* Is the tree of an earlier checkpoint the beginning of this one? The tiles are known to be right.
 */
static enum err check_earlier(struct run *run, const char *place, const struct checkpoint *earlier)
{
    struct hash root;
    if (earlier->size > run->reader.size)
        return fault(run, place,
                     "its size, %llu, is beyond the checkpoint's, %llu: entries were lost or "
                     "withdrawn",
                     (unsigned long long)earlier->size, (unsigned long long)run->reader.size);
    enum err e = tile_root_at(&run->reader, earlier->size, &root);
    if (e != OK)
        return problem_set(run->problem, e, "%s: tiles cannot be read: %s", run->options->folder,
                           err_name(e));
    return hash_eq(&root, &earlier->root)
               ? OK
               : fault(run, place,
                       "the log does not begin with the tree of size %llu signed there: it was "
                       "forked",
                       (unsigned long long)earlier->size);
}

struct heads {
    struct head newest, cosigned;
    bool has_cosigned;
    struct note_key keys[HEAD_COSIGNERS];
    size_t key_count;
};

static enum err load_one(struct run *run, enum head_file f, const char *place, struct head *out)
{
    const struct verify_options *o = run->options;
    enum err e = head_load(o->disk, o->folder, f, o->log, out, run->problem);
    if (e == ERR_CORRUPT || (e == ERR_NOT_FOUND && f == HEAD_NEWEST))
        snprintf(run->report->place, VERIFY_PLACE, "%s", place);
    return e == ERR_NOT_FOUND && f == HEAD_NEWEST ? fault(run, place, "is missing") : e;
}

/* `cosigned` first: it never is ahead of a checkpoint read after it. */
static enum err load_heads(struct run *run, struct heads *h)
{
    const struct verify_options *o = run->options;
    enum err e = load_one(run, HEAD_COSIGNED, "cosigned", &h->cosigned);
    h->has_cosigned = e == OK;
    if (e == OK || e == ERR_NOT_FOUND)
        e = load_one(run, HEAD_NEWEST, "checkpoint", &h->newest);
    if (e != OK)
        return e;
    e = head_cosigners(o->disk, o->folder, h->keys, &h->key_count, run->problem);
    if (e == ERR_CORRUPT)
        snprintf(run->report->place, VERIFY_PLACE, "cosigners");
    if (e == OK)
        e = check_lines(run, "checkpoint", h->newest.note, h->keys, h->key_count);
    if (e == OK && h->has_cosigned)
        e = check_lines(run, "cosigned", h->cosigned.note, h->keys, h->key_count);
    if (e != OK)
        return e;
    run->reader.size = run->report->size = h->newest.checkpoint.size;
    run->report->root = h->newest.checkpoint.root;
    if (h->has_cosigned) {
        run->report->cosigned_size = h->cosigned.checkpoint.size;
        run->report->cosigners = head_count_cosigners(h->cosigned.note, h->keys, h->key_count);
    }
    return OK;
}

static enum err check_older(struct run *run)
{
    struct checkpoint older;
    if (run->options->older.p == NULL)
        return OK;
    enum err e = checkpoint_open(run->options->older, run->options->log, &older, NULL);
    if (e != OK)
        return problem_set(run->problem, ERR_INVALID,
                           "the older checkpoint is not one that %s has signed",
                           run->options->log->name);
    return check_earlier(run, "checkpoint", &older);
}

static void nothing(void *to, const char *name)
{
    (void)to;
    (void)name;
}

static enum err find_pack(struct run *run)
{
    char path[FILE_PATH];
    const struct verify_options *o = run->options;
    const char *pack = o->pack != NULL ? o->pack : PACK_FOLDER;
    if (snprintf(path, sizeof path, "%s/%s", o->folder, pack) >= (int)sizeof path)
        return problem_set(run->problem, ERR_LIMIT, "the path of the data folder is too long");
    enum err e = o->disk->list(o->disk->context, path, nothing, NULL);
    if (e == ERR_NOT_FOUND && o->pack == NULL)
        return OK;
    run->reader.pack = pack;
    run->report->packed = true;
    return check_pack(run);
}

static enum err check_all(struct run *run, struct heads *h)
{
    enum err e = load_heads(run, h);
    if (e == OK)
        e = load_deletion(run);
    if (e == OK)
        e = find_pack(run);
    if (e == OK)
        e = check_tree(run);
    if (e == OK)
        e = check_first(run);
    if (e == OK)
        e = check_files(run);
    if (e == OK && h->has_cosigned)
        e = check_earlier(run, "cosigned", &h->cosigned.checkpoint);
    return e == OK ? check_older(run) : e;
}

enum err verify_log(const struct verify_options *options, struct verify_report *report,
                    struct problem *problem)
{
    *report = (struct verify_report){.entry = UINT64_MAX};
    struct run *run = calloc(1, sizeof *run);
    struct heads *heads = calloc(1, sizeof *heads);
    enum err e = ERR_MEMORY;
    if (run == NULL || heads == NULL) {
        problem_set(problem, e, "out of memory");
    } else {
        run->options = options;
        run->report = report;
        run->problem = problem;
        run->reader = (struct tile_reader){.disk = options->disk, .folder = options->folder};
        e = check_all(run, heads);
        head_fini(&heads->newest);
        head_fini(&heads->cosigned);
    }
    free(heads);
    free(run);
    return e;
}
