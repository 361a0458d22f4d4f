/* Receiving: a request that evhttp has read is routed, authorised, bounded, and handled. */
#include "core/address.h"
#include "http/guests.h"
#include "http/route.h"
#include "http/server_inner.h"
#include "http/strict.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

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

void loop_on_request(struct evhttp_request *ev, void *to)
{
    struct loop *loop = to;
    guests_serve(loop->guests, ev);
    struct request *r = calloc(1, sizeof *r);
    if (r == NULL) {
        evhttp_send_error(ev, 503, NULL);
        return;
    }
    r->loop = loop;
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
    } else if (loop->server->stopping) {
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
        if (r->route->work != NULL)
            request_work(r, r->route->work);
        else
            r->route->handle(r);
    }
}
