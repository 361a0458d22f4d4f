/* POST, GET, DELETE /v1/session, POST /v1/session/codes and …/confirm */
#include "core/address.h"
#include "http/cookie.h"
#include "http/session_worker.h"
#include "http/route.h"
#include "registry/code.h"
#include "registry/session.h"

#include <event2/http.h>
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
    respond_problem(
        r, 401, "sign-in-refused",
        r->task->number != 0
            ? "number or code is wrong, or the code has ended; a code is good once, for "
              "5 minutes and 5 attempts"
            : "login, password or code is wrong, or the account is locked for a while "
              "after too many failures; a code is good once",
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

/* A number that a person has; services and emergency numbers sign in nowhere. */
static number take_number(struct request *r, struct ask_errors *errors)
{
    enum { NUMBER_FIELD = 64 };
    number n;
    struct str text = ask_text(r->json, "number", NUMBER_FIELD, true, errors);
    enum number_class class =
        number_parse(rules_plan(gate_rules(request_gate(r))), text, STR(""), &n);
    if (class == NUMBER_MOBILE || class == NUMBER_FIXED || class == NUMBER_INTERNATIONAL)
        return n;
    ask_error(errors, "number", "not-a-number",
              "this is no telephone number of a person; write it as +8613800138000");
    return 0;
}

/* NULL after having answered. */
static struct session_task *read_attempt(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct session_task *t = session_task_new(SESSION_SIGN_IN, request_now(r));
    bool person = json_object_get(r->json, "number") != NULL;
    if (t == NULL) {
        unavailable(r);
        return NULL;
    }
    ask_fields(r->json, person ? "number code" : "login password code", &errors);
    if (person) {
        t->number = take_number(r, &errors);
    } else {
        take_field(r, "login", t->login, sizeof t->login, &errors);
        take_field(r, "password", t->password, sizeof t->password, &errors);
    }
    take_field(r, "code", t->code, sizeof t->code, &errors);
    if (errors.count == 0)
        return t;
    session_task_free(t);
    respond_problem(r, 400, "invalid-sign-in",
                    "staff sign in with login, password and code, persons with number and code",
                    &errors);
    return NULL;
}

/* A password does not cross a network in the clear; a proxy that holds TLS is told by its URL. */
static bool may_send_passwords(struct request *r)
{
    const char *url = request_public_url(r);
    if (request_tls(r) || address_is_loopback(&r->from) ||
        (url != NULL && str_starts(str_of(url), STR("https://"))))
        return true;
    respond_problem(r, 403, "tls-required",
                    "sign in over TLS: see http.tls, or http.public_url for a proxy in front",
                    NULL);
    return false;
}

static bool may_attempt(struct request *r)
{
    if (request_attempt(r))
        return true;
    respond_header(r, "Retry-After", "60");
    respond_problem(r, 429, "too-many-attempts",
                    "this address has tried too often; wait a minute "
                    "(limits.sign_ins_per_address)",
                    NULL);
    return false;
}

static void busy(struct request *r)
{
    respond_header(r, "Retry-After", "5");
    respond_problem(r, 503, "busy", "too many sign in at once; try again", NULL);
}

/* Takes the task, which may be NULL after an answer. */
static void attempt(struct request *r, struct session_task *t, void (*then)(struct request *))
{
    if (t == NULL)
        return;
    if (!may_attempt(r)) {
        session_task_free(t);
    } else if (!request_session(r, t, then)) {
        session_task_free(t);
        busy(r);
    }
}

void api_sign_in(struct request *r)
{
    if (may_send_passwords(r) && authorise_page(r))
        attempt(r, read_attempt(r), signed_in);
}

/* -- Codes of persons ------------------------------------------------------------------ */

/* In the language that the page is in: the first that it asks for. */
static bool wants_english(struct request *r)
{
    const char *accepts =
        evhttp_find_header(evhttp_request_get_input_headers(r->ev), "Accept-Language");
    return accepts != NULL && str_ieq((struct str){accepts, strnlen(accepts, 2)}, STR("en"));
}

/* Answered before anything is looked up, so that nothing about the number shows, nor how long it
 * took. */
static void send_code(struct request *r, struct session_task *t)
{
    t->english = wants_english(r);
    if (session_worker_give(request_sessions(r), t) == OK) {
        respond_json(r, 202, json_pack("{s:i}", "expires_in", (int)(CODE_LIFE / WHEN_SECOND)));
        return;
    }
    session_task_free(t);
    busy(r);
}

void api_codes(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (!may_send_passwords(r) || !authorise_page(r))
        return;
    if (!courier_reaches(request_courier(r))) {
        respond_problem(r, 503, "codes-unavailable",
                        "no way to bring codes is configured here (codes.command, codes.webhook)",
                        NULL);
        return;
    }
    ask_fields(r->json, "number", &errors);
    number n = take_number(r, &errors);
    if (errors.count > 0) {
        respond_problem(r, 400, "invalid-number", "a code goes to a number", &errors);
        return;
    }
    struct session_task *t = session_task_new(SESSION_CODE, request_now(r));
    if (t == NULL) {
        unavailable(r);
        return;
    }
    t->number = n;
    if (may_attempt(r))
        send_code(r, t);
    else
        session_task_free(t);
}

static void code_refused(struct request *r)
{
    respond_problem(r, 403, "code-refused",
                    r->subject.role == ROLE_PERSON
                        ? "the code is wrong or has ended; POST /v1/session/codes sends another"
                        : "the code is wrong or was used, or the account is locked for a while "
                          "after too many failures; wait for the next one",
                    NULL);
}

static void confirmed(struct request *r)
{
    char until[WHEN_TEXT];
    if (r->task->result == ERR_REFUSED) {
        request_later(r, REFUSED_MS, code_refused);
        return;
    }
    if (r->task->result != OK) {
        unavailable(r);
        return;
    }
    when_format(r->task->at +
                    (r->subject.role == ROLE_PERSON ? SESSION_CONFIRMED : request_confirmed_for(r)),
                rules_offset_minutes(gate_rules(request_gate(r))), until);
    respond_json(r, 200, json_pack("{s:s}", "confirmed_until", until));
}

/* Another's code confirms nothing: number and account are the session's. */
void api_confirm(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct session_task *t = session_task_new(SESSION_CONFIRM, request_now(r));
    if (t == NULL || !str_copy(str_of(r->session), t->session, sizeof t->session) ||
        !str_copy(str_of(r->subject.id), t->staff, sizeof t->staff)) {
        session_task_free(t);
        unavailable(r);
        return;
    }
    t->number = r->subject.number;
    ask_fields(r->json, "code", &errors);
    take_field(r, "code", t->code, sizeof t->code, &errors);
    if (errors.count == 0) {
        attempt(r, t, confirmed);
        return;
    }
    session_task_free(t);
    respond_problem(r, 400, "invalid-code", "a confirmation has a code", &errors);
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
