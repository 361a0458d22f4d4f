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
        e = complaint_json_hers(&w, h->gate, row.v, &j, &problem);
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
