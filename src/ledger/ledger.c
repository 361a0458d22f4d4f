/*
 * Three threads stand behind an open ledger:
 *
 *   commit    takes everything that was submitted, writes it as frames, calls
 *             `done`. While it waits for the disk the next group gathers, so that
 *             a slow disk makes larger groups, not a longer queue.
 *   publish   once a checkpoint_ms reads the new frames back and publishes them.
 *   keep      has the next segment ready before the commit needs it, and frees
 *             those whose entries are published and released.
 *
 * The queue is a stack that submitters push to without a lock and the commit
 * thread takes as a whole and turns round: nobody waits for a submitter that is
 * stopped in the middle, and the order of pushes is the order of indexes.
 *
 * When a commit fails, everything that was waiting fails with it, at once: its
 * askers have deadlines. The next attempt follows RETRY_MS later with whatever
 * has come meanwhile, or with the outage record alone, so that the ledger finds
 * out by itself that there is room again.
 */
#include "ledger/ledger.h"
#include "core/log.h"
#include "ledger/checkpoint.h"
#include "ledger/log.h"
#include "ledger/publish.h"
#include "ledger/shard.h"
#include "ledger/sign.h"
#include "ledger/tile.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    PATH = 4096,
    RETRY_MS = 100,
    KEEP_ANSWERS_S = 40,     /* a restart refills 32 s of SIP transactions */
    BACKWARD_S = 5,          /* a clock that far behind the last record is an alarm */
    PUBLISH_CHUNK = 1 << 18, /* entries in memory at once */
    SEGMENT_FIRST = 4 << 20,
    SEGMENT_MAX = 64 << 20,
};

struct ledger {
    char *folder, *current, *log_folder;
    const struct disk *disk;
    struct clock clock;
    int checkpoint_ms;
    struct shard shard;
    struct log *log;
    struct note_signer *signer;
    char id[9];

    _Atomic(struct ledger_item *) queue; /* newest first; &closed at the end */
    _Atomic bool log_ok, publish_ok;
    _Atomic uint64_t published, released;

    pthread_mutex_t lock; /* only for sleeping and waking */
    pthread_cond_t arrived, tick, keep;
    bool closing, stopping; /* no more commits; no more publishing */

    /* The commit thread's. */
    struct ledger_item outage;
    uint8_t outage_body[24];
    uint64_t failed; /* items since the last success */
    when failing_since, last;
    bool backward;

    pthread_mutex_t publishing; /* the publisher's */
    struct publisher *publisher;

    pthread_t commit_thread, publish_thread, keep_thread;
    int threads;
};

/* Marks a queue that takes nothing more. */
static struct ledger_item closed;

/* Sleeping ------------------------------------------------------------------------------------ */

/* Wait on `cond` up to `ms`; false once the time is over. Holds l->lock. */
static bool wait_ms(struct ledger *l, pthread_cond_t *cond, int ms)
{
    int64_t until = clock_monotonic() + ms * WHEN_MS;
    struct timespec t = {.tv_sec = until / WHEN_SECOND, .tv_nsec = until % WHEN_SECOND};
    return pthread_cond_timedwait(cond, &l->lock, &t) == 0;
}

static void wake(struct ledger *l, pthread_cond_t *cond)
{
    pthread_mutex_lock(&l->lock);
    pthread_cond_signal(cond);
    pthread_mutex_unlock(&l->lock);
}

/* Committing ---------------------------------------------------------------------------------- */

void ledger_submit(struct ledger *l, struct ledger_item *item)
{
    if (item->body.n > ENTRY_BODY_MAX || item->opening.n > OPENING_MAX) {
        item->done(item, ERR_LIMIT);
        return;
    }
    struct ledger_item *newest = atomic_load_explicit(&l->queue, memory_order_relaxed);
    do {
        if (newest == &closed) {
            item->done(item, ERR_CLOSED);
            return;
        }
        item->next = newest;
    } while (!atomic_compare_exchange_weak_explicit(&l->queue, &newest, item, memory_order_release,
                                                    memory_order_relaxed));
    if (newest == NULL)
        wake(l, &l->arrived);
}

static struct ledger_item *oldest_first(struct ledger_item *newest)
{
    struct ledger_item *list = NULL;
    while (newest != NULL) {
        struct ledger_item *next = newest->next;
        newest->next = list;
        list = newest;
        newest = next;
    }
    return list;
}

/* Everything submitted, in order; waits for it. `*last`: the queue is closed now. */
static struct ledger_item *take(struct ledger *l, bool *last)
{
    pthread_mutex_lock(&l->lock);
    if (l->failed > 0 && !l->closing)
        wait_ms(l, &l->arrived, RETRY_MS);
    while (l->failed == 0 && !l->closing && atomic_load(&l->queue) == NULL)
        pthread_cond_wait(&l->arrived, &l->lock);
    *last = l->closing;
    pthread_mutex_unlock(&l->lock);
    return oldest_first(atomic_exchange(&l->queue, *last ? &closed : NULL));
}

static void outage_recorded(struct ledger_item *item, enum err e)
{
    (void)item;
    (void)e;
}

/* Body of an ENTRY_OUTAGE: first failure (8), now (8), records failed (8), big-endian. */
static struct ledger_item *with_outage(struct ledger *l, struct ledger_item *first, when now)
{
    struct buf b;
    buf_fixed(&b, l->outage_body, sizeof l->outage_body);
    buf_u64be(&b, (uint64_t)l->failing_since);
    buf_u64be(&b, (uint64_t)now);
    buf_u64be(&b, l->failed);
    l->outage = (struct ledger_item){
        .kind = ENTRY_OUTAGE, .body = buf_view(&b), .done = outage_recorded, .next = first};
    return &l->outage;
}

static void watch_clock(struct ledger *l, when now)
{
    bool backward = now < l->last - BACKWARD_S * WHEN_SECOND;
    if (backward && !l->backward)
        log_error(
            "the clock is %lld s behind the last record: set it right, records carry its time",
            (long long)((l->last - now) / WHEN_SECOND));
    l->backward = backward;
    if (!backward)
        l->last = now;
}

/* Call `done` from `first` up to `rest`. An item is not touched once it is done. */
static uint64_t finish(struct ledger *l, struct ledger_item *first, struct ledger_item *rest,
                       enum err e)
{
    uint64_t n = 0;
    while (first != rest) {
        struct ledger_item *next = first->next;
        if (first != &l->outage)
            n++;
        first->done(first, e);
        first = next;
    }
    return n;
}

static void commit_failed(struct ledger *l, struct ledger_item *first, enum err e, when now)
{
    if (l->log_ok) {
        log_error("%s: cannot write (%s): records fail until there is %s", l->log_folder,
                  err_name(e), e == ERR_FULL ? "room on the disk" : "a working disk");
        l->failing_since = now;
    }
    l->log_ok = false;
    l->failed += finish(l, first, NULL, e);
    if (l->failed == 0)
        l->failed = 1;
}

static void commit_worked(struct ledger *l)
{
    if (!l->log_ok)
        log_warning("%s: records are durable again; %llu failed meanwhile", l->log_folder,
                    (unsigned long long)l->failed);
    l->log_ok = true;
    l->failed = 0;
}

static void commit_all(struct ledger *l, struct ledger_item *first)
{
    while (first != NULL || l->failed > 0) {
        struct ledger_item *rest;
        when now = clock_now(l->clock);
        watch_clock(l, now);
        if (l->failed > 0)
            first = with_outage(l, first, now);
        enum err e = log_commit(l->log, first, now, &rest);
        if (e != OK) {
            commit_failed(l, first, e, now);
            return;
        }
        commit_worked(l);
        if (log_wants_segment(l->log))
            wake(l, &l->keep);
        finish(l, first, rest, OK);
        first = rest;
    }
}

static void *commit_main(void *context)
{
    struct ledger *l = context;
    for (bool last = false; !last;)
        commit_all(l, take(l, &last));
    return NULL;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    enum err result;
};

static void wake_waiter(struct ledger_item *item, enum err e)
{
    struct waiter *w = item->context;
    pthread_mutex_lock(&w->lock);
    w->is_done = true;
    w->result = e;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

enum err ledger_append(struct ledger *l, enum entry_kind kind, struct str body, struct str opening,
                       uint64_t *index, struct problem *problem)
{
    struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    struct ledger_item item = {
        .kind = kind, .body = body, .opening = opening, .done = wake_waiter, .context = &w};
    ledger_submit(l, &item);
    pthread_mutex_lock(&w.lock);
    while (!w.is_done)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    if (w.result != OK)
        return problem_set(problem, w.result, "%s: the record could not be made durable (%s)",
                           l->log_folder, err_name(w.result));
    if (index != NULL)
        *index = item.index;
    return OK;
}

/* Publishing ---------------------------------------------------------------------------------- */

struct adding {
    struct publisher *publisher;
    enum err result;
};

static bool add_entry(void *to, const struct ledger_record *record)
{
    struct adding *a = to;
    a->result = publish_add(a->publisher, record->entry);
    return a->result == OK;
}

/* Hand the durable entries up to `until` to the publisher. */
static enum err add_entries(struct ledger *l, uint64_t until, struct problem *problem)
{
    uint64_t from = publish_size(l->publisher);
    struct adding a = {.publisher = l->publisher};
    enum err e = log_follow(l->log, from, until, add_entry, &a, problem);
    if (e == OK && a.result != OK)
        e = problem_set(problem, a.result, "%s: cannot publish entry %llu (%s)", l->current,
                        (unsigned long long)publish_size(l->publisher), err_name(a.result));
    if (e == OK && publish_size(l->publisher) != until)
        e = problem_set(problem, ERR_CORRUPT, "%s: no frame holds entry %llu", l->log_folder,
                        (unsigned long long)publish_size(l->publisher));
    return e;
}

/* A backlog, after an outage of the tiles, is signed in several steps one after the other. */
static enum err publish_all(struct ledger *l, struct problem *problem)
{
    uint64_t durable = log_next(l->log);
    enum err e = OK;
    while (e == OK && l->published < durable) {
        uint64_t until = publish_size(l->publisher) + PUBLISH_CHUNK;
        e = add_entries(l, until < durable ? until : durable, problem);
        if (e == OK)
            e = publish_commit(l->publisher, problem);
        if (e == OK)
            l->published = publish_size(l->publisher);
    }
    return e;
}

enum err ledger_publish(struct ledger *l, struct problem *problem)
{
    struct problem own = {0};
    pthread_mutex_lock(&l->publishing);
    enum err e = publish_all(l, &own);
    if (e != OK && l->publish_ok)
        log_error("%s", own.text);
    else if (e == OK && !l->publish_ok)
        log_warning("%s: publishing works again", l->current);
    l->publish_ok = e == OK;
    pthread_mutex_unlock(&l->publishing);
    return e == OK ? OK : problem_set(problem, e, "%s", own.text);
}

static void *publish_main(void *context)
{
    struct ledger *l = context;
    bool last;
    do {
        pthread_mutex_lock(&l->lock);
        while (!l->stopping && wait_ms(l, &l->tick, l->checkpoint_ms))
            continue;
        last = l->stopping;
        pthread_mutex_unlock(&l->lock);
        /* A failure was logged, shows in ledger_healthy, and is tried again. */
        if (ledger_publish(l, NULL) == OK)
            wake(l, &l->keep);
    } while (!last);
    return NULL;
}

/* Keeping ------------------------------------------------------------------------------------- */

static void *keep_main(void *context)
{
    struct ledger *l = context;
    for (;;) {
        uint64_t below = l->published < l->released ? l->published : l->released;
        /* What fails here is tried again, by the commit at the latest, which reports it. */
        enum err e = log_retire(l->log, below, clock_monotonic() - KEEP_ANSWERS_S * WHEN_SECOND);
        if (e == OK)
            e = log_prepare(l->log);
        if (e != OK)
            log_debug("%s: no segment ahead (%s)", l->log_folder, err_name(e));
        pthread_mutex_lock(&l->lock);
        if (!l->stopping && (e != OK || !log_wants_segment(l->log)))
            wait_ms(l, &l->keep, 1000);
        bool stop = l->stopping;
        pthread_mutex_unlock(&l->lock);
        if (stop)
            return NULL;
    }
}

void ledger_release(struct ledger *l, uint64_t below)
{
    uint64_t old = l->released;
    while (old < below && !atomic_compare_exchange_weak(&l->released, &old, below))
        continue;
}

/* Opening ------------------------------------------------------------------------------------- */

/* The folder above `path` into `out`. */
static void folder_above(const char *path, char out[static PATH])
{
    snprintf(out, PATH, "%s", path);
    size_t n = strlen(out);
    while (n > 1 && out[n - 1] == '/')
        out[--n] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL)
        snprintf(out, PATH, ".");
    else
        slash[slash == out] = '\0';
}

static enum err make_folders(struct ledger *l, struct problem *problem)
{
    char above[PATH], keys[PATH], ledger[PATH];
    if (snprintf(keys, sizeof keys, "%s/keys", l->folder) >= PATH ||
        snprintf(ledger, sizeof ledger, "%s/ledger", l->folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", l->folder);
    folder_above(l->folder, above);
    const char *folders[] = {l->folder, keys, ledger, l->log_folder, l->current};
    const char *parents[] = {above, l->folder, l->folder, ledger, ledger};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        enum err e = l->disk->make_folder(l->disk->context, folders[i], 0700);
        if (e == OK)
            e = l->disk->sync_folder(l->disk->context, parents[i]);
        /* A service need not be allowed to read the folder that holds its own. */
        if (e == ERR_DENIED && i == 0)
            e = OK;
        if (e != OK)
            return problem_set(problem, e, "%s: cannot make the folder (%s)", folders[i],
                               err_name(e));
    }
    return OK;
}

static enum err open_signer(struct ledger *l, struct problem *problem)
{
    char path[PATH];
    if (snprintf(path, sizeof path, "%s/keys/ledger.seed", l->folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", l->folder);
    struct sign_key *key;
    enum err e = sign_key_load(l->disk, path, !l->shard.exists, &key, problem);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: the key of the log in %s is missing; restore it from a backup",
                           path, l->current);
    if (e != OK)
        return e;
    e = note_signer_of(l->shard.origin, NOTE_ED25519, key, &l->signer);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot sign as %s (%s)", path, l->shard.origin,
                           err_name(e));
    const uint8_t *id = note_signer_key(l->signer)->id;
    snprintf(l->id, sizeof l->id, "%02x%02x%02x%02x", id[0], id[1], id[2], id[3]);
    return OK;
}

/*
 * The entry under the checkpoint's edge, where log and tiles overlap, must be the
 * same in both: else one of them was taken from another time or place.
 */
static enum err compare_edge(struct ledger *l, struct problem *problem)
{
    if (l->published == 0)
        return OK;
    struct buf in_log, in_tile;
    struct tile_reader tiles = {.disk = l->disk, .folder = l->current, .size = l->published};
    buf_init(&in_log, ENTRY_HEADER + ENTRY_BODY_MAX);
    buf_init(&in_tile, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = log_read(l->log, l->published - 1, &in_log);
    if (e == OK)
        e = tile_entry(&tiles, l->published - 1, &in_tile);
    else if (e == ERR_NOT_FOUND)
        e = OK;
    if (e == OK && in_tile.n > 0 && !str_eq(buf_view(&in_log), buf_view(&in_tile)))
        e = ERR_CORRUPT;
    if (e != OK)
        problem_set(
            problem, e,
            "%s: entry %llu is not the one that the log in %s holds (%s); nothing will be signed: "
            "restore both from the same backup",
            l->current, (unsigned long long)l->published - 1, l->log_folder, err_name(e));
    buf_fini(&in_log);
    buf_fini(&in_tile);
    return e;
}

static enum err recover(struct ledger *l, const struct ledger_options *options,
                        struct problem *problem)
{
    struct log_found found;
    uint64_t size;
    enum err e = publish_open(l->disk, l->current, l->signer, &l->publisher, &size, problem);
    if (e != OK)
        return e;
    l->published = size;
    struct log_options log = {
        .disk = l->disk,
        .folder = l->log_folder,
        .shard = l->shard.month,
        .published = size,
        .segment_first = options->segment_first ? options->segment_first : SEGMENT_FIRST,
        .segment_max = options->segment_max ? options->segment_max : SEGMENT_MAX};
    e = log_open(&log, &l->log, &found, problem);
    if (e == OK)
        e = compare_edge(l, problem);
    if (e != OK)
        return e;
    l->last = found.last;
    if (found.damaged)
        log_warning("%s: frames of published entries are damaged; the entries are safe in the "
                    "tiles, openings "
                    "that were not indexed yet are lost",
                    l->log_folder);
    if (found.next > size || found.torn)
        log_info("%s: %llu records to publish%s", l->log_folder,
                 (unsigned long long)(found.next - size),
                 found.torn ? ", and an unfinished write cut off" : "");
    /* Before anything new is committed: see the head of log.c. */
    return publish_all(l, problem);
}

static enum err start_threads(struct ledger *l, struct problem *problem)
{
    struct {
        pthread_t *thread;
        void *(*run)(void *);
    } all[] = {{&l->commit_thread, commit_main},
               {&l->publish_thread, publish_main},
               {&l->keep_thread, keep_main}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++, l->threads++) {
        int rc = pthread_create(all[i].thread, NULL, all[i].run, l);
        if (rc != 0)
            return problem_errno(problem, rc, "%s: cannot start a thread", l->folder);
    }
    return OK;
}

static void init_sleep(struct ledger *l)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_mutex_init(&l->publishing, NULL);
    pthread_cond_init(&l->arrived, &monotonic);
    pthread_cond_init(&l->tick, &monotonic);
    pthread_cond_init(&l->keep, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static char *join(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = malloc(n);
    if (path != NULL)
        snprintf(path, n, "%s/%s", folder, name);
    return path;
}

enum err ledger_open(const struct ledger_options *options, struct ledger **out,
                     struct problem *problem)
{
    *out = NULL;
    struct ledger *l = calloc(1, sizeof *l);
    if (l == NULL || sodium_init() < 0) {
        free(l);
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", options->folder);
    }
    init_sleep(l);
    l->disk = options->disk;
    l->clock = options->clock;
    l->checkpoint_ms = options->checkpoint_ms > 0 ? options->checkpoint_ms : 1000;
    l->log_ok = l->publish_ok = true;
    l->folder = strdup(options->folder);
    l->current = join(options->folder, "ledger/current");
    l->log_folder = join(options->folder, "ledger/log");
    enum err e = OK;
    if (l->folder == NULL || l->current == NULL || l->log_folder == NULL)
        e = problem_set(problem, ERR_MEMORY, "%s: out of memory", options->folder);
    if (e == OK)
        e = make_folders(l, problem);
    if (e == OK)
        e = shard_find(l->disk, l->current, options->origin, clock_now(l->clock), &l->shard,
                       problem);
    if (e == OK)
        e = open_signer(l, problem);
    if (e == OK)
        e = recover(l, options, problem);
    if (e == OK)
        e = start_threads(l, problem);
    if (e != OK) {
        ledger_close(l);
        return e;
    }
    *out = l;
    return OK;
}

static void stop_threads(struct ledger *l)
{
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_cond_signal(&l->arrived);
    pthread_mutex_unlock(&l->lock);
    if (l->threads > 0)
        pthread_join(l->commit_thread, NULL);
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    pthread_cond_signal(&l->tick);
    pthread_cond_signal(&l->keep);
    pthread_mutex_unlock(&l->lock);
    if (l->threads > 1)
        pthread_join(l->publish_thread, NULL);
    if (l->threads > 2)
        pthread_join(l->keep_thread, NULL);
}

void ledger_close(struct ledger *l)
{
    if (l == NULL)
        return;
    stop_threads(l);
    log_close(l->log);
    publish_close(l->publisher);
    note_signer_free(l->signer);
    pthread_mutex_destroy(&l->lock);
    pthread_mutex_destroy(&l->publishing);
    pthread_cond_destroy(&l->arrived);
    pthread_cond_destroy(&l->tick);
    pthread_cond_destroy(&l->keep);
    free(l->folder);
    free(l->current);
    free(l->log_folder);
    free(l);
}

/* Reading ------------------------------------------------------------------------------------- */

uint64_t ledger_size(const struct ledger *l)
{
    return log_next(l->log);
}

uint64_t ledger_published(const struct ledger *l)
{
    return l->published;
}

bool ledger_healthy(const struct ledger *l)
{
    return l->log_ok && l->publish_ok;
}

const struct note_key *ledger_key(const struct ledger *l)
{
    return note_signer_key(l->signer);
}

const char *ledger_id(const struct ledger *l)
{
    return l->id;
}

enum err ledger_read(const struct ledger *l, uint64_t index, struct buf *out)
{
    if (index >= log_next(l->log))
        return ERR_NOT_FOUND;
    size_t before = out->n;
    enum err e = log_read(l->log, index, out);
    /* A partial bundle goes once a larger one is published: then there is a newer size to try. */
    for (uint64_t size = 0; e != OK && e != ERR_MEMORY && size != l->published;) {
        size = l->published;
        if (index >= size)
            return e;
        struct tile_reader tiles = {.disk = l->disk, .folder = l->current, .size = size};
        out->n = before;
        e = tile_entry(&tiles, index, out);
    }
    return e;
}

enum err ledger_follow(const struct ledger *l, uint64_t from, ledger_each *each, void *to,
                       struct problem *problem)
{
    return log_follow(l->log, from, log_next(l->log), each, to, problem);
}
