/*
 * server: HTTP, on a few threads of its own, one a core.
 *
 * libevent's evhttp parses; what it hands over is routed by route.h's table,
 * authorised, bounded, and only then handled. Questions wait for their record
 * without holding a thread.
 */
#pragma once
#include "gate/gate.h"
#include "http/setup_link.h"
#include "sip/sip.h"

struct console_file;
struct http_demo;
struct http_server;

struct http_options {
    struct gate *gate;
    const char *folder, *store;  /* as the gate's */
    const struct config *config; /* outlives the server */
    const char *listen;          /* "127.0.0.1:8480", "[::1]:8480"; "" or NULL: none */
    const char *version;
    const struct http_demo *demo; /* of a sample city (http/demo.h), or NULL; outlives the server */
    bool outbox; /* without a hook, what is to be brought to persons is shown to the loopback */
    const struct console_file *console; /* or NULL: none */
    struct sip *sip; /* whose counters /metrics shows, or NULL; outlives the server */
};

enum {
    HTTP_BODY = 65536,       /* bytes of a body, unless its route says otherwise; */
    HTTP_BODY_MAX = 8 << 20, /* none says more */
};

MUST_USE enum err http_start(const struct http_options *, struct http_server **out,
                             struct problem *);

/* Would a server start with this configuration? Asks its files; opens no socket. */
MUST_USE enum err http_check(const struct config *, struct problem *);

/*
 * Nobody can sign in: open a setup, and tell its link (http/setup_link.h). Somebody can, or
 * nothing is listened on: `text` gets "".
 */
MUST_USE enum err http_offer_setup(struct http_server *, char text[static SETUP_LINK_TEXT],
                                   struct problem *);

/* From now on /readyz says so: the other fronts have started too. */
void http_announce(struct http_server *);

/* Read certificates and keys again: TLS's, for connections from now on, and that of the jCard.
 * On an error the old ones stay. */
MUST_USE enum err http_reload_keys(struct http_server *, struct problem *);

/* Answer what is under way, close. */
void http_stop(struct http_server *);

/* The port that is listened on, for ":0". */
int http_port(const struct http_server *);
