/*
 * Certificates of practitioners, which an association's examiner issues: GET, POST
 * /v1/staff/{id}/certificates, POST /v1/certificates/{no}/renew, …/suspend, …/restore, …/revoke;
 * and POST /v1/practitioners, whose documents she has seen.
 */
#include "http/staff_view.h"

enum { REACH_MS = 5000, COURSE = 120, GROUND = 400, DOCUMENT = 200, ID_NUMBER = 20, DAY = 10 };

static struct certificate_work work_of(const struct request *r, const struct hands *h)
{
    return (struct certificate_work){.store = h->store,
                                     .key = request_account_key(r),
                                     .rules = gate_rules(h->gate),
                                     .origin = work_origin(r, h)};
}

/* The certificate as it is now, once both doors act on it; or why not. */
static void answer(struct request *r, const struct hands *h, enum err e, enum certificate_no no,
                   int status, struct str which, int64_t seq, struct problem *problem)
{
    struct fact_row row;
    if (!e && no != CERTIFICATE_YES) {
        outcome_problem(r, 409, certificate_word(no), "%s", certificate_text(no));
        return;
    }
    if (!e)
        e = certificate_find(h->store, which, &row, problem);
    if (e == ERR_INVALID) {
        outcome_problem(r, 400, "invalid-certificate", "%s", problem->text);
    } else if (e) {
        staff_refuse(r, e, problem);
    } else {
        work_reach(r, h, seq, REACH_MS);
        outcome_json(r, status, certificate_json(h, row.v, request_now(r)));
    }
}

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        outcome_problem(r, 400, "invalid-certificate", "%s", errors->at[0].detail);
    return errors->count == 0;
}

/* -- Reading ------------------------------------------------------------------------------ */

struct listing {
    const struct hands *hands;
    when at;
    json_t *list;
};

static bool add(void *to, const struct value *v)
{
    const struct listing *l = to;
    return json_array_append_new(l->list, certificate_json(l->hands, v, l->at)) == 0;
}

void api_certificates(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct listing l = {h, request_now(r), json_array()};
    struct fact_row row;
    enum err e = staff_read(r, h, r->param, &row, &problem);
    if (!e)
        e = certificate_list(h->store, r->param, add, &l, &problem);
    if (!e) {
        outcome_json(r, 200, json_pack("{s:o}", "certificates", l.list));
        return;
    }
    json_decref(l.list);
    staff_refuse(r, e, &problem);
}

/* -- Issuing and renewing ------------------------------------------------------------------- */

void api_certificate_issue(struct request *r, const struct hands *h)
{
    const struct certificate_work w = work_of(r, h);
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    struct certificate_terms t = {.staff = r->param};
    enum certificate_no no = CERTIFICATE_YES;
    char id[CERTIFICATE_NUMBER] = "";
    int64_t seq = 0;
    if (ask_object(r->json, "practitioner course exam number", &errors)) {
        t.practitioner = ask_some(r->json, "practitioner", ID_BYTES, &errors);
        t.course = ask_some(r->json, "course", COURSE, &errors);
        t.exam = ask_some(r->json, "exam", ID_BYTES, &errors);
        t.number = ask_text(r->json, "number", CERTIFICATE_NUMBER - 1, false, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = certificate_issue(&w, &t, id, &no, &seq, &problem);
    answer(r, h, e, no, 201, str_of(id), seq, &problem);
}

void api_certificate_renew(struct request *r, const struct hands *h)
{
    const struct certificate_work w = work_of(r, h);
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    struct str wanted = {.n = 0};
    enum certificate_no no = CERTIFICATE_YES;
    char id[CERTIFICATE_NUMBER] = "";
    int64_t seq = 0;
    if (ask_object(r->json, "number", &errors))
        wanted = ask_text(r->json, "number", CERTIFICATE_NUMBER - 1, false, &errors);
    if (!good(r, &errors))
        return;
    enum err e = certificate_renew(&w, r->param, wanted, id, &no, &seq, &problem);
    answer(r, h, e, no, 201, str_of(id), seq, &problem);
}

/* -- Acts ------------------------------------------------------------------------------------ */

typedef enum err act(const struct certificate_work *, const struct certificate_act *,
                     enum certificate_no *, int64_t *, struct problem *);

static void do_act(struct request *r, const struct hands *h, act *run)
{
    const struct certificate_work w = work_of(r, h);
    struct problem problem = {.text = ""};
    struct ask_errors errors = {.count = 0};
    struct certificate_act a = {.id = r->param};
    enum certificate_no no = CERTIFICATE_YES;
    int64_t seq = 0;
    if (ask_object(r->json, "ground document", &errors)) {
        a.ground = ask_some(r->json, "ground", GROUND, &errors);
        a.document = ask_some(r->json, "document", DOCUMENT, &errors);
    }
    if (!good(r, &errors))
        return;
    enum err e = run(&w, &a, &no, &seq, &problem);
    answer(r, h, e, no, 200, r->param, seq, &problem);
}

void api_certificate_suspend(struct request *r, const struct hands *h)
{
    do_act(r, h, certificate_suspend);
}

void api_certificate_restore(struct request *r, const struct hands *h)
{
    do_act(r, h, certificate_restore);
}

void api_certificate_revoke(struct request *r, const struct hands *h)
{
    do_act(r, h, certificate_revoke);
}

/* -- Documents ------------------------------------------------------------------------------- */

static void enter(struct request *r, const struct hands *h, const struct practitioner_entry *p)
{
    struct problem problem = {.text = ""};
    const struct fact_origin origin = work_origin(r, h);
    char id[FRESH_ID] = "";
    int64_t seq = 0;
    enum err e = store_begin(h->store, &problem);
    if (!e)
        e = store_end(
            h->store,
            practitioner_enter(h->store, request_account_key(r), p, &origin, id, &seq, &problem),
            &problem);
    if (e == ERR_INVALID) {
        outcome_problem(r, 422, "documents", "%s", problem.text);
    } else if (e == ERR_CONFLICT) {
        outcome_problem(r, 409, "another-human", "%s", problem.text);
    } else if (e == ERR_NOT_FOUND) {
        outcome_problem(r, 422, "unknown-staff", "no such staff");
    } else if (e) {
        outcome_failed(r, e, &problem);
    } else {
        work_reach(r, h, seq, REACH_MS);
        outcome_json(r, 201,
                     json_pack("{s:s, s:s%}", "practitioner", id, "staff", p->staff.p, p->staff.n));
    }
}

/* Number and birth date are told to nobody again. */
void api_practitioner(struct request *r, const struct hands *h)
{
    struct ask_errors errors = {.count = 0};
    struct practitioner_entry p = {.full_capacity = false};
    if (ask_object(r->json, "staff name id_number birth_date education full_capacity", &errors)) {
        p.staff = ask_some(r->json, "staff", ID_BYTES, &errors);
        p.name = ask_some(r->json, "name", COURSE, &errors);
        p.id_number = ask_some(r->json, "id_number", ID_NUMBER, &errors);
        p.born = ask_some(r->json, "birth_date", DAY, &errors);
        p.education = ask_word(r->json, "education", EDUCATION_WORDS, true, &errors);
        p.full_capacity = ask_flag(r->json, "full_capacity", &errors);
    }
    if (errors.count > 0)
        outcome_problem(r, 400, "invalid-practitioner", "%s", errors.at[0].detail);
    else
        enter(r, h, &p);
}
