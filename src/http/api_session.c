/* POST, GET, DELETE /v1/session, POST /v1/session/codes and …/confirm, PUT /v1/session/password */
#include "http/cookie.h"
#include "http/route.h"
#include "http/session_view.h"
#include "http/session_worker.h"
#include "http/sign_in.h"
#include "registry/code.h"
#include "registry/session.h"

#include <event2/http.h>

enum { REFUSED_MS = 1000 };

static void set_cookie(struct request *r, const char *session)
{
    char text[COOKIE_SESSION];
    cookie_session(session, text);
    respond_header(r, "Set-Cookie", text);
}

static void unavailable(struct request *r)
{
    respond_problem(r, 503, "store-unavailable",
                    "sessions cannot be written at the moment; try again", NULL);
}

static void tell(struct request *r)
{
    struct problem problem = {.text = ""};
    json_t *j = NULL;
    if (session_json(r, &j, &problem) == OK)
        respond_json(r, 200, j);
    else
        unavailable(r);
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
    set_cookie(r, r->session);
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
    if (!sign_in_attempt(r)) {
        session_task_free(t);
    } else if (!request_session(r, t, then)) {
        session_task_free(t);
        busy(r);
    }
}

void api_sign_in(struct request *r)
{
    if (sign_in_page(r))
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
    if (!sign_in_page(r))
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
    if (sign_in_attempt(r))
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

/* -- A new password ------------------------------------------------------------------- */

static void password_refused(struct request *r)
{
    respond_problem(r, 403, "password-refused",
                    "the old password or the code is wrong or was used, or the account is locked "
                    "for a while after too many failures",
                    NULL);
}

static void password_changed(struct request *r)
{
    const struct session_task *t = r->task;
    struct ask_errors errors = {.count = 0};
    if (t->result == OK) {
        respond_json(r, 200, json_pack("{s:b}", "changed", 1));
    } else if (t->result == ERR_REFUSED) {
        request_later(r, REFUSED_MS, password_refused);
    } else if (t->result == ERR_INVALID) {
        ask_error(&errors, "password", "not-good", "%s", t->detail);
        respond_problem(r, 422, "password-not-good", t->detail, &errors);
    } else {
        unavailable(r);
    }
}

void api_password(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct session_task *t = session_task_new(SESSION_PASSWORD, request_now(r));
    if (t == NULL || !str_copy(str_of(r->session), t->session, sizeof t->session) ||
        !str_copy(str_of(r->subject.id), t->staff, sizeof t->staff)) {
        session_task_free(t);
        unavailable(r);
        return;
    }
    ask_fields(r->json, "old password code", &errors);
    take_field(r, "old", t->password, sizeof t->password, &errors);
    take_field(r, "password", t->fresh, sizeof t->fresh, &errors);
    take_field(r, "code", t->code, sizeof t->code, &errors);
    if (errors.count == 0 && sign_in_page(r)) {
        attempt(r, t, password_changed);
        return;
    }
    session_task_free(t);
    if (errors.count > 0)
        respond_problem(r, 400, "invalid-password",
                        "a new password comes with the old one and a further code", &errors);
}

/* -- Signing out ---------------------------------------------------------------------- */

static void signed_out(struct request *r)
{
    if (r->task->result != OK) {
        unavailable(r);
        return;
    }
    set_cookie(r, "");
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
