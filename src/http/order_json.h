/*
 * order_json: an officer's order in JSON, as the schema DeskOrder; never with the number that it is
 * about.
 */
#pragma once
#include "registry/fact.h"

#include <jansson.h>

/* A new reference; NULL: out of memory. */
json_t *order_json(const struct rules *, const struct value *row, bool in_force);
