/* What a route wants of a request's head, beside who asks: query, Purpose, If-Match … */
#include "gate/look_record.h"
#include "http/idempotency.h"
#include "http/route.h"

#include <event2/http.h>

struct str request_header(const struct request *r, const char *name)
{
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(r->ev), name);
    return str_of(value != NULL ? value : "");
}

static bool read_query(struct request *r)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(r->ev);
    const char *raw = uri != NULL ? evhttp_uri_get_query(uri) : NULL;
    struct ask_errors errors = {.count = 0};
    /* What is public and takes none may be asked with whatever a cache or a monitor adds. */
    if ((r->route->access == ACCESS_PUBLIC && r->route->query == NULL) ||
        query_read(str_of(raw != NULL ? raw : ""), r->route->query, &r->query, &errors))
        return true;
    respond_problem(r, 400, "invalid-query",
                    "the query is not one of this route; /openapi.json has its parameters",
                    &errors);
    return false;
}

/* Codes are printable ASCII without blanks; what is none of the pack's, the gate refuses. */
static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n < PURPOSE_MAX;
}

static bool read_purpose(struct request *r)
{
    if (!r->route->purpose && !r->route->may_look)
        return true;
    r->purpose = str_trim(request_header(r, "Purpose"));
    if (r->purpose.n > 0 ? is_code(r->purpose) : r->route->may_look)
        return true;
    respond_problem(r, 400, r->purpose.n == 0 ? "purpose-missing" : "purpose-malformed",
                    "say what the look is for in the header Purpose; `menshen rules list --kind "
                    "purpose` shows the codes",
                    NULL);
    return false;
}

static bool read_if_match(struct request *r)
{
    if (!r->route->if_match && !r->route->may_match)
        return true;
    r->if_match = str_trim(request_header(r, "If-Match"));
    if (r->if_match.n > 0 || r->route->may_match)
        return true;
    respond_problem(r, 428, "if-match-missing",
                    "send the ETag that GET showed in the header If-Match, so that nobody's "
                    "change is overwritten unseen",
                    NULL);
    return false;
}

static bool read_once(struct request *r)
{
    struct str given = request_header(r, "Idempotency-Key");
    if (!r->route->once || given.n == 0 || idempotency_key(given, &r->once))
        return true;
    respond_problem(r, 400, "idempotency-key-malformed",
                    "an Idempotency-Key has 16 to 128 printable ASCII characters, best a random "
                    "UUID",
                    NULL);
    return false;
}

bool read_head(struct request *r)
{
    return read_query(r) && read_purpose(r) && read_if_match(r) && read_once(r);
}
