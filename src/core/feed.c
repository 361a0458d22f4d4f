#include "core/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 65536, WINDOW = FEED_RECORD + READ_SIZE };

struct feed {
    const char *name;
    int fd;
    bool ours;  /* fd is to be closed */
    bool ended; /* nothing more to read */
    int failed;
    uint64_t size;
    uint64_t base;   /* place in the file of window[0] */
    size_t from, to; /* unread bytes in the window */
    char window[WINDOW];
    char path[];
};

enum err feed_open(const char *path, struct feed **out, struct problem *problem)
{
    const bool standard = strcmp(path, "-") == 0;
    const size_t length = strlen(path) + 1;
    struct stat st;
    *out = NULL;
    struct feed *f = malloc(sizeof *f + length);
    if (f == NULL)
        return problem_set(problem, ERR_MEMORY, "%s: out of memory", path);
    memset(f, 0, offsetof(struct feed, window));
    memcpy(f->path, path, length);
    f->name = standard ? "standard input" : f->path;
    f->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    f->ours = !standard;
    enum err e = OK;
    if (f->fd < 0 || fstat(f->fd, &st) != 0)
        e = problem_errno(problem, errno, "%s: cannot be opened", f->name);
    else if (S_ISDIR(st.st_mode))
        e = problem_set(problem, ERR_INVALID, "%s: is a folder; name a CSV file in it", f->name);
    else if (S_ISREG(st.st_mode))
        f->size = (uint64_t)st.st_size;
    if (e != OK) {
        feed_close(f);
        return e;
    }
    *out = f;
    return OK;
}

void feed_close(struct feed *f)
{
    if (f == NULL)
        return;
    if (f->ours && f->fd >= 0)
        close(f->fd);
    explicit_bzero(f, sizeof *f);
    free(f);
}

const char *feed_name(const struct feed *f)
{
    return f->name;
}

struct str feed_unread(const struct feed *f)
{
    return (struct str){.p = f->window + f->from, .n = f->to - f->from};
}

void feed_pass(struct feed *f, size_t n)
{
    f->from += n;
}

bool feed_more(struct feed *f)
{
    ssize_t got;
    if (f->ended || f->to - f->from == WINDOW)
        return false;
    if (f->from > 0) {
        memmove(f->window, f->window + f->from, f->to - f->from);
        f->base += f->from;
        f->to -= f->from;
        f->from = 0;
    }
    do
        got = read(f->fd, f->window + f->to, WINDOW - f->to);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        f->failed = errno;
    if (got <= 0) {
        f->ended = true;
        return false;
    }
    f->to += (size_t)got;
    return true;
}

int feed_failed(const struct feed *f)
{
    return f->failed;
}

void feed_end(struct feed *f)
{
    f->from = f->to;
    f->ended = true;
}

void feed_position(const struct feed *f, uint64_t *done, uint64_t *size)
{
    *done = f->base + f->from;
    *size = f->size;
}
