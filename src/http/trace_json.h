/*
 * trace_json: a trace as it is shown: by whom it was asked for, its hops, its end. No numbers.
 */
#pragma once
#include "desk/trace.h"

#include <jansson.h>

/* A new reference; NULL: out of memory. */
json_t *trace_json(const struct rules *, const struct trace *, when now);
