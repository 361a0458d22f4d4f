/* Routes of what goes on: events as they happen. */
#include "http/routes.h"

static const struct query_param events_query[] = {
    {.name = "after",
     .type = QUERY_TEXT,
     .max = 20,
     .summary = "the `id` of the last event that was seen; of a browser that comes again by itself "
                "its Last-Event-ID counts"},
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
    {0},
};
