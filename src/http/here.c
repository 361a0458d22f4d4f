#include "http/here.h"
#include "core/address.h"

#include <event2/http.h>
#include <string.h>

bool here_only(const struct request *r)
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
