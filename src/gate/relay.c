#include "gate/relay.h"

#include "gate/bindings.h"
#include "gate/book.h"
#include "gate/members.h"
#include "gate/node.h"

#include <stdlib.h>

enum { POOL_SPANS = 256 };

/* Resolving --------------------------------------------------------------------------------- */

static const struct line *line_of(const struct view *v, const struct call *c)
{
    struct standing s;
    gate_stand(v, c, &s);
    return s.line;
}

/* A line of the legal entity's own: a carrier's proves nothing about who calls on it. */
static bool rings_for(const struct view *v, const struct call *c, const struct organisation *o)
{
    const struct line *l = line_of(v, c);
    return l && !line_is_carriers(l) && organisation_same_entity(l->organisation, o);
}

static void fill(const struct binding *b, enum relay_way way, number callee, struct call *c,
                 const struct rules *rules)
{
    c->relay.way = way;
    c->relay.purpose = b->purpose;
    c->relay.max_call_s = b->max_call_s;
    memcpy(c->relay.binding, b->id, sizeof b->id);
    memcpy(c->relay.person, b->person, sizeof b->person);
    memcpy(c->relay.staff, b->staff, sizeof b->staff);
    c->callee = callee;
    c->callee_class = number_classify(rules_plan(rules), callee);
}

bool relay_resolve(const struct view *v, struct call *c)
{
    const struct book *book = view_book(v);
    const struct number_range *r = book ? book_range(book, c->callee) : NULL;
    if (!c->relay_told || c->relay.way != RELAY_NONE || !r || r->use != USE_RELAY)
        return false;
    const struct binding *b = view_binding(v, c->callee);
    c->relay = (struct relayed){.dialled = c->callee, .way = RELAY_SHUT};
    if (!b || c->at >= b->until || c->diverting)
        return true;
    const struct membership *m = view_member(v, str_of(b->person));
    const struct organisation *o = m ? book_organisation(book, m->organisation) : NULL;
    if (!o || o->entity != b->entity || m->erased || !m->number || !c->caller)
        return true;
    c->relay.organisation = o->key;
    if (c->caller == m->number)
        fill(b, RELAY_TO_STAFF, b->answers, c, view_rules(v));
    else if (rings_for(v, c, o))
        fill(b, RELAY_TO_PERSON, m->number, c, view_rules(v));
    return true;
}

/* Asking for a number ------------------------------------------------------------------------ */

/* What the legal entity has. */
struct house {
    char organisation[ID_MAX]; /* of the staff */
    char entity[TEXT_MAX + 1];
    number answers;
    size_t count;
    struct binding_span span[POOL_SPANS];
};

static bool runs_for(const struct line *l, const struct organisation *o)
{
    return l->active && organisation_same_entity(l->organisation, o);
}

/* The parts of it that are relay numbers in use. */
static void add_span(const struct book *b, struct span s, struct house *h)
{
    while (s.first <= s.last && h->count < POOL_SPANS) {
        const struct number_range *r = book_range(b, s.first);
        number last = book_range_last(b, s.first);
        last = last < s.last ? last : s.last;
        if (r && r->use == USE_RELAY && r->status == RANGE_ACTIVE)
            h->span[h->count++] = (struct binding_span){s.first, last};
        s.first = last + 1;
    }
}

static int by_first(const void *a, const void *b)
{
    const struct binding_span *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* Two lines may name the same number. */
static void join_spans(struct house *h)
{
    size_t n = 0;
    qsort(h->span, h->count, sizeof *h->span, by_first);
    for (size_t i = 0; i < h->count; i++) {
        if (n && h->span[i].first <= h->span[n - 1].last + 1) {
            if (h->span[i].last > h->span[n - 1].last)
                h->span[n - 1].last = h->span[i].last;
        } else {
            h->span[n++] = h->span[i];
        }
    }
    h->count = n;
}

/* The first number of the line that is the entity's own. */
static number own_number(const struct book *b, const struct line *l, const struct organisation *o)
{
    for (size_t i = 0; i < l->caller_count; i++) {
        const struct number_range *r = book_range(b, l->callers[i].first);
        if (r && r->status == RANGE_ACTIVE && organisation_same_entity(r->organisation, o))
            return l->callers[i].first;
    }
    return 0;
}

/* Her call-back rings at a number of the organisation: rather where it serves than where it
 * sells. */
static number answering(const struct book *b, const struct organisation *o)
{
    static const enum line_purpose order[] = {PURPOSE_SERVICE, PURPOSE_PERSON, PURPOSE_MARKETING};
    number n = 0;
    for (size_t p = 0; !n && p < sizeof order / sizeof *order; p++) {
        const struct line *l;
        for (size_t i = 0; !n && (l = book_line_at(b, i)); i++)
            n = runs_for(l, o) && l->purpose == order[p] ? own_number(b, l, o) : 0;
    }
    return n;
}

static const struct organisation *house_of(const struct book *b, struct str staff)
{
    const struct staff *s = book_staff(b, staff);
    return s && s->active ? s->organisation : NULL;
}

/* False: the staff are of no organisation. */
static bool read_house(struct gate *g, struct str staff, struct house *h)
{
    const struct line *l;
    h->count = 0;
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct organisation *o = b ? house_of(b, staff) : NULL;
    if (o) {
        memcpy(h->organisation, o->id, sizeof o->id);
        h->answers = answering(b, o);
        for (size_t i = 0; (l = book_line_at(b, i)); i++)
            for (size_t k = 0; runs_for(l, o) && l->purpose == PURPOSE_RELAY && k < l->caller_count;
                 k++)
                add_span(b, l->callers[k], h);
    }
    view_leave(g->view);
    join_spans(h);
    return o != NULL;
}

/* The call that is asked for, before there is a binding: her own number goes nowhere else. */
static void to_call(struct gate *g, const struct relay_request *r, const struct house *h,
                    number relay, char line[static ID_MAX], struct call *c)
{
    const struct line *l;
    const struct number_plan *plan = rules_plan(g->rules);
    line[0] = '\0';
    view_enter(g->view);
    const struct book *b = view_book(g->view);
    const struct membership *m = view_member(g->view, r->person);
    const struct organisation *o = book_organisation(b, key_of(str_of(h->organisation)));
    const enum number_class class = number_classify(plan, relay);
    for (size_t i = 0; !line[0] && (l = book_line_at(b, i)); i++)
        if (runs_for(l, o) && l->purpose == PURPOSE_RELAY && line_presents(l, relay, class))
            memcpy(line, l->id, ID_MAX);
    *c = (struct call){.at = r->at,
                       .caller = relay,
                       .caller_class = class,
                       .callee = m && !m->erased && m->number ? m->number : relay,
                       .line = str_of(line),
                       .relay = {.dialled = relay,
                                 .way = RELAY_TO_PERSON,
                                 .organisation = m ? m->organisation : 0,
                                 .purpose = key_of(r->purpose)}};
    view_leave(g->view);
    c->callee_class = number_classify(plan, c->callee);
    if (c->callee == relay)
        c->relay.way = RELAY_SHUT; /* nobody to ring */
    str_copy(r->person, c->relay.person, sizeof c->relay.person);
    str_copy(r->staff, c->relay.staff, sizeof c->relay.staff);
}

static void ask(struct gate *g, const struct relay_request *r, const struct house *h, number relay,
                struct answer *out)
{
    char line[ID_MAX];
    struct question q = {.dry = true};
    to_call(g, r, h, relay, line, &q.call);
    gate_ask_wait(g, &q, out);
    out->target = out->shown = 0;
}

static enum relay_no no_of(enum binding_no no)
{
    switch (no) {
    case BINDING_YES:
        return RELAY_YES;
    case BINDING_ALREADY:
        return RELAY_ALREADY;
    case BINDING_LIMIT:
        return RELAY_LIMIT;
    case BINDING_NONE:
    case BINDING_TAKEN:
        return RELAY_NO_NUMBER;
    }
    return RELAY_NO_NUMBER;
}

/* One try. BINDING_TAKEN in `out->binding`: somebody was quicker. */
static enum err attempt(struct gate *g, struct store *s, const struct relay_request *r,
                        const struct house *h, const struct fact_origin *o,
                        struct relay_opened *out, struct problem *problem)
{
    struct binding_terms t = {.person = r->person,
                              .staff = r->staff,
                              .organisation = str_of(h->entity),
                              .purpose = r->purpose,
                              .answers = h->answers,
                              .max_call_s = r->max_call_s,
                              .until = r->until,
                              .rules = g->rules};
    char record[RECORD_ID];
    enum err e = binding_may(s, &t, r->at, &out->binding, problem);
    if (!e && out->binding.no == BINDING_YES)
        e = binding_choose(s, &t, h->span, h->count, r->at, &out->binding, problem);
    out->no = no_of(out->binding.no);
    if (e || out->no != RELAY_YES)
        return e;
    t.relay = out->binding.relay;
    ask(g, r, h, t.relay, &out->answer);
    if (out->answer.verdict.kind == VERDICT_BLOCK && !out->answer.record_error)
        out->no = RELAY_REFUSED;
    else if (out->answer.record_error)
        out->no = RELAY_UNRECORDED;
    if (out->no != RELAY_YES)
        return OK;
    ledger_record_id(g->ledger, out->answer.record, record);
    e = binding_open(s, &t, str_of(record), o, &out->binding, problem);
    out->no = no_of(out->binding.no);
    return e;
}

enum err gate_relay_open(struct gate *g, struct store *s, const struct relay_request *r,
                         const struct fact_origin *o, struct relay_opened *out,
                         struct problem *problem)
{
    struct house *h = malloc(sizeof *h);
    *out = (struct relay_opened){.no = RELAY_NO_NUMBER};
    if (!h)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    enum err e = OK;
    if (read_house(g, r->staff, h) &&
        (e = binding_entity(s, str_of(h->organisation), h->entity, problem)) == OK) {
        out->binding.no = BINDING_TAKEN;
        out->no = RELAY_NO_ANSWERING;
        for (int i = 0; h->answers && !e && out->binding.no == BINDING_TAKEN && i < BINDING_TRIES;
             i++)
            e = attempt(g, s, r, h, o, out, problem);
    }
    free(h);
    return e;
}
