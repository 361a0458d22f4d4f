/* Verbs of the histories: calls, reports, orders, appeals, traces, lines (cli/demo_desk.h). */
#include "cli/demo_desk.h"

#include "desk/appeal.h"
#include "desk/notice.h"
#include "desk/ordering.h"
#include "desk/supply.h"
#include "desk/takedown.h"
#include "desk/trace.h"
#include "gate/reported.h"
#include "http/hop_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LISTS = 200, HASH = 100, REFERENCE = 120 };

/* -- Calls and reports ------------------------------------------------------------------ */

/* One that rings, as the carrier's proxy asks of it. */
static enum err call(struct demo_telling *t, struct problem *problem)
{
    const struct ask_options options = {.rules = t->w.rules, .now = t->w.at, .host = true};
    struct question q;
    struct answer a;
    if (!ask_read(&options, t->body, &q, NULL, &t->errors))
        return OK;
    gate_ask_wait(t->gate, &q, &a);
    if (a.verdict.kind == VERDICT_BLOCK && a.record_error == OK)
        desk_refuse(&t->no, DESK_CONFLICT, "blocked", "a call of the city should ring");
    return OK;
}

static enum err report(struct demo_telling *t, struct problem *problem)
{
    uint8_t link[LINK_BYTES];
    struct report_entry x = {.caller = ask_number(t->w.rules, t->body, "caller", true, &t->errors),
                             .reporter =
                                 ask_number(t->w.rules, t->body, "number", true, &t->errors),
                             .link = link,
                             .at = ask_when(t->body, "at", true, &t->errors),
                             .kind = ask_word(t->body, "kind", REPORT_KINDS, true, &t->errors),
                             .channel = STR("api"),
                             .note = ask_text(t->body, "note", REPORT_NOTE, false, &t->errors)};
    if (t->errors.count > 0)
        return OK;
    link_of(gate_link(t->gate), x.reporter, link);
    struct reported *became = malloc(sizeof *became);
    int64_t later = 0;
    enum err e = became != NULL ? report_enter(&t->w, &x, t->id, &t->no, &t->seq, problem)
                                : problem_set(problem, ERR_MEMORY, "out of memory");
    if (e == OK && t->no.why == DESK_YES)
        e = gate_reported(t->gate, &t->w, str_of(t->id), became, &later, problem);
    if (later != 0)
        t->seq = later;
    free(became);
    return e;
}

static enum err handle(struct demo_telling *t, struct problem *problem)
{
    struct report_act a = {.id = t->of,
                           .act = ask_word(t->body, "kind", REPORT_ACTS, true, &t->errors),
                           .note = ask_text(t->body, "note", REPORT_NOTE, false, &t->errors)};
    return t->errors.count == 0 ? report_do(&t->w, &a, &t->no, &t->seq, problem) : OK;
}

/* -- Orders and appeals ------------------------------------------------------------------- */

static enum err order(struct demo_telling *t, struct problem *problem)
{
    const bool line = json_object_get(t->body, "line") != NULL;
    struct ordering o = {
        .on = line ? ORDERED_LINE : ORDERED_NUMBER,
        .id = ask_text(t->body, "line", ID_BYTES, false, &t->errors),
        .number = line ? 0 : ask_number(t->w.rules, t->body, "number", true, &t->errors),
        .act = ask_word(t->body, "act", ORDERING_ACTS, true, &t->errors),
        .reason = ask_some(t->body, "reason", ORDERING_REASON, &t->errors),
        .document = ask_text(t->body, "document", ORDERING_DOCUMENT, false, &t->errors)};
    enum err e = demo_step(t, ordering_give, &o, problem);
    memcpy(t->id, o.order, sizeof t->id);
    return e;
}

static enum err appeal(struct demo_telling *t, struct problem *problem)
{
    const struct appeal_entry a = {.against = t->of,
                                   .text = ask_some(t->body, "text", APPEAL_TEXT, &t->errors)};
    when due;
    return appeal_enter(&t->w, &a, t->id, &due, &t->no, &t->seq, problem);
}

static enum err decide(struct demo_telling *t, struct problem *problem)
{
    struct appeal_decision d = {.id = t->of,
                                .answer = ask_some(t->body, "reason", APPEAL_TEXT, &t->errors),
                                .upheld = ask_flag(t->body, "upheld", &t->errors)};
    return t->errors.count == 0 ? appeal_decide(&t->w, &d, &t->no, &t->seq, problem) : OK;
}

/* -- Traces and notices ------------------------------------------------------------------- */

static bool knows_all(const void *to, struct str carrier)
{
    return true;
}

/* By this node's records; the carriers before it are asked by "hop". */
static enum err trace(struct demo_telling *t, struct problem *problem)
{
    struct trace_opening o = {.caller = ask_number(t->w.rules, t->body, "caller", true, &t->errors),
                              .callee = ask_number(t->w.rules, t->body, "callee", true, &t->errors),
                              .at = ask_when(t->body, "at", true, &t->errors),
                              .report = ask_text(t->body, "report", ID_BYTES, false, &t->errors),
                              .reach = {.knows = knows_all}};
    const struct hop_question own = {
        .caller = o.caller, .callee = o.callee, .at = o.at, .within = HOP_REPORTED};
    struct hop_found *found = malloc(sizeof *found);
    if (t->errors.count > 0 || found == NULL) {
        free(found);
        return found == NULL ? problem_set(problem, ERR_MEMORY, "out of memory") : OK;
    }
    enum err e = hop_find(t->gate, t->w.store, &own, found, problem);
    o.own = &found->answer;
    o.own_carrier = str_of(found->carrier);
    if (e == OK)
        e = trace_open(&t->w, &o, t->id, &t->no, &t->seq, problem);
    free(found);
    return e;
}

static void put(const struct demo_telling *t, const char *name, char *out, size_t room)
{
    const char *text = json_string_value(json_object_get(t->body, name));
    snprintf(out, room, "%s", text != NULL ? text : "");
}

static enum err hop(struct demo_telling *t, struct problem *problem)
{
    struct hop_answer a = {.status = HOP_ANSWERED, .at = ask_when(t->body, "at", true, &t->errors)};
    const struct trace_said said = {.id = t->of,
                                    .n = (int)ask_count(t->body, "hop", 1, HOPS, &t->errors),
                                    .answer = &a,
                                    .reach = {.knows = knows_all}};
    put(t, "line", a.line, sizeof a.line);
    put(t, "purpose", a.purpose, sizeof a.purpose);
    put(t, "holder", a.holder, sizeof a.holder);
    put(t, "holder_name", a.holder_name, sizeof a.holder_name);
    put(t, "principal", a.principal, sizeof a.principal);
    put(t, "record", a.record, sizeof a.record);
    return t->errors.count == 0 ? trace_answer(&t->w, &said, &t->no, &t->seq, problem) : OK;
}

static enum err notice(struct demo_telling *t, struct problem *problem)
{
    const struct notice n = {.to = ask_some(t->body, "to", ID_BYTES, &t->errors),
                             .line = ask_some(t->body, "line", ID_BYTES, &t->errors),
                             .ground = ask_some(t->body, "ground", ID_BYTES, &t->errors),
                             .trace = ask_text(t->body, "trace", ID_BYTES, false, &t->errors),
                             .text = ask_text(t->body, "text", NOTICE_TEXT, false, &t->errors)};
    return t->errors.count == 0 ? notice_serve(&t->w, &n, t->id, &t->no, &t->seq, problem) : OK;
}

/* -- Lines and takedowns ------------------------------------------------------------------ */

static enum err paper(struct demo_telling *t, struct problem *problem)
{
    struct supply_document d = {
        .line = ask_some(t->body, "line", ID_BYTES, &t->errors),
        .kind = ask_word(t->body, "kind", LINE_DOCUMENTS_WORDS, true, &t->errors),
        .number = ask_some(t->body, "number", SUPPLY_NUMBER, &t->errors),
        .evidence = ask_some(t->body, "evidence", HASH, &t->errors),
        .until = ask_when(t->body, "until", false, &t->errors)};
    return demo_step(t, supply_document, &d, problem);
}

static enum err contract(struct demo_telling *t, struct problem *problem)
{
    char text[LISTS];
    struct buf out;
    buf_fixed(&out, text, sizeof text);
    struct supply_contract c = {.line = ask_some(t->body, "line", ID_BYTES, &t->errors),
                                .clauses = demo_list(t, "clauses", &out),
                                .evidence = ask_some(t->body, "evidence", HASH, &t->errors),
                                .calls_a_day =
                                    ask_count(t->body, "calls_a_day", 0, 1000000, &t->errors),
                                .signed_at = ask_when(t->body, "signed_at", true, &t->errors)};
    return demo_step(t, supply_contract, &c, problem);
}

static enum err take_down(struct demo_telling *t, struct problem *problem)
{
    struct takedown_terms d = {.kind = ask_word(t->body, "kind", TAKEDOWN_KINDS, true, &t->errors),
                               .url = ask_some(t->body, "url", TAKEDOWN_URL_MAX, &t->errors),
                               .platform = ask_some(t->body, "platform", ID_BYTES, &t->errors),
                               .ground = ask_some(t->body, "ground", ID_BYTES, &t->errors),
                               .artefact = ask_text(t->body, "artefact", HASH, false, &t->errors)};
    enum err e = demo_step(t, takedown_order, &d, problem);
    memcpy(t->id, d.id, sizeof t->id);
    return e;
}

static enum err taken_down(struct demo_telling *t, struct problem *problem)
{
    struct takedown_act a = {.id = t->of,
                             .act = ask_word(t->body, "act", TAKEDOWN_ACTS, true, &t->errors),
                             .text = ask_text(t->body, "text", TAKEDOWN_TEXT, false, &t->errors),
                             .proof = ask_text(t->body, "proof", HASH, false, &t->errors)};
    return demo_step(t, takedown_answer, &a, problem);
}

static enum err sighting(struct demo_telling *t, struct problem *problem)
{
    struct takedown_sighting s = {.artefact = ask_some(t->body, "artefact", HASH, &t->errors),
                                  .url = ask_some(t->body, "url", TAKEDOWN_URL_MAX, &t->errors)};
    return demo_step(t, takedown_seen, &s, problem);
}

const struct demo_verb_name demo_verbs_lines[] = {
    {"call", call},
    {"report", report},
    {"handle", handle},
    {"order", order},
    {"appeal", appeal},
    {"decide", decide},
    {"trace", trace},
    {"hop", hop},
    {"notice", notice},
    {"paper", paper},
    {"contract", contract},
    {"take-down", take_down},
    {"taken-down", taken_down},
    {"sighting", sighting},
    {0},
};
