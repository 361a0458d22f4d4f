/*
 * listen: sockets and the threads that read them.
 *
 * udp_*: workers on one shared datagram socket, 64 messages a system call.
 * stream_*: one event loop for TCP and TLS connections.
 *
 * Open binds; start begins to read, on lanes that the caller hands out; stop ends
 * the threads (after front_drain); close releases.
 */
#pragma once
#include "core/address.h"
#include "sip/front.h"

struct udp;

/* `endpoint` port 0 is replaced by the one that was chosen. */
MUST_USE enum err udp_open(struct endpoint *, struct udp **out, struct problem *);
MUST_USE enum err udp_start(struct udp *, struct front *, size_t first_lane, size_t workers,
                            struct problem *);
void udp_stop(struct udp *);
void udp_close(struct udp *);

struct stream;

/* `tls_at` NULL: TCP only; else with the certificate of `sip.tls`. */
MUST_USE enum err stream_open(struct endpoint *tcp_at, struct endpoint *tls_at,
                              const struct tls_config *, struct stream **out, struct problem *);
MUST_USE enum err stream_start(struct stream *, struct front *, size_t lane, struct problem *);

/* How long a connection is kept, in ms. stream_open sets what docs/sip.md says. */
struct patience {
    int idle;       /* a peer's, between two messages */
    int stranger;   /* a stranger's, from one whole message to the next */
    int unfinished; /* a message, from its first byte on; an answer not taken */
};

/* Before stream_start. */
void stream_set_patience(struct stream *, const struct patience *);

/* New connections get this certificate; open ones keep theirs. On an error nothing changes. */
MUST_USE enum err stream_reload(struct stream *, const struct tls_config *, struct problem *);
size_t stream_connections(const struct stream *);
void stream_stop(struct stream *);
void stream_close(struct stream *);
