/*
 * link: from a number to the members who have it, without keeping the number.
 *
 * A blind index: a link is the keyed BLAKE2b (16 bytes) of the number under a key
 * in DATA/keys/link (32 random bytes, 0600), in no database. Who has a copy of the
 * database alone can neither read nor try out numbers; who takes the key too can
 * try them all.
 *
 * Any thread; a store each.
 */
#pragma once
#include "core/clock.h"
#include "core/disk.h"
#include "core/number.h"
#include "store/store.h"

enum { LINK_BYTES = 16, LINK_TEXT = 2 * LINK_BYTES + 1 };

struct link;

/*
 * Open FOLDER/link (FOLDER: DATA/keys), made if there are no links yet.
 * ERR_NOT_FOUND: there are, and the key is missing. ERR_CORRUPT: it is no key.
 */
MUST_USE enum err link_open(const struct disk *, const char *folder, struct store *,
                            struct link **out, struct problem *);
void link_close(struct link *);

void link_of(const struct link *, number, uint8_t out[static LINK_BYTES]);

/* A link in hex digits, and back. False: it is none. */
void link_text(const uint8_t link[static LINK_BYTES], char out[static LINK_TEXT]);
bool link_read(struct str text, uint8_t link[static LINK_BYTES]);

/* The person has this number since now and no other; part of the caller's transaction. */
MUST_USE enum err link_set(const struct link *, struct store *, struct str person, number, when now,
                           struct problem *);
MUST_USE enum err link_remove(struct store *, struct str person, struct problem *);

/* SQL for the ids of a member, whose id is the SQL `n`, and of all who are the same human. */
#define LINK_HUMAN(n)                                                                              \
    "SELECT \"id\" FROM members WHERE \"id\" = " n " UNION SELECT same.\"person\" FROM "           \
    "member_links same JOIN member_links hers ON hers.\"link\" = same.\"link\" WHERE "             \
    "hers.\"person\" = " n

/* Every member with this number, who has had it longest first; false stops. */
typedef bool link_each(void *to, struct str person);
MUST_USE enum err link_find(const struct link *, struct store *, number, link_each *each, void *to,
                            struct problem *);
