/*
 * GET /v1/stops, POST /v1/stops/{id}/review, …/lift: accounts that are stopped, since what
 * they obtained without a valid grant passed a line of rule 20.
 */
#include "http/fact_json.h"
#include "http/route.h"
#include "http/work.h"
#include "registry/stop.h"

enum { LISTED = 200, REACH_MS = 5000 };

/* Words ---------------------------------------------------------------------------------------- */

/* Three columns: who, when, why. Null: nobody yet. */
static json_t *word_json(const struct rules *rules, const struct value *v)
{
    return v[0].type != VALUE_TEXT
               ? json_null()
               : json_pack("{s:o, s:o, s:o}", "by", fact_json_text(&v[0]), "at",
                           fact_json_time(rules, &v[1]), "reason", fact_json_text(&v[2]));
}

static json_t *review_json(const struct rules *rules, const struct value *row)
{
    return row[STOP_REVIEW_DUE].type != VALUE_INT
               ? json_null()
               : json_pack("{s:o, s:o, s:o, s:o, s:o}", "due",
                           fact_json_time(rules, &row[STOP_REVIEW_DUE]), "review",
                           fact_json_text(&row[STOP_REVIEW]), "by",
                           fact_json_text(&row[STOP_REVIEWED_BY]), "at",
                           fact_json_time(rules, &row[STOP_REVIEWED_AT]), "reason",
                           fact_json_text(&row[STOP_REVIEW_REASON]));
}

static json_t *stop_json(const struct rules *rules, const struct value *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "id",
                     fact_json_text(&row[STOP_ID]), "staff", fact_json_text(&row[STOP_STAFF]),
                     "organisation", fact_json_text(&row[STOP_ORGANISATION]), "status",
                     fact_json_text(&row[STOP_STATUS]), "at", fact_json_time(rules, &row[STOP_AT]),
                     "points", (json_int_t)row[STOP_POINTS].i, "review", review_json(rules, row),
                     "compliance", word_json(rules, &row[STOP_COMPLIANCE]), "manager",
                     word_json(rules, &row[STOP_MANAGER]), "lifted_at",
                     fact_json_time(rules, &row[STOP_LIFTED_AT]));
}

static void refuse(struct request *r, enum err e, const struct problem *problem)
{
    if (e == ERR_INVALID)
        outcome_problem(r, 400, "invalid-stop", "%s", problem->text);
    else if (e == ERR_NOT_FOUND)
        outcome_problem(r, 404, "not-found", "nothing of that id is here for you");
    else if (e == ERR_DENIED)
        outcome_problem(r, 403, "not-yours", "%s", problem->text);
    else if (e == ERR_REFUSED)
        outcome_problem(r, 409, "review-due", "%s", problem->text);
    else if (e == ERR_CONFLICT)
        outcome_problem(r, 409, "not-waiting", "%s", problem->text);
    else
        outcome_failed(r, e, problem);
}

/* The list ------------------------------------------------------------------------------------- */

struct listing {
    const struct hands *hands;
    json_t *list;
};

static bool list_one(void *to, const struct value *row)
{
    const struct listing *l = to;
    json_array_append_new(l->list, stop_json(gate_rules(l->hands->gate), row));
    return true;
}

/* Those who watch over everybody see all, others those of which they may say something. */
void api_stops(struct request *r, const struct hands *h)
{
    struct listing l = {h, json_array()};
    struct problem problem = {.text = ""};
    const bool all = (r->subject.role & (ROLE_AUDITOR | ROLE_AUTHORITY)) != 0;
    enum err e =
        stop_list(h->store, all ? STR("") : str_of(r->subject.id), LISTED, list_one, &l, &problem);
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "stops", l.list));
    } else {
        json_decref(l.list);
        refuse(r, e, &problem);
    }
}

/* What is said of one -------------------------------------------------------------------------- */

/* The stop as it is now, once looks are judged by it. */
static void answer(struct request *r, const struct hands *h, enum err e, int64_t seq,
                   struct problem *problem)
{
    struct fact_row row;
    if (e == OK)
        e = stop_find(h->store, r->param, &row, problem);
    if (e != OK) {
        refuse(r, e, problem);
        return;
    }
    work_reach(r, h, seq, REACH_MS);
    outcome_json(r, 200, stop_json(gate_rules(h->gate), row.v));
}

/* The body's fields. False: answered that they are not this route's. */
static bool good(struct request *r, const char *fields, struct ask_errors *errors)
{
    if (json_is_object(r->json))
        ask_fields(r->json, fields, errors);
    else
        ask_error(errors, "", "wrong-type", "the body must be an object");
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-stop", "%s", errors->at[0].detail);
    return errors->count == 0;
}

void api_review_stop(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct str word = ask_word(r->json, "review", STOP_REVIEWS, true, &errors);
    const struct str reason = ask_text(r->json, "reason", STOP_REASON, true, &errors);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    if (!good(r, "review reason", &errors))
        return;
    enum err e = stop_review(h->store, r->param, word, reason, &origin, &seq, &problem);
    answer(r, h, e, seq, &problem);
}

void api_lift_stop(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    const struct str reason = ask_text(r->json, "reason", STOP_REASON, true, &errors);
    const struct fact_origin origin = work_origin(r, h);
    struct problem problem = {.text = ""};
    int64_t seq = 0;
    if (!good(r, "reason", &errors))
        return;
    enum err e = stop_lift(h->store, r->param, reason, &origin, &seq, &problem);
    answer(r, h, e, seq, &problem);
}
