#include "http/server_inner.h"
#include "core/address.h"
#include "core/log.h"
#include "core/tls.h"
#include "http/card.h"
#include "http/session_worker.h"
#include "http/guests.h"
#include "http/route.h"
#include "http/strict.h"
#include "http/work.h"
#include "sip/events.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEADERS = 16384,
    /* What evhttp itself reads before it hangs up; up to this we answer 413 in words. */
    BODY_READ = HTTP_BODY_MAX + 16384,
    TIMEOUT_S = 30,
    STORE_PATH = 4096,
};

/* -- Receiving ----------------------------------------------------------------- */

static const char *method_word(enum evhttp_cmd_type method)
{
    switch (method) {
    case EVHTTP_REQ_GET:
        return "GET";
    case EVHTTP_REQ_POST:
        return "POST";
    case EVHTTP_REQ_HEAD:
        return "HEAD";
    case EVHTTP_REQ_PUT:
        return "PUT";
    case EVHTTP_REQ_DELETE:
        return "DELETE";
    case EVHTTP_REQ_OPTIONS:
        return "OPTIONS";
    case EVHTTP_REQ_TRACE:
        return "TRACE";
    case EVHTTP_REQ_CONNECT:
        return "CONNECT";
    case EVHTTP_REQ_PATCH:
        return "PATCH";
    }
    return "";
}

static bool is_json(const char *type)
{
    struct str text = str_of(type != NULL ? type : ""), head;
    if (!str_split(&text, ';', &head))
        return false;
    return str_ieq(str_trim(head), STR("application/json"));
}

/* The body in the form that the route takes. False after having answered. */
static bool read_body(struct request *r)
{
    struct evbuffer *in = evhttp_request_get_input_buffer(r->ev);
    size_t n = evbuffer_get_length(in);
    size_t most = r->route->body_max > 0 ? r->route->body_max : HTTP_BODY;
    if (n > most) {
        char detail[64];
        snprintf(detail, sizeof detail, "a body has at most %zu bytes here", most);
        respond_problem(r, 413, "body-too-large", detail, NULL);
        return false;
    }
    r->body = (struct str){.p = n > 0 ? (const char *)evbuffer_pullup(in, -1) : "", .n = n};
    if (r->route->takes != BODY_JSON)
        return true;
    if (!is_json(evhttp_find_header(evhttp_request_get_input_headers(r->ev), "Content-Type"))) {
        respond_problem(r, 415, "not-json", "send the body as Content-Type: application/json",
                        NULL);
        return false;
    }
    json_error_t error;
    r->json = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, &error);
    if (r->json == NULL) {
        char detail[256];
        snprintf(detail, sizeof detail,
                 "line %d, column %d: the body is not JSON, or names a key twice", error.line,
                 error.column);
        respond_problem(r, 400, "malformed-json", detail, NULL);
        return false;
    }
    return true;
}

static struct in6_addr address_of(struct evhttp_request *ev)
{
    struct sockaddr_storage name = {.ss_family = AF_UNSPEC};
    struct endpoint from = {.port = 0};
    socklen_t n = sizeof name;
    struct evhttp_connection *connection = evhttp_request_get_connection(ev);
    struct bufferevent *bev =
        connection != NULL ? evhttp_connection_get_bufferevent(connection) : NULL;
    if (bev != NULL && getpeername(bufferevent_getfd(bev), (struct sockaddr *)&name, &n) == 0)
        endpoint_of((struct sockaddr *)&name, &from);
    return from.address;
}

static void on_request(struct evhttp_request *ev, void *to)
{
    guests_serve(((struct http_server *)to)->guests, ev);
    struct request *r = calloc(1, sizeof *r);
    if (r == NULL) {
        evhttp_send_error(ev, 503, NULL);
        return;
    }
    r->server = to;
    r->ev = ev;
    r->begun_ms = clock_monotonic() / WHEN_MS;
    r->from = address_of(ev);
    r->head = evhttp_request_get_command(ev) == EVHTTP_REQ_HEAD;
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(ev);
    const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
    char allow[ALLOW_TEXT];
    /* No route has a character that needs an escape, so the path is compared as it came. */
    r->path = str_of(path != NULL && *path != '\0' ? path : "/");
    r->route =
        route_find(str_of(method_word(evhttp_request_get_command(ev))), r->path, &r->param, allow);
    const char *ambiguous = strict_framing(ev);
    if (ambiguous != NULL) {
        /* Else evhttp tells a client of HTTP/1.0 that it goes on. */
        evhttp_remove_header(evhttp_request_get_input_headers(ev), "Connection");
        respond_header(r, "Connection", "close");
        respond_problem(r, 400, "ambiguous-request", ambiguous, NULL);
    } else if (r->server->stopping) {
        respond_header(r, "Connection", "close");
        respond_problem(r, 503, "stopping", "the server is stopping", NULL);
    } else if (r->route == NULL && *allow == '\0') {
        respond_problem(r, 404, "not-found", "nothing is served at this path; see /openapi.json",
                        NULL);
    } else if (r->route == NULL) {
        respond_header(r, "Allow", allow);
        respond_problem(r, 405, "method-not-allowed",
                        "this path does not know the method; see the header Allow", NULL);
    } else if (authorise(r) && read_head(r) && read_body(r)) {
        r->route->handle(r);
    }
}

/* -- Starting and stopping -------------------------------------------------------- */

static enum err bind_to(struct http_server *s, struct evhttp *http, const char *key,
                        const char *listen, int *port, struct problem *problem)
{
    struct endpoint at;
    char host[ADDRESS_TEXT];
    struct sockaddr_storage name;
    socklen_t n = sizeof name;
    enum err e = endpoint_parse(listen, key, &at, problem);
    if (e != OK)
        return e;
    address_print(&at.address, host);
    struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, host, at.port);
    if (bound == NULL)
        return problem_errno(problem, errno != 0 ? errno : EADDRINUSE,
                             "%s: %s cannot be listened on", key, listen);
    guests_listen(s->guests, evhttp_bound_socket_get_listener(bound));
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&name, &n) == 0)
        endpoint_of((struct sockaddr *)&name, &at);
    *port = at.port;
    return OK;
}

/* Closed with its last reference, so that its descriptor is not another's before. */
static struct bufferevent *new_connection(struct event_base *base, void *to)
{
    struct http_server *s = to;
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    strict_answers(bev);
    return guests_enter(s->guests, bev);
}

static struct evhttp *new_http(struct http_server *s)
{
    struct evhttp *http = evhttp_new(s->base);
    if (http == NULL)
        return NULL;
    evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD |
                                         EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS |
                                         EVHTTP_REQ_TRACE | EVHTTP_REQ_CONNECT | EVHTTP_REQ_PATCH);
    evhttp_set_max_headers_size(http, HEADERS);
    evhttp_set_max_body_size(http, BODY_READ);
    evhttp_set_timeout(http, TIMEOUT_S);
    evhttp_set_default_content_type(http, NULL);
    evhttp_set_bevcb(http, new_connection, s);
    evhttp_set_gencb(http, on_request, s);
    return http;
}

static struct bufferevent *new_tls_connection(struct event_base *base, void *to)
{
    struct http_server *s = to;
    SSL *ssl = tls_session(s->certificate);
    if (ssl == NULL)
        return NULL;
    struct bufferevent *bev = bufferevent_openssl_socket_new(
        base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
    strict_answers(bev);
    return guests_enter(s->guests, bev);
}

static bool has_tls(const struct config *c)
{
    return c->http.tls.listen != NULL && *c->http.tls.listen != '\0';
}

enum err http_check(const struct config *c, struct problem *problem)
{
    struct tls *certificate = NULL;
    struct card *card = NULL;
    enum err e = has_tls(c) ? tls_open("http.tls", &c->http.tls, &certificate, problem) : OK;
    tls_close(certificate);
    if (e == OK)
        e = card_open(c, &card, problem);
    card_close(card);
    bool reaches;
    if (e == OK)
        e = courier_check(c, &reaches, problem);
    return e == OK ? cosigner_check(c, problem) : e;
}

enum err http_reload_keys(struct http_server *s, struct problem *problem)
{
    enum err e = OK;
    if (s->certificate != NULL)
        e = tls_reload(s->certificate, &s->options.config->http.tls, problem);
    return e == OK ? card_reload(s->card, problem) : e;
}

static enum err start_tls(struct http_server *s, struct problem *problem)
{
    const struct tls_config *c = &s->options.config->http.tls;
    int port;
    if (!has_tls(s->options.config))
        return OK;
    enum err e = tls_open("http.tls", c, &s->certificate, problem);
    if (e != OK)
        return e;
    s->tls = new_http(s);
    if (s->tls == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    evhttp_set_bevcb(s->tls, new_tls_connection, s);
    return bind_to(s, s->tls, "http.tls.listen", c->listen, &port, problem);
}

static enum err open_store(struct http_server *s, struct problem *problem)
{
    char path[STORE_PATH], keys[STORE_PATH];
    const char *where = s->options.store;
    if (where == NULL) {
        if ((size_t)snprintf(path, sizeof path, "%s/menshen.db", s->options.folder) >= sizeof path)
            return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
        where = path;
    }
    if ((size_t)snprintf(keys, sizeof keys, "%s/keys", s->options.folder) >= sizeof keys)
        return problem_set(problem, ERR_LIMIT, "the data folder's path is too long");
    const struct courier_options courier = {.config = s->options.config,
                                            .plan = rules_plan(gate_rules(s->options.gate)),
                                            .outbox = s->options.outbox,
                                            .clock = gate_clock(s->options.gate)};
    enum err e = store_open(where, &s->store, problem);
    if (e == OK)
        e = courier_open(&courier, &s->courier, problem);
    const struct session_worker_options sessions = {
        .store = where, .keys = keys, .link = gate_link(s->options.gate), .courier = s->courier};
    if (e == OK)
        e = session_worker_open(&sessions, &s->session_worker, problem);
    return e == OK ? workers_open(where, s->options.gate, &s->workers, problem) : e;
}

static void *run(void *to)
{
    struct http_server *s = to;
    guests_begin(s->guests);
    event_base_dispatch(s->base);
    return NULL;
}

static enum err set_up(struct http_server *s, struct problem *problem)
{
    if (!events_ready() || cursor_key_make(&s->cursors) != OK ||
        (s->base = event_base_new()) == NULL ||
        (s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) < 0 ||
        (s->wake_event = event_new(s->base, s->wake, EV_READ | EV_PERSIST, server_on_wake, s)) ==
            NULL ||
        event_add(s->wake_event, NULL) != 0 ||
        guests_open(s->base, s->options.config->limits.http_per_address, &s->guests) != OK ||
        (s->plain = new_http(s)) == NULL)
        return problem_set(problem, ERR_MEMORY, "HTTP: libevent does not start");
    enum err e = open_store(s, problem);
    if (e == OK)
        e = cosigner_open(s->options.gate, s->options.folder, &s->cosigner, problem);
    if (e == OK)
        e = card_open(s->options.config, &s->card, problem);
    if (e == OK && s->options.listen != NULL && *s->options.listen != '\0')
        e = bind_to(s, s->plain, "http.listen", s->options.listen, &s->port, problem);
    if (e == OK)
        e = start_tls(s, problem);
    if (e == OK && pthread_create(&s->thread, NULL, run, s) != 0)
        e = problem_set(problem, ERR_MEMORY, "HTTP: no thread");
    s->running = e == OK;
    return e;
}

enum err http_start(const struct http_options *o, struct http_server **out, struct problem *problem)
{
    *out = NULL;
    struct http_server *s = calloc(1, sizeof *s);
    if (s == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    s->options = *o;
    s->wake = -1;
    pthread_mutex_init(&s->lock, NULL);
    enum err e = set_up(s, problem);
    if (e != OK) {
        http_stop(s);
        return e;
    }
    *out = s;
    return OK;
}

void http_stop(struct http_server *s)
{
    if (s == NULL)
        return;
    if (s->running) {
        uint64_t one = 1;
        s->stopping = true;
        if (write(s->wake, &one, sizeof one) == sizeof one)
            pthread_join(s->thread, NULL);
    }
    if (s->plain != NULL)
        evhttp_free(s->plain);
    if (s->tls != NULL)
        evhttp_free(s->tls);
    guests_close(s->guests);
    session_worker_close(s->session_worker);
    workers_close(s->workers);
    courier_close(s->courier);
    if (s->wake_event != NULL)
        event_free(s->wake_event);
    if (s->base != NULL)
        event_base_free(s->base);
    if (s->wake >= 0)
        close(s->wake);
    tls_close(s->certificate);
    cosigner_close(&s->cosigner);
    card_close(s->card);
    if (s->store != NULL)
        store_close(s->store);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

void http_announce(struct http_server *s)
{
    s->open = true;
}

int http_port(const struct http_server *s)
{
    return s->port;
}
