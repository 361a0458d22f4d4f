/*
 * /v1/demo: what visitors of a sample city may do (http/demo.h, docs/demo.md): sit down as
 * anybody, move the clock, fill the disk, send traffic, flip a byte of a copy.
 *
 * Elsewhere nothing of it is there: 404 without a demo, and to whoever is not on this machine.
 * A page of somebody else's cannot press these buttons (authorise_page).
 */
#include "http/api_demo.h"
#include "desk/calendar.h"
#include "http/cookie.h"
#include "http/demo.h"
#include "http/demo_traffic.h"
#include "http/fact_json.h"
#include "http/here.h"
#include "http/route.h"
#include "http/server_inner.h"
#include "http/session_view.h"
#include "http/work.h"
#include "ledger/prove.h"
#include "person/link.h"
#include "registry/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOLIDAYS = 60 }; /* days in a row at most that are looked through for one at work */

/* NULL after having answered. */
static const struct http_demo *demo_of(struct request *r)
{
    const struct http_demo *d = r->loop->server->options.demo;
    if (d == NULL || !here_only(r)) {
        respond_problem(r, 404, "not-found",
                        "this is no sample city; `menshen serve --demo` makes one", NULL);
        return NULL;
    }
    return str_eq(str_of(r->route->method), STR("GET")) || authorise_page(r) ? d : NULL;
}

/* -- How things stand ------------------------------------------------------------------ */

static json_t *seats_json(const struct http_demo *d)
{
    json_t *list = json_array();
    for (const struct demo_seat *s = d->seats; s->role != NULL; s++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:{s:s, s:s}}", "role", s->role, "as",
                                              s->as, "who", "zh", s->zh, "en", s->en));
    return list;
}

static json_t *state_json(const struct request *r, const struct http_demo *d)
{
    return json_pack("{s:o, s:I, s:s, s:o, s:o}", "now",
                     fact_json_when(gate_rules(request_gate(r)), request_now(r)), "ahead_s",
                     (json_int_t)(atomic_load(&d->clock->by) / WHEN_SECOND), "disk",
                     atomic_load(&d->disk->full) ? "full" : "ok", "seats", seats_json(d), "traffic",
                     demo_traffic_json(r->loop->server->demo_traffic));
}

void api_demo(struct request *r)
{
    const struct http_demo *d = demo_of(r);
    if (d != NULL)
        respond_json(r, 200, state_json(r, d));
}

/* False after having answered. */
static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        respond_problem(r, 400, "invalid-wish", "the body is not as it should be", errors);
    return errors->count == 0;
}

/* -- Sitting down ---------------------------------------------------------------------- */

struct sitting {
    const struct demo_seat *seat;
    when at;
    char session[SECRET_TEXT];
};

static enum err begin_session(struct request *r, const struct hands *h, struct sitting *s,
                              struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    char text[24];
    struct session_person she = {.link = link};
    if (s->seat->staff != NULL)
        return session_new(h->store, str_of(s->seat->staff), s->at, s->session, problem);
    snprintf(text, sizeof text, "%llu", s->seat->number);
    number_parse(rules_plan(gate_rules(h->gate)), str_of(text), STR(""), &she.number);
    link_of(gate_link(h->gate), she.number, link);
    return session_new_person(h->store, request_account_key(r), &she, s->at, s->session, problem);
}

/* As if she had just signed in with all that it takes. */
static void sit_down(struct request *r, const struct hands *h)
{
    struct sitting *s = r->kept;
    struct problem problem = {.text = ""};
    enum err e = begin_session(r, h, s, &problem);
    if (e == OK)
        e = session_confirm(h->store, str_of(s->session), s->at, &problem);
    if (e != OK) {
        s->session[0] = '\0';
        outcome_failed(r, e, &problem);
    }
}

static void sat_down(struct request *r)
{
    const struct sitting *s = r->kept;
    struct problem problem = {.text = ""};
    char cookie[COOKIE_SESSION];
    bool stale;
    json_t *j = NULL;
    enum err e = *s->session != '\0' ? OK : ERR_IO;
    if (e == OK && !str_copy(str_of(s->session), r->session, sizeof r->session))
        e = ERR_LIMIT;
    if (e == OK)
        e = session_find(request_store(r), request_account_key(r), str_of(r->session), s->at,
                         &r->subject, &stale, &problem);
    if (e == OK)
        e = session_json(r, &j, &problem);
    if (e != OK) {
        respond_failed(r, e, &problem);
        return;
    }
    cookie_session(r->session, cookie);
    respond_header(r, "Set-Cookie", cookie);
    respond_json(r, 200, j);
}

static const struct demo_seat *find_seat(const struct http_demo *d, struct str role, struct str as)
{
    for (const struct demo_seat *s = d->seats; s->role != NULL; s++)
        if (str_eq(role, str_of(s->role)) && (as.n == 0 || str_eq(as, str_of(s->as))))
            return s;
    return NULL;
}

void api_demo_session(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const struct http_demo *d = demo_of(r);
    if (d == NULL)
        return;
    ask_fields(r->json, "role as", &errors);
    const struct str role = ask_text(r->json, "role", ID_BYTES, true, &errors);
    const struct str as = ask_text(r->json, "as", ID_BYTES, false, &errors);
    const struct demo_seat *seat = errors.count == 0 ? find_seat(d, role, as) : NULL;
    if (errors.count == 0 && seat == NULL)
        ask_error(&errors, "role", "unknown-word", "GET /v1/demo lists the seats");
    if (!good(r, &errors))
        return;
    struct sitting *s = request_keep(r, sizeof *s);
    if (s == NULL)
        return;
    s->seat = seat;
    s->at = request_now(r);
    request_work_then(r, sit_down, sat_down);
}

/* Its authenticator, for who is asked for a further code. */
void api_demo_code(struct request *r)
{
    struct problem problem = {.text = ""};
    char text[16];
    uint32_t code;
    const struct http_demo *d = demo_of(r);
    if (d == NULL)
        return;
    if (d->code_of(d->to, r->subject.id, request_now(r), &code, &problem) != OK) {
        respond_problem(r, 404, "no-authenticator",
                        "nobody here has an authenticator of this name; codes of persons come to "
                        "/v1/outbox",
                        NULL);
        return;
    }
    snprintf(text, sizeof text, "%06" PRIu32, code);
    respond_json(r, 200, json_pack("{s:s}", "code", text));
}

/* -- The clock ------------------------------------------------------------------------- */

/* So much later; false: the calendar does not reach so far. */
static bool step_of(const struct rules *rules, when now, struct str by, int64_t *out)
{
    *out = str_eq(by, STR("hour")) ? WHEN_HOUR : WHEN_DAY;
    if (!str_eq(by, STR("working_day")))
        return true;
    for (int i = 1; i <= HOLIDAYS; i++, *out += WHEN_DAY)
        if (calendar_working(rules, now + *out))
            return true;
    return false;
}

/* Written down first: a clock that was seen does not go back, whatever ends the process. */
static enum err move(const struct http_demo *d, struct store *store, int64_t step,
                     struct problem *problem)
{
    static pthread_mutex_t moving = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&moving);
    const int64_t by = atomic_load(&d->clock->by) + step;
    enum err e = by <= DEMO_AHEAD_MAX
                     ? OK
                     : problem_set(problem, ERR_LIMIT, "the clock is moved by %d days at most",
                                   (int)(DEMO_AHEAD_MAX / WHEN_DAY));
    if (e == OK)
        e = d->keep_clock(d->to, by, problem);
    if (e == OK)
        e = session_shift(store, step, problem);
    if (e == OK)
        atomic_store(&d->clock->by, by);
    pthread_mutex_unlock(&moving);
    return e;
}

static void move_clock(struct request *r, const struct hands *h)
{
    const struct http_demo *d = r->loop->server->options.demo;
    const struct str by = str_of(json_string_value(json_object_get(r->json, "by")));
    struct problem problem = {.text = ""};
    int64_t step;
    if (!step_of(gate_rules(h->gate), request_now(r), by, &step)) {
        outcome_problem(r, 409, "no-calendar", "the rules know no working day as late as that");
        return;
    }
    enum err e = move(d, h->store, step, &problem);
    if (e == ERR_LIMIT)
        outcome_problem(r, 409, "far-enough", "%.150s", problem.text);
    else if (e != OK)
        outcome_failed(r, e, &problem);
    else {
        request_clock_moved(r, request_now(r));
        outcome_json(r, 200, state_json(r, d));
    }
}

void api_demo_clock(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (demo_of(r) == NULL)
        return;
    ask_fields(r->json, "by", &errors);
    ask_word(r->json, "by", "hour day working_day", true, &errors);
    if (good(r, &errors))
        request_work(r, move_clock);
}

/* -- Faults and traffic ---------------------------------------------------------------- */

void api_demo_faults(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const struct http_demo *d = demo_of(r);
    if (d == NULL)
        return;
    ask_fields(r->json, "disk", &errors);
    const struct str disk = ask_word(r->json, "disk", "full ok", true, &errors);
    if (!good(r, &errors))
        return;
    atomic_store(&d->disk->full, str_eq(disk, STR("full")));
    respond_json(r, 200, state_json(r, d));
}

void api_demo_traffic(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    const struct http_demo *d = demo_of(r);
    if (d == NULL)
        return;
    ask_fields(r->json, "kind mode", &errors);
    const struct str kind = ask_word(r->json, "kind", DEMO_TRAFFIC_KINDS, true, &errors);
    const struct str mode = ask_word(r->json, "mode", "observe enforce", false, &errors);
    if (!good(r, &errors))
        return;
    /* What comes in five minutes is to be stopped; a day is looked at first. */
    const bool enforce = mode.n > 0 ? str_eq(mode, STR("enforce")) : !str_eq(kind, STR("day"));
    enum err e = demo_traffic_send(r->loop->server->demo_traffic, kind, enforce, &problem);
    if (e == ERR_CONFLICT)
        respond_problem(r, 409, "under-way", problem.text, NULL);
    else if (e != OK)
        respond_failed(r, e, &problem);
    else
        respond_json(r, 202, state_json(r, d));
}

/* -- A flipped byte -------------------------------------------------------------------- */

static json_t *finding(enum err e, const struct problem *problem)
{
    return json_pack("{s:b, s:s?}", "ok", e == OK, "found", e == OK ? NULL : problem->text);
}

/* The newest record's receipt, checked as anybody checks one; then with one bit changed in a copy
 * of its entry. Nothing of the log is touched. */
static void flip(struct request *r, const struct hands *h)
{
    struct ledger *log = gate_ledger(h->gate);
    const uint64_t published = ledger_published(log);
    struct problem problem = {.text = ""}, changed = {.text = ""};
    struct buf receipt, entry;
    char id[RECORD_ID];
    buf_init(&receipt, PROOF_MAX);
    buf_init(&entry, PROOF_MAX);
    const struct str own = {.p = NULL};
    enum err e = published > 0 ? ledger_prove(log, published - 1, &receipt, &problem)
                               : problem_set(&problem, ERR_NOT_FOUND, "nothing is published yet");
    if (e == OK)
        e = receipt_check(buf_view(&receipt), ledger_key(log), own, NULL, NULL, &entry, &problem);
    if (e != OK || entry.n == 0) {
        outcome_failed(r, e != OK ? e : ERR_CORRUPT, &problem);
    } else {
        const size_t at = entry.n / 2;
        const uint8_t before = entry.p[at];
        entry.p[at] ^= 1;
        enum err found = receipt_check(buf_view(&receipt), ledger_key(log), buf_view(&entry), NULL,
                                       NULL, NULL, &changed);
        ledger_record_id(log, published - 1, id);
        outcome_json(r, 200,
                     json_pack("{s:s, s:I, s:I, s:i, s:i, s:o, s:o}", "record", id, "bytes",
                               (json_int_t)entry.n, "at", (json_int_t)at, "before", (int)before,
                               "after", (int)entry.p[at], "original", finding(OK, &problem), "copy",
                               finding(found, &changed)));
    }
    buf_fini(&receipt);
    buf_fini(&entry);
}

void api_demo_flip(struct request *r)
{
    if (demo_of(r) != NULL)
        request_work(r, flip);
}
