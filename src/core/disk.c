#include "core/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err result(int rc)
{
    return rc < 0 ? err_of_errno(errno) : OK;
}

static enum err real_open(void *context, const char *path, int flags, mode_t mode, int *fd)
{
    (void)context;
    *fd = open(path, flags | O_CLOEXEC, mode);
    return result(*fd);
}

static enum err real_close(void *context, int fd)
{
    (void)context;
    return result(close(fd));
}

static enum err real_write(void *context, int fd, uint64_t at, const void *bytes, size_t n)
{
    (void)context;
    const char *p = bytes;
    while (n > 0) {
        ssize_t done = pwrite(fd, p, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? err_of_errno(errno) : ERR_IO;
        p += done;
        at += (uint64_t)done;
        n -= (size_t)done;
    }
    return OK;
}

static enum err real_read(void *context, int fd, uint64_t at, void *bytes, size_t n, size_t *got)
{
    (void)context;
    char *p = bytes;
    *got = 0;
    while (n > 0) {
        ssize_t done = pread(fd, p, n, (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_of_errno(errno);
        if (done == 0)
            return OK;
        p += done;
        at += (uint64_t)done;
        n -= (size_t)done;
        *got += (size_t)done;
    }
    return OK;
}

static enum err real_sync(void *context, int fd)
{
    (void)context;
    return result(fdatasync(fd));
}

static enum err real_sync_folder(void *context, const char *path)
{
    (void)context;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = result(fsync(fd));
    close(fd);
    return e;
}

static enum err real_sync_all(void *context, const char *path)
{
    (void)context;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_of_errno(errno);
    enum err e = result(syncfs(fd));
    close(fd);
    return e;
}

static enum err real_allocate(void *context, int fd, uint64_t size)
{
    (void)context;
    return err_of_errno(posix_fallocate(fd, 0, (off_t)size));
}

static enum err real_truncate(void *context, int fd, uint64_t size)
{
    (void)context;
    return result(ftruncate(fd, (off_t)size));
}

static enum err real_size(void *context, int fd, uint64_t *size)
{
    (void)context;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return err_of_errno(errno);
    *size = (uint64_t)st.st_size;
    return OK;
}

static enum err real_rename(void *context, const char *from, const char *to)
{
    (void)context;
    return result(rename(from, to));
}

static enum err real_remove(void *context, const char *path)
{
    (void)context;
    return result(remove(path));
}

static enum err real_make_folder(void *context, const char *path, mode_t mode)
{
    (void)context;
    if (mkdir(path, mode) == 0)
        return OK;
    struct stat st;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return OK;
    return err_of_errno(errno);
}

static enum err real_list(void *context, const char *path, void (*each)(void *to, const char *name),
                          void *to)
{
    (void)context;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return err_of_errno(errno);
    errno = 0;
    for (struct dirent *e; (e = readdir(folder)) != NULL; errno = 0)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            each(to, e->d_name);
    enum err e = err_of_errno(errno);
    closedir(folder);
    return e;
}

static enum err real_lock(void *context, int fd)
{
    (void)context;
    while (flock(fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return err_of_errno(errno);
    return OK;
}

const struct disk disk_real = {
    .open = real_open,
    .close = real_close,
    .write = real_write,
    .read = real_read,
    .sync = real_sync,
    .sync_folder = real_sync_folder,
    .sync_all = real_sync_all,
    .allocate = real_allocate,
    .truncate = real_truncate,
    .size = real_size,
    .rename = real_rename,
    .remove = real_remove,
    .make_folder = real_make_folder,
    .lock = real_lock,
    .list = real_list,
};

static enum err write_synced(const struct disk *d, const char *path, mode_t mode, const void *bytes,
                             size_t n)
{
    int fd;
    enum err e = d->open(d->context, path, O_WRONLY | O_CREAT | O_TRUNC, mode, &fd);
    if (e != OK)
        return e;
    e = d->write(d->context, fd, 0, bytes, n);
    if (e == OK)
        e = d->sync(d->context, fd);
    enum err closed = d->close(d->context, fd);
    return e != OK ? e : closed;
}

enum err disk_sync_name(const struct disk *d, const char *path)
{
    char folder[4096];
    if (snprintf(folder, sizeof folder, "%s", path) >= (int)sizeof folder)
        return ERR_LIMIT;
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    return d->sync_folder(d->context, slash != NULL ? folder : ".");
}

enum err disk_replace(const struct disk *d, const char *path, mode_t mode, const void *bytes,
                      size_t n)
{
    char fresh[4096];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return ERR_LIMIT;
    enum err e = write_synced(d, fresh, mode, bytes, n);
    if (e == OK)
        e = d->rename(d->context, fresh, path);
    if (e == OK)
        e = disk_sync_name(d, path);
    return e;
}

enum err disk_find(const struct disk *d, const char *path)
{
    int fd;
    enum err e = d->open(d->context, path, O_RDONLY, 0, &fd);
    return e == OK ? d->close(d->context, fd) : e;
}

enum err disk_load(const struct disk *d, const char *path, size_t limit, void **bytes, size_t *n)
{
    int fd;
    uint64_t size = 0;
    void *p = NULL;
    enum err e = d->open(d->context, path, O_RDONLY, 0, &fd);
    if (e != OK)
        return e;
    e = d->size(d->context, fd, &size);
    if (e == OK && size > limit)
        e = ERR_LIMIT;
    if (e == OK && (p = malloc(size + 1)) == NULL)
        e = ERR_MEMORY;
    if (e == OK)
        e = d->read(d->context, fd, 0, p, size, n);
    d->close(d->context, fd);
    if (e != OK) {
        free(p);
        return e;
    }
    ((char *)p)[*n] = '\0';
    *bytes = p;
    return OK;
}
