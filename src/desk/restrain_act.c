/* How restraints end, and what officers make of them. */
#include "desk/clock.h"
#include "desk/inbox.h"
#include "desk/ordering.h"
#include "desk/restrain.h"
#include "desk/text.h"

#include <stdlib.h>

#define BY_FINDING "untrue"
#define BY_REFUSAL "refused"

/* The affair ------------------------------------------------------------------------------------
 *
 * A review and a cap of one sender, or the one order `commercial` on a line.
 */

enum { ROWS = 8, RESTRAINT_ID_TEXT = FRESH_ID };

struct affair {
    size_t count;
    char id[ROWS][RESTRAINT_ID_TEXT];
};

static bool take(void *to, const struct value *row)
{
    struct affair *m = to;
    if (m->count < ROWS && str_copy(row[RESTRAINT_ID].s, m->id[m->count], sizeof m->id[0]))
        m->count++;
    return m->count < ROWS;
}

static enum err find(struct store *s, struct str id, struct fact_row *row, struct problem *problem)
{
    const struct value key[RESTRAINT_COLUMNS] = {[RESTRAINT_ID] = value_text(id)};
    return fact_find(s, &restraint_kind, key, row, problem);
}

/* Those of the same affair as this row that are not lifted. */
static enum err affair_of(const struct desk_work *w, const struct value *row, struct affair *m,
                          struct problem *problem)
{
    const struct value v[] = {row[RESTRAINT_SENDER], row[RESTRAINT_KIND]};
    m->count = 0;
    return fact_list(w->store, &restraint_kind,
                     "WHERE x.\"sender\" = $1 AND x.\"lifted_at\" IS NULL AND ((x.\"kind\" = "
                     "'commercial' AND $2 = 'commercial') OR (x.\"kind\" <> 'commercial' AND $2 <> "
                     "'commercial')) ORDER BY x.\"at\" DESC, x.\"id\"",
                     v, 2, take, m, problem);
}

static enum err tell_holder(const struct desk_work *w, const struct value *row, int64_t *seq,
                            struct problem *problem)
{
    return inbox_put(w, fact_text(&row[RESTRAINT_HOLDER]), "restraint", row[RESTRAINT_ID].s, seq,
                     problem);
}

/* Ending --------------------------------------------------------------------------------------- */

/* One row, with its order if that stands. */
static enum err end_one(const struct desk_work *w, struct value *row, const char *why, bool *lifted,
                        int64_t *seq, struct problem *problem)
{
    struct fact_row order;
    const struct fact_origin by = desk_origin(w);
    const struct order_terms terms = {.reason = STR("what reports had led to is lifted"),
                                      .document = row[RESTRAINT_ID].s,
                                      .organisation =
                                          w->who != NULL ? str_of(w->who->organisation) : STR("")};
    enum err e = order_standing(w->store, row[RESTRAINT_ID].s, w->at, &order, problem);
    if (e == OK) {
        *lifted = *lifted || row[RESTRAINT_HOLDER].type != VALUE_TEXT;
        e = order_lift(w->store, order.v, &terms, &by, seq, problem);
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    row[RESTRAINT_STATUS] = value_text(STR("lifted"));
    row[RESTRAINT_WHY] = value_text(str_of(why));
    row[RESTRAINT_LIFTED] = value_int(w->at);
    e = desk_write(w, &restraint_kind, row, seq, problem);
    if (e == OK)
        e = clock_drop(w, row[RESTRAINT_ID].s, CLOCK_RESTRAINT, seq, problem);
    return e == OK ? tell_holder(w, row, seq, problem) : e;
}

enum err restrain_ended(const struct desk_work *w, struct str id, const char *why, int64_t *seq,
                        struct problem *problem)
{
    struct fact_row row;
    struct affair m;
    bool lifted = false;
    enum err e = find(w->store, id, &row, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    e = affair_of(w, row.v, &m, problem);
    for (size_t i = 0; e == OK && i < m.count; i++) {
        e = find(w->store, str_of(m.id[i]), &row, problem);
        if (e == OK)
            e = end_one(w, row.v, why, &lifted, seq, problem);
    }
    return e;
}

enum err restrain_restored(const struct desk_work *w, struct str subject, int64_t *seq,
                           struct problem *problem)
{
    const struct value v[] = {value_text(subject), value_int(w->at)};
    struct affair m = {.count = 0};
    enum err e = fact_list(w->store, &restraint_kind,
                           "JOIN orders o ON o.\"id\" = x.\"id\" WHERE o.\"subject\" = $1 AND "
                           "x.\"lifted_at\" IS NULL AND x.\"until\" > $2 ORDER BY x.\"id\"",
                           v, 2, take, &m, problem);
    for (size_t i = 0; e == OK && i < m.count; i++)
        e = restrain_ended(w, str_of(m.id[i]), RESTRAINT_BY_RESTORE, seq, problem);
    return e;
}

/* A report less -------------------------------------------------------------------------------- */

/* Would the node do it again, by what is left of the reports of that time? */
static enum err still(const struct desk_work *w, const struct value *row, bool *out,
                      struct problem *problem)
{
    const struct restraint_limits l = restraint_limits_of(w->rules);
    const struct str sender = row[RESTRAINT_SENDER].s, line = fact_text(&row[RESTRAINT_LINE]);
    const bool of_line = str_eq(sender, line);
    const int64_t back = l.within_s > l.marketing_s ? l.within_s : l.marketing_s;
    const struct report_span span = {.sender = of_line ? STR("") : sender,
                                     .line = of_line ? line : STR(""),
                                     .since = when_plus(row[RESTRAINT_AT].i, -back * WHEN_SECOND),
                                     .until = row[RESTRAINT_AT].i};
    const struct restraint_sender is = {
        .registered = !str_eq(fact_text(&row[RESTRAINT_GROUND]), STR(RESTRAINT_ON_UNREGISTERED)),
        .proven = true,
        .calls = row[RESTRAINT_CALLS].type == VALUE_INT ? row[RESTRAINT_CALLS].i : 0};
    int64_t sum;
    bool marketing;
    enum err e = restrain_sum(w, &span, &sum, &marketing, problem);
    if (str_eq(row[RESTRAINT_KIND].s, STR("commercial")))
        *out = marketing;
    else if (str_eq(row[RESTRAINT_KIND].s, STR("cap")))
        *out = restraint_of(&l, &is, sum) == RESTRAINT_CAP;
    else
        *out = restraint_of(&l, &is, sum) != RESTRAINT_NONE;
    return e;
}

enum err restrain_revise(const struct desk_work *w, struct str sender, struct str line,
                         bool *lifted, int64_t *seq, struct problem *problem)
{
    const struct value v[] = {value_text(sender), value_text(line), value_int(w->at)};
    struct affair m = {.count = 0};
    struct fact_row row;
    *lifted = false;
    enum err e = fact_list(w->store, &restraint_kind,
                           "WHERE (x.\"sender\" = $1 OR x.\"sender\" = $2) AND x.\"status\" = "
                           "'open' AND x.\"until\" > $3 ORDER BY x.\"at\" DESC, x.\"id\"",
                           v, 3, take, &m, problem);
    for (size_t i = 0; e == OK && i < m.count; i++) {
        bool holds = true;
        e = find(w->store, str_of(m.id[i]), &row, problem);
        if (e == OK)
            e = still(w, row.v, &holds, problem);
        if (e == OK && !holds)
            e = end_one(w, row.v, BY_FINDING, lifted, seq, problem);
    }
    return e;
}

/* Deciding ------------------------------------------------------------------------------------- */

#define ALONE_HOLDS                                                                                \
    WHEN_DAY /* what one officer orders of whom people must be able to hear from                   \
              */

/*
 * The order becomes that of whoever decides, from when it began. Of a protected sender it ends
 * within a day, and goes on to its end if another officer confirms it by then.
 */
static enum err take_over(const struct desk_work *w, struct value *row, int64_t *seq,
                          struct problem *problem)
{
    struct fact_row order;
    const bool second = str_eq(row[RESTRAINT_STATUS].s, STR("confirmed"));
    const bool alone = row[RESTRAINT_PROTECTED].type == VALUE_TEXT && !second;
    const when day = when_plus(w->at, ALONE_HOLDS);
    enum err e = order_standing(w->store, row[RESTRAINT_ID].s, w->at, &order, problem);
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    order.v[ORDER_UNTIL] =
        alone && day < row[RESTRAINT_UNTIL].i ? value_int(day) : row[RESTRAINT_UNTIL];
    order.v[ORDER_BY] = value_text(str_of(w->who->id));
    order.v[ORDER_ORGANISATION] = value_text(str_of(w->who->organisation));
    return desk_write(w, &order_kind, order.v, seq, problem);
}

static enum err confirm_one(const struct desk_work *w, struct value *row, int64_t *seq,
                            struct problem *problem)
{
    bool late;
    enum err e = take_over(w, row, seq, problem);
    row[RESTRAINT_STATUS] = value_text(STR("confirmed"));
    row[RESTRAINT_DECIDED_BY] = value_text(str_of(w->who->id));
    row[RESTRAINT_DECIDED_AT] = value_int(w->at);
    if (e == OK)
        e = desk_write(w, &restraint_kind, row, seq, problem);
    if (e == OK)
        e = clock_meet(w, row[RESTRAINT_ID].s, CLOCK_RESTRAINT, &late, seq, problem);
    return e == OK ? tell_holder(w, row, seq, problem) : e;
}

static enum err refuse_one(const struct desk_work *w, struct value *row, int64_t *seq,
                           struct problem *problem)
{
    bool late, lifted = false;
    row[RESTRAINT_DECIDED_BY] = value_text(str_of(w->who->id));
    row[RESTRAINT_DECIDED_AT] = value_int(w->at);
    enum err e = clock_meet(w, row[RESTRAINT_ID].s, CLOCK_RESTRAINT, &late, seq, problem);
    return e == OK ? end_one(w, row, BY_REFUSAL, &lifted, seq, problem) : e;
}

/* Who may order about what it stops; of a review about the line, or the number's holder. */
static enum err may_decide(const struct desk_work *w, const struct affair *m,
                           const struct value *row, number *whose, struct desk_no *no,
                           struct problem *problem)
{
    struct fact_row order;
    struct str subject = fact_text(&row[RESTRAINT_LINE]);
    unsigned long long n = 0;
    enum err e = ERR_NOT_FOUND;
    for (size_t i = 0; e == ERR_NOT_FOUND && i < m->count; i++) {
        const struct value key[ORDER_COLUMNS] = {[ORDER_ID] = value_text(str_of(m->id[i]))};
        e = fact_find(w->store, &order_kind, key, &order, problem);
    }
    if (e == OK)
        subject = order.v[ORDER_SUBJECT].s;
    else if (e != ERR_NOT_FOUND)
        return e;
    if (row[RESTRAINT_HOLDER].type != VALUE_TEXT && str_to_u64(subject, UINT64_MAX / 2, &n))
        *whose = n;
    return ordering_competent(w, subject, no, problem);
}

static bool check_state(const struct desk_work *w, const struct value *row, bool confirm,
                        struct desk_no *no)
{
    const bool confirmed = str_eq(row[RESTRAINT_STATUS].s, STR("confirmed"));
    if (str_eq(row[RESTRAINT_STATUS].s, STR("lifted")))
        return desk_refuse(no, DESK_CONFLICT, "already-lifted", "this is lifted");
    if (!confirmed)
        return true;
    if (!confirm || row[RESTRAINT_PROTECTED].type != VALUE_TEXT)
        return desk_refuse(no, DESK_CONFLICT, "already-decided",
                           "an officer has decided this; an order that she took over ends by "
                           "`restore`, or by an appeal");
    if (str_eq(fact_text(&row[RESTRAINT_DECIDED_BY]), str_of(w->who->id)))
        return desk_refuse(no, DESK_DENIED, "own-order", "another officer confirms it once more");
    return true;
}

static enum err decide(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct restrain_decision *d = what;
    struct affair m;
    enum err e = find(w->store, d->id, &d->row, problem);
    if (e == OK)
        e = affair_of(w, d->row.v, &m, problem);
    if (e == OK)
        e = may_decide(w, &m, d->row.v, &d->tells, no, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e != OK || no->why != DESK_YES || !check_state(w, d->row.v, d->confirm, no))
        return e;
    for (size_t i = 0; e == OK && i < m.count; i++) {
        e = find(w->store, str_of(m.id[i]), &d->row, problem);
        if (e == OK)
            e = d->confirm ? confirm_one(w, d->row.v, seq, problem)
                           : refuse_one(w, d->row.v, seq, problem);
        if (e == OK)
            e = desk_text_put(w, str_of(m.id[i]), "decision", d->reason, problem);
    }
    return e == OK ? find(w->store, d->id, &d->row, problem) : e;
}

enum err restrain_decide(const struct desk_work *w, struct restrain_decision *d, struct desk_no *no,
                         int64_t *seq, struct problem *problem)
{
    d->tells = 0;
    return desk_do(w, decide, d, no, seq, problem);
}
