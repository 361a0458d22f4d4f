/*
 * cursor: where the next page of a list begins, in the hands of whoever asks.
 *
 * What a cursor holds is sealed and bound to a scope: route, filters and caller. It
 * tells nothing, opens for nobody else and no other list. The same place gives the
 * same cursor, also after a restart. Any thread.
 */
#pragma once
#include "core/buf.h"

enum { CURSOR_KEY = 32, CURSOR_PLAIN = 512, CURSOR_TEXT = 768 };

struct cursor_key {
    uint8_t bytes[CURSOR_KEY];
};

/* What the scope is made of: a part can never be taken for its neighbour's end. */
struct cursor_scope {
    uint8_t hash[32];
};
void cursor_scope_of(const struct str *parts, size_t count, struct cursor_scope *out);

/* `plain` is at most CURSOR_PLAIN bytes. ERR_LIMIT. */
MUST_USE enum err cursor_seal(const struct cursor_key *, const struct cursor_scope *,
                              struct str plain, char out[static CURSOR_TEXT]);

/* False: not made here for this scope. */
bool cursor_open(const struct cursor_key *, const struct cursor_scope *, struct str text,
                 struct buf *plain);
