/* Routes of what goes on: events as they happen, verdicts counted and one by one. */
#include "http/routes.h"

/* Whose lines they are, and who watches over them. */
enum { SCREENERS = MACHINES | ROLE_AUTHORITY | ROLE_BUSINESS | KEEPERS };

static const struct query_param events_query[] = {
    {.name = "after",
     .type = QUERY_TEXT,
     .max = 20,
     .summary = "the `id` of the last event that was seen; of a browser that comes again by itself "
                "its Last-Event-ID counts"},
    {0},
};

static const struct query_param audit_query[] = {
    {.name = "cursor", .type = QUERY_TEXT, .max = 20, .summary = "`next` of the page before"},
    {.name = "kind", .type = QUERY_TEXT, .max = 64, .summary = "only of this kind of facts"},
    {.name = "actor", .type = QUERY_TEXT, .max = 64, .summary = "only by this one"},
    {0},
};

static const struct query_param stats_query[] = {
    {.name = "from",
     .type = QUERY_TEXT,
     .max = 40,
     .summary = "a time; else an hour, or a day by hours, before `until`"},
    {.name = "until", .type = QUERY_TEXT, .max = 40, .summary = "a time; else now"},
    {.name = "step", .type = QUERY_WORD, .words = "minute hour", .summary = "else minute"},
    {.name = "line", .type = QUERY_TEXT, .max = 64, .summary = "only over this line"},
    {.name = "campaign",
     .type = QUERY_TEXT,
     .max = 64,
     .summary = "only of this campaign, with its week"},
    {0},
};

static const struct query_param verdicts_query[] = {
    {.name = "cursor", .type = QUERY_TEXT, .max = 20, .summary = "`next` of the page before"},
    {.name = "verdict",
     .type = QUERY_WORD,
     .words = "allow remind warn block",
     .summary = "only these"},
    {.name = "reason", .type = QUERY_TEXT, .max = 64, .summary = "only for this reason"},
    {.name = "line", .type = QUERY_TEXT, .max = 64, .summary = "only over this line"},
    {.name = "campaign", .type = QUERY_TEXT, .max = 64, .summary = "only of this campaign"},
    {0},
};

static const struct query_param observe_query[] = {
    {.name = "since", .type = QUERY_TEXT, .max = 40, .summary = "a time; else seven days ago"},
    {.name = "line", .type = QUERY_TEXT, .max = 64, .summary = "only over this line"},
    {0},
};

const struct route routes_live[] = {
    {.method = "GET",
     .path = "/v1/events",
     .access = ACCESS_ROLE,
     .roles = CALLERS | ROLE_PERSON,
     .scope = SCOPE_EXPLAIN,
     .query = events_query,
     .summary = "What changes, as it changes, without an end (docs/api.md, \"Events\"): of what "
                "you could read the kind, and which one it is where it names you; 429: you listen "
                "too often already",
     .answers = "text/event-stream",
     .answer_schema = "Change",
     .codes = "406 429",
     .handle = api_events},
    {.method = "GET",
     .path = "/v1/verdicts",
     .access = ACCESS_ROLE,
     .roles = SCREENERS,
     .scope = SCOPE_EXPLAIN,
     .query = verdicts_query,
     .summary = "The newest verdicts on calls, of lines that are yours, without numbers; each "
                "explains itself at /v1/records/{id}",
     .answers = "application/json",
     .answer_schema = "Verdicts",
     .work = api_verdicts},
    {.method = "GET",
     .path = "/v1/verdicts/stats",
     .access = ACCESS_ROLE,
     .roles = SCREENERS,
     .scope = SCOPE_EXPLAIN,
     .query = stats_query,
     .summary = "How many calls over lines that are yours were answered how and why, by minute (of "
                "two days) or hour; the last hour and that of yesterday; how long answers took; of "
                "a campaign its week against the hours in which it may call",
     .answers = "application/json",
     .answer_schema = "VerdictStats",
     .codes = "422",
     .work = api_verdict_stats},
    {.method = "GET",
     .path = "/v1/observe",
     .access = ACCESS_ROLE,
     .roles = SCREENERS,
     .scope = SCOPE_EXPLAIN,
     .query = observe_query,
     .summary = "What enforcing would have done to calls that were only observed, by reason and "
                "protected class (`menshen report observe`)",
     .answers = "application/json",
     .answer_schema = "Observed",
     .work = api_observe},
    {.method = "GET",
     .path = "/v1/audit",
     .access = ACCESS_ROLE,
     .roles = ROLE_MACHINE | ROLE_AUDITOR | ROLE_AUTHORITY,
     .scope = SCOPE_AUDIT,
     .query = audit_query,
     .summary = "Who changed which fact when, the newest first, each with its record; never what "
                "it says, nor of whom",
     .answers = "application/json",
     .answer_schema = "Audit",
     .work = api_audit},
    {.method = "GET",
     .path = "/v1/health/report",
     .access = ACCESS_ROLE,
     .roles = AUDITORS,
     .scope = SCOPE_AUDIT,
     .summary =
         "What is in order at this node and what is not: store, ledger, journal, disk, clock, "
         "rules, answers",
     .answers = "application/json",
     .answer_schema = "HealthReport",
     .work = api_health_report},
    {0},
};
