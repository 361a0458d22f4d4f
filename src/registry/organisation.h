/*
 * organisation: who may act: agencies, enterprises, call centres, carriers,
 * platforms, media, associations, authorities.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    ORGANISATION_ID,
    ORGANISATION_NAME,
    ORGANISATION_KIND, /* agency enterprise call_centre carrier platform media association authority
                        */
    ORGANISATION_SECTOR,  /* NULL: none */
    ORGANISATION_LICENCE, /* as stated, NULL: none */
    ORGANISATION_REGION,
    ORGANISATION_STATUS, /* active suspended closed */
    ORGANISATION_PARENT, /* an organisation, or NULL */
    ORGANISATION_LEGAL_ENTITY,
    ORGANISATION_FILING, /* filing (备案) number, or NULL */
    ORGANISATION_COLUMNS
};

extern const struct fact_kind organisation_kind;
