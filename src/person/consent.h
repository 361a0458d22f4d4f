/*
 * consent: a person's grant to an organisation, complete (docs/rules.md, rule 23) and
 * not bundled (rule 6).
 *
 * `asserted`: an organisation says so; `confirmed`: the person did. Import asserts,
 * and leaves alone what she has confirmed or ended. A row is one version: a change is
 * a new row, and the former ends (person/grant.h).
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    CONSENT_NUMBER,
    CONSENT_ORGANISATION,
    CONSENT_PURPOSES,
    CONSENT_CATEGORIES, /* CATEGORY_WORDS */
    CONSENT_CHANNELS,
    CONSENT_FROM,
    CONSENT_UNTIL, /* NULL: no end */
    CONSENT_WORDING,
    CONSENT_EVIDENCE,
    CONSENT_STATUS,   /* asserted confirmed */
    CONSENT_VERSION,  /* NULL: 1 */
    CONSENT_ENDED_AT, /* by her, before `until`; NULL: not */
    CONSENT_ENDED, /* CONSENT_ENDS: withdrawn by her; replaced by her next version; never given */
    CONSENT_COLUMNS
};

#define CONSENT_ENDS "withdrawn replaced disowned"

extern const struct fact_kind consent_kind;

/*
 * Several purposes in one, or data that need a consent of their own beside others: what
 * she could not agree to apart. No such consent is given, asked for, narrowed to, or imported.
 */
bool consent_bundled(const struct rules *, struct str purposes, categories);

/* Does a list of channels hold calls, in whatever word? */
bool consent_for_calls(struct str channels);
