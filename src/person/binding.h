/*
 * binding: a relay number that stands between a member and her agency for a while.
 *
 * Staff who may ring a member get a number of the agency's relay line. While the binding
 * lives, that number rings her for the agency, and the agency for her; neither learns the
 * other's. Her number is in no row: who is rung is found when it rings (gate/relay.h), so
 * that a changed number, an erasure or a withdrawal acts at once.
 *
 *     open ──its time──► expired
 *        └──staff, she, leaving, freeze, refusal, erasure──► closed
 *
 * Of one legal entity she has one open binding at a time; a number has one; and after its
 * end it rests before it serves either party again. Indexes hold the first two, whoever
 * writes at the same time. As many threads as stores.
 */
#pragma once
#include "registry/fact.h"
#include "registry/fresh_id.h"

/* Columns, in the order of a row. */
enum {
    BINDING_ID,
    BINDING_RELAY,
    BINDING_PERSON,
    BINDING_STAFF,
    BINDING_ORGANISATION, /* the legal entity, by whatever it is registered */
    BINDING_PURPOSE,
    BINDING_ANSWERS, /* rings when she calls back: a number of the organisation */
    BINDING_RECORD,  /* of the verdict that it rests on */
    BINDING_OPENED_AT,
    BINDING_EXPIRES_AT, /* it no longer lives at this instant */
    BINDING_MAX_CALL_S,
    BINDING_STATUS, /* open closed expired */
    BINDING_CLOSED_AT,
    BINDING_WHY, /* expired closed left erased frozen refused */
    BINDING_COLUMNS
};

extern const struct fact_kind binding_kind;

enum { BINDINGS_LISTED = 200, BINDING_TRIES = 8 };

/* Relay numbers of an organisation: sorted, not touching. */
struct binding_span {
    number first, last;
};

/* The legal entity of an organisation, as rows name it; "": there is no such organisation. */
MUST_USE enum err binding_entity(struct store *, struct str organisation,
                                 char out[static TEXT_MAX + 1], struct problem *);

struct binding_terms {
    struct str person, staff, organisation; /* the legal entity (binding_entity) */
    struct str purpose;
    number relay, answers;
    int64_t max_call_s;
    when until;
    const struct rules *rules;
};

/* Why not. */
enum binding_no {
    BINDING_YES,
    BINDING_ALREADY, /* she has one with this legal entity */
    BINDING_LIMIT,   /* as many a day as the rules let one member of staff open */
    BINDING_NONE,    /* no number is free and rested */
    BINDING_TAKEN,   /* the number was given meanwhile: choose again */
};

struct binding_answer {
    enum binding_no no;
    char id[FRESH_ID];        /* of YES, and of the open one of ALREADY … */
    char staff[ID_BYTES + 1]; /* … whose this is */
    number relay;             /* chosen */
    when again;               /* when what refuses ends; 0: nobody knows */
    int64_t seq;
};

/* Does nothing but the numbers speak against it? */
MUST_USE enum err binding_may(struct store *, const struct binding_terms *, when at,
                              struct binding_answer *, struct problem *);

/* A number of the pool that is free and has rested for both, each as likely as any other. */
MUST_USE enum err binding_choose(struct store *, const struct binding_terms *,
                                 const struct binding_span *pool, size_t count, when at,
                                 struct binding_answer *, struct problem *);

/* Open, on `record`. One transaction, its own; BINDING_TAKEN: nothing was done. */
MUST_USE enum err binding_open(struct store *, const struct binding_terms *, struct str record,
                               const struct fact_origin *, struct binding_answer *,
                               struct problem *);

/*
 * End what is open and fits: an empty text fits all. `organisation` is any of the legal
 * entity. Part of the caller's transaction; `seq` gets the last journal number, or stays.
 */
struct binding_which {
    struct str id, staff, person, organisation, purpose;
};
MUST_USE enum err binding_end(struct store *, const struct binding_which *, const char *why,
                              const struct fact_origin *, unsigned *ended, int64_t *seq,
                              struct problem *);

/* End what is over at origin->at. A transaction of its own for each hundred. */
MUST_USE enum err binding_expire(struct store *, const struct fact_origin *, unsigned *ended,
                                 int64_t *seq, struct problem *);

/* "open" "closed" "expired", as it stands at `now`, swept or not. */
const char *binding_state(const struct value *row, when now);

/* Those that fit, the newest first, at most `most`; false stops. */
typedef bool binding_each(void *to, const struct value *row);
MUST_USE enum err binding_list(struct store *, const struct binding_which *, size_t most,
                               binding_each *, void *to, struct problem *);
