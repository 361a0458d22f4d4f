/* GET, PUT /v1/me/preferences: what she does not want to be called about. */
#include "http/fact_json.h"
#include "http/me.h"
#include "http/route.h"
#include "person/binding_basis.h"
#include "person/preference.h"

#include <stdio.h>
#include <stdlib.h>

enum { REACH_MS = 5000, ITEMS = 200, FIRST = PREFERENCE_SECTORS };

struct wishes_row {
    struct value v[PREFERENCE_COLUMNS];
    struct fact_scratch scratch[PREFERENCE_COLUMNS];
    struct fact_row stored;
    struct self self;
};

static const struct column *column_of(size_t i)
{
    return &preference_kind.columns[i];
}

static json_t *describe(const struct value *row)
{
    json_t *out = json_object();
    for (size_t i = FIRST; out != NULL && i < PREFERENCE_COLUMNS; i++)
        if (json_object_set_new(out, column_of(i)->name, fact_json_list(fact_text(&row[i]))) != 0)
            break;
    return out;
}

/* Those of a former holder are nobody's business: they are as if there were none. */
static enum err read_wishes(const struct hands *h, struct wishes_row *w, struct problem *problem)
{
    char digits[24];
    when entered = INT64_MIN;
    const struct value key[PREFERENCE_COLUMNS] = {value_int((int64_t)w->self.number)};
    enum err e = fact_find(h->store, &preference_kind, key, &w->stored, problem);
    if (e == OK && w->self.since > INT64_MIN) {
        snprintf(digits, sizeof digits, "%llu", (unsigned long long)w->self.number);
        struct value subject = value_text(str_of(digits));
        e = store_integer(h->store,
                          "SELECT MAX(\"at\") FROM journal WHERE \"kind\" = 'preferences' AND "
                          "\"subject\" = $1",
                          &subject, 1, &entered, problem);
        if (e == OK && entered < w->self.since)
            e = ERR_NOT_FOUND;
    }
    if (e == ERR_NOT_FOUND)
        memset(w->stored.v, 0, sizeof w->stored.v);
    return e == ERR_NOT_FOUND ? OK : e;
}

/* NULL after an outcome. Free with free(). */
static struct wishes_row *begin(struct request *r, const struct hands *h)
{
    struct wishes_row *w = calloc(1, sizeof *w);
    if (w == NULL) {
        outcome_json(r, 500, NULL);
        return NULL;
    }
    if (me_read(r, h, &w->self)) {
        if (w->self.number != 0)
            return w;
        outcome_problem(r, 404, "not-found", "no number of yours is known here");
    }
    free(w);
    return NULL;
}

void api_preferences(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct wishes_row *w = begin(r, h);
    if (w == NULL)
        return;
    enum err e = read_wishes(h, w, &problem);
    if (e == OK)
        outcome_json(r, 200, describe(w->stored.v));
    else
        outcome_failed(r, e, &problem);
    free(w);
}

/* "a;b" of ["a","b"], a value of the column; an outcome names the one that is wrong. */
static bool read_list(struct request *r, const struct hands *h, size_t i, struct wishes_row *w)
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

static bool read_body(struct request *r, const struct hands *h, struct wishes_row *w)
{
    const char *key;
    json_t *value;
    json_object_foreach(r->json, key, value)
    {
        size_t i = FIRST;
        while (i < PREFERENCE_COLUMNS && strcmp(column_of(i)->name, key) != 0)
            i++;
        if (i < PREFERENCE_COLUMNS)
            continue;
        outcome_problem(r, 400, "invalid-preferences",
                        "preferences have sectors, classes, hours, block and allow, and no others");
        return false;
    }
    w->v[PREFERENCE_NUMBER] = value_int((int64_t)w->self.number);
    for (size_t i = FIRST; i < PREFERENCE_COLUMNS; i++)
        if (!read_list(r, h, i, w))
            return false;
    return true;
}

static enum err write_wishes(struct request *r, const struct hands *h, struct wishes_row *w,
                             struct problem *problem)
{
    struct grant_act a = me_grant_act(r, h, &w->self);
    const struct fact_origin *o = &a.origin;
    enum err e = store_begin(h->store, problem);
    if (e == OK)
        e = fact_write(h->store, &preference_kind, w->v, o->node, o->actor, o->at, &a.seq, problem);
    if (e == OK)
        e = binding_unwished_end(&a, &w->self, w->v, problem);
    e = store_end(h->store, e, problem);
    return e == OK ? gate_reach(h->gate, a.seq, REACH_MS, problem) : e;
}

void api_set_preferences(struct request *r, const struct hands *h)
{
    struct problem problem = {.text = ""};
    struct wishes_row *w = begin(r, h);
    if (w != NULL && read_body(r, h, w)) {
        enum err e = write_wishes(r, h, w, &problem);
        if (e == OK)
            outcome_json(r, 200, describe(w->v));
        else
            outcome_failed(r, e, &problem);
    }
    free(w);
}
