#include "cli/wire.h"
#include "cli/client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void wire_init(struct wire *w, int fd)
{
    *w = (struct wire){.fd = fd};
    buf_init(&w->in, (size_t)CLIENT_LINE + 65536);
}

void wire_fini(struct wire *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    buf_fini(&w->in);
}

/* Forget what was taken, so that the buffer holds only the beginning of the next line. */
static void compact(struct wire *w)
{
    size_t left = w->in.n - w->taken;
    memmove(w->in.p, w->in.p + w->taken, left);
    w->in.n = left;
    w->taken = 0;
}

static enum err parse(struct str line, json_t **out)
{
    json_error_t error;
    *out = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, &error);
    if (json_is_object(*out))
        return OK;
    json_decref(*out);
    *out = NULL;
    return ERR_INVALID;
}

enum err wire_read(struct wire *w, json_t **out)
{
    size_t searched = w->taken;
    *out = NULL;
    for (;;) {
        if (w->in.n > searched) {
            const uint8_t *newline = memchr(w->in.p + searched, '\n', w->in.n - searched);
            if (newline != NULL) {
                struct str line = {.p = (const char *)w->in.p + w->taken,
                                   .n = (size_t)(newline - w->in.p) - w->taken};
                w->taken += line.n + 1;
                return parse(line, out);
            }
        }
        if (w->taken > 0)
            compact(w);
        searched = w->in.n;
        if (searched > CLIENT_LINE)
            return ERR_LIMIT;
        uint8_t chunk[16384];
        ssize_t n = recv(w->fd, chunk, sizeof chunk, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            return ERR_CLOSED;
        if (n < 0)
            return errno == ECONNRESET ? ERR_CLOSED : errno == EAGAIN ? ERR_TIMEOUT : ERR_IO;
        buf_bytes(&w->in, chunk, (size_t)n);
        if (w->in.failed)
            return ERR_LIMIT;
    }
}

enum err wire_write(struct wire *w, const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (text == NULL)
        return ERR_MEMORY;
    size_t n = strlen(text);
    enum err e = n < CLIENT_LINE ? OK : ERR_LIMIT;
    text[n] = '\n'; /* in the NUL's place: the line is sent by length */
    for (size_t sent = 0; e == OK && sent <= n;) {
        ssize_t k = send(w->fd, text + sent, n + 1 - sent, MSG_NOSIGNAL);
        if (k > 0)
            sent += (size_t)k;
        else if (errno != EINTR)
            e = errno == EPIPE || errno == ECONNRESET ? ERR_CLOSED : ERR_IO;
    }
    free(text);
    return e;
}

enum err wire_address(const char *folder, struct wire_address *out, struct problem *problem)
{
    out->folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (out->folder_fd < 0)
        return problem_errno(problem, errno, "%s", folder);
    snprintf(out->path, sizeof out->path, "/proc/self/fd/%d/menshen.sock", out->folder_fd);
    return OK;
}

bool wire_peer_ours(int fd)
{
    struct ucred peer;
    socklen_t n = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}
