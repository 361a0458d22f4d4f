/*
 * From one month's shard to the next. The turn is one entry in the log:
 *
 *     position   … 1040   1041 │ 1042          1043 …
 *     entry      … call   call │ ENTRY_SHARD   call …
 *     shard      2026-11       │ 2026-12, whose index 0 is position 1042
 *
 * 1. Commits stop for a moment; everything is published, which makes the former
 *    shard's final checkpoint.
 * 2. ENTRY_SHARD, which holds it, is committed. Once it is durable the shard has
 *    turned: entries behind it have ids of the new one. Commits go on.
 * 3. DATA/ledger/shards is replaced, `current` renamed to `closed/2026-11`, synced,
 *    and a new `current` begun.
 *
 * Only a month that follows begins at once, see skip_is_believed.
 *
 * A crash before 2 is durable leaves the old shard, which turns at the next
 * occasion. After it, the first entry that is not published is ENTRY_SHARD, and
 * step 3 is done (again) by the start; each part of it may be repeated.
 */
#include "core/log.h"
#include "ledger/head.h"
#include "ledger/ledger_inner.h"
#include "ledger/sign.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH = 4096 };

#define SKIP_WAIT WHEN_DAY

size_t ledger_shard_at(const struct ledger *l, uint64_t position)
{
    size_t k = l->shard_count - 1;
    while (k > 0 && l->shard[k]->base > position)
        k--;
    return k;
}

bool ledger_shard_folder(const struct ledger *l, size_t k, char *out, size_t size)
{
    char name[SHARD_FOLDER];
    if (k > l->open)
        return false;
    if (k == l->open && !l->moved)
        return snprintf(out, size, "%s", l->current) < (int)size;
    shard_folder(l->shard[k]->month, name);
    return snprintf(out, size, "%s/%s", l->closed, name) < (int)size;
}

/* In its place, not counted yet. */
static enum err prepare_shard(struct ledger *l, struct str origin, uint64_t base,
                              const struct note_key *log, struct problem *problem)
{
    struct shard *s = malloc(sizeof *s);
    if (s == NULL || l->shard_count == SHARDS_MAX) {
        free(s);
        return problem_set(problem, s == NULL ? ERR_MEMORY : ERR_LIMIT,
                           "%s: no room for another shard", l->folder);
    }
    enum err e = shard_named(origin, s) ? OK : ERR_CORRUPT;
    s->base = base;
    if (e == OK)
        e = note_key_rename(log, origin, &s->key);
    if (e != OK) {
        free(s);
        return problem_set(problem, e, "%s: \"%.*s\" is no name of a shard", l->folder,
                           STR_ARG(origin));
    }
    snprintf(s->id, sizeof s->id, "%02x%02x%02x%02x", s->key.id[0], s->key.id[1], s->key.id[2],
             s->key.id[3]);
    l->shard[l->shard_count] = s;
    return OK;
}

enum err ledger_add_shard(struct ledger *l, struct str origin, uint64_t base,
                          const struct note_key *log, struct problem *problem)
{
    enum err e = prepare_shard(l, origin, base, log, problem);
    if (e == OK)
        l->shard_count++;
    return e;
}

enum err ledger_signer(struct ledger *l, const char *origin, bool create, struct note_signer **out,
                       struct problem *problem)
{
    char path[PATH];
    struct sign_key *key;
    if (snprintf(path, sizeof path, "%s/keys/ledger.seed", l->folder) >= PATH)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", l->folder);
    enum err e = sign_key_load(l->disk, path, create, &key, problem);
    if (e == ERR_NOT_FOUND)
        return problem_set(problem, ERR_CORRUPT,
                           "%s: the key of the log in %s is missing; restore it from a backup",
                           path, l->current);
    if (e != OK)
        return e;
    e = note_signer_of(origin, NOTE_ED25519, key, out);
    return e == OK
               ? OK
               : problem_set(problem, e, "%s: cannot sign as %s (%s)", path, origin, err_name(e));
}

/* Deciding ------------------------------------------------------------------------------------ */

/* The body of the new shard's first entry: the checkpoint as it stands now. */
static enum err make_body(struct ledger *l, const struct shard *next, struct buf *body,
                          struct problem *problem)
{
    struct head head;
    struct buf final;
    buf_init(&final, ENTRY_BODY_MAX);
    enum err e =
        head_load(l->disk, l->current, HEAD_NEWEST, note_signer_key(l->signer), &head, problem);
    if (e == OK && head.checkpoint.size != publish_size(l->publisher))
        e = problem_set(problem, ERR_CORRUPT, "%s: the checkpoint is not the one published last",
                        l->current);
    if (e == OK)
        e = note_sign(l->signer, head.text, &final);
    head_fini(&head);
    if (e == OK)
        shard_entry_put(body, next, buf_view(&final));
    buf_fini(&final);
    return e == OK && body->failed ? ERR_LIMIT : e;
}

static void committed(struct ledger_item *item, enum err e)
{
    (void)item;
    (void)e;
}

/* Everything is published, and no other commit is under way. */
static enum err commit_entry(struct ledger *l, struct shard *next, struct problem *problem)
{
    uint8_t memory[ENTRY_BODY_MAX];
    struct buf body;
    struct ledger_item *rest;
    buf_fixed(&body, memory, sizeof memory);
    next->base = log_next(l->log);
    enum err e = make_body(l, next, &body, problem);
    if (e != OK)
        return e;
    e = prepare_shard(l, str_of(next->origin), next->base, note_signer_key(l->signer), problem);
    if (e != OK)
        return e;
    struct ledger_item item = {.kind = ENTRY_SHARD, .body = buf_view(&body), .done = committed};
    e = log_commit(l->log, &item, clock_now(l->clock), &rest);
    if (e == OK) {
        l->shard_count++;
        return OK;
    }
    free(l->shard[l->shard_count]);
    return problem_set(problem, e, "%s: the new month's shard cannot begin (%s)", l->log_folder,
                       err_name(e));
}

/*
 * A clock that is wrong by months cannot be told from a node that was away for them.
 * But what a turn names is signed, and goes on until that month has come. So a turn
 * that skips a month waits until the clock has said so for a day; meanwhile records
 * go on in the former shard, which harms nobody.
 */
static bool skip_is_believed(struct ledger *l, const struct shard *last, const struct shard *next,
                             when now)
{
    char before[SHARD_FOLDER], after[SHARD_FOLDER];
    if (next->month == shard_month_after(last->month))
        return true;
    if (l->skip_since != 0 && now - l->skip_since >= SKIP_WAIT)
        return true;
    shard_folder(last->month, before);
    shard_folder(next->month, after);
    if (l->skip_since == 0)
        log_error("the clock says %s, but the ledger's shard is of %s: set the clock right if it "
                  "is wrong; else the new shard begins in a day",
                  after, before);
    if (l->skip_since == 0 || now < l->skip_since)
        l->skip_since = now;
    return false;
}

/* Does a month begin that the last shard does not cover? An empty shard goes on. */
static bool month_has_ended(struct ledger *l, struct shard *next, struct problem *problem)
{
    const struct shard *last = l->shard[l->shard_count - 1];
    when now = clock_now(l->clock);
    bool due = shard_new(l->base, now, next, problem) == OK && next->month > last->month &&
               l->shard_count < SHARDS_MAX;
    bool believed = due && skip_is_believed(l, last, next, now);
    if (!due)
        l->skip_since = 0;
    l->turn_waits = due && !believed;
    return believed;
}

static enum err turn(struct ledger *l, struct shard *next, struct problem *problem)
{
    enum err e = ledger_publish_all(l, problem);
    if (e != OK)
        return e;
    pthread_mutex_lock(&l->turnstile);
    pthread_mutex_lock(&l->committing);
    e = ledger_publish_all(l, problem); /* what has come meanwhile, which is little */
    if (e == OK && l->log_ok && publish_size(l->publisher) > 0)
        e = commit_entry(l, next, problem);
    pthread_mutex_unlock(&l->committing);
    pthread_mutex_unlock(&l->turnstile);
    return e == OK ? ledger_publish_all(l, problem) : e;
}

enum err ledger_turn(struct ledger *l, struct problem *problem)
{
    struct shard next;
    struct problem own = {0};
    pthread_mutex_lock(&l->publishing);
    enum err e = month_has_ended(l, &next, &own) ? turn(l, &next, &own) : OK;
    if (e != OK && !l->turn_failing)
        log_error("%s", own.text);
    l->turn_failing = e != OK;
    pthread_mutex_unlock(&l->publishing);
    return e == OK ? OK : problem_set(problem, e, "%s", own.text);
}

enum err ledger_turn_recover(struct ledger *l, struct problem *problem)
{
    const struct shard *last = l->shard[l->shard_count - 1];
    struct buf entry;
    struct str origin, final;
    uint64_t base;
    if (l->open + 1 < l->shard_count)
        return last->base == l->published
                   ? OK
                   : problem_set(problem, ERR_CORRUPT,
                                 "%s: %s begins at entry %llu, but %s ends at %llu; restore the "
                                 "folder from a backup",
                                 l->shards_file, last->origin, (unsigned long long)last->base,
                                 l->current, (unsigned long long)l->published);
    if (log_next(l->log) <= l->published || l->published == last->base)
        return OK;
    buf_init(&entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = log_read(l->log, l->published, &entry);
    if (e == OK && entry.n >= ENTRY_HEADER && entry.p[1] == ENTRY_SHARD) {
        bool good =
            shard_entry_read(str_skip(buf_view(&entry), ENTRY_HEADER), &base, &origin, &final) &&
            base == l->published;
        e = good ? ledger_add_shard(l, origin, base, note_signer_key(l->signer), problem)
                 : ERR_CORRUPT;
    }
    buf_fini(&entry);
    return e == OK ? OK
                   : problem_set(problem, e, "%s: entry %llu cannot be read (%s)", l->log_folder,
                                 (unsigned long long)l->published, err_name(e));
}

/* Moving -------------------------------------------------------------------------------------- */

bool ledger_turn_due(const struct ledger *l)
{
    return l->open + 1 < l->shard_count && l->published == l->shard[l->open + 1]->base;
}

/* `current` to `closed`, on the disk before anything new is named `current`. */
static enum err move_folder(struct ledger *l)
{
    char closed[PATH], ledger[PATH];
    const struct disk *d = l->disk;
    snprintf(ledger, sizeof ledger, "%s/ledger", l->folder);
    enum err e = d->make_folder(d->context, l->closed, 0700);
    if (e == OK)
        e = d->sync_folder(d->context, ledger);
    if (e == OK && !l->moved) {
        char name[SHARD_FOLDER];
        shard_folder(l->shard[l->open]->month, name);
        e = snprintf(closed, sizeof closed, "%s/%s", l->closed, name) < PATH
                ? d->rename(d->context, l->current, closed)
                : ERR_LIMIT;
        l->moved = e == OK;
    }
    if (e == OK)
        e = d->sync_folder(d->context, l->closed);
    if (e == OK)
        e = d->sync_folder(d->context, ledger);
    if (e == OK)
        e = d->make_folder(d->context, l->current, 0700);
    return e == OK ? d->sync_folder(d->context, ledger) : e;
}

static enum err begin_shard(struct ledger *l, const struct shard *next, struct problem *problem)
{
    struct note_signer *signer = NULL;
    struct publisher *publisher;
    uint64_t size;
    enum err e = move_folder(l);
    if (e != OK)
        return problem_set(problem, e, "%s: cannot be moved to %s (%s); tried again", l->current,
                           l->closed, err_name(e));
    e = ledger_signer(l, next->origin, false, &signer, problem);
    if (e != OK)
        return e;
    e = publish_open(l->disk, l->current, signer, &publisher, &size, problem);
    if (e != OK) {
        note_signer_free(signer);
        return e;
    }
    publish_close(l->publisher);
    note_signer_free(l->signer);
    l->publisher = publisher;
    l->signer = signer;
    l->open++;
    l->moved = false;
    return OK;
}

enum err ledger_turn_folder(struct ledger *l, struct problem *problem)
{
    const struct shard *next = l->shard[l->open + 1];
    enum err e = shards_save(l->disk, l->shards_file, l->shard, l->open + 2, problem);
    if (e != OK)
        return e;
    pthread_rwlock_wrlock(l->folders);
    e = begin_shard(l, next, problem);
    pthread_rwlock_unlock(l->folders);
    if (e == OK)
        log_info("%s: a new shard, %s, begins at entry %llu", l->current, next->origin,
                 (unsigned long long)next->base);
    return e;
}
