/* Routes of the desk's deadlines, and of what it dispatches to others. */
#include "desk/clock.h"
#include "http/routes.h"

enum { READERS = SUPERVISORS | ROLE_CARRIER | KEEPERS };

static const struct query_param clocks_query[] = {
    {.name = "subject",
     .type = QUERY_TEXT,
     .max = 64,
     .summary = "only of this complaint, case, act, dispatch …"},
    {.name = "state",
     .type = QUERY_WORD,
     .words = CLOCK_QUERY_STATES,
     .summary = "only these; `open`: running, overdue or paused"},
    {.name = "organisation",
     .type = QUERY_TEXT,
     .max = 64,
     .summary = "an association's of one's sector and region, for an authority; else one's own"},
    {.name = "cursor", .type = QUERY_TEXT, .max = 64, .summary = "`next` of the page before"},
    {0},
};

const struct route routes_clocks[] = {
    {.method = "GET",
     .path = "/v1/clocks",
     .access = ACCESS_ROLE,
     .roles = READERS,
     .scope = SCOPE_DESK,
     .query = clocks_query,
     .summary = "Deadlines of one's organisation, by their ends",
     .answers = "application/json",
     .answer_schema = "Clocks",
     .codes = "404",
     .work = api_clocks},
    {.method = "POST",
     .path = "/v1/clocks/{id}/recount",
     .access = ACCESS_ROLE,
     .roles = SUPERVISORS | ROLE_CARRIER,
     .scope = SCOPE_DESK,
     .summary = "Count a running deadline anew, by rule and calendar as they are now, with its "
                "pauses; what is over does not move",
     .answers = "application/json",
     .answer_schema = "Clock",
     .codes = "404 409 422",
     .work = api_clock_recount},
    {0},
};
