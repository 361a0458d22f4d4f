/*
 * campaign: a registered outbound action: for whom, by whom, what for, over which
 * lines, when.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    CAMPAIGN_ID,
    CAMPAIGN_PRINCIPAL,
    CAMPAIGN_CALLERS, /* organisations that may call for the principal; NULL: only itself */
    CAMPAIGN_SECTOR,
    CAMPAIGN_PURPOSE,
    CAMPAIGN_LINES, /* NULL: none named */
    CAMPAIGN_CONSENT_BASIS,
    CAMPAIGN_FROM,   /* NULL: no beginning */
    CAMPAIGN_UNTIL,  /* NULL: no end */
    CAMPAIGN_STATUS, /* draft active inactive paused suspended closed ended */
    CAMPAIGN_COLUMNS
};

extern const struct fact_kind campaign_kind;
