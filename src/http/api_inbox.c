/*
 * /v1/inbox: what was addressed to an organisation, and that it has been read (docs/desk.md).
 *
 * Of an order it says what was ordered, since there is no other place to read one on a number.
 */
#include "desk/inbox.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/route.h"
#include "registry/order.h"

#include <stdio.h>
#include <stdlib.h>

enum { PAGE = 100, PATH = 128 };

static const struct {
    const char *kind, *path; /* "%s": its id */
} paths[] = {
    {"notice", "/v1/notices/%s"},         {"restraint", "/v1/restraints"},
    {"pause", "/v1/campaigns/%s/pauses"}, {"appeal", "/v1/appeals"},
    {"paper", "/v1/documents/%s"},        {"takedown", "/v1/takedowns/%s"},
    {"dispatch", "/v1/dispatches/%s"},
};

/* Where it is read; an order here. */
static json_t *path_json(const struct value *row)
{
    char id[ID_BYTES + 1] = "", path[PATH];
    str_copy(row[INBOX_SUBJECT].s, id, sizeof id);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (str_eq(row[INBOX_KIND].s, str_of(paths[i].kind))) {
            snprintf(path, sizeof path, paths[i].path, id);
            return json_string(path);
        }
    }
    return json_null();
}

static json_t *inbox_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", fact_json_text(&row[INBOX_ID]),
        "organisation", fact_json_text(&row[INBOX_ORGANISATION]), "kind",
        fact_json_text(&row[INBOX_KIND]), "subject", fact_json_text(&row[INBOX_SUBJECT]), "path",
        path_json(row), "at", fact_json_time(rules, &row[INBOX_AT]), "read_at",
        fact_json_time(rules, &row[INBOX_READ_AT]), "read_by", fact_json_text(&row[INBOX_READ_BY]));
}

/* Not on whom: a number stands nowhere. */
static json_t *order_json(const struct desk_work *w, struct str id)
{
    struct problem problem = {.text = ""};
    struct fact_row *row = malloc(sizeof *row);
    const struct value key[ORDER_COLUMNS] = {[ORDER_ID] = value_text(id)};
    json_t *j = NULL;
    if (row != NULL && fact_find(w->store, &order_kind, key, row, &problem) == OK)
        j = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "act", fact_json_text(&row->v[ORDER_ACT]),
                      "from", fact_json_time(w->rules, &row->v[ORDER_FROM]), "until",
                      fact_json_time(w->rules, &row->v[ORDER_UNTIL]), "reason",
                      fact_json_text(&row->v[ORDER_REASON]), "document",
                      fact_json_text(&row->v[ORDER_DOCUMENT]), "organisation",
                      fact_json_text(&row->v[ORDER_ORGANISATION]));
    free(row);
    return j != NULL ? j : json_null();
}

static void add_order(const struct desk_work *w, json_t *j)
{
    const struct str kind = str_of(json_string_value(json_object_get(j, "kind")));
    const struct str id = str_of(json_string_value(json_object_get(j, "subject")));
    if (str_eq(kind, STR("order")))
        json_object_set_new(j, "order", order_json(w, id));
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[INBOX_ID].s, inbox_json(l->rules, row));
}

void api_inbox(struct request *r, const struct hands *h)
{
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    const struct desk_work w = desk_work_of(r, h);
    struct listing l = {.rules = w.rules, .page = fact_page_of(PAGE)};
    const struct inbox_query q = {.state = query_text(&r->query, "state"),
                                  .cursor = query_text(&r->query, "cursor"),
                                  .most = PAGE + 1};
    size_t i;
    json_t *one;
    enum err e = inbox_list(&w, &q, add, &l, &problem);
    json_array_foreach(l.page.list, i, one)
    {
        add_order(&w, one);
    }
    desk_answer(r, h, e, &problem, &no, 0, 200, fact_page_json(&l.page, "inbox"));
}

void api_inbox_read(struct request *r, const struct hands *h)
{
    struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = "out of memory"};
    int64_t seq = 0;
    json_t *j = NULL;
    const struct desk_work w = desk_work_of(r, h);
    struct inbox_reading *x = calloc(1, sizeof *x);
    enum err e = x != NULL ? OK : ERR_MEMORY;
    if (e == OK) {
        x->id = r->param;
        e = desk_do(&w, inbox_read, x, &no, &seq, &problem);
    }
    if (e == OK && no.why == DESK_YES) {
        j = inbox_json(w.rules, x->row.v);
        add_order(&w, j);
    }
    desk_answer(r, h, e, &problem, &no, seq, 200, j);
    free(x);
}
