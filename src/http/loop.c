#include "core/log.h"
#include "core/tls.h"
#include "http/appetite.h"
#include "http/guests.h"
#include "http/server_inner.h"
#include "http/stream.h"
#include "http/strict.h"

#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <openssl/ssl.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    HEADERS = 16384,
    TIMEOUT_S = 30,
};

/* Closed with its last reference, so that its descriptor is not another's before. */
static struct bufferevent *new_connection(struct event_base *base, void *to)
{
    struct loop *l = to;
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    strict_answers(bev);
    return guests_enter(l->guests, bev, appetite_begin(l, bev));
}

static struct bufferevent *new_tls_connection(struct event_base *base, void *to)
{
    struct loop *l = to;
    SSL *ssl = tls_session(l->server->certificate);
    if (ssl == NULL)
        return NULL;
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    strict_answers(bev);
    return guests_enter(l->guests, bev, appetite_begin(l, bev));
}

static struct evhttp *new_http(struct loop *l,
                               struct bufferevent *(*connect)(struct event_base *, void *))
{
    struct evhttp *http = evhttp_new(l->base);
    if (http == NULL)
        return NULL;
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
                                         EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
                                         EVHTTP_REQ_TRACE | EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    evhttp_set_max_headers_size(http, HEADERS);
    evhttp_set_max_body_size(http, APPETITE);
    evhttp_set_timeout(http, TIMEOUT_S);
    evhttp_set_default_content_type(http, NULL);
    evhttp_set_bevcb(http, connect, l);
    evhttp_set_gencb(http, loop_on_request, l);
    return http;
}

enum err loop_open(struct loop *l, struct http_server *s, const char *store,
                   struct problem *problem)
{
    l->server = s;
    pthread_mutex_init(&l->lock, NULL);
    if ((l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0 ||
        (l->base = event_base_new()) == NULL ||
        (l->wake_event = event_new(l->base, l->wake, EV_READ | EV_PERSIST, loop_on_wake, l)) ==
            NULL ||
        event_add(l->wake_event, NULL) != 0 ||
        guests_open(l->base, s->crowd, s->loops, &l->guests) != OK ||
        streams_open(l, &l->streams) != OK || (l->plain = new_http(l, new_connection)) == NULL ||
        (l->tls = new_http(l, new_tls_connection)) == NULL)
        return problem_set(problem, ERR_MEMORY, "HTTP: libevent does not start");
    return store_open(store, &l->store, problem);
}

static void *run(void *to)
{
    struct loop *l = to;
    guests_begin(l->guests);
    event_base_dispatch(l->base);
    return NULL;
}

enum err loop_start(struct loop *l, struct problem *problem)
{
    if (pthread_create(&l->thread, NULL, run, l) != 0)
        return problem_set(problem, ERR_MEMORY, "HTTP: no thread");
    l->running = true;
    return OK;
}

void loop_wake(struct loop *l)
{
    uint64_t one = 1;
    /* The counter cannot overflow, so the write cannot fail. */
    if (write(l->wake, &one, sizeof one) != sizeof one)
        log_error("http: cannot wake its thread");
}

void loop_stop(struct loop *l)
{
    if (!l->running)
        return;
    loop_wake(l);
    pthread_join(l->thread, NULL);
    l->running = false;
}

void loop_close(struct loop *l)
{
    if (l->server == NULL)
        return;
    if (l->plain != NULL)
        evhttp_free(l->plain);
    if (l->tls != NULL)
        evhttp_free(l->tls);
    streams_close(l->streams);
    guests_close(l->guests);
    if (l->wake_event != NULL)
        event_free(l->wake_event);
    if (l->base != NULL)
        event_base_free(l->base);
    if (l->wake >= 0)
        close(l->wake);
    store_close(l->store);
    pthread_mutex_destroy(&l->lock);
}
