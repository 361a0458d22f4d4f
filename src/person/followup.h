/*
 * followup: what was done with a member, and what is planned.
 *
 * Who, when, of what kind, with which outcome; the note, if there is one, is sealed
 * under the member's KEY_PROFILE and ends with it. The journal gets the member's row,
 * never a note. A plan ends with the claim that it belongs to, so that none points at
 * a member who is back in the pool.
 */
#pragma once
#include "person/pool.h"
#include "registry/fresh_id.h"

/* What staff record; "release" is written by a release, with its reason as the note. */
#define FOLLOWUP_KINDS    "call meeting message visit note"
#define FOLLOWUP_OUTCOMES "reached appointment introduced no-answer noted refuses-contact"

enum { FOLLOWUP_NOTE = 2000, FOLLOWUPS = 200 };

struct followup {
    struct str id; /* "fol_…"; not needed to add one */
    struct str kind, outcome;
    struct str note;  /* empty: none */
    when next_at;     /* 0: nothing planned */
    struct str staff; /* as read */
    when at;
};

/* Did it reach her? Then the claim's clock begins anew. */
bool followup_is_substantive(const struct followup *);

/*
 * Record. The owner records anything; a manager or compliance records notes and that she
 * refuses contact, which freezes her (freeze.h) and is overwritten by nothing. Of a
 * frozen member only these are recorded. `id` gets the new one. POOL_ABSENT,
 * POOL_NOT_OWNER, POOL_FROZEN.
 */
MUST_USE enum err followup_add(const struct pool_work *, struct str person, const struct followup *,
                               char id[static FRESH_ID], struct pool_answer *, struct problem *);

/* The row alone, inside the caller's transaction. */
MUST_USE enum err followup_put(const struct pool_work *, struct str person, const struct followup *,
                               char id[static FRESH_ID], struct problem *);

/*
 * The newest FOLLOWUPS of her, newest first; false stops. Notes that do not open any more
 * are empty, and all are without `w->keys`.
 */
typedef bool followup_each(void *to, const struct followup *);
MUST_USE enum err followup_read(const struct pool_work *w, struct str person, followup_each *each,
                                void *to, struct problem *);
