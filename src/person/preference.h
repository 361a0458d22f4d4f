/*
 * preference: what a person does not want to be called about.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    PREFERENCE_NUMBER,
    PREFERENCE_SECTORS, /* refused: sector codes or "*" */
    PREFERENCE_CLASSES, /* refused: number classes */
    PREFERENCE_HOURS, /* when calls are welcome, "09:00-12:00;14:00-20:00"; NULL: whenever lawful */
    PREFERENCE_BLOCK, /* patterns and organisations never to be put through (registry/pattern.h) */
    PREFERENCE_ALLOW, /* patterns and organisations that she wants to hear from */
    PREFERENCE_COLUMNS
};

extern const struct fact_kind preference_kind;

/* The welcome hours of a row. False if `text` is not in normal form. */
bool preference_hours(struct str text, struct hours *out);
