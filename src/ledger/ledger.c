/*
 * Four threads stand behind an open ledger:
 *
 *   commit    takes everything that was submitted, writes it as frames, calls
 *             `done`. While it waits for the disk the next group gathers, so that
 *             a slow disk makes larger groups, not a longer queue.
 *   publish   once a checkpoint_ms reads the new frames back and publishes them.
 *   keep      has the next segment ready before the commit needs it, and frees
 *             those whose entries are published and released.
 *   archive   packs closed shards, and empties them in the end.
 */
#include "core/log.h"
#include "ledger/ledger_inner.h"
#include "ledger/tile.h"

#include <stdio.h>
#include <time.h>

enum {
    KEEP_ANSWERS_S = 40,     /* a restart refills 32 s of SIP transactions */
    PUBLISH_CHUNK = 1 << 18, /* entries in memory at once */
};

/* Wait on `cond` up to `ms`; false once the time is over. Holds l->lock. */
bool ledger_wait(struct ledger *l, pthread_cond_t *cond, int ms)
{
    int64_t until = clock_monotonic() + ms * WHEN_MS;
    struct timespec t = {.tv_sec = until / WHEN_SECOND, .tv_nsec = until % WHEN_SECOND};
    return pthread_cond_timedwait(cond, &l->lock, &t) == 0;
}

void ledger_wake(struct ledger *l, pthread_cond_t *cond)
{
    pthread_mutex_lock(&l->lock);
    pthread_cond_signal(cond);
    pthread_mutex_unlock(&l->lock);
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
    uint64_t base = l->shard[l->open]->base, from = base + publish_size(l->publisher);
    struct adding a = {.publisher = l->publisher};
    enum err e = log_follow(l->log, from, until, add_entry, &a, problem);
    unsigned long long reached = base + publish_size(l->publisher);
    if (e == OK && a.result != OK)
        e = problem_set(problem, a.result, "%s: cannot publish entry %llu (%s)", l->current,
                        reached, err_name(a.result));
    if (e == OK && reached != until)
        e = problem_set(problem, ERR_CORRUPT, "%s: no frame holds entry %llu", l->log_folder,
                        reached);
    return e;
}

/* A backlog, after an outage of the tiles, is signed in several steps one after the other. */
enum err ledger_publish_all(struct ledger *l, struct problem *problem)
{
    uint64_t durable = log_next(l->log);
    enum err e = OK;
    while (e == OK && l->published < durable) {
        if (ledger_turn_due(l)) {
            e = ledger_turn_folder(l, problem);
            continue;
        }
        uint64_t base = l->shard[l->open]->base, end = durable,
                 until = base + publish_size(l->publisher) + PUBLISH_CHUNK;
        if (l->open + 1 < l->shard_count && l->shard[l->open + 1]->base < end)
            end = l->shard[l->open + 1]->base;
        e = add_entries(l, until < end ? until : end, problem);
        if (e == OK)
            e = publish_commit(l->publisher, problem);
        if (e == OK)
            l->published = base + publish_size(l->publisher);
    }
    return e;
}

static enum err publish_now(struct ledger *l, struct problem *problem)
{
    struct problem own = {0};
    pthread_mutex_lock(&l->publishing);
    enum err e = ledger_publish_all(l, &own);
    if (e != OK && l->publish_ok)
        log_error("%s", own.text);
    else if (e == OK && !l->publish_ok)
        log_warning("%s: publishing works again", l->current);
    l->publish_ok = e == OK;
    pthread_mutex_unlock(&l->publishing);
    return e == OK ? OK : problem_set(problem, e, "%s", own.text);
}

enum err ledger_publish(struct ledger *l, struct problem *problem)
{
    enum err e = publish_now(l, problem);
    /* What is durable is published, also if the new month has to wait; that is logged. */
    if (e == OK && ledger_turn(l, NULL) != OK)
        log_debug("%s: the next shard is tried again", l->current);
    return e;
}

void *ledger_publish_main(void *context)
{
    struct ledger *l = context;
    bool last;
    do {
        pthread_mutex_lock(&l->lock);
        while (!l->stopping && ledger_wait(l, &l->tick, l->checkpoint_ms))
            continue;
        last = l->stopping;
        pthread_mutex_unlock(&l->lock);
        /* A failure was logged, shows in ledger_healthy, and is tried again. */
        if (ledger_publish(l, NULL) == OK)
            ledger_wake(l, &l->keep);
    } while (!last);
    return NULL;
}

/* Keeping ------------------------------------------------------------------------------------- */

void *ledger_keep_main(void *context)
{
    struct ledger *l = context;
    for (;;) {
        uint64_t below = l->published < l->released ? l->published : l->released;
        /* What fails here is tried again, by the commit at the latest, which reports it. */
        enum err e = log_retire(l->log, below, clock_monotonic() - KEEP_ANSWERS_S * WHEN_SECOND);
        /* While the tiles fail, for want of room most likely, the log takes no more than it must.
         */
        if (e == OK && l->publish_ok)
            e = log_prepare(l->log);
        if (e != OK)
            log_debug("%s: no segment ahead (%s)", l->log_folder, err_name(e));
        pthread_mutex_lock(&l->lock);
        if (!l->stopping && (e != OK || !l->publish_ok || !log_wants_segment(l->log)))
            ledger_wait(l, &l->keep, 1000);
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

/* Reading ------------------------------------------------------------------------------------- */

struct ledger_recovery ledger_recovered(const struct ledger *l)
{
    return l->recovered;
}

uint64_t ledger_size(const struct ledger *l)
{
    return log_next(l->log);
}

uint64_t ledger_published(const struct ledger *l)
{
    return l->published;
}

uint64_t ledger_first(const struct ledger *l)
{
    return l->first;
}

bool ledger_turn_waits(const struct ledger *l)
{
    return l->turn_waits;
}

bool ledger_healthy(const struct ledger *l)
{
    return l->log_ok && l->publish_ok;
}

const struct note_key *ledger_key(const struct ledger *l)
{
    pthread_rwlock_rdlock(l->folders);
    const struct note_key *key = &l->shard[l->open]->key;
    pthread_rwlock_unlock(l->folders);
    return key;
}

const char *ledger_id(const struct ledger *l)
{
    return l->shard[l->shard_count - 1]->id;
}

const char *ledger_first_id(const struct ledger *l)
{
    return l->shard[0]->id;
}

const char *ledger_locate(const struct ledger *l, uint64_t *index)
{
    const struct shard *s = l->shard[ledger_shard_at(l, *index)];
    *index -= s->base;
    return s->id;
}

void ledger_record_id(const struct ledger *l, uint64_t index, char out[static RECORD_ID])
{
    const char *id = ledger_locate(l, &index);
    record_id_format(id, index, out);
}

enum err ledger_find(const struct ledger *l, const char *id, uint64_t in_shard, uint64_t *index)
{
    size_t count = l->shard_count;
    for (size_t k = count; k-- > 0;) {
        const struct shard *s = l->shard[k];
        if (strcmp(s->id, id) != 0)
            continue;
        uint64_t end = k + 1 < count ? l->shard[k + 1]->base : UINT64_MAX;
        if (in_shard >= end - s->base)
            return ERR_NOT_FOUND;
        *index = s->base + in_shard;
        return OK;
    }
    return ERR_INVALID;
}

bool ledger_shard_of(const struct ledger *l, size_t k, struct ledger_shard *out)
{
    if (k >= l->shard_count)
        return false;
    const struct shard *s = l->shard[k];
    *out = (struct ledger_shard){
        .origin = s->origin, .id = s->id, .key = &s->key, .base = s->base, .month = s->month};
    pthread_rwlock_rdlock(l->folders);
    bool there = ledger_shard_folder(l, k, out->folder, sizeof out->folder);
    out->open = k >= l->open;
    uint64_t end = k < l->open ? l->shard[k + 1]->base : l->published;
    pthread_rwlock_unlock(l->folders);
    out->size = end > s->base ? end - s->base : 0;
    return there;
}

enum err ledger_checkpoint(const struct ledger *l, size_t k, void **bytes, size_t *size)
{
    char folder[LEDGER_PATH], path[LEDGER_PATH];
    pthread_rwlock_rdlock(l->folders);
    bool there = ledger_shard_folder(l, k, folder, sizeof folder) &&
                 snprintf(path, sizeof path, "%s/checkpoint", folder) < (int)sizeof path;
    enum err e = there ? disk_load(l->disk, path, NOTE_MAX, bytes, size) : ERR_NOT_FOUND;
    pthread_rwlock_unlock(l->folders);
    return e;
}

enum err ledger_tile(const struct ledger *l, size_t k, int level, uint64_t n, unsigned width,
                     void **bytes, size_t *size)
{
    char folder[LEDGER_PATH];
    struct tile_reader tiles = {.disk = l->disk, .folder = folder};
    pthread_rwlock_rdlock(l->folders);
    enum err e = ledger_shard_folder(l, k, folder, sizeof folder)
                     ? tile_file(&tiles, level, n, width, bytes, size)
                     : ERR_NOT_FOUND;
    pthread_rwlock_unlock(l->folders);
    return e;
}

enum err ledger_prove(const struct ledger *l, uint64_t index, struct buf *out,
                      struct problem *problem)
{
    char folder[LEDGER_PATH];
    size_t k = ledger_shard_at(l, index);
    struct proof_log log = {.disk = l->disk,
                            .folder = folder,
                            .key = &l->shard[k]->key,
                            .memory = l->proofs,
                            .number = k};
    pthread_rwlock_rdlock(l->folders);
    enum err e = ledger_shard_folder(l, k, folder, sizeof folder)
                     ? prove_record(&log, index - l->shard[k]->base, out, problem)
                     : problem_set(problem, ERR_NOT_FOUND,
                                   "no checkpoint covers the record yet; ask again in a second");
    pthread_rwlock_unlock(l->folders);
    return e;
}

/* Out of the bundles of the shard that holds it. */
static enum err read_published(const struct ledger *l, uint64_t index, uint64_t published,
                               struct buf *out)
{
    char folder[LEDGER_PATH];
    size_t k = ledger_shard_at(l, index);
    uint64_t base = l->shard[k]->base;
    struct tile_reader tiles = {.disk = l->disk, .folder = folder, .size = published - base};
    if (k + 1 < l->shard_count && l->shard[k + 1]->base < published)
        tiles.size = l->shard[k + 1]->base - base;
    pthread_rwlock_rdlock(l->folders);
    enum err e = ledger_shard_folder(l, k, folder, sizeof folder)
                     ? tile_entry(&tiles, index - base, out)
                     : ERR_NOT_FOUND;
    pthread_rwlock_unlock(l->folders);
    return e;
}

enum err ledger_read(const struct ledger *l, uint64_t index, struct buf *out)
{
    if (index >= log_next(l->log) || index < l->first)
        return ERR_NOT_FOUND; /* what was deleted may still lie in a frame */
    size_t before = out->n;
    enum err e = log_read(l->log, index, out);
    /* A partial bundle goes once a larger one is published: then there is a newer size to try. */
    for (uint64_t size = 0; e != OK && e != ERR_MEMORY && size != l->published;) {
        size = l->published;
        if (index >= size)
            return e;
        out->n = before;
        e = read_published(l, index, size, out);
    }
    return e;
}

enum err ledger_follow(const struct ledger *l, uint64_t from, ledger_each *each, void *to,
                       struct problem *problem)
{
    return log_follow(l->log, from, log_next(l->log), each, to, problem);
}
