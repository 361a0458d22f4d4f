#include "core/lock.h"
#include "core/clock.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

struct lock {
    int fd;
};

/* The holder's process id, or 0 if the file does not say. */
static unsigned long long holder(int fd)
{
    char text[32];
    ssize_t n = pread(fd, text, sizeof text, 0);
    unsigned long long pid = 0;
    if (n <= 0 || !str_to_u64(str_trim((struct str){text, (size_t)n}), 1u << 30, &pid))
        return 0;
    return pid;
}

static enum err in_use(int fd, const char *path, struct problem *problem)
{
    unsigned long long pid = holder(fd);
    if (pid == 0)
        return problem_set(problem, ERR_CONFLICT,
                           "%s: another process holds the data folder; stop it or wait", path);
    return problem_set(problem, ERR_CONFLICT,
                       "%s: process %llu holds the data folder; stop it or wait", path, pid);
}

static enum err take(int fd, const char *path, int wait_ms, struct problem *problem)
{
    int64_t until = clock_monotonic() + wait_ms * WHEN_MS;
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return problem_errno(problem, errno, "%s: cannot lock", path);
        if (clock_monotonic() >= until)
            return in_use(fd, path, problem);
        nanosleep(&(struct timespec){.tv_nsec = 10 * WHEN_MS}, NULL);
    }
    return OK;
}

/* For messages only: on a full disk the lock is held all the same. */
static void write_holder(int fd)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        errno = 0;
}

enum err lock_open(const char *path, int wait_ms, struct lock **out, struct problem *problem)
{
    *out = NULL;
    struct lock *lock = malloc(sizeof *lock);
    if (lock == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", path);
    lock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    enum err e = lock->fd < 0 ? problem_errno(problem, errno, "%s: cannot open the lock file", path)
                              : take(lock->fd, path, wait_ms, problem);
    if (e != OK) {
        if (lock->fd >= 0)
            close(lock->fd);
        free(lock);
        return e;
    }
    write_holder(lock->fd);
    *out = lock;
    return OK;
}

void lock_close(struct lock *lock)
{
    if (lock == NULL)
        return;
    if (ftruncate(lock->fd, 0) != 0)
        errno = 0;
    close(lock->fd);
    free(lock);
}
