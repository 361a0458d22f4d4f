#include "desk/case_check.h"

#include "desk/calendar.h"
#include "desk/case_terms.h"
#include "desk/draw_kept.h"
#include "desk/fined.h"
#include "desk/penalty.h"
#include "registry/json_text.h"
#include "registry/staff.h"

/* By the calendar -------------------------------------------------------------------------------
 */

/* Which deadline an act sets, and from when it counts. */
static const char *const clocks[ACTS] = {
    [ACT_NOTICE_OF_PENALTY] = "cn.clock.penalty.hearing-request",
    [ACT_HEARING] = "cn.clock.penalty.hearing-notice",
    [ACT_DECISION] = "cn.clock.penalty.service",
    [ACT_SERVICE] = "cn.clock.penalty.payment",
};

static enum err deadline(const struct desk_work *w, const char *rule, when from, when *due,
                         struct desk_no *no, struct problem *problem)
{
    enum rules_kind kind;
    const struct rule_clock *clock = rules_find_entry(w->rules, str_of(rule), &kind);
    if (clock == NULL || kind != RULES_CLOCK)
        return problem_set(problem, ERR_NOT_FOUND, "the rule pack has no clock %s", rule);
    enum err e = calendar_end(w->rules, from, clock->amount, clock->unit, due, problem);
    if (e != ERR_LIMIT)
        return e;
    desk_refuse(no, DESK_WRONG, "calendar-unknown", "%s", problem->text);
    return OK;
}

static enum err set_due(const struct desk_work *w, struct act *a, struct desk_no *no,
                        struct problem *problem)
{
    const char *rule = a->kind == ACT_ACCEPT && a->side == SIDE_AUTHORITY
                           ? "cn.clock.penalty.decide"
                           : clocks[a->kind];
    /* The days of a notice run from its entry, whenever it is said to have been received: it is
     * issued then, and no date shortens them. */
    const when from = a->kind == ACT_SERVICE ? a->set : a->at;
    if (rule == NULL || (a->kind == ACT_HEARING && a->record) ||
        (a->kind == ACT_DECISION && !a->approves))
        return OK;
    return deadline(w, rule, from, &a->due, no, problem);
}

/* By the law of the day -------------------------------------------------------------------------
 */

/* When the violation ended, or now. */
static when committed(const struct putting *p)
{
    const when ended = case_terms_when(p->terms, "ended_at");
    return ended != 0 ? ended : p->act.at;
}

/* Is the violation recent enough? */
static enum err check_limitation(const struct desk_work *w, struct putting *p, struct desk_no *no,
                                 struct problem *problem)
{
    const struct value *filed = &p->file.row.v[CASE_FILED_AT];
    when until = WHEN_NEVER;
    enum err e = deadline(w, "cn.clock.penalty.limitation", committed(p), &until, no, problem);
    p->act.barred = (filed->type == VALUE_INT ? filed->i : p->act.at) >= until;
    return e;
}

/* Of a criticism: what it is for, if that is said, is something the law knows. */
static bool check_criticism(const struct desk_work *w, const struct putting *p, struct desk_no *no)
{
    struct fine_scale scale;
    const struct fine_case of = {.violation = json_text_of(p->terms, "violation"),
                                 .count = 1,
                                 .committed = committed(p),
                                 .decided = w->at};
    return of.violation.n == 0 || fine_scale(w->rules, &of, &scale) ||
           desk_refuse(no, DESK_WRONG, "unknown-violation",
                       "no benchmark in force then knows this violation");
}

/* Of a notice or a draft: is the amount what the law sets, and is the violation recent enough? */
static enum err check_fine(const struct desk_work *w, struct putting *p, struct desk_no *no,
                           struct problem *problem)
{
    const struct penalty penalty = {
        .of = {.violation = json_text_of(p->terms, "violation"),
               .non_commercial = str_eq(json_text_of(p->terms, "party"), STR("non-commercial")),
               .count = (unsigned)p->act.count,
               .committed = committed(p)},
        .amount = {.fen = p->act.fen,
                   .mitigating = json_text_of(p->said, "mitigating"),
                   .aggravating = json_text_of(p->said, "aggravating")}};
    struct fine_scale scale;
    if (p->act.criticises)
        return check_criticism(w, p, no) ? check_limitation(w, p, no, problem) : OK;
    if (committed(p) > p->act.at) {
        desk_refuse(no, DESK_WRONG, "ended-ahead",
                    "it cannot have ended later than now: leave ended_at out while it goes on");
        return OK;
    }
    p->act.in_range = penalty_check(w, &penalty, &scale, no);
    if (!p->act.in_range)
        return OK;
    json_object_set_new(p->terms, "benchmark", json_string(scale.benchmark->about.id));
    return check_limitation(w, p, no, problem);
}

/* Of a payment: is nothing owed after it? */
static void check_payment(struct putting *p)
{
    const struct ladder *l = &p->file.ladder;
    const int64_t late = fine_late(l->fine_fen, l->pay_until, p->act.set);
    p->act.settles = l->paid_fen + p->act.fen >= l->fine_fen + late;
    json_object_set_new(p->terms, "settles", json_boolean(p->act.settles));
    json_object_set_new(p->terms, "late_fen", json_integer(late));
}

/* Officers and hosts are staff of the body, today. */
static enum err check_staff(const struct desk_work *w, const struct putting *p, struct desk_no *no,
                            struct problem *problem)
{
    const json_t *officers = json_object_get(p->terms, "officers"),
                 *host = json_object_get(p->terms, "host");
    const size_t count = json_array_size(officers);
    enum err e = OK;
    for (size_t i = 0; e == OK && no->why == DESK_YES && i <= count; i++) {
        const json_t *id = i < count ? json_array_get(officers, i) : host;
        bool there = true;
        if (json_is_string(id))
            e = staff_serves(w->store, json_text(id), p->file.own.id, &there, problem);
        if (e == OK && !there)
            desk_refuse(no, DESK_WRONG, "unknown-officer",
                        "officers and hosts are staff of your organisation");
    }
    return e;
}

struct earlier {
    struct str of;
    bool found;
};

static bool find_earlier(void *to, const struct value *act)
{
    struct earlier *x = to;
    const struct str terms = fact_text(&act[CASE_ACT_TERMS]);
    x->found = memmem(terms.p, terms.n, x->of.p, x->of.n) != NULL;
    return !x->found;
}

/* What an acknowledgement is of: an act that the respondent sees, once. */
static enum err check_addressed(const struct desk_work *w, const struct putting *p,
                                struct desk_no *no, struct problem *problem)
{
    const struct str of = json_text_of(p->terms, "of");
    const struct value key[CASE_ACT_COLUMNS] = {[CASE_ACT_ID] = value_text(of)};
    struct fact_row row;
    struct earlier earlier = {.of = of};
    bool there = false;
    enum err e = fact_find(w->store, &case_act_kind, key, &row, problem);
    if (e == OK)
        there = str_eq(fact_text(&row.v[CASE_ACT_CASE]), fact_text(&p->file.row.v[CASE_ID])) &&
                side_of(fact_text(&row.v[CASE_ACT_SIDE])) != SIDE_RESPONDENT &&
                case_shows(&p->file.power, row.v);
    else if (e == ERR_NOT_FOUND)
        e = OK;
    if (e == OK && there)
        e = fact_list(w->store, &case_act_kind,
                      "WHERE x.\"case\" = $1 AND x.\"kind\" = 'acknowledge'",
                      &p->file.row.v[CASE_ID], 1, find_earlier, &earlier, problem);
    if (e == OK && (!there || earlier.found))
        desk_refuse(no, there ? DESK_CONFLICT : DESK_WRONG, there ? "acknowledged" : "unknown-act",
                    there ? "it was acknowledged before"
                          : "name in `of` the id of an act that is addressed to you");
    return e;
}

/* Who was drawn inspects, and nobody else, whom the draw named. */
static enum err check_draw(const struct desk_work *w, const struct putting *p, struct desk_no *no,
                           struct problem *problem)
{
    const struct str id = json_text_of(p->terms, "draw");
    const json_t *officers = json_object_get(p->terms, "officers");
    struct fact_row row;
    struct desk_no absent = {.why = DESK_YES};
    if (id.n == 0)
        return OK;
    enum err e = draw_find(w, id, &row, &absent, problem);
    if (e != OK)
        return e;
    bool good = absent.why == DESK_YES && draw_lists(fact_text(&row.v[DRAWS_DRAWN]),
                                                     fact_text(&p->file.row.v[CASE_RESPONDENT]));
    for (size_t i = 0; good && i < json_array_size(officers); i++)
        good = draw_lists(fact_text(&row.v[DRAWS_TEAM_DRAWN]),
                          str_of(json_string_value(json_array_get(officers, i))));
    if (!good)
        desk_refuse(no, DESK_WRONG, "other-draw",
                    "a revealed draw of yours names the respondent, and its team inspects");
    return OK;
}

enum err case_check(const struct desk_work *w, struct putting *p, struct desk_no *no,
                    struct problem *problem)
{
    const enum act_kind kind = p->act.kind;
    enum err e = check_staff(w, p, no, problem);
    if (e == OK && no->why == DESK_YES && (kind == ACT_NOTICE_OF_PENALTY || kind == ACT_PENALTY))
        e = check_fine(w, p, no, problem);
    if (e == OK && no->why == DESK_YES && kind == ACT_INSPECTION)
        e = check_draw(w, p, no, problem);
    if (e == OK && no->why == DESK_YES && kind == ACT_ACKNOWLEDGE)
        e = check_addressed(w, p, no, problem);
    if (kind == ACT_PAYMENT)
        check_payment(p);
    if (e == OK && no->why == DESK_YES)
        e = set_due(w, &p->act, no, problem);
    return e;
}

/* Fined elsewhere -------------------------------------------------------------------------------
 */

enum err case_check_fined(const struct desk_work *w, const struct putting *p, struct desk_no *no,
                          struct problem *problem)
{
    const struct value *c = p->file.row.v;
    const struct act *a = &p->act;
    const json_t *terms = a->kind == ACT_DECISION ? p->file.draft : p->terms;
    const bool fines = (a->kind == ACT_NOTICE_OF_PENALTY && !a->criticises) ||
                       a->kind == ACT_PENALTY || (a->kind == ACT_DECISION && a->approves);
    bool before = false;
    enum err e = OK;
    if (fines)
        e = fined_before(w->store, c[CASE_RESPONDENT].s, c[CASE_ID].s,
                         json_text_of(terms, "violation"), case_terms_when(terms, "ended_at"),
                         &before, problem);
    if (e == OK && before)
        desk_refuse(no, DESK_CONFLICT, "fined-before",
                    "another case has fined this violation of the respondent: say by ended_at that "
                    "this one ended later; the same is not fined twice");
    return e;
}
