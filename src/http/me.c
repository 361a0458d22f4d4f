#include "http/me.h"

#include "http/courier.h"
#include "http/cursor.h"
#include "http/route.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct self_sources me_sources(const struct hands *h)
{
    return (struct self_sources){
        .store = h->store, .link = gate_link(h->gate), .keys = gate_unwrap(h->gate)};
}

bool me_read(struct request *r, const struct hands *h, struct self *out)
{
    struct problem problem = {.text = ""};
    const struct self_sources from = me_sources(h);
    enum err e = self_read(&from, &r->subject, request_now(r), out, &problem);
    if (e == ERR_NOT_FOUND)
        outcome_problem(r, 401, "session-required",
                        "the session has ended; sign in with POST /v1/session");
    else if (e != OK)
        outcome_failed(r, e, &problem);
    return e == OK;
}

bool me_link(struct request *r, const struct hands *h, uint8_t link[static LINK_BYTES], when *since)
{
    struct problem problem = {.text = "out of memory"};
    struct self *self = malloc(sizeof *self);
    bool good = self != NULL;
    if (!good)
        outcome_failed(r, ERR_MEMORY, &problem);
    good = good && me_read(r, h, self);
    if (good && self->number == 0) {
        outcome_problem(r, 409, "no-number", "there is no number of yours");
        good = false;
    }
    if (good) {
        link_of(gate_link(h->gate), self->number, link);
        *since = self->since;
    }
    free(self);
    return good;
}

struct grant_act me_grant_act(const struct request *r, const struct hands *h,
                              const struct self *self)
{
    return (struct grant_act){
        .store = h->store,
        .rules = gate_rules(h->gate),
        .number = self->number,
        .since = self->since,
        .origin = work_origin(r, h),
    };
}

void me_grant_reach(struct request *r, const struct hands *h, const struct grant_act *a)
{
    enum { REACH_MS = 2000 };
    if (a->changed)
        work_reach(r, h, a->seq, REACH_MS);
}

bool me_settled(struct request *r, const struct self *self)
{
    const when settled = self_settled(self);
    char at[WHEN_TEXT];
    if (settled <= request_now(r))
        return true;
    when_format(settled, rules_offset_minutes(gate_rules(request_gate(r))), at);
    outcome_problem(r, 403, "number-changed",
                    "the number of a membership of yours has changed; come back after %s", at);
    return false;
}

void me_tell_self(struct request *r, const struct self *self, when until, const char *format, ...)
{
    char text[COURIER_TEXT];
    va_list args;
    if (self->number == 0)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    courier_send(request_courier(r), self->number, text, until);
}

void me_tell(struct request *r, const struct hands *h, struct str person, const char *text,
             when until)
{
    struct problem problem;
    struct self self;
    struct subject she = {.role = ROLE_PERSON};
    const struct self_sources from = me_sources(h);
    if (str_copy(person, she.id, sizeof she.id) &&
        self_read(&from, &she, request_now(r), &self, &problem) == OK)
        me_tell_self(r, &self, until, "%s", text);
}

/* Pages ---------------------------------------------------------------------------------------- */

static struct cursor_scope scope_of(const struct request *r)
{
    struct cursor_scope scope;
    const struct str parts[] = {str_of(r->route->path), str_of(r->subject.id)};
    cursor_scope_of(parts, 2, &scope);
    return scope;
}

bool me_page_from(struct request *r, uint64_t *before)
{
    uint8_t bytes[CURSOR_PLAIN];
    struct buf plain;
    const struct cursor_scope scope = scope_of(r);
    const struct str given = query_text(&r->query, "cursor");
    *before = UINT64_MAX;
    if (given.n == 0)
        return true;
    buf_fixed(&plain, bytes, sizeof bytes);
    if (!cursor_open(request_cursors(r), &scope, given, &plain) || plain.n != sizeof *before) {
        outcome_problem(r, 400, "invalid-cursor", "begin again without \"cursor\"");
        return false;
    }
    struct cursor c = cursor_of(plain.p, plain.n);
    *before = cursor_u64be(&c);
    return true;
}

void me_page(struct request *r, json_t *page, uint64_t next)
{
    uint8_t bytes[sizeof next];
    char text[CURSOR_TEXT];
    struct buf plain;
    const struct cursor_scope scope = scope_of(r);
    buf_fixed(&plain, bytes, sizeof bytes);
    buf_u64be(&plain, next);
    if (page != NULL && next != 0 &&
        cursor_seal(request_cursors(r), &scope, buf_view(&plain), text) == OK)
        json_object_set_new(page, "next", json_string(text));
    outcome_json(r, 200, page);
}

bool me_desk(const struct hands *h, const struct self *self, struct forget_hers *out,
             uint8_t link[static SUBJECT_LINK])
{
    if (self->number == 0)
        return false;
    link_of(gate_link(h->gate), self->number, link);
    *out = (struct forget_hers){link, self->since};
    return true;
}
