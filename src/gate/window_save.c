#include "core/buf.h"
#include "gate/window_inner.h"
#include "ledger/merkle.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A part, FOLDER/00 … 3f, is one shard of pairs and the persons of the same number; little-endian:
 *
 *      8  "MSCOUNTS"
 *      4  version, 1
 *      4  number of the part
 *      8  first ledger index to replay from
 *         leaves of pairs:    8 end of its places  8 sequence  4 n
 *                             n × ( 8 principal  8 callee  1 count  count × 8 instant )
 *         leaves of persons:  8 end of its places  4 n
 *                             n × ( 8 person  4 running number  8 emergency )
 *     32  SHA-256 of all before
 *
 * Places begin where the former leaf's end; the last leaf's end at 2^32. Each leaf is copied in
 * one moment of its own.
 *
 * Parts are written to NN.new, synced together, and renamed. After a crash each is the old or
 * the new one, and says itself from where on the log must be read for it.
 */
static const char magic[8] = "MSCOUNTS";
enum { FILE_VERSION = 1, HASH = 32, PATH_BYTES = 4096 };

static const size_t part_max = (size_t)8 << 30;
static const uint64_t last_end = UINT64_C(1) << 32;

static enum err path_of(const char *folder, int part, const char *tail, char out[static PATH_BYTES])
{
    return (size_t)snprintf(out, PATH_BYTES, "%s/%02x%s", folder, (unsigned)part, tail) < PATH_BYTES
               ? OK
               : ERR_LIMIT;
}

/* Saving: */

static void put_pairs(struct shard *s, struct slot *cells, struct buf *out)
{
    uint64_t place = 0, sequence;
    size_t n;
    bool more;
    do {
        pthread_mutex_lock(&s->lock);
        more = leaves_copy(&window_pairs, &s->pairs, &place, cells, &n);
        sequence = s->sequence;
        pthread_mutex_unlock(&s->lock);
        uint32_t counted = 0;
        for (size_t i = 0; i < n; i++)
            counted += cells[i].count > 0;
        buf_u64le(out, more ? place : last_end);
        buf_u64le(out, sequence);
        buf_u32le(out, counted);
        for (size_t i = 0; i < n; i++) {
            if (!cells[i].count)
                continue;
            buf_u64le(out, cells[i].principal);
            buf_u64le(out, cells[i].callee);
            buf_u8(out, (uint8_t)cells[i].count);
            for (unsigned j = 0; j < cells[i].count; j++)
                buf_u64le(out, (uint64_t)cells[i].at[j]);
        }
    } while (more);
}

static void put_persons(struct person_shard *s, struct person_slot *cells, struct buf *out)
{
    uint64_t place = 0;
    size_t n;
    bool more;
    do {
        pthread_mutex_lock(&s->lock);
        more = leaves_copy(&window_persons, &s->persons, &place, cells, &n);
        pthread_mutex_unlock(&s->lock);
        buf_u64le(out, more ? place : last_end);
        buf_u32le(out, (uint32_t)n);
        for (size_t i = 0; i < n; i++) {
            buf_u64le(out, cells[i].person);
            buf_u32le(out, cells[i].last);
            buf_u64le(out, (uint64_t)cells[i].emergency);
        }
    } while (more);
}

static bool encode_part(struct windows *w, int part, uint64_t upto, void *cells, struct buf *out)
{
    struct hash hash;
    buf_reset(out);
    buf_bytes(out, magic, sizeof magic);
    buf_u32le(out, FILE_VERSION);
    buf_u32le(out, (uint32_t)part);
    buf_u64le(out, upto);
    put_pairs(&w->shards[part], cells, out);
    put_persons(&w->persons[part], cells, out);
    if (out->failed)
        return false;
    merkle_sha256(out->p, out->n, &hash);
    buf_bytes(out, &hash, HASH);
    return !out->failed;
}

/* To FOLDER/NN.new; synced where not all are at once. */
static enum err write_part(const struct disk *disk, const char *folder, int part,
                           const struct buf *bytes)
{
    char path[PATH_BYTES];
    int fd;
    enum err e = path_of(folder, part, ".new", path);
    if (!e)
        e = disk->open(disk->context, path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd);
    if (e)
        return e;
    e = disk->write(disk->context, fd, 0, bytes->p, bytes->n);
    if (!e && !disk->sync_all)
        e = disk->sync(disk->context, fd);
    const enum err closed = disk->close(disk->context, fd);
    return e ? e : closed;
}

static enum err name_part(const struct disk *disk, const char *folder, int part)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    enum err e = path_of(folder, part, ".new", from);
    if (!e)
        e = path_of(folder, part, "", to);
    return e ? e : disk->rename(disk->context, from, to);
}

/* The next parts, as many as one turn writes. */
static enum err save_some(struct windows *w, const struct disk *disk, const char *folder,
                          uint64_t upto, void *cells, int *count)
{
    struct buf bytes;
    size_t written = 0;
    enum err e = OK;
    buf_init(&bytes, part_max);
    for (*count = 0; !e && *count < WINDOW_SHARDS && written < w->turn; ++*count) {
        const int part = (w->next + *count) % WINDOW_SHARDS;
        e = encode_part(w, part, upto, cells, &bytes) ? write_part(disk, folder, part, &bytes)
                                                      : ERR_MEMORY;
        written += bytes.n;
    }
    buf_fini(&bytes);
    if (!e && disk->sync_all)
        e = disk->sync_all(disk->context, folder);
    for (int i = 0; !e && i < *count; i++)
        e = name_part(disk, folder, (w->next + i) % WINDOW_SHARDS);
    if (!e)
        e = disk->sync_folder(disk->context, folder);
    if (!e)
        w->next = (w->next + *count) % WINDOW_SHARDS;
    return e;
}

enum err windows_save(struct windows *w, const struct disk *disk, const char *folder, uint64_t upto,
                      bool all, struct problem *problem)
{
    void *cells = aligned_alloc(64, LEAF_CELLS * sizeof(struct slot));
    enum err e = cells ? disk->make_folder(disk->context, folder, 0700) : ERR_MEMORY;
    int saved = 0, count;
    do {
        if (!e)
            e = save_some(w, disk, folder, upto, cells, &count);
        if (!e)
            saved += count;
    } while (!e && all && saved < WINDOW_SHARDS);
    free(cells);
    return e ? problem_set(problem, e, "%s: cannot be written (%s)", folder, err_name(e)) : OK;
}

/* Loading: */

/* Of a leaf whose places are from `begin` and below `end`. */
static bool take_pair(struct windows *w, struct shard *s, uint64_t begin, uint64_t end,
                      struct cursor *c)
{
    const uint64_t principal = cursor_u64le(c);
    const number callee = cursor_u64le(c);
    const uint8_t count = cursor_u8(c);
    const uint64_t hash = window_hash(principal, callee);
    when newest = INT64_MAX;
    if (!callee || !count || count > ATTEMPTS || window_shard(w, hash) != s ||
        leaves_place(hash) < begin || leaves_place(hash) >= end)
        return false;
    for (unsigned j = 0; j < count; j++) {
        const when at = (when)cursor_u64le(c);
        if (c->failed || at > newest ||
            window_insert(w, s, hash, principal, callee, at, NULL) != OK)
            return false;
        newest = j == 0 ? at : newest;
    }
    return true;
}

/* Room for one more leaf that was loaded; doubles at powers of two. */
static bool note_loaded(struct shard *s, uint64_t end, uint64_t sequence)
{
    if ((s->loaded_count & (s->loaded_count - 1)) == 0) {
        const size_t n = s->loaded_count ? 2 * s->loaded_count : 1;
        struct loaded *more = realloc(s->loaded, n * sizeof *more);
        if (!more)
            return false;
        s->loaded = more;
    }
    s->loaded[s->loaded_count++] = (struct loaded){end, sequence};
    return true;
}

static bool take_pairs(struct windows *w, struct shard *s, struct cursor *c)
{
    uint64_t end = 0, newest = 0, cells = 0;
    while (end < last_end) {
        const uint64_t before = end;
        end = cursor_u64le(c);
        const uint64_t sequence = cursor_u64le(c);
        const uint32_t n = cursor_u32le(c);
        if (c->failed || end <= before || end > last_end || !note_loaded(s, end, sequence))
            return false;
        for (uint32_t i = 0; i < n; i++)
            if (!take_pair(w, s, before, end, c))
                return false;
        newest = sequence > newest ? sequence : newest;
        cells += n;
    }
    s->sequence = newest + cells * ATTEMPTS; /* versions of loaded slots stay distinct */
    return true;
}

static bool take_persons(struct windows *w, struct person_shard *s, struct cursor *c)
{
    uint64_t end = 0;
    while (end < last_end) {
        const uint64_t before = end;
        end = cursor_u64le(c);
        const uint32_t n = cursor_u32le(c);
        if (c->failed || end <= before || end > last_end)
            return false;
        for (uint32_t i = 0; i < n; i++) {
            const number person = cursor_u64le(c);
            const uint32_t last = cursor_u32le(c);
            const when emergency = (when)cursor_u64le(c);
            struct person_shard *own;
            struct person_slot *x = c->failed ? NULL : window_lock_person(w, person, &own);
            if (x) {
                x->last = last;
                x->emergency = emergency;
            }
            if (!c->failed)
                pthread_mutex_unlock(&own->lock);
            if (!x || own != s)
                return false;
        }
    }
    return true;
}

static bool take_part(struct windows *w, int part, const uint8_t *bytes, size_t n, uint64_t *upto)
{
    struct hash hash;
    if (n < HASH)
        return false;
    merkle_sha256(bytes, n - HASH, &hash);
    if (memcmp(bytes + n - HASH, &hash, HASH) != 0)
        return false;
    struct cursor c = cursor_of(bytes, n - HASH);
    if (!str_eq(cursor_take(&c, sizeof magic), (struct str){magic, sizeof magic}) ||
        cursor_u32le(&c) != FILE_VERSION || cursor_u32le(&c) != (uint32_t)part)
        return false;
    *upto = cursor_u64le(&c);
    return take_pairs(w, &w->shards[part], &c) && take_persons(w, &w->persons[part], &c) &&
           c.n == 0;
}

static void forget_part(struct windows *w, int part)
{
    struct shard *s = &w->shards[part];
    leaves_fini(&s->pairs);
    leaves_fini(&w->persons[part].persons);
    free(s->loaded);
    s->loaded = NULL;
    s->loaded_count = 0;
    s->sequence = 0;
}

static enum err load_part(struct windows *w, int part, const struct disk *disk, const char *folder,
                          uint64_t *upto)
{
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    enum err e = path_of(folder, part, "", path);
    if (!e)
        e = disk_load(disk, path, part_max, &bytes, &n);
    if (e)
        return e;
    if (!take_part(w, part, bytes, n, upto)) {
        forget_part(w, part);
        *upto = 0;
        e = ERR_CORRUPT;
    }
    free(bytes);
    return e;
}

enum err windows_load(struct windows *w, const struct disk *disk, const char *folder,
                      uint64_t *from, uint64_t *upto, struct problem *problem)
{
    enum err worst = OK;
    *from = UINT64_MAX;
    *upto = 0;
    for (int i = 0; i < WINDOW_SHARDS; i++) {
        uint64_t part = 0;
        const enum err e = load_part(w, i, disk, folder, &part);
        if (e == ERR_MEMORY)
            return problem_set(problem, e, "not enough memory for the counts of calls");
        if (e && worst != ERR_CORRUPT)
            worst = e;
        *from = part < *from ? part : *from;
        *upto = part > *upto ? part : *upto;
    }
    if (!worst)
        return OK;
    *from = 0;
    return worst == ERR_NOT_FOUND
               ? problem_set(problem, worst, "%s: the counts of calls are not all there", folder)
               : problem_set(problem, worst, "%s: counts of calls are damaged or unreadable (%s)",
                             folder, err_name(worst));
}
