#include "desk/ordering.h"

#include "desk/body.h"
#include "desk/inbox.h"
#include "desk/line_paper.h"
#include "desk/restrain.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/pattern.h"

#include <inttypes.h>
#include <stdio.h>

/* What is ordered about, and whose it is. */
struct subject_of_order {
    struct fact_row own_row, row, user_row, carrier_row;
    struct power_body own;
    struct power_body user;    /* whom it concerns; empty: nobody who is registered */
    struct power_body carrier; /* of a line */
    struct str sector;         /* of the matter */
    char digits[24];
    struct str subject; /* as the order names it */
    bool emergency;
    bool persons; /* a number of a range for persons */
};

/* Finding ------------------------------------------------------------------------------------ */

static enum err absent_or(enum err e, struct desk_no *no)
{
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    return e;
}

static enum err find_line(const struct desk_work *w, struct str id, struct subject_of_order *s,
                          struct desk_no *no, struct problem *problem)
{
    enum err e = fact_first(w->store, &line_kind, value_text(id), &s->row, problem);
    if (e != OK)
        return absent_or(e, no);
    s->subject = fact_text(&s->row.v[LINE_ID]);
    e = body_find(w->store, fact_text(&s->row.v[LINE_ORGANISATION]), &s->user_row, &s->user,
                  problem);
    if (e == OK)
        e = body_find(w->store, fact_text(&s->row.v[LINE_CARRIER]), &s->carrier_row, &s->carrier,
                      problem);
    s->sector = s->user.sector;
    return e;
}

static enum err find_organisation(const struct desk_work *w, struct str id,
                                  struct subject_of_order *s, struct desk_no *no,
                                  struct problem *problem)
{
    enum err e = body_find(w->store, id, &s->user_row, &s->user, problem);
    if (e == OK && s->user.id.n == 0)
        desk_absent(no);
    s->subject = s->user.id;
    s->sector = s->user.sector;
    return e;
}

static enum err find_campaign(const struct desk_work *w, struct str id, struct subject_of_order *s,
                              struct desk_no *no, struct problem *problem)
{
    enum err e = fact_first(w->store, &campaign_kind, value_text(id), &s->row, problem);
    if (e != OK)
        return absent_or(e, no);
    s->subject = fact_text(&s->row.v[CAMPAIGN_ID]);
    s->sector = fact_text(&s->row.v[CAMPAIGN_SECTOR]);
    return body_find(w->store, fact_text(&s->row.v[CAMPAIGN_PRINCIPAL]), &s->user_row, &s->user,
                     problem);
}

struct found_range {
    char organisation[ID_BYTES + 1];
    bool emergency, persons;
};

static bool take_range(void *to, const struct value *row)
{
    struct found_range *f = to;
    f->emergency = str_eq(fact_text(&row[RANGE_USE]), STR("emergency"));
    f->persons = str_eq(fact_text(&row[RANGE_USE]), STR("person"));
    str_copy(fact_text(&row[RANGE_ORGANISATION]), f->organisation, sizeof f->organisation);
    return false;
}

/* By the narrowest range, as the gate does. */
static enum err find_number(const struct desk_work *w, number n, struct subject_of_order *s,
                            struct problem *problem)
{
    struct found_range f = {.organisation = ""};
    const struct value v = value_int((int64_t)n);
    enum err e = fact_list(w->store, &range_kind,
                           "WHERE x.\"first\" <= $1 AND x.\"last\" >= $1 ORDER BY x.\"last\" - "
                           "x.\"first\" LIMIT 1",
                           &v, 1, take_range, &f, problem);
    snprintf(s->digits, sizeof s->digits, "%" PRIu64, n);
    s->subject = str_of(s->digits);
    s->persons = f.persons;
    s->emergency = f.emergency || number_classify(rules_plan(w->rules), n) == NUMBER_EMERGENCY;
    if (e == OK)
        e = body_find(w->store, str_of(f.organisation), &s->user_row, &s->user, problem);
    s->sector = s->user.sector;
    return e;
}

static enum err find(const struct desk_work *w, enum ordered on, struct str id, number n,
                     struct subject_of_order *s, struct desk_no *no, struct problem *problem)
{
    switch (on) {
    case ORDERED_LINE:
        return find_line(w, id, s, no, problem);
    case ORDERED_ORGANISATION:
        return find_organisation(w, id, s, no, problem);
    case ORDERED_CAMPAIGN:
        return find_campaign(w, id, s, no, problem);
    case ORDERED_NUMBER:
        return find_number(w, n, s, problem);
    }
    return OK;
}

/* Who may ------------------------------------------------------------------------------------ */

struct showing {
    const struct rules *rules;
    number number;
    bool shown;
};

/* Named, not merely within a class of numbers that a trunk lets through. */
static bool take_showing(void *to, const struct value *row)
{
    struct showing *x = to;
    struct str list = fact_text(&row[LINE_CALLERS]), item;
    const enum number_class class = number_classify(rules_plan(x->rules), x->number);
    while (!x->shown && list.n > 0 && str_split(&list, ';', &item)) {
        struct pattern p;
        x->shown = pattern_read(item, &p) &&
                   (p.kind == PATTERN_RANGE || p.kind == PATTERN_PREFIX) &&
                   pattern_match(&p, x->number, class);
    }
    return !x->shown;
}

/*
 * A carrier knows a number by its own ranges, and by the lines that it supplies: these it enters
 * itself, and so they give it no say about another carrier's number.
 */
static enum err is_its_number(const struct desk_work *w, number n, const struct subject_of_order *s,
                              bool *its, struct problem *problem)
{
    struct showing x = {w->rules, n, str_eq(s->user.id, s->own.id)};
    const struct value v = value_text(s->own.id);
    enum err e = OK;
    bool anothers = false;
    if (!x.shown)
        e = range_of_another(w->store, (int64_t)n, (int64_t)n, s->own.id, &anothers, problem);
    if (e == OK && !x.shown && !anothers)
        e = fact_list(w->store, &line_kind, "WHERE x.\"carrier\" = $1", &v, 1, take_showing, &x,
                      problem);
    *its = x.shown;
    return e;
}

static bool in_charge(const struct subject_of_order *s, enum ordered on)
{
    const bool lines = s->own.sector.n == 0 || str_eq(s->own.sector, STR("telecom"));
    const struct power_body every = {.region = s->own.region};
    if (s->user.id.n > 0 && power_competent(&s->own, s->sector, s->user.region))
        return true;
    if (on == ORDERED_LINE)
        return lines && (power_competent(&every, STR(""), s->user.region) ||
                         power_competent(&every, STR(""), s->carrier.region));
    return on == ORDERED_NUMBER && lines && s->user.id.n == 0;
}

static enum err check_role(const struct desk_work *w, enum ordered on, number n,
                           const struct subject_of_order *s, struct desk_no *no,
                           struct problem *problem)
{
    const bool carrier = body_is(&s->own, "carrier"), authority = body_is(&s->own, "authority");
    bool its = false;
    enum err e = OK;
    if (carrier && on == ORDERED_LINE)
        its = str_eq(s->carrier.id, s->own.id);
    else if (carrier && on == ORDERED_NUMBER)
        e = is_its_number(w, n, s, &its, problem);
    else if (authority)
        its = in_charge(s, on);
    if (e != OK || its)
        return e;
    if (carrier && on != ORDERED_LINE && on != ORDERED_NUMBER)
        desk_refuse(no, DESK_DENIED, "not-authority",
                    "an authority decides about organisations and campaigns; a carrier about "
                    "lines under its contract and its numbers");
    else if (carrier)
        desk_refuse(no, DESK_DENIED, "not-yours",
                    "a carrier decides about lines under its own contract and its own numbers");
    else if (authority)
        desk_refuse(no, DESK_DENIED, "not-competent",
                    "this is of another sector or region than yours");
    else
        desk_refuse(no, DESK_DENIED, "not-authority",
                    "carriers and authorities give orders; what an association lists is a label");
    return OK;
}

static bool is_officer(const struct desk_work *w, struct desk_no *no)
{
    return (w->who != NULL && body_acts(w->who)) ||
           desk_refuse(no, DESK_DENIED, "not-officer",
                       "officers, approvers, operators and managers give orders");
}

/* Ids tell nothing of their kind: by which registry has one. */
static enum err find_any(const struct desk_work *w, struct str subject, enum ordered *on, number *n,
                         struct subject_of_order *s, struct desk_no *no, struct problem *problem)
{
    static const enum ordered kinds[] = {ORDERED_LINE, ORDERED_ORGANISATION, ORDERED_CAMPAIGN};
    unsigned long long digits = 0;
    enum err e = OK;
    *on = ORDERED_NUMBER;
    *n = 0;
    if (str_to_u64(subject, UINT64_C(999999999999999), &digits)) {
        *n = digits;
        return find(w, *on, subject, *n, s, no, problem);
    }
    desk_absent(no);
    for (size_t i = 0; e == OK && no->why != DESK_YES && i < sizeof kinds / sizeof *kinds; i++) {
        *no = (struct desk_no){.why = DESK_YES, .code = ""};
        *on = kinds[i];
        e = find(w, *on, subject, 0, s, no, problem);
    }
    return e;
}

static struct str entity_of(const struct fact_row *row, const struct power_body *b)
{
    if (b->id.n == 0)
        return STR("");
    const struct str entity = fact_text(&row->v[ORGANISATION_LEGAL_ENTITY]);
    return entity.n > 0 ? entity : b->id;
}

enum err ordering_competent(const struct desk_work *w, struct str subject, struct desk_no *no,
                            struct problem *problem)
{
    struct subject_of_order s = {.subject = STR("")};
    enum ordered on;
    number n;
    if (!is_officer(w, no))
        return OK;
    enum err e = body_own(w, &s.own_row, &s.own, problem);
    if (e == OK)
        e = find_any(w, subject, &on, &n, &s, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = check_role(w, on, n, &s, no, problem);
    if (e == OK && no->why == DESK_YES && !s.persons && s.user.id.n > 0 &&
        str_eq(entity_of(&s.user_row, &s.user), entity_of(&s.own_row, &s.own)))
        desk_refuse(no, DESK_DENIED, "own-matter", "this is about your own; another body decides");
    return e;
}

/* Giving ------------------------------------------------------------------------------------- */

static bool check_body(const struct desk_work *w, const struct ordering *o,
                       const struct subject_of_order *s, struct desk_no *no)
{
    if (o->until != 0 && o->until <= w->at)
        return desk_refuse(no, DESK_WRONG, "until-past", "until must lie ahead");
    if (o->until != 0 && str_eq(o->act, STR("restore")))
        return desk_refuse(no, DESK_WRONG, "until-of-restore",
                           "what is restored stays so; order anew instead");
    if (s->emergency)
        return desk_refuse(no, DESK_WRONG, "emergency-number",
                           "numbers of emergency services are never stopped");
    if (o->on == ORDERED_ORGANISATION && body_is(&s->user, "authority"))
        return desk_refuse(no, DESK_WRONG, "authority", "no authority is stopped by an order");
    return true;
}

enum { GIVERS = 8 };

/* Who else gave orders that are in force. */
struct givers {
    struct str own;
    bool any, node; /* an order at all; one that this node gave */
    size_t count;   /* of the others; GIVERS + 1: more than that */
    char id[GIVERS][ID_BYTES + 1];
};

static bool take_giver(void *to, const struct value *row)
{
    struct givers *g = to;
    const struct str by = fact_text(&row[ORDER_ORGANISATION]);
    g->any = true;
    g->node = g->node || by.n == 0;
    if (by.n > 0 && !str_eq(by, g->own) &&
        (g->count == GIVERS || str_copy(by, g->id[g->count], sizeof g->id[0])))
        g->count++;
    return g->count <= GIVERS;
}

/* Does an order in force stand above what this one may lift? `by` is set to whose. */
static enum err stands_above(const struct desk_work *w, const struct subject_of_order *s,
                             const struct givers *g, const char **by, struct problem *problem)
{
    struct fact_row row;
    struct power_body other;
    enum err e = OK;
    *by = NULL;
    if (g->count > GIVERS)
        *by = "several others";
    else if (!body_is(&s->own, "authority"))
        *by = g->count > 0 ? g->id[0] : g->node ? "this node" : NULL;
    else
        for (size_t i = 0; e == OK && *by == NULL && i < g->count; i++) {
            e = body_find(w->store, str_of(g->id[i]), &row, &other, problem);
            *by = e == OK && body_is(&other, "authority") ? g->id[i] : NULL;
        }
    return e;
}

static enum err check_restore(const struct desk_work *w, const struct subject_of_order *s,
                              struct desk_no *no, struct problem *problem)
{
    struct givers g = {.own = s->own.id};
    const char *by = NULL;
    enum err e = order_in_force(w->store, s->subject, w->at, take_giver, &g, problem);
    if (e == OK)
        e = stands_above(w, s, &g, &by, problem);
    if (e == OK && !g.any)
        desk_refuse(no, DESK_CONFLICT, "nothing-in-force", "no order is in force on this");
    else if (e == OK && by != NULL)
        desk_refuse(no, DESK_CONFLICT, "order-of-another",
                    "an order of %s is in force; who gave it lifts it, or an appeal does", by);
    return e;
}

enum err ordering_give(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                       struct problem *problem)
{
    struct ordering *o = what;
    struct subject_of_order s = {.subject = STR("")};
    const struct fact_origin origin = desk_origin(w);
    if (!is_officer(w, no))
        return OK;
    enum err e = body_own(w, &s.own_row, &s.own, problem);
    if (e == OK)
        e = find(w, o->on, o->id, o->number, &s, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = check_role(w, o->on, o->number, &s, no, problem);
    if (e != OK || no->why != DESK_YES || !check_body(w, o, &s, no))
        return e;
    if (str_eq(o->act, STR("restore")))
        e = check_restore(w, &s, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    const struct order_terms t = {.subject = s.subject,
                                  .act = o->act,
                                  .reason = o->reason,
                                  .document = o->document,
                                  .organisation = s.own.id,
                                  .until = o->until};
    const struct line_paper paper = {
        .order = o,
        .subject = s.subject,
        .user = s.persons ? STR("") : s.user.id, /* a number of a person is no organisation's */
        .callers = o->on == ORDERED_LINE ? fact_text(&s.row.v[LINE_CALLERS]) : STR("")};
    e = order_give(w->store, &t, &origin, o->order, seq, problem);
    if (e == OK && !s.persons)
        e = inbox_put(w, s.user.id, "order", str_of(o->order), seq, problem);
    if (e == OK && str_eq(o->act, STR("restore")))
        e = restrain_restored(w, s.subject, seq, problem);
    return e == OK ? line_paper_order(w, &paper, no, seq, problem) : e;
}

/* Reading ------------------------------------------------------------------------------------ */

struct listing {
    ordering_each *each;
    void *to;
    when at, restored; /* the newest restore that was passed */
};

static bool tell(void *to, const struct value *row)
{
    struct listing *l = to;
    const when from = row[ORDER_FROM].i;
    if (str_eq(fact_text(&row[ORDER_ACT]), STR("restore"))) {
        l->restored = from > l->restored ? from : l->restored;
        return l->each(l->to, row, false);
    }
    return l->each(l->to, row,
                   from <= l->at && from > l->restored &&
                       (row[ORDER_UNTIL].type != VALUE_INT || row[ORDER_UNTIL].i > l->at));
}

/* Whom it concerns reads it, and whoever may give one. Others learn nothing of it. */
static enum err may_read(const struct desk_work *w, const struct ordering_about *a,
                         struct subject_of_order *s, struct desk_no *no, struct problem *problem)
{
    if (a->hers)
        return OK;
    if (s->own.id.n > 0 && str_eq(s->own.id, s->user.id))
        return OK;
    enum err e = check_role(w, a->on, a->number, s, no, problem);
    if (e == OK && no->why == DESK_DENIED)
        desk_absent(no);
    return e;
}

enum err ordering_list(const struct desk_work *w, const struct ordering_about *a, int64_t limit,
                       ordering_each *each, void *to, struct desk_no *no, struct problem *problem)
{
    struct subject_of_order s = {.subject = STR("")};
    struct listing l = {.each = each, .to = to, .at = w->at, .restored = INT64_MIN};
    *no = (struct desk_no){.why = DESK_YES, .code = ""};
    enum err e = body_own(w, &s.own_row, &s.own, problem);
    if (e == OK)
        e = find(w, a->on, a->id, a->number, &s, no, problem);
    if (e == OK && no->why == DESK_YES)
        e = may_read(w, a, &s, no, problem);
    if (e != OK || no->why != DESK_YES)
        return e;
    const struct value v[] = {value_text(s.subject), value_int(limit)};
    return fact_list(w->store, &order_kind,
                     "WHERE x.\"subject\" = $1 AND x.\"act\" IN ('restrict', 'suspend', 'close', "
                     "'restore') ORDER BY x.\"from\" DESC, CASE x.\"act\" WHEN 'restore' THEN 0 "
                     "ELSE 1 END, x.\"id\" LIMIT $2",
                     v, 2, tell, &l, problem);
}
