/*
 * post: one HTTP request to somebody else, waited for.
 *
 * Over https:// the other end shows a certificate for its name that the system's
 * authorities vouch for, or those of `ca_file`. Any thread; each call has an event loop of its own.
 */
#pragma once
#include "core/buf.h"

#include <stdatomic.h>

struct post_header {
    const char *name, *value;
};
enum { POST_HEADERS = 4 };

struct post {
    const char *url, *path;                  /* `path` goes behind that of `url`; "": nothing */
    const char *type;                        /* Content-Type */
    struct post_header header[POST_HEADERS]; /* those with a name */
    const char *ca_file;                     /* PEM, instead of the system's authorities; or NULL */
    const char *address;                     /* numeric, to connect to; NULL: where its name is */
    const atomic_bool *stop;                 /* once it is true nobody waits any more; or NULL */
    struct str body;
    int timeout_s;
    size_t limit; /* bytes of an answer */
};

struct posted {
    int status;
    char type[100];    /* Content-Type */
    int retry_after_s; /* Retry-After, if it states seconds; else 0 */
    struct buf body;   /* release with buf_fini, also after an error */
};

/*
 * ERR_INVALID: not an http:// or https:// URL. ERR_TIMEOUT: no answer within `timeout_s`.
 * ERR_IO: no connection, a certificate that is not good, or no answer of HTTP. ERR_LIMIT:
 * an answer over `limit` bytes. ERR_CLOSED: it was to stop. A redirection is an answer like others.
 */
MUST_USE enum err http_post(const struct post *, struct posted *out, struct problem *);
