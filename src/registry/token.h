/*
 * token: bearer tokens of machines, organisations, staff and persons.
 *
 * 256 random bits, shown once, kept as a BLAKE2b hash, so that the table opens
 * nothing. A token carries scopes; whose reasons it may read follows from its
 * subject. Minting writes a journal row: it is recorded like every change.
 */
#pragma once
#include "core/clock.h"
#include "registry/fact.h"
#include "registry/fresh_id.h"
#include "registry/secret.h"
#include "registry/subject.h"

enum token_scope {
    SCOPE_CALL = 1,       /* ask */
    SCOPE_REPLAY = 2,     /* ask at another time, or dry */
    SCOPE_EXPLAIN = 4,    /* read records and their proofs */
    SCOPE_METRICS = 8,    /* read /metrics */
    SCOPE_AUDIT = 16,     /* read entry bundles */
    SCOPE_LOOK = 32,      /* open persons' data */
    SCOPE_MEMBERS = 64,   /* work on members: claims, follow-ups, files */
    SCOPE_ME = 128,       /* a person's own */
    SCOPE_REGISTRY = 256, /* who works where: staff, certificates, exams */
    SCOPE_DESK = 512,     /* complaints, cases, registers, traces, takedowns */
    SCOPE_REPORTS = 1024, /* enter complaints and reports: a complaint centre's machine */
};

enum { TOKEN_TEXT = 4 + SECRET_TEXT };

struct token_request {
    struct str subject; /* an organisation's, staff or person's id, or a machine's name */
    struct str scopes;  /* "call,replay", or "all" */
    struct str name;    /* what it is for; may be empty */
    when at, until;     /* WHEN_NEVER: no end */
    struct str actor, node;
};

/*
 * Mint: one transaction with its journal row. `secret` gets the text to show once.
 * ERR_INVALID: scopes are wrong, or the subject, or it is an account that is not registered.
 */
MUST_USE enum err token_mint(struct store *, const struct token_request *,
                             char secret[static TOKEN_TEXT], struct problem *);

/*
 * Those in force of a legal entity: of its organisations and their staff, who made them, in the
 * order of their ids, beginning behind `after` (empty: with the first). An id names a token and
 * opens nothing.
 */
struct token_row {
    char id[FRESH_ID]; /* "tok_…" */
    struct str subject, name, by;
    unsigned scopes;
    when created, until;
};
typedef bool token_each(void *to, const struct token_row *);
MUST_USE enum err token_list(struct store *, struct str organisation, struct str after, when now,
                             size_t limit, token_each *each, void *to, struct problem *);

/* End one of them. ERR_NOT_FOUND: it is none of this entity's. Inside the caller's transaction. */
MUST_USE enum err token_end(struct store *, struct str organisation, struct str id,
                            const struct fact_origin *, struct problem *);

/*
 * The token with this text, if it is in force at `now` and its holder may act: an account (org_,
 * stf_, per_) that is registered and active, in an active organisation. ERR_NOT_FOUND.
 */
MUST_USE enum err token_find(struct store *, struct str secret, when now, struct subject *out,
                             struct problem *);

/*
 * End all that this subject holds, whoever minted them; `ended` counts them. Part of the
 * caller's transaction, with a journal row of scopes 0 unless there was none.
 */
MUST_USE enum err token_end_all(struct store *, struct str subject, const struct fact_origin *,
                                unsigned *ended, struct problem *);

/* "call" … as a bit; 0 for an unknown word. "all" is every bit. */
unsigned token_scope_of(struct str word);
