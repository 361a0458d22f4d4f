#include "sip/listen.h"

#include <arpa/inet.h>
#include <stdio.h>

enum err endpoint_parse(const char *text, const char *key, struct endpoint *out,
                        struct problem *problem)
{
    struct str all = str_of(text);
    size_t colon = all.n;
    unsigned long long port = 0;
    while (colon > 0 && all.p[colon - 1] != ':')
        colon--;
    if (colon < 2 || !address_parse((struct str){all.p, colon - 1}, &out->address) ||
        !str_to_u64(str_skip(all, colon), 65535, &port))
        return problem_set(problem, ERR_INVALID,
                           "%s: \"%s\" is not address:port, such as 127.0.0.1:5060 or [::1]:5060",
                           key, text);
    out->port = (uint16_t)port;
    snprintf(out->text, sizeof out->text, "%s", text);
    return OK;
}

int endpoint_family(const struct endpoint *e)
{
    return IN6_IS_ADDR_V4MAPPED(&e->address) ? AF_INET : AF_INET6;
}

void endpoint_of(const struct sockaddr_storage *from, struct in6_addr *address, uint16_t *port)
{
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;
        *address = v6->sin6_addr;
        *port = ntohs(v6->sin6_port);
        return;
    }
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
    *address = (struct in6_addr){0};
    address->s6_addr[10] = address->s6_addr[11] = 0xff;
    memcpy(&address->s6_addr[12], &v4->sin_addr, 4);
    *port = ntohs(v4->sin_port);
}

socklen_t endpoint_to(const struct in6_addr *address, uint16_t port, int family,
                      struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (family == AF_INET6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
        v6->sin6_family = AF_INET6;
        v6->sin6_addr = *address;
        v6->sin6_port = htons(port);
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    v4->sin_family = AF_INET;
    memcpy(&v4->sin_addr, &address->s6_addr[12], 4);
    v4->sin_port = htons(port);
    return sizeof *v4;
}
