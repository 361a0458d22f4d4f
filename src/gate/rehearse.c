#include "gate/rehearse.h"
#include "gate/facts.h"
#include "gate/key.h"
#include "gate/node.h"
#include "gate/recorded.h"

#include <stdlib.h>

/* -- Attempts, by principal and callee --------------------------------------------- */

enum { SLOTS = 1 << 15 }; /* twice as many as calls are rehearsed, with two keys a call */

struct slot {
    uint64_t key; /* 0: free */
    unsigned count;
    when at[ATTEMPTS]; /* newest first */
};

static struct slot *slot_of(struct slot *slots, uint64_t principal, number callee)
{
    uint64_t key = key_mix(principal ^ key_mix((uint64_t)callee));
    if (key == 0)
        key = 1;
    size_t i = key % SLOTS;
    for (size_t tries = 0; tries < SLOTS; tries++, i = (i + 1) % SLOTS)
        if (slots[i].key == 0 || slots[i].key == key) {
            slots[i].key = key;
            return &slots[i];
        }
    return &slots[key % SLOTS];
}

static void read_attempts(struct slot *slots, uint64_t principal, number callee,
                          struct attempts *out)
{
    const struct slot *s = slot_of(slots, principal, callee);
    *out = (struct attempts){.count = s->count};
    memcpy(out->at, s->at, sizeof out->at);
}

static void add_attempt(struct slot *slots, uint64_t principal, number callee, when at)
{
    struct slot *s = slot_of(slots, principal, callee);
    memmove(s->at + 1, s->at, sizeof s->at - sizeof *s->at);
    s->at[0] = at;
    if (s->count < ATTEMPTS)
        s->count++;
}

/* -- Judging ------------------------------------------------------------------------ */

static void judge(struct slot *slots, const struct view *v, const struct rules *rules,
                  const struct call *c, const struct standing *s, struct verdict *out)
{
    struct counts counts = {.own_emergency = 0};
    if (s->commercial) {
        if (s->principal_key != 0)
            read_attempts(slots, s->principal_key, c->callee, &counts.principal);
        read_attempts(slots, 0, c->callee, &counts.all);
    }
    gate_judge_by(v, rules, c, s, &counts, out);
    if (!out->counts)
        return;
    if (s->principal_key != 0)
        add_attempt(slots, s->principal_key, c->callee, c->at);
    add_attempt(slots, 0, c->callee, c->at);
}

/* As it was asked, as far as the record tells: the line stands for the peer. */
static struct call call_of(const struct rules *rules, const struct call_record *r)
{
    const struct number_plan *plan = rules_plan(rules);
    return (struct call){.at = r->asked,
                         .caller = r->caller,
                         .caller_class =
                             r->caller != 0 ? number_classify(plan, r->caller) : NUMBER_MALFORMED,
                         .callee = r->callee,
                         .callee_class = number_classify(plan, r->callee),
                         .caller_authenticated = r->verdict.proven_caller,
                         .line = str_of(r->verdict.line),
                         .peer_trusted = true,
                         .campaign = str_of(r->verdict.campaign)};
}

struct trying {
    struct gate *gate;
    const struct rehearsal *what;
    struct slot *now, *then;
    rehearse_each *each;
    void *to;
    struct rehearsed *out;
};

static bool is_wanted(const struct trying *t, const struct standing *s)
{
    const struct str carrier = t->what->carrier;
    return carrier.n == 0 || (s->line != NULL && s->line->carrier != NULL &&
                              str_eq(str_of(s->line->carrier->id), carrier));
}

static void try_call(const struct trying *t, uint64_t index, const struct call_record *r)
{
    struct gate *g = t->gate;
    const struct call c = call_of(g->rules, r);
    struct verdict now, then;
    struct standing s;
    view_enter(g->view);
    gate_stand(g->view, &c, &s);
    const bool wanted = is_wanted(t, &s);
    if (wanted) {
        judge(t->now, g->view, g->rules, &c, &s, &now);
        judge(t->then, g->view, t->what->rules, &c, &s, &then);
    }
    view_leave(g->view);
    if (!wanted)
        return;
    t->out->calls++;
    if (now.would == then.would && now.would_check == then.would_check)
        return;
    t->out->differ++;
    t->each(t->to, index, &now, &then);
}

static enum err try_record(const struct trying *t, uint64_t index)
{
    struct call_record r;
    bool opened;
    enum err e = gate_explain(t->gate, index, &r, &opened);
    if (e == ERR_NOT_FOUND)
        return OK; /* no call */
    if (e != OK)
        return e;
    if (r.dry || r.dialled != 0 || !opened)
        t->out->skipped++;
    else
        try_call(t, index, &r);
    return OK;
}

/* A call's sector is an index: it must mean the same in both. */
static bool same_sectors(const struct rules *a, const struct rules *b)
{
    const size_t n = rules_sectors(a);
    bool same = n <= rules_sectors(b);
    for (int i = 0; same && i < (int)n; i++)
        same = strcmp(rules_sector_at(a, i)->code, rules_sector_at(b, i)->code) == 0;
    return same;
}

static enum err try_all(const struct trying *t, uint64_t first, uint64_t end)
{
    const struct ledger *ledger = gate_ledger(t->gate);
    const int64_t stop = clock_monotonic() + t->what->ms * WHEN_MS;
    enum err e = OK;
    uint64_t i = first;
    for (; e == OK && i < end && clock_monotonic() < stop; i++)
        e = try_record(t, i);
    t->out->more = t->out->more || i < end;
    if (e == OK && i > first)
        e = recorded_at(ledger, first, &t->out->from);
    return e == OK && i > first ? recorded_at(ledger, i - 1, &t->out->until) : e;
}

enum err gate_rehearse(struct gate *g, const struct rehearsal *what, rehearse_each *each, void *to,
                       struct rehearsed *out, struct problem *problem)
{
    const struct ledger *ledger = gate_ledger(g);
    const uint64_t end = ledger_size(ledger);
    uint64_t first = 0;
    *out = (struct rehearsed){.calls = 0};
    if (!same_sectors(g->rules, what->rules))
        return problem_set(problem, ERR_INVALID,
                           "these rules take sectors away that calls have been judged by");
    struct slot *slots = calloc((size_t)2 * SLOTS, sizeof *slots);
    if (slots == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    const struct trying t = {.gate = g,
                             .what = what,
                             .now = slots,
                             .then = slots + SLOTS,
                             .each = each,
                             .to = to,
                             .out = out};
    enum err e = recorded_since(ledger, what->since, &first);
    if (e == OK && end - first > what->most) {
        first = end - what->most;
        out->more = true;
    }
    if (e == OK)
        e = try_all(&t, first, end);
    free(slots);
    return e == OK ? OK
                   : problem_set(problem, e,
                                 "the records cannot be read: %s; `menshen ledger verify` says "
                                 "where",
                                 err_name(e));
}
