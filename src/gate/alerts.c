#include "gate/alerts_inner.h"
#include "gate/key.h"
#include "gate/ungranted.h"
#include "registry/stop.h"

#include <stdio.h>
#include <stdlib.h>

/* Looks of this gate -------------------------------------------------------------------------- */

static bool act_of(const struct asked_look *l, enum peep_act *act)
{
    *act = l->nobody ? PEEP_NOBODY : l->surface == SURFACE_DETAIL ? PEEP_FILE : PEEP_LIST;
    return *act != PEEP_FILE || (l->one && l->person != 0 && l->opens);
}

static bool add_look(void *to, const struct asked_look *l)
{
    struct watching *w = to;
    const struct watched *s = watching_staff(w, l->staff);
    struct peep_event e = {.at = l->at, .person = l->person, .record = l->record, .task = l->task};
    if (!s || e.at > w->span.until || !act_of(l, &e.act))
        return true;
    const struct handled *p = watching_person(w, e.person);
    e.staff = (uint32_t)(s - w->staff);
    e.store = s->store;
    e.after_contract = p && p->contract_until != 0 && p->contract_until <= e.at;
    return watching_add(w, &e);
}

static enum err read_looks(struct watching *w, struct problem *problem)
{
    enum err e = asked_read(w->gate, false, w->span.from, add_look, w, &w->span.partial, problem);
    return e || !w->failed ? e : problem_set(problem, w->failed, "out of memory");
}

/* All of it ----------------------------------------------------------------------------------- */

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

/* What other nodes have counted of the same accounts. Their records are theirs to show. */
static bool add_elsewhere(void *to, const struct stop_tally *t)
{
    struct watching *w = to;
    struct watched *s = watching_staff(w, key_of(str_of(t->staff)));
    struct gate_alert *a = s ? &s->lines : NULL;
    if (!a)
        return true;
    s->points += (uint64_t)t->points;
    a->since = a->count == 0 || t->since < a->since ? t->since : a->since;
    a->last = a->count == 0 || t->last > a->last ? t->last : a->last;
    a->count += (uint64_t)t->items;
    return true;
}

static bool tell_lines(struct watching *w, alert_each *each, void *to)
{
    for (size_t i = 0; i < w->staff_count; i++) {
        struct gate_alert *a = &w->staff[i].lines;
        a->pattern = tally_word(tally_line(w->staff[i].points));
        a->text = "items obtained without a valid grant; rule 20's lines";
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
    if (peep_new(rules_offset_minutes(w->gate->rules), &p) != OK)
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
    enum err e = watching_read_people(&w, problem);
    if (!e)
        e = watching_read_events(&w, problem);
    if (!e)
        e = read_looks(&w, problem);
    if (!e)
        e = ungranted_count(&w, problem);
    if (!e)
        e = stop_told(store, str_of(g->node), add_elsewhere, &w, problem);
    if (!e)
        e = detect(&w, each, to, problem);
    if (!e)
        e = watching_meetings(&w, each, to, problem);
    *span = w.span;
    watching_free(&w);
    return e;
}
