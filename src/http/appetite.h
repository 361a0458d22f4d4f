/*
 * appetite: how much of a request is read before it is known who asks.
 *
 * evhttp holds a body whole before it calls anybody, up to a bound of the connection. The bound is
 * that of a usual body (APPETITE); a request that has a route which takes more gets it if its
 * head names a token or a session in force whose role may use that route. The body of everybody
 * else is refused (413) and hung up on before it is read.
 *
 * evhttp 2.1 calls nobody between the head of a request and its body (2.2 has
 * evhttp_set_newreqcb), so heads are read along as they come into the connection's buffer. What is
 * seen there decides nothing but the bound: routes and rights are looked at again once the request
 * is here (receive.c).
 *
 * On the loop's thread only.
 */
#pragma once
#include "http/server_inner.h"

struct bufferevent;

enum { APPETITE = HTTP_BODY + 16384 }; /* up to this a body that is too long is told so in words */

/* Of a connection that begins. NULL: no memory, and no body of it is more than APPETITE. */
struct appetite;
struct appetite *appetite_begin(struct loop *, struct bufferevent *);

/* A request of it is here, whole: the next one begins. NULL does nothing. */
void appetite_again(struct appetite *);

/* After the connection has ended, before its bufferevent goes. */
void appetite_end(struct appetite *);
