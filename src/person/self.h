/*
 * self: who the human is that is signed in.
 *
 * A human is a verified number and the date since when she has it. What was recorded of
 * the number before concerns a former holder and is not hers; nor is a member whom an
 * organisation gave the number before that date. One human may be a member of several
 * organisations, a `per_…` in each.
 *
 * A member who got another number is hers at once, to see and to keep shut; a copy of what
 * is kept, its erasure, and a correction of what was checked wait SELF_SETTLES, whatever
 * further code there is, since all that a further code proves is the number.
 *
 * By a token that was made for one `per_…` she is that member only.
 *
 * Any thread with a store of its own.
 */
#pragma once
#include "person/link.h"
#include "person/unwrap.h"
#include "registry/subject.h"

enum { SELF_IDS = 200 };

struct self {
    number number; /* 0: not known any more, or given to somebody else */
    when since;    /* what is recorded of the number before is not hers; WHEN_NEVER: nothing is */
    size_t count;
    bool more;                     /* she is a member more than SELF_IDS times */
    char id[SELF_IDS][SUBJECT_ID]; /* the oldest first, so that none is pushed out by others */
    when settled[SELF_IDS];        /* when what cannot be undone may be done there; 0: it may */
};

/* So long after a member has got another number its holder waits with what cannot be undone. */
#define SELF_SETTLES WHEN_DAY

struct self_sources {
    struct store *store;
    const struct link *link;
    struct unwrap *keys;
};

/*
 * Who `subject`, of ROLE_PERSON, is at `now`. ERR_NOT_FOUND: the number has come to
 * somebody else since her session began, or she is no member any more.
 */
MUST_USE enum err self_read(const struct self_sources *, const struct subject *, when now,
                            struct self *out, struct problem *);

/* The latest of `settled`; 0: nothing of hers has to wait. */
when self_settled(const struct self *);

/* Is this member she? */
bool self_is(const struct self *, struct str person);

/* When the number came to whoever has it at `now`; INT64_MIN: for ever. */
MUST_USE enum err self_since(struct store *, number, when now, when *since, struct problem *);
