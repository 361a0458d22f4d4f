/*
 * duty: what the law obliges an organisation to look at, because a person has asked it for
 * something (PIPL Art. 44 to 50).
 *
 * Her own request is the only source. It opens to the compliance staff of her
 * organisation's legal entity, and to nobody else, the categories that it concerns, as
 * long as it is open, in looks that name it as their task (gate/look_stand.h):
 *
 *     correction   the category of the field, until it is answered
 *     export       who asks (DUTY_ASKER), while she waits for it
 *     erasure      the same, while it waits
 *
 * The gate itself makes copies and erases, so that nobody needs to see what is in them.
 *
 * Facts with a journal; each function is part of the caller's transaction. As many threads
 * as stores.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    DUTY_ID,     /* the request's */
    DUTY_PERSON, /* a request may be about several memberships of hers */
    DUTY_KIND,   /* correction export erasure */
    DUTY_CATEGORIES,
    DUTY_FROM,
    DUTY_UNTIL, /* NULL: until it is answered */
    DUTY_COLUMNS
};

extern const struct fact_kind duty_kind;

/* For what such a look is. */
#define DUTY_PURPOSE "rights"

/* Who asks: enough to answer her. */
#define DUTY_ASKER ((categories)(1 << CATEGORY_BASIC | 1 << CATEGORY_CONTACT))

struct duty {
    struct str id, person;
    const char *kind;
    categories what;
    when until; /* WHEN_NEVER: until duty_end */
};

/* It begins at origin->at. */
MUST_USE enum err duty_begin(struct store *, const struct duty *, const struct fact_origin *,
                             int64_t *seq, struct problem *);

/* It has ended. OK also if there is none, or its time was over. */
MUST_USE enum err duty_end(struct store *, struct str id, struct str person,
                           const struct fact_origin *, int64_t *seq, struct problem *);

/* What an organisation's legal entity must answer at `now`, the oldest first; false stops. Views.
 */
struct duty_open {
    struct str id, person, alias, organisation, kind, categories;
    when from, until; /* WHEN_NEVER */
};
typedef bool duty_each(void *to, const struct duty_open *);
enum { DUTIES_LISTED = 200 };
MUST_USE enum err duty_list(struct store *, struct str organisation, when now, duty_each *,
                            void *to, struct problem *);
