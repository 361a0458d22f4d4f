#include "http/scopes.h"
#include "http/route.h"

static const struct {
    unsigned scope;
    const char *word;
} names[] = {{SCOPE_CALL, "call"},       {SCOPE_REPLAY, "replay"},  {SCOPE_EXPLAIN, "explain"},
             {SCOPE_METRICS, "metrics"}, {SCOPE_AUDIT, "audit"},    {SCOPE_LOOK, "look"},
             {SCOPE_MEMBERS, "members"}, {SCOPE_ME, "me"},          {SCOPE_REGISTRY, "registry"},
             {SCOPE_DESK, "desk"},       {SCOPE_REPORTS, "reports"}};
enum { NAMES = sizeof names / sizeof *names };

const char *scope_word(unsigned scope)
{
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].scope == scope)
            return names[i].word;
    return "";
}

json_t *scopes_json(unsigned scopes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < NAMES; i++)
        if ((scopes & names[i].scope) != 0 &&
            json_array_append_new(list, json_string(names[i].word)) != 0)
            break;
    return list;
}

unsigned scopes_of_role(enum role role)
{
    unsigned scopes = 0;
    EACH_ROUTE (r)
        if (r->access == ACCESS_ROLE && (r->roles & (unsigned)role) != 0)
            scopes |= r->scope;
    /* Other times and dry runs are no routes of their own. */
    return (scopes & SCOPE_CALL) != 0 ? scopes | SCOPE_REPLAY : scopes;
}
