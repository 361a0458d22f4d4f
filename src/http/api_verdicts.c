/*
 * GET /v1/verdicts: the newest verdicts, read back from the log (no table keeps them twice).
 *
 * What an entry says in the open, verdict and reason, is looked at first; only those that fit are
 * opened, for line and campaign. A page looks at SCAN records at most, so it may hold few, or
 * none, and still have a next one.
 */
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "http/verdicts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 50, SCAN = 5000, INTERNATIONAL = 6, NATIONAL = 4 };

struct search {
    const struct hands *h;
    const struct rules *rules;
    enum ask_view view;
    struct str verdict, reason, line, campaign;
    struct verdict_sight sight;
    struct call_record call;
    struct buf entry;
    json_t *list;
};

/* Where a number comes from, not whose it is: "+86138", "4008". */
static json_t *origin_json(const struct rules *rules, const struct call_record *c)
{
    char text[NUMBER_TEXT];
    if (c->caller == 0 || c->verdict.relayed)
        return json_null();
    number_format(rules_plan(rules), c->caller, text);
    const size_t n = strlen(text), shown = *text == '+' ? INTERNATIONAL : NATIONAL;
    return json_stringn(text, n / 2 + 1 < shown ? n / 2 + 1 : shown);
}

static json_t *text_or_null(const char *text)
{
    return *text != '\0' ? json_string(text) : json_null();
}

static json_t *verdict_json(const struct search *s, uint64_t index)
{
    char id[RECORD_ID];
    const struct call_record *c = &s->call;
    const struct verdict *v = &c->verdict;
    const struct rule *rule = ask_rule(s->rules, v->check, s->view);
    ledger_record_id(gate_ledger(s->h->gate), index, id);
    return json_pack("{s:s, s:o, s:s, s:s, s:s?, s:o, s:o, s:o, s:b, s:s*, s:s*}", "record", id,
                     "at", fact_json_when(s->rules, c->asked), "verdict", verdict_word(v->kind),
                     "reason", ask_reason(v->check, s->view), "rule",
                     rule != NULL ? rule->id : NULL, "line", text_or_null(v->line), "campaign",
                     text_or_null(v->campaign), "caller", origin_json(s->rules, c), "observed",
                     (int)v->observed, "would", v->observed ? verdict_word(v->would) : NULL,
                     "would_reason", v->observed ? ask_reason(v->would_check, s->view) : NULL);
}

static bool is(struct str wanted, const char *text)
{
    return wanted.n == 0 || str_eq(wanted, str_of(text));
}

/* Take the record in, if it is a call that fits. */
static enum err look_at(struct search *s, uint64_t index)
{
    bool opened;
    const struct verdict *v = &s->call.verdict;
    buf_reset(&s->entry);
    enum err e = ledger_read(gate_ledger(s->h->gate), index, &s->entry);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    if (s->entry.n < ENTRY_HEADER || s->entry.p[1] != ENTRY_CALL ||
        call_record_decode(str_skip(buf_view(&s->entry), ENTRY_HEADER), &s->call) != OK ||
        s->call.dry || !is(s->verdict, verdict_word(v->kind)) ||
        !is(s->reason, ask_reason(v->check, s->view)))
        return OK;
    e = gate_explain(s->h->gate, index, &s->call, &opened);
    if (e != OK || !verdict_sight_has(&s->sight, v->line) || !is(s->line, v->line) ||
        !is(s->campaign, v->campaign))
        return e;
    return json_array_append_new(s->list, verdict_json(s, index)) == 0 ? OK : ERR_MEMORY;
}

void api_verdicts(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = "the records cannot be read"};
    char next[24];
    const struct ledger *ledger = gate_ledger(h->gate);
    uint64_t index = ledger_size(ledger);
    const uint64_t first = ledger_first(ledger);
    unsigned long long from = index;
    const struct str cursor = query_text(&r->query, "cursor");
    if (cursor.n > 0 && (!str_to_u64(cursor, INT64_MAX, &from) || from > index)) {
        outcome_problem(r, 400, "invalid-cursor", "the cursor is none of a page before");
        return;
    }
    struct search *s = calloc(1, sizeof *s);
    if (s == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    index = from;
    s->h = h;
    s->rules = gate_rules(h->gate);
    s->view = request_view(r);
    s->verdict = query_text(&r->query, "verdict");
    s->reason = query_text(&r->query, "reason");
    s->line = query_text(&r->query, "line");
    s->campaign = query_text(&r->query, "campaign");
    s->list = json_array();
    buf_init(&s->entry, ENTRY_HEADER + ENTRY_BODY_MAX);
    enum err e = verdict_sight_read(&r->subject, h, &s->sight, &problem);
    for (unsigned scanned = 0;
         e == OK && index > first && scanned < SCAN && json_array_size(s->list) < PAGE; scanned++)
        e = look_at(s, --index);
    snprintf(next, sizeof next, "%" PRIu64, index);
    if (e == OK)
        outcome_json(
            r, 200,
            json_pack("{s:O, s:s*}", "verdicts", s->list, "next", index > first ? next : NULL));
    else
        outcome_failed(r, e, &problem);
    json_decref(s->list);
    buf_fini(&s->entry);
    verdict_sight_free(&s->sight);
    free(s);
}
