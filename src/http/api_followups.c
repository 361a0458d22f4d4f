/* GET and POST /v1/persons/{id}/followups */
#include "gate/look_ask.h"
#include "http/api_pools.h"
#include "person/followup.h"

#include <string.h>

#define PLAN_DAYS 366

/* Recording --------------------------------------------------------------------------------- */

/* What the body says. */
static struct followup read_body(const struct request *r, when now, struct ask_errors *errors)
{
    struct followup f = {
        .kind = ask_word(r->json, "kind", FOLLOWUP_KINDS, true, errors),
        .outcome = ask_word(r->json, "outcome", FOLLOWUP_OUTCOMES, true, errors),
        .note = ask_text(r->json, "note", FOLLOWUP_NOTE, false, errors),
    };
    struct str next = ask_text(r->json, "next_at", WHEN_TEXT, false, errors);
    if (next.n > 0 && (when_parse_exact(next, &f.next_at) != OK || f.next_at <= now ||
                       f.next_at > now + PLAN_DAYS * WHEN_DAY))
        ask_error(errors, "next_at", "not-a-time",
                  "\"next_at\" must be an RFC 3339 time with seconds and offset, in the year "
                  "to come");
    return f;
}

static void add(struct request *r, const struct hands *h)
{
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    const struct pool_work w = pools_hands(r, h);
    const struct followup f = read_body(r, 0, &ignored);
    char id[FRESH_ID];
    struct pool_answer a;
    struct problem problem;
    enum err e = followup_add(&w, r->param, &f, id, &a, &problem);
    json_t *json = pools_answer(&w, &a);
    json_object_set_new(json, "id", json_string(id));
    pools_done(r, h, &w, e, &problem, &a, 201, json);
}

void api_add_followup(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (json_is_object(r->json))
        ask_fields(r->json, "kind outcome note next_at", &errors);
    else
        ask_error(&errors, "", "wrong-type", "the body must be an object");
    read_body(r, request_now(r), &errors);
    if (errors.count == 0)
        request_work(r, add);
    else
        respond_problem(r, 400, "invalid-followup",
                        "a follow-up has a kind and an outcome; /openapi.json has their words",
                        &errors);
}

/* Reading: a look ---------------------------------------------------------------------------- */

struct rows {
    const struct pool_work *w;
    json_t *list;
};

static bool put(void *to, const struct followup *f)
{
    const struct rows *r = to;
    json_t *one = json_pack("{s:s%, s:o, s:s%, s:s%, s:s%}", "id", f->id.p, f->id.n, "at",
                            pools_when(r->w, f->at), "staff", f->staff.p, f->staff.n, "kind",
                            f->kind.p, f->kind.n, "outcome", f->outcome.p, f->outcome.n);
    if (f->next_at != 0)
        json_object_set_new(one, "next_at", pools_when(r->w, f->next_at));
    if (f->note.n > 0)
        json_object_set_new(one, "note", json_stringn(f->note.p, f->note.n));
    return json_array_append_new(r->list, one) == 0;
}

static void list(struct request *r, const struct pool_work *w)
{
    struct rows rows = {w, json_array()};
    struct problem problem;
    enum err e = followup_read(w, r->param, put, &rows, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "followups", rows.list));
        return;
    }
    json_decref(rows.list);
    outcome_failed(r, e, &problem);
}

/* What staff wrote about her is hers like what she told: it opens as her basic data do. */
void api_followups(struct request *r, const struct hands *h)
{
    const struct pool_work w = pools_hands(r, h);
    const struct look_question q = {.actor = w.staff,
                                    .persons = &r->param,
                                    .count = 1,
                                    .purpose = r->purpose,
                                    .what = 1 << CATEGORY_BASIC,
                                    .surface = SURFACE_DETAIL,
                                    .at = w.at};
    static _Thread_local struct look_result result;
    struct fact_row member;
    struct problem problem;
    bool there = false;
    gate_look_wait(h->gate, &q, &result);
    enum err e = pool_member_read(&w, r->param, r->subject.organisation, &member, &there, &problem);
    if (e != OK)
        outcome_failed(r, e, &problem);
    else if (!there)
        outcome_problem(r, 404, pool_word(POOL_ABSENT), "%s", pool_text(POOL_ABSENT));
    else if (result.record_error != OK)
        outcome_problem(r, 503, "not-recorded",
                        "the look cannot be recorded at the moment, so nothing is shown");
    else if (result.verdict[0].answer[CATEGORY_BASIC] != LOOK_SHOW)
        outcome_problem(r, 403, check_reason_for_staff(result.verdict[0].check[CATEGORY_BASIC]),
                        "her follow-ups open as her basic data do");
    else
        list(r, &w);
}
