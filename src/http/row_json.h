/*
 * row_json: rows of the registry in JSON, by their columns (fact.h).
 */
#pragma once
#include "registry/fact.h"

#include <jansson.h>

/* A new reference; NULL: out of memory. */
json_t *row_json(const struct rules *, const struct fact_kind *, const struct value *row);
