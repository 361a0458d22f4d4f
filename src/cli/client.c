#include "cli/client.h"
#include "cli/control.h"
#include "cli/demo_stage.h"
#include "cli/wire.h"
#include "core/clock.h"
#include "gate/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { OWNER_WAIT_MS = 10000, LOCK_STEP_MS = 200 };

struct client {
    bool served;
    struct wire wire;        /* served */
    struct gate *gate;       /* else */
    struct control *control; /* else */
};

/* ERR_NOT_FOUND: nobody listens. */
static enum err connect_owner(const char *folder, int *fd, struct problem *problem)
{
    struct wire_address address;
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    enum err e = wire_address(folder, &address, problem);
    if (e != OK)
        return e;
    memcpy(name.sun_path, address.path, sizeof name.sun_path);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0) {
        e = problem_errno(problem, errno, "socket");
    } else if (connect(*fd, (struct sockaddr *)&name, sizeof name) != 0) {
        if (errno == ENOENT || errno == ECONNREFUSED)
            e = ERR_NOT_FOUND;
        else
            e = problem_errno(problem, errno, "%s/menshen.sock", folder);
    } else if (!wire_peer_ours(*fd)) {
        e = problem_set(problem, ERR_DENIED, "%s/menshen.sock: the server runs as another user",
                        folder);
    }
    close(address.folder_fd);
    if (e != OK && *fd >= 0) {
        close(*fd);
        *fd = -1;
    }
    return e;
}

static enum err become_owner(const struct client_options *o, struct client *c,
                             struct problem *problem)
{
    struct gate_options gate = {.folder = o->folder,
                                .store = o->store,
                                .config = o->config,
                                .rules = o->rules,
                                .clock = demo_clock(o->folder),
                                .disk = &disk_real,
                                .lock_wait_ms = LOCK_STEP_MS};
    enum err e = gate_open(&gate, &c->gate, problem);
    if (e != OK)
        return e;
    struct control_options control = {.gate = c->gate, .folder = o->folder, .store = o->store};
    c->control = control_new(&control);
    return c->control != NULL ? OK : problem_set(problem, ERR_MEMORY, "out of memory");
}

/* The lock may belong to a server that is about to listen, or to a command that is about to end. */
enum err client_open(const struct client_options *o, struct client **out, struct problem *problem)
{
    *out = NULL;
    struct client *c = calloc(1, sizeof *c);
    if (c == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    int64_t end = clock_monotonic() + OWNER_WAIT_MS * WHEN_MS;
    enum err e;
    for (;;) {
        int fd = -1;
        e = connect_owner(o->folder, &fd, problem);
        if (e == OK) {
            c->served = true;
            wire_init(&c->wire, fd);
            break;
        }
        if (e != ERR_NOT_FOUND)
            break;
        e = become_owner(o, c, problem);
        if (e != ERR_CONFLICT || clock_monotonic() > end)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 50 * WHEN_MS}, NULL);
    }
    if (e == ERR_CONFLICT && problem != NULL) {
        struct problem why = *problem;
        problem_set(problem, e, "%.400s (it did not end within %d s)", why.text,
                    OWNER_WAIT_MS / 1000);
    }
    if (e != OK) {
        client_close(c);
        return e;
    }
    *out = c;
    return OK;
}

enum err client_open_server(const char *folder, struct client **out, struct problem *problem)
{
    int fd = -1;
    *out = NULL;
    enum err e = connect_owner(folder, &fd, problem);
    if (e != OK)
        return e;
    struct client *c = calloc(1, sizeof *c);
    if (c == NULL) {
        close(fd);
        return problem_set(problem, ERR_MEMORY, "out of memory");
    }
    c->served = true;
    wire_init(&c->wire, fd);
    *out = c;
    return OK;
}

void client_close(struct client *c)
{
    if (c == NULL)
        return;
    if (c->served)
        wire_fini(&c->wire);
    control_free(c->control);
    if (c->gate != NULL)
        gate_close(c->gate);
    free(c);
}

bool client_served(const struct client *c)
{
    return c->served;
}

struct gate *client_gate(struct client *c)
{
    return c->gate;
}

static enum err err_of_word(const char *word)
{
    for (enum err e = ERR_INVALID; e <= ERR_CLOSED; e++)
        if (word != NULL && strcmp(err_name(e), word) == 0)
            return e;
    return ERR_IO;
}

static enum err over_wire(struct client *c, const json_t *request, json_t **answer,
                          struct problem *problem)
{
    enum err e = wire_write(&c->wire, request);
    if (e == OK)
        e = wire_read(&c->wire, answer);
    if (e == OK)
        return OK;
    if (e == ERR_CLOSED)
        return problem_set(problem, e, "the server stopped before it answered; ask again");
    return problem_set(problem, e, "the server's answer could not be read: %s", err_name(e));
}

enum err client_ask(struct client *c, json_t *request, json_t **answer, struct problem *problem)
{
    enum err e = OK;
    *answer = NULL;
    if (request == NULL) /* JSON holds UTF-8 only */
        return problem_set(problem, ERR_INVALID, "what was asked holds bytes that are not UTF-8");
    if (c->served)
        e = over_wire(c, request, answer, problem);
    else if ((*answer = control_do(c->control, request)) == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    json_decref(request);
    if (e != OK)
        return e;
    const json_t *error = json_object_get(*answer, "error");
    if (error == NULL)
        return OK;
    const char *text = json_string_value(json_object_get(*answer, "text"));
    e = problem_set(problem, err_of_word(json_string_value(error)), "%s", text != NULL ? text : "");
    json_decref(*answer);
    *answer = NULL;
    return e;
}
