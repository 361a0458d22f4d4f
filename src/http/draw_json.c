#include "http/draw_json.h"

#include "http/fact_json.h"
#include "http/fact_page.h"

enum { PAGE = 50 };

static json_t *list_json(const struct value *v)
{
    return v->type == VALUE_TEXT ? fact_json_list(v->s) : json_array();
}

json_t *draw_json(const struct rules *rules, const struct value *row)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "id",
        fact_json_text(&row[DRAWS_ID]), "by", fact_json_text(&row[DRAWS_BY]), "at",
        fact_json_time(rules, &row[DRAWS_AT]), "commit", fact_json_text(&row[DRAWS_COMMIT]),
        "organisations", list_json(&row[DRAWS_ORGANISATIONS]), "inspectors",
        list_json(&row[DRAWS_INSPECTORS]), "recusals", list_json(&row[DRAWS_RECUSALS]), "weights",
        list_json(&row[DRAWS_WEIGHTS]), "exclusions", list_json(&row[DRAWS_EXCLUSIONS]), "wanted",
        (json_int_t)row[DRAWS_WANTED].i, "team", (json_int_t)row[DRAWS_TEAM].i, "revealed_at",
        fact_json_time(rules, &row[DRAWS_REVEALED_AT]), "seed", fact_json_text(&row[DRAWS_SEED]),
        "drawn", list_json(&row[DRAWS_DRAWN]), "team_drawn", list_json(&row[DRAWS_TEAM_DRAWN]));
}

struct listing {
    const struct rules *rules;
    struct fact_page page;
};

static bool add_draw(void *to, const struct value *row)
{
    struct listing *l = to;
    return fact_page_add(&l->page, row[DRAWS_ID].s, draw_json(l->rules, row));
}

enum err draw_page_json(const struct desk_work *w, struct str after, json_t **out,
                        struct problem *problem)
{
    struct listing l = {.rules = w->rules, .page = fact_page_of(PAGE)};
    enum err e = draw_list(w, after, PAGE + 1, add_draw, &l, problem);
    *out = fact_page_json(&l.page, "draws");
    if (e == OK && *out == NULL)
        e = problem_set(problem, ERR_MEMORY, "out of memory");
    if (e != OK) {
        json_decref(*out);
        *out = NULL;
    }
    return e;
}
