/* The owner's socket: accepts, and gives each client a thread of its own. */
#include "cli/control.h"
#include "cli/wire.h"
#include "core/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct seat {
    struct control_server *server;
    pthread_t thread;
    int fd;
    bool taken;           /* the thread must be joined */
    atomic_bool finished; /* the thread has nothing more to do */
};

struct control_server {
    struct control_options options;
    struct wire_address address;
    int listener, wake;
    pthread_t thread;
    struct seat seats[CONTROL_CLIENTS];
};

static void *serve_client(void *to)
{
    struct seat *seat = to;
    struct control_options options = seat->server->options;
    struct ucred peer;
    socklen_t n = sizeof peer;
    if (getsockopt(seat->fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0) {
        options.uid = peer.uid;
        options.uid_known = true;
    }
    struct wire wire;
    wire_init(&wire, seat->fd);
    struct control *control = control_new(&options);
    json_t *request;
    while (control != NULL && wire_read(&wire, &request) == OK) {
        json_t *answer = control_do(control, request);
        json_decref(request);
        enum err e = answer != NULL ? wire_write(&wire, answer) : ERR_MEMORY;
        json_decref(answer);
        if (e != OK)
            break;
    }
    control_free(control);
    /* The descriptor is closed by whoever joins, so that its number is not reused meanwhile. */
    shutdown(seat->fd, SHUT_RDWR);
    wire.fd = -1;
    wire_fini(&wire);
    seat->finished = true;
    return NULL;
}

static void clear(struct seat *seat)
{
    pthread_join(seat->thread, NULL);
    close(seat->fd);
    seat->taken = false;
}

static struct seat *free_seat(struct control_server *s)
{
    struct seat *free = NULL;
    for (size_t i = 0; i < CONTROL_CLIENTS; i++) {
        if (s->seats[i].taken && s->seats[i].finished)
            clear(&s->seats[i]);
        if (!s->seats[i].taken && free == NULL)
            free = &s->seats[i];
    }
    return free;
}

static void *accept_clients(void *to)
{
    struct control_server *s = to;
    for (;;) {
        struct seat *seat = free_seat(s);
        struct pollfd wait[2] = {{.fd = s->wake, .events = POLLIN},
                                 {.fd = s->listener, .events = POLLIN}};
        /* Full house: look again soon, new clients wait in the listener's queue. */
        int n = poll(wait, seat != NULL ? 2 : 1, seat != NULL ? -1 : 50);
        if (n < 0 && errno != EINTR)
            break;
        if (wait[0].revents != 0)
            break;
        if (n <= 0 || seat == NULL || wait[1].revents == 0)
            continue;
        int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            continue;
        if (!wire_peer_ours(fd)) {
            log_warning("control socket: a process of another user was turned away");
            close(fd);
            continue;
        }
        seat->server = s;
        seat->fd = fd;
        seat->finished = false;
        if (pthread_create(&seat->thread, NULL, serve_client, seat) == 0)
            seat->taken = true;
        else
            close(fd);
    }
    for (size_t i = 0; i < CONTROL_CLIENTS; i++)
        if (s->seats[i].taken) {
            shutdown(s->seats[i].fd, SHUT_RD);
            clear(&s->seats[i]);
        }
    return NULL;
}

static enum err listen_at(struct control_server *s, struct problem *problem)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    memcpy(name.sun_path, s->address.path, sizeof name.sun_path);
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->listener < 0 || s->wake < 0)
        return problem_errno(problem, errno, "control socket");
    /* We hold the folder's lock, so a socket that lies there belongs to nobody. */
    if (unlink(s->address.path) != 0 && errno != ENOENT)
        return problem_errno(problem, errno, "%s/menshen.sock", s->options.folder);
    if (bind(s->listener, (struct sockaddr *)&name, sizeof name) != 0 ||
        chmod(s->address.path, 0600) != 0 || listen(s->listener, CONTROL_CLIENTS) != 0)
        return problem_errno(problem, errno, "%s/menshen.sock", s->options.folder);
    return OK;
}

enum err control_start(const struct control_options *o, struct control_server **out,
                       struct problem *problem)
{
    *out = NULL;
    struct control_server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    s->options = *o;
    s->listener = s->wake = -1;
    enum err e = wire_address(o->folder, &s->address, problem);
    if (e != OK) {
        free(s);
        return e;
    }
    e = listen_at(s, problem);
    if (e == OK && pthread_create(&s->thread, NULL, accept_clients, s) != 0)
        e = problem_set(problem, ERR_MEMORY, "control socket: no thread");
    if (e != OK) {
        if (s->listener >= 0)
            close(s->listener);
        if (s->wake >= 0)
            close(s->wake);
        close(s->address.folder_fd);
        free(s);
        return e;
    }
    *out = s;
    return OK;
}

void control_stop(struct control_server *s)
{
    if (s == NULL)
        return;
    uint64_t one = 1;
    if (write(s->wake, &one, sizeof one) != sizeof one)
        log_warning("control socket: cannot wake its thread");
    pthread_join(s->thread, NULL);
    unlink(s->address.path);
    close(s->listener);
    close(s->wake);
    close(s->address.folder_fd);
    free(s);
}
