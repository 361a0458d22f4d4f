#include "gate/reported.h"

#include "gate/book.h"
#include "gate/node.h"

#include <stdlib.h>

/* Finding the call ----------------------------------------------------------------------------- */

#define CLOCKS_DIFFER WHEN_MINUTE /* of two nodes, at most */

enum { LOOKED_AT = 64 }; /* the newest of those that fit */

struct search {
    number caller; /* 0: any */
    size_t count;
    uint64_t record[LOOKED_AT];
};

static bool note(void *to, const struct index_row *row)
{
    struct search *s = to;
    s->record[s->count++ % LOOKED_AT] = row->record;
    return true;
}

/* Did this call ring at hers, from the number that she says? */
static bool rang(const struct call_record *c, const struct report_said *said)
{
    const number shown = c->verdict.relayed ? c->dialled : c->caller;
    return !c->dry && c->callee == said->reporter && shown == said->caller &&
           c->verdict.kind != VERDICT_BLOCK &&
           c->asked <= when_plus(said->row.v[REPORT_RECEIVED].i, CLOCKS_DIFFER);
}

static when apart(when a, when b)
{
    return a > b ? a - b : b - a;
}

/* Of those found, the call that rang nearest to the time that she says. */
static enum err nearest(struct gate *g, const struct search *s, const struct report_said *said,
                        uint64_t *record, struct call_record *best, bool *found)
{
    const when at = said->row.v[REPORT_AT].i;
    for (size_t i = 0; i < LOOKED_AT && i < s->count; i++) {
        struct call_record c;
        bool opened;
        enum err e = gate_explain(g, s->record[i], &c, &opened);
        if (e && e != ERR_NOT_FOUND)
            return e;
        if (e || !opened || !rang(&c, said) ||
            (*found && apart(c.asked, at) >= apart(best->asked, at)))
            continue;
        *best = c;
        *record = s->record[i];
        *found = true;
    }
    return OK;
}

/* By the number that called, then among all hers: a relay number is not what called. */
static enum err find_call(struct gate *g, const struct report_said *said, uint64_t *record,
                          struct call_record *call, bool *found, struct problem *problem)
{
    const when window = rules_limit_time(g->rules, LIMIT_REPORT_WINDOW, 0) * WHEN_SECOND;
    const when since = when_plus(said->row.v[REPORT_RECEIVED].i, -window);
    const number callers[] = {said->caller, 0};
    *found = false;
    enum err e = index_catch_up(g->index, problem);
    for (int i = 0; !e && !*found && i < 2; i++) {
        struct search s = {.count = 0};
        e = index_find(g->index, callers[i], said->reporter, since, note, &s, problem);
        if (!e)
            e = nearest(g, &s, said, record, call, found);
    }
    return e;
}

/* Who called ----------------------------------------------------------------------------------- */

static struct str id_of(const struct organisation *o, char out[ID_MAX])
{
    memcpy(out, o ? o->id : "", o ? ID_MAX : 1);
    return str_of(out);
}

struct stands {
    char holder[ID_MAX], line_holder[ID_MAX], line_carrier[ID_MAX];
    uint8_t link[REPORT_LINK];
    struct restrain_sender s;
    struct span *spans; /* numbers of the line; the caller frees */
    size_t span_count;
};

/* Do several principals call over it, or others' numbers? */
static bool is_shared(const struct book *b, const struct line *l)
{
    const struct campaign *c;
    uint64_t principal = 0;
    if ((l->purpose != PURPOSE_SERVICE && l->purpose != PURPOSE_MARKETING) || l->any ||
        l->international || l->domestic || l->caller_count == 0)
        return true;
    for (size_t i = 0; (c = book_campaign_on_line(b, l, i)); i++) {
        if (!c->principal || (principal && c->principal->entity != principal))
            return true;
        principal = c->principal->entity;
    }
    return false;
}

static void copy_spans(const struct line *l, struct stands *out)
{
    out->spans = malloc(l->caller_count * sizeof *out->spans);
    if (out->spans) {
        memcpy(out->spans, l->callers, l->caller_count * sizeof *out->spans);
        out->span_count = l->caller_count;
    }
}

static bool known_sender(const struct number_range *r)
{
    return r && r->organisation && r->status == RANGE_ACTIVE &&
           (r->use == USE_SERVICE || r->use == USE_MARKETING || r->use == USE_EMERGENCY ||
            r->use == USE_RELAY);
}

/* As the registry has it now. */
static void who_called(struct gate *g, const struct value *row, number caller,
                       const struct call_record *call, struct stands *out)
{
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct line *l = b ? book_line(b, fact_text(&row[REPORT_LINE])) : NULL;
    const struct number_range *r = b ? book_range(b, caller) : NULL;
    struct restrain_sender *s = &out->s;
    const bool proven = call->verdict.proven_caller;
    const bool person = !r || r->use == USE_PERSON;
    s->sender = fact_text(&row[REPORT_SENDER]);
    s->line = fact_text(&row[REPORT_LINE]);
    s->registered = known_sender(r);
    s->service = l && l->purpose == PURPOSE_SERVICE;
    s->protected = call->verdict.protected_caller || (s->service && service_protected(l->service));
    s->shared = !l || is_shared(b, l);
    s->line_holder = id_of(l ? l->organisation : NULL, out->line_holder);
    s->line_carrier = id_of(l ? l->carrier : NULL, out->line_carrier);
    if (!s->shared)
        copy_spans(l, out);
    s->holder = id_of(!proven  ? (l ? l->organisation : NULL)
                      : person ? NULL
                               : r->organisation,
                      out->holder);
    s->number = proven ? caller : 0;
    if (proven && person) {
        link_of(g->link, caller, out->link);
        s->link = out->link;
    }
    view_leave(g->view);
}

struct counting {
    number caller;
    const struct stands *of;
    int64_t own, line;
};

/* What its numbers call over other lines counts for a line, too: that restrains less. */
static bool count(void *to, const struct index_row *row)
{
    struct counting *c = to;
    c->own += row->caller == c->caller;
    for (size_t i = 0; i < c->of->span_count; i++) {
        if (row->caller >= c->of->spans[i].first && row->caller <= c->of->spans[i].last) {
            c->line++;
            break;
        }
    }
    return true;
}

static enum err restrain_sender(struct gate *g, const struct desk_work *w, struct reported *out,
                                number caller, const struct call_record *call, int64_t *seq,
                                struct problem *problem)
{
    const when within = rules_limit_time(g->rules, LIMIT_RESTRAINT_REPORTS, 0) * WHEN_SECOND;
    struct stands x = {.s = {.calls = 0}};
    struct counting n = {.caller = caller, .of = &x};
    struct restrain_due due;
    who_called(g, out->row.v, caller, call, &x);
    enum err e = restrain_due(w, x.s.sender, x.s.line, &due, problem);
    if (!e && (due.sender || due.line))
        e = index_find(g->index, due.line ? 0 : caller, 0, when_plus(w->at, -within), count, &n,
                       problem);
    x.s.calls = n.own;
    x.s.line_calls = n.line;
    if (!e && (due.sender || due.line || due.marketing))
        e = restrain(w, &x.s, &out->done, seq, problem);
    out->restrained = !e && out->done.capped && x.s.link ? caller : 0;
    free(x.spans);
    return e;
}

/* Settling ------------------------------------------------------------------------------------- */

/* Could another node have the record? One that shares the store and has been seen. */
static enum err others(struct gate *g, const struct desk_work *w, bool *any,
                       struct problem *problem)
{
    const struct value v = value_text(str_of(g->node));
    return store_any(w->store, "SELECT 1 FROM nodes WHERE \"name\" <> $1", &v, 1, any, problem);
}

static enum err settle(struct gate *g, const struct desk_work *w, struct report_said *said,
                       struct reported *out, int64_t *seq, struct problem *problem)
{
    struct call_record call = {.dry = false};
    char record[RECORD_ID] = "";
    uint64_t index = 0;
    bool found, more = false;
    int64_t later = 0;
    enum err e = find_call(g, said, &index, &call, &found, problem);
    if (!e && !found && w->at - said->row.v[REPORT_RECEIVED].i < REPORTED_WAITS)
        e = others(g, w, &more, problem);
    if (e || more || (!found && str_eq(said->row.v[REPORT_STATUS].s, STR("lead"))))
        return e;
    if (found)
        ledger_record_id(g->ledger, index, record);
    const struct report_call c = {.found = found,
                                  .record = str_of(record),
                                  .line = str_of(call.verdict.line),
                                  .organisation = str_of(call.verdict.principal),
                                  .proven = call.verdict.proven_caller};
    const struct value id = said->row.v[REPORT_ID];
    const struct value key[REPORT_COLUMNS] = {[REPORT_ID] = id};
    e = report_settle(w, id.s, &c, seq, problem);
    if (!e)
        e = fact_find(w->store, &report_kind, key, &out->row, problem);
    if (!e && str_eq(out->row.v[REPORT_STATUS].s, STR("counted")))
        e = restrain_sender(g, w, out, said->caller, &call, &later, problem);
    if (later)
        *seq = later;
    return e;
}

enum err gate_reported(struct gate *g, const struct desk_work *w, struct str id,
                       struct reported *out, int64_t *seq, struct problem *problem)
{
    struct report_said said;
    const struct value key[REPORT_COLUMNS] = {[REPORT_ID] = value_text(id)};
    *seq = 0;
    out->done = (struct restrained){.until = 0};
    out->restrained = 0;
    enum err e = report_open(w, id, &said, problem);
    if (e)
        return e;
    if (report_unmatched(said.row.v))
        e = settle(g, w, &said, out, seq, problem);
    if (!e)
        e = fact_find(w->store, &report_kind, key, &out->row, problem);
    explicit_bzero(&said, sizeof said);
    return e;
}

/* In rounds ------------------------------------------------------------------------------------ */

enum { A_ROUND = 200 };

struct waiting {
    size_t count;
    char id[A_ROUND][FRESH_ID];
};

static bool take(void *to, const struct value *v, size_t columns)
{
    struct waiting *x = to;
    (void)columns;
    if (str_copy(v->s, x->id[x->count], sizeof x->id[0]))
        x->count++;
    return x->count < A_ROUND;
}

#define WAITING "\"status\" = 'waiting'"
#define MISSING "\"status\" = 'lead' AND \"ground\" = 'no-call' AND \"received_at\" > $1"

/* Since when a report may be that is looked for again. */
static struct value since(const struct gate *g, when now)
{
    const when window = rules_limit_time(g->rules, LIMIT_REPORT_WINDOW, 0) * WHEN_SECOND;
    return value_int(when_plus(now, -window));
}

enum err gate_reported_due(struct gate *g, struct store *s, when now, bool *due,
                           struct problem *problem)
{
    const struct value v = since(g, now);
    enum err e = store_any(s, "SELECT 1 FROM reports WHERE " WAITING, NULL, 0, due, problem);
    if (!e && !*due && now >= g->reports_again)
        e = store_any(s, "SELECT 1 FROM reports WHERE " MISSING, &v, 1, due, problem);
    return e;
}

enum err gate_reported_all(struct gate *g, const struct desk_work *w, unsigned *settled,
                           int64_t *seq, struct problem *problem)
{
    struct reported *out = malloc(sizeof *out);
    struct waiting *x = malloc(sizeof *x);
    const struct value v = since(g, w->at);
    const bool again = w->at >= g->reports_again;
    enum err e = ERR_MEMORY;
    int64_t one;
    if (out && x) {
        x->count = 0;
        e = again
                ? store_run(w->store,
                            "SELECT \"id\" FROM reports WHERE " WAITING " OR (" MISSING
                            ") ORDER BY \"status\" DESC, \"received_at\"",
                            &v, 1, take, x, problem)
                : store_run(w->store,
                            "SELECT \"id\" FROM reports WHERE " WAITING " ORDER BY \"received_at\"",
                            NULL, 0, take, x, problem);
    }
    if (again)
        g->reports_again = when_plus(w->at, WHEN_HOUR);
    for (size_t i = 0; !e && i < x->count; i++) {
        e = gate_reported(g, w, str_of(x->id[i]), out, &one, problem);
        if (one) {
            ++*settled;
            *seq = one;
        }
    }
    free(x);
    free(out);
    return e;
}
