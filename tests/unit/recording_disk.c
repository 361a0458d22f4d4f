#include "recording_disk.h"
#include "core/str.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECTOR = 512, PATH = 256, FILES = 4096, FDS = 4096, FOLDER = -1 };

struct bytes {
    uint8_t *p;
    size_t n, room;
};

enum change_kind {
    CREATE,
    WRITE,
    RESIZE,
    SYNC,
    SYNC_FAILED,
    SYNC_FOLDER,
    SYNC_ALL,
    SYNC_ALL_FAILED,
    RENAME,
    REMOVE,
    MAKE_FOLDER,
};

struct change {
    enum change_kind kind;
    int file;
    char *path, *to;
    uint64_t at; /* or the new size */
    struct bytes bytes;
    size_t settled; /* the sync that makes it certain, or SIZE_MAX */
};

struct name {
    char path[PATH];
    int file; /* or FOLDER */
};

struct recording_disk {
    struct disk disk;
    pthread_mutex_t lock;
    struct bytes file[FILES], before[FILES]; /* as seen; at the beginning */
    int files, files_before;
    struct name *name, *name_before;
    size_t names, names_before;
    int fd[FDS];
    struct change *change;
    size_t changes, room, settled;
    char fail_path[PATH];
    unsigned fail_sync, fail_write;
};

static void *must(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

static void resize(struct bytes *b, size_t n)
{
    if (n > b->room) {
        b->room = n + n / 2 + 64;
        b->p = must(realloc(b->p, b->room));
    }
    if (n > b->n)
        memset(b->p + b->n, 0, n - b->n);
    b->n = n;
}

static void put(struct bytes *b, uint64_t at, const uint8_t *p, size_t n)
{
    if (at + n > b->n)
        resize(b, (size_t)at + n);
    if (n > 0)
        memcpy(b->p + at, p, n);
}

static bool ends_with(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n >= m && strcmp(path + n - m, end) == 0;
}

static struct name *find(struct name *names, size_t n, const char *path)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i].path, path) == 0)
            return &names[i];
    return NULL;
}

static void set_name(struct name **names, size_t *n, const char *path, int file)
{
    struct name *old = find(*names, *n, path);
    if (old == NULL) {
        *names = must(realloc(*names, (*n + 1) * sizeof **names));
        old = &(*names)[(*n)++];
        snprintf(old->path, sizeof old->path, "%s", path);
    }
    old->file = file;
}

static void drop_name(struct name *names, size_t *n, const char *path)
{
    struct name *old = find(names, *n, path);
    if (old != NULL)
        *old = names[--*n];
}

/* A folder takes along what is in it. */
static void move_names(struct name **names, size_t *n, const char *from, const char *to, int file)
{
    size_t length = strlen(from);
    drop_name(*names, n, from);
    set_name(names, n, to, file);
    for (size_t i = 0; file == FOLDER && i < *n; i++) {
        struct name *inner = &(*names)[i];
        char moved[2 * PATH];
        if (strncmp(inner->path, from, length) != 0 || inner->path[length] != '/')
            continue;
        snprintf(moved, sizeof moved, "%s%s", to, inner->path + length);
        if (strlen(moved) >= PATH)
            abort();
        memcpy(inner->path, moved, strlen(moved) + 1);
    }
}

static void folder_of(const char *path, char out[static PATH])
{
    snprintf(out, PATH, "%s", path);
    char *slash = strrchr(out, '/');
    if (slash != NULL)
        *slash = '\0';
    else
        snprintf(out, PATH, ".");
}

/* A folder is there if it was made, or lies above everything that was. */
static bool folder_exists(const struct recording_disk *r, const char *path)
{
    struct name *f = find(r->name, r->names, path);
    return f != NULL ? f->file == FOLDER : strchr(path, '/') == NULL || strcmp(path, "/tmp") == 0;
}

static struct change *record(struct recording_disk *r, enum change_kind kind, int file,
                             const char *path)
{
    if (r->changes == r->room) {
        r->room = r->room ? 2 * r->room : 1024;
        r->change = must(realloc(r->change, r->room * sizeof *r->change));
    }
    struct change *c = &r->change[r->changes++];
    *c = (struct change){.kind = kind, .file = file, .path = path ? must(strdup(path)) : NULL};
    return c;
}

static const char *path_of(const struct recording_disk *r, int file)
{
    for (size_t i = 0; i < r->names; i++)
        if (r->name[i].file == file)
            return r->name[i].path;
    return "(removed)";
}

static bool fails(struct recording_disk *r, unsigned *left, int file)
{
    return *left > 0 && ends_with(path_of(r, file), r->fail_path) && --*left == 0;
}

static enum err rec_open(void *context, const char *path, int flags, mode_t mode, int *fd)
{
    struct recording_disk *r = context;
    enum err e = OK;
    pthread_mutex_lock(&r->lock);
    struct name *n = find(r->name, r->names, path);
    char folder[PATH];
    folder_of(path, folder);
    int file = n != NULL ? n->file : 0, slot = 0;
    if (n == NULL && (!(flags & O_CREAT) || !folder_exists(r, folder))) {
        e = ERR_NOT_FOUND;
    } else if (n == NULL) {
        if (r->files == FILES)
            abort();
        file = r->files++;
        set_name(&r->name, &r->names, path, file);
        record(r, CREATE, file, path);
    } else if (n->file == FOLDER) {
        e = ERR_INVALID;
    } else if (flags & O_EXCL) {
        e = ERR_CONFLICT;
    } else if (flags & O_TRUNC) {
        record(r, RESIZE, file, NULL)->at = 0;
        r->file[file].n = 0;
    }
    while (e == OK && r->fd[slot] != 0)
        if (++slot == FDS)
            abort();
    if (e == OK) {
        r->fd[slot] = file + 1;
        *fd = slot;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err rec_close(void *context, int fd)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    r->fd[fd] = 0;
    pthread_mutex_unlock(&r->lock);
    return OK;
}

static enum err rec_write(void *context, int fd, uint64_t at, const void *bytes, size_t n)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    int file = r->fd[fd] - 1;
    bool failing = fails(r, &r->fail_write, file);
    if (failing)
        n /= 2;
    put(&r->file[file], at, bytes, n);
    struct change *c = record(r, WRITE, file, NULL);
    c->at = at;
    put(&c->bytes, 0, bytes, n);
    pthread_mutex_unlock(&r->lock);
    return failing ? ERR_IO : OK;
}

static enum err rec_read(void *context, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    const struct bytes *b = &r->file[r->fd[fd] - 1];
    *got = at >= b->n ? 0 : n < b->n - at ? n : (size_t)(b->n - at);
    if (*got > 0)
        memcpy(bytes, b->p + at, *got);
    pthread_mutex_unlock(&r->lock);
    return OK;
}

static enum err rec_sync(void *context, int fd)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    int file = r->fd[fd] - 1;
    bool failing = fails(r, &r->fail_sync, file);
    record(r, failing ? SYNC_FAILED : SYNC, file, NULL);
    pthread_mutex_unlock(&r->lock);
    return failing ? ERR_IO : OK;
}

static enum err rec_sync_folder(void *context, const char *path)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    enum err e = folder_exists(r, path) ? OK : ERR_NOT_FOUND;
    if (e == OK)
        record(r, SYNC_FOLDER, 0, path);
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err rec_sync_all(void *context, const char *path)
{
    struct recording_disk *r = context;
    (void)path;
    pthread_mutex_lock(&r->lock);
    bool failing = r->fail_path[0] == '\0' && r->fail_sync > 0 && --r->fail_sync == 0;
    record(r, failing ? SYNC_ALL_FAILED : SYNC_ALL, 0, NULL);
    pthread_mutex_unlock(&r->lock);
    return failing ? ERR_IO : OK;
}

static enum err set_size(struct recording_disk *r, int fd, uint64_t size, bool shrink)
{
    pthread_mutex_lock(&r->lock);
    int file = r->fd[fd] - 1;
    if (shrink || size > r->file[file].n) {
        record(r, RESIZE, file, NULL)->at = size;
        resize(&r->file[file], (size_t)size);
    }
    pthread_mutex_unlock(&r->lock);
    return OK;
}

static enum err rec_allocate(void *context, int fd, uint64_t size)
{
    return set_size(context, fd, size, false);
}

static enum err rec_truncate(void *context, int fd, uint64_t size)
{
    return set_size(context, fd, size, true);
}

static enum err rec_size(void *context, int fd, uint64_t *size)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    *size = r->file[r->fd[fd] - 1].n;
    pthread_mutex_unlock(&r->lock);
    return OK;
}

static enum err rec_rename(void *context, const char *from, const char *to)
{
    struct recording_disk *r = context;
    enum err e = ERR_NOT_FOUND;
    pthread_mutex_lock(&r->lock);
    struct name *n = find(r->name, r->names, from);
    if (n != NULL) {
        int file = n->file;
        struct change *c = record(r, RENAME, file, from);
        c->to = must(strdup(to));
        /* What is visible under the new name from now on. */
        if (file != FOLDER)
            put(&c->bytes, 0, r->file[file].p, r->file[file].n);
        move_names(&r->name, &r->names, from, to, file);
        e = OK;
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static bool is_empty(const struct recording_disk *r, const char *path)
{
    for (size_t i = 0; i < r->names; i++) {
        char folder[PATH];
        folder_of(r->name[i].path, folder);
        if (strcmp(folder, path) == 0)
            return false;
    }
    return true;
}

static enum err rec_remove(void *context, const char *path)
{
    struct recording_disk *r = context;
    enum err e = OK;
    pthread_mutex_lock(&r->lock);
    const struct name *n = find(r->name, r->names, path);
    if (n == NULL) {
        e = ERR_NOT_FOUND;
    } else if (n->file == FOLDER && !is_empty(r, path)) {
        e = ERR_IO;
    } else {
        record(r, REMOVE, 0, path);
        drop_name(r->name, &r->names, path);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err rec_make_folder(void *context, const char *path, mode_t mode)
{
    struct recording_disk *r = context;
    enum err e = OK;
    char parent[PATH];
    pthread_mutex_lock(&r->lock);
    folder_of(path, parent);
    if (!folder_exists(r, parent) && strcmp(parent, ".") != 0) {
        e = ERR_NOT_FOUND;
    } else if (find(r->name, r->names, path) == NULL) {
        record(r, MAKE_FOLDER, FOLDER, path);
        set_name(&r->name, &r->names, path, FOLDER);
    }
    pthread_mutex_unlock(&r->lock);
    return e;
}

static enum err rec_list(void *context, const char *path, void (*each)(void *to, const char *name),
                         void *to)
{
    struct recording_disk *r = context;
    pthread_mutex_lock(&r->lock);
    enum err e = folder_exists(r, path) ? OK : ERR_NOT_FOUND;
    char(*names)[PATH] = must(calloc(r->names + 1, PATH));
    size_t n = 0;
    for (size_t i = 0; e == OK && i < r->names; i++) {
        char folder[PATH];
        folder_of(r->name[i].path, folder);
        if (strcmp(folder, path) == 0)
            snprintf(names[n++], PATH, "%s", strrchr(r->name[i].path, '/') + 1);
    }
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < n; i++)
        each(to, names[i]);
    free(names);
    return e;
}

struct recording_disk *recording_disk_new(void)
{
    struct recording_disk *r = must(calloc(1, sizeof *r));
    r->disk = (struct disk){.context = r,
                            .open = rec_open,
                            .close = rec_close,
                            .write = rec_write,
                            .read = rec_read,
                            .sync = rec_sync,
                            .sync_folder = rec_sync_folder,
                            .sync_all = rec_sync_all,
                            .allocate = rec_allocate,
                            .truncate = rec_truncate,
                            .size = rec_size,
                            .rename = rec_rename,
                            .remove = rec_remove,
                            .make_folder = rec_make_folder,
                            .list = rec_list};
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void recording_disk_free(struct recording_disk *r)
{
    if (r == NULL)
        return;
    for (int i = 0; i < FILES; i++) {
        free(r->file[i].p);
        free(r->before[i].p);
    }
    for (size_t i = 0; i < r->changes; i++) {
        free(r->change[i].path);
        free(r->change[i].to);
        free(r->change[i].bytes.p);
    }
    free(r->change);
    free(r->name);
    free(r->name_before);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

const struct disk *recording_disk_use(struct recording_disk *r)
{
    return &r->disk;
}

size_t recording_disk_count(struct recording_disk *r)
{
    pthread_mutex_lock(&r->lock);
    size_t n = r->changes;
    pthread_mutex_unlock(&r->lock);
    return n;
}

void recording_disk_fail(struct recording_disk *r, const char *path_end, unsigned sync,
                         unsigned write)
{
    pthread_mutex_lock(&r->lock);
    snprintf(r->fail_path, sizeof r->fail_path, "%s", path_end);
    r->fail_sync = sync;
    r->fail_write = write;
    pthread_mutex_unlock(&r->lock);
}

void recording_disk_renames(struct recording_disk *r, const char *path_end, recorded_rename *each,
                            void *to)
{
    for (size_t i = 0; i < r->changes; i++)
        if (r->change[i].kind == RENAME && ends_with(r->change[i].to, path_end))
            each(to, i + 1, r->change[i].bytes.p, r->change[i].bytes.n);
}

void recording_disk_describe(struct recording_disk *r, size_t at, char *out, size_t size)
{
    static const char *const words[] = {
        "create",   "write",           "resize", "sync",   "failed sync", "sync folder",
        "sync all", "failed sync all", "rename", "remove", "make folder"};
    if (at >= r->changes) {
        snprintf(out, size, "the end");
        return;
    }
    const struct change *c = &r->change[at];
    snprintf(out, size, "%s %s%s%s @%llu +%zu", words[c->kind],
             c->path ? c->path : path_of(r, c->file), c->to ? " -> " : "", c->to ? c->to : "",
             (unsigned long long)c->at, c->bytes.n);
}

/* Crashing ------------------------------------------------------------------------------------ */

static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/*
 * For every change the sync that makes it certain, by one walk from the end. The
 * first sync behind a change of data decides for ever, also if it failed.
 */
static void settle(struct recording_disk *r)
{
    size_t *file = must(malloc(FILES * sizeof *file));
    struct name *folders = NULL; /* `file` is the change that syncs the folder */
    size_t n = 0, all = SIZE_MAX;
    for (size_t i = 0; i < FILES; i++)
        file[i] = SIZE_MAX;
    for (size_t i = r->changes; i-- > 0;) {
        struct change *c = &r->change[i];
        char folder[PATH];
        const struct name *f;
        switch (c->kind) {
        case WRITE:
        case RESIZE:
            c->settled = file[c->file];
            break;
        case SYNC:
            file[c->file] = i;
            break;
        case SYNC_FAILED:
            file[c->file] = SIZE_MAX;
            break;
        case SYNC_FOLDER:
            set_name(&folders, &n, c->path, (int)i);
            break;
        case SYNC_ALL:
        case SYNC_ALL_FAILED:
            for (size_t k = 0; k < FILES; k++)
                file[k] = c->kind == SYNC_ALL ? i : SIZE_MAX;
            if (c->kind == SYNC_ALL) {
                n = 0;
                all = i;
            }
            break;
        case CREATE:
        case RENAME:
        case REMOVE:
        case MAKE_FOLDER:
            folder_of(c->path, folder);
            f = find(folders, n, folder);
            c->settled = f != NULL ? (size_t)f->file : all;
            if (c->kind == RENAME) { /* both folders' names must be on the disk */
                folder_of(c->to, folder);
                f = find(folders, n, folder);
                size_t other = f != NULL ? (size_t)f->file : all;
                c->settled = other > c->settled ? other : c->settled;
            }
            break;
        }
    }
    r->settled = r->changes;
    free(folders);
    free(file);
}

static bool name_happens(enum crash_way way, uint64_t *seed)
{
    switch (way) {
    case CRASH_NONE:
    case CRASH_DATA:
        return false;
    case CRASH_ALL:
    case CRASH_NAMES:
        return true;
    case CRASH_SUBSET:
    case CRASH_PREFIX:
    case CRASH_SECTORS:
        break;
    }
    return random_next(seed) % 2 == 0;
}

static void apply_uncertain(struct bytes *b, const struct change *c, enum crash_way way,
                            uint64_t *seed)
{
    bool whole = false;
    switch (way) {
    case CRASH_NONE:
    case CRASH_NAMES:
        return;
    case CRASH_ALL:
    case CRASH_DATA:
        whole = true;
        break;
    case CRASH_SUBSET:
    case CRASH_PREFIX:
    case CRASH_SECTORS:
        whole = random_next(seed) % 2 == 0;
        if (!whole && (way == CRASH_SUBSET || c->kind == RESIZE))
            return;
        break;
    }
    if (c->kind == RESIZE) {
        resize(b, (size_t)c->at);
    } else if (whole || c->bytes.n == 0) {
        put(b, c->at, c->bytes.p, c->bytes.n);
    } else if (way == CRASH_PREFIX) {
        put(b, c->at, c->bytes.p, random_next(seed) % c->bytes.n);
    } else {
        for (size_t i = 0; i < c->bytes.n; i += SECTOR)
            if (random_next(seed) % 2 == 0)
                put(b, c->at + i, c->bytes.p + i,
                    c->bytes.n - i < SECTOR ? c->bytes.n - i : SECTOR);
    }
}

static bool reachable(const struct name *names, size_t n, const char *path)
{
    char folder[PATH];
    folder_of(path, folder);
    if (strchr(path, '/') == NULL || strcmp(folder, "/tmp") == 0 || strcmp(folder, ".") == 0)
        return true;
    for (size_t i = 0; i < n; i++)
        if (names[i].file == FOLDER && strcmp(names[i].path, folder) == 0)
            return reachable(names, n, folder);
    return false;
}

struct recording_disk *recording_disk_crash(struct recording_disk *r, size_t at, enum crash_way way,
                                            uint64_t seed)
{
    struct recording_disk *out = recording_disk_new();
    struct name *names = must(malloc((r->names_before + 1) * sizeof *names));
    size_t n = r->names_before;
    if (n > 0)
        memcpy(names, r->name_before, n * sizeof *names);
    pthread_mutex_lock(&r->lock);
    if (r->settled != r->changes)
        settle(r);
    for (size_t i = 0; i < at; i++) {
        const struct change *c = &r->change[i];
        bool name =
            c->kind == CREATE || c->kind == RENAME || c->kind == REMOVE || c->kind == MAKE_FOLDER;
        if (!name || !(c->settled < at || name_happens(way, &seed)))
            continue;
        if (c->kind == RENAME) {
            move_names(&names, &n, c->path, c->to, c->file);
        } else if (c->kind == REMOVE) {
            drop_name(names, &n, c->path);
        } else {
            set_name(&names, &n, c->path, c->file);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (!reachable(names, n, names[i].path))
            continue;
        if (names[i].file == FOLDER) {
            set_name(&out->name, &out->names, names[i].path, FOLDER);
            continue;
        }
        struct bytes *b = &out->file[out->files];
        const struct bytes *base = &r->before[names[i].file];
        put(b, 0, base->p, base->n);
        for (size_t k = 0; k < at; k++) {
            const struct change *c = &r->change[k];
            if (c->file != names[i].file || (c->kind != WRITE && c->kind != RESIZE))
                continue;
            if (c->settled >= at)
                apply_uncertain(b, c, way, &seed);
            else if (c->kind == RESIZE)
                resize(b, (size_t)c->at);
            else
                put(b, c->at, c->bytes.p, c->bytes.n);
        }
        set_name(&out->name, &out->names, names[i].path, out->files++);
    }
    pthread_mutex_unlock(&r->lock);
    free(names);

    out->files_before = out->files;
    for (int i = 0; i < out->files; i++)
        put(&out->before[i], 0, out->file[i].p, out->file[i].n);
    out->name_before = must(malloc((out->names + 1) * sizeof *out->name_before));
    if (out->names > 0)
        memcpy(out->name_before, out->name, out->names * sizeof *out->name);
    out->names_before = out->names;
    return out;
}
