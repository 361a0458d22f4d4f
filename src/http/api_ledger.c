/*
 * GET /checkpoint, /tile/…: the open shard as C2SP tlog-tiles names its files; the
 * same below /shards/2026-11 for each shard; GET /shards lists them.
 */
#include "http/route.h"
#include "ledger/note.h"
#include "ledger/shard.h"
#include "ledger/tile.h"

#include <stdlib.h>

static void not_found(struct request *r)
{
    respond_problem(r, 404, "not-found", "the ledger has no such file", NULL);
}

static const struct ledger *ledger_of(struct request *r)
{
    return gate_ledger(request_gate(r));
}

/*
 * The shard that a path is about, and what follows: "/shards/2026-11/tile/…", or
 * "/tile/…" of the open one. False: there is none.
 */
static bool find_shard(struct request *r, struct ledger_shard *s, size_t *k, struct str *rest)
{
    const struct ledger *ledger = ledger_of(r);
    struct str part, month;
    char wanted[SHARD_FOLDER], name[SHARD_FOLDER];
    bool found = false;
    *rest = str_skip(r->path, 1);
    if (!str_starts(*rest, STR("shards/"))) {
        for (*k = 0; ledger_shard_of(ledger, *k, s); (*k)++)
            found = true;
        (*k)--;
        return found && ledger_shard_of(ledger, *k, s);
    }
    str_split(rest, '/', &part);
    if (!str_split(rest, '/', &month) || !str_copy(month, wanted, sizeof wanted))
        return false;
    for (*k = 0; ledger_shard_of(ledger, *k, s); (*k)++) {
        shard_folder(s->month, name);
        if (strcmp(name, wanted) == 0)
            return true;
    }
    return false;
}

static void serve(struct request *r, enum err e, void *bytes, size_t n, const char *type,
                  const char *cache)
{
    if (e != OK) {
        not_found(r);
        return;
    }
    respond_header(r, "Cache-Control", cache);
    respond(r, 200, type, bytes, n);
    free(bytes);
}

void api_checkpoint(struct request *r)
{
    struct ledger_shard s;
    struct str rest;
    void *bytes = NULL;
    size_t k, n = 0;
    enum err e = find_shard(r, &s, &k, &rest) ? ledger_checkpoint(ledger_of(r), k, &bytes, &n)
                                              : ERR_NOT_FOUND;
    serve(r, e, bytes, n, "text/plain; charset=utf-8", "no-cache");
}

static void deleted(struct request *r, when at)
{
    char day[WHEN_TEXT], text[200];
    when_format(at, 0, day);
    snprintf(text, sizeof text,
             "the entries of this shard were deleted by retention on %.10s; its hashes, "
             "checkpoint and the receipts made before stay valid",
             day);
    respond_problem(r, 410, "entries-deleted", text, NULL);
}

/* Only paths in their one right form reach the disk. */
static void tile(struct request *r, bool entries)
{
    struct ledger_shard s;
    struct str rest;
    int level;
    uint64_t n;
    unsigned width;
    when at;
    void *bytes = NULL;
    size_t k, size = 0;
    if (!find_shard(r, &s, &k, &rest) || !tile_path_parse(rest, &level, &n, &width) ||
        (level == TILE_LEVEL_ENTRIES) != entries) {
        not_found(r);
        return;
    }
    if (entries && n < s.size / TILE_WIDTH + 1 && ledger_deleted(ledger_of(r), s.base, &at)) {
        deleted(r, at);
        return;
    }
    enum err e = ledger_tile(ledger_of(r), k, level, n, width, &bytes, &size);
    serve(r, e, bytes, size, "application/octet-stream",
          entries ? "private, no-store" : "public, max-age=31536000, immutable");
}

void api_tile(struct request *r)
{
    tile(r, false);
}

/* Entries tell every company's calls with their reasons: the route's roles may read them. */
void api_entries(struct request *r)
{
    tile(r, true);
}

static json_t *describe(const struct ledger *ledger, const struct ledger_shard *s)
{
    char month[SHARD_FOLDER], vkey[VKEY_TEXT], at[WHEN_TEXT];
    when when_deleted;
    bool gone = ledger_deleted(ledger, s->base, &when_deleted);
    shard_folder(s->month, month);
    note_key_format(s->key, vkey);
    when_format(when_deleted, 0, at);
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s*}", "shard", month, "origin", s->origin,
                     "vkey", vkey, "size", (json_int_t)s->size, "state",
                     s->open ? "open" : "closed", "entries", gone ? "deleted" : "kept",
                     "deleted_at", gone ? at : NULL);
}

void api_shards(struct request *r)
{
    const struct ledger *ledger = ledger_of(r);
    struct ledger_shard s;
    json_t *list = json_array();
    for (size_t k = 0; ledger_shard_of(ledger, k, &s); k++)
        if (json_array_append_new(list, describe(ledger, &s)) != 0) {
            json_decref(list);
            respond_json(r, 500, NULL);
            return;
        }
    respond_header(r, "Cache-Control", "no-cache");
    respond_json(r, 200, json_pack("{s:o}", "shards", list));
}
