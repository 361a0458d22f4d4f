/*
 * post: one HTTP request to somebody else, waited for.
 *
 * http:// only: what is posted here is public and signed. Any thread; each call
 * has an event loop of its own.
 */
#pragma once
#include "core/buf.h"

struct posted {
    int status;
    char type[100];  /* Content-Type */
    struct buf body; /* release with buf_fini, also after an error */
};

/*
 * POST `body` to `url` + `path`. ERR_INVALID: not an http:// URL. ERR_TIMEOUT: no answer within
 * `timeout_s`. ERR_IO: no connection, or no answer of HTTP. ERR_LIMIT: over `limit` bytes.
 */
MUST_USE enum err http_post(const char *url, const char *path, struct str body, int timeout_s,
                            size_t limit, struct posted *out, struct problem *);
