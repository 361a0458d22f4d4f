#include "http/post.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1024 };

struct posting {
    struct event_base *base;
    struct evhttp_connection *connection;
    struct posted *out;
    enum err result;
};

static void on_answer(struct evhttp_request *request, void *to)
{
    struct posting *p = to;
    if (request == NULL || evhttp_request_get_response_code(request) == 0) {
        p->result = ERR_IO;
    } else {
        struct evbuffer *in = evhttp_request_get_input_buffer(request);
        const char *type =
            evhttp_find_header(evhttp_request_get_input_headers(request), "Content-Type");
        size_t n = evbuffer_get_length(in);
        p->out->status = evhttp_request_get_response_code(request);
        snprintf(p->out->type, sizeof p->out->type, "%s", type != NULL ? type : "");
        buf_bytes(&p->out->body, n > 0 ? evbuffer_pullup(in, -1) : (const unsigned char *)"", n);
        p->result = p->out->body.failed ? ERR_LIMIT : OK;
    }
    event_base_loopbreak(p->base);
}

static void on_error(enum evhttp_request_error error, void *to)
{
    struct posting *p = to;
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

static enum err send_request(struct posting *p, const struct evhttp_uri *uri, const char *path,
                             struct str body, int timeout_s, size_t limit)
{
    char host[300], full[PATH_BYTES];
    int port = evhttp_uri_get_port(uri);
    const char *base_path = evhttp_uri_get_path(uri);
    size_t n = base_path != NULL ? strlen(base_path) : 0;
    while (n > 0 && base_path[n - 1] == '/')
        n--;
    snprintf(full, sizeof full, "%.*s%s", (int)n, base_path != NULL ? base_path : "", path);
    snprintf(host, sizeof host, "%s:%d", evhttp_uri_get_host(uri), port > 0 ? port : 80);
    p->connection = evhttp_connection_base_new(p->base, NULL, evhttp_uri_get_host(uri),
                                               port > 0 ? (uint16_t)port : 80);
    if (p->connection == NULL)
        return ERR_MEMORY;
    evhttp_connection_set_timeout(p->connection, timeout_s);
    evhttp_connection_set_max_body_size(p->connection, (ev_ssize_t)limit);
    evhttp_connection_set_max_headers_size(p->connection, 16384);
    struct evhttp_request *request = evhttp_request_new(on_answer, p);
    if (request == NULL)
        return ERR_MEMORY;
    evhttp_request_set_error_cb(request, on_error);
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    if (evhttp_add_header(headers, "Host", host) != 0 ||
        evhttp_add_header(headers, "Content-Type", "text/plain") != 0 ||
        evhttp_add_header(headers, "Connection", "close") != 0 ||
        evbuffer_add(evhttp_request_get_output_buffer(request), body.p, body.n) != 0) {
        evhttp_request_free(request);
        return ERR_MEMORY;
    }
    /* The connection owns the request from here on, also when this fails. */
    return evhttp_make_request(p->connection, request, EVHTTP_REQ_POST, full) == 0 ? OK : ERR_IO;
}

enum err http_post(const char *url, const char *path, struct str body, int timeout_s, size_t limit,
                   struct posted *out, struct problem *problem)
{
    *out = (struct posted){.status = 0};
    buf_init(&out->body, limit);
    struct evhttp_uri *uri = evhttp_uri_parse(url);
    const char *scheme = uri != NULL ? evhttp_uri_get_scheme(uri) : NULL;
    if (scheme == NULL || strcmp(scheme, "http") != 0 || evhttp_uri_get_host(uri) == NULL) {
        if (uri != NULL)
            evhttp_uri_free(uri);
        return problem_set(problem, ERR_INVALID, "%s: expected http://HOST:PORT", url);
    }
    struct posting p = {.base = event_base_new(), .out = out, .result = ERR_TIMEOUT};
    enum err e = p.base != NULL ? send_request(&p, uri, path, body, timeout_s, limit) : ERR_MEMORY;
    if (e == OK) {
        struct timeval whole = {.tv_sec = 2 * (time_t)timeout_s};
        event_base_loopexit(p.base, &whole);
        event_base_dispatch(p.base);
        e = p.result;
    }
    if (p.connection != NULL)
        evhttp_connection_free(p.connection);
    if (p.base != NULL)
        event_base_free(p.base);
    evhttp_uri_free(uri);
    return e == OK ? OK : problem_set(problem, e, "%s%s: no answer (%s)", url, path, err_name(e));
}
