/* POST, GET, DELETE /v1/session */
#include "core/address.h"
#include "http/cookie.h"
#include "http/session_worker.h"
#include "http/route.h"
#include "registry/session.h"

#include <stdio.h>

enum { REFUSED_MS = 1000 };

static const char attributes[] = "; Path=/; Secure; HttpOnly; SameSite=Strict";

static void set_cookie(struct request *r, const char *value, const char *more)
{
    char text[sizeof SESSION_COOKIE + SECRET_TEXT + sizeof attributes + 16];
    snprintf(text, sizeof text, "%s=%s%s%s", SESSION_COOKIE, value, attributes, more);
    respond_header(r, "Set-Cookie", text);
}

static void unavailable(struct request *r)
{
    respond_problem(r, 503, "store-unavailable",
                    "sessions cannot be written at the moment; try again", NULL);
}

static void tell(struct request *r)
{
    const struct subject *s = &r->subject;
    char csrf[SECRET_TEXT];
    if (session_csrf(str_of(r->session), csrf) != OK) {
        unavailable(r);
        return;
    }
    bool person = s->role == ROLE_PERSON;
    respond_json(r, 200,
                 json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", s->id, "role",
                           person ? "person" : s->position, "organisation", s->organisation, "kind",
                           person ? "person" : s->kind, "csrf", csrf));
}

void api_session(struct request *r)
{
    tell(r);
}

/* -- Signing in ---------------------------------------------------------------------- */

/* The same words, after the same time, whatever was wrong. */
static void refused(struct request *r)
{
    respond_problem(r, 401, "sign-in-refused",
                    "login, password or code is wrong, or the account is locked for a while after "
                    "too many failures; a code is good once",
                    NULL);
}

static void signed_in(struct request *r)
{
    const struct session_task *t = r->task;
    struct problem problem;
    bool stale;
    if (t->result == ERR_REFUSED) {
        request_later(r, REFUSED_MS, refused);
        return;
    }
    if (t->result != OK || !str_copy(str_of(t->session), r->session, sizeof r->session) ||
        session_find(request_store(r), request_account_key(r), str_of(r->session), t->at,
                     &r->subject, &stale, &problem) != OK) {
        unavailable(r);
        return;
    }
    set_cookie(r, r->session, "");
    tell(r);
}

static void take_field(struct request *r, const char *name, char *out, size_t size,
                       struct ask_errors *errors)
{
    struct str text = ask_text(r->json, name, size - 1, true, errors);
    if (!str_copy(text, out, size))
        ask_error(errors, name, "not-text", "\"%s\" holds a NUL", name);
}

/* NULL after having answered. */
static struct session_task *read_attempt(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct session_task *t = session_task_new(SESSION_SIGN_IN, request_now(r));
    const char *key;
    json_t *value;
    if (t == NULL) {
        unavailable(r);
        return NULL;
    }
    json_object_foreach(r->json, key, value) if (strcmp(key, "login") != 0 &&
                                                 strcmp(key, "password") != 0 &&
                                                 strcmp(key, "code") != 0)
        ask_error(&errors, key, "unknown-field", "\"%s\" is not a field of a sign-in", key);
    take_field(r, "login", t->login, sizeof t->login, &errors);
    take_field(r, "password", t->password, sizeof t->password, &errors);
    take_field(r, "code", t->code, sizeof t->code, &errors);
    if (errors.count == 0)
        return t;
    session_task_free(t);
    respond_problem(r, 400, "invalid-sign-in", "a sign-in has a login, a password and a code",
                    &errors);
    return NULL;
}

static bool is_loopback(const struct in6_addr *a)
{
    struct network net;
    return IN6_IS_ADDR_LOOPBACK(a) ||
           (network_parse(STR("127.0.0.0/8"), &net) && network_holds(&net, a));
}

/* A password does not cross a network in the clear; a proxy that holds TLS is told by its URL. */
static bool may_send_passwords(struct request *r)
{
    const char *url = request_public_url(r);
    if (request_tls(r) || is_loopback(&r->from) ||
        (url != NULL && str_starts(str_of(url), STR("https://"))))
        return true;
    respond_problem(r, 403, "tls-required",
                    "sign in over TLS: see http.tls, or http.public_url for a proxy in front",
                    NULL);
    return false;
}

void api_sign_in(struct request *r)
{
    if (!may_send_passwords(r) || !authorise_page(r))
        return;
    struct session_task *t = read_attempt(r);
    if (t == NULL)
        return;
    if (!request_attempt(r)) {
        session_task_free(t);
        respond_header(r, "Retry-After", "60");
        respond_problem(r, 429, "too-many-attempts",
                        "this address has tried too often; wait a minute "
                        "(limits.sign_ins_per_address)",
                        NULL);
        return;
    }
    if (!request_session(r, t, signed_in)) {
        session_task_free(t);
        respond_header(r, "Retry-After", "5");
        respond_problem(r, 503, "busy", "too many sign in at once; try again", NULL);
    }
}

/* -- Signing out ---------------------------------------------------------------------- */

static void signed_out(struct request *r)
{
    if (r->task->result != OK) {
        unavailable(r);
        return;
    }
    set_cookie(r, "", "; Max-Age=0");
    respond_json(r, 200, json_pack("{s:b}", "ended", 1));
}

void api_sign_out(struct request *r)
{
    struct session_task *t = session_task_new(SESSION_SIGN_OUT, request_now(r));
    if (t != NULL && str_copy(str_of(r->session), t->session, sizeof t->session) &&
        request_session(r, t, signed_out))
        return;
    session_task_free(t);
    unavailable(r);
}
