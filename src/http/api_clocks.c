/* Deadlines: GET /v1/clocks, and POST /v1/clocks/{id}/recount. */
#include "desk/clock.h"
#include "desk/power.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/route.h"
#include "registry/organisation.h"

enum { PAGE = 200 };

static json_t *clock_json(const struct rules *r, const struct value *v, when at)
{
    enum rules_kind kind;
    const struct rule *rule = rules_find_entry(r, fact_text(&v[CLOCK_RULE]), &kind);
    return json_pack(
        "{s:o, s:o, s:o, s:s?, s:s?, s:o, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "id",
        fact_json_text(&v[CLOCK_ID]), "subject", fact_json_text(&v[CLOCK_SUBJECT]), "rule",
        fact_json_text(&v[CLOCK_RULE]), "title", rule != NULL ? rule->title_zh : NULL, "basis",
        rule != NULL ? rule->citation : NULL, "organisation",
        fact_json_text(&v[CLOCK_ORGANISATION]), "state", clock_state(v, at), "started_at",
        fact_json_time(r, &v[CLOCK_STARTED]), "due", fact_json_time(r, &v[CLOCK_DUE]), "due_before",
        fact_json_time(r, &v[CLOCK_DUE_BEFORE]), "provisional",
        str_eq(fact_text(&v[CLOCK_PROVISIONAL]), STR("yes")), "calendar",
        fact_json_text(&v[CLOCK_CALENDAR]), "paused_at", fact_json_time(r, &v[CLOCK_PAUSED]),
        "reminded_at", fact_json_time(r, &v[CLOCK_REMINDED]), "breached_at",
        fact_json_time(r, &v[CLOCK_BREACHED]), "done_at", fact_json_time(r, &v[CLOCK_DONE]));
}

struct listing {
    const struct rules *rules;
    when at;
    json_t *list;
    size_t count;
    char last[ID_BYTES + 1];
};

static bool add(void *to, const struct value *v)
{
    struct listing *l = to;
    if (l->count++ == PAGE)
        return false;
    return str_copy(fact_text(&v[CLOCK_ID]), l->last, sizeof l->last) &&
           json_array_append_new(l->list, clock_json(l->rules, v, l->at)) == 0;
}

/* One's own, and to an authority those of an association that works in its sector and region. */
static enum err may_read(const struct desk_work *w, struct str organisation, struct desk_no *no,
                         struct problem *problem)
{
    struct fact_row own, its;
    if (organisation.n == 0 || str_eq(organisation, str_of(w->who->organisation)))
        return OK;
    enum err e = fact_first(w->store, &organisation_kind, value_text(str_of(w->who->organisation)),
                            &own, problem);
    if (e == OK)
        e = fact_first(w->store, &organisation_kind, value_text(organisation), &its, problem);
    if (e == ERR_NOT_FOUND) {
        desk_absent(no);
        return OK;
    }
    if (e != OK)
        return e;
    const struct power_body body = {.kind = fact_text(&own.v[ORGANISATION_KIND]),
                                    .sector = fact_text(&own.v[ORGANISATION_SECTOR]),
                                    .region = fact_text(&own.v[ORGANISATION_REGION])};
    if (!str_eq(body.kind, STR("authority")) ||
        !str_eq(fact_text(&its.v[ORGANISATION_KIND]), STR("association")) ||
        !power_competent(&body, fact_text(&its.v[ORGANISATION_SECTOR]),
                         fact_text(&its.v[ORGANISATION_REGION])))
        desk_absent(no);
    return OK;
}

void api_clocks(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct str organisation = query_text(&r->query, "organisation");
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    struct listing l = {.rules = w.rules, .at = w.at, .list = json_array()};
    const struct clock_query q = {.organisation = organisation.n > 0 ? organisation
                                                                     : str_of(w.who->organisation),
                                  .subject = query_text(&r->query, "subject"),
                                  .state = query_text(&r->query, "state"),
                                  .after = query_text(&r->query, "cursor"),
                                  .limit = PAGE + 1};
    enum err e = may_read(&w, organisation, &no, &problem);
    if (e == OK && no.why == DESK_YES)
        e = clock_list(&w, &q, add, &l, &problem);
    desk_answer(r, h, e, &problem, &no, 0, 200,
                json_pack("{s:o, s:s?}", "clocks", l.list, "next", l.count > PAGE ? l.last : NULL));
}

struct recount {
    struct str id;
    struct fact_row row;
};

static enum err recount(const struct desk_work *w, void *what, struct desk_no *no, int64_t *seq,
                        struct problem *problem)
{
    struct recount *x = what;
    when due;
    enum err e = clock_read(w->store, x->id, &x->row, problem);
    if (e == ERR_NOT_FOUND || (e == OK && !str_eq(fact_text(&x->row.v[CLOCK_ORGANISATION]),
                                                  str_of(w->who->organisation)))) {
        desk_absent(no);
        return OK;
    }
    if (e == OK)
        e = clock_recount(w, x->id, &due, no, seq, problem);
    return e == OK ? clock_read(w->store, x->id, &x->row, problem) : e;
}

void api_clock_recount(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct recount x = {.id = r->param};
    struct desk_no no;
    int64_t seq;
    enum err e = desk_do(&w, recount, &x, &no, &seq, &problem);
    json_t *json = e == OK && no.why == DESK_YES ? clock_json(w.rules, x.row.v, w.at) : NULL;
    desk_answer(r, h, e, &problem, &no, seq, 200, json);
}
