/*
 * pool: what claims, releases, follow-ups and their recycling share.
 *
 * A member waits in a pool, of a store or of the whole legal entity (city), until one
 * of its staff claims her. Who holds her may work with her; what may be seen of her is
 * no matter of it (gate/look.h has no input for it). How an organisation runs its
 * pools: pool_rule.h.
 *
 *     pool ─claim─► owner ─release, recycle, leaving, "do not contact"─► pool
 *                     └─transfer─► another owner
 *
 * Every change is one transaction with the member's journal row. As many threads as
 * stores.
 */
#pragma once
#include "person/member.h"
#include "person/pool_rule.h"
#include "person/unwrap.h"
#include "registry/staff.h"

/* Who works, and with what. */
struct pool_work {
    struct store *store;
    struct unwrap *keys; /* of persons; NULL for those who neither write nor read notes */
    const struct rules *rules;
    struct str node;
    struct str staff; /* "stf_…"; what recycles by itself is "pool" */
    when at;
};

/* Why not, in words that do not change (pool_word). */
enum pool_no {
    POOL_YES,
    POOL_ABSENT,      /* nobody of the staff's legal entity */
    POOL_SUSPENDED,   /* the store, or the organisation */
    POOL_UNCERTIFIED, /* no certificate that is valid today */
    POOL_FROZEN,      /* do not contact */
    POOL_CLAIMED,     /* somebody holds her */
    POOL_UNCLAIMED,   /* nobody does */
    POOL_NOT_OWNER,   /* and not the one who may do it for her */
    POOL_NO_POOL,     /* she is in none */
    POOL_OTHER_STORE,
    POOL_NOT_SHARED, /* no live consent */
    POOL_PROTECTED,  /* new */
    POOL_COOL_DOWN,  /* held her lately */
    POOL_LIMIT,      /* the day's claims */
    POOL_HANDS_FULL, /* as many as one may hold */
    POOL_NO_STAFF,   /* the other one: unknown, left, or of no role that holds members */
    POOL_SAME_PERSON /* two are needed */
};
enum { POOL_NOS = POOL_SAME_PERSON + 1 };

/* "already-claimed", and a sentence for people. Static. */
const char *pool_word(enum pool_no);
const char *pool_text(enum pool_no);

struct pool_answer {
    enum pool_no no;
    when until;  /* when what refuses ends by itself; 0: it does not */
    int64_t seq; /* journal number of the change */
    /* How she stands now, of POOL_YES: */
    char owner[ID_BYTES + 1]; /* "" nobody */
    int64_t version;
    when claimed_at, returns_at; /* 0: not claimed */
    int64_t claims_left;         /* of the staff, today */
};

/* -- How somebody stands ------------------------------------------------------------------ */

/*
 * When her claim ends by itself; 0: she is not claimed; WHEN_NEVER: it does not. `row` is
 * the member's.
 */
when pool_returns_at(const struct value *row, const struct pool_settings *);

/* What is due with a claim that had no follow-up yet. */
enum pool_due { POOL_NOTHING_DUE, POOL_REMIND, POOL_COPY };
enum pool_due pool_due(const struct value *row, const struct pool_settings *, when at);

/* Staff, as far as pools are concerned. */
struct pool_staff {
    char organisation[ID_BYTES + 1];
    enum position position;
    bool active;
    when certificate_until; /* 0: none */
};

/* ERR_NOT_FOUND. */
MUST_USE enum err pool_staff_read(const struct pool_work *, struct str id, struct pool_staff *,
                                  struct problem *);

/* Are two organisations one legal entity? */
MUST_USE enum err pool_same_entity(const struct pool_work *, struct str a, struct str b, bool *same,
                                   struct problem *);

/*
 * The member, if she is one of the legal entity that `organisation` belongs to. `*there`
 * false: absent, erased or foreign, which nobody can tell apart.
 */
MUST_USE enum err pool_member_read(const struct pool_work *, struct str person,
                                   const char *organisation, struct fact_row *out, bool *there,
                                   struct problem *);

/* How many claims are left today, of those that the organisation's settings allow. */
MUST_USE enum err pool_claims_left(const struct pool_work *, struct str staff,
                                   const struct pool_settings *, int64_t *left, struct problem *);

/* How many she holds, without those under contract. */
MUST_USE enum err pool_held(const struct pool_work *, struct str staff, int64_t *held,
                            struct problem *);

/* The midnight that ends this day, where the rules are. */
when pool_midnight(const struct rules *, when at);

/* -- Changes, inside the caller's transaction ---------------------------------------------- */

/*
 * Journal how she stands now, and tell it. `row` may be NULL or gets the row.
 */
MUST_USE enum err pool_note(const struct pool_work *, struct str person, struct fact_row *row,
                            struct pool_answer *, struct problem *);

/*
 * End her claim if she is still held as `was` says (a member's row): the owner's plans
 * end too. `pool` empty: the one she came from. `*ended` false: she is not.
 */
MUST_USE enum err pool_end(const struct pool_work *, const struct value *was, struct str pool,
                           struct str why, bool *ended, struct problem *);

/* Begin, do, and commit unless it failed or the answer is no. */
typedef enum err pool_step(const struct pool_work *, void *what, struct pool_answer *,
                           struct problem *);
MUST_USE enum err pool_transaction(const struct pool_work *, pool_step *, void *what,
                                   struct pool_answer *, struct problem *);
