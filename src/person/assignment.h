/*
 * assignment: when a number came to its present holder. Facts older than that are
 * void for her.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    ASSIGNMENT_NUMBER,
    ASSIGNMENT_ASSIGNED_AT,
    ASSIGNMENT_RELEASED_AT, /* NULL: still held */
    ASSIGNMENT_COLUMNS
};

extern const struct fact_kind assignment_kind;
