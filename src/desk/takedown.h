/*
 * takedown: harassment software, devices and listings that a platform takes down.
 *
 *     ordered ─► received ─┬─► removed ◄─► reappeared
 *        └─────────────────┴─► refused
 *
 * An authority orders a platform, on a ground of the pack, with a deadline
 * (cn.clock.takedown). The platform says that it received the order, then that it removed the
 * thing, with proof, or refuses with a reason. Whoever sees an artefact again, on whatever
 * platform, tells by its hash: one that had been removed is ordered anew with a deadline of its
 * own.
 *
 * Facts with a journal. They name no person: an address is that of a listing or a file.
 */
#pragma once
#include "desk/work.h"

enum {
    TAKEDOWN_ID,
    TAKEDOWN_KIND,     /* TAKEDOWN_KINDS */
    TAKEDOWN_ARTEFACT, /* "sha256:…" of software; NULL: of what has none */
    TAKEDOWN_URL,
    TAKEDOWN_PLATFORM,
    TAKEDOWN_GROUND, /* a code of the pack's grounds */
    TAKEDOWN_ORDERED_BY,
    TAKEDOWN_ORDERED_AT,
    TAKEDOWN_DUE, /* the first instant that is late, of the newest order */
    TAKEDOWN_RECEIPT,
    TAKEDOWN_PROOF,
    TAKEDOWN_REASON, /* of a refusal */
    TAKEDOWN_CHANGED_AT,
    TAKEDOWN_SEEN_AT, /* newest sighting by its hash */
    TAKEDOWN_SEEN_URL,
    TAKEDOWN_SIGHTINGS,
    TAKEDOWN_STATUS, /* TAKEDOWN_STATES */
    TAKEDOWN_COLUMNS
};
#define TAKEDOWN_KINDS  "software device listing"
#define TAKEDOWN_STATES "ordered received removed refused reappeared"
#define TAKEDOWN_CLOCK  "cn.clock.takedown"
extern const struct fact_kind takedown_kind;

enum { TAKEDOWN_URL_MAX = 1000, TAKEDOWN_TEXT = 400 };

struct takedown_terms {
    struct str kind, url, platform, ground;
    struct str artefact; /* empty: none; software has one */
    char id[FRESH_ID];   /* set */
};
/* desk_steps. `what` is one of the three structs. */
desk_step takedown_order;

struct takedown_act {
    struct str id, act; /* TAKEDOWN_ACTS */
    struct str text;    /* the receipt, or the reason of a refusal */
    struct str proof;   /* of a removal */
};
#define TAKEDOWN_ACTS "received removed refused"
desk_step takedown_answer;

struct takedown_sighting {
    struct str artefact, url;
    int64_t matches, reappeared; /* set: takedowns of this hash; those that are ordered anew */
};
desk_step takedown_seen;

/* Those that who acts ordered, or has to carry out; the newest first. */
MUST_USE enum err takedown_list(const struct desk_work *, int64_t limit, fact_pick *each, void *to,
                                struct problem *);
