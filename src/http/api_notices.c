/* /v1/notices: what carriers and platforms were told of their lines (docs/desk.md). */
#include "desk/notice.h"
#include "http/desk.h"
#include "http/fact_json.h"
#include "http/fact_page.h"
#include "http/route.h"
#include "http/work.h"
#include "person/vault.h"

#include <stdlib.h>

enum { PAGE = 100 };

static json_t *notice_json(const struct rules *rules, const struct value *row)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
                     fact_json_text(&row[NOTICE_ID]), "to", fact_json_text(&row[NOTICE_TO]), "line",
                     fact_json_text(&row[NOTICE_LINE]), "ground",
                     fact_json_text(&row[NOTICE_GROUND]), "organisation",
                     fact_json_text(&row[NOTICE_ORGANISATION]), "by",
                     fact_json_text(&row[NOTICE_BY]), "trace", fact_json_text(&row[NOTICE_TRACE]),
                     "case", fact_json_text(&row[NOTICE_CASE]), "served_at",
                     fact_json_time(rules, &row[NOTICE_SERVED_AT]), "known_at",
                     fact_json_time(rules, &row[NOTICE_KNOWN_AT]), "known_trace",
                     fact_json_text(&row[NOTICE_KNOWN_TRACE]), "acknowledged_at",
                     fact_json_time(rules, &row[NOTICE_ACKNOWLEDGED_AT]), "acknowledged_by",
                     fact_json_text(&row[NOTICE_ACKNOWLEDGED_BY]));
}

/* When whom it was served on read of it. */
static void add_read(const struct desk_work *w, json_t *notice)
{
    const struct str to = str_of(json_string_value(json_object_get(notice, "to")));
    const struct str id = str_of(json_string_value(json_object_get(notice, "id")));
    json_object_set_new(notice, "read_at", desk_read_json(w, to, id));
}

static void show(struct request *r, const struct hands *h, const struct desk_work *w, struct str id,
                 int status, int64_t seq)
{
    struct problem problem = {.text = ""};
    struct desk_no no = {.why = DESK_YES};
    struct buf text;
    json_t *json = NULL;
    struct fact_row *row = malloc(sizeof *row);
    buf_init(&text, DESK_TEXT);
    enum err e = row != NULL ? notice_read(w, id, row, &text, &no, &problem) : ERR_MEMORY;
    if (e == OK && no.why == DESK_YES) {
        json = notice_json(w->rules, row->v);
        add_read(w, json);
        json_object_set_new(json, "text", json_stringn((const char *)text.p, text.n));
    }
    desk_answer(r, h, e, &problem, &no, seq, status, json);
    vault_wipe(&text);
    free(row);
}

void api_notice(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    show(r, h, &w, r->param, 200, 0);
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[NOTICE_ID].s, notice_json(l->rules, row));
}

void api_notices(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    const struct desk_no no = {.why = DESK_YES};
    struct problem problem = {.text = ""};
    struct listing l = {.rules = w.rules, .page = fact_page_of(PAGE)};
    enum err e = notice_list(&w, query_text(&r->query, "line"), query_text(&r->query, "cursor"),
                             PAGE + 1, add, &l, &problem);
    size_t i;
    json_t *one;
    json_array_foreach(l.page.list, i, one)
    {
        add_read(&w, one);
    }
    desk_answer(r, h, e, &problem, &no, 0, 200, fact_page_json(&l.page, "notices"));
}

/* A word of the pack or of whoever serves it: it is stored and shown, and no sentence. */
static struct str read_id(const json_t *body, const char *name, bool required,
                          struct ask_errors *errors)
{
    const struct str text = ask_text(body, name, ID_BYTES, required, errors);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || (unsigned char)text.p[i] >= 0x7f) {
            ask_error(errors, name, "not-an-id", "\"%s\" is an id or a word without blanks", name);
            break;
        }
    return text;
}

void api_notice_serve(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""};
    struct desk_no no;
    char id[FRESH_ID];
    int64_t seq = 0;
    struct notice n = {.served_at = 0};
    if (ask_object(r->json, "to line ground text trace case served_at", &errors))
        n = (struct notice){.to = read_id(r->json, "to", true, &errors),
                            .line = read_id(r->json, "line", true, &errors),
                            .ground = read_id(r->json, "ground", true, &errors),
                            .trace = read_id(r->json, "trace", false, &errors),
                            .case_id = read_id(r->json, "case", false, &errors),
                            .text = ask_text(r->json, "text", NOTICE_TEXT, false, &errors),
                            .served_at = ask_when(r->json, "served_at", false, &errors)};
    if (errors.count > 0) {
        outcome_problem(r, 400, "invalid-notice", "%s", errors.at[0].detail);
        return;
    }
    enum err e = notice_serve(&w, &n, id, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES)
        show(r, h, &w, str_of(id), 201, seq);
    else
        desk_answer(r, h, e, &problem, &no, 0, 0, NULL);
}

void api_notice_acknowledge(struct request *r, const struct hands *h)
{
    const struct desk_work w = desk_work_of(r, h);
    struct problem problem = {.text = ""};
    struct desk_no no;
    int64_t seq = 0;
    enum err e = notice_acknowledge(&w, r->param, &no, &seq, &problem);
    if (e == OK && no.why == DESK_YES)
        show(r, h, &w, r->param, 200, seq);
    else
        desk_answer(r, h, e, &problem, &no, 0, 0, NULL);
}
