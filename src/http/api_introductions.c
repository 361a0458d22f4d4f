/*
 * GET and POST /v1/introductions; POST /v1/introductions/{id}/meeting, outcome, end: what
 * staff do with introductions (person/introduction.h). That one of the two declined is told
 * to nobody, and what they show each other only to each other.
 */
#include "gate/agreed.h"
#include "http/api_pools.h"
#include "http/fact_json.h"
#include "http/introductions.h"
#include "http/me.h"

int introductions_status(enum introduction_no no)
{
    switch (no) {
    case INTRODUCTION_YES:
        return 200;
    case INTRODUCTION_ABSENT:
        return 404;
    case INTRODUCTION_SUSPENDED:
    case INTRODUCTION_UNCERTIFIED:
    case INTRODUCTION_FROZEN:
    case INTRODUCTION_NOT_SHARED:
        return 403;
    case INTRODUCTION_SAME_PERSON:
    case INTRODUCTION_TIMES:
        return 422;
    case INTRODUCTION_COOLING:
    case INTRODUCTION_UNDER_WAY:
    case INTRODUCTION_RESTING:
    case INTRODUCTION_OVER:
    case INTRODUCTION_UNANSWERED:
    case INTRODUCTION_SAME_DAY:
    case INTRODUCTION_NOT_MET:
    case INTRODUCTION_TOLD:
        return 409;
    }
    return 403;
}

void introductions_done(struct request *r, const struct hands *h, enum err e,
                        const struct problem *problem, const struct introduction_done *d,
                        json_t *json)
{
    enum { REACH_MS = 5000 };
    if (e == OK && d->no == INTRODUCTION_YES) {
        work_reach(r, h, d->seq, REACH_MS);
        outcome_json(r, r->route->status > 0 ? r->route->status : 200, json);
        return;
    }
    json_decref(json);
    if (e != OK)
        outcome_failed(r, e, problem);
    else
        outcome_problem(r, introductions_status(d->no), introduction_word(d->no), "%s",
                        introduction_text(d->no));
}

bool introductions_asked(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-introduction", "%s", errors->at[0].detail);
    return errors->count == 0;
}

/* As staff read it: that both accepted, not that one did not. */
static json_t *for_staff(const struct rules *rules, when at, const struct value *v)
{
    const struct value status = value_text(introduction_staff_status(v, at));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     fact_json_text(&v[INTRODUCTION_ID]), "organisation",
                     fact_json_text(&v[INTRODUCTION_ORGANISATION]), "first",
                     fact_json_text(&v[INTRODUCTION_FIRST]), "second",
                     fact_json_text(&v[INTRODUCTION_SECOND]), "staff",
                     fact_json_text(&v[INTRODUCTION_STAFF]), "status", fact_json_text(&status),
                     "proposed_at", fact_json_time(rules, &v[INTRODUCTION_PROPOSED_AT]), "until",
                     fact_json_time(rules, &v[INTRODUCTION_UNTIL]), "meeting_at",
                     fact_json_time(rules, &v[INTRODUCTION_MEETING_AT]), "first_outcome",
                     fact_json_text(&v[INTRODUCTION_FIRST_OUTCOME]), "second_outcome",
                     fact_json_text(&v[INTRODUCTION_SECOND_OUTCOME]), "contract",
                     fact_json_text(&v[INTRODUCTION_CONTRACT]));
}

static void done(struct request *r, const struct hands *h, enum err e,
                 const struct problem *problem, const struct introduction_done *d)
{
    const bool yes = e == OK && d->no == INTRODUCTION_YES;
    introductions_done(r, h, e, problem, d,
                       yes ? for_staff(gate_rules(h->gate), request_now(r), d->row.v) : NULL);
}

/* Proposing ---------------------------------------------------------------------------------- */

/* An error, also of a word that is no category; absent: 0. */
static categories read_shows(const struct request *r, const char *name, struct ask_errors *errors)
{
    const json_t *list = json_object_get(r->json, name), *item;
    categories what = 0;
    size_t i;
    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > CATEGORIES)
        ask_error(errors, name, "wrong-type",
                  "\"%s\" is a list of categories; `menshen rules list --kind category` shows them",
                  name);
    json_array_foreach(list, i, item)
    {
        enum category c;
        if (!json_is_string(item) || !category_find(str_of(json_string_value(item)), &c)) {
            ask_error(
                errors, name, "unknown-category",
                "\"%s\" is a list of categories; `menshen rules list --kind category` shows them",
                name);
            return 0;
        }
        what |= (categories)(1 << c);
    }
    return what;
}

void api_introduction_propose(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct introduction_done d;
    struct problem problem = {.text = ""};
    const struct pool_work w = pools_hands(r, h);
    if (!ask_object(r->json, "first second first_shows second_shows until", &errors)) {
        introductions_asked(r, &errors);
        return;
    }
    struct introduction_terms t = {
        .one = {.person = ask_some(r->json, "first", ID_BYTES, &errors),
                .shows = read_shows(r, "first_shows", &errors)},
        .other = {.person = ask_some(r->json, "second", ID_BYTES, &errors),
                  .shows = read_shows(r, "second_shows", &errors)},
        .until = ask_when(r->json, "until", false, &errors),
    };
    if (!introductions_asked(r, &errors))
        return;
    if (!str_eq(r->purpose, STR(INTRODUCTION_PURPOSE))) {
        outcome_problem(r, 422, "other-purpose", "members are introduced for the purpose %s",
                        INTRODUCTION_PURPOSE);
        return;
    }
    const struct str purpose = STR(INTRODUCTION_PURPOSE);
    t.one.shared = gate_shared(h->gate, w.staff, t.one.person, purpose, w.at);
    t.other.shared = gate_shared(h->gate, w.staff, t.other.person, purpose, w.at);
    enum err e = introduction_propose(&w, &t, &d, &problem);
    if (e == OK && d.no == INTRODUCTION_YES) {
        me_tell(r, h, t.one.person, ME_AWAITED, d.row.v[INTRODUCTION_UNTIL].i);
        me_tell(r, h, t.other.person, ME_AWAITED, d.row.v[INTRODUCTION_UNTIL].i);
    }
    done(r, h, e, &problem, &d);
}

/* Afterwards --------------------------------------------------------------------------------- */

void api_introduction_meet(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct introduction_done d;
    struct problem problem = {.text = ""};
    const struct pool_work w = pools_hands(r, h);
    ask_object(r->json, "at", &errors);
    const when at = errors.count == 0 ? ask_when(r->json, "at", true, &errors) : 0;
    if (!introductions_asked(r, &errors))
        return;
    enum err e = introduction_read(&w, r->param, &d, &problem);
    if (e == OK && d.no == INTRODUCTION_YES) {
        const struct str purpose = STR(INTRODUCTION_PURPOSE);
        const struct introduction_meeting m = {
            .id = r->param,
            .at = at,
            .first = gate_shared(h->gate, w.staff, fact_text(&d.row.v[INTRODUCTION_FIRST]), purpose,
                                 w.at),
            .second = gate_shared(h->gate, w.staff, fact_text(&d.row.v[INTRODUCTION_SECOND]),
                                  purpose, w.at),
        };
        e = introduction_meet(&w, &m, &d, &problem);
    }
    done(r, h, e, &problem, &d);
}

void api_introduction_outcome(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct introduction_done d;
    struct problem problem = {.text = ""};
    const struct pool_work w = pools_hands(r, h);
    if (!ask_object(r->json, "person outcome", &errors)) {
        introductions_asked(r, &errors);
        return;
    }
    const struct str person = ask_some(r->json, "person", ID_BYTES, &errors);
    const struct str outcome = ask_word(r->json, "outcome", INTRODUCTION_OUTCOMES, true, &errors);
    if (!introductions_asked(r, &errors))
        return;
    enum err e = introduction_outcome(&w, r->param, person, outcome, &d, &problem);
    done(r, h, e, &problem, &d);
}

void api_introduction_end(struct request *r, const struct hands *h)
{
    struct introduction_done d;
    struct problem problem = {.text = ""};
    const struct pool_work w = pools_hands(r, h);
    enum err e = introduction_end(&w, r->param, &d, &problem);
    done(r, h, e, &problem, &d);
}

/* Listing ------------------------------------------------------------------------------------ */

struct rows {
    const struct rules *rules;
    when at;
    json_t *list;
};

static bool add(void *to, const struct value *row)
{
    const struct rows *x = to;
    return json_array_append_new(x->list, for_staff(x->rules, x->at, row)) == 0;
}

void api_introductions(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct pool_work w = pools_hands(r, h);
    struct rows x = {gate_rules(h->gate), w.at, json_array()};
    enum err e = introduction_list(&w, query_text(&r->query, "person"), add, &x, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "introductions", x.list));
        return;
    }
    json_decref(x.list);
    outcome_failed(r, e, &problem);
}
