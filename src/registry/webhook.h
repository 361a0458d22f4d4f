/*
 * webhook: where an organisation has its events posted.
 *
 * Guarantees
 *   - A secret is told once, and lies sealed under DATA/keys/accounts for its own webhook.
 *   - Posting goes by the journal: `seq` is the last row that is done with, and moves on with
 *     what was taken; so a restart goes on where it was, and may repeat one attempt.
 *   - One node at a time posts to a webhook, for as long as it has taken it (webhook_take).
 *   - Every decision of its keepers writes a journal row, without address and secret.
 *
 * Those of a legal entity are one another's. Any thread with a store of its own.
 */
#pragma once
#include "registry/account.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"

enum {
    WEBHOOKS = 20,           /* of a legal entity */
    WEBHOOK_SECRET = 32,     /* bytes */
    WEBHOOK_ADDRESS = 500,   /* bytes of a URL */
    WEBHOOK_TOPICS = 1000,   /* bytes of a list */
    WEBHOOK_DELIVERIES = 50, /* attempts kept of each */
};

/* Views, until `each` returns. */
struct webhook {
    struct str id, organisation, url;
    struct str topics; /* separated by ";" */
    struct str status; /* "active", "paused" */
    struct str ended;  /* why nothing is posted any more, "gone" or "given-up"; empty */
    struct str by;
    struct str ping; /* the id of one that was asked for and is not posted yet; empty */
    when at;
    int64_t seq, failures;
    when failing_since, next_at; /* 0: not */
};
typedef bool webhook_each(void *to, const struct webhook *);

/* Those of the legal entity of `organisation`, or the one with `id` among them, the oldest first.
 */
MUST_USE enum err webhook_list(struct store *, struct str organisation, struct str id,
                               webhook_each *, void *to, struct problem *);

/* All that something may have to be posted to. */
MUST_USE enum err webhook_all(struct store *, webhook_each *, void *to, struct problem *);

/* What its keepers decide: inside the caller's transaction. ----------------------------------- */

/* From now on. ERR_FULL: the legal entity has WEBHOOKS. */
struct webhook_terms {
    struct str organisation, url, topics;
};
MUST_USE enum err webhook_make(struct store *, const struct account_key *,
                               const struct webhook_terms *,
                               const uint8_t secret[static WEBHOOK_SECRET],
                               const struct fact_origin *, char id[static FRESH_ID],
                               struct problem *);

/*
 * What is empty stays. A new address, and "active", begin the attempts anew; `skip` passes over
 * what has happened so far. ERR_NOT_FOUND: it is none of this entity's.
 */
struct webhook_change {
    struct str url, topics, status;
    bool skip;
};
MUST_USE enum err webhook_change(struct store *, struct str organisation, struct str id,
                                 const struct webhook_change *, const struct fact_origin *,
                                 struct problem *);
MUST_USE enum err webhook_end(struct store *, struct str organisation, struct str id,
                              const struct fact_origin *, struct problem *);

/* Ask for a message that says nothing, with the id `message`. ERR_CONFLICT: one waits. */
MUST_USE enum err webhook_ask_ping(struct store *, struct str organisation, struct str id,
                                   struct str message, struct problem *);

/* Posting: each a transaction of its own. ----------------------------------------------------- */

struct webhook_taken {
    char url[WEBHOOK_ADDRESS + 1];
    uint8_t secret[WEBHOOK_SECRET]; /* the caller overwrites it */
    int64_t seq, failures;
};
/* Take it until `until`. ERR_NOT_FOUND: another node has it, or it is gone. */
MUST_USE enum err webhook_take(struct store *, const struct account_key *, struct str id,
                               struct str node, when now, when until, struct webhook_taken *out,
                               struct problem *);

/* One attempt, and what follows. */
struct webhook_attempt {
    struct str message, topic, subject, outcome;
    int64_t seq; /* of the journal; 0: a ping */
    when at;
    int64_t attempt, ms;
    int status; /* of HTTP; 0: none */
    bool done;  /* it was taken */
    when next_at;
    struct str ended; /* why it was the last; empty: it was not */
};
/* Note it, and give the webhook back. What its keepers have passed over meanwhile stays so. */
MUST_USE enum err webhook_note(struct store *, struct str id, const struct webhook_attempt *,
                               struct problem *);

/* Nothing up to this row is for it. */
MUST_USE enum err webhook_pass(struct store *, struct str id, int64_t seq, struct problem *);

/* The newest attempts, the newest first. */
struct webhook_delivery {
    struct str message, topic, subject, outcome;
    when at;
    int64_t attempt, ms, status;
};
typedef bool webhook_delivery_each(void *to, const struct webhook_delivery *);
MUST_USE enum err webhook_deliveries(struct store *, struct str id, webhook_delivery_each *,
                                     void *to, struct problem *);
