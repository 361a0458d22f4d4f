/*
 * routes: the tables that the one of route.h is put together from, one a subject, and the
 * groups of roles that they share. For the files routes_….c only.
 */
#pragma once
#include "http/route.h"

enum {
    STAFF = ROLE_SALES | ROLE_MANAGER | ROLE_COMPLIANCE | ROLE_STAFF | ROLE_CARRIER |
            ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY | ROLE_EXAMINER,
    SIGNED_IN = STAFF | ROLE_PERSON,
    CALLERS = ROLE_MACHINE | ROLE_BUSINESS | STAFF,
    AUDITORS = ROLE_MACHINE | ROLE_CARRIER | ROLE_AUDITOR | ROLE_AUTHORITY,
    MACHINES = ROLE_MACHINE | ROLE_CARRIER,
    AGENCY = ROLE_SALES | ROLE_MANAGER | ROLE_COMPLIANCE | ROLE_STAFF,
    ASKERS = ROLE_SALES | ROLE_MANAGER | ROLE_COMPLIANCE,
    SUPERVISORS = ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY,
    KEEPERS = ROLE_MANAGER | ROLE_COMPLIANCE, /* of members' files */
    HOLDERS = ROLE_SALES | ROLE_MANAGER,      /* of members */
    CERTIFIERS = ROLE_EXAMINER | ROLE_ASSOCIATION,
    STAFF_KEEPERS = KEEPERS | ROLE_CARRIER | ROLE_ASSOCIATION | ROLE_AUTHORITY, /* by position */
    STAFF_READERS = STAFF_KEEPERS | ROLE_EXAMINER,
    STOP_SPEAKERS = KEEPERS | SUPERVISORS, /* of stopped accounts */
    WORKERS_ON_MEMBERS = HOLDERS | ROLE_COMPLIANCE,
};

extern const struct route routes_console[], routes_host[], routes_session[], routes_demo[],
    routes_me[], routes_calls[], routes_persons[], routes_contracts[], routes_staff[],
    routes_lines[], routes_papers[], routes_registry[], routes_clocks[], routes_traces[],
    routes_listings[], routes_cases[], routes_complaints[], routes_reports[], routes_live[];

/* Queries of routes of two tables. */
extern const struct query_param person_query[], refund_query[];
