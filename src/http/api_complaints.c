/*
 * /v1/complaints: those whom a body handles, for its officers; what is brought against it, for a
 * respondent; and complaints that a centre or an officer enters (docs/desk.md).
 */
#include "desk/complaint_act.h"
#include "http/complaints.h"
#include "http/route.h"

/* Lists --------------------------------------------------------------------------------------- */

enum { PAGE = 50 };

struct page {
    char id[PAGE][COMPLAINT_ID];
    size_t count;
    bool more;
};

static bool add_id(void *to, const struct value *row)
{
    struct page *p = to;
    p->more = p->count == PAGE;
    if (p->more || !str_copy(row[COMPLAINT_KEY].s, p->id[p->count], COMPLAINT_ID))
        return false;
    p->count++;
    return true;
}

static json_t *ids(char (*id)[COMPLAINT_ID], size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(id[i]));
    return list;
}

static enum err put_suggestions(const struct desk_work *w, const struct value *row, json_t *into,
                                struct problem *problem)
{
    struct complaint_suggested s;
    enum err e = complaint_suggest(w, row, &s, problem);
    if (e != OK)
        return e;
    json_t *j = json_pack("{s:o, s:o, s:b}", "duplicates", ids(s.duplicate, s.duplicates), "others",
                          ids(s.other, s.others), "joint", s.proposed);
    return json_object_set_new(into, "suggestions", j) == 0 ? OK : ERR_MEMORY;
}

static enum err put_one(const struct desk_work *w, const char *id, bool officer, json_t *list,
                        struct problem *problem)
{
    json_t *j = NULL;
    struct fact_row row;
    enum err e = complaint_find(w->store, str_of(id), &row, problem);
    if (e == OK)
        e = officer ? complaint_json(w, row.v, true, &j, problem)
                    : complaint_json_about(w, row.v, &j, problem);
    if (e == OK && officer && (complaint_is(row.v, "received") || complaint_is(row.v, "accepted")))
        e = put_suggestions(w, row.v, j, problem);
    return json_array_append_new(list, j) == 0 || e != OK ? e : ERR_MEMORY;
}

void api_complaints(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    const bool officer =
        (r->subject.role & (ROLE_ASSOCIATION | ROLE_AUDITOR | ROLE_AUTHORITY)) != 0;
    const struct complaint_wanted wanted = {.after = query_text(&r->query, "cursor"),
                                            .respondent = query_text(&r->query, "respondent"),
                                            .status = query_text(&r->query, "status"),
                                            .id = query_text(&r->query, "id"),
                                            .issue = query_text(&r->query, "issue"),
                                            .channel = query_text(&r->query, "channel"),
                                            .limit = PAGE + 1};
    struct page p = {.count = 0};
    json_t *list = json_array();
    enum err e = officer ? complaint_list(&w, &wanted, add_id, &p, &problem)
                         : complaint_about(&w, wanted.after, wanted.limit, add_id, &p, &problem);
    for (size_t i = 0; e == OK && i < p.count; i++)
        e = put_one(&w, p.id[i], officer, list, &problem);
    json_t *j = json_pack("{s:o}", "complaints", list);
    if (e == OK && p.more)
        json_object_set_new(j, "next", json_string(p.id[PAGE - 1]));
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

/* One, opened --------------------------------------------------------------------------------- */

static enum err put_texts(const struct desk_work *w, json_t *j, struct str id,
                          struct problem *problem)
{
    static const char *const names[] = {COMPLAINT_TEXT_FACTS,   COMPLAINT_TEXT_REQUEST,
                                        COMPLAINT_TEXT_SUMMARY, COMPLAINT_TEXT_REASON,
                                        COMPLAINT_TEXT_REPLY,   COMPLAINT_TEXT_ANSWER};
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++)
        e = complaint_put_text(w, j, names[i], id, names[i], problem);
    return e == OK ? complaint_put_evidence(w, j, id, problem) : e;
}

void api_complaint(struct request *r, const struct hands *h)
{
    char record[RECORD_ID];
    json_t *j = NULL;
    struct problem problem = {.text = ""};
    struct disclosure d = {.complaint = r->param, .what = "text"};
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_purpose(r) || !complaint_disclose(r, h, &d, record))
        return;
    enum err e = complaint_json(&w, d.row.v, true, &j, &problem);
    if (e == OK)
        e = put_texts(&w, j, r->param, &problem);
    if (e == OK) {
        json_object_set_new(j, "record", json_string(record));
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

static void run_reporter(struct request *r, const struct hands *h)
{
    char record[RECORD_ID];
    struct ask_errors ignored = {.count = 0};
    struct problem problem = {.text = ""};
    struct disclosure d = {.complaint = r->param,
                           .what = "reporter",
                           .reason = ask_some(r->json, "reason", COMPLAINT_REASON, &ignored)};
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_purpose(r) || !complaint_disclose(r, h, &d, record))
        return;
    complaint_tell(r, &w, r->param);
    json_t *j =
        json_pack("{s:s%, s:s, s:b}", "id", r->param.p, r->param.n, "record", record, "anonymous",
                  str_eq(fact_text(&d.row.v[COMPLAINT_ANONYMOUS]), STR("yes")));
    enum err e = complaint_put_text(&w, j, "name", r->param, COMPLAINT_TEXT_NAME, &problem);
    if (e == OK)
        e = complaint_put_text(&w, j, "number", r->param, COMPLAINT_TEXT_NUMBER, &problem);
    if (e == OK)
        e = complaint_put_text(&w, j, "address", r->param, COMPLAINT_TEXT_ADDRESS, &problem);
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

/* Bodies of acts ------------------------------------------------------------------------------ */

static bool good(struct request *r, const struct ask_errors *errors)
{
    if (errors->count > 0)
        respond_problem(r, 400, "invalid-act", "the body is not as it should be", errors);
    return errors->count == 0;
}

static struct str text(const struct request *r, const char *name, size_t limit)
{
    struct ask_errors ignored = {.count = 0}; /* the handler has seen them */
    return str_trim(ask_text(r->json, name, limit, false, &ignored));
}

void api_complaint_reporter(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "reason", &errors))
        ask_some(r->json, "reason", COMPLAINT_REASON, &errors);
    if (good(r, &errors))
        request_work(r, run_reporter);
}

/* Do it, tell her, and answer with the complaint as it is now. */
static void act(struct request *r, const struct hands *h, desk_step *step, void *what, bool tells)
{
    json_t *j = NULL;
    struct desk_no no;
    struct fact_row row;
    int64_t seq;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    enum err e = desk_do(&w, step, what, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES)
        e = complaint_find(w.store, r->param, &row, &problem);
    if (e == OK && no.why == DESK_YES)
        e = r->subject.role == ROLE_MANAGER || r->subject.role == ROLE_COMPLIANCE
                ? complaint_json_about(&w, row.v, &j, &problem)
                : complaint_json(&w, row.v, true, &j, &problem);
    if (e == OK && no.why == DESK_YES && tells)
        complaint_tell(r, &w, r->param);
    desk_answer(r, h, e, &problem, &no, seq, 200, j);
}

static void run_accept(struct request *r, const struct hands *h)
{
    struct complaint_accepting a = {r->param, text(r, "summary", COMPLAINT_TEXT)};
    act(r, h, complaint_accept, &a, true);
}

void api_complaint_accept(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "summary", &errors))
        ask_text(r->json, "summary", COMPLAINT_TEXT, false, &errors);
    if (good(r, &errors))
        request_work(r, run_accept);
}

static void run_refuse(struct request *r, const struct hands *h)
{
    struct complaint_refusing x = {r->param, text(r, "ground", ID_BYTES),
                                   text(r, "reason", COMPLAINT_REASON)};
    act(r, h, complaint_refuse, &x, true);
}

void api_complaint_refuse(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "ground reason", &errors)) {
        ask_some(r->json, "ground", ID_BYTES, &errors);
        ask_some(r->json, "reason", COMPLAINT_REASON, &errors);
    }
    if (good(r, &errors))
        request_work(r, run_refuse);
}

static void run_close(struct request *r, const struct hands *h)
{
    struct complaint_closing c = {r->param, text(r, "answer", COMPLAINT_TEXT),
                                  json_is_true(json_object_get(r->json, "upheld"))};
    act(r, h, complaint_close, &c, true);
}

void api_complaint_close(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "upheld answer", &errors)) {
        ask_flag(r->json, "upheld", &errors);
        ask_some(r->json, "answer", COMPLAINT_TEXT, &errors);
    }
    if (good(r, &errors))
        request_work(r, run_close);
}

static void run_reply(struct request *r, const struct hands *h)
{
    struct complaint_replying x = {r->param, text(r, "text", COMPLAINT_TEXT)};
    act(r, h, complaint_reply, &x, true);
}

void api_complaint_reply(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "text", &errors))
        ask_some(r->json, "text", COMPLAINT_TEXT, &errors);
    if (good(r, &errors))
        request_work(r, run_reply);
}

static void run_join(struct request *r, const struct hands *h)
{
    const json_t *named = json_object_get(r->json, "representatives");
    struct complaint_joining j = {
        .id = r->param, .to = text(r, "to", ID_BYTES), .representatives = json_array_size(named)};
    for (size_t i = 0; i < j.representatives && i < COMPLAINT_REPRESENTATIVES; i++)
        j.representative[i] = str_of(json_string_value(json_array_get(named, i)));
    act(r, h, complaint_join, &j, false);
}

void api_complaint_join(struct request *r)
{
    struct ask_errors errors = {.count = 0};
    const json_t *named = json_object_get(r->json, "representatives");
    if (ask_object(r->json, "to representatives", &errors))
        ask_some(r->json, "to", ID_BYTES, &errors);
    bool right = named == NULL ||
                 (json_is_array(named) && json_array_size(named) <= COMPLAINT_REPRESENTATIVES);
    for (size_t i = 0; right && i < json_array_size(named); i++)
        right = json_is_string(json_array_get(named, i)) &&
                json_string_length(json_array_get(named, i)) <= ID_BYTES;
    if (!right)
        ask_error(&errors, "representatives", "wrong-type", "at most two ids of complaints");
    if (good(r, &errors))
        request_work(r, run_join);
}

/* Entering ------------------------------------------------------------------------------------ */

static void run_enter(struct request *r, const struct hands *h)
{
    uint8_t link[COMPLAINT_LINK];
    struct desk_no no;
    int64_t seq;
    struct problem problem = {.text = ""};
    struct complaint_new *c = r->kept;
    const struct desk_work w = desk_work_of(r, h);
    c->channel = r->subject.role == ROLE_MACHINE ? "api" : "paper";
    if (c->number != 0) {
        link_of(gate_link(h->gate), c->number, link);
        c->link = link;
    }
    enum err e = desk_do(&w, complaint_enter, c, &no, &seq, &problem);
    json_t *j = e == OK && no.why == DESK_YES
                    ? json_pack("{s:s, s:s}", "id", c->out, "status", "received")
                    : NULL;
    desk_answer(r, h, e, &problem, &no, seq, 201, j);
}

void api_complaint_enter(struct request *r)
{
    struct complaint_new c;
    if (!complaint_read(
            r, "respondent issue facts request anonymous happened_at received_at reporter", &c))
        return;
    struct complaint_new *kept = request_keep(r, sizeof *kept);
    if (kept == NULL)
        return;
    *kept = c;
    request_work(r, run_enter);
}
