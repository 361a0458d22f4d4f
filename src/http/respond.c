/* Answering: headers that every answer carries, JSON, and problems (RFC 9457). */
#include "core/log.h"
#include "http/etag.h"
#include "http/session_worker.h"
#include "http/route.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/util.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *reason_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {{200, "OK"},
                   {201, "Created"},
                   {202, "Accepted"},
                   {304, "Not Modified"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {405, "Method Not Allowed"},
                   {406, "Not Acceptable"},
                   {409, "Conflict"},
                   {410, "Gone"},
                   {412, "Precondition Failed"},
                   {413, "Content Too Large"},
                   {415, "Unsupported Media Type"},
                   {422, "Unprocessable Content"},
                   {428, "Precondition Required"},
                   {429, "Too Many Requests"},
                   {500, "Internal Server Error"},
                   {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Unknown";
}

void respond_header(struct request *r, const char *name, const char *value)
{
    /* A header that cannot be stored is left out. */
    if (evhttp_add_header(evhttp_request_get_output_headers(r->ev), name, value) != 0)
        return;
}

/* What a browser is told with every answer: few are pages, and nothing may be
 * done with them but what a page's own policy allows. */
static const struct {
    const char *name, *value;
} guards[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Content-Security-Policy",
     "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

static void free_request(struct request *r)
{
    json_decref(r->json);
    json_decref(r->outcome.json);
    buf_fini(&r->outcome.text);
    free(r->look);
    if (r->kept_free != NULL)
        r->kept_free(r->kept);
    session_task_free(r->task);
    explicit_bzero(r->session, sizeof r->session);
    free(r);
}

/* By the gate's clock, which in a sample city is ahead of the machine's (RFC 9110 §6.6.1). */
static void add_date(struct request *r)
{
    const time_t now = (time_t)(request_now(r) / WHEN_SECOND);
    struct tm tm;
    char text[32];
    if (gmtime_r(&now, &tm) != NULL && evutil_date_rfc1123(text, sizeof text, &tm) > 0)
        respond_header(r, "Date", text);
}

/* Those of every answer, unless the handler has set another. */
static void add_guards(struct request *r)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(r->ev);
    add_date(r);
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
        if (evhttp_find_header(headers, guards[i].name) == NULL)
            respond_header(r, guards[i].name, guards[i].value);
    if (evhttp_find_header(headers, "Cache-Control") == NULL)
        respond_header(r, "Cache-Control", "no-store");
    if (request_secure(r))
        respond_header(r, "Strict-Transport-Security", "max-age=31536000");
}

struct evhttp_request *respond_begin(struct request *r, const char *type)
{
    struct evhttp_request *ev = r->ev;
    respond_header(r, "Content-Type", type);
    respond_header(r, "Connection", "close"); /* behind its end comes nothing */
    add_guards(r);
    evhttp_send_reply_start(ev, 200, reason_phrase(200));
    free_request(r);
    return ev;
}

void respond(struct request *r, int status, const char *type, const void *body, size_t n)
{
    char length[24];
    snprintf(length, sizeof length, "%zu", n);
    if (status != 304) { /* which speaks of another answer (RFC 9110 §8.6) */
        respond_header(r, "Content-Type", type);
        respond_header(r, "Content-Length", length);
    }
    add_guards(r);
    struct evbuffer *out = evbuffer_new();
    if (out != NULL && !r->head && n > 0 && evbuffer_add(out, body, n) != 0)
        status = 500;
    evhttp_send_reply(r->ev, status, reason_phrase(status), out);
    if (out != NULL)
        evbuffer_free(out);
    free_request(r);
}

/* Of an object that is given up, with `\n` in the NUL's place for those who read it on a terminal;
 * to be freed. NULL: out of memory. */
static char *text_of(json_t *object, size_t *n)
{
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    *n = 0;
    if (text == NULL)
        return NULL;
    *n = strlen(text) + 1;
    text[*n - 1] = '\n';
    return text;
}

static void respond_text(struct request *r, int status, const char *type, char *text, size_t n)
{
    static const char memory[] =
        "{\"title\":\"Internal Server Error\",\"status\":500,\"code\":\"out-of-memory\"}";
    if (text == NULL)
        respond(r, 500, "application/problem+json", memory, sizeof memory - 1);
    else
        respond(r, status, type, text, n);
    free(text);
}

static void respond_typed(struct request *r, int status, const char *type, json_t *object)
{
    size_t n;
    char *text = text_of(object, &n);
    respond_text(r, status, type, text, n);
}

void respond_json(struct request *r, int status, json_t *object)
{
    respond_typed(r, status, "application/json", object);
}

void respond_json_tagged(struct request *r, json_t *object)
{
    char tag[ETAG_TEXT];
    size_t n;
    char *text = text_of(object, &n);
    if (text != NULL) {
        etag_of((struct str){.p = text, .n = n - 1}, tag);
        respond_header(r, "ETag", tag);
        if (etag_known(request_header(r, "If-None-Match"), tag)) {
            free(text);
            respond(r, 304, "", NULL, 0);
            return;
        }
    }
    respond_text(r, 200, "application/json", text, n);
}

static json_t *problem_of(int status, const char *code, const char *detail)
{
    return json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title",
                     reason_phrase(status), "status", status, "code", code, "detail", detail);
}

void respond_problem_with(struct request *r, int status, const char *code, const char *detail,
                          json_t *more)
{
    json_t *problem = problem_of(status, code, detail);
    if (more == NULL || json_object_update(problem, more) != 0) {
        json_decref(problem);
        problem = NULL;
    }
    json_decref(more);
    respond_typed(r, status, "application/problem+json", problem);
}

void respond_problem(struct request *r, int status, const char *code, const char *detail,
                     const struct ask_errors *errors)
{
    json_t *list = NULL;
    if (errors != NULL && errors->count > 0)
        list = ask_errors_json(errors);
    json_t *problem = problem_of(status, code, detail);
    if (list != NULL && json_object_set_new(problem, "errors", list) != 0) {
        json_decref(problem);
        problem = NULL;
    }
    respond_typed(r, status, "application/problem+json", problem);
}

void respond_failed(struct request *r, enum err e, const struct problem *problem)
{
    log_warning("http: %s %s: %s (%s)", r->route->method, r->route->path, problem->text,
                err_name(e));
    respond_problem(r, 503, "store-unavailable", "this cannot be read at the moment; try again",
                    NULL);
}
