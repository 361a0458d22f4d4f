/* Routes of traces. */
#include "http/routes.h"

enum { TRACERS = ROLE_MACHINE | ROLE_CARRIER | ROLE_AUTHORITY };

static const struct query_param traces_query[] = {
    {.name = "cursor", .type = QUERY_TEXT, .max = 64, .summary = "the next of a page"},
    {.name = NULL},
};

const struct route routes_traces[] = {
    {.method = "GET",
     .path = "/v1/traces",
     .access = ACCESS_ROLE,
     .roles = TRACERS,
     .scope = SCOPE_DESK,
     .query = traces_query,
     .summary = "Traces of calls: a carrier's own; an authority and the host see all",
     .answers = "application/json",
     .answer_schema = "Traces",
     .codes = "400 401 403 503",
     .work = api_traces},
    {.method = "POST",
     .path = "/v1/traces",
     .access = ACCESS_ROLE,
     .roles = TRACERS,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .once = true,
     .status = 201,
     .summary = "Follow a call back to the line it came from, by our records and by asking other "
                "carriers",
     .answers = "application/json",
     .question_schema = "TraceAsk",
     .answer_schema = "Trace",
     .codes = "400 401 403 413 415 422 429 503",
     .work = api_trace_open},
    {.method = "GET",
     .path = "/v1/traces/{id}",
     .access = ACCESS_ROLE,
     .roles = TRACERS,
     .scope = SCOPE_DESK,
     .summary = "One of them, hop by hop",
     .answers = "application/json",
     .answer_schema = "Trace",
     .codes = "401 403 404 503",
     .work = api_trace},
    {.method = "POST",
     .path = "/v1/traces/{id}/hop",
     .access = ACCESS_ROLE,
     .roles = ROLE_CARRIER | ROLE_AUTHORITY,
     .scope = SCOPE_DESK,
     .takes = BODY_JSON,
     .body_max = 4096,
     .summary = "What another carrier asks of its trace `id`: on which line did this call come in? "
                "The same question gets the same answer",
     .answers = "application/json",
     .question_schema = "TraceHopAsk",
     .answer_schema = "TraceHopAnswer",
     .codes = "400 401 403 409 413 415 429 503",
     .work = api_trace_hop},
    {.method = NULL},
};
