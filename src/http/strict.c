#include "http/strict.h"
#include "core/str.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <stdint.h>
#include <stdio.h>

/* RFC 9110 §5.6.2. Above all no blank, behind which a length could hide (RFC 9112 §5.1). */
static bool is_token(const char *name)
{
    return *name != '\0' && strspn(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(name);
}

/* Those of which evhttp reads a body; the others' would be taken for the next request. */
static bool may_have_body(enum evhttp_cmd_type method)
{
    return method == EVHTTP_REQ_POST || method == EVHTTP_REQ_PUT || method == EVHTTP_REQ_PATCH;
}

const char *strict_framing(struct evhttp_request *request)
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    unsigned lengths = 0, encodings = 0;
    unsigned long long length = 0;
    for (const struct evkeyval *h = headers->tqh_first; h != NULL; h = h->next.tqe_next) {
        struct str name = str_of(h->key), value = str_trim(str_of(h->value));
        if (!is_token(h->key))
            return "a header's name holds a character that no name may have";
        if (str_ieq(name, STR("Content-Length"))) {
            lengths++;
            if (!str_to_u64(value, INT64_MAX, &length))
                return "Content-Length is not a number";
        } else if (str_ieq(name, STR("Transfer-Encoding"))) {
            encodings++;
            if (!str_ieq(value, STR("chunked")))
                return "the only Transfer-Encoding that is understood is chunked";
        }
    }
    if (lengths > 1)
        return "there is more than one Content-Length";
    if (encodings > 1)
        return "there is more than one Transfer-Encoding";
    if (lengths + encodings > 1)
        return "Content-Length and Transfer-Encoding exclude each other";
    if (encodings > 0 && request->major == 1 && request->minor == 0)
        return "HTTP/1.0 has no Transfer-Encoding"; /* RFC 9112 §6.1 */
    if (!may_have_body(evhttp_request_get_command(request)) && (length > 0 || encodings > 0))
        return "a request with this method has no body";
    return NULL;
}

/* -- evhttp's own pages ----------------------------------------------------------- */

enum { PAGE = 1024 };

struct page {
    int status;
    const char *title, *code, *detail;
};

static const struct page *page_of(int status)
{
    static const struct page pages[] = {
        {413, "Content Too Large", "body-too-large",
         "headers have at most 16384 bytes together, a body 65536; more where its route says so, "
         "of "
         "whom may use it"},
        {417, "Expectation Failed", "expectation-failed",
         "the only expectation that is met is 100-continue"},
        {501, "Not Implemented", "method-unknown", "no path knows this method; see /openapi.json"},
        {500, "Internal Server Error", "internal", "the request could not be read"},
        {503, "Service Unavailable", "overload", "there is no memory for another request"},
        {400, "Bad Request", "not-http",
         "this is not HTTP/1.1: the request line, a header or the length of the body cannot be "
         "read, or the headers have more than 16384 bytes together"},
    };
    size_t i = 0;
    while (pages[i].status != status && pages[i].status != 400)
        i++;
    return &pages[i];
}

static void write_problem(struct evbuffer *out, const struct page *p)
{
    char body[PAGE];
    int n = snprintf(body, sizeof body,
                     "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\","
                     "\"detail\":\"%s\"}\n",
                     p->title, p->status, p->code, p->detail);
    evbuffer_add_printf(out,
                        "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n"
                        "Content-Length: %d\r\nCache-Control: no-store\r\n"
                        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n%s",
                        p->status, p->title, n, body);
}

/*
 * evhttp 2.1 has no hook for its error pages (2.2 has evhttp_set_errorcb), so they are
 * recognised where they are written: complete, alone in the buffer since it closes behind them,
 * and without the headers that all our answers carry.
 */
static void on_output(struct evbuffer *out, const struct evbuffer_cb_info *info, void *to)
{
    static const struct str head = {.p = "HTTP/1.", .n = 7},
                            tail = {.p = "</BODY></HTML>\n", .n = 15};
    char text[PAGE];
    (void)to;
    size_t n = evbuffer_get_length(out);
    if (info->n_added == 0 || n >= sizeof text || n < 16 + tail.n ||
        evbuffer_copyout(out, text, n) != (ev_ssize_t)n)
        return;
    text[n] = '\0';
    unsigned long long status;
    if (!str_starts((struct str){text, n}, head) || strcmp(text + n - tail.n, tail.p) != 0 ||
        strstr(text, "\r\nContent-Type: text/html\r\n") == NULL ||
        strstr(text, "\r\nX-Content-Type-Options:") != NULL ||
        !str_to_u64((struct str){text + 9, 3}, 599, &status))
        return;
    evbuffer_drain(out, n);
    write_problem(out, page_of((int)status));
}

void strict_answers(struct bufferevent *bev)
{
    /* Without memory for it the page stays a page. */
    if (bev != NULL)
        evbuffer_add_cb(bufferevent_get_output(bev), on_output, NULL);
}
