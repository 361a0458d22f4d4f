#include "http/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pipe holds COMMAND_INPUT bytes whether or not anybody reads. */
static int fill_pipe(struct str input)
{
    int end[2];
    if (input.n > COMMAND_INPUT || pipe2(end, O_CLOEXEC) != 0)
        return -1;
    ssize_t n = write(end[1], input.p, input.n);
    close(end[1]);
    if (n == (ssize_t)input.n)
        return end[0];
    close(end[0]);
    return -1;
}

static int prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *how, int in)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int e = posix_spawn_file_actions_adddup2(files, in, STDIN_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (e == 0)
        e = posix_spawn_file_actions_adddup2(files, STDOUT_FILENO, STDERR_FILENO);
    if (e == 0)
        e = posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
    if (e == 0)
        e = posix_spawnattr_setsigmask(how, &none);
    if (e == 0)
        e = posix_spawnattr_setsigdefault(how, &all);
    if (e == 0)
        e = posix_spawnattr_setpgroup(how, 0);
    if (e == 0)
        e = posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    return e;
}

/* An errno value, or 0. */
static int start(const char *const *argv, int in, pid_t *child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int e = posix_spawn_file_actions_init(&files);
    if (e != 0)
        return e;
    e = posix_spawnattr_init(&how);
    if (e == 0) {
        e = prepare(&files, &how, in);
        if (e == 0) /* it writes to none of them */
            e = posix_spawn(child, argv[0], &files, &how, (char *const *)(uintptr_t)argv, environ);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return e;
}

static enum err wait_for(pid_t child, int timeout_s)
{
    int status = -1, fd = pidfd_open(child, 0);
    struct pollfd ends = {.fd = fd, .events = POLLIN};
    bool ended = fd >= 0 && poll(&ends, 1, timeout_s * 1000) == 1;
    if (!ended)
        kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (fd >= 0)
        close(fd);
    if (!ended)
        return ERR_TIMEOUT;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OK : ERR_IO;
}

enum err command_run(const char *const *argv, struct str input, int timeout_s,
                     struct problem *problem)
{
    pid_t child;
    int in = fill_pipe(input);
    if (in < 0)
        return problem_set(problem, ERR_FULL, "%s: no pipe to it", argv[0]);
    int number = start(argv, in, &child);
    close(in);
    if (number != 0)
        return problem_errno(problem, number, "%s cannot be run", argv[0]);
    enum err e = wait_for(child, timeout_s);
    if (e == ERR_TIMEOUT)
        return problem_set(problem, e, "%s was stopped after %d s", argv[0], timeout_s);
    return e == OK ? OK : problem_set(problem, e, "%s failed", argv[0]);
}
