/*
 * number_range: a block of numbers with its assignee and permitted use.
 *
 * Blocks may nest: the narrowest that holds a number decides, so a ported number is
 * a block of one. Blocks that cross are refused.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    RANGE_FIRST,
    RANGE_LAST,
    RANGE_ORGANISATION,
    RANGE_USE,       /* person service marketing emergency relay */
    RANGE_DIRECTION, /* both inbound outbound */
    RANGE_STATUS,    /* active inactive suspended closed */
    RANGE_COLUMNS
};

extern const struct fact_kind range_kind;

/*
 * Are these numbers another carrier's than `carrier`: registered to it, or ported to it, by the
 * narrowest range of a carrier that holds them all? Numbers that no carrier has are nobody's.
 */
MUST_USE enum err range_of_another(struct store *, int64_t first, int64_t last, struct str carrier,
                                   bool *yes, struct problem *);
