/*
 * opening_key: how an opening comes to what is sealed, and loses it again.
 *
 * Each opening has a pair of keys (X25519), derived from a key of its own in
 * DATA/keys/persons, as if it were a person (unwrap.h). An officer seals the content
 * keys of what it opens anew, to its public half; here they lie so until it ends and
 * its key is overwritten. After that neither this program, nor a copy of the
 * database from those days, opens anything through it.
 *
 * Any thread; a store each.
 */
#pragma once
#include "core/clock.h"
#include "person/seal.h"
#include "person/unwrap.h"
#include "store/store.h"

/* Make an opening's key. ERR_CLOSED: it has ended. */
MUST_USE enum err opening_key_make(struct unwrap *, struct str opening, when now, struct problem *);

/* Its public half. ERR_NOT_FOUND: it has none; ERR_CLOSED: it has ended. */
MUST_USE enum err opening_key_public(struct unwrap *, struct str opening,
                                     uint8_t public[static SEAL_KEY]);

/* What an envelope for this opening holds. Errors as above; ERR_CORRUPT. */
MUST_USE enum err opening_key_unpack(struct unwrap *, struct str opening,
                                     const uint8_t envelope[static SEAL_ENVELOPE],
                                     uint8_t key[static SEAL_KEY]);

/* Keep an envelope; part of the caller's transaction. `label` is the vault's. */
MUST_USE enum err opening_key_keep(struct store *, struct str opening, struct str label,
                                   const uint8_t envelope[static SEAL_ENVELOPE], struct problem *);

/*
 * The content key of a person's label, through an opening in force at `now`: each that there is;
 * false stops. The caller overwrites what it keeps.
 */
typedef bool opening_key_each(void *to, const uint8_t key[static SEAL_KEY]);
MUST_USE enum err opening_key_find(struct store *, struct unwrap *, struct str person,
                                   struct str label, when now, opening_key_each *each, void *to,
                                   struct problem *);

/* Destroy. OK also again, and if there never was one. */
MUST_USE enum err opening_key_end(struct store *, struct unwrap *, struct str opening, when now,
                                  struct problem *);
