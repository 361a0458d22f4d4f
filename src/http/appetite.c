#include "http/appetite.h"

#include "http/cookie.h"
#include "http/route.h"
#include "http/session_worker.h"
#include "registry/session.h"
#include "registry/token.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <sodium.h>
#include <stdlib.h>

enum { HEAD = 32768 }; /* evhttp takes no longer ones */

struct appetite {
    struct loop *loop;
    struct bufferevent *bev;
    struct evbuffer_cb_entry *watch;
    struct buf head; /* of the request that comes in, as far as it has */
    bool deciding;   /* its head is not complete */
};

/* What evhttp was given with its callbacks: its connection. NULL: it has let the bufferevent go. */
static struct evhttp_connection *connection_of(const struct appetite *a)
{
    bufferevent_event_cb on_event = NULL;
    void *connection = NULL;
    bufferevent_getcb(a->bev, NULL, NULL, &on_event, &connection);
    return on_event != NULL ? connection : NULL;
}

static void bound(const struct appetite *a, size_t bytes)
{
    struct evhttp_connection *connection = connection_of(a);
    if (connection != NULL)
        evhttp_connection_set_max_body_size(connection, (ev_ssize_t)bytes);
}

/* Heads --------------------------------------------------------------------------------------- */

/* The next line, without its end. */
static bool next_line(struct str *rest, struct str *line)
{
    const char *end = rest->n > 0 ? memchr(rest->p, '\n', rest->n) : NULL;
    if (end == NULL)
        return false;
    *line = (struct str){rest->p, (size_t)(end - rest->p)};
    *rest = str_skip(*rest, line->n + 1);
    if (line->n > 0 && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

/* Up to the empty line; blank lines before a request are none. */
static bool is_complete(struct str head)
{
    struct str line;
    bool begun = false;
    while (next_line(&head, &line)) {
        if (line.n == 0 && begun)
            return true;
        begun |= line.n > 0;
    }
    return false;
}

static struct str header_of(struct str head, struct str name)
{
    struct str line, key;
    while (next_line(&head, &line))
        if (str_split(&line, ':', &key) && str_ieq(key, name))
            return str_trim(line);
    return STR("");
}

/* "POST /v1/me/complaints/cpl_1/evidence?x HTTP/1.1" */
static const struct route *route_of(struct str head)
{
    struct str line = STR(""), method, path, param;
    char allow[ALLOW_TEXT];
    while (line.n == 0)
        if (!next_line(&head, &line))
            return NULL;
    if (!str_split(&line, ' ', &method) || !str_split(&line, ' ', &path))
        return NULL;
    const char *query = memchr(path.p, '?', path.n);
    if (query != NULL)
        path.n = (size_t)(query - path.p);
    return route_find(method, path, &param, allow);
}

/* Who asks ---------------------------------------------------------------------------------------
 */

static bool by_token(const struct appetite *a, const struct route *route, struct str header,
                     when now, struct subject *who)
{
    return header.n > 7 && str_ieq((struct str){header.p, 7}, STR("Bearer ")) &&
           route->scope != 0 && !route->own_session &&
           token_find(a->loop->store, str_trim(str_skip(header, 7)), now, who, NULL) == OK &&
           (who->scopes & route->scope) == route->scope;
}

static bool by_session(const struct appetite *a, struct str cookies, when now, struct subject *who)
{
    const struct account_key *key = session_worker_key(a->loop->server->session_worker);
    struct str value;
    bool stale;
    return cookie_find(cookies, STR(SESSION_COOKIE), &value) &&
           session_find(a->loop->store, key, value, now, who, &stale, NULL) == OK;
}

/* May who says to ask use the route? */
static bool is_expected(const struct appetite *a, const struct route *route, struct str head)
{
    struct subject who = {.role = ROLE_NONE};
    const when now = clock_now(gate_clock(a->loop->server->options.gate));
    const struct str header = header_of(head, STR("Authorization"));
    const bool known = header.n > 0 ? by_token(a, route, header, now, &who)
                                    : by_session(a, header_of(head, STR("Cookie")), now, &who);
    return known && (who.role & route->roles) != 0;
}

/* Deciding ----------------------------------------------------------------------------------------
 */

/* Heads hold tokens. */
static void forget_head(struct appetite *a)
{
    if (a->head.n > 0)
        sodium_memzero(a->head.p, a->head.n);
    buf_fini(&a->head);
    buf_init(&a->head, HEAD);
}

static void decide(struct appetite *a)
{
    const struct str head = buf_view(&a->head);
    if (a->head.failed) {
        a->deciding = false; /* longer than any that is taken */
    } else if (is_complete(head)) {
        const struct route *route = route_of(head);
        if (route != NULL && route->body_max > HTTP_BODY && is_expected(a, route, head))
            bound(a, route->body_max + APPETITE - HTTP_BODY);
        a->deciding = false;
    }
    if (!a->deciding)
        forget_head(a);
}

/* The last `n` bytes of what waits to be read. */
static void take(struct appetite *a, struct evbuffer *in, size_t n)
{
    struct evbuffer_ptr from;
    const size_t all = evbuffer_get_length(in);
    uint8_t *room = n > 0 && n <= all ? buf_reserve(&a->head, n) : NULL;
    if (room != NULL && (evbuffer_ptr_set(in, &from, all - n, EVBUFFER_PTR_SET) != 0 ||
                         evbuffer_copyout_from(in, &from, room, n) != (ev_ssize_t)n))
        a->head.failed = true;
    decide(a);
}

static void on_input(struct evbuffer *in, const struct evbuffer_cb_info *info, void *to)
{
    struct appetite *a = to;
    if (a->deciding && info->n_added > 0)
        take(a, in, info->n_added);
}

struct appetite *appetite_begin(struct loop *loop, struct bufferevent *bev)
{
    struct appetite *a = bev != NULL ? calloc(1, sizeof *a) : NULL;
    if (a == NULL)
        return NULL;
    *a = (struct appetite){.loop = loop, .bev = bev, .deciding = true};
    buf_init(&a->head, HEAD);
    a->watch = evbuffer_add_cb(bufferevent_get_input(bev), on_input, a);
    return a;
}

void appetite_again(struct appetite *a)
{
    if (a == NULL)
        return;
    bound(a, APPETITE);
    forget_head(a);
    a->deciding = true;
    /* What came along with the request that is here. */
    struct evbuffer *in = bufferevent_get_input(a->bev);
    if (evbuffer_get_length(in) > 0)
        take(a, in, evbuffer_get_length(in));
}

void appetite_end(struct appetite *a)
{
    if (a == NULL)
        return;
    if (a->watch != NULL)
        evbuffer_remove_cb_entry(bufferevent_get_input(a->bev), a->watch);
    forget_head(a);
    buf_fini(&a->head);
    free(a);
}
