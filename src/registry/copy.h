/*
 * copy: when this node's copy of an outside registry was made.
 *
 * A preference registry (来电免打扰 and the like) is a copy of somebody else's; how
 * old it may be is the rule pack's. Written by `import preferences --copy-of NAME`.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum { COPY_NAME, COPY_COPIED_AT, COPY_COLUMNS };

extern const struct fact_kind copy_kind;
