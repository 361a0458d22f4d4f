/* GET /checkpoint, /tile/…: the ledger's published files, as C2SP tlog-tiles names them. */
#include "http/route.h"
#include "ledger/tile.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILE_MAX = 2 * 1024 * 1024, PATH_BYTES = 4096 };

static void not_found(struct request *r)
{
    respond_problem(r, 404, "not-found", "the ledger has no such file", NULL);
}

/* A file of DATA/ledger/current; `name` has been checked. */
static void serve(struct request *r, const char *name, const char *type, const char *cache)
{
    char path[PATH_BYTES];
    void *bytes;
    size_t n;
    if ((size_t)snprintf(path, sizeof path, "%s/ledger/current/%s", request_folder(r), name) >=
            sizeof path ||
        disk_load(&disk_real, path, FILE_MAX, &bytes, &n) != OK) {
        not_found(r);
        return;
    }
    respond_header(r, "Cache-Control", cache);
    respond(r, 200, type, bytes, n);
    free(bytes);
}

void api_checkpoint(struct request *r)
{
    serve(r, "checkpoint", "text/plain; charset=utf-8", "no-cache");
}

/* Only paths in their one right form reach the disk. */
static void tile(struct request *r, bool entries)
{
    int level;
    uint64_t n;
    unsigned width;
    char name[TILE_PATH];
    if (!tile_path_parse(str_skip(r->path, 1), &level, &n, &width) ||
        (level == TILE_LEVEL_ENTRIES) != entries) {
        not_found(r);
        return;
    }
    tile_path(level, n, width, name);
    serve(r, name, "application/octet-stream",
          entries ? "private, no-store" : "public, max-age=31536000, immutable");
}

void api_tile(struct request *r)
{
    tile(r, false);
}

/* Entries tell every company's calls with their reasons. */
void api_entries(struct request *r)
{
    if (request_view(r) == ASK_ORGANISATION) {
        respond_problem(
            r, 403, "auditors-only",
            "entry bundles are for carriers, authorities, an association's auditors and the host",
            NULL);
        return;
    }
    tile(r, true);
}
