/* GET, POST /v1/staff/{id}/trainings, POST …/misconduct: what is delivered to her, or told of her.
 */
#include "http/staff_view.h"
#include "registry/bar.h"
#include "registry/training.h"

enum { REACH_MS = 5000, COURSE = 120, GROUND = 400 };

/* -- Training ----------------------------------------------------------------------------- */

struct listing {
    const struct hands *hands;
    json_t *list;
};

static json_t *training_json(const struct hands *h, const struct value *v)
{
    const struct rules *rules = gate_rules(h->gate);
    return json_pack(
        "{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&v[TRAINING_ID]),
        "staff", fact_json_text(&v[TRAINING_STAFF]), "course", fact_json_text(&v[TRAINING_COURSE]),
        "hours", (json_int_t)v[TRAINING_HOURS].i, "from", fact_json_time(rules, &v[TRAINING_FROM]),
        "until", fact_json_time(rules, &v[TRAINING_UNTIL]), "delivered_by",
        fact_json_text(&v[TRAINING_DELIVERED_BY]), "entered_by",
        fact_json_text(&v[TRAINING_ENTERED_BY]), "at", fact_json_time(rules, &v[TRAINING_AT]));
}

static bool add(void *to, const struct value *v)
{
    const struct listing *l = to;
    return json_array_append_new(l->list, training_json(l->hands, v)) == 0;
}

void api_trainings(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct listing l = {h, json_array()};
    struct fact_row row;
    enum err e = staff_read(r, h, r->param, &row, &problem);
    if (!e)
        e = training_list(h->store, r->param, add, &l, &problem);
    if (!e) {
        outcome_json(r, 200, json_pack("{s:o}", "trainings", l.list));
        return;
    }
    json_decref(l.list);
    staff_refuse(r, e, &problem);
}

/* Delivered by the examiner's association, whose word it is. */
void api_add_training(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    const struct fact_origin origin = work_origin(r, h);
    struct training t = {.staff = r->param, .delivered_by = str_of(r->subject.organisation)};
    char id[FRESH_ID];
    int64_t seq = 0;
    if (ask_object(r->json, "course hours from until", &errors)) {
        t.course = ask_some(r->json, "course", COURSE, &errors);
        t.hours = ask_count(r->json, "hours", 1, TRAINING_HOURS_MOST, &errors);
        t.from = ask_when(r->json, "from", true, &errors);
        t.until = ask_when(r->json, "until", true, &errors);
    }
    if (errors.count > 0) {
        outcome_problem(r, 400, "invalid-training", "%s", errors.at[0].detail);
        return;
    }
    enum err e = training_enter(h->store, &t, &origin, id, &seq, &problem);
    if (e == ERR_INVALID) {
        outcome_problem(r, 422, "training-time", "%s", problem.text);
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "training-overlaps", "%s", problem.text);
    } else if (e) {
        staff_refuse(r, e, &problem);
    } else {
        work_reach(r, h, seq, REACH_MS);
        outcome_json(r, 201, json_pack("{s:s, s:I}", "id", id, "hours", (json_int_t)t.hours));
    }
}

/* -- Misconduct --------------------------------------------------------------------------- */

/* Whether others reported her too is not told. */
static void report(struct request *r, const struct hands *h, const struct misconduct_report *m)
{
    struct problem problem = {.text = ""};
    const struct fact_origin origin = work_origin(r, h);
    bool barred;
    int64_t seq = 0;
    enum err e =
        misconduct_report(h->store, gate_rules(h->gate), m, &origin, &barred, &seq, &problem);
    if (e == ERR_NOT_FOUND) {
        outcome_problem(r, 422, "unknown-practitioner",
                        "the association has not seen her documents, so there is nobody to report");
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "already-reported", "%s", problem.text);
    } else if (e) {
        outcome_failed(r, e, &problem);
    } else {
        work_reach(r, h, seq, REACH_MS);
        outcome_json(r, 201,
                     json_pack("{s:s%, s:o}", "staff", m->staff.p, m->staff.n, "at",
                               fact_json_when(gate_rules(h->gate), origin.at)));
    }
}

void api_misconduct(struct request *r, const struct hands *h)
{
    static const struct column evidence = {
        .name = "document", .type = COLUMN_EVIDENCE, .required = true};
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    struct misconduct_report m = {.staff = r->param};
    struct fact_scratch scratch;
    struct fact_row row;
    struct value document = value_null();
    if (ask_object(r->json, "document ground", &errors)) {
        m.ground = ask_some(r->json, "ground", GROUND, &errors);
        m.document = ask_some(r->json, "document", 80, &errors);
        if (errors.count == 0 && fact_parse(gate_rules(h->gate), &evidence, m.document, &scratch,
                                            &document, &problem) != OK)
            ask_error(&errors, "document", "not-evidence",
                      "\"document\" is sha256: and the 64 hex digits of the document's SHA-256");
    }
    if (errors.count > 0) {
        outcome_problem(r, 400, "invalid-report", "%s", errors.at[0].detail);
        return;
    }
    m.document = document.s;
    enum err e = staff_read(r, h, r->param, &row, &problem);
    if (e)
        staff_refuse(r, e, &problem);
    else
        report(r, h, &m);
}
