/*
 * /v1/traces: calls followed back to the line they came from (docs/desk.md), and what another
 * carrier asks of one.
 */
#include "core/log.h"
#include "desk/report.h"
#include "desk/trace_answered.h"
#include "desk/trace_stats.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/hop_find.h"
#include "http/hop_json.h"
#include "http/hop_proof.h"
#include "http/route.h"
#include "http/trace_json.h"
#include "http/tracer.h"
#include "http/work.h"

#include <stdlib.h>

static struct tracing tracing_of(const struct request *r, const struct hands *h)
{
    return (struct tracing){.gate = h->gate, .store = h->store, .key = request_account_key(r)};
}

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-trace", "%s", errors->at[0].detail);
    return errors->count == 0;
}

/* Reading ----------------------------------------------------------------------------------- */

static void show(struct request *r, const struct hands *h, const struct desk_work *w, struct str id,
                 int status, int64_t seq)
{
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    json_t *json = NULL;
    struct trace *t = calloc(1, sizeof *t);
    enum err e = t != NULL ? trace_read(w, id, t, &no, &problem) : ERR_MEMORY;
    if (e == OK && no.why == DESK_YES)
        json = trace_json(w->rules, t, w->at);
    desk_answer(r, h, e, &problem, &no, seq, status, json);
    free(t);
}

void api_trace(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    show(r, h, &w, r->param, 200, 0);
}

enum { PAGE = 50, STATS_DAYS = 180 };
struct page {
    char id[PAGE + 1][HOP_ID];
    size_t count;
};

static bool take(void *to, struct str id)
{
    struct page *p = to;
    if (str_copy(id, p->id[p->count], HOP_ID))
        p->count++;
    return p->count <= PAGE;
}

static enum err put_page(const struct desk_work *w, const struct page *p, json_t *list,
                         struct problem *problem)
{
    enum err e = OK;
    struct desk_no no;
    struct trace *t = malloc(sizeof *t);
    if (t == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = 0; e == OK && i < p->count && i < PAGE; i++) {
        e = trace_read(w, str_of(p->id[i]), t, &no, problem);
        if (e == OK && no.why == DESK_YES)
            json_array_append_new(list, trace_json(w->rules, t, w->at));
    }
    free(t);
    return e;
}

void api_traces(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    struct page p = {.count = 0};
    json_t *list = json_array();
    enum err e = trace_list(&w, query_text(&r->query, "cursor"), PAGE + 1, take, &p, &problem);
    if (e == OK)
        e = put_page(&w, &p, list, &problem);
    json_t *json = json_pack("{s:o}", "traces", list);
    if (p.count > PAGE)
        json_object_set_new(json, "next", json_string(p.id[PAGE - 1]));
    desk_answer(r, h, e, &problem, &no, 0, 200, json);
}

void api_trace_stats(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct desk_no no = {.why = DESK_YES};
    const when since =
        when_plus(w.at, -(when)query_count(&r->query, "days", STATS_DAYS) * WHEN_DAY);
    struct problem problem = {.text = ""};
    struct trace_stats s;
    json_t *spans = json_array();
    enum err e = trace_stats(&w, since, &s, &problem);
    for (int i = 0; i < TRACE_SPANS; i++)
        json_array_append_new(
            spans,
            json_pack("{s:o, s:I}", "hours",
                      trace_span_hours[i] != 0 ? json_integer(trace_span_hours[i]) : json_null(),
                      "found", (json_int_t)s.found[i]));
    desk_answer(r, h, e, &problem, &no, 0, 200,
                json_pack("{s:o, s:o, s:I, s:I, s:o, s:I, s:I}", "since",
                          fact_json_when(w.rules, since), "spans", spans, "open",
                          (json_int_t)s.open, "lost", (json_int_t)s.lost, "median_s",
                          s.median_s >= 0 ? json_integer(s.median_s) : json_null(), "hops",
                          (json_int_t)s.hops, "late_hops", (json_int_t)s.late_hops));
}

/* Begin ------------------------------------------------------------------------------------- */

/* The call that somebody reported: whoever traces it reads no number of it. */
static enum err take_report(const struct desk_work *w, struct trace_opening *o, struct desk_no *no,
                            struct problem *problem)
{
    struct report_said *said = malloc(sizeof *said);
    if (said == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = report_seen(w, o->report, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = report_open(w, o->report, said, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        e = OK;
    } else if (e == OK && no->why == DESK_YES) {
        o->caller = said->caller;
        o->callee = said->reporter;
        o->at = said->row.v[REPORT_AT].i;
    }
    if (said != NULL)
        explicit_bzero(said, sizeof *said);
    free(said);
    return e;
}

void api_trace_open(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct tracing t = tracing_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    char id[FRESH_ID];
    int64_t seq = 0;
    const bool reported =
        json_object_get(r->json, "report") != NULL && json_object_get(r->json, "caller") == NULL;
    enum err e = OK;
    if (!ask_object(r->json, "kind caller callee at carrier report case", &errors)) {
        good(r, &errors);
        return;
    }
    ask_word(r->json, "kind", "call", true, &errors);
    struct trace_opening o = {
        .caller = ask_number(w.rules, r->json, "caller", !reported, &errors),
        .callee = ask_number(w.rules, r->json, "callee", false, &errors),
        .at = ask_when(r->json, "at", !reported, &errors),
        .carrier = ask_text(r->json, "carrier", ID_BYTES, false, &errors),
        .report = ask_text(r->json, "report", ID_BYTES, false, &errors),
        .case_id = ask_text(r->json, "case", ID_BYTES, false, &errors),
    };
    if (!good(r, &errors))
        return;
    if (reported)
        e = take_report(&w, &o, &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = tracer_open(&t, &w, &o, id, &no, &seq, &problem);
    explicit_bzero(&o.caller, sizeof o.caller);
    explicit_bzero(&o.callee, sizeof o.callee);
    if (e == OK && no.why == DESK_YES)
        show(r, h, &w, str_of(id), 201, seq); /* the tracer's thread asks the carriers */
    else
        desk_answer(r, h, e, &problem, &no, 0, 0, NULL);
}

/* What another carrier asks ----------------------------------------------------------------- */

/* With the receipt, if it can be made: whoever wants none goes on without. */
static json_t *answer_json(const struct desk_work *w, const struct hands *h,
                           const struct hop_question *q, const struct hop_found *f)
{
    struct problem problem = {.text = ""};
    struct buf proof;
    json_t *json = hop_answer_json(w->rules, q, &f->answer);
    if (f->answer.status != HOP_ANSWERED)
        return json;
    buf_init(&proof, HOP_PROOF);
    if (hop_proof_make(h->gate, f->rang.index, f->rang.call.commitment, &proof, &problem) == OK)
        json_object_set_new(json, "proof", json_stringn((const char *)proof.p, proof.n));
    else
        log_warning("http: %s %s: %s", "POST", "/v1/traces/{id}/hop", problem.text);
    buf_fini(&proof);
    return json;
}

void api_trace_hop(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    struct hop_question q = {.within = HOP_APART};
    int64_t seq = 0;
    json_t *json = NULL;
    if (!str_copy(r->param, q.trace, sizeof q.trace))
        ask_error(&errors, "", "too-long", "a trace's id has at most %d bytes", ID_BYTES);
    if (!hop_question_read(w.rules, r->json, &q, &errors) || errors.count > 0) {
        good(r, &errors);
        return;
    }
    if (q.n == 0)
        q.within = HOP_REPORTED; /* nobody has it on record yet */
    struct hop_found *f = calloc(1, sizeof *f);
    enum err e = f != NULL ? hop_find(h->gate, h->store, &q, f, &problem) : ERR_MEMORY;
    if (e == OK) {
        const struct trace_telling told = {&q, &f->answer};
        e = trace_answered(&w, &told, &no, &seq, &problem);
    }
    if (e == OK && no.why == DESK_YES)
        json = answer_json(&w, h, &q, f);
    desk_answer(r, h, e, &problem, &no, seq, 200, json);
    free(f);
}
