#include "ledger/lane.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_PATH = 4096 };

/* --- folders -------------------------------------------------------------------------------- */

/* Add a copy of the path to a list. */
static enum err keep(const char *path, char ***list, size_t *count, size_t *cap)
{
    if (*count == *cap) {
        size_t want = *cap * 2 + 64;
        char **bigger = realloc(*list, want * sizeof *bigger);
        if (bigger == NULL)
            return ERR_MEMORY;
        *list = bigger;
        *cap = want;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return ERR_MEMORY;
    (*list)[(*count)++] = copy;
    return OK;
}

static bool is_noted(const struct lane *v, const char *folder)
{
    for (size_t i = v->unsynced_count; i-- > 0;)
        if (strcmp(v->unsynced[i], folder) == 0)
            return true;
    return false;
}

static enum err note_unsynced(struct lane *v, const char *folder)
{
    if (is_noted(v, folder))
        return OK;
    return keep(folder, &v->unsynced, &v->unsynced_count, &v->unsynced_cap);
}

static void forget_unsynced(struct lane *v)
{
    while (v->unsynced_count > 0)
        free(v->unsynced[--v->unsynced_count]);
}

void lane_init(struct lane *v, const struct disk *d, const char *folder)
{
    *v = (struct lane){.disk = d, .folder = folder};
}

void lane_fini(struct lane *v)
{
    forget_unsynced(v);
    free(v->unsynced);
    free(v->fresh);
}

/* Make every folder of `path` below the shard's, and have each one's names synced. */
static enum err make_folders(struct lane *v, char *path)
{
    char *at = path + strlen(v->folder);
    enum err e = OK;
    while (e == OK && (at = strchr(at + 1, '/')) != NULL) {
        *at = '\0';
        e = v->disk->make_folder(v->disk->context, path, 0700);
        if (e == OK)
            e = note_unsynced(v, path);
        *at = '/';
    }
    return e == OK ? note_unsynced(v, v->folder) : e;
}

/* The folders that hold the file at `path` (tail: below the shard's), made if they may be new. */
static enum err ready_folder(struct lane *v, int level, const char *tail, char *path)
{
    char *last = v->last[level + 1];
    size_t n = (size_t)(strrchr(tail, '/') - tail);
    bool known = strlen(last) == n && memcmp(last, tail, n) == 0;
    last[0] = '\0';
    enum err e = OK;
    if (known) {
        char *slash = strrchr(path, '/');
        *slash = '\0';
        e = note_unsynced(v, path);
        *slash = '/';
    } else {
        e = make_folders(v, path);
    }
    if (e == OK) {
        memcpy(last, tail, n);
        last[n] = '\0';
    }
    return e;
}

enum err lane_sync_folders(struct lane *a, struct lane *b)
{
    enum err e = OK;
    for (size_t i = 0; e == OK && i < a->unsynced_count; i++)
        e = a->disk->sync_folder(a->disk->context, a->unsynced[i]);
    for (size_t i = 0; e == OK && i < b->unsynced_count; i++)
        if (!is_noted(a, b->unsynced[i]))
            e = b->disk->sync_folder(b->disk->context, b->unsynced[i]);
    if (e == OK) {
        forget_unsynced(a);
        forget_unsynced(b);
    }
    return e;
}

/* --- files ---------------------------------------------------------------------------------- */

static enum err name_file(const struct lane *v, const char *path)
{
    char fresh[FILE_PATH + 4];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    return v->disk->rename(v->disk->context, fresh, path);
}

enum err lane_settle(struct lane *v, bool sync)
{
    enum err e = OK;
    for (size_t i = 0; i < v->fd_count; i++) {
        if (e == OK && sync)
            e = v->disk->sync(v->disk->context, v->fds[i]);
        enum err closed = v->disk->close(v->disk->context, v->fds[i]);
        e = e != OK ? e : closed;
    }
    v->fd_count = 0;
    return e;
}

enum err lane_name(struct lane *v, enum err e)
{
    for (size_t i = 0; i < v->fresh_count; i++) {
        if (e == OK)
            e = name_file(v, v->fresh[i]);
        free(v->fresh[i]);
    }
    v->fresh_count = 0;
    return e;
}

/* Room for one more open file. */
static enum err make_way(struct lane *v, bool many)
{
    if (v->fd_count < LANE_OPEN)
        return OK;
    enum err e = lane_settle(v, !many);
    return many ? e : lane_name(v, e);
}

enum err lane_write(struct lane *v, bool many, int level, uint64_t n, unsigned width,
                    const void *bytes, size_t size)
{
    char path[FILE_PATH], fresh[FILE_PATH + 4], tail[TILE_PATH];
    tile_path(level, n, width, tail);
    if (snprintf(path, sizeof path, "%s/%s", v->folder, tail) >= (int)sizeof path)
        return ERR_LIMIT;
    snprintf(fresh, sizeof fresh, "%s.new", path);
    enum err e = ready_folder(v, level, tail, path);
    if (e == OK)
        e = make_way(v, many);
    int fd;
    if (e == OK)
        e = v->disk->open(v->disk->context, fresh, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd);
    if (e != OK)
        return e;
    v->fds[v->fd_count++] = fd;
    e = keep(path, &v->fresh, &v->fresh_count, &v->fresh_cap);
    return e == OK ? v->disk->write(v->disk->context, fd, 0, bytes, size) : e;
}
