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
    STAFF_ROLE, /* POSITION_WORDS */
    STAFF_LOGIN,
    STAFF_CERTIFICATE, /* "number:2027-03-31", valid through that day; NULL: none */
    STAFF_STATUS,      /* active suspended left closed */
    STAFF_COLUMNS
};

/* What staff may be, in the order of POSITION_WORDS. */
#define POSITION_WORDS "sales manager compliance officer approver examiner auditor operator"
enum position {
    POSITION_SALES,
    POSITION_MANAGER,
    POSITION_COMPLIANCE,
    POSITION_OFFICER,
    POSITION_APPROVER,
    POSITION_EXAMINER,
    POSITION_AUDITOR,
    POSITION_OPERATOR,
    POSITION_UNKNOWN
};

/* POSITION_UNKNOWN for any other word. */
enum position position_of(struct str word);

extern const struct fact_kind staff_kind;

/* Is this an active member of staff of this organisation? */
MUST_USE enum err staff_serves(struct store *, struct str id, struct str organisation, bool *yes,
                               struct problem *);
