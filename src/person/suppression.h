/*
 * suppression: what an erased person's number still refuses.
 *
 * Her wishes about calls outlive the rest of her, so that an erasure never means new
 * calls; her number does not. Rows stand under its keyed hash (link.h), which a call to
 * the number finds and nobody reads a number from. The row of an organisation is a
 * refusal; the row of "*" holds her preferences, without those whom she wanted to hear
 * from. Written by an erasure only (erase.h).
 */
#pragma once
#include "person/link.h"
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    SUPPRESSION_LINK,         /* link_text */
    SUPPRESSION_ORGANISATION, /* refused; "*": these are preferences */
    SUPPRESSION_AT,           /* refused, or entered */
    SUPPRESSION_SECTORS,      /* of "*", as preference.h */
    SUPPRESSION_CLASSES,
    SUPPRESSION_HOURS,
    SUPPRESSION_BLOCK,
    SUPPRESSION_COLUMNS
};

#define SUPPRESSION_WISHES "*"

extern const struct fact_kind suppression_kind;
