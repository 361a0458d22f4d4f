#include "http/webhook_url.h"

#include <event2/http.h>
#include <netdb.h>

static bool may_reach(const struct in6_addr *a, bool tls, const struct webhook_reach *reach)
{
    if (!tls && !address_is_loopback(a))
        return false;
    return address_is_public(a) || (reach->loopback && address_is_loopback(a)) ||
           address_within(a, reach->config->webhooks.networks,
                          reach->config->webhooks.network_count);
}

static bool is_tls(const struct evhttp_uri *uri)
{
    const char *scheme = evhttp_uri_get_scheme(uri);
    return scheme != NULL && strcmp(scheme, "https") == 0;
}

static const char *host_fault(struct str host, bool tls, const struct webhook_reach *reach)
{
    struct in6_addr address = IN6ADDR_LOOPBACK_INIT;
    const bool known = str_ieq(host, STR("localhost")) || address_parse_host(host, &address);
    if (!tls && !(known && address_is_loopback(&address)))
        return "it must begin with https://; http:// is for this machine only";
    if (known && !may_reach(&address, tls, reach))
        return "this address is not public; who runs this gate can allow its network "
               "(webhooks.networks)";
    return NULL;
}

static const char *uri_fault(const struct evhttp_uri *uri, const struct webhook_reach *reach)
{
    const char *scheme = evhttp_uri_get_scheme(uri), *host = evhttp_uri_get_host(uri);
    if (scheme == NULL || host == NULL || *host == '\0' ||
        (!is_tls(uri) && strcmp(scheme, "http") != 0))
        return "it is no address such as https://crm.example.com/menshen";
    if (evhttp_uri_get_userinfo(uri) != NULL)
        return "leave out name and password; what is posted is signed instead";
    if (evhttp_uri_get_fragment(uri) != NULL)
        return "leave out the part behind \"#\"; it is never sent";
    return host_fault(str_of(host), is_tls(uri), reach);
}

const char *webhook_url_fault(struct str url, const struct webhook_reach *reach)
{
    char text[WEBHOOK_ADDRESS + 1];
    if (!str_copy(url, text, sizeof text))
        return "it is longer than 500 bytes";
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f)
            return "it holds a blank or a character that is not of ASCII; write those as %XX";
    struct evhttp_uri *uri = evhttp_uri_parse(text);
    if (uri == NULL)
        return "it is no address such as https://crm.example.com/menshen";
    const char *fault = uri_fault(uri, reach);
    evhttp_uri_free(uri);
    return fault;
}

static enum err choose(const struct addrinfo *all, bool tls, const struct webhook_reach *reach,
                       char out[static ADDRESS_TEXT])
{
    for (const struct addrinfo *a = all; a != NULL; a = a->ai_next) {
        struct endpoint at;
        endpoint_of(a->ai_addr, &at);
        if (may_reach(&at.address, tls, reach)) {
            address_print(&at.address, out);
            return OK;
        }
    }
    return ERR_REFUSED;
}

static enum err look_up(struct str host, bool tls, const struct webhook_reach *reach,
                        char out[static ADDRESS_TEXT])
{
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *all = NULL;
    struct in6_addr address;
    char name[WEBHOOK_ADDRESS + 1];
    if (address_parse_host(host, &address)) {
        address_print(&address, out);
        return may_reach(&address, tls, reach) ? OK : ERR_REFUSED;
    }
    if (!str_copy(host, name, sizeof name) || getaddrinfo(name, NULL, &hints, &all) != 0)
        return ERR_NOT_FOUND;
    enum err e = choose(all, tls, reach, out);
    freeaddrinfo(all);
    return e;
}

enum err webhook_url_find(const char *url, const struct webhook_reach *reach,
                          char out[static ADDRESS_TEXT])
{
    struct evhttp_uri *uri = evhttp_uri_parse(url);
    const char *host = uri != NULL ? evhttp_uri_get_host(uri) : NULL;
    enum err e = host != NULL ? look_up(str_of(host), is_tls(uri), reach, out) : ERR_NOT_FOUND;
    if (uri != NULL)
        evhttp_uri_free(uri);
    return e;
}
