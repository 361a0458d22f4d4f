/* GET, PUT /v1/me/preferences: what she does not want to be called about. */
#include "http/route.h"
#include "http/wishes.h"

#include <stdlib.h>

enum { ITEMS = 200 };

/* What a body says, with its texts. */
struct said {
    struct value v[PREFERENCE_COLUMNS];
    struct fact_scratch scratch[PREFERENCE_COLUMNS];
};

static const struct column *column_of(size_t i)
{
    return &preference_kind.columns[i];
}

void api_preferences(struct request *r, const struct hands *h)
{
    struct her_wishes *w = wishes_begin(r, h);
    if (w != NULL)
        outcome_json(r, 200, wishes_json(w->stored.v));
    free(w);
}

/* "a;b" of ["a","b"], a value of the column; an outcome names the one that is wrong. */
static bool read_list(struct request *r, const struct hands *h, size_t i, struct said *w)
{
    const char *name = column_of(i)->name;
    const json_t *list = json_object_get(r->json, name), *item;
    struct problem problem = {.text = ""};
    char text[LIST_MAX + 1];
    struct buf b;
    size_t k;
    bool good = json_is_array(list) && json_array_size(list) <= ITEMS;
    buf_fixed(&b, text, sizeof text);
    json_array_foreach(list, k, item)
    {
        struct str word = {json_string_value(item), json_string_length(item)};
        good = good && word.n > 0 && memchr(word.p, ';', word.n) == NULL;
        if (good && k > 0)
            buf_u8(&b, ';');
        if (good)
            buf_str(&b, word);
    }
    if (!good || b.failed) {
        outcome_problem(r, 400, "invalid-preferences",
                        "/%s: expected a list of texts, together at most %d bytes", name, LIST_MAX);
        return false;
    }
    if (fact_parse(gate_rules(h->gate), column_of(i), buf_view(&b), &w->scratch[i], &w->v[i],
                   &problem) == OK) {
        /* A view of `text` would end with this function. */
        if (w->v[i].type == VALUE_TEXT && w->v[i].s.n < sizeof w->scratch[i].text &&
            w->v[i].s.p != w->scratch[i].text) {
            memmove(w->scratch[i].text, w->v[i].s.p, w->v[i].s.n);
            w->v[i].s.p = w->scratch[i].text;
        }
        return true;
    }
    outcome_problem(r, 400, "invalid-preferences", "/%s: %s", name, problem.text);
    return false;
}

static bool read_body(struct request *r, const struct hands *h, struct said *w)
{
    const char *key;
    json_t *value;
    json_object_foreach(r->json, key, value)
    {
        size_t i = PREFERENCE_SECTORS;
        while (i < PREFERENCE_COLUMNS && strcmp(column_of(i)->name, key) != 0)
            i++;
        if (i < PREFERENCE_COLUMNS)
            continue;
        outcome_problem(r, 400, "invalid-preferences",
                        "preferences have sectors, classes, hours, block and allow, and no others");
        return false;
    }
    for (size_t i = PREFERENCE_SECTORS; i < PREFERENCE_COLUMNS; i++)
        if (!read_list(r, h, i, w))
            return false;
    return true;
}

void api_set_preferences(struct request *r, const struct hands *h)
{
    struct her_wishes *w = wishes_begin(r, h);
    struct said *said = calloc(1, sizeof *said);
    if (w != NULL && said == NULL)
        outcome_json(r, 500, NULL);
    if (w != NULL && said != NULL && read_body(r, h, said)) {
        said->v[PREFERENCE_NUMBER] = value_int((int64_t)w->self.number);
        if (wishes_set(r, h, &w->self, said->v))
            outcome_json(r, 200, wishes_json(said->v));
    }
    free(said);
    free(w);
}
