/*
 * roster: the members of a legal entity, page by page.
 *
 * Reads only what everybody of the entity may read of each of them: alias, pool, owner
 * and times of the claim. Nothing that she told is searched or sorted by here, so that
 * neither tells anything about her. As many threads as stores.
 */
#pragma once
#include "person/member.h"
#include "person/pool_rule.h"

enum roster_pool {
    ROSTER_ALL,
    ROSTER_MINE,  /* whom the asker has claimed */
    ROSTER_STORE, /* who waits in the pool of the asker's store */
    ROSTER_CITY,  /* … in the city pool */
};

enum roster_sort {
    ROSTER_BY_ALIAS,
    ROSTER_BY_POOL,
    ROSTER_BY_OWNER,
    ROSTER_BY_CLAIMED_AT, /* those not claimed last, upwards */
    ROSTER_BY_RETURNS_AT, /* by the settings given; those not claimed last, upwards */
};
enum { ROSTER_SORTS = ROSTER_BY_RETURNS_AT + 1 };

/* Which of them; only of claims. */
#define ROSTER_VIEWS "expiring unfollowed due"
enum roster_view {
    ROSTER_VIEW_ALL,
    ROSTER_EXPIRING,   /* ends within `red_days` of the settings */
    ROSTER_UNFOLLOWED, /* nothing has reached her since she was claimed */
    ROSTER_DUE,        /* her owner planned to contact her by tonight, or owes a first follow-up */
};

enum { ROSTER_ALIAS = 32, ROSTER_PAGE = 101 };

struct roster_row {
    char id[ID_BYTES + 1], organisation[ID_BYTES + 1], owner[ID_BYTES + 1]; /* "": nobody */
    char alias[ROSTER_ALIAS];
    char pool[8]; /* "": in none */
    struct value claimed_at, followed_at, contract_until, pool_since;
    int64_t version;
    struct value key; /* what the order goes by; text is a view of the row's own */
};

struct roster_query {
    struct str organisation, staff; /* the asker's */
    enum roster_pool pool;
    enum roster_view view;
    when at, tonight; /* of a view */
    struct str q;     /* a part of the alias, or an id, or an owner; empty: all */
    enum roster_sort sort;
    bool down;
    const struct pool_settings *settings;
    struct value after; /* `key` of the last row of the page before; VALUE_NULL: from the start */
    struct str after_id;
    size_t limit; /* at most ROSTER_PAGE */
};

/* Rows in their order; equal ones by id, in the same direction. */
MUST_USE enum err roster_read(struct store *, const struct roster_query *,
                              struct roster_row rows[static ROSTER_PAGE], size_t *count,
                              struct problem *);

/*
 * Whose alias is it, among the members of the legal entity that `organisation` belongs to? An
 * alias is unique within an organisation, not within several. "": nobody's, or of more than one.
 */
MUST_USE enum err roster_find(struct store *, struct str organisation, struct str alias,
                              char id[static ID_BYTES + 1], struct problem *);

/* Is the key of this order a text, or else an instant? */
bool roster_by_text(enum roster_sort);

/* The member's row as far as a roster knows it: MEMBER_COLUMNS values, views of `r`. */
void roster_member(const struct roster_row *r, struct value out[static MEMBER_COLUMNS]);
