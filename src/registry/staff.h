/*
 * staff: a person's account in an organisation. A practitioner is staff with a
 * certificate.
 */
#pragma once
#include "registry/fact.h"

/* Columns, in the order of a row. */
enum {
    STAFF_ID,
    STAFF_ORGANISATION,
    STAFF_NAME,
    STAFF_ROLE, /* sales manager compliance officer approver examiner auditor operator */
    STAFF_LOGIN,
    STAFF_CERTIFICATE, /* "number:2027-03-31", valid through that day; NULL: none */
    STAFF_STATUS,      /* active suspended left closed */
    STAFF_COLUMNS
};

extern const struct fact_kind staff_kind;
