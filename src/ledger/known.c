/*
 * What others have seen of this log must be in it. A data folder that was put back
 * from a backup would sign other records under sizes that are known already, which
 * is a fork; so it signs nothing.
 */
#include "ledger/checkpoint.h"
#include "ledger/ledger_inner.h"
#include "ledger/tile.h"

static enum err refuse(const struct ledger *l, const struct checkpoint *c, const char *why,
                       struct problem *problem)
{
    return problem_set(problem, ERR_CORRUPT,
                       "%s: its store knows a checkpoint of %.*s with %llu entries, %s: it is an "
                       "older copy, or another one; nothing will be signed. Put the newer one "
                       "back, or begin a new data folder with this store",
                       l->folder, STR_ARG(c->origin), (unsigned long long)c->size, why);
}

/* Durable entries of shard `k`. */
static uint64_t size_of(const struct ledger *l, size_t k)
{
    uint64_t end = k + 1 < l->shard_count ? l->shard[k + 1]->base : log_next(l->log);
    return end > l->shard[k]->base ? end - l->shard[k]->base : 0;
}

static enum err check_root(struct ledger *l, size_t k, const struct checkpoint *c,
                           struct problem *problem)
{
    char folder[LEDGER_PATH];
    struct hash root;
    const struct shard *s = l->shard[k];
    if (l->published < s->base + c->size || !ledger_shard_folder(l, k, folder, sizeof folder))
        return OK; /* not published yet: what is durable will be */
    struct tile_reader tiles = {.disk = l->disk, .folder = folder, .size = c->size};
    enum err e = tile_root(&tiles, &root);
    if (e != OK)
        return problem_set(problem, e, "%s: tiles cannot be read (%s)", folder, err_name(e));
    return hash_eq(&root, &c->root) ? OK
                                    : refuse(l, c, "which these entries do not hash to", problem);
}

enum err ledger_check_known(struct ledger *l, struct str note, struct problem *problem)
{
    struct str text, lines;
    struct checkpoint c = {.size = 0};
    if (note.n == 0)
        return OK;
    if (note_split(note, &text, &lines) != OK || checkpoint_parse(text, &c) != OK)
        return refuse(l, &c, "which cannot be read", problem);
    for (size_t k = 0; k < l->shard_count; k++) {
        if (!str_eq(c.origin, str_of(l->shard[k]->origin)))
            continue;
        if (checkpoint_open(note, &l->shard[k]->key, &c, NULL) != OK)
            return refuse(l, &c, "signed by another key", problem);
        if (c.size > size_of(l, k))
            return refuse(l, &c, "more than are here", problem);
        return check_root(l, k, &c, problem);
    }
    return refuse(l, &c, "which is no shard here", problem);
}
