/*
 * session: who is signed in, of staff and of persons.
 *
 * A session ends 12 h after it began, 30 min after its last use, when it is ended, and
 * when its holder may not act any more: she has left or is suspended, or her organisation
 * is. The table holds hashes of session texts (registry/secret.h) and opens nothing; a
 * person's number lies in it sealed under DATA/keys/accounts.
 *
 * Any thread with a store of its own. session_find only reads; the others write.
 */
#pragma once
#include "core/clock.h"
#include "registry/account.h"
#include "registry/secret.h"
#include "registry/subject.h"

#define SESSION_LIFE      (12 * WHEN_HOUR)
#define SESSION_IDLE      (30 * WHEN_MINUTE)
#define SESSION_NOTE      WHEN_MINUTE /* a use is written down if the last one is as old */
#define SESSION_CONFIRMED (10 * WHEN_MINUTE)

/* Begin one of staff; `text` gets what its holder keeps. Removes those that have ended. */
MUST_USE enum err session_new(struct store *, struct str subject, when now,
                              char text[static SECRET_TEXT], struct problem *);

/* Begin one of the person who has this number, with this link. */
struct session_person {
    const uint8_t *link; /* SUBJECT_LINK bytes */
    number number;
};
MUST_USE enum err session_new_person(struct store *, const struct account_key *,
                                     const struct session_person *, when now,
                                     char text[static SECRET_TEXT], struct problem *);

/*
 * Whose it is, all `scopes` set. `stale`: session_use should be called. ERR_NOT_FOUND: no
 * such session, or it has ended, or it is a person's whose number does not open.
 */
MUST_USE enum err session_find(struct store *, const struct account_key *, struct str text,
                               when now, struct subject *out, bool *stale, struct problem *);

/* She has shown just now, with a further code, that it is her. OK also if there is none. */
MUST_USE enum err session_confirm(struct store *, struct str text, when now, struct problem *);

/*
 * Has she, in the last SESSION_CONFIRMED? Then export, erasure and approvals are done at
 * once, else after 24 h and with notice. Never of a token.
 */
bool session_confirmed(const struct subject *, when now);

/* The same of staff, for whom the configuration says how long it holds. */
bool session_confirmed_within(const struct subject *, when now, when within);

/* It was used just now. OK also if there is none. */
MUST_USE enum err session_use(struct store *, struct str text, when now, struct problem *);

/* OK also if there is none. */
MUST_USE enum err session_end(struct store *, struct str text, struct problem *);
MUST_USE enum err session_end_all(struct store *, struct str subject, struct problem *);

/* All of hers but the one with this text. */
MUST_USE enum err session_end_others(struct store *, struct str subject, struct str text,
                                     struct problem *);

/* What a page must send back to show that it is ours: a hash of the session's text. */
MUST_USE enum err session_csrf(struct str text, char out[static SECRET_TEXT]);

/* Move all of them on in time, with the clock of a sample city: nobody is signed out by that. */
MUST_USE enum err session_shift(struct store *, int64_t by, struct problem *);
