#include "gate/alerts_inner.h"
#include "gate/key.h"
#include "gate/look_ask.h"
#include "gate/look_index.h"
#include "gate/look_stand.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows of the index, copied: who asked is read by the same reader. */
struct asked_rows {
    struct watching *watching;
    when from; /* recorded since */
    size_t count;
    struct {
        uint64_t record, person; /* the first person's key; 0: nobody's */
    } row[ALERT_ROWS];
};

static bool take_row(void *to, const struct look_asked *r)
{
    struct asked_rows *rows = to;
    if (r->handle && r->at < rows->from)
        return false;
    if (rows->count == ALERT_ROWS) {
        rows->watching->span.partial = true;
        return false;
    }
    rows->row[rows->count].record = r->record;
    rows->row[rows->count++].person = r->handle ? look_number_key(r->handle) : 0;
    return true;
}

/* A record that can be told of somebody in question. */
struct told {
    uint64_t record, person;
    struct look_record look;
    struct look_verdict verdict;
    struct watched *staff;
    bool task; /* or a case */
};

static bool tell(struct watching *w, const struct asked_rows *rows, size_t i, struct told *t)
{
    struct look_asker asker;
    bool opened;
    t->record = rows->row[i].record;
    t->person = rows->row[i].person;
    if (gate_explain_look(w->gate, t->record, &t->look, &asker, &t->verdict, &opened) != OK ||
        !opened || t->look.dry || t->look.host)
        return false;
    t->staff = watching_staff(w, str_of(asker.looker));
    t->task = asker.task[0] != '\0';
    if (t->verdict.asked == 0) /* of more persons than one */
        t->verdict.whole = CHECK_SHOWN;
    return t->staff != NULL;
}

/* Looks of this gate -------------------------------------------------------------------------- */

static bool act_of(const struct told *t, enum peep_act *act)
{
    const bool one = t->look.persons == 1;
    *act = one && t->verdict.whole == CHECK_NO_RELATION ? PEEP_NOBODY
           : t->look.surface == SURFACE_DETAIL          ? PEEP_FILE
                                                        : PEEP_LIST;
    return *act != PEEP_FILE || (one && t->person != 0 && look_opens(&t->verdict));
}

static bool add_look(struct watching *w, const struct told *t)
{
    struct peep_event e = {.at = t->look.asked,
                           .staff = (uint32_t)(t->staff - w->staff),
                           .store = t->staff->store,
                           .person = t->person,
                           .record = t->record,
                           .task = t->task};
    if (t->look.imported || e.at < w->span.from || e.at > w->span.until || !act_of(t, &e.act))
        return true;
    const struct handled *p = watching_person(w, e.person);
    e.after_contract = p && p->contract_until != 0 && p->contract_until <= e.at;
    return watching_add(w, &e);
}

/* Looks of another system --------------------------------------------------------------------- */

/* What a basis covered when she was looked at. */
static categories covered(struct watching *w, const struct told *t)
{
    const struct handled *p = watching_person(w, t->person);
    struct look l = {.at = t->look.asked};
    struct look_facts f;
    categories what = 0;
    if (!p)
        return 0;
    view_enter(w->gate->view);
    look_stand(w->gate->view, str_of(t->staff->id), str_of(p->id), &l, &f);
    const uint64_t entity = l.looker.organisation ? l.looker.organisation->entity : 0;
    for (size_t i = 0; l.member && i < l.member->grant_count; i++) {
        const struct look_grant *g = &l.member->grants[i];
        if (g->entity == entity && l.at >= g->from && l.at < g->until &&
            (g->withdrawn == 0 || l.at < g->withdrawn))
            what |= g->what;
    }
    for (size_t i = 0; l.member && i < l.member->basis_count; i++) {
        const struct look_basis *b = &l.member->bases[i];
        if (l.at >= b->from && l.at < b->until &&
            (b->holder == l.looker.key || b->holder == entity))
            what |= b->what;
    }
    view_leave(w->gate->view);
    return what;
}

static categories shown(const struct look_verdict *v)
{
    categories what = 0;
    for (int c = 0; c < CATEGORIES; c++)
        if (v->answer[c] != LOOK_DENY)
            what |= (categories)(1 << c);
    return what;
}

static void count_import(struct watching *w, const struct told *t)
{
    struct gate_alert *a = &t->staff->lines;
    const categories what = shown(&t->verdict) & (categories)~covered(w, t);
    if (!t->look.imported || what == 0)
        return;
    tally_add(&t->staff->tally, what);
    a->since = a->count == 0 || t->look.asked < a->since ? t->look.asked : a->since;
    a->last = a->count == 0 || t->look.asked > a->last ? t->look.asked : a->last;
    for (int c = 0; c < CATEGORIES; c++)
        a->count += what >> c & 1;
    if (a->evidence == PEEP_EVIDENCE)
        memmove(a->record, a->record + 1, --a->evidence * sizeof *a->record);
    a->record[a->evidence++] = t->record;
}

/* All of it ----------------------------------------------------------------------------------- */

static enum err read_looks(struct watching *w, struct problem *problem)
{
    struct gate *g = w->gate;
    struct asked_rows *rows = malloc(sizeof *rows);
    struct told t;
    if (!rows)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    rows->watching = w;
    rows->count = 0;
    rows->from = w->span.from;
    enum err e = look_index_covers(g->looks) < ledger_size(g->ledger)
                     ? index_catch_up(g->index, problem)
                     : OK;
    if (!e)
        e = look_index_asked(g->looks, false, take_row, rows, problem);
    for (size_t i = rows->count; !e && i-- > 0;)
        if (tell(w, rows, i, &t) && !add_look(w, &t))
            e = problem_set(problem, ERR_MEMORY, "out of memory");
    rows->count = 0;
    rows->from = INT64_MIN;
    if (!e)
        e = look_index_asked(g->looks, true, take_row, rows, problem);
    for (size_t i = rows->count; !e && i-- > 0;)
        if (tell(w, rows, i, &t))
            count_import(w, &t);
    free(rows);
    return e;
}

static int by_time(const void *a, const void *b)
{
    const struct peep_event *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
                          : (x->act > y->act) - (x->act < y->act);
}

static void name(struct gate_alert *a, const struct watched *s)
{
    char text[2 * ID_MAX];
    memcpy(a->staff, s->id, sizeof a->staff);
    snprintf(text, sizeof text, "%s/%s", a->pattern, s->id);
    snprintf(a->id, sizeof a->id, "alt_%016llx", (unsigned long long)key_of(str_of(text)));
}

static bool tell_lines(struct watching *w, alert_each *each, void *to)
{
    for (size_t i = 0; i < w->staff_count; i++) {
        struct gate_alert *a = &w->staff[i].lines;
        a->pattern = tally_word(tally_line(&w->staff[i].tally));
        a->text = "items shown by another system without a basis on file; rule 20's lines";
        if (!a->pattern)
            continue;
        name(a, &w->staff[i]);
        if (!each(to, a))
            return false;
    }
    return true;
}

static void tell_peeps(struct watching *w, const struct peep *p, alert_each *each, void *to)
{
    struct peep_alert found;
    for (size_t place = 0; peep_next(p, &place, &found);) {
        struct gate_alert a = {.pattern = peep_rules[found.pattern].word,
                               .text = peep_rules[found.pattern].text,
                               .since = found.since,
                               .last = found.last,
                               .count = found.count,
                               .evidence = found.evidence};
        memcpy(a.record, found.record, sizeof a.record);
        name(&a, &w->staff[found.staff]);
        if (!each(to, &a))
            return;
    }
}

static enum err detect(struct watching *w, alert_each *each, void *to, struct problem *problem)
{
    struct peep *p;
    if (peep_new(rules_plan(w->gate->rules)->utc_offset_minutes, &p) != OK)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    if (w->events > 0)
        qsort(w->event, w->events, sizeof *w->event, by_time);
    for (size_t i = 0; i < w->events; i++)
        peep_feed(p, &w->event[i]);
    peep_end(p, w->span.until);
    w->span.partial |= peep_overflowed(p);
    if (tell_lines(w, each, to))
        tell_peeps(w, p, each, to);
    peep_free(p);
    return OK;
}

enum err gate_alerts(struct gate *g, struct store *store, struct str organisation,
                     struct alert_span *span, alert_each *each, void *to, struct problem *problem)
{
    const when now = clock_now(g->clock);
    struct watching w = {.gate = g,
                         .store = store,
                         .organisation = organisation,
                         .span = {.from = now - ALERT_DAYS * WHEN_DAY, .until = now}};
    enum err e = watching_read_facts(&w, problem);
    if (!e)
        e = read_looks(&w, problem);
    if (!e)
        e = detect(&w, each, to, problem);
    *span = w.span;
    free(w.staff);
    free(w.persons);
    free(w.event);
    return e;
}
