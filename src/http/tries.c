#include "http/tries.h"

enum { PREFIX = 8 };

bool tries_count(struct tries *a, const struct in6_addr *from, when now, int limit)
{
    struct in6_addr address = *from;
    size_t i = 0, oldest = 0;
    if (!IN6_IS_ADDR_V4MAPPED(&address))
        memset(address.s6_addr + PREFIX, 0, sizeof address.s6_addr - PREFIX);
    for (; i < TRIES_ADDRESSES; i++) {
        if (a->at[i].count > 0 && IN6_ARE_ADDR_EQUAL(&a->at[i].address, &address))
            break;
        if (a->at[i].count == 0 || a->at[i].since < a->at[oldest].since)
            oldest = a->at[oldest].count == 0 ? oldest : i;
    }
    bool known = i < TRIES_ADDRESSES;
    if (!known)
        i = oldest;
    when age = now - a->at[i].since;
    if (!known || age < 0 || age >= WHEN_MINUTE) {
        a->at[i].address = address;
        a->at[i].since = now;
        a->at[i].count = 0;
    }
    if (a->at[i].count >= limit)
        return false;
    a->at[i].count++;
    return true;
}
