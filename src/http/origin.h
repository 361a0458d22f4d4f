/*
 * origin: does a request come from one of our own pages?
 *
 * A browser says where a page that asks comes from: `Sec-Fetch-Site` and, with every
 * unsafe method, `Origin` (RFC 6454). A program that is no browser says neither, and
 * holds no cookie that a page could use.
 */
#pragma once
#include "core/str.h"

struct origin_facts {
    const char *origin, *fetch_site, *host; /* headers, or NULL */
    const char *public_url;                 /* http.public_url, or NULL */
    bool tls;                               /* it came over TLS */
};

bool origin_is_ours(const struct origin_facts *);
