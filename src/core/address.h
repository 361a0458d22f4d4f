/*
 * address: IP addresses, networks and endpoints, as people write them and as sockets take them.
 *
 * An IPv4 address is kept mapped into IPv6 (RFC 4291 §2.5.5.2), so that one type holds both
 * and "::ffff:192.0.2.1" is 192.0.2.1. Text is numeric only: no names, no zones, no white
 * space, no leading zeros in IPv4. Any thread.
 */
#pragma once
#include "core/error.h"
#include "core/str.h"

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    ADDRESS_TEXT = INET6_ADDRSTRLEN,
    ENDPOINT_TEXT = ADDRESS_TEXT + 8, /* brackets, colon, port */
};

/* "192.0.2.1", "2001:db8::1". False for anything else. */
bool address_parse(struct str, struct in6_addr *out);

/* The host of a URI or endpoint: as address_parse, IPv6 in brackets. */
bool address_parse_host(struct str, struct in6_addr *out);

/* In the form that address_parse reads: RFC 5952's, a mapped address as IPv4. */
void address_print(const struct in6_addr *, char out[static ADDRESS_TEXT]);

/* 127.0.0.0/8 or ::1. */
bool address_is_loopback(const struct in6_addr *);

/*
 * One that the Internet routes to a host of its own (the special-purpose registries of RFC 6890):
 * not private, shared, link-local, multicast, reserved or for documentation, and none of the IPv6
 * ones that stand for an IPv4 address, which may be any of these.
 */
bool address_is_public(const struct in6_addr *);

struct network {
    struct in6_addr address;
    int prefix; /* bits that count, 0 to 128; of IPv4 from 96 on */
};

/* "192.0.2.1", "10.1.0.0/16", "2001:db8::/32". False for anything else. */
bool network_parse(struct str, struct network *out);

/* Is no bit set behind the prefix? */
bool network_is_first(const struct network *);
bool network_holds(const struct network *, const struct in6_addr *);
bool network_within(const struct network *, const struct network *wider);

/* Is it in one of these, as people write them? What is no network holds nothing. */
bool address_within(const struct in6_addr *, const char *const *networks, size_t count);

/* Where one listens, or who sent something. */
struct endpoint {
    struct in6_addr address;
    uint16_t port;
};

/* "127.0.0.1:5060", "[::1]:5060". ERR_INVALID, where `problem` names the setting `key`. */
MUST_USE enum err endpoint_parse(const char *text, const char *key, struct endpoint *out,
                                 struct problem *);
void endpoint_print(const struct endpoint *, char out[static ENDPOINT_TEXT]);

/* AF_INET or AF_INET6: the family of a socket that is to be bound there. */
int endpoint_family(const struct endpoint *);

/* The other end of a socket, or its own. All zero for a family other than IP's. */
void endpoint_of(const struct sockaddr *, struct endpoint *out);

/* For a socket of `family`; an AF_INET6 socket reaches IPv4 by its mapped form. */
socklen_t endpoint_to(const struct endpoint *, int family, struct sockaddr_storage *out);
