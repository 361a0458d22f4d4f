/*
 * line: a voice trunk, and what it may carry.
 *
 * The registry keeps for each line who uses it, where it enters, what for, and the
 * numbers it may present (docs/rules.md, rule 16), and whether the five
 * documents were seen. A line that lacks any of these is stored inactive.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    LINE_ID,
    LINE_ORGANISATION, /* NULL only while inactive */
    LINE_CARRIER,
    LINE_LOCATION,  /* NULL only while inactive */
    LINE_PURPOSE,   /* marketing service person relay interconnect international; NULL only while
                       inactive */
    LINE_CALLERS,   /* patterns (registry/pattern.h); NULL: none */
    LINE_PEERS,     /* IP addresses; NULL: none */
    LINE_DOCUMENTS, /* licence permit number-certificate filing plan */
    LINE_STATUS,    /* active inactive suspended closed */
    LINE_SERVICE, /* appointment delivery verification alarm contract care notice; NULL: not stated
                   */
    LINE_COLUMNS
};

extern const struct fact_kind line_kind;
