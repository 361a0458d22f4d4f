/* text_pair: the compiled form of po/<locale>.po, sorted by English bytes. */
#pragma once
#include <stddef.h>

struct text_pair {
    const char *english, *other;
};

extern const struct text_pair text_zh[];
extern const size_t text_zh_count;
