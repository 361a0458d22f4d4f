/* /v1/appeals: that an order is wrong, and the decision (docs/desk.md). */
#include "desk/appeal.h"
#include "desk/clock.h"
#include "http/courier.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/me.h"
#include "http/route.h"
#include "registry/order.h"

#include <stdlib.h>

enum { PAGE = 100 };

struct listing {
    const struct desk_work *work;
    struct fact_page page;
    bool officer;
};

static void answer(struct request *r, enum err e, const struct problem *problem, const char *name,
                   struct listing *l)
{
    json_t *j = fact_page_json(&l->page, name);
    if (e == OK) {
        outcome_json(r, 200, j);
        return;
    }
    json_decref(j);
    outcome_failed(r, e, problem);
}

static json_t *due_json(const struct desk_work *w, struct str id)
{
    struct fact_row clock;
    struct problem problem = {.text = ""};
    return clock_find(w->store, id, CLOCK_APPEAL, &clock, &problem) == OK
               ? fact_json_time(w->rules, &clock.v[CLOCK_DUE])
               : json_null();
}

static json_t *appeal_json(const struct desk_work *w, const struct value *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[APPEAL_ID]),
                     "against", fact_json_text(&row[APPEAL_AGAINST]), "organisation",
                     fact_json_text(&row[APPEAL_ORGANISATION]), "at",
                     fact_json_time(w->rules, &row[APPEAL_AT]), "status",
                     fact_json_text(&row[APPEAL_STATUS]), "decided_by",
                     fact_json_text(&row[APPEAL_DECIDED_BY]), "decided_at",
                     fact_json_time(w->rules, &row[APPEAL_DECIDED_AT]));
}

static bool add_appeal(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[0].s, appeal_json(l->work, row));
}

/*
 * The texts lie in the same store, which a list that is being read keeps busy. Of an appeal that
 * is not theirs to decide officers read that it is there, and none of its words.
 */
static enum err open_texts(struct listing *l, struct problem *problem)
{
    size_t i;
    json_t *one;
    enum err e = OK;
    json_array_foreach(l->page.list, i, one)
    {
        const struct str id = str_of(json_string_value(json_object_get(one, "id")));
        bool opens = true;
        if (e == OK && l->officer)
            e = appeal_opens(l->work, id, &opens, problem);
        json_object_set_new(one, "due", due_json(l->work, id));
        if (e != OK || !opens)
            continue;
        json_object_set_new(one, "text", desk_text_json(l->work, id, "text"));
        json_object_set_new(one, "answer", desk_text_json(l->work, id, "answer"));
    }
    return e;
}

void api_appeals(struct request *r, const struct hands *h)
{
    uint8_t link[LINK_BYTES];
    when since = INT64_MIN;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    const bool person = r->subject.role == ROLE_PERSON;
    if (person && !me_link(r, h, link, &since))
        return;
    struct listing list = {.work = &w, .page = fact_page_of(PAGE), .officer = desk_officer(r)};
    const struct appeal_list l = {.organisation = desk_officer(r) ? NULL : r->subject.organisation,
                                  .link = person ? link : NULL,
                                  .since = since,
                                  .status = query_text(&r->query, "status"),
                                  .cursor = query_text(&r->query, "cursor"),
                                  .most = PAGE + 1};
    enum err e = appeal_list(h->store, &l, add_appeal, &list, &problem);
    if (e == OK)
        e = open_texts(&list, &problem);
    answer(r, e, &problem, "appeals", &list);
}

static json_t *shown(const struct desk_work *w, struct str id)
{
    struct fact_row row;
    struct problem problem = {.text = ""};
    if (appeal_find(w->store, id, &row, &problem) != OK)
        return NULL;
    struct listing one = {.work = w, .page = fact_page_of(1)}; /* hers, or she has decided it */
    json_array_append_new(one.page.list, appeal_json(w, row.v));
    if (open_texts(&one, &problem) != OK)
        json_array_clear(one.page.list);
    json_t *j = json_incref(json_array_get(one.page.list, 0));
    json_decref(one.page.list);
    return j;
}

void api_appeal(struct request *r, const struct hands *h)
{
    char id[FRESH_ID];
    uint8_t link[LINK_BYTES];
    struct ask_errors errors = {.count = 0};
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq;
    when due, since;
    const struct desk_work w = desk_work_of(r, h);
    const bool person = r->subject.role == ROLE_PERSON;
    struct appeal_entry said = {.link = link};
    if (person && r->session[0] == '\0') {
        outcome_problem(r, 401, "session-required",
                        "no token appeals for a person; sign in with POST /v1/session");
        return;
    }
    if (ask_object(r->json, "against text", &errors)) {
        said.against = ask_text(r->json, "against", ID_BYTES, !person, &errors);
        said.text = ask_some(r->json, "text", APPEAL_TEXT, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 422, "invalid-appeal", &errors);
        return;
    }
    if (person && !me_link(r, h, link, &since))
        return;
    enum err e = appeal_enter(&w, &said, id, &due, &no, &seq, &problem);
    desk_answer(r, h, e, &problem, &no, seq, 201,
                e == OK && no.why == DESK_YES ? shown(&w, str_of(id)) : NULL);
}

void api_appeal_decide(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct desk_no no;
    struct problem problem = {.text = ""};
    int64_t seq;
    const struct desk_work w = desk_work_of(r, h);
    struct appeal_decision d = {.id = r->param};
    if (ask_object(r->json, "decision reason", &errors)) {
        d.upheld =
            str_eq(ask_word(r->json, "decision", "upheld rejected", true, &errors), STR("upheld"));
        d.answer = ask_some(r->json, "reason", APPEAL_TEXT, &errors);
    }
    if (errors.count > 0) {
        outcome_errors(r, 422, "invalid-decision", &errors);
        return;
    }
    enum err e = appeal_decide(&w, &d, &no, &seq, &problem);
    const bool done = e == OK && no.why == DESK_YES;
    if (done && d.tells != 0)
        courier_send(request_courier(r), d.tells, ME_AWAITED, when_plus(w.at, WHEN_DAY));
    desk_answer(r, h, e, &problem, &no, seq, 200, done ? shown(&w, r->param) : NULL);
}
