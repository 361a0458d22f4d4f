/*
 * tries: how often an address has tried to sign in within the last minute.
 *
 * The last TRIES_ADDRESSES are remembered; IPv6 addresses by their /64, which one
 * customer has. One thread.
 */
#pragma once
#include "core/clock.h"

#include <netinet/in.h>

enum { TRIES_ADDRESSES = 1024 };

struct tries {
    struct {
        struct in6_addr address;
        when since; /* of the minute that is counted */
        int count;  /* 0: free */
    } at[TRIES_ADDRESSES];
};

/* Count one. False: it is more than `limit` in a minute. */
bool tries_count(struct tries *, const struct in6_addr *, when now, int limit);
