/* GET /v1/outbox: in the sample city, what would have been brought to persons. */
#include "core/address.h"
#include "http/courier.h"
#include "http/route.h"

#include <event2/http.h>

/* Named as the loopback is: not by a page whose name somebody has pointed at it, or through a
 * proxy. */
static bool is_here(struct request *r)
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(r->ev);
    struct str host = str_of(evhttp_find_header(headers, "Host")), name;
    struct in6_addr address;
    if (!address_is_loopback(&r->from) || evhttp_find_header(headers, "Forwarded") != NULL ||
        evhttp_find_header(headers, "X-Forwarded-For") != NULL)
        return false;
    const char *colon = host.n > 0 ? memrchr(host.p, ':', host.n) : NULL;
    name = host;
    if (colon != NULL && host.p[host.n - 1] != ']')
        name.n = (size_t)(colon - host.p);
    return str_ieq(name, STR("localhost")) ||
           (address_parse_host(name, &address) && address_is_loopback(&address));
}

void api_outbox(struct request *r)
{
    json_t *messages = is_here(r) ? courier_outbox(request_courier(r)) : NULL;
    if (messages == NULL)
        respond_problem(r, 404, "not-found",
                        "there is no outbox here; `menshen serve --demo` shows one to the loopback",
                        NULL);
    else
        respond_json(r, 200, messages);
}
