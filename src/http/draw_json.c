#include "http/draw_json.h"

#include "http/fact_json.h"

enum { PAGE = 50 };

static json_t *list_json(const struct value *v)
{
    return v->type == VALUE_TEXT ? fact_json_list(v->s) : json_array();
}

json_t *draw_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "id",
        fact_json_text(&row[DRAWS_ID]), "by", fact_json_text(&row[DRAWS_BY]), "at",
        fact_json_time(rules, &row[DRAWS_AT]), "commit", fact_json_text(&row[DRAWS_COMMIT]),
        "organisations", list_json(&row[DRAWS_ORGANISATIONS]), "inspectors",
        list_json(&row[DRAWS_INSPECTORS]), "recusals", list_json(&row[DRAWS_RECUSALS]), "wanted",
        (json_int_t)row[DRAWS_WANTED].i, "team", (json_int_t)row[DRAWS_TEAM].i, "revealed_at",
        fact_json_time(rules, &row[DRAWS_REVEALED_AT]), "seed", fact_json_text(&row[DRAWS_SEED]),
        "drawn", list_json(&row[DRAWS_DRAWN]), "team_drawn", list_json(&row[DRAWS_TEAM_DRAWN]));
}

struct page {
    const struct rules *rules;
    json_t *list;
    char last[ID_BYTES + 1];
    bool more;
};

static bool add_draw(void *to, const struct value *row)
{
    struct page *p = to;
    p->more = json_array_size(p->list) == PAGE;
    if (p->more)
        return false;
    str_copy(row[DRAWS_ID].s, p->last, sizeof p->last);
    return json_array_append_new(p->list, draw_json(p->rules, row)) == 0;
}

enum err draw_page_json(const struct desk_work *w, struct str after, json_t **out,
                        struct problem *problem)
{
    struct page p = {.rules = w->rules, .list = json_array()};
    enum err e = draw_list(w, after, PAGE + 1, add_draw, &p, problem);
    *out = json_pack("{s:o}", "draws", p.list);
    if (p.more)
        json_object_set_new(*out, "next", json_string(p.last));
    if (e == OK && *out == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}
