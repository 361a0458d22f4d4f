#include "core/address.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { MAPPED = 96 }; /* bits before an IPv4 address that is mapped */

static void map(const struct in_addr *v4, struct in6_addr *out)
{
    *out = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&out->s6_addr[12], v4, sizeof *v4);
}

bool address_parse(struct str text, struct in6_addr *out)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr v4;
    if (!str_copy(text, copy, sizeof copy))
        return false;
    if (inet_pton(AF_INET, copy, &v4) != 1)
        return inet_pton(AF_INET6, copy, out) == 1;
    map(&v4, out);
    return true;
}

bool address_parse_host(struct str text, struct in6_addr *out)
{
    bool brackets = text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']';
    if (brackets)
        text = (struct str){.p = text.p + 1, .n = text.n - 2};
    bool colons = text.n > 0 && memchr(text.p, ':', text.n) != NULL;
    return brackets == colons && address_parse(text, out);
}

/* Without inet_ntop, which reads printf's formats: each answer holds an address. */
static void print_v4(const uint8_t byte[static 4], char *out)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            *out++ = '.';
        if (byte[i] >= 100)
            *out++ = (char)('0' + byte[i] / 100);
        if (byte[i] >= 10)
            *out++ = (char)('0' + byte[i] / 10 % 10);
        *out++ = (char)('0' + byte[i] % 10);
    }
    *out = '\0';
}

void address_print(const struct in6_addr *address, char out[static ADDRESS_TEXT])
{
    if (IN6_IS_ADDR_V4MAPPED(address))
        print_v4(&address->s6_addr[12], out);
    else if (inet_ntop(AF_INET6, address->s6_addr, out, ADDRESS_TEXT) == NULL)
        out[0] = '\0';
}

bool network_parse(struct str text, struct network *out)
{
    struct str address;
    if (!str_split(&text, '/', &address) || !address_parse(address, &out->address))
        return false;
    bool v4 = memchr(address.p, ':', address.n) == NULL;
    unsigned max = v4 ? 32 : 128;
    unsigned long long bits = max;
    if (text.p != NULL && !str_to_u64(text, max, &bits))
        return false;
    out->prefix = (int)bits + (v4 ? MAPPED : 0);
    return true;
}

static bool bit(const struct in6_addr *a, int i)
{
    return (a->s6_addr[i / 8] >> (7 - i % 8) & 1) != 0;
}

bool network_is_first(const struct network *n)
{
    for (int i = n->prefix; i < 128; i++)
        if (bit(&n->address, i))
            return false;
    return true;
}

bool network_holds(const struct network *n, const struct in6_addr *address)
{
    int whole = n->prefix / 8;
    if (memcmp(&n->address, address, (size_t)whole) != 0)
        return false;
    for (int i = whole * 8; i < n->prefix; i++)
        if (bit(&n->address, i) != bit(address, i))
            return false;
    return true;
}

bool network_within(const struct network *n, const struct network *wider)
{
    return n->prefix >= wider->prefix && network_holds(wider, &n->address);
}

enum err endpoint_parse(const char *text, const char *key, struct endpoint *out,
                        struct problem *problem)
{
    struct str all = str_of(text);
    const char *colon = all.n > 0 ? memrchr(all.p, ':', all.n) : NULL;
    size_t host = colon != NULL ? (size_t)(colon - all.p) : 0;
    unsigned long long port = 0;
    if (colon == NULL || !address_parse_host((struct str){all.p, host}, &out->address) ||
        !str_to_u64(str_skip(all, host + 1), UINT16_MAX, &port))
        return problem_set(problem, ERR_INVALID,
                           "%s: \"%s\" is not ADDRESS:PORT, such as 127.0.0.1:5060 or "
                           "[::1]:5060; a name cannot stand for the address",
                           key, text != NULL ? text : "");
    out->port = (uint16_t)port;
    return OK;
}

void endpoint_print(const struct endpoint *e, char out[static ENDPOINT_TEXT])
{
    char address[ADDRESS_TEXT];
    address_print(&e->address, address);
    snprintf(out, ENDPOINT_TEXT, IN6_IS_ADDR_V4MAPPED(&e->address) ? "%s:%u" : "[%s]:%u", address,
             e->port);
}

int endpoint_family(const struct endpoint *e)
{
    return IN6_IS_ADDR_V4MAPPED(&e->address) ? AF_INET : AF_INET6;
}

void endpoint_of(const struct sockaddr *from, struct endpoint *out)
{
    *out = (struct endpoint){.port = 0};
    if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, from, sizeof v6);
        *out = (struct endpoint){.address = v6.sin6_addr, .port = ntohs(v6.sin6_port)};
    } else if (from->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, from, sizeof v4);
        map(&v4.sin_addr, &out->address);
        out->port = ntohs(v4.sin_port);
    }
}

socklen_t endpoint_to(const struct endpoint *e, int family, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (family == AF_INET6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
        v6->sin6_family = AF_INET6;
        v6->sin6_addr = e->address;
        v6->sin6_port = htons(e->port);
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    v4->sin_family = AF_INET;
    memcpy(&v4->sin_addr, &e->address.s6_addr[12], 4);
    v4->sin_port = htons(e->port);
    return sizeof *v4;
}

bool address_within(const struct in6_addr *a, const char *const *networks, size_t count)
{
    struct network net;
    for (size_t i = 0; i < count; i++)
        if (network_parse(str_of(networks[i]), &net) && network_holds(&net, a))
            return true;
    return false;
}

bool address_is_public(const struct in6_addr *a)
{
    static const char *const not_v4[] = {
        "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    };
    static const char *const not_v6[] = {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"};
    static const char *const v6[] = {"2000::/3"};
    if (IN6_IS_ADDR_V4MAPPED(a))
        return !address_within(a, not_v4, sizeof not_v4 / sizeof *not_v4);
    return address_within(a, v6, 1) && !address_within(a, not_v6, sizeof not_v6 / sizeof *not_v6);
}

bool address_is_loopback(const struct in6_addr *a)
{
    struct network net;
    return IN6_IS_ADDR_LOOPBACK(a) ||
           (network_parse(STR("127.0.0.0/8"), &net) && network_holds(&net, a));
}
