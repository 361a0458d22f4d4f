/*
 * entrustment: a contract by which a principal lets another organisation call for
 * it (PIPL Art. 21).
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    ENTRUSTMENT_PRINCIPAL,
    ENTRUSTMENT_CALLER,
    ENTRUSTMENT_PURPOSE,
    ENTRUSTMENT_FROM,
    ENTRUSTMENT_UNTIL, /* NULL: no end */
    ENTRUSTMENT_DOCUMENT,
    ENTRUSTMENT_COLUMNS
};

extern const struct fact_kind entrustment_kind;
