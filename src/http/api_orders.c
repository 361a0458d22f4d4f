/*
 * POST /v1/lines/{id}/orders, and the same of organisations, campaigns and, with the number in
 * the body, /v1/numbers/orders: what the call gate obeys from the next call on, and of an
 * organisation the data gate from the next look on. GET says what was ordered.
 */
#include "desk/ordering.h"
#include "http/desk.h"
#include "http/me.h"
#include "http/order_json.h"
#include "http/route.h"

#include <stdlib.h>

enum { LISTED = 200 };

/* Giving --------------------------------------------------------------------------------------- */

static void give(struct request *r, const struct hands *h, enum ordered on)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ordering o = {.on = on, .id = r->param};
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no;
    struct fact_row row;
    int64_t seq = 0;
    const char *fields =
        on == ORDERED_NUMBER ? "number act until reason document" : "act until reason document";
    if (ask_object(r->json, fields, &errors)) {
        if (on == ORDERED_NUMBER)
            o.number = ask_number(w.rules, r->json, "number", true, &errors);
        o.act = ask_word(r->json, "act", ORDERING_ACTS, true, &errors);
        o.reason = ask_some(r->json, "reason", ORDERING_REASON, &errors);
        o.document = ask_text(r->json, "document", ORDERING_DOCUMENT, false, &errors);
        o.until = ask_when(r->json, "until", false, &errors);
    }
    if (errors.count > 0) {
        outcome_problem(r, 400, "invalid-order", "%s", errors.at[0].detail);
        return;
    }
    enum err e = desk_do(&w, ordering_give, &o, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES)
        e = fact_first(w.store, &order_kind, value_text(str_of(o.order)), &row, &problem);
    desk_answer(r, h, e, &problem, &no, seq, 201,
                e == OK && no.why == DESK_YES
                    ? order_json(w.rules, row.v, !str_eq(o.act, STR("restore")))
                    : NULL);
}

void api_line_order(struct request *r, const struct hands *h)
{
    give(r, h, ORDERED_LINE);
}

void api_organisation_order(struct request *r, const struct hands *h)
{
    give(r, h, ORDERED_ORGANISATION);
}

void api_campaign_order(struct request *r, const struct hands *h)
{
    give(r, h, ORDERED_CAMPAIGN);
}

void api_number_order(struct request *r, const struct hands *h)
{
    give(r, h, ORDERED_NUMBER);
}

/* Reading -------------------------------------------------------------------------------------- */

struct listing {
    const struct rules *rules;
    json_t *list;
};

static bool add(void *to, const struct value *row, bool in_force)
{
    const struct listing *l = to;
    return json_array_append_new(l->list, order_json(l->rules, row, in_force)) == 0;
}

static void list(struct request *r, const struct hands *h, const struct ordering_about *about)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct listing l = {w.rules, json_array()};
    struct problem problem = {.text = ""};
    struct desk_no no;
    enum err e = ordering_list(&w, about, LISTED, add, (void *)&l, &no, &problem);
    desk_answer(r, h, e, &problem, &no, 0, 200, json_pack("{s:o}", "orders", l.list));
}

void api_line_orders(struct request *r, const struct hands *h)
{
    list(r, h, &(struct ordering_about){.on = ORDERED_LINE, .id = r->param});
}

void api_organisation_orders(struct request *r, const struct hands *h)
{
    list(r, h, &(struct ordering_about){.on = ORDERED_ORGANISATION, .id = r->param});
}

void api_campaign_orders(struct request *r, const struct hands *h)
{
    list(r, h, &(struct ordering_about){.on = ORDERED_CAMPAIGN, .id = r->param});
}

void api_number_orders(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ordering_about about = {.on = ORDERED_NUMBER};
    struct ask_errors errors = {.count = 0};
    if (ask_object(r->json, "number", &errors))
        about.number = ask_number(w.rules, r->json, "number", true, &errors);
    if (errors.count > 0)
        outcome_problem(r, 400, "invalid-number", "%s", errors.at[0].detail);
    else
        list(r, h, &about);
}

static void list_hers(struct request *r, const struct hands *h, number n)
{
    if (n == 0)
        outcome_problem(r, 409, "no-number", "there is no number of yours");
    else
        list(r, h, &(struct ordering_about){ORDERED_NUMBER, STR(""), n, true});
}

void api_my_orders(struct request *r, const struct hands *h)
{
    const struct problem problem = {.text = "out of memory"};
    struct self *self = malloc(sizeof *self);
    if (self == NULL)
        outcome_failed(r, ERR_MEMORY, &problem);
    else if (me_read(r, h, self))
        list_hers(r, h, self->number);
    free(self);
}
