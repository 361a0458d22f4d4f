#include "gate/awaited.h"
#include "gate/consented.h"
#include "gate/node.h"
#include "gate/relay.h"

#include <stdlib.h>

/*
 * Asking.
 *
 * Judging and admitting are one step to the outside: the windows take an attempt
 * only if nothing changed since the counts were read, else the call is judged
 * again.
 */
enum { ADMIT_TRIES = 64 };

struct judged {
    struct call call; /* as asked, with the parties behind a relay number */
    struct verdict verdict;
    uint64_t window_seq[2];
    bool counted;
};

static void read_counts(struct gate *g, const struct call *c, const struct standing *s,
                        struct counts *counts)
{
    *counts = (struct counts){0};
    if (!s->commercial) {
        counts->own_emergency = window_last_emergency(g->windows, c->callee);
        return;
    }
    if (s->principal_key)
        window_read(g->windows, s->principal_key, c->callee, c->at, &counts->principal);
    window_read(g->windows, 0, c->callee, c->at, &counts->all);
}

/* No room to count: as if every cap were reached. */
static void fill(struct attempts *a, when at)
{
    a->count = ATTEMPTS;
    for (int i = 0; i < ATTEMPTS; i++)
        a->at[i] = at;
}

static enum err admit(struct gate *g, const struct call *c, const struct standing *s,
                      const struct counts *counts, struct judged *out)
{
    enum err e = OK;
    if (s->principal_key)
        e = window_add(g->windows, s->principal_key, c->callee, c->at, counts->principal.version,
                       &out->window_seq[0]);
    if (e)
        return e;
    e = window_add(g->windows, 0, c->callee, c->at, counts->all.version, &out->window_seq[1]);
    if (e && s->principal_key)
        window_withdraw(g->windows, s->principal_key, c->callee, c->at);
    out->counted = !e;
    return e;
}

static void judge(struct gate *g, const struct call *asked, bool count, struct judged *out)
{
    struct standing s;
    struct counts counts;
    *out = (struct judged){.call = *asked};
    struct call *c = &out->call;
    view_enter(g->view);
    relay_resolve(g->view, c);
    gate_stand(g->view, c, &s);
    enum err e = ERR_CONFLICT;
    for (int i = 0; e == ERR_CONFLICT && i < ADMIT_TRIES; i++) {
        read_counts(g, c, &s, &counts);
        gate_judge(g->view, c, &s, &counts, &out->verdict);
        e = count && out->verdict.counts ? admit(g, c, &s, &counts, out) : OK;
    }
    if (e) {
        fill(&counts.principal, c->at);
        fill(&counts.all, c->at);
        gate_judge(g->view, c, &s, &counts, &out->verdict);
        if (!out->verdict.observed && out->verdict.kind != VERDICT_BLOCK)
            out->verdict.kind = out->verdict.would = VERDICT_BLOCK;
    }
    view_leave(g->view);
}

static void describe(const struct gate *g, const struct question *q, const struct judged *judged,
                     struct call_record *r)
{
    const struct rule *rule = rules_of_check(g->rules, judged->verdict.check);
    const struct call *c = &judged->call;
    *r = (struct call_record){.caller = c->caller,
                              .callee = c->callee,
                              .dialled = judged->verdict.relayed ? c->relay.dialled : 0,
                              .max_call_s = judged->verdict.relayed ? c->relay.max_call_s : 0,
                              .asked = c->at,
                              .dry = q->dry,
                              .window_seq = {judged->window_seq[0], judged->window_seq[1]},
                              .verdict = judged->verdict};
    if (q->dry)
        r->verdict.counts = false;
    str_copy(str_of(rule->id), r->rule, sizeof r->rule);
    str_copy(str_of(check_reason(judged->verdict.check)), r->reason, sizeof r->reason);
    memcpy(r->pack, rules_hash(g->rules), sizeof r->pack);
}

static void count_verdict(struct gate *g, const struct verdict *v)
{
    atomic_fetch_add_explicit(&g->counters.asked, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&g->counters.by_kind[v->kind], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&g->counters.by_check[v->check], 1, memory_order_relaxed);
    if (v->observed)
        atomic_fetch_add_explicit(&g->counters.observed, 1, memory_order_relaxed);
}

/* `hurry`: an emergency call is answered before its record is durable. */
static void ask(struct gate *g, const struct question *q, bool hurry, gate_done *done, void *to)
{
    struct judged judged;
    struct pending_call call;
    const int64_t begun = clock_monotonic();
    judge(g, &q->call, !q->dry, &judged);
    count_verdict(g, &judged.verdict);
    describe(g, q, &judged, &call.record);
    call.counted = judged.counted;
    call.numbered = !q->dry;
    call.transaction = q->transaction;
    call.begun = begun;
    call.answer_code = q->answer_code;
    call.round = q->round;
    if (!q->dry) {
        call.record.person_seq = window_next_number(g->windows, judged.call.callee);
        if (judged.verdict.check == CHECK_CALLEE_EMERGENCY && judged.verdict.proven_caller)
            window_note_emergency(g->windows, q->call.caller, q->call.at);
    }

    struct answer a = {.verdict = judged.verdict, .record_error = ERR_TIMEOUT, .at = q->call.at};
    bool ahead = hurry && judged.verdict.check == CHECK_CALLEE_EMERGENCY;
    if (ahead) {
        latency_note(&g->latency, clock_monotonic() - begun);
        done(to, &a);
    }
    if (pending_submit(g, &call, ahead, done, to) == OK)
        return;
    atomic_fetch_add(&g->counters.overload, 1);
    if (ahead)
        return;
    pending_undo(g, &call);
    a.record_error = ERR_FULL;
    pending_fail(g, &a.verdict);
    done(to, &a);
}

void gate_ask(struct gate *g, const struct question *q, gate_done *done, void *to)
{
    ask(g, q, true, done, to);
}

void gate_submit(struct gate *g, struct ledger_round *round)
{
    ledger_submit_round(g->ledger, round);
}

struct waiting {
    struct awaited answer;
    struct answer *out;
};

static void wake(void *to, const struct answer *a)
{
    struct waiting *w = to;
    *w->out = *a;
    awaited_end(&w->answer);
}

void gate_ask_wait(struct gate *g, const struct question *q, struct answer *out)
{
    struct waiting w = {.answer = AWAITED, .out = out};
    ask(g, q, false, wake, &w);
    awaited_wait(&w.answer);
}

static void peek(struct gate *g, const struct call call[], size_t n, struct verdict out[])
{
    struct judged judged;
    view_enter(g->view);
    for (size_t i = 0; i < n; i++)
        view_ahead(g->view, call[i].callee);
    for (size_t i = 0; i < n; i++)
        view_ahead_record(g->view, call[i].callee);
    for (size_t i = 0; i < n; i++) {
        judge(g, &call[i], false, &judged);
        out[i] = judged.verdict;
    }
    view_leave(g->view);
}

void gate_peek(struct gate *g, const struct call call[], size_t n, struct verdict out[])
{
    for (size_t i = 0; i < n; i += GATE_PEEK)
        peek(g, call + i, n - i < GATE_PEEK ? n - i : GATE_PEEK, out + i);
}

bool gate_claimed(const struct gate *g, number n, struct str organisation)
{
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct person *p = view_person(g->view, n);
    const struct organisation *o = b ? book_organisation(b, key_of(organisation)) : NULL;
    const bool claimed = o && p && consented_claimed(b, p, o->entity);
    view_leave(g->view);
    return claimed;
}

const struct rules *gate_rules(const struct gate *g)
{
    return g->rules;
}

const struct config *gate_config(const struct gate *g)
{
    return g->config;
}

struct ledger *gate_ledger(const struct gate *g)
{
    return g->ledger;
}

struct index *gate_index(const struct gate *g)
{
    return g->index;
}

struct verdict_index *gate_verdicts(const struct gate *g)
{
    return g->verdicts;
}

void gate_latency(const struct gate *g, struct gate_latency *out)
{
    out->p50_us = latency_quantile(&g->latency, 500, &out->count);
    out->p95_us = latency_quantile(&g->latency, 950, &out->count);
}

struct opening_keys *gate_keys(const struct gate *g)
{
    return g->keys;
}

struct unwrap *gate_unwrap(const struct gate *g)
{
    return g->unwrap;
}

const struct link *gate_link(const struct gate *g)
{
    return g->link;
}

struct clock gate_clock(const struct gate *g)
{
    return g->clock;
}

const char *gate_node(const struct gate *g)
{
    return g->node;
}
