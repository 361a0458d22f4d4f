/*
 * server_inner: what a server is made of; for server.c, request.c and later.c only.
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

struct http_server {
    struct http_options options;
    struct event_base *base;
    struct evhttp *plain, *tls;
    struct guests *guests;
    struct tls *certificate; /* NULL: no TLS */
    struct store *store;     /* HTTP thread */
    struct cosigner cosigner;
    struct session_worker *session_worker;
    struct courier *courier;
    struct workers *workers;
    struct tries tries;   /* HTTP thread */
    struct tries lookups; /* the same, by staff */
    struct cursor_key cursors;
    struct card *card; /* or NULL */
    struct event *wake_event;
    int wake;
    int port;
    pthread_t thread;
    bool running;
    atomic_bool stopping;
    atomic_bool open; /* everything else has started too */
    unsigned pending; /* questions asked and not answered; HTTP thread */
    pthread_mutex_t lock;
    struct request *finished; /* under lock */
};

/* The descriptor `wake` is readable: requests have been handed back. (later.c) */
void server_on_wake(evutil_socket_t fd, short what, void *server);
