/*
 * strict: RFC 9112 where evhttp is lax, and problems (RFC 9457) where evhttp answers by itself.
 *
 * A proxy in front of us must see requests end where we do, or one hides in another
 * (RFC 9112 §11.2). What leaves that open is refused, and the connection closed.
 */
#pragma once
#include <event2/http.h>

struct bufferevent;

/* NULL, or what is wrong with how the request says where it ends. */
const char *strict_framing(struct evhttp_request *);

/*
 * Make what evhttp itself answers on this connection (a line that is no HTTP, headers or a body
 * too large, an unknown method) a problem instead of a page.
 */
void strict_answers(struct bufferevent *);
