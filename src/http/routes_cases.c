/* Routes of cases and their acts. */
#include "http/routes.h"

enum {
    /* Those who supervise, and those of a respondent who may speak for it. */
    CASE_READERS = SUPERVISORS | ROLE_MANAGER | ROLE_COMPLIANCE | ROLE_STAFF | ROLE_CARRIER,
};

static const struct query_param cases_query[] = {
    {.name = "status", .type = QUERY_WORD, .words = "open closed", .summary = "else both"},
    {.name = "cursor", .type = QUERY_TEXT, .max = 64, .summary = "`next` of the page before"},
    {0},
};

const struct route routes_cases[] = {
    {.method = "GET",
     .path = "/v1/cases",
     .access = ACCESS_ROLE,
     .roles = CASE_READERS,
     .scope = SCOPE_DESK,
     .query = cases_query,
     .summary = "Cases that your organisation has opened or filed, those against it, and for an "
                "authority those of associations of its sector and region",
     .answers = "application/json",
     .answer_schema = "Cases",
     .codes = "503",
     .work = api_cases},
    {.method = "POST",
     .path = "/v1/cases",
     .access = ACCESS_ROLE,
     .roles = SUPERVISORS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .once = true,
     .status = 201,
     .summary = "Open a case: an association takes the matter up, an authority files it",
     .answers = "application/json",
     .question_schema = "CaseOpening",
     .answer_schema = "Case",
     .codes = "422",
     .work = api_case_open},
    {.method = "GET",
     .path = "/v1/cases/{id}",
     .access = ACCESS_ROLE,
     .roles = CASE_READERS,
     .scope = SCOPE_DESK,
     .summary = "A case with its acts: to the respondent what is addressed to it, never a draft "
                "or who complained",
     .answers = "application/json",
     .answer_schema = "Case",
     .codes = "404",
     .work = api_case},
    {.method = "GET",
     .path = "/v1/cases/{id}/next",
     .access = ACCESS_ROLE,
     .roles = CASE_READERS,
     .scope = SCOPE_DESK,
     .summary = "Which acts are lawful now for you, and why the others are not yet",
     .answers = "application/json",
     .answer_schema = "CaseNext",
     .codes = "404",
     .work = api_case_next},
    {.method = "POST",
     .path = "/v1/cases/{id}/acts",
     .access = ACCESS_ROLE,
     .roles = CASE_READERS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .may_match = true,
     .once = true,
     .status = 201,
     .summary = "Act: role, body, state are looked at in this order; 409 `unlawful-act` names the "
                "lawful next acts",
     .answers = "application/json",
     .question_schema = "CaseAct",
     .answer_schema = "Case",
     .codes = "404 409 412 422",
     .work = api_case_act},
    {0}};
