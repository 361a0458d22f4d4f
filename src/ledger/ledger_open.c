/*
 * Opening makes the folders and the key, opens what is published, recovers the
 * log, and publishes what is durable but was not yet. Only then the threads start.
 */
#include "core/log.h"
#include "ledger/ledger_inner.h"
#include "ledger/tile.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH = 4096, SEGMENT_FIRST = 4 << 20, SEGMENT_MAX = 64 << 20 };

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

/* The bases are from the file, the keys from the log's: each shard's has its own name. */
static enum err take_list(struct ledger *l, struct shard *const *list, size_t count,
                          struct problem *problem)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < count; i++)
        e = ledger_add_shard(l, str_of(list[i]->origin), list[i]->base, note_signer_key(l->signer),
                             problem);
    return e;
}

static bool closed_exists(const struct ledger *l, const struct shard *s)
{
    char path[PATH], name[SHARD_FOLDER];
    void *bytes;
    size_t n;
    shard_folder(s->month, name);
    if (snprintf(path, sizeof path, "%s/%s/checkpoint", l->closed, name) >= PATH ||
        disk_load(l->disk, path, NOTE_MAX, &bytes, &n) != OK)
        return false;
    free(bytes);
    return true;
}

/*
 * Which shard of the list is in `current`: the last one, or, if a crash came while
 * it took the place of the one before, that one, or none.
 */
static enum err find_open(struct ledger *l, const struct shard *found, struct shard *const *list,
                          size_t count, struct problem *problem)
{
    const struct shard *last = list[count - 1], *before = count > 1 ? list[count - 2] : NULL;
    bool is_last = found->exists ? strcmp(found->origin, last->origin) == 0
                                 : before != NULL && closed_exists(l, before);
    l->open = is_last ? count - 1 : count - 2;
    if (!is_last && found->exists && before != NULL && strcmp(found->origin, before->origin) == 0)
        return OK; /* it is moved again */
    if (is_last) {
        /* After a kill the name in there may not be on the disk yet. */
        enum err e = before != NULL ? l->disk->sync_folder(l->disk->context, l->closed) : OK;
        return e == OK
                   ? OK
                   : problem_set(problem, e, "%s: cannot be synced (%s)", l->closed, err_name(e));
    }
    return problem_set(problem, ERR_CORRUPT,
                       "%s: %s should be there by %s; nothing will be signed: restore the folder "
                       "from a backup",
                       l->current, last->origin, l->shards_file);
}

static enum err open_shards(struct ledger *l, struct problem *problem)
{
    struct shard found, **list = calloc(SHARDS_MAX, sizeof *list), *only = &found;
    size_t count = 0;
    enum err e = list != NULL ? OK : ERR_MEMORY;
    if (e == OK)
        e = shard_find(l->disk, l->current, l->base, clock_now(l->clock), &found, problem);
    bool listed = false;
    if (e == OK) {
        e = shards_load(l->disk, l->shards_file, list, &count, problem);
        listed = e == OK;
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    if (e == OK && listed)
        e = find_open(l, &found, list, count, problem);
    struct shard *const *all = listed ? list : &only;
    if (e == OK)
        e = ledger_signer(l, all[l->open]->origin, !found.exists && !listed, &l->signer, problem);
    if (e == OK)
        e = take_list(l, all, listed ? count : 1, problem);
    while (count > 0)
        free(list[--count]);
    free(list);
    return e;
}

/*
 * The entry under the checkpoint's edge, where log and tiles overlap, must be the
 * same in both: else one of them was taken from another time or place.
 */
static enum err compare_edge(struct ledger *l, struct problem *problem)
{
    uint64_t base = l->shard[l->open]->base;
    if (l->published == base)
        return OK;
    struct buf in_log, in_tile;
    struct tile_reader tiles = {.disk = l->disk, .folder = l->current, .size = l->published - base};
    buf_init(&in_log, ENTRY_HEADER + ENTRY_BODY_MAX);
    buf_init(&in_tile, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = log_read(l->log, l->published - 1, &in_log);
    if (e == OK)
        e = tile_entry(&tiles, l->published - base - 1, &in_tile);
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
    size += l->shard[l->open]->base;
    l->published = size;
    struct log_options log = {
        .disk = l->disk,
        .folder = l->log_folder,
        .shard = l->shard[0]->month, /* the log goes on through all shards */
        .published = size,
        .segment_first = options->segment_first ? options->segment_first : SEGMENT_FIRST,
        .segment_max = options->segment_max ? options->segment_max : SEGMENT_MAX};
    e = log_open(&log, &l->log, &found, problem);
    if (e == OK)
        e = compare_edge(l, problem);
    if (e == OK)
        e = ledger_turn_recover(l, problem);
    if (e == OK)
        e = ledger_check_known(l, options->known, problem);
    if (e != OK)
        return e;
    l->last = found.last;
    l->recovered = (struct ledger_recovery){
        .entries = found.next - size, .cut = found.cut, .damaged = found.damaged};
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
    e = ledger_publish_all(l, problem);
    if (e == OK)
        e = ledger_turn(l, problem);
    if (e == OK)
        ledger_find_first(l);
    return e;
}

static enum err start_threads(struct ledger *l, struct problem *problem)
{
    struct {
        pthread_t *thread;
        void *(*run)(void *);
    } all[] = {{&l->commit_thread, ledger_commit_main},
               {&l->publish_thread, ledger_publish_main},
               {&l->keep_thread, ledger_keep_main},
               {&l->archive_thread, ledger_archive_main}};
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
    pthread_mutex_init(&l->turnstile, NULL);
    pthread_mutex_init(&l->committing, NULL);
    pthread_mutex_init(&l->archiving, NULL);
    pthread_cond_init(&l->arrived, &monotonic);
    pthread_cond_init(&l->tick, &monotonic);
    pthread_cond_init(&l->keep, &monotonic);
    pthread_cond_init(&l->archive, &monotonic);
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
    l->retention_days = options->retention_days;
    l->checkpoint_ms = options->checkpoint_ms > 0 ? options->checkpoint_ms : 1000;
    l->log_ok = l->publish_ok = true;
    l->folder = strdup(options->folder);
    l->current = join(options->folder, "ledger/current");
    l->closed = join(options->folder, "ledger/closed");
    l->shards_file = join(options->folder, "ledger/shards");
    l->log_folder = join(options->folder, "ledger/log");
    l->base = strdup(options->origin);
    l->proofs = proof_memory_new();
    l->folders = malloc(sizeof *l->folders);
    if (l->folders != NULL)
        pthread_rwlock_init(l->folders, NULL);
    enum err e = OK;
    if (l->proofs == NULL || l->folder == NULL || l->current == NULL || l->closed == NULL ||
        l->shards_file == NULL || l->log_folder == NULL || l->base == NULL || l->folders == NULL)
        e = problem_set(problem, ERR_MEMORY, "%s: out of memory", options->folder);
    if (e == OK)
        e = make_folders(l, problem);
    if (e == OK)
        e = open_shards(l, problem);
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
    pthread_cond_signal(&l->archive);
    pthread_mutex_unlock(&l->lock);
    if (l->threads > 1)
        pthread_join(l->publish_thread, NULL);
    if (l->threads > 2)
        pthread_join(l->keep_thread, NULL);
    if (l->threads > 3)
        pthread_join(l->archive_thread, NULL);
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
    pthread_mutex_destroy(&l->turnstile);
    pthread_mutex_destroy(&l->committing);
    pthread_mutex_destroy(&l->archiving);
    pthread_cond_destroy(&l->arrived);
    pthread_cond_destroy(&l->tick);
    pthread_cond_destroy(&l->keep);
    pthread_cond_destroy(&l->archive);
    if (l->folders != NULL)
        pthread_rwlock_destroy(l->folders);
    free(l->folders);
    proof_memory_free(l->proofs);
    for (size_t i = 0; i < l->shard_count; i++)
        free(l->shard[i]);
    free(l->folder);
    free(l->current);
    free(l->closed);
    free(l->shards_file);
    free(l->log_folder);
    free(l->base);
    free(l);
}
