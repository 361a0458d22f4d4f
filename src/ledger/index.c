/*
 * One thread follows the log. Every round it takes what is new, as far as a batch
 * holds, writes the batch of each stream, syncs, lets the index beside it do the
 * same, and tells the ledger that the frames below all positions may go. A stream to which nothing
 * was added moves its position on in memory only, and writes it down once the other is LAG_RECORDS
 * ahead, when the index closes, or after LAG_S.
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

static bool has_rows(struct str entry)
{
    return entry.n >= ENTRY_HEADER && (entry.p[1] == ENTRY_CALL || entry.p[1] == ENTRY_SCRUB_PART);
}

/* The record's rows, if its key is there. A disk that fails now must not cost them. */
static enum err decode_rows(struct index *x, const struct ledger_record *r, size_t *count)
{
    uint8_t commitment[COMMITMENT];
    *count = 0;
    if (!has_rows(r->entry))
        return OK;
    buf_reset(&x->clear);
    enum err e = opening_unseal(x->keys, r->opening, commitment, &x->clear);
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        return OK;
    if (e == OK)
        *count = x->decode(r, buf_view(&x->clear), x->row);
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
        size_t rows = 0;
        if (r->index >= f->written) {
            round->full = f->batch_day != day_for(f, r->recorded);
            if (!round->full && stream == STREAM_CALLS)
                round->result = decode_rows(x, r, &rows);
            if (!round->full && round->result == OK)
                round->full = !batch_add(&f->batch, class, x->row, rows, r->index, r->opening);
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
    x->below = release;
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

/* The other index; its trouble is not this one's, but frames wait for it. */
static void follow_beside(struct index *x, uint64_t target, bool closing)
{
    struct problem problem = {.text = ""};
    uint64_t below = UINT64_MAX;
    enum err e =
        x->beside != NULL ? x->beside(x->beside_to, target, closing, &below, &problem) : OK;
    if (e != OK && !x->beside_fails)
        log_error("%s; it is tried again", problem.text);
    x->beside_fails = e != OK;
    ledger_release(x->ledger, below < x->below ? below : x->below);
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
    follow_beside(x, target, closing);
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

void *index_main(void *context)
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
