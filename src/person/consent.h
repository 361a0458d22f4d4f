/*
 * consent: a person's grant to an organisation, complete (docs/rules.md, rule 23) and
 * not bundled (rule 6).
 *
 * `asserted`: an organisation says so; `confirmed`: the person did. Import asserts,
 * and leaves a confirmed one confirmed.
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
    CONSENT_STATUS, /* asserted confirmed */
    CONSENT_COLUMNS
};

extern const struct fact_kind consent_kind;
