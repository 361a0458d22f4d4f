#include "cli/trace.h"

#include "gate/gate.h"
#include "http/trace_json.h"
#include "http/tracer.h"
#include "registry/json_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 60000 };

static enum err read_number(const struct rules *rules, const json_t *request, const char *name,
                            number *out, struct problem *problem)
{
    const struct str text = json_text_of(request, name);
    *out = 0;
    if (text.n == 0 || number_parse(rules_plan(rules), text, STR(""), out) != NUMBER_MALFORMED)
        return OK;
    return problem_set(problem, ERR_INVALID, "\"%s\" is no telephone number", name);
}

static enum err read_opening(const struct rules *rules, const json_t *request,
                             struct trace_opening *o, struct problem *problem)
{
    enum err e = read_number(rules, request, "caller", &o->caller, problem);
    if (e == OK)
        e = read_number(rules, request, "callee", &o->callee, problem);
    if (e == OK && o->caller == 0)
        e = problem_set(problem, ERR_INVALID, "\"caller\" is required");
    if (e == OK &&
        when_parse(json_text_of(request, "at"), rules_offset_minutes(rules), &o->at, NULL) != OK)
        e = problem_set(problem, ERR_INVALID,
                        "\"at\" is no time; write it as 2026-11-21T18:29:00+08:00");
    o->carrier = json_text_of(request, "carrier");
    return e;
}

static json_t *show(const struct desk_work *w, struct str id, struct problem *problem)
{
    struct desk_no no;
    json_t *out = NULL;
    struct trace *t = malloc(sizeof *t);
    if (t == NULL)
        problem_set(problem, ERR_MEMORY, "out of memory");
    else if (trace_read(w, id, t, &no, problem) == OK && control_refused(&no, problem) == OK)
        out = trace_json(w->rules, t, w->at);
    free(t);
    return out;
}

static json_t *follow(struct control_state *s, const struct tracing *t, const json_t *request,
                      struct problem *problem)
{
    struct gate *gate = t->gate;
    struct subject host = {.role = ROLE_MACHINE};
    struct trace_opening o = {.caller = 0};
    struct desk_work w = {.store = t->store,
                          .key = t->key,
                          .rules = gate_rules(gate),
                          .who = &host,
                          .node = str_of(gate_node(gate)),
                          .at = clock_now(gate_clock(gate))};
    struct desk_no no;
    char id[FRESH_ID];
    int64_t seq = 0;
    snprintf(host.id, sizeof host.id, "%s", s->actor);
    enum err e = read_opening(w.rules, request, &o, problem);
    if (e == OK)
        e = tracer_open(t, &w, &o, id, &no, &seq, problem);
    if (e == OK)
        e = control_refused(&no, problem);
    if (e == OK)
        e = tracer_run(t, str_of(id), true, &seq, problem);
    if (e == OK && seq != 0)
        e = gate_reach(gate, seq, REACH_MS, problem);
    w.at = clock_now(gate_clock(gate));
    return e == OK ? show(&w, str_of(id), problem) : NULL;
}

json_t *trace_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    struct account_key *key = NULL;
    struct tracing t = {.gate = s->options.gate};
    json_t *out = NULL;
    if (control_store(s, &t.store, problem) == OK && control_account_key(s, &key, problem) == OK) {
        t.key = key;
        out = follow(s, &t, request, problem);
    }
    account_key_close(key);
    return out;
}
