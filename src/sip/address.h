/*
 * address: what stands inside SIP header values.
 *
 * Values arrive as views into the packet, still folded: a CR LF in front of
 * white space counts as white space here (RFC 3261 §7.3.1). Nothing is copied or
 * decoded; a view lives as long as the packet. Pure; any thread.
 */
#pragma once
#include "core/buf.h"
#include "core/str.h"

#include <stdint.h>

/* `s` without white space and folds at both ends. */
struct str value_trim(struct str s);

/*
 * The next of the values that a header line joins by commas; commas inside
 * quotes and angle brackets do not separate. False once `*rest` is used up.
 */
bool value_next(struct str *rest, struct str *value);

/*
 * The parameter `name` (ASCII case does not matter) in `;a=b;c`, without quotes.
 * `value` may be NULL; a parameter without "=" has the empty value. False: not
 * there.
 */
bool param_find(struct str params, struct str name, struct str *value);

/* The next parameter of `;a=b;c`, as `a=b`. False once `*rest` is used up. */
bool param_next(struct str *rest, struct str *param);

/* From, To, P-Asserted-Identity, Diversion …: `"Name" <sip:…>;tag=…` or `sip:…;tag=…`. */
struct name_addr {
    struct str display; /* as written, with its quotes */
    struct str uri;     /* without the angle brackets */
    struct str params;  /* header parameters, from the first ";" */
};
bool name_addr_parse(struct str value, struct name_addr *out);

/* `sip:user@host:port;params?headers`, `sips:…`, `tel:…`. */
struct uri {
    struct str scheme;
    struct str user;   /* sip: before "@" without the password, parameters included; tel: the number
                          with its parameters */
    struct str host;   /* an IPv6 address with its brackets; empty for tel: */
    struct str params; /* sip: from the first ";" behind the host */
    uint16_t port;     /* 0: none */
};
bool uri_parse(struct str text, struct uri *out);

/* One Via value (RFC 3261 §20.42, RFC 3581). */
struct via {
    struct str protocol; /* "SIP/2.0/UDP" */
    struct str transport;
    struct str sent_by; /* "host" or "host:port" */
    struct str host;
    struct str params;
    struct str branch; /* empty: an RFC 2543 client */
    uint16_t port;     /* 0: none */
    bool rport;        /* the client asks for a symmetric answer */
};
bool via_parse(struct str value, struct via *out);

/* Write a value on one line: each fold becomes one blank. */
void value_put(struct buf *, struct str value);
