/*
 * Who asks, and may they use this route? By a bearer token, else by the session in a cookie;
 * a page of somebody else's gets nowhere with a cookie (docs/threat-model.md).
 */
#include "core/log.h"
#include "gate/gate.h"
#include "http/cookie.h"
#include "http/origin.h"
#include "http/route.h"
#include "registry/session.h"

#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <sodium.h>

static const char *header_of(const struct request *r, const char *name)
{
    return evhttp_find_header(evhttp_request_get_input_headers(r->ev), name);
}

static bool refuse(struct request *r, int status, const char *code, const char *detail)
{
    respond_problem(r, status, code, detail, NULL);
    return false;
}

static bool no_store(struct request *r, const struct problem *problem)
{
    log_warning("http: who asks could not be looked up: %s", problem->text);
    return refuse(r, 503, "store-unavailable",
                  "tokens and sessions cannot be checked at the moment; try again");
}

static bool by_token(struct request *r, struct str header)
{
    const struct route *route = r->route;
    struct problem problem = {.text = ""};
    enum err e = ERR_NOT_FOUND;
    if (header.n > 7 && str_ieq((struct str){header.p, 7}, STR("Bearer ")))
        e = token_find(request_store(r), str_trim(str_skip(header, 7)), request_now(r), &r->subject,
                       &problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return no_store(r, &problem);
    if (route->scope == 0 || route->own_session)
        return refuse(r, 401, "session-required",
                      "no token opens this route; sign in with POST /v1/session");
    if (e != OK) {
        respond_header(r, "WWW-Authenticate", "Bearer realm=\"menshen\"");
        return refuse(r, 401, "token-required",
                      "sign in with POST /v1/session, or send a bearer token in force; "
                      "`menshen user token NAME --scopes …` makes one");
    }
    if ((r->subject.scopes & route->scope) != route->scope) {
        respond_header(r, "WWW-Authenticate",
                       "Bearer realm=\"menshen\", error=\"insufficient_scope\"");
        return refuse(r, 403, "scope-missing", "the token lacks the scope of this route");
    }
    return true;
}

/* All Cookie headers: HTTP/2 in front may have split one. Kept only if it can be a session. */
static void read_cookie(struct request *r)
{
    const struct evkeyvalq *headers = evhttp_request_get_input_headers(r->ev);
    unsigned found = 0;
    for (const struct evkeyval *h = headers->tqh_first; h != NULL; h = h->next.tqe_next) {
        struct str value;
        if (!str_ieq(str_of(h->key), STR("Cookie")) ||
            !cookie_find(str_of(h->value), STR(SESSION_COOKIE), &value))
            continue;
        found++;
        if (!str_copy(value, r->session, sizeof r->session))
            r->session[0] = '\0';
    }
    if (found > 1)
        r->session[0] = '\0';
}

bool authorise_page(struct request *r)
{
    struct origin_facts facts = {.origin = header_of(r, "Origin"),
                                 .fetch_site = header_of(r, "Sec-Fetch-Site"),
                                 .host = header_of(r, "Host"),
                                 .public_url = request_public_url(r),
                                 .tls = request_tls(r)};
    if (origin_is_ours(&facts))
        return true;
    return refuse(r, 403, "foreign-page", "the request comes from a page that is not served here");
}

/* Methods that change something need more than a cookie, which a browser sends by itself. */
static bool page_is_ours(struct request *r)
{
    char wanted[SECRET_TEXT];
    if (str_eq(str_of(r->route->method), STR("GET")))
        return true;
    if (!authorise_page(r))
        return false;
    const char *given = header_of(r, "X-CSRF-Token");
    if (given != NULL && strlen(given) == SECRET_TEXT - 1 &&
        session_csrf(str_of(r->session), wanted) == OK &&
        sodium_memcmp(given, wanted, SECRET_TEXT - 1) == 0)
        return true;
    return refuse(r, 403, "csrf-token-required",
                  "send the \"csrf\" of GET /v1/session in the header X-CSRF-Token");
}

static bool by_session(struct request *r)
{
    bool stale;
    struct problem problem = {.text = ""};
    enum err e = session_find(request_store(r), request_account_key(r), str_of(r->session),
                              request_now(r), &r->subject, &stale, &problem);
    if (e != OK && e != ERR_NOT_FOUND)
        return no_store(r, &problem);
    if (e != OK)
        return refuse(r, 401, "session-required",
                      "the session has ended; sign in with POST /v1/session");
    if (stale)
        request_used(r);
    if (!page_is_ours(r))
        return false;
    if ((r->subject.scopes & r->route->scope) != r->route->scope)
        return refuse(r, 403, "scope-missing", "a session does not open this route");
    return true;
}

static bool by_somebody(struct request *r)
{
    const char *header = header_of(r, "Authorization");
    if (header == NULL)
        read_cookie(r);
    if (r->session[0] == '\0' && (header != NULL || r->route->scope != 0))
        return by_token(r, str_of(header != NULL ? header : ""));
    if (r->session[0] == '\0')
        return refuse(r, 401, "session-required", "sign in with POST /v1/session");
    return by_session(r);
}

/* What a stopped organisation still does is to answer: complaints, refunds, rights, the case. */
static bool may_begin(struct request *r)
{
    const struct str of = str_of(r->subject.organisation);
    if (!r->route->begins || of.n == 0 || !gate_stopped(request_gate(r), of, request_now(r)))
        return true;
    return refuse(r, 403, "organisation-suspended",
                  "your organisation is suspended: nothing new begins; complaints, refunds and "
                  "what persons ask of their rights go on");
}

bool authorise(struct request *r)
{
    switch (r->route->access) {
    case ACCESS_PUBLIC:
        return true;
    case ACCESS_NOBODY:
        return refuse(r, 403, "forbidden", "nobody may use this route");
    case ACCESS_ROLE:
        break;
    }
    if (!by_somebody(r))
        return false;
    if ((r->subject.role & r->route->roles) == 0)
        return refuse(r, 403, "role-missing",
                      "your role may not use this route; /openapi.json says which may");
    if (!may_begin(r))
        return false;
    if (!r->route->confirmed ||
        session_confirmed_within(&r->subject, request_now(r), request_confirmed_for(r)))
        return true;
    return refuse(r, 403, "confirmation-required",
                  "confirm with a further code that it is you (POST /v1/session/confirm), then "
                  "send this again");
}
