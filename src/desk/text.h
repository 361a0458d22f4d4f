/*
 * text: what people wrote at the desk, sealed.
 *
 * Facts of a complaint, an officer's note, a telephone number: none of it stands in a row of the
 * journal. It lies beside, each under the id of what it is of and a name ("facts"), sealed under
 * the key of DATA/keys/accounts, and opens nowhere else. Nodes that share a store share the key.
 *
 * Writes are part of the caller's transaction. Any thread with a store of its own.
 */
#pragma once
#include "core/buf.h"
#include "desk/work.h"

enum { DESK_TEXT = 64 << 10 }; /* bytes of a text */

/* Keep, in place of what was kept under the name. ERR_LIMIT: longer than DESK_TEXT. */
MUST_USE enum err desk_text_put(const struct desk_work *, struct str owner, const char *name,
                                struct str text, struct problem *);

/*
 * Open, at the end of `out`, which the caller overwrites (vault_wipe). ERR_NOT_FOUND: nothing is
 * kept. ERR_CORRUPT: it does not open with this key.
 */
MUST_USE enum err desk_text_get(const struct desk_work *, struct str owner, const char *name,
                                struct buf *out, struct problem *);

/* Remove everything that is kept of `owner`. */
MUST_USE enum err desk_text_drop(const struct desk_work *, struct str owner, struct problem *);
