/*
 * inbox: that something was addressed to an organisation, and since when it knows (docs/desk.md).
 *
 * A row is written in the transaction of what it tells of, and names it: what it says is read
 * where it lies, by whoever may. It is read when one who speaks for the addressee, or for another
 * organisation of its legal entity, says so, once; from then on nobody there can say not to have
 * known. No other channel reaches an organisation: the registry has no number of it or its staff.
 *
 * Facts with a journal. Any thread with a store of its own.
 */
#pragma once
#include "desk/work.h"

/* Columns, in the order of a row. */
enum {
    INBOX_ID,
    INBOX_ORGANISATION, /* the addressee */
    INBOX_KIND,         /* INBOX_KINDS */
    INBOX_SUBJECT,      /* the id of what it tells of */
    INBOX_AT,
    INBOX_READ_AT, /* NULL: not read yet */
    INBOX_READ_BY,
    INBOX_COLUMNS
};
#define INBOX_KINDS  "notice order restraint pause appeal paper takedown dispatch"
#define INBOX_STATES "unread read"
extern const struct fact_kind inbox_kind;

/* Tell an organisation, in the caller's transaction; of nobody (empty): OK. */
MUST_USE enum err inbox_put(const struct desk_work *, struct str organisation, const char *kind,
                            struct str subject, int64_t *seq, struct problem *);

/* It is read, now: a desk_step. One that was read stays as it is. */
struct inbox_reading {
    struct str id;
    struct fact_row row; /* out */
};
desk_step inbox_read;

/* Of the asker's legal entity, the newest first, behind `cursor`; `state`: empty is any. */
struct inbox_query {
    struct str state, cursor;
    int64_t most;
};
MUST_USE enum err inbox_list(const struct desk_work *, const struct inbox_query *, fact_pick *each,
                             void *to, struct problem *);

/* When the addressee read of this; INT64_MIN: not yet. */
MUST_USE enum err inbox_read_at(struct store *, struct str organisation, struct str subject,
                                int64_t *at, struct problem *);
