#include "ledger/pack.h"

#include "ledger/tile.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PACK_PATH = 4096, VERSION = 1, HEAD = 32, SUM_AT = 24, OFFSET = 8, OFFSETS = 1024 };

#define SIZE_LIMIT ((uint64_t)1 << 40) /* entries; a larger shard is none */
#define SYNC_STRIDE                                                                                \
    ((uint64_t)64 << 20) /* so that the log's own syncs never wait for gigabytes                   \
                          */

static const char magic[2][8] = {{'M', 'E', 'N', 'S', 'H', 'A', 'S', 'H'},
                                 {'M', 'E', 'N', 'S', 'E', 'N', 'T', 'R'}};

const char *pack_file_name(enum pack_file f)
{
    return f == PACK_HASHES ? "hashes" : "entries";
}

static bool path_of(const char *folder, const char *pack, enum pack_file f,
                    char out[static PACK_PATH])
{
    return snprintf(out, PACK_PATH, "%s/%s/%s", folder, pack, pack_file_name(f)) < PACK_PATH;
}

/* --- places --------------------------------------------------------------------------------- */

static uint64_t bundles_of(uint64_t size)
{
    return (size + TILE_WIDTH - 1) / TILE_WIDTH;
}

/* Hashes of all levels below `level`. */
static uint64_t hashes_below(uint64_t size, int level)
{
    uint64_t count = 0;
    for (int l = 0; l < level; l++)
        count += size >> (8 * l);
    return count;
}

static uint64_t first_bundle(uint64_t size)
{
    return HEAD + OFFSET * (bundles_of(size) + 1);
}

/* --- heads ---------------------------------------------------------------------------------- */

static uint64_t checksum(const uint8_t head[static SUM_AT])
{
    static const uint8_t key[crypto_shorthash_KEYBYTES];
    uint8_t sum[crypto_shorthash_BYTES];
    crypto_shorthash(sum, head, SUM_AT, key);
    struct cursor c = cursor_of(sum, sizeof sum);
    return cursor_u64le(&c);
}

static void put_head(enum pack_file f, uint64_t size, uint8_t head[static HEAD])
{
    struct buf b;
    buf_fixed(&b, head, HEAD);
    buf_bytes(&b, magic[f], sizeof magic[f]);
    buf_u32le(&b, VERSION);
    buf_u32le(&b, 0);
    buf_u64le(&b, size);
    buf_u64le(&b, checksum(head));
}

/* `n` bytes, all of them. */
static enum err read_exactly(const struct disk *d, int fd, uint64_t at, void *bytes, size_t n)
{
    size_t got = 0;
    enum err e = d->read(d->context, fd, at, bytes, n, &got);
    return e == OK && got != n ? ERR_CORRUPT : e;
}

static enum err read_head(const struct disk *d, int fd, enum pack_file f, uint64_t *size)
{
    uint8_t head[HEAD], wanted[HEAD];
    enum err e = read_exactly(d, fd, 0, head, HEAD);
    if (e != OK)
        return e;
    struct cursor c = cursor_of(head, HEAD);
    cursor_take(&c, SUM_AT - OFFSET);
    *size = cursor_u64le(&c);
    put_head(f, *size, wanted);
    return *size < SIZE_LIMIT && memcmp(head, wanted, HEAD) == 0 ? OK : ERR_CORRUPT;
}

/* Opened, and its head checked. */
static enum err open_file(const struct disk *d, const char *folder, const char *pack,
                          enum pack_file f, int *fd, uint64_t *size)
{
    char path[PACK_PATH];
    if (!path_of(folder, pack, f, path))
        return ERR_LIMIT;
    enum err e = d->open(d->context, path, O_RDONLY, 0, fd);
    if (e != OK)
        return e;
    e = read_head(d, *fd, f, size);
    if (e != OK && d->close(d->context, *fd) != OK)
        return e;
    return e;
}

/* --- reading -------------------------------------------------------------------------------- */

/* Where bundle `n` begins and ends. */
static enum err find_bundle(const struct disk *d, int fd, uint64_t size, uint64_t n, uint64_t *from,
                            uint64_t *to)
{
    uint8_t pair[2 * OFFSET];
    enum err e = read_exactly(d, fd, HEAD + OFFSET * n, pair, sizeof pair);
    if (e != OK)
        return e;
    struct cursor c = cursor_of(pair, sizeof pair);
    *from = cursor_u64le(&c);
    *to = cursor_u64le(&c);
    return *from >= first_bundle(size) && *to > *from && *to - *from <= BUNDLE_MAX ? OK
                                                                                   : ERR_CORRUPT;
}

static enum err load_part(const struct disk *d, int fd, uint64_t from, size_t n, void **bytes)
{
    *bytes = malloc(n);
    if (*bytes == NULL)
        return ERR_MEMORY;
    enum err e = read_exactly(d, fd, from, *bytes, n);
    if (e != OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return e;
}

enum err pack_load(const struct disk *d, const char *folder, const char *pack, int level,
                   uint64_t n, void **bytes, size_t *got, unsigned *width)
{
    enum pack_file f = level == TILE_LEVEL_ENTRIES ? PACK_ENTRIES : PACK_HASHES;
    int fd;
    uint64_t size, from = 0, to = 0;
    enum err e = open_file(d, folder, pack, f, &fd, &size);
    if (e != OK)
        return e;
    *width = tile_width(level, n, size);
    if (*width == 0) {
        e = ERR_NOT_FOUND;
    } else if (f == PACK_ENTRIES) {
        e = find_bundle(d, fd, size, n, &from, &to);
    } else {
        from = HEAD + sizeof(struct hash) * (hashes_below(size, level) + n * TILE_WIDTH);
        to = from + *width * sizeof(struct hash);
    }
    *got = (size_t)(to - from);
    if (e == OK)
        e = load_part(d, fd, from, *got, bytes);
    enum err closed = d->close(d->context, fd);
    if (e == OK && closed != OK)
        free(*bytes);
    return e != OK ? e : closed;
}

enum err pack_check(const struct disk *d, const char *folder, const char *pack, enum pack_file f,
                    uint64_t size)
{
    int fd;
    uint64_t its_size, length, from = first_bundle(size), to = from;
    enum err e = open_file(d, folder, pack, f, &fd, &its_size);
    if (e != OK)
        return e;
    e = d->size(d->context, fd, &length);
    if (e == OK && its_size != size)
        e = ERR_CORRUPT;
    if (e == OK && f == PACK_HASHES)
        to = HEAD + sizeof(struct hash) * hashes_below(size, TILE_LEVELS);
    else if (e == OK && size > 0) {
        uint64_t last = bundles_of(size) - 1, begin;
        e = find_bundle(d, fd, size, 0, &from, &to);
        if (e == OK)
            e = find_bundle(d, fd, size, last, &begin, &to);
    }
    if (e == OK && (from != first_bundle(size) || to != length))
        e = ERR_CORRUPT;
    enum err closed = d->close(d->context, fd);
    return e != OK ? e : closed;
}

/* --- making --------------------------------------------------------------------------------- */

struct maker {
    struct tile_reader loose;
    const struct pack_watch *watch;
    int fd;
    uint64_t at, synced; /* bytes written; of these synced */
    uint8_t offset[OFFSETS * OFFSET];
    struct buf offsets; /* of bundles, not written yet */
    uint64_t offsets_at;
};

static enum err put(struct maker *m, const void *bytes, size_t n)
{
    const struct disk *d = m->loose.disk;
    enum err e = d->write(d->context, m->fd, m->at, bytes, n);
    if (e == OK)
        m->at += n;
    if (e == OK && m->at - m->synced >= SYNC_STRIDE) {
        e = d->sync(d->context, m->fd);
        m->synced = m->at;
    }
    return e;
}

static bool goes_on(const struct maker *m)
{
    return m->watch == NULL || m->watch->go_on(m->watch->to);
}

static enum err put_hashes(struct maker *m)
{
    struct hash tile[TILE_WIDTH];
    enum err e = OK;
    for (int level = 0; level < TILE_LEVELS; level++)
        for (uint64_t n = 0, width; e == OK && (width = tile_width(level, n, m->loose.size)) > 0;
             n++) {
            e = goes_on(m) ? tile_hashes(&m->loose, level, n, tile) : ERR_CLOSED;
            if (e == OK)
                e = put(m, tile, width * sizeof *tile);
        }
    return e;
}

static enum err flush_offsets(struct maker *m)
{
    const struct disk *d = m->loose.disk;
    enum err e = d->write(d->context, m->fd, m->offsets_at, m->offsets.p, m->offsets.n);
    m->offsets_at += m->offsets.n;
    buf_reset(&m->offsets);
    return e;
}

static enum err put_offset(struct maker *m)
{
    buf_u64le(&m->offsets, m->at);
    return m->offsets.n == sizeof m->offset ? flush_offsets(m) : OK;
}

static enum err put_entries(struct maker *m)
{
    uint64_t count = bundles_of(m->loose.size);
    m->offsets_at = HEAD;
    m->at = first_bundle(m->loose.size);
    buf_fixed(&m->offsets, m->offset, sizeof m->offset);
    enum err e = put_offset(m);
    for (uint64_t n = 0; e == OK && n < count; n++) {
        void *bytes = NULL;
        size_t size = 0;
        e = goes_on(m) ? tile_bundle(&m->loose, n, &bytes, &size) : ERR_CLOSED;
        if (e == OK) {
            e = put(m, bytes, size);
            free(bytes);
        }
        if (e == OK)
            e = put_offset(m);
    }
    return e == OK ? flush_offsets(m) : e;
}

static enum err make_file(struct maker *m, enum pack_file f)
{
    char path[PACK_PATH];
    uint8_t head[HEAD];
    const struct disk *d = m->loose.disk;
    if (!path_of(m->loose.folder, PACK_FRESH, f, path))
        return ERR_LIMIT;
    enum err e = d->open(d->context, path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &m->fd);
    if (e != OK)
        return e;
    m->at = m->synced = 0;
    put_head(f, m->loose.size, head);
    e = put(m, head, HEAD);
    if (e == OK)
        e = f == PACK_HASHES ? put_hashes(m) : put_entries(m);
    if (e == OK)
        e = d->sync(d->context, m->fd);
    enum err closed = d->close(d->context, m->fd);
    return e != OK ? e : closed;
}

enum err pack_make(const struct disk *d, const char *folder, uint64_t size,
                   const struct pack_watch *watch, struct problem *problem)
{
    char fresh[PACK_PATH];
    struct maker *m = malloc(sizeof *m);
    enum err e = m == NULL ? ERR_MEMORY
                 : snprintf(fresh, sizeof fresh, "%s/" PACK_FRESH, folder) >= (int)sizeof fresh
                     ? ERR_LIMIT
                     : d->make_folder(d->context, fresh, 0700);
    if (e == OK) {
        *m = (struct maker){.loose = {.disk = d, .folder = folder, .size = size}, .watch = watch};
        e = make_file(m, PACK_HASHES);
    }
    if (e == OK)
        e = make_file(m, PACK_ENTRIES);
    if (e == OK)
        e = d->sync_folder(d->context, fresh);
    free(m);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be packed (%s)", folder, err_name(e));
}
