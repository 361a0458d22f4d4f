#include "failing_disk.h"

#include <fcntl.h>

static enum err count(struct failing_disk *f)
{
    pthread_mutex_lock(&f->lock);
    unsigned long n = ++f->calls;
    bool fails = f->fail_at != 0 && (n == f->fail_at || (f->and_after && n > f->fail_at));
    enum err e = fails ? f->error : OK;
    pthread_mutex_unlock(&f->lock);
    return e;
}

static enum err grow(struct failing_disk *f, int fd, uint64_t to)
{
    uint64_t size;
    enum err e = f->inner->size(f->inner->context, fd, &size);
    if (e != OK || to <= size)
        return e;
    pthread_mutex_lock(&f->lock);
    bool fits = f->room == UINT64_MAX || to - size <= f->room;
    if (fits && f->room != UINT64_MAX)
        f->room -= to - size;
    pthread_mutex_unlock(&f->lock);
    return fits ? OK : ERR_FULL;
}

static enum err fail_open(void *context, const char *path, int flags, mode_t mode, int *fd)
{
    struct failing_disk *f = context;
    enum err e = flags & (O_CREAT | O_TRUNC) ? count(f) : OK;
    return e == OK ? f->inner->open(f->inner->context, path, flags, mode, fd) : e;
}

static enum err fail_close(void *context, int fd)
{
    struct failing_disk *f = context;
    return f->inner->close(f->inner->context, fd);
}

static enum err fail_write(void *context, int fd, uint64_t at, const void *bytes, size_t n)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    if (e == OK)
        e = grow(f, fd, at + n);
    else if (f->inner->write(f->inner->context, fd, at, bytes, n / 2) != OK)
        return e;
    return e == OK ? f->inner->write(f->inner->context, fd, at, bytes, n) : e;
}

static enum err fail_read(void *context, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    struct failing_disk *f = context;
    return f->inner->read(f->inner->context, fd, at, bytes, n, got);
}

static enum err fail_sync(void *context, int fd)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->sync(f->inner->context, fd) : e;
}

static enum err fail_sync_folder(void *context, const char *path)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->sync_folder(f->inner->context, path) : e;
}

static enum err fail_sync_all(void *context, const char *path)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->sync_all(f->inner->context, path) : e;
}

static enum err fail_allocate(void *context, int fd, uint64_t size)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    if (e == OK)
        e = grow(f, fd, size);
    return e == OK ? f->inner->allocate(f->inner->context, fd, size) : e;
}

static enum err fail_truncate(void *context, int fd, uint64_t size)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->truncate(f->inner->context, fd, size) : e;
}

static enum err fail_size(void *context, int fd, uint64_t *size)
{
    struct failing_disk *f = context;
    return f->inner->size(f->inner->context, fd, size);
}

static enum err fail_rename(void *context, const char *from, const char *to)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->rename(f->inner->context, from, to) : e;
}

static enum err fail_remove(void *context, const char *path)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->remove(f->inner->context, path) : e;
}

static enum err fail_make_folder(void *context, const char *path, mode_t mode)
{
    struct failing_disk *f = context;
    enum err e = count(f);
    return e == OK ? f->inner->make_folder(f->inner->context, path, mode) : e;
}

static enum err fail_list(void *context, const char *path, void (*each)(void *to, const char *name),
                          void *to)
{
    struct failing_disk *f = context;
    return f->inner->list(f->inner->context, path, each, to);
}

static enum err fail_lock(void *context, int fd)
{
    struct failing_disk *f = context;
    return f->inner->lock(f->inner->context, fd);
}

void failing_disk_init(struct failing_disk *f, const struct disk *inner)
{
    *f = (struct failing_disk){
        .disk = {.context = f,
                 .open = fail_open,
                 .close = fail_close,
                 .write = fail_write,
                 .read = fail_read,
                 .sync = fail_sync,
                 .sync_folder = fail_sync_folder,
                 .allocate = fail_allocate,
                 .truncate = fail_truncate,
                 .size = fail_size,
                 .rename = fail_rename,
                 .remove = fail_remove,
                 .make_folder = fail_make_folder,
                 .list = fail_list},
        .inner = inner,
        .room = UINT64_MAX,
    };
    if (inner->sync_all != NULL)
        f->disk.sync_all = fail_sync_all;
    if (inner->lock != NULL)
        f->disk.lock = fail_lock;
    pthread_mutex_init(&f->lock, NULL);
}

void failing_disk_arm(struct failing_disk *f, unsigned long n, bool and_after, enum err error)
{
    pthread_mutex_lock(&f->lock);
    f->fail_at = n == 0 ? 0 : f->calls + n;
    f->and_after = and_after;
    f->error = error;
    pthread_mutex_unlock(&f->lock);
}
