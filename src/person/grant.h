/*
 * grant: what a person does herself about consents: give, narrow, withdraw, disown.
 *
 * Each act writes a new version or ends one; a version is never changed otherwise, so
 * that what was shown and agreed to stays as it was. What she gives is `confirmed`, one
 * purpose at a time, and for sensitive data one category at a time (PIPL Arts. 14, 29).
 *
 *     asserted ──┬─ narrow ─► replaced, and a confirmed version ─► withdrawn
 *                ├─ withdraw ─► withdrawn
 *                └─ disown ─► disowned, a refusal, and what a complaint begins with
 *
 * An act that finds things as it wants them changes nothing, so that it can be sent
 * again. Expiry needs no act: a version holds before its `until`.
 *
 * Changes are part of the caller's transaction. As many threads as stores.
 */
#pragma once
#include "person/consent.h"
#include "person/wording.h"

enum { GRANT_ID = 40, GRANT_ROWS = 1000, GRANT_YEARS = 3, GRANT_EVIDENCE = 72 };

/* Why not, in words that do not change (grant_word). */
enum grant_no {
    GRANT_YES,
    GRANT_INCOMPLETE,      /* no wording, category, channel or end */
    GRANT_NO_PURPOSE,      /* unknown, not in force, or not one that consent opens */
    GRANT_NOT_SERVED,      /* a category that does not serve the purpose */
    GRANT_SEALED,          /* a category that no consent opens */
    GRANT_BUNDLED,         /* several in one */
    GRANT_PAST,            /* ends before it begins */
    GRANT_TOO_LONG,        /* more than GRANT_YEARS */
    GRANT_NO_ORGANISATION, /* unknown or closed */
    GRANT_OTHER_WORDING,   /* not what she was to be shown */
    GRANT_ABSENT,          /* no such consent of hers */
    GRANT_ENDED,           /* it has ended; a newer version may hold */
    GRANT_WIDER,           /* narrowing would add something */
    GRANT_CONFIRMED,       /* she gave it herself: it cannot be disowned */
    GRANT_FULL,            /* GRANT_ROWS versions */
};
enum { GRANT_NOS = GRANT_FULL + 1 };

/* "consent-bundled", and a sentence for people. Static. */
const char *grant_word(enum grant_no);
const char *grant_text(enum grant_no);

/* One version, with its texts behind it. */
struct grant_row {
    struct value v[CONSENT_COLUMNS];
    char text[];
};

/* All that concern a number since its holder has it, the newest first. */
struct grant_list {
    struct grant_row *row[GRANT_ROWS];
    size_t count;
};

/* ERR_LIMIT: more than GRANT_ROWS; then the list holds those. grant_forget in any case. */
MUST_USE enum err grant_read(struct store *, number, when since, struct grant_list *out,
                             struct problem *);
void grant_forget(struct grant_list *);

/* "con_" and 32 hex digits, of organisation, purposes and evidence; says nothing of whom. */
void grant_id(const struct value *row, char out[static GRANT_ID]);
const struct grant_row *grant_find(const struct grant_list *, struct str id);

/* "active" "expired" "withdrawn" "replaced" "disowned" */
const char *grant_status(const struct value *row, when now);
int64_t grant_version(const struct value *row);

/*
 * "sha256:…" over what was shown and agreed to, as text:
 *
 *     menshen-consent 1
 *     organisation org_match
 *     purposes matchmaking.introduce
 *     categories basic;contact
 *     channels call
 *     from 1795312800000000000            nanoseconds since 1970
 *     until 1826848800000000000
 *     version 2
 *                                         an empty line, then the wording, byte for byte
 *
 * which everybody can make again from the row.
 */
void grant_evidence(const struct value *row, char out[static GRANT_EVIDENCE]);

/* May this be asked of a person and agreed to, at `now`? Without its wording. */
enum grant_no grant_check(const struct rules *, const struct consent_terms *, when now);

/* Her, and whence the change comes. */
struct grant_act {
    struct store *store;
    const struct rules *rules;
    number number;
    when since; /* when the number came to her */
    struct fact_origin origin;
    bool changed; /* set by an act that changed something */
    int64_t seq;  /* … to its last journal number */
};

/*
 * Give. Versions in force for the same organisation and purpose that share a category
 * are replaced. Whether the wording is the one that the rules demand is the caller's to
 * know. `id` gets the consent's, also if it was there already.
 */
MUST_USE enum err grant_give(struct grant_act *, const struct consent_terms *,
                             char id[static GRANT_ID], enum grant_no *, struct problem *);

/* Fewer categories, fewer channels, an earlier end; 0, "" and 0 leave one as it is. */
struct grant_less {
    categories what;
    struct str channels;
    when until;
};
MUST_USE enum err grant_narrow(struct grant_act *, struct str id, const struct grant_less *,
                               enum grant_no *, struct problem *);

MUST_USE enum err grant_withdraw(struct grant_act *, struct str id, enum grant_no *,
                                 struct problem *);

/*
 * "I never gave this": ends what was asserted, refuses the organisation's calls, and
 * when an organisation is disowned three times and for over 1 % of what it asserted,
 * none of its assertions counts until somebody has looked (order `distrust`).
 */
MUST_USE enum err grant_disown(struct grant_act *, struct str id, enum grant_no *,
                               struct problem *);
