/*
 * Opening the index: which files there are, where the last whole batch ends, and
 * the thread that goes on from there (index.c).
 */
#include "ledger/index_inner.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

struct listed {
    const char *id;
    struct {
        uint32_t *day;
        size_t count, room;
    } stream[STREAMS];
    bool failed;
};

static void note_file(void *to, const char *name)
{
    struct listed *l = to;
    char id[9];
    enum stream stream;
    uint32_t day;
    if (!dayfile_name_parse(name, id, &stream, &day) || strcmp(id, l->id) != 0)
        return;
    if (l->stream[stream].count == l->stream[stream].room) {
        size_t room = l->stream[stream].room ? 2 * l->stream[stream].room : 256;
        uint32_t *more = realloc(l->stream[stream].day, room * sizeof *more);
        if (more == NULL) {
            l->failed = true;
            return;
        }
        l->stream[stream].day = more;
        l->stream[stream].room = room;
    }
    l->stream[stream].day[l->stream[stream].count++] = day;
}

static int by_day(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Only the first batch of an old file is read: which record it begins with. */
static enum err first_record(const struct index *x, const char *path, uint64_t *from)
{
    uint8_t head[BATCH_HEAD];
    struct batch_head h;
    size_t got = 0;
    int fd;
    enum err e = x->disk->open(x->disk->context, path, O_RDONLY, 0, &fd);
    if (e != OK)
        return e;
    e = x->disk->read(x->disk->context, fd, DAYFILE_HEADER, head, sizeof head, &got);
    x->disk->close(x->disk->context, fd);
    if (e == OK && (got < sizeof head || !batch_head_read(head, &h)))
        e = ERR_CORRUPT;
    if (e == OK)
        *from = h.from;
    return e;
}

/* The last file with a batch is written on, those before are old. */
static enum err open_flow(struct index *x, enum stream stream, const uint32_t *day, size_t count)
{
    struct flow *f = &x->flow[stream];
    char path[DAYFILE_PATH];
    f->old = calloc(count + 1, sizeof *f->old);
    if (f->old == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint64_t from;
        enum err e = index_path(x, stream, day[i], path);
        if (e == OK)
            e = first_record(x, path, &from);
        if (e == OK)
            f->old[f->old_count++] = (struct old_file){.day = day[i], .from = from};
        else if (e != ERR_CORRUPT) /* which is a file whose first batch never came */
            return e;
    }
    while (!f->open && f->old_count > 0) {
        enum err e = index_path(x, stream, f->old[--f->old_count].day, path);
        if (e == OK)
            e = dayfile_open(x->disk, path, true, &f->file);
        f->open = e == OK && f->file.count > 0;
        if (e == OK && !f->open)
            dayfile_close(x->disk, &f->file);
        if (e != OK && e != ERR_CORRUPT)
            return e;
    }
    if (f->open) {
        f->batch_day = f->file.day;
        f->written = f->file.extent[f->file.count - 1].to;
    }
    f->position = f->written;
    batch_reset(&f->batch, f->written);
    return OK;
}

static enum err open_files(struct index *x, struct problem *problem)
{
    struct listed l = {.id = x->id};
    enum err e = x->disk->list(x->disk->context, x->folder, note_file, &l);
    if (e == OK && l.failed)
        e = ERR_MEMORY;
    for (int i = 0; e == OK && i < STREAMS; i++) {
        if (l.stream[i].count > 0)
            qsort(l.stream[i].day, l.stream[i].count, sizeof *l.stream[i].day, by_day);
        e = open_flow(x, (enum stream)i, l.stream[i].day, l.stream[i].count);
    }
    /* After a kill the newest names may not be on the disk yet. */
    if (e == OK)
        e = x->disk->sync_folder(x->disk->context, x->folder);
    for (int i = 0; i < STREAMS; i++)
        free(l.stream[i].day);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot open the index (%s)", x->folder, err_name(e));
    for (int i = 0; i < STREAMS; i++)
        if (x->flow[i].written > ledger_size(x->ledger))
            return problem_set(
                problem, ERR_CORRUPT,
                "%s: the index knows record %llu, the ledger ends at %llu: they are not of the "
                "same time; restore both together, or move the index away to build it again",
                x->folder, (unsigned long long)x->flow[i].written - 1,
                (unsigned long long)ledger_size(x->ledger));
    return OK;
}

static enum err make_folder(struct index *x, const char *data, struct problem *problem)
{
    if (snprintf(x->folder, sizeof x->folder, "%s/index", data) >= DAYFILE_PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", data);
    enum err e = x->disk->make_folder(x->disk->context, x->folder, 0700);
    if (e == OK)
        e = x->disk->sync_folder(x->disk->context, data);
    return e == OK
               ? OK
               : problem_set(problem, e, "%s: cannot make the folder (%s)", x->folder, err_name(e));
}

static void init(struct index *x)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->kick, &monotonic);
    pthread_cond_init(&x->round_done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    x->cached.fd = -1;
    for (int i = 0; i < STREAMS; i++) {
        batch_init(&x->flow[i].batch);
        x->flow[i].file.fd = -1;
        x->flow[i].written_at = clock_monotonic();
    }
    buf_init(&x->clear, OPENING_MAX);
    buf_init(&x->sealed, BATCH_MAX);
    buf_init(&x->loaded.bytes, BATCH_MAX);
}

enum err index_open(const struct index_options *o, struct index **out, struct problem *problem)
{
    *out = NULL;
    struct index *x = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", o->folder);
    x->disk = o->disk;
    x->ledger = o->ledger;
    x->keys = o->keys;
    x->decode = o->decode;
    x->beside = o->beside;
    x->beside_to = o->beside_to;
    snprintf(x->id, sizeof x->id, "%s", ledger_first_id(o->ledger));
    init(x);
    enum err e = make_folder(x, o->folder, problem);
    if (e == OK)
        e = open_files(x, problem);
    int rc = e == OK ? pthread_create(&x->thread, NULL, index_main, x) : 0;
    if (rc != 0)
        e = problem_errno(problem, rc, "%s: cannot start a thread", x->folder);
    x->running = e == OK;
    if (e != OK) {
        index_close(x);
        return e;
    }
    *out = x;
    return OK;
}

void index_close(struct index *x)
{
    if (x == NULL)
        return;
    if (x->running) {
        pthread_mutex_lock(&x->lock);
        x->closing = true;
        pthread_cond_signal(&x->kick);
        pthread_mutex_unlock(&x->lock);
        pthread_join(x->thread, NULL);
    }
    for (int i = 0; i < STREAMS; i++) {
        if (x->flow[i].open)
            dayfile_close(x->disk, &x->flow[i].file);
        free(x->flow[i].old);
        batch_fini(&x->flow[i].batch);
    }
    if (x->cached.fd >= 0)
        dayfile_close(x->disk, &x->cached);
    if (x->clear.p != NULL)
        sodium_memzero(x->clear.p, x->clear.cap);
    sodium_memzero(x->row, sizeof x->row);
    buf_fini(&x->clear);
    buf_fini(&x->sealed);
    buf_fini(&x->loaded.bytes);
    pthread_mutex_destroy(&x->lock);
    pthread_cond_destroy(&x->kick);
    pthread_cond_destroy(&x->round_done);
    free(x);
}
