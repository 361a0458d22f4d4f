/*
 * setup_link: the link with which the first account is made, where nobody can sign in.
 *
 * A secret of 256 bits behind the "#" of a page's address, so that it is in no request line and
 * no log of a proxy. It is told once, to who starts the server, and lies in DATA/setup-link
 * (0600) until it was used or the server stops; memory keeps its hash. It is good for a day, and
 * only while nobody can sign in (registry/setup.h); the next start makes another.
 */
#pragma once
#include "core/clock.h"
#include "registry/secret.h"

#include <stdatomic.h>

#define SETUP_LINK      "setup-link" /* in the data folder */
#define SETUP_LINK_LIFE WHEN_DAY
enum { SETUP_LINK_TEXT = 512 };

struct setup_link {
    uint8_t hash[SECRET_HASH];
    _Atomic(when) until; /* 0: there is none; set last */
};

/* Make one below `base` ("http://127.0.0.1:8480"), and its file in `folder`. */
MUST_USE enum err setup_link_make(struct setup_link *, const char *folder, const char *base,
                                  when now, char text[static SETUP_LINK_TEXT], struct problem *);

/* Is this its secret, and is it good? Takes the same time for every secret. */
bool setup_link_opens(const struct setup_link *, struct str secret, when now);

/* It was used, or the server stops; OK also if there is none. */
void setup_link_end(struct setup_link *, const char *folder);
