/*
 * /v1/webhooks: where an organisation has its events posted (docs/webhooks.md).
 *
 * Kept by those who keep its tokens; what is posted names whatever GET /v1/events names to them.
 */
#include "http/fact_json.h"
#include "http/route.h"
#include "http/staff_view.h"
#include "http/webhook_next.h"
#include "http/webhook_sign.h"
#include "http/webhook_url.h"
#include "http/webhooks.h"
#include "registry/webhook.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* -- Showing ------------------------------------------------------------------------------ */

static struct str state_of(const struct webhook *w)
{
    if (w->ended.n > 0)
        return w->ended;
    return w->failures > 0 && str_eq(w->status, STR("active")) ? STR("waiting") : w->status;
}

static json_t *when_or_null(const struct rules *rules, when at)
{
    return at != 0 ? fact_json_when(rules, at) : json_null();
}

static json_t *webhook_json(const struct rules *rules, const struct webhook *w)
{
    const struct str state = state_of(w);
    return json_pack("{s:s%, s:s%, s:s%, s:o, s:s%, s:s%, s:o, s:I, s:o, s:o, s:b}", "id", w->id.p,
                     w->id.n, "organisation", w->organisation.p, w->organisation.n, "url", w->url.p,
                     w->url.n, "topics", fact_json_list(w->topics), "state", state.p, state.n, "by",
                     w->by.p, w->by.n, "created_at", fact_json_when(rules, w->at), "failures",
                     (json_int_t)w->failures, "failing_since",
                     when_or_null(rules, w->failing_since), "next_at",
                     when_or_null(rules, w->next_at), "pinging", w->ping.n > 0);
}

struct page {
    const struct rules *rules;
    json_t *list;
};

static bool add(void *to, const struct webhook *w)
{
    const struct page *p = to;
    return json_array_append_new(p->list, webhook_json(p->rules, w)) == 0;
}

static json_t *delivery_json(const struct rules *rules, const struct webhook_delivery *d)
{
    return json_pack("{s:s%, s:s%, s:o, s:o, s:I, s:s%, s:o, s:I}", "message", d->message.p,
                     d->message.n, "topic", d->topic.p, d->topic.n, "subject",
                     d->subject.n > 0 ? json_stringn(d->subject.p, d->subject.n) : json_null(),
                     "at", fact_json_when(rules, d->at), "attempt", (json_int_t)d->attempt,
                     "outcome", d->outcome.p, d->outcome.n, "status",
                     d->status != 0 ? json_integer(d->status) : json_null(), "ms",
                     (json_int_t)d->ms);
}

static bool add_delivery(void *to, const struct webhook_delivery *d)
{
    const struct page *p = to;
    return json_array_append_new(p->list, delivery_json(p->rules, d)) == 0;
}

static json_t *topics_json(const struct request *r)
{
    const enum role role = webhook_role(r->subject.role);
    json_t *list = json_array();
    for (const struct live_kind *k = live_kinds; k->journal != NULL; k++) {
        bool there = !webhook_topic(role, str_of(k->kind));
        for (const struct live_kind *before = live_kinds; before != k && !there; before++)
            there = strcmp(before->kind, k->kind) == 0;
        if (!there && json_array_append_new(list, json_string(k->kind)) != 0)
            break;
    }
    return list;
}

void api_webhooks(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct page p = {.rules = gate_rules(h->gate), .list = json_array()};
    enum err e =
        webhook_list(h->store, str_of(r->subject.organisation), STR(""), add, &p, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o, s:o}", "webhooks", p.list, "topics", topics_json(r)));
        return;
    }
    json_decref(p.list);
    outcome_failed(r, e, &problem);
}

/* The one that is named, without its attempts; a new reference. */
static enum err find_json(const struct request *r, const struct hands *h, struct str id,
                          json_t **out, struct problem *problem)
{
    struct page p = {.rules = gate_rules(h->gate), .list = json_array()};
    enum err e = webhook_list(h->store, str_of(r->subject.organisation), id, add, &p, problem);
    *out = e == OK ? json_incref(json_array_get(p.list, 0)) : NULL;
    json_decref(p.list);
    return e != OK || *out != NULL ? e : problem_set(problem, ERR_NOT_FOUND, "no such webhook");
}

static void answer_one(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct page p = {.rules = gate_rules(h->gate), .list = json_array()};
    json_t *one = NULL;
    enum err e = r->param.n > 0 ? find_json(r, h, r->param, &one, &problem) : ERR_NOT_FOUND;
    if (e == OK)
        e = webhook_deliveries(h->store, r->param, add_delivery, &p, &problem);
    if (e == OK) {
        json_object_set(one, "deliveries", p.list);
        outcome_json(r, 200, json_incref(one));
    } else {
        staff_refuse(r, e, &problem);
    }
    json_decref(p.list);
    json_decref(one);
}

void api_webhook(struct request *r, const struct hands *h)
{
    answer_one(r, h);
}

/* -- Reading ------------------------------------------------------------------------------ */

struct body {
    struct webhook_change change;
    char topics[WEBHOOK_TOPICS + 1];
};

static void read_topics(const struct request *r, struct body *b, struct ask_errors *errors)
{
    const json_t *list = json_object_get(r->json, "topics"), *one;
    struct buf text;
    size_t i;
    buf_fixed(&text, b->topics, WEBHOOK_TOPICS);
    json_array_foreach(list, i, one)
    {
        const struct str word = str_of(json_string_value(one));
        if (!webhook_topic(webhook_role(r->subject.role), word))
            ask_error(errors, "topics", "unknown-topic",
                      "\"%.*s\" is nothing that your organisation is told of",
                      (int)(word.n < 40 ? word.n : 40), word.p);
        else
            buf_printf(&text, "%s%.*s", text.n > 0 ? ";" : "", STR_ARG(word));
    }
    if (list != NULL && (text.n == 0 || text.failed) && errors->count == 0)
        ask_error(errors, "topics", "missing", "\"topics\" is a list of at least one topic");
    b->change.topics = buf_view(&text);
}

static void read_url(const struct request *r, const struct hands *h, struct body *b,
                     struct ask_errors *errors)
{
    const struct webhook_reach reach = {.config = gate_config(h->gate),
                                        .loopback = request_demo(r)};
    b->change.url = ask_text(r->json, "url", WEBHOOK_ADDRESS, false, errors);
    const char *fault = b->change.url.n > 0 ? webhook_url_fault(b->change.url, &reach) : NULL;
    if (fault != NULL)
        ask_error(errors, "url", "not-allowed", "%s", fault);
}

/* False after having answered. */
static bool read_body(struct request *r, const struct hands *h, const char *names, bool whole,
                      struct body *b)
{
    struct ask_errors errors = {.count = 0};
    *b = (struct body){.change = {.skip = false}};
    if (ask_object(r->json, names, &errors)) {
        read_url(r, h, b, &errors);
        read_topics(r, b, &errors);
        if (whole && b->change.url.n == 0 && errors.count == 0)
            ask_error(&errors, "url", "missing", "\"url\" is where events are posted");
        if (whole && json_object_get(r->json, "topics") == NULL)
            ask_error(&errors, "topics", "missing", "\"topics\" is a list of at least one topic");
        if (!whole)
            b->change.status = ask_word(r->json, "state", "active paused", false, &errors);
        if (!whole && json_object_get(r->json, "skip") != NULL)
            b->change.skip = ask_flag(r->json, "skip", &errors);
    }
    if (errors.count > 0)
        outcome_errors(r, 422, "invalid-webhook", &errors);
    return errors.count == 0;
}

/* -- Deciding ----------------------------------------------------------------------------- */

static enum err make(struct request *r, const struct hands *h, const struct body *b,
                     const uint8_t secret[static WEBHOOK_SECRET], char id[static FRESH_ID],
                     struct problem *problem)
{
    const struct fact_origin origin = work_origin(r, h);
    const struct webhook_terms terms = {.organisation = str_of(r->subject.organisation),
                                        .url = b->change.url,
                                        .topics = b->change.topics};
    enum err e = store_begin(h->store, problem);
    if (e == OK)
        e = webhook_make(h->store, request_account_key(r), &terms, secret, &origin, id, problem);
    return store_end(h->store, e, problem);
}

void api_webhook_new(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    uint8_t secret[WEBHOOK_SECRET];
    char id[FRESH_ID], text[WEBHOOK_SECRET_TEXT];
    struct body b;
    json_t *one = NULL;
    if (!read_body(r, h, "url topics", true, &b))
        return;
    randombytes_buf(secret, sizeof secret);
    enum err e = make(r, h, &b, secret, id, &problem);
    if (e == OK)
        e = find_json(r, h, str_of(id), &one, &problem);
    webhook_secret_write(secret, sizeof secret, text);
    if (e == OK)
        outcome_json(r, 201, json_pack("{s:o, s:s}", "webhook", one, "secret", text));
    else if (e == ERR_FULL)
        outcome_problem(r, 409, "too-many-webhooks",
                        "your legal entity has %d webhooks; remove one first", WEBHOOKS);
    else
        outcome_failed(r, e, &problem);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    webhooks_changed(request_webhooks(r));
}

void api_webhook_change(struct request *r, const struct hands *h)
{
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    struct body b;
    if (!read_body(r, h, "url topics state skip", false, &b))
        return;
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = webhook_change(h->store, str_of(r->subject.organisation), r->param, &b.change, &origin,
                           &problem);
    e = store_end(h->store, e, &problem);
    if (e == OK)
        answer_one(r, h);
    else
        staff_refuse(r, e, &problem);
    webhooks_changed(request_webhooks(r));
}

void api_webhook_end(struct request *r, const struct hands *h)
{
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = webhook_end(h->store, str_of(r->subject.organisation), r->param, &origin, &problem);
    e = store_end(h->store, e, &problem);
    if (e == OK)
        outcome_json(r, 200, json_pack("{s:b}", "ended", 1));
    else
        staff_refuse(r, e, &problem);
    webhooks_changed(request_webhooks(r));
}

void api_webhook_ping(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    char message[FRESH_ID];
    fresh_id("msg", message);
    enum err e = store_begin(h->store, &problem);
    if (e == OK)
        e = webhook_ask_ping(h->store, str_of(r->subject.organisation), r->param, str_of(message),
                             &problem);
    e = store_end(h->store, e, &problem);
    if (e == OK)
        outcome_json(r, 202, json_pack("{s:s}", "message", message));
    else if (e == ERR_CONFLICT)
        outcome_problem(r, 409, "ping-waits", "a ping waits already; look what comes of it");
    else
        staff_refuse(r, e, &problem);
    webhooks_changed(request_webhooks(r));
}
