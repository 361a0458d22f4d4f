/*
 * /v1/me/complaints: what she complains of, how it stands, what was answered, and who opened it.
 */
#include "desk/complaint_act.h"
#include "http/complaints.h"
#include "http/fact_json.h"
#include "http/route.h"

#include <stdlib.h>

/* Lists --------------------------------------------------------------------------------------- */

struct list {
    char id[200][COMPLAINT_ID];
    size_t count;
};

static bool add_id(void *to, const struct value *row)
{
    struct list *l = to;
    l->count += str_copy(row[COMPLAINT_KEY].s, l->id[l->count], COMPLAINT_ID);
    return l->count < sizeof l->id / sizeof *l->id;
}

void api_my_complaints(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    struct fact_row row;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_her(r, h, &her))
        return;
    struct list l = {.count = 0};
    json_t *all = json_array();
    enum err e = complaint_hers(h->store, her.link, her.since, add_id, &l, &problem);
    for (size_t i = 0; i < l.count && e == OK; i++) {
        json_t *j = NULL;
        e = complaint_find(h->store, str_of(l.id[i]), &row, &problem);
        if (e == OK)
            e = complaint_json(&w, row.v, false, &j, &problem);
        json_array_append_new(all, j);
    }
    if (e == OK) {
        outcome_json(r, 200, json_pack("{s:o}", "complaints", all));
    } else {
        json_decref(all);
        outcome_failed(r, e, &problem);
    }
}

/* One ----------------------------------------------------------------------------------------- */

struct opened {
    const struct rules *rules;
    json_t *list;
};

static bool add_opened(void *to, const struct value *row)
{
    const struct opened *o = to;
    return json_array_append_new(o->list,
                                 json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                                           fact_json_text(&row[DISCLOSURE_ID]), "at",
                                           fact_json_time(o->rules, &row[DISCLOSURE_AT]), "what",
                                           fact_json_text(&row[DISCLOSURE_WHAT]), "evidence",
                                           fact_json_text(&row[DISCLOSURE_EVIDENCE]), "staff",
                                           fact_json_text(&row[DISCLOSURE_STAFF]), "organisation",
                                           fact_json_text(&row[DISCLOSURE_ORGANISATION]))) == 0;
}

/* Who opened it, and why who she is was asked for. */
static enum err put_opened(const struct desk_work *w, json_t *into, struct str id,
                           struct problem *problem)
{
    struct opened o = {w->rules, json_array()};
    enum err e = disclosure_list(w->store, id, add_opened, &o, problem);
    for (size_t i = 0; i < json_array_size(o.list) && e == OK; i++) {
        json_t *one = json_array_get(o.list, i);
        e = complaint_put_text(w, one, "reason",
                               str_of(json_string_value(json_object_get(one, "id"))),
                               DISCLOSURE_TEXT_REASON, problem);
        json_object_del(one, "id");
    }
    json_object_set_new(into, "opened", o.list);
    return e;
}

/* How the one stands that hers is handled with; of the other's words nothing. */
static enum err put_joint(const struct desk_work *w, json_t *into, const struct value *row,
                          struct problem *problem)
{
    struct fact_row lead;
    json_t *j = NULL;
    if (row[COMPLAINT_JOINED_TO].type != VALUE_TEXT)
        return json_object_set_new(into, "joint", json_null()) == 0 ? OK : ERR_MEMORY;
    enum err e = complaint_find(w->store, row[COMPLAINT_JOINED_TO].s, &lead, problem);
    if (e == OK)
        e = complaint_json_about(w, lead.v, &j, problem);
    json_object_del(j, "summary"); /* the other's complaint in an officer's words */
    json_object_del(j, "id");
    return json_object_set_new(into, "joint", j) == 0 || e != OK ? e : ERR_MEMORY;
}

static enum err put_texts(const struct desk_work *w, json_t *j, struct str id,
                          struct problem *problem)
{
    static const char *const names[] = {
        COMPLAINT_TEXT_FACTS,  COMPLAINT_TEXT_REQUEST, COMPLAINT_TEXT_NAME,  COMPLAINT_TEXT_ADDRESS,
        COMPLAINT_TEXT_REASON, COMPLAINT_TEXT_REPLY,   COMPLAINT_TEXT_ANSWER};
    enum err e = OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && e == OK; i++)
        e = complaint_put_text(w, j, names[i], id, names[i], problem);
    return e;
}

void api_my_complaint(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    struct fact_row row;
    json_t *j = NULL;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_her(r, h, &her))
        return;
    enum err e = complaint_find_hers(h->store, her.link, her.since, r->param, &row, &problem);
    if (e == ERR_NOT_FOUND) {
        outcome_problem(r, 404, "not-found", "you have no complaint of this id");
        return;
    }
    if (e == OK)
        e = complaint_json(&w, row.v, false, &j, &problem);
    if (e == OK)
        e = put_texts(&w, j, r->param, &problem);
    if (e == OK)
        e = complaint_put_evidence(&w, j, r->param, &problem);
    if (e == OK)
        e = put_opened(&w, j, r->param, &problem);
    if (e == OK)
        e = put_joint(&w, j, row.v, &problem);
    if (e == OK) {
        outcome_json(r, 200, j);
    } else {
        json_decref(j);
        outcome_failed(r, e, &problem);
    }
}

/* Complaining --------------------------------------------------------------------------------- */

static void run_enter(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    struct desk_no no;
    int64_t seq;
    struct problem problem = {.text = ""};
    struct complaint_new *c = r->kept;
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_her(r, h, &her))
        return;
    c->link = her.link;
    c->number = her.number;
    c->received_at = w.at;
    enum err e = desk_do(&w, complaint_enter, c, &no, &seq, &problem);
    json_t *j = e == OK && no.why == DESK_YES
                    ? json_pack("{s:s, s:s}", "id", c->out, "status", "received")
                    : NULL;
    desk_answer(r, h, e, &problem, &no, seq, 201, j);
}

void api_complain(struct request *r)
{
    struct complaint_new c;
    if (!complaint_read(r, "respondent issue facts request anonymous happened_at name address", &c))
        return;
    struct complaint_new *kept = request_keep(r, sizeof *kept);
    if (kept == NULL)
        return;
    *kept = c;
    request_work(r, run_enter);
}

void api_complaint_withdraw(struct request *r, const struct hands *h)
{
    struct complaint_her her;
    struct desk_no no;
    int64_t seq;
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    if (!complaint_her(r, h, &her))
        return;
    struct complaint_withdrawing x = {r->param, her.link, her.since};
    enum err e = desk_do(&w, complaint_withdraw, &x, &no, &seq, &problem);
    desk_answer(r, h, e, &problem, &no, seq, 200,
                json_pack("{s:s%, s:s}", "id", r->param.p, r->param.n, "status", "withdrawn"));
}
