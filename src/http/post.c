#include "http/post.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1024, RETRY_AFTER_MAX = 7 * 86400 };
static const struct timeval look_up_every = {.tv_usec = 100000}; /* whether it is to stop */

struct posting {
    struct event_base *base;
    struct evhttp_connection *connection;
    struct posted *out;
    const atomic_bool *stop;
    struct event *watch; /* of `stop`, or NULL */
    bool failed;         /* on_error says why, and on_answer is called behind it */
    enum err result;
};

static int read_retry_after(struct evhttp_request *request)
{
    const char *text = evhttp_find_header(evhttp_request_get_input_headers(request), "Retry-After");
    unsigned long long seconds = 0;
    return text != NULL && str_to_u64(str_of(text), RETRY_AFTER_MAX, &seconds) ? (int)seconds : 0;
}

static void on_answer(struct evhttp_request *request, void *to)
{
    struct posting *p = to;
    if (request == NULL || evhttp_request_get_response_code(request) == 0) {
        p->result = p->failed ? p->result : ERR_IO;
    } else {
        struct evbuffer *in = evhttp_request_get_input_buffer(request);
        const char *type =
            evhttp_find_header(evhttp_request_get_input_headers(request), "Content-Type");
        size_t n = evbuffer_get_length(in);
        p->out->status = evhttp_request_get_response_code(request);
        p->out->retry_after_s = read_retry_after(request);
        snprintf(p->out->type, sizeof p->out->type, "%s", type != NULL ? type : "");
        buf_bytes(&p->out->body, n > 0 ? evbuffer_pullup(in, -1) : (const unsigned char *)"", n);
        p->result = p->out->body.failed ? ERR_LIMIT : OK;
    }
    event_base_loopbreak(p->base);
}

static void on_error(enum evhttp_request_error error, void *to)
{
    struct posting *p = to;
    p->failed = true;
    switch (error) {
    case EVREQ_HTTP_TIMEOUT:
        p->result = ERR_TIMEOUT;
        break;
    case EVREQ_HTTP_DATA_TOO_LONG:
        p->result = ERR_LIMIT;
        break;
    case EVREQ_HTTP_EOF:
    case EVREQ_HTTP_INVALID_HEADER:
    case EVREQ_HTTP_BUFFER_ERROR:
    case EVREQ_HTTP_REQUEST_CANCEL:
        p->result = ERR_IO;
        break;
    }
    event_base_loopbreak(p->base);
}

static void on_watch(evutil_socket_t none, short what, void *to)
{
    struct posting *p = to;
    (void)none;
    (void)what;
    if (!atomic_load(p->stop))
        return;
    p->result = ERR_CLOSED;
    event_base_loopbreak(p->base);
}

/* For the name in a certificate, and for the server that has several (RFC 6066 §3). */
static bool expect_name(SSL *ssl, const char *host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1)
        return true;
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

static bool trust(SSL_CTX *context, const char *ca_file)
{
    return ca_file != NULL ? SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1
                           : SSL_CTX_set_default_verify_paths(context) == 1;
}

/* NULL: out of memory, or the authorities cannot be read. */
static struct bufferevent *new_tls(struct event_base *base, const char *host, const char *ca_file)
{
    struct bufferevent *bev = NULL;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = NULL;
    if (context != NULL && SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
        trust(context, ca_file)) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        ssl = SSL_new(context);
    }
    if (ssl != NULL && expect_name(ssl, host))
        bev = bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_CONNECTING,
                                             BEV_OPT_CLOSE_ON_FREE);
    if (bev == NULL)
        SSL_free(ssl);
    SSL_CTX_free(context); /* `ssl` keeps it */
    return bev;
}

static enum err connect_to(struct posting *p, const struct evhttp_uri *uri, bool tls, int port,
                           const struct post *post)
{
    const char *host = evhttp_uri_get_host(uri);
    struct bufferevent *bev = NULL;
    if (tls && (bev = new_tls(p->base, host, post->ca_file)) == NULL)
        return post->ca_file != NULL ? ERR_IO : ERR_MEMORY;
    p->connection = evhttp_connection_base_bufferevent_new(
        p->base, NULL, bev, post->address != NULL ? post->address : host, (uint16_t)port);
    if (p->connection != NULL)
        return OK;
    if (bev != NULL)
        bufferevent_free(bev);
    return ERR_MEMORY;
}

static bool add_headers(struct evhttp_request *request, const struct post *post, const char *host)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    bool good = evhttp_add_header(headers, "Host", host) == 0 &&
                evhttp_add_header(headers, "Content-Type", post->type) == 0 &&
                evhttp_add_header(headers, "Connection", "close") == 0;
    for (size_t i = 0; good && i < POST_HEADERS && post->header[i].name != NULL; i++)
        good = evhttp_add_header(headers, post->header[i].name, post->header[i].value) == 0;
    return good;
}

/* The path of the URL, `path`, and the query of the URL. */
static bool put_target(const struct evhttp_uri *uri, const char *path, char out[static PATH_BYTES])
{
    const char *base = evhttp_uri_get_path(uri), *query = evhttp_uri_get_query(uri);
    size_t n = base != NULL ? strlen(base) : 0;
    while (n > 0 && base[n - 1] == '/' && *path != '\0')
        n--;
    int k = snprintf(out, PATH_BYTES, "%.*s%s%s%s", (int)n, base != NULL ? base : "",
                     n == 0 && *path == '\0' ? "/" : path, query != NULL ? "?" : "",
                     query != NULL ? query : "");
    return k > 0 && k < PATH_BYTES;
}

static enum err send_request(struct posting *p, const struct evhttp_uri *uri, bool tls,
                             const struct post *post)
{
    char host[300], full[PATH_BYTES];
    int port = evhttp_uri_get_port(uri);
    if (port <= 0)
        port = tls ? 443 : 80;
    if (!put_target(uri, post->path, full))
        return ERR_LIMIT;
    snprintf(host, sizeof host, "%s:%d", evhttp_uri_get_host(uri), port);
    enum err e = connect_to(p, uri, tls, port, post);
    if (e != OK)
        return e;
    evhttp_connection_set_timeout(p->connection, post->timeout_s);
    evhttp_connection_set_max_body_size(p->connection, (ev_ssize_t)post->limit);
    evhttp_connection_set_max_headers_size(p->connection, 16384);
    struct evhttp_request *request = evhttp_request_new(on_answer, p);
    if (request == NULL)
        return ERR_MEMORY;
    evhttp_request_set_error_cb(request, on_error);
    if (!add_headers(request, post, host) ||
        evbuffer_add(evhttp_request_get_output_buffer(request), post->body.p, post->body.n) != 0) {
        evhttp_request_free(request);
        return ERR_MEMORY;
    }
    /* The connection owns the request from here on, also when this fails. */
    return evhttp_make_request(p->connection, request, EVHTTP_REQ_POST, full) == 0 ? OK : ERR_IO;
}

static enum err watch(struct posting *p)
{
    p->watch = event_new(p->base, -1, EV_PERSIST, on_watch, p);
    return p->watch != NULL && event_add(p->watch, &look_up_every) == 0 ? OK : ERR_MEMORY;
}

enum err http_post(const struct post *post, struct posted *out, struct problem *problem)
{
    *out = (struct posted){.status = 0};
    buf_init(&out->body, post->limit);
    struct evhttp_uri *uri = evhttp_uri_parse(post->url);
    const char *scheme = uri != NULL ? evhttp_uri_get_scheme(uri) : NULL;
    bool tls = scheme != NULL && strcmp(scheme, "https") == 0;
    if (scheme == NULL || (!tls && strcmp(scheme, "http") != 0) ||
        evhttp_uri_get_host(uri) == NULL) {
        if (uri != NULL)
            evhttp_uri_free(uri);
        return problem_set(problem, ERR_INVALID, "%s: expected http://HOST:PORT or https://HOST",
                           post->url);
    }
    struct posting p = {
        .base = event_base_new(), .out = out, .stop = post->stop, .result = ERR_TIMEOUT};
    enum err e = p.base != NULL ? send_request(&p, uri, tls, post) : ERR_MEMORY;
    if (e == OK && p.stop != NULL)
        e = watch(&p);
    if (e == OK) {
        struct timeval whole = {.tv_sec = 2 * (time_t)post->timeout_s};
        event_base_loopexit(p.base, &whole);
        event_base_dispatch(p.base);
        e = p.result;
    }
    if (p.watch != NULL)
        event_free(p.watch);
    if (p.connection != NULL)
        evhttp_connection_free(p.connection);
    if (p.base != NULL)
        event_base_free(p.base);
    evhttp_uri_free(uri);
    return e == OK ? OK
                   : problem_set(problem, e, "%s%s: no answer (%s)", post->url, post->path,
                                 err_name(e));
}
