#include "http/routes.h"

#include <stdio.h>

const struct route *const route_tables[] = {
    routes_console, routes_host,       routes_session, routes_demo,      routes_me,
    routes_calls,   routes_live,       routes_persons, routes_contracts, routes_staff,
    routes_lines,   routes_registry,   routes_clocks,  routes_traces,    routes_listings,
    routes_cases,   routes_complaints, routes_reports, routes_papers,    NULL,
};

/* Match segment by segment; "{x}" takes one that is not empty, "{x*}" the rest. */
static bool matches(struct str pattern, struct str path, struct str *param)
{
    struct str want, have;
    *param = (struct str){.p = path.p, .n = 0};
    pattern = str_skip(pattern, 1);
    path = str_skip(path, 1);
    for (;;) {
        struct str before = path;
        bool more_want = str_split(&pattern, '/', &want);
        if (more_want && want.n > 2 && want.p[want.n - 2] == '*') {
            *param = before;
            return before.n > 0;
        }
        bool more_have = str_split(&path, '/', &have);
        if (!more_want || !more_have)
            return !more_want && !more_have;
        if (want.n > 0 && want.p[0] == '{') {
            if (have.n == 0)
                return false;
            *param = have;
        } else if (!str_eq(want, have)) {
            return false;
        }
    }
}

const struct route *route_find(struct str method, struct str path, struct str *param,
                               char allow[static ALLOW_TEXT])
{
    struct str ask = str_eq(method, STR("HEAD")) ? STR("GET") : method;
    const char *found_path = NULL;
    size_t n = 0;
    allow[0] = '\0';
    if (path.n == 0 || path.p[0] != '/')
        return NULL;
    EACH_ROUTE (r) {
        if (found_path != NULL && strcmp(r->path, found_path) != 0)
            continue;
        if (!matches(str_of(r->path), path, param))
            continue;
        if (str_eq(str_of(r->method), ask))
            return r;
        found_path = r->path;
        bool get = strcmp(r->method, "GET") == 0;
        int k = snprintf(allow + n, ALLOW_TEXT - n, "%s%s%s", n > 0 ? ", " : "", r->method,
                         get ? ", HEAD" : "");
        n = k > 0 && n + (size_t)k < ALLOW_TEXT ? n + (size_t)k : n;
    }
    return NULL;
}
