/*
 * wire: JSON objects, one a line, over DATA/menshen.sock.
 *
 * Blocking, with a time limit on a line's rest; a line is at most CLIENT_LINE bytes.
 */
#pragma once
#include "core/buf.h"

#include <jansson.h>

struct wire {
    int fd;
    struct buf in; /* received, not yet taken */
    size_t taken;  /* bytes of `in` already given out */
};

void wire_init(struct wire *, int fd);
/* Closes fd. */
void wire_fini(struct wire *);

/* Read one object. ERR_CLOSED: the other side ended. ERR_INVALID: not an object. ERR_LIMIT. ERR_IO.
 */
MUST_USE enum err wire_read(struct wire *, json_t **out);

MUST_USE enum err wire_write(struct wire *, const json_t *);

/* The address of DATA/menshen.sock, however long DATA's path is. */
struct wire_address {
    int folder_fd; /* close when done */
    char path[108];
};
MUST_USE enum err wire_address(const char *folder, struct wire_address *out, struct problem *);

/* Is the process at the other end root or of our own uid? */
bool wire_peer_ours(int fd);
