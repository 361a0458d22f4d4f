/*
 * The log is a row of segments (segment.c) with rising numbers; a segment holds
 * frames (frame.c), each beginning on a sector:
 *
 *     …0007.log   │head│frame│frame──────│frame│  (full)
 *     …0008.log   │head│frame│frame│▒▒▒▒▒▒▒▒▒▒▒│  (a commit failed here: broken)
 *     …0009.log   │head│frame─────────│frame│    │  active
 *     …000a.log   │head│                         │  ready
 *
 * One frame at a time is written and synced, and only then begun the next. So
 * whatever a crash does, only the last frame can be torn, and behind it lies no
 * other that checks out: the salt makes what an earlier use of the file left
 * there no frames. A frame that does check out behind one that does not is proof
 * of a damaged disk, and reported as such unless the tiles already hold those
 * entries. Frames begin on sectors: no answered record shares one with a write that
 * comes later, which a power failure may leave unreadable.
 *
 * A failed commit. After a failed write or fdatasync nobody knows what the file
 * holds: the kernel may show bytes that never reach the disk, and sync later
 * without an error. The segment is broken then, and the next frame goes to the
 * next segment, with the index that the failed one had. Until that frame is
 * durable the failed frame F may still turn up after a crash, complete: then it
 * is simply recovered, as the ledger's header says of entries reported failed,
 * and no other frame ever had these indexes. Once the next frame G is durable, a
 * recovery sees F and G, both beginning at the same index; the first frame of a
 * segment may step back, and what it steps over is dead. G's chain names the
 * frame before F, so that a step back to the wrong place is refused. Segments are
 * freed oldest first, each durably before the next is touched, so F can not
 * outlive G.
 *
 * A recovered frame may be one that was never synced, seen in the page cache
 * after a kill. The ledger publishes everything recovered before it commits
 * anything new, and frames of published entries may be missing: so it does not
 * matter whether those bytes ever reach the disk.
 */
#include "ledger/log.h"
#include "ledger/segment.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { GROW_WITHIN_S = 5 };

struct log {
    const struct disk *disk;
    char *folder;
    uint32_t shard;
    uint64_t segment_first, segment_size, segment_max; /* size: of the next one made */

    pthread_mutex_t lock; /* the list, its places and readers, `active`, `ready` */
    struct segment *first, *active;
    struct segment *ready; /* empty, not in the list yet */
    uint64_t highest;      /* number in use */

    pthread_mutex_t making; /* one thread at a time makes or frees segments */

    /* The committing thread's. */
    _Atomic uint64_t next;
    uint64_t sum; /* of the last frame */
    struct buf frame;
};

/* Opening ------------------------------------------------------------------------------------- */

struct names {
    uint64_t *number;
    size_t count, room;
    bool failed;
};

static void note_name(void *to, const char *name)
{
    struct names *n = to;
    uint64_t number;
    if (!segment_name_parse(name, &number))
        return;
    if (n->count == n->room) {
        size_t room = n->room ? 2 * n->room : 64;
        uint64_t *more = realloc(n->number, room * sizeof *more);
        if (more == NULL) {
            n->failed = true;
            return;
        }
        n->number = more;
        n->room = room;
    }
    n->number[n->count++] = number;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void append_segment(struct log *log, struct segment *s)
{
    struct segment **end = &log->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = s;
}

/* Open every segment, in the list by number. */
static enum err open_segments(struct log *log, struct problem *problem)
{
    struct names names = {0};
    enum err e = log->disk->list(log->disk->context, log->folder, note_name, &names);
    if (e == OK && names.failed)
        e = ERR_MEMORY;
    if (e != OK)
        problem_set(problem, e, "%s: cannot list the folder (%s)", log->folder, err_name(e));
    if (names.count > 0)
        qsort(names.number, names.count, sizeof *names.number, by_number);
    for (size_t i = 0; e == OK && i < names.count; i++) {
        struct segment *s;
        char name[SEGMENT_NAME];
        segment_name(names.number[i], name);
        e = segment_open(log->disk, log->folder, log->shard, names.number[i], &s);
        if (e != OK)
            problem_set(problem, e,
                        "%s/%s: cannot be opened for writing (%s); is the disk read-only?",
                        log->folder, name, err_name(e));
        else
            append_segment(log, s);
        log->highest = names.number[i];
    }
    free(names.number);
    return e;
}

/* What has been read so far, from the oldest frame on. */
struct recovery {
    struct log *log;
    uint64_t published;
    struct log_found *found;
    bool begun;
    uint64_t next, sum;
    struct problem *problem;
};

static enum err damaged(const struct recovery *r, const struct segment *s, const struct place *p,
                        const char *what)
{
    char name[SEGMENT_NAME];
    segment_name(s->number, name);
    return problem_set(
        r->problem, ERR_CORRUPT,
        "%s/%s: byte %llu: %s: expected entry %llu, found %llu, and tiles hold only those "
        "below %llu; the disk lost or changed durable records: keep a copy of the folder, "
        "restore it from a backup, or move the log folder away to go on without them",
        r->log->folder, name, (unsigned long long)p->at, what, (unsigned long long)r->next,
        (unsigned long long)p->first, (unsigned long long)r->published);
}

/* Forget every frame from index `from` on. False if `from` is inside of one, or the one before has
 * not `chain`. */
static bool step_back(struct log *log, uint64_t from, uint64_t chain)
{
    const struct place *last = NULL;
    for (struct segment *s = log->first; s != NULL; s = s->next) {
        while (s->count > 0 && s->places[s->count - 1].first >= from)
            s->count--;
        if (s->count > 0)
            last = &s->places[s->count - 1];
    }
    return last == NULL || (last->end == from && last->sum == chain) || last->end < from;
}

static enum err recover_frame(void *to, struct segment *s, const struct frame *f,
                              const struct place *p)
{
    struct recovery *r = to;
    bool first_of_segment = p->at == LOG_PAGE;
    if (!r->begun) {
        if (f->first > r->published)
            return damaged(r, s, p, "records are missing before the first frame");
    } else if (f->first > r->next) {
        if (f->first > r->published)
            return damaged(r, s, p, "records are missing before this frame");
        r->found->damaged = true;
    } else if (f->first < r->next) {
        if (!first_of_segment || !step_back(r->log, f->first, f->chain))
            return damaged(r, s, p, "this frame contradicts an earlier one");
    } else if (f->chain != r->sum) {
        if (f->first > r->published)
            return damaged(r, s, p, "this frame does not follow the one before");
        r->found->damaged = true;
    }
    if (!r->begun)
        r->found->first = f->first;
    r->begun = true;
    r->next = p->end;
    r->sum = f->sum;
    r->found->last = f->recorded;
    r->found->frames++;

    s->places[s->count++] = *p;
    s->at = p->at + segment_room(p->bytes);
    s->begun = clock_monotonic();
    if (f->answers)
        s->answered = s->begun;
    return OK;
}

/* Length of the last frame's successor, if one began. For the start record only. */
static uint32_t torn_behind(const struct log *log, const struct segment *s, uint64_t next,
                            uint64_t sum)
{
    uint8_t head[40];
    size_t got = 0;
    if (log->disk->read(log->disk->context, s->fd, s->at, head, sizeof head, &got) != OK)
        return 0;
    struct cursor c = cursor_of(head, got);
    cursor_take(&c, 8);
    uint64_t first = cursor_u64le(&c);
    cursor_u64le(&c);
    return first == next && cursor_u64le(&c) == sum ? frame_length(head, got) : 0;
}

/* The last segment with frames is written on; an empty one behind it is ready. */
static void choose(struct log *log)
{
    for (struct segment *s = log->first; s != NULL; s = s->next)
        if (s->count > 0)
            log->active = s;
    for (struct segment **at = log->active ? &log->active->next : &log->first; *at != NULL;
         at = &(*at)->next) {
        struct segment *s = *at;
        if (s->broken || s->count > 0 || s->size < log->segment_size)
            continue;
        *at = s->next;
        s->next = NULL;
        log->ready = s;
        return;
    }
}

static enum err recover(struct log *log, const struct log_options *options, struct log_found *found,
                        struct problem *problem)
{
    struct recovery r = {.log = log,
                         .published = options->published,
                         .found = found,
                         .next = options->published,
                         .problem = problem};
    enum err e = open_segments(log, problem);
    uint8_t *memory = e == OK ? malloc(LOG_SCAN) : NULL;
    if (e == OK && memory == NULL)
        e = problem_set(problem, ERR_MEMORY, "%s: out of memory", log->folder);
    for (struct segment *s = log->first; e == OK && s != NULL; s = s->next) {
        if (s->broken)
            continue;
        e = segment_scan(log->disk, s, memory, recover_frame, &r);
        if (e != OK && e != ERR_CORRUPT)
            problem_set(problem, e, "%s: cannot read a segment (%s)", log->folder, err_name(e));
    }
    free(memory);
    if (e != OK)
        return e;
    choose(log);
    if (log->active != NULL)
        found->cut = torn_behind(log, log->active, r.next, r.sum);
    found->torn = found->cut > 0;
    log->next = found->next = r.next < options->published ? options->published : r.next;
    if (!r.begun)
        found->first = found->next;
    log->sum = r.sum;
    return OK;
}

enum err log_open(const struct log_options *options, struct log **out, struct log_found *found,
                  struct problem *problem)
{
    *out = NULL;
    *found = (struct log_found){0};
    struct log *log = calloc(1, sizeof *log);
    uint8_t *frame = aligned_alloc(LOG_PAGE, LOG_FRAME_MAX + LOG_PAGE);
    char *folder = strdup(options->folder);
    if (log == NULL || frame == NULL || folder == NULL) {
        free(log);
        free(frame);
        free(folder);
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", options->folder);
    }
    *log = (struct log){.disk = options->disk,
                        .folder = folder,
                        .shard = options->shard,
                        .segment_size = options->segment_first,
                        .segment_max = options->segment_max};
    if (log->segment_size < LOG_SEGMENT_MIN)
        log->segment_size = LOG_SEGMENT_MIN;
    log->segment_first = log->segment_size;
    uint64_t room = log->segment_size - LOG_PAGE;
    buf_fixed(&log->frame, frame, room < LOG_FRAME_MAX ? room : LOG_FRAME_MAX);
    pthread_mutex_init(&log->lock, NULL);
    pthread_mutex_init(&log->making, NULL);
    enum err e = recover(log, options, found, problem);
    if (e != OK) {
        log_close(log);
        return e;
    }
    *out = log;
    return OK;
}

void log_close(struct log *log)
{
    if (log == NULL)
        return;
    for (struct segment *s = log->first, *next; s != NULL; s = next) {
        next = s->next;
        segment_free(log->disk, s);
    }
    segment_free(log->disk, log->ready);
    pthread_mutex_destroy(&log->lock);
    pthread_mutex_destroy(&log->making);
    free(log->frame.p);
    free(log->folder);
    free(log);
}

/* Committing ---------------------------------------------------------------------------------- */

uint64_t log_next(const struct log *log)
{
    return log->next;
}

bool log_wants_segment(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    bool wants = log->ready == NULL;
    pthread_mutex_unlock(&log->lock);
    return wants;
}

enum err log_prepare(struct log *log)
{
    enum err e = OK;
    pthread_mutex_lock(&log->making);
    pthread_mutex_lock(&log->lock);
    bool need = log->ready == NULL;
    uint64_t size = log->segment_size;
    pthread_mutex_unlock(&log->lock);
    if (need) {
        struct segment *s;
        e = segment_create(log->disk, log->folder, log->shard, log->highest + 1, size, &s);
        if (e == ERR_FULL) { /* start small again, and leave room for the tiles */
            pthread_mutex_lock(&log->lock);
            log->segment_size = log->segment_first;
            pthread_mutex_unlock(&log->lock);
            if (size > log->segment_first)
                e = segment_create(log->disk, log->folder, log->shard, log->highest + 1,
                                   log->segment_first, &s);
        }
        if (e == OK) {
            pthread_mutex_lock(&log->lock);
            log->highest++;
            log->ready = s;
            pthread_mutex_unlock(&log->lock);
        }
    }
    pthread_mutex_unlock(&log->making);
    return e;
}

/* Make the ready segment the active one; false if there is none. */
static bool take_ready(struct log *log)
{
    pthread_mutex_lock(&log->lock);
    struct segment *s = log->ready, *old = log->active;
    if (s != NULL) {
        int64_t now = clock_monotonic();
        if (old != NULL && !old->broken && now - old->begun < GROW_WITHIN_S * WHEN_SECOND &&
            log->segment_size * 2 <= log->segment_max)
            log->segment_size *= 2;
        append_segment(log, s);
        log->active = s;
        log->ready = NULL;
    }
    pthread_mutex_unlock(&log->lock);
    return s != NULL;
}

/* An active segment that takes `need` bytes. */
static enum err make_room(struct log *log, size_t need)
{
    struct segment *s = log->active;
    /* Nothing durable in it: a fresh salt, synced, kills what the failed write may have left. */
    if (s != NULL && s->broken && s->count == 0 && s->size - LOG_PAGE >= need) {
        enum err e = segment_renew(log->disk, log->folder, log->shard, s, s->number);
        if (e != OK)
            return e;
    }
    while ((s = log->active) == NULL || s->broken || s->size - s->at < need) {
        if (take_ready(log))
            continue;
        enum err e = log_prepare(log);
        if (e != OK)
            return e;
    }
    return OK;
}

static enum err write_frame(struct log *log, uint32_t count, when recorded, bool answers)
{
    enum { SUM = 8 };
    struct place p = {
        .first = log->next, .end = log->next + count, .bytes = (uint32_t)log->frame.n + SUM};
    enum err e = make_room(log, segment_room(p.bytes));
    if (e != OK)
        return e;
    struct segment *s = log->active;
    p.at = s->at;
    p.sum = frame_end(&log->frame, count, s->salt);
    /* Up to the end of the page, so that the kernel need not read what lay there before. */
    size_t tail = (size_t)((LOG_PAGE - (p.at + log->frame.n) % LOG_PAGE) % LOG_PAGE);
    memset(log->frame.p + log->frame.n, 0, tail);
    e = log->disk->write(log->disk->context, s->fd, s->at, log->frame.p, log->frame.n + tail);
    if (e == OK)
        e = log->disk->sync(log->disk->context, s->fd);

    pthread_mutex_lock(&log->lock);
    if (e == OK) {
        if (s->count == 0)
            s->begun = clock_monotonic();
        if (answers)
            s->answered = clock_monotonic();
        s->places[s->count++] = p;
        s->at += log->frame.n;
    } else {
        s->broken = true;
    }
    pthread_mutex_unlock(&log->lock);
    if (e == OK)
        log->sum = p.sum;
    return e;
}

enum err log_commit(struct log *log, struct ledger_item *first, when recorded,
                    struct ledger_item **rest)
{
    uint64_t next = log->next;
    uint32_t count = 0;
    bool answers = false;
    struct ledger_item *i = first;
    buf_reset(&log->frame);
    frame_begin(&log->frame, next, log->sum, recorded);
    for (; i != NULL && frame_add(&log->frame, i, recorded); i = i->next) {
        i->index = next + count++;
        i->recorded = recorded;
        answers |= i->transaction != 0;
    }
    *rest = i;
    if (i != NULL && count == 0) {
        *rest = i->next;
        return ERR_LIMIT;
    }
    enum err e = write_frame(log, count, recorded, answers);
    if (e == OK)
        log->next = next + count;
    return e;
}

/* Freeing ------------------------------------------------------------------------------------- */

static struct segment *oldest_unneeded(struct log *log, uint64_t below, int64_t keep_after)
{
    pthread_mutex_lock(&log->lock);
    struct segment *s = log->first;
    if (s == NULL || s == log->active || s->readers > 0 || s->answered >= keep_after ||
        (s->count > 0 && s->places[s->count - 1].end > below))
        s = NULL;
    else
        log->first = s->next;
    pthread_mutex_unlock(&log->lock);
    return s;
}

/* Free it, or make it the ready one. */
static enum err free_segment(struct log *log, struct segment *s)
{
    pthread_mutex_lock(&log->lock);
    bool again = !s->broken && log->ready == NULL && s->size >= log->segment_size;
    pthread_mutex_unlock(&log->lock);
    s->count = 0;
    s->next = NULL;
    enum err e = again ? segment_renew(log->disk, log->folder, log->shard, s, log->highest + 1)
                       : segment_remove(log->disk, log->folder, s);
    if (e == OK && !again) {
        segment_free(log->disk, s);
        return OK;
    }
    pthread_mutex_lock(&log->lock);
    if (e == OK) {
        log->highest++;
        log->ready = s;
    } else { /* the next ones must not go before it */
        s->broken = true;
        s->next = log->first;
        log->first = s;
    }
    pthread_mutex_unlock(&log->lock);
    return e;
}

enum err log_retire(struct log *log, uint64_t below, int64_t keep_after)
{
    enum err e = OK;
    struct segment *s;
    pthread_mutex_lock(&log->making);
    while (e == OK && (s = oldest_unneeded(log, below, keep_after)) != NULL)
        e = free_segment(log, s);
    pthread_mutex_unlock(&log->making);
    return e;
}

/* Reading ------------------------------------------------------------------------------------- */

/* A place in the list; its segment can not be freed while it is held. */
struct reader {
    struct log *log;
    struct segment *segment;
    size_t next; /* the place to read next */
    struct buf memory;
};

/* Of the places of `s`, the first that ends above `index`. */
static size_t search(const struct segment *s, uint64_t index)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->places[middle].end > index)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The next frame that ends above `index`. */
static bool reader_next(struct reader *r, uint64_t index, struct place *out)
{
    bool found = false;
    pthread_mutex_lock(&r->log->lock);
    struct segment *s = r->segment;
    if (s == NULL || r->next >= s->count) {
        s = s == NULL ? r->log->first : s->next;
        while (s != NULL && (s->count == 0 || s->places[s->count - 1].end <= index))
            s = s->next;
        if (s != NULL) {
            s->readers++;
            if (r->segment != NULL)
                r->segment->readers--;
            r->segment = s;
            r->next = search(s, index);
        }
    }
    if (s != NULL) {
        *out = s->places[r->next++];
        found = true;
    }
    pthread_mutex_unlock(&r->log->lock);
    return found;
}

static void reader_end(struct reader *r)
{
    pthread_mutex_lock(&r->log->lock);
    if (r->segment != NULL)
        r->segment->readers--;
    pthread_mutex_unlock(&r->log->lock);
    buf_fini(&r->memory);
}

static enum err reader_load(struct reader *r, const struct place *p, struct frame *out,
                            struct problem *problem)
{
    size_t got = 0;
    struct log *log = r->log;
    buf_reset(&r->memory);
    uint8_t *bytes = buf_reserve(&r->memory, p->bytes);
    if (bytes == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", log->folder);
    enum err e = log->disk->read(log->disk->context, r->segment->fd, p->at, bytes, p->bytes, &got);
    if (e == OK && !(frame_open(bytes, got, r->segment->salt, out) && out->sum == p->sum))
        e = ERR_CORRUPT;
    if (e != OK) {
        char name[SEGMENT_NAME];
        segment_name(r->segment->number, name);
        return problem_set(problem, e,
                           "%s/%s: byte %llu: the frame of entry %llu can not be read (%s)",
                           log->folder, name, (unsigned long long)p->at,
                           (unsigned long long)p->first, err_name(e));
    }
    return OK;
}

enum err log_follow(struct log *log, uint64_t from, uint64_t until, ledger_each *each, void *to,
                    struct problem *problem)
{
    struct reader r = {.log = log};
    struct place p;
    enum err e = OK;
    bool more = true;
    buf_init(&r.memory, LOG_FRAME_MAX);
    while (more && from < until && reader_next(&r, from, &p)) {
        struct frame f;
        struct ledger_record record;
        e = reader_load(&r, &p, &f, problem);
        if (e != OK)
            break;
        while (more && frame_next(&f, &record) && record.index < until)
            if (record.index >= from)
                more = each(to, &record);
        from = p.end;
    }
    reader_end(&r);
    return e;
}

struct wanted {
    uint64_t index;
    struct buf *out;
    bool found;
};

static bool take_entry(void *to, const struct ledger_record *record)
{
    struct wanted *w = to;
    if (record->index == w->index) {
        buf_str(w->out, record->entry);
        w->found = true;
    }
    return false;
}

enum err log_read(struct log *log, uint64_t index, struct buf *out)
{
    struct wanted w = {.index = index, .out = out};
    if (index == UINT64_MAX)
        return ERR_NOT_FOUND;
    enum err e = log_follow(log, index, index + 1, take_entry, &w, NULL);
    if (e != OK)
        return e;
    if (!w.found)
        return ERR_NOT_FOUND;
    return out->failed ? ERR_MEMORY : OK;
}
