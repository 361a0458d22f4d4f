/*
 * One thread follows the log. Every round it takes what is new, as far as a batch
 * holds, writes the batch of each stream, syncs, and tells the ledger that the
 * frames below both positions may go. A stream to which nothing was added moves
 * its position on in memory only, and writes it down once the other is
 * LAG_RECORDS ahead, when the index closes, or after LAG_S.
 *
 * A failed write is tried again in the next round with the same records: nothing
 * is released before it is synced, so a full disk costs the index nothing but
 * time.
 */
#include "ledger/index.h"
#include "core/log.h"
#include "ledger/index_inner.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUND_MS = 250, LAG_S = 10, LAG_RECORDS = 100000, FILES_MAX = 100000 };

enum err index_path(const struct index *x, enum stream stream, uint32_t day,
                    char out[static DAYFILE_PATH])
{
    char name[DAYFILE_NAME];
    dayfile_name(x->id, stream, day, name);
    return snprintf(out, DAYFILE_PATH, "%s/%s", x->folder, name) < DAYFILE_PATH ? OK : ERR_LIMIT;
}

/* Writing ------------------------------------------------------------------------------------- */

static enum err keep_old(struct flow *f)
{
    if (!f->open || f->file.count == 0)
        return OK;
    if (f->old_count == FILES_MAX)
        return ERR_LIMIT;
    struct old_file *more = realloc(f->old, (f->old_count + 1) * sizeof *more);
    if (more == NULL)
        return ERR_MEMORY;
    f->old = more;
    f->old[f->old_count++] = (struct old_file){.day = f->file.day, .from = f->file.extent[0].from};
    return OK;
}

/* The file of the batch's day. What a failed write left behind the old one's end is cut off. */
static enum err begin_file(struct index *x, enum stream stream)
{
    struct flow *f = &x->flow[stream];
    if (f->open && f->file.day == f->batch_day)
        return OK;
    char path[DAYFILE_PATH];
    struct dayfile fresh;
    enum err e = index_path(x, stream, f->batch_day, path);
    if (e == OK && f->open)
        e = x->disk->truncate(x->disk->context, f->file.fd, f->file.end);
    if (e == OK)
        e = dayfile_create(x->disk, path, stream, f->batch_day, &fresh);
    if (e != OK)
        return e;
    pthread_mutex_lock(&x->lock);
    e = keep_old(f);
    if (e == OK && f->open)
        dayfile_close(x->disk, &f->file);
    if (e == OK) {
        f->file = fresh;
        f->open = true;
    } else {
        dayfile_close(x->disk, &fresh);
    }
    pthread_mutex_unlock(&x->lock);
    return e;
}

static enum err write_batch(struct index *x, enum stream stream)
{
    struct flow *f = &x->flow[stream];
    f->batch.to = f->position;
    if (f->batch.to == f->batch.from)
        return OK;
    enum err e = begin_file(x, stream);
    buf_reset(&x->sealed);
    if (e == OK)
        e = batch_seal(&f->batch, x->keys, f->batch_day, f->file.salt, &x->sealed);
    bool first = e == OK && f->file.count == 0;
    if (e == OK)
        e = dayfile_append(x->disk, &f->file, buf_view(&x->sealed));
    if (e == OK && first)
        e = x->disk->sync_folder(x->disk->context, x->folder);
    if (e == OK) {
        struct extent there = {.from = f->batch.from,
                               .to = f->batch.to,
                               .at = f->file.end,
                               .bytes = (uint32_t)x->sealed.n};
        pthread_mutex_lock(&x->lock);
        e = dayfile_remember(&f->file, &there);
        pthread_mutex_unlock(&x->lock);
    }
    if (e != OK)
        return e;
    f->written = f->batch.to;
    f->written_at = clock_monotonic();
    batch_reset(&f->batch, f->written);
    return OK;
}

/* Days never go back in a stream: a clock that does puts its records into the later day. */
static uint32_t day_for(const struct flow *f, when recorded)
{
    uint32_t day = day_number(recorded), last = f->batch_day;
    return day < last ? last : day;
}

struct round {
    struct index *index;
    uint64_t next;
    bool full;
    enum err result;
};

/* The row of a call, if its key is there. A disk that fails now must not cost the row. */
static enum err row_of(struct index *x, const struct ledger_record *r, struct index_row *row,
                       bool *has_row)
{
    uint8_t commitment[COMMITMENT];
    *has_row = false;
    if (r->entry.n < ENTRY_HEADER || r->entry.p[1] != ENTRY_CALL)
        return OK;
    buf_reset(&x->clear);
    enum err e = opening_unseal(x->keys, r->opening, commitment, &x->clear);
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        return OK;
    *has_row = e == OK && x->decode(buf_view(&x->clear), row);
    return e;
}

/* One record into the batch of its stream. False, and not taken, if a batch must be written first.
 */
static bool take_record(void *to, const struct ledger_record *r)
{
    struct round *round = to;
    struct index *x = round->index;
    enum opening_class class;
    uint32_t month;
    if (r->index > round->next)
        log_warning("%s: openings of records %llu to %llu are not in the log any more", x->folder,
                    (unsigned long long)round->next, (unsigned long long)r->index - 1);
    for (int i = 0; i < STREAMS; i++)
        if (x->flow[i].batch.opening_count == 0)
            x->flow[i].batch_day = day_for(&x->flow[i], r->recorded);

    if (opening_key_of(r->opening, &class, &month)) {
        enum stream stream = class == OPENING_FACT ? STREAM_FACTS : STREAM_CALLS;
        struct flow *f = &x->flow[stream];
        struct index_row row = {0};
        bool has_row = false;
        if (r->index >= f->written) {
            round->full = f->batch_day != day_for(f, r->recorded);
            if (!round->full && stream == STREAM_CALLS)
                round->result = row_of(x, r, &row, &has_row);
            if (!round->full && round->result == OK)
                round->full =
                    !batch_add(&f->batch, class, has_row ? &row : NULL, r->index, r->opening);
            if (round->full || round->result != OK)
                return false;
        }
    }
    round->next = r->index + 1;
    return true;
}

static bool must_write(const struct flow *f, bool closing)
{
    if (f->batch.opening_count > 0)
        return true;
    return f->position > f->written && f->batch_day != 0 &&
           (closing || f->position - f->written > LAG_RECORDS ||
            clock_monotonic() - f->written_at > LAG_S * WHEN_SECOND);
}

static enum err write_flows(struct index *x, bool closing)
{
    uint64_t release = UINT64_MAX;
    for (int i = 0; i < STREAMS; i++) {
        struct flow *f = &x->flow[i];
        enum err e = must_write(f, closing) ? write_batch(x, (enum stream)i) : OK;
        if (e != OK)
            return problem_set(&x->problem, e, "%s: cannot write the index (%s); it is tried again",
                               x->folder, err_name(e));
        if (f->written < release)
            release = f->written;
    }
    ledger_release(x->ledger, release);
    return OK;
}

/* Take what is new, until a batch is full. */
static enum err read_on(struct index *x, uint64_t target, bool *full)
{
    struct round r = {.index = x, .next = x->flow[0].position};
    for (int i = 1; i < STREAMS; i++)
        if (x->flow[i].position < r.next)
            r.next = x->flow[i].position;
    enum err e =
        r.next < target ? ledger_follow(x->ledger, r.next, take_record, &r, &x->problem) : OK;
    if (e == OK && r.result != OK)
        e = problem_set(&x->problem, r.result, "%s: record %llu can not be opened now (%s)",
                        x->folder, (unsigned long long)r.next, err_name(r.result));
    /* Frames gone: they were released by an index that was removed since. */
    if (e == OK && !r.full && r.next < target)
        r.next = target;
    /* What was taken is in the batches, also when reading stopped early. */
    for (int i = 0; i < STREAMS; i++)
        if (x->flow[i].position < r.next)
            x->flow[i].position = r.next;
    *full = r.full;
    return e;
}

/* Index what is durable now. */
static enum err follow(struct index *x, bool closing)
{
    uint64_t target = ledger_size(x->ledger);
    enum err e = OK;
    for (bool full = true; e == OK && full;) {
        e = read_on(x, target, &full);
        enum err written = write_flows(x, closing);
        if (e == OK)
            e = written;
    }
    return e;
}

/* Purging ------------------------------------------------------------------------------------- */

static bool dead(enum stream stream, uint32_t day, when now)
{
    uint32_t month = day / 100;
    if (stream == STREAM_FACTS)
        return opening_expired(OPENING_FACT, month, now);
    return opening_expired(OPENING_CALL, month, now) && opening_expired(OPENING_PLAIN, month, now);
}

struct purge {
    struct index *index;
    when now;
    struct buf names;
};

static void note_dead(void *to, const char *name)
{
    struct purge *p = to;
    char id[9];
    enum stream stream;
    uint32_t day;
    if (!dayfile_name_parse(name, id, &stream, &day) || !dead(stream, day, p->now))
        return;
    const struct flow *f = &p->index->flow[stream];
    if (!(f->open && f->file.day == day))
        buf_bytes(&p->names, name, strlen(name) + 1);
}

/* Remove the files, of any shard, whose keys have ended. */
static void purge(struct index *x, when now)
{
    struct purge p = {.index = x, .now = now};
    buf_init(&p.names, 1 << 20);
    enum err e = x->disk->list(x->disk->context, x->folder, note_dead, &p);
    pthread_mutex_lock(&x->lock);
    if (x->cached.fd >= 0)
        dayfile_close(x->disk, &x->cached);
    for (int i = 0; i < STREAMS; i++) {
        struct flow *f = &x->flow[i];
        size_t kept = 0;
        for (size_t k = 0; k < f->old_count; k++)
            if (!dead((enum stream)i, f->old[k].day, now))
                f->old[kept++] = f->old[k];
        f->old_count = kept;
    }
    pthread_mutex_unlock(&x->lock);
    struct str rest = buf_view(&p.names), name;
    while (e == OK && rest.n > 0 && str_split(&rest, '\0', &name)) {
        char path[DAYFILE_PATH];
        if (snprintf(path, sizeof path, "%s/%s", x->folder, name.p) < DAYFILE_PATH)
            e = x->disk->remove(x->disk->context, path);
    }
    if (e != OK)
        log_warning("%s: expired files stay for now (%s)", x->folder, err_name(e));
    buf_fini(&p.names);
}

/* The thread ---------------------------------------------------------------------------------- */

static void wait_round(struct index *x)
{
    int64_t until = clock_monotonic() + ROUND_MS * WHEN_MS;
    struct timespec t = {.tv_sec = until / WHEN_SECOND, .tv_nsec = until % WHEN_SECOND};
    while (!x->closing && !x->kicked)
        if (pthread_cond_timedwait(&x->kick, &x->lock, &t) != 0)
            return;
}

static void *index_main(void *context)
{
    struct index *x = context;
    pthread_mutex_lock(&x->lock);
    for (bool closing = false; !closing;) {
        wait_round(x);
        closing = x->closing;
        x->kicked = false;
        pthread_mutex_unlock(&x->lock);

        enum err e = follow(x, closing);
        uint32_t day = x->flow[STREAM_CALLS].batch_day;
        if (e == OK && day > x->purged_day) {
            struct date d = {.year = (int)(day / 10000),
                             .month = (int)(day / 100 % 100),
                             .day = (int)(day % 100)};
            purge(x, day_of_date(d) * WHEN_DAY);
            x->purged_day = day;
        }

        pthread_mutex_lock(&x->lock);
        if (e != OK && x->result == OK)
            log_error("%s", x->problem.text);
        x->result = e;
        x->rounds++;
        if (e == OK)
            x->covered = x->flow[STREAM_CALLS].position;
        pthread_cond_broadcast(&x->round_done);
    }
    pthread_mutex_unlock(&x->lock);
    return NULL;
}

enum err index_catch_up(struct index *x, struct problem *problem)
{
    uint64_t target = ledger_size(x->ledger);
    pthread_mutex_lock(&x->lock);
    /* A round that is under way may have begun too early: the second end from now is late enough.
     */
    uint64_t enough = x->rounds + 2;
    while (x->covered < target && x->rounds < enough) {
        x->kicked = true;
        pthread_cond_signal(&x->kick);
        pthread_cond_wait(&x->round_done, &x->lock);
    }
    enum err e = x->covered >= target ? OK : x->result != OK ? x->result : ERR_TIMEOUT;
    if (e != OK)
        problem_set(problem, e, "%s", x->problem.text);
    pthread_mutex_unlock(&x->lock);
    return e;
}

/* Opening ------------------------------------------------------------------------------------- */

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

enum err index_open(const struct disk *disk, const char *folder, struct ledger *ledger,
                    struct opening_keys *keys, index_decode *decode, struct index **out,
                    struct problem *problem)
{
    *out = NULL;
    struct index *x = calloc(1, sizeof *x);
    if (x == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", folder);
    x->disk = disk;
    x->ledger = ledger;
    x->keys = keys;
    x->decode = decode;
    snprintf(x->id, sizeof x->id, "%s", ledger_first_id(ledger));
    init(x);
    enum err e = make_folder(x, folder, problem);
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
    buf_fini(&x->clear);
    buf_fini(&x->sealed);
    buf_fini(&x->loaded.bytes);
    pthread_mutex_destroy(&x->lock);
    pthread_cond_destroy(&x->kick);
    pthread_cond_destroy(&x->round_done);
    free(x);
}
