/*
 * refusal: "do not call me again", to one organisation, without expiry.
 *
 * Import adds refusals, never removes or moves one: the earliest instant stays. Only
 * the person lifts one.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum { REFUSAL_NUMBER, REFUSAL_ORGANISATION, REFUSAL_AT, REFUSAL_COLUMNS };

extern const struct fact_kind refusal_kind;
