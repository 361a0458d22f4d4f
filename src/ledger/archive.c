/*
 * What becomes of closed shards: packed, and at the end of their retention emptied.
 *
 *     tile/…                                loose, as it was published
 *       │   pack.new/hashes, entries        written, synced, verified whole
 *       │   pack.new renamed to pack        the switch; the folder synced
 *       ▼   tile/… removed
 *     pack/hashes, pack/entries
 *       │   deleted                         signed and synced
 *       ▼   pack/entries removed
 *     pack/hashes, deleted
 *
 * Each step may be cut off and is done again by the next round. A thread of its own
 * goes round, so that neither commits nor checkpoints wait for gigabytes.
 *
 * A deletion cannot be taken back, and a clock can be wrong. So the end of retention
 * is counted to the first day of the open shard's month, which turn.c guards, and not
 * only to now: entries go at a turn of the month, up to one month late.
 */
#include "core/log.h"
#include "ledger/ledger_inner.h"
#include "ledger/pack.h"
#include "ledger/retention.h"
#include "ledger/tile.h"
#include "ledger/verify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH = 4096, FIRST_ROUND_MS = 5000, ROUND_MS = 60000, FAILED_ROUND_MS = 600000 };

static bool goes_on(void *to)
{
    struct ledger *l = to;
    pthread_mutex_lock(&l->lock);
    bool stop = l->stopping;
    pthread_mutex_unlock(&l->lock);
    return !stop;
}

static bool is_going_on(void *to, uint64_t done, uint64_t of)
{
    (void)done;
    (void)of;
    return goes_on(to);
}

/* --- packing -------------------------------------------------------------------------------- */

struct removal {
    const struct disk *disk;
    const char *folder;
    enum err e;
};

static enum err remove_tree(const struct disk *, const char *folder);

static void remove_child(void *to, const char *name)
{
    struct removal *r = to;
    char path[PATH];
    if (r->e != OK)
        return;
    if (snprintf(path, sizeof path, "%s/%s", r->folder, name) >= (int)sizeof path)
        r->e = ERR_LIMIT;
    else if (r->disk->remove(r->disk->context, path) != OK)
        r->e = remove_tree(r->disk, path);
}

/* The folder and all below; none is fine. */
static enum err remove_tree(const struct disk *d, const char *folder)
{
    struct removal r = {.disk = d, .folder = folder};
    enum err e = d->list(d->context, folder, remove_child, &r);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == OK)
        e = r.e;
    return e == OK ? d->remove(d->context, folder) : e;
}

/* What was written is read back, and must lead to the signed root, before it takes the place. */
static enum err switch_to_pack(struct ledger *l, const struct shard *s, const char *folder,
                               struct problem *problem)
{
    char fresh[PATH], pack[PATH];
    struct verify_report report;
    struct verify_options o = {.disk = l->disk,
                               .folder = folder,
                               .log = &s->key,
                               .pack = PACK_FRESH,
                               .progress = is_going_on,
                               .to = l};
    if (snprintf(fresh, sizeof fresh, "%s/" PACK_FRESH, folder) >= PATH ||
        snprintf(pack, sizeof pack, "%s/" PACK_FOLDER, folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    enum err e = verify_log(&o, &report, problem);
    if (e != OK)
        return e;
    e = l->disk->rename(l->disk->context, fresh, pack);
    if (e == OK)
        e = l->disk->sync_folder(l->disk->context, folder);
    return e == OK ? OK : problem_set(problem, e, "%s: cannot be named (%s)", pack, err_name(e));
}

/* The disk may be full, and records come first. What cannot be removed is written over next time.
 */
static void give_room_back(struct ledger *l, const char *folder)
{
    char fresh[PATH];
    if (snprintf(fresh, sizeof fresh, "%s/" PACK_FRESH, folder) < PATH &&
        remove_tree(l->disk, fresh) != OK)
        log_debug("%s: cannot be removed", fresh);
}

static enum err pack_shard(struct ledger *l, const struct shard *s, uint64_t size,
                           const char *folder, struct problem *problem)
{
    char packed[PATH], loose[PATH];
    struct pack_watch watch = {.go_on = goes_on, .to = l};
    if (snprintf(packed, sizeof packed, "%s/" PACK_FOLDER "/hashes", folder) >= PATH ||
        snprintf(loose, sizeof loose, "%s/tile", folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    enum err e = disk_find(l->disk, packed);
    if (e == ERR_NOT_FOUND) {
        e = pack_make(l->disk, folder, size, &watch, problem);
        if (e == OK)
            e = switch_to_pack(l, s, folder, problem);
        if (e != OK) {
            give_room_back(l, folder);
            return e;
        }
        log_info("%s: packed, %llu entries", folder, (unsigned long long)size);
    } else if (e == OK) {
        /* After a kill the pack's name may not be on the disk yet. */
        e = l->disk->sync_folder(l->disk->context, folder);
    }
    if (e == OK)
        e = remove_tree(l->disk, loose);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: cannot be removed, it is packed (%s)", loose,
                                 err_name(e));
}

/* --- retention ------------------------------------------------------------------------------ */

static bool retention_over(struct ledger *l, const struct shard *s, const struct shard *open)
{
    if (l->retention_days == 0)
        return false;
    int64_t end = retention_end(s->month, l->retention_days),
            now = when_day(clock_now(l->clock), 0);
    struct date first = {
        .year = (int)(open->month / 100), .month = (int)(open->month % 100), .day = 1};
    return end <= now && end <= day_of_date(first);
}

/* The shard's first entry, as it was hashed: the log is about to sign for it, and cannot again. */
static enum err load_first(const struct tile_reader *tiles, struct retention *r)
{
    struct buf first;
    struct hash hash, tile[TILE_WIDTH];
    buf_fixed(&first, r->first, sizeof r->first);
    enum err e = tile_entry(tiles, 0, &first);
    if (e == OK)
        e = tile_hashes(tiles, 0, 0, tile);
    if (e != OK)
        return e;
    r->first_size = first.n;
    merkle_leaf(r->first, r->first_size, &hash);
    return hash_eq(&hash, &tile[0]) ? OK : ERR_CORRUPT;
}

static enum err declare(struct ledger *l, const struct shard *s, uint64_t size, const char *folder,
                        struct problem *problem)
{
    struct note_signer *signer;
    struct tile_reader tiles = {.disk = l->disk, .folder = folder, .size = size};
    struct retention *r = malloc(sizeof *r);
    if (r == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    *r = (struct retention){.size = size, .days = l->retention_days, .at = clock_now(l->clock)};
    enum err e = load_first(&tiles, r);
    if (e != OK)
        problem_set(
            problem, e,
            "%s: its first entry cannot be read as it was hashed (%s), so nothing is deleted; "
            "`menshen ledger verify` says where the damage is",
            folder, err_name(e));
    else
        e = ledger_signer(l, s->origin, false, &signer, problem);
    if (e == OK) {
        e = retention_declare(l->disk, folder, signer, r, problem);
        note_signer_free(signer);
    }
    free(r);
    return e;
}

static enum err delete_entries(struct ledger *l, size_t k, uint64_t size, const char *folder,
                               struct problem *problem)
{
    char entries[PATH], pack[PATH];
    if (snprintf(entries, sizeof entries, "%s/" PACK_FOLDER "/entries", folder) >= PATH ||
        snprintf(pack, sizeof pack, "%s/" PACK_FOLDER, folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    enum err e = OK;
    if (l->first < l->shard[k]->base + size) {
        e = declare(l, l->shard[k], size, folder, problem);
        if (e != OK)
            return e;
        l->first = l->shard[k]->base + size;
        log_info("%s: entries deleted after %d days; hashes and checkpoints stay", folder,
                 l->retention_days);
    }
    e = disk_find(l->disk, entries);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e == OK)
        e = l->disk->remove(l->disk->context, entries);
    if (e == OK)
        e = l->disk->sync_folder(l->disk->context, pack);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: cannot be deleted (%s)", entries, err_name(e));
}

bool ledger_deleted(const struct ledger *l, uint64_t index, when *at)
{
    struct ledger_shard s;
    *at = 0;
    if (index >= l->first)
        return false;
    struct retention *r = malloc(sizeof *r);
    bool known = r != NULL && ledger_shard_of(l, ledger_shard_at(l, index), &s) &&
                 retention_load(l->disk, s.folder, s.key, r, NULL) == OK;
    if (known)
        *at = r->at;
    free(r);
    return true;
}

/* Entries go in the order of the shards, so that those declared are the first ones. */
void ledger_find_first(struct ledger *l)
{
    char folder[PATH];
    struct retention *r = malloc(sizeof *r);
    l->first = 0;
    for (size_t k = 0; r != NULL && k < l->open; k++) {
        if (!ledger_shard_folder(l, k, folder, sizeof folder) ||
            retention_load(l->disk, folder, &l->shard[k]->key, r, NULL) != OK)
            break;
        l->first = l->shard[k + 1]->base;
    }
    free(r);
}

/* --- rounds --------------------------------------------------------------------------------- */

static enum err archive_shard(struct ledger *l, size_t k, size_t open, bool *over,
                              struct problem *problem)
{
    struct ledger_shard at;
    const struct shard *s = l->shard[k];
    uint64_t size = l->shard[k + 1]->base - s->base;
    if (!ledger_shard_of(l, k, &at))
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", l->closed);
    enum err e = pack_shard(l, s, size, at.folder, problem);
    *over = *over && (s->base < l->first || retention_over(l, s, l->shard[open]));
    return e == OK && *over ? delete_entries(l, k, size, at.folder, problem) : e;
}

/* A shard that cannot be packed keeps its entries, and those after it theirs. */
static enum err archive_all(struct ledger *l, struct problem *problem)
{
    enum err first = OK;
    bool over = true;
    pthread_rwlock_rdlock(l->folders);
    size_t open = l->open;
    pthread_rwlock_unlock(l->folders);
    for (size_t k = 0; k < open && first != ERR_CLOSED; k++) {
        enum err e = archive_shard(l, k, open, &over, first == OK ? problem : NULL);
        over = over && e == OK;
        first = first == OK || e == ERR_CLOSED ? e : first;
    }
    return first;
}

enum err ledger_archive(struct ledger *l, struct problem *problem)
{
    struct problem own = {.code = OK};
    pthread_mutex_lock(&l->archiving);
    enum err e = archive_all(l, &own);
    if (e != OK && e != ERR_CLOSED && !l->archive_failing)
        log_error("%s; the shard stays as it is, and it is tried again", own.text);
    l->archive_failing = e != OK && e != ERR_CLOSED;
    pthread_mutex_unlock(&l->archiving);
    return e == OK ? OK : problem_set(problem, e, "%s", own.text);
}

void *ledger_archive_main(void *context)
{
    struct ledger *l = context;
    for (int ms = FIRST_ROUND_MS;;) {
        pthread_mutex_lock(&l->lock);
        while (!l->stopping && ledger_wait(l, &l->archive, ms))
            continue;
        bool stop = l->stopping;
        pthread_mutex_unlock(&l->lock);
        if (stop)
            return NULL;
        ms = ledger_archive(l, NULL) == OK ? ROUND_MS : FAILED_ROUND_MS;
    }
}
