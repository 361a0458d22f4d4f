#include "gate/budget.h"
#include "gate/look_ask.h"
#include "gate/look_index.h"
#include "gate/node.h"

#include <limits.h>
#include <stdlib.h>

/* A day's rows, copied: who asked is read by the same reader. */
enum { ROWS = BUDGET_ROOM };

struct day_rows {
    when from;
    size_t count;
    struct {
        uint64_t record, member;
    } row[ROWS];
};

static bool take(void *to, const struct look_row *r)
{
    struct day_rows *d = to;
    if (r->at < d->from || d->count == ROWS)
        return false;
    d->row[d->count].record = r->record;
    d->row[d->count++].member = look_number_key(r->part.handle);
    return true;
}

/*
 * Whose data an export of several showed is in their own openings. Here all of them are
 * spent, and none is open: closed on doubt, until the day ends.
 */
static void count(struct gate *g, uint64_t record, uint64_t member, int64_t today)
{
    struct look_record r;
    struct look_asker asker;
    struct look_verdict verdict;
    bool opened, fresh;
    if (gate_explain_look(g, record, &r, &asker, &verdict, &opened) != OK || !opened || r.dry ||
        r.imported || !look_in_full(r.surface) || (r.persons == 1 && !look_opens(&verdict)) ||
        node_day(g, r.asked) != today)
        return;
    if (r.persons > 1)
        member = ~member;
    budget_spend(g->budget, key_of(str_of(asker.looker)), member, today, UINT_MAX, &fresh);
}

enum err budget_restore(struct gate *g, struct problem *problem)
{
    const int64_t today = node_day(g, clock_now(g->clock));
    struct day_rows *d = calloc(1, sizeof *d);
    if (!d)
        return problem_set(problem, ERR_MEMORY, "not enough memory for the gate");
    d->from = today * WHEN_DAY - rules_offset_minutes(g->rules) * WHEN_MINUTE;
    enum err e = look_index_covers(g->looks) < ledger_size(g->ledger)
                     ? index_catch_up(g->index, problem)
                     : OK;
    if (!e)
        e = look_index_recent(g->looks, take, d, problem);
    for (size_t i = 0; !e && i < d->count; i++)
        count(g, d->row[i].record, d->row[i].member, today);
    free(d);
    return e;
}
