#include "gate/rang.h"

#include "gate/gate.h"

enum { NEAR = 1024 }; /* of those in that time the nearest are opened, until one fits */

struct candidate {
    uint64_t record;
    when away;
};

struct search {
    const struct rang_question *asked;
    struct candidate near[NEAR]; /* the nearest first */
    size_t count;
    uint64_t last; /* a part of a scrub has many rows */
};

static void insert(struct search *s, struct candidate c)
{
    if (s->count == NEAR && s->near[NEAR - 1].away <= c.away)
        return;
    size_t i = s->count < NEAR ? s->count++ : NEAR - 1;
    for (; i > 0 && s->near[i - 1].away > c.away; i--)
        s->near[i] = s->near[i - 1];
    s->near[i] = c;
}

static bool consider(void *to, const struct index_row *row)
{
    struct search *s = to;
    const when away = row->at > s->asked->at ? row->at - s->asked->at : s->asked->at - row->at;
    if (away <= s->asked->within && (s->count == 0 || s->last != row->record))
        insert(s, (struct candidate){row->record, away});
    s->last = row->record;
    return true;
}

/* Was somebody rung, or to be? Who is behind a relay number is no carrier's to know. */
static bool rang(struct gate *g, uint64_t record, struct rang *out)
{
    bool opened;
    return gate_explain(g, record, &out->call, &opened) == OK && opened && !out->call.dry &&
           !out->call.verdict.relayed;
}

enum err gate_rang(struct gate *g, const struct rang_question *asked, struct rang *out,
                   struct problem *problem)
{
    struct search s = {.asked = asked};
    enum err e = index_catch_up(gate_index(g), problem);
    if (e == OK)
        e = index_find(gate_index(g), asked->caller, asked->callee,
                       when_plus(asked->at, -asked->within), consider, &s, problem);
    for (size_t i = 0; e == OK && i < s.count; i++)
        if (rang(g, s.near[i].record, out)) {
            out->index = s.near[i].record;
            ledger_record_id(gate_ledger(g), out->index, out->record);
            return OK;
        }
    return e == OK ? problem_set(problem, ERR_NOT_FOUND, "no such call is on this node's record")
                   : e;
}
