/*
 * opened_json: what an opened receipt (ledger/opened.h) shows, for whoever reads it.
 *
 * Of a fact the change as it is; of a call who rang whom over which line; of a look who looked at
 * whom, for which organisation, and what was answered of each category.
 */
#pragma once
#include "ledger/opened.h"

#include <jansson.h>

/* NULL: it is of another kind, or not what such an opening holds. */
json_t *opened_json(const struct opened *);
