/*
 * server_inner: what a server is made of; for those who serve, not for handlers.
 *
 *     one listening socket ─┬─► loop: connections, requests, store   (a thread each)
 *                           └─► loop
 *                                 │ ▲ loop_hand_back
 *                                 ▼ │
 *                     workers, the gate, sessions, couriers          (the server's)
 */
#pragma once
#include "http/cosigner.h"
#include "http/cursor.h"
#include "http/request.h"
#include "http/server.h"
#include "http/tries.h"

#include <event2/event.h>
#include <pthread.h>
#include <stdatomic.h>

enum { HTTP_LOOPS = 4 }; /* at most; one a core */

/* An event loop on a thread of its own. Its connections and requests never leave it. */
struct loop {
    struct http_server *server;
    struct event_base *base;
    struct evhttp *plain, *tls;
    struct guests *guests;
    struct streams *streams;
    struct store *store;
    struct event *wake_event;
    int wake;
    pthread_t thread;
    bool running;
    unsigned pending; /* questions asked and not answered; this thread */
    pthread_mutex_t lock;
    struct request *finished; /* under lock */
};

struct http_server {
    struct http_options options;
    struct loop loop[HTTP_LOOPS];
    size_t loops;
    struct crowd *crowd;
    struct tls *certificate; /* NULL: no TLS */
    struct cosigner cosigner;
    struct session_worker *session_worker;
    struct courier *courier;
    struct workers *workers;
    struct tracer *tracer;
    struct webhooks *webhooks;
    struct live *live;
    struct seats *seats;
    struct demo_traffic *demo_traffic; /* NULL: no sample city */
    pthread_mutex_t tries_lock;
    struct tries tries;   /* under tries_lock */
    struct tries lookups; /* the same, by staff */
    struct cursor_key cursors;
    struct card *card; /* or NULL */
    struct setup_link setup;
    int port;
    atomic_bool stopping;
    atomic_bool open; /* everything else has started too */
};

/*
 * loop.c. `store` as store_open takes it. A loop of zeros may be closed. To stop: set
 * `stopping`, loop_stop each, then close each.
 */
MUST_USE enum err loop_open(struct loop *, struct http_server *, const char *store,
                            struct problem *);
MUST_USE enum err loop_start(struct loop *, struct problem *);
void loop_stop(struct loop *);
void loop_close(struct loop *);

/* Any thread, while the loop is open: what its streams tell has changed. */
void loop_wake(struct loop *);

/* receive.c: evhttp's callback; `loop` is a struct loop. */
void loop_on_request(struct evhttp_request *, void *loop);

/* later.c: the descriptor `wake` is readable: requests have been handed back, or it stops. */
void loop_on_wake(evutil_socket_t fd, short what, void *loop);
