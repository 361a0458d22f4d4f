/*
 * key: ids as 64-bit keys, so that facts compare and are found without their text.
 *
 * FNV-1a with a final mix (Murmur3's), the same in every run, since window
 * snapshots and openings hold keys. 0 is never a key. Two of a million ids share
 * a key with a chance below 1 in 10^7; where an id is stated by the asker, the text is
 * compared as well.
 */
#pragma once
#include "core/str.h"

#include <stdint.h>

static inline uint64_t key_mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

static inline uint64_t key_of(struct str id)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < id.n; i++)
        h = (h ^ (unsigned char)id.p[i]) * UINT64_C(0x100000001b3);
    h = key_mix(h);
    return h ? h : 1;
}
