#include "gate/called.h"

#include "gate/gate.h"

#include <stdlib.h>

/* The newest of those that are found: a ring. */
struct newest {
    uint64_t *record;
    size_t most, count;
    uint64_t last; /* a part of a scrub has many rows */
};

static bool note(void *to, const struct index_row *row)
{
    struct newest *n = to;
    if (n->count == 0 || n->last != row->record)
        n->record[n->count++ % n->most] = row->record;
    n->last = row->record;
    return true;
}

static enum err open_each(struct gate *g, const struct newest *n, called_each *each, void *to)
{
    char id[RECORD_ID];
    const size_t have = n->count < n->most ? n->count : n->most;
    enum err e = OK;
    bool more = true;
    for (size_t i = 1; e == OK && more && i <= have; i++) {
        struct call_record call;
        bool opened = false;
        const uint64_t record = n->record[(n->count - i) % n->most];
        e = gate_explain(g, record, &call, &opened);
        if (e == OK && opened && !call.dry) {
            ledger_record_id(gate_ledger(g), record, id);
            more = each(to, id, &call);
        }
        if (e == ERR_NOT_FOUND) /* not a call's, or gone by now */
            e = OK;
    }
    return e;
}

enum err gate_called(struct gate *g, const struct called_question *q, called_each *each, void *to,
                     bool *all, struct problem *problem)
{
    struct newest n = {.record = calloc(q->most, sizeof *n.record), .most = q->most};
    if (n.record == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = index_catch_up(gate_index(g), problem);
    if (e == OK)
        e = index_find(gate_index(g), q->caller, 0, q->since, note, &n, problem);
    *all = n.count <= n.most;
    if (e == OK && open_each(g, &n, each, to) != OK)
        e = problem_set(problem, ERR_CORRUPT, "a record does not open");
    free(n.record);
    return e;
}
