/*
 * cookie: what a request's Cookie header says (RFC 6265 §4.2).
 */
#pragma once
#include "core/str.h"

/* The name a browser keeps only from this host, over TLS or the loopback (RFC 6265bis §4.1.3.2). */
#define SESSION_COOKIE "__Host-menshen"

/*
 * The value of the cookie `name`, a view into `header`. False if it is absent, empty or there
 * twice: nobody but us sets one, so a second is somebody's trick.
 */
bool cookie_find(struct str header, struct str name, struct str *value);

/* The value of Set-Cookie that keeps a session, or with "" ends it. */
enum { COOKIE_SESSION = 160 };
void cookie_session(const char *session, char out[static COOKIE_SESSION]);
