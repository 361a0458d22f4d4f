/*
 * session: who is signed in.
 *
 * A session ends 12 h after it began, 30 min after its last use, when it is ended, and
 * when its holder may not act any more: she has left or is suspended, or her organisation
 * is. The table holds hashes of session texts (registry/secret.h) and opens nothing.
 *
 * Any thread with a store of its own. session_find only reads; the others write.
 */
#pragma once
#include "core/clock.h"
#include "registry/secret.h"
#include "registry/subject.h"

#define SESSION_LIFE (12 * WHEN_HOUR)
#define SESSION_IDLE (30 * WHEN_MINUTE)
#define SESSION_NOTE WHEN_MINUTE /* a use is written down if the last one is as old */

/* Begin one; `text` gets what its holder keeps. Removes those that have ended. */
MUST_USE enum err session_new(struct store *, struct str subject, when now,
                              char text[static SECRET_TEXT], struct problem *);

/*
 * Whose it is, all `scopes` set. `stale`: session_use should be called. ERR_NOT_FOUND: no
 * such session, or it has ended.
 */
MUST_USE enum err session_find(struct store *, struct str text, when now, struct subject *out,
                               bool *stale, struct problem *);

/* It was used just now. OK also if there is none. */
MUST_USE enum err session_use(struct store *, struct str text, when now, struct problem *);

/* OK also if there is none. */
MUST_USE enum err session_end(struct store *, struct str text, struct problem *);
MUST_USE enum err session_end_all(struct store *, struct str subject, struct problem *);

/* What a page must send back to show that it is ours: a hash of the session's text. */
MUST_USE enum err session_csrf(struct str text, char out[static SECRET_TEXT]);
