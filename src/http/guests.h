/*
 * guests: the connections of the HTTP server, bounded in number, also for one address, and in
 * time.
 *
 * evhttp tells nobody how many connections it holds, nor when one ends, so each is
 * counted here from the bufferevent that is made for it. At the bound the listeners
 * rest and new connections wait in the kernel. Whoever takes too long to ask, or to
 * read, is hung up on, and so is an address's connection beyond its own bound.
 *
 * Each loop has its guests, on its thread only, apart from opening, listening and closing.
 * The addresses are counted over all of them, in the crowd, which any thread may use.
 */
#pragma once
#include "core/error.h"

#include <stddef.h>

struct appetite;
struct bufferevent;
struct event_base;
struct evconnlistener;
struct evhttp_request;
struct crowd;
struct guests;

/* `per_address`: how many connections one address may have. One that ends counts for up to 0.1 s
 * more. */
MUST_USE enum err crowd_open(int per_address, struct crowd **out);

/* After the last guests_close. */
void crowd_close(struct crowd *);

/* One of `loops` that share the bound. */
MUST_USE enum err guests_open(struct event_base *, struct crowd *, size_t loops,
                              struct guests **out);

/* After evhttp_free, before event_base_free. */
void guests_close(struct guests *);

/* Let this listener rest while there are too many, or when descriptors run out. */
void guests_listen(struct guests *, struct evconnlistener *);

/* On the thread that will run the event loop, before it does. */
void guests_begin(struct guests *);

/* A connection begins; returns `bev`. NULL is passed on. Its appetite (http/appetite.h) is the
 * guest's from now on. */
struct bufferevent *guests_enter(struct guests *, struct bufferevent *bev, struct appetite *);

/* Its answer goes on, and it takes what it is sent: it may take its time again. */
void guests_wait(struct guests *, struct evhttp_request *);

/* Its request is here, whole: it may take its time now until the answer has been sent. */
void guests_serve(struct guests *, struct evhttp_request *);
