/*
 * fact_json: what facts hold, in JSON.
 *
 * New references; NULL: out of memory. Pure; any thread.
 */
#pragma once
#include "rules/rules.h"
#include "store/store.h"

#include <jansson.h>

/* A text; null: none. */
json_t *fact_json_text(const struct value *);

/* An instant as RFC 3339, in the time of the pack's place; of a column, null: none. */
json_t *fact_json_when(const struct rules *, when at);
json_t *fact_json_time(const struct rules *, const struct value *);

/* A day (days since 1970), "2026-11-21". */
json_t *fact_json_day(int64_t day);

/* The parts of a list that ";" separates. */
json_t *fact_json_list(struct str);
