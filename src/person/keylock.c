#include "person/keylock.h"

#include <fcntl.h>
#include <stdio.h>

enum { PATH = 4096 };

enum err keylock_take(const struct disk *disk, const char *folder, int *fd, struct problem *problem)
{
    char path[PATH];
    *fd = -1;
    if (disk->lock == NULL)
        return OK;
    if ((size_t)snprintf(path, sizeof path, "%s/persons.lock", folder) >= sizeof path)
        return problem_set(problem, ERR_LIMIT, "%.200s…: the path is too long", folder);
    enum err e = disk->open(disk->context, path, O_RDWR | O_CREAT, 0600, fd);
    if (e == OK)
        e = disk->lock(disk->context, *fd);
    if (e == OK)
        return OK;
    keylock_release(disk, *fd);
    *fd = -1;
    return problem_set(problem, e, "%s: cannot be locked (%s)", path, err_name(e));
}

void keylock_release(const struct disk *disk, int fd)
{
    if (fd >= 0)
        disk->close(disk->context, fd);
}
