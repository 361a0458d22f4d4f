/*
 * Searching reads files that nobody writes any more, or the newest one up to its
 * last synced batch. Look-ups of openings share one open file and one batch in
 * memory, under the index's lock; a search over days opens its own.
 */
#include "ledger/index.h"
#include "ledger/index_inner.h"

#include <sodium.h>
#include <stdlib.h>

/* Looking up ---------------------------------------------------------------------------------- */

/* The file of a stream that covers `record`, opened. Holds the lock. */
static enum err file_for(struct index *x, enum stream stream, uint64_t record,
                         const struct dayfile **out)
{
    struct flow *f = &x->flow[stream];
    if (f->open && f->file.count > 0 && f->file.extent[0].from <= record) {
        *out = &f->file;
        return OK;
    }
    size_t i = f->old_count;
    while (i > 0 && f->old[i - 1].from > record)
        i--;
    if (i == 0)
        return ERR_NOT_FOUND;
    if (x->cached.fd < 0 || x->cached_stream != stream || x->cached.day != f->old[i - 1].day) {
        char path[DAYFILE_PATH];
        enum err e = index_path(x, stream, f->old[i - 1].day, path);
        if (x->cached.fd >= 0)
            dayfile_close(x->disk, &x->cached);
        if (e == OK)
            e = dayfile_open(x->disk, path, false, &x->cached);
        if (e != OK)
            return e;
        x->cached_stream = stream;
    }
    *out = &x->cached;
    return OK;
}

static enum err load_batch(struct index *x, enum stream stream, const struct dayfile *file,
                           const struct extent *there)
{
    struct loaded *l = &x->loaded;
    if (l->at == there->at && l->stream == stream && l->day == file->day)
        return OK;
    size_t got = 0;
    l->at = 0;
    buf_reset(&l->bytes);
    uint8_t *bytes = buf_reserve(&l->bytes, there->bytes);
    if (bytes == NULL)
        return ERR_MEMORY;
    enum err e = x->disk->read(x->disk->context, file->fd, there->at, bytes, there->bytes, &got);
    if (e == OK && !batch_whole(bytes, got, file->salt))
        e = ERR_CORRUPT;
    if (e != OK)
        return e;
    l->count = batch_openings(bytes, got, l->slot);
    l->at = there->at;
    l->stream = stream;
    l->day = file->day;
    return OK;
}

static int by_slot(const void *key, const void *slot)
{
    const uint64_t *record = key;
    const struct batch_slot *s = slot;
    return (*record > s->record) - (*record < s->record);
}

static enum err opening_in(struct index *x, enum stream stream, uint64_t record, struct buf *out)
{
    const struct dayfile *file;
    enum err e = file_for(x, stream, record, &file);
    const struct extent *there = e == OK ? dayfile_find(file, record) : NULL;
    if (there == NULL)
        return e == OK ? ERR_NOT_FOUND : e;
    e = load_batch(x, stream, file, there);
    if (e != OK)
        return e;
    const struct batch_slot *s =
        bsearch(&record, x->loaded.slot, x->loaded.count, sizeof *s, by_slot);
    if (s == NULL)
        return ERR_NOT_FOUND;
    buf_str(out, s->opening);
    return out->failed ? ERR_MEMORY : OK;
}

enum err index_opening(struct index *x, uint64_t record, struct buf *out)
{
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&x->lock);
    for (int i = 0; e == ERR_NOT_FOUND && i < STREAMS; i++)
        e = opening_in(x, (enum stream)i, record, out);
    pthread_mutex_unlock(&x->lock);
    return e;
}

/* Finding ------------------------------------------------------------------------------------- */

struct search {
    struct index *index;
    number caller, callee;
    when since;
    index_each *each;
    void *to;
    struct index_row *rows; /* of one batch */
    struct buf bytes;
    bool more;
};

static void hand_on(struct search *s, size_t count)
{
    for (size_t i = 0; s->more && i < count; i++) {
        const struct index_row *r = &s->rows[i];
        if (r->at >= s->since && (s->caller == 0 || s->caller == r->caller) &&
            (s->callee == 0 || s->callee == r->callee))
            s->more = s->each(s->to, r);
    }
}

static enum err search_batch(struct search *s, const struct dayfile *file,
                             const struct extent *there)
{
    const struct disk *disk = s->index->disk;
    uint8_t head[BATCH_HEAD];
    struct batch_head h;
    size_t got = 0, count = 0;
    enum err e = disk->read(disk->context, file->fd, there->at, head, sizeof head, &got);
    if (e == OK && (got < sizeof head || !batch_head_read(head, &h) || h.bytes != there->bytes))
        e = ERR_CORRUPT;
    size_t n = e == OK ? batch_rows_size(&h) : 0;
    if (n == 0)
        return e;
    buf_reset(&s->bytes);
    uint8_t *rows = buf_reserve(&s->bytes, n);
    if (rows == NULL)
        return ERR_MEMORY;
    e = disk->read(disk->context, file->fd, there->at + BATCH_HEAD, rows, n, &got);
    if (e == OK && got < n)
        e = ERR_CORRUPT;
    if (e == OK)
        e = batch_rows(head, buf_view(&s->bytes), s->index->keys, file->day, s->rows, &count);
    if (e == OK)
        hand_on(s, count);
    return e;
}

static enum err search_day(struct search *s, uint32_t day, struct problem *problem)
{
    char path[DAYFILE_PATH];
    struct dayfile file;
    enum err e = index_path(s->index, STREAM_CALLS, day, path);
    if (e == OK)
        e = dayfile_open(s->index->disk, path, false, &file);
    if (e == ERR_NOT_FOUND) /* its keys ended meanwhile */
        return OK;
    if (e != OK)
        return problem_set(problem, e, "%s: day %u of the index can not be read (%s)",
                           s->index->folder, day, err_name(e));
    for (size_t i = 0; e == OK && s->more && i < file.count; i++) {
        e = search_batch(s, &file, &file.extent[i]);
        if (e != OK)
            problem_set(problem, e, "%s: byte %llu can not be read (%s)", path,
                        (unsigned long long)file.extent[i].at, err_name(e));
    }
    dayfile_close(s->index->disk, &file);
    return e;
}

/* The days from `first` on; the caller frees. */
static uint32_t *days_since(struct index *x, uint32_t first, size_t *count)
{
    struct flow *f = &x->flow[STREAM_CALLS];
    *count = 0;
    pthread_mutex_lock(&x->lock);
    uint32_t *days = calloc(f->old_count + 1, sizeof *days);
    for (size_t i = 0; days != NULL && i < f->old_count; i++)
        if (f->old[i].day >= first)
            days[(*count)++] = f->old[i].day;
    if (days != NULL && f->open)
        days[(*count)++] = f->file.day;
    pthread_mutex_unlock(&x->lock);
    return days;
}

enum err index_find(struct index *x, number caller, number callee, when since, index_each *each,
                    void *to, struct problem *problem)
{
    struct search s = {.index = x,
                       .caller = caller,
                       .callee = callee,
                       .since = since,
                       .each = each,
                       .to = to,
                       .rows = calloc(BATCH_ROWS_MAX, sizeof *s.rows),
                       .more = true};
    /* A day earlier: what was asked just after midnight by one clock may lie before it by another.
     */
    size_t count;
    uint32_t *days = days_since(x, since > WHEN_DAY ? day_number(since - WHEN_DAY) : 0, &count);
    enum err e = OK;
    buf_init(&s.bytes, BATCH_MAX);
    if (s.rows == NULL || days == NULL)
        e = problem_set(problem, ERR_MEMORY, "%s: out of memory", x->folder);
    for (size_t i = 0; e == OK && days != NULL && s.more && i < count; i++)
        e = search_day(&s, days[i], problem);
    buf_fini(&s.bytes);
    if (s.rows != NULL)
        sodium_memzero(s.rows, BATCH_ROWS_MAX * sizeof *s.rows);
    free(s.rows);
    free(days);
    return e;
}
