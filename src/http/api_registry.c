/*
 * GET and POST /v1/organisations, /v1/lines, /v1/ranges, /v1/campaigns: the registry, row by row,
 * by the same columns and checks as files (menshen import).
 */
#include "core/buf.h"
#include "desk/register.h"
#include "http/desk.h"
#include "http/fact_page.h"
#include "http/route.h"
#include "http/row_json.h"
#include "registry/campaign.h"
#include "registry/line.h"
#include "registry/number_range.h"
#include "registry/organisation.h"

#include <inttypes.h>
#include <stdio.h>

enum { PAGE = 200 };

/* Reading -------------------------------------------------------------------------------------- */

struct listing {
    const struct rules *rules;
    const struct fact_kind *kind;
    struct fact_page page;
};

static bool add(void *to, const struct value *row)
{
    struct listing *l = to;
    char span[ID_BYTES + 1];
    struct str id = fact_text(&row[0]);
    if (l->kind == &range_kind) {
        snprintf(span, sizeof span, "%" PRId64 "-%" PRId64, row[RANGE_FIRST].i, row[RANGE_LAST].i);
        id = str_of(span);
    }
    return fact_page_add(&l->page, id, row_json(l->rules, l->kind, row));
}

static void list(struct request *r, const struct hands *h, const struct fact_kind *k)
{
    const struct desk_work w = desk_work_of(r, h);
    struct listing l = {.rules = w.rules, .kind = k, .page = fact_page_of(PAGE)};
    struct problem problem = {.text = ""};
    enum err e = register_list(&w, k, query_text(&r->query, "cursor"), PAGE + 1, add, &l, &problem);
    json_t *j = fact_page_json(&l.page, k->name);
    if (e == OK) {
        outcome_json(r, 200, j);
        return;
    }
    json_decref(j);
    if (e == ERR_INVALID)
        outcome_problem(r, 400, "invalid-cursor", "%s", problem.text);
    else
        outcome_failed(r, e, &problem);
}

/* Entering ------------------------------------------------------------------------------------- */

/* Texts as a file has them: lists joined by ";". */
struct fields {
    struct str field[COLUMNS_MAX];
    char joined[COLUMNS_MAX][LIST_MAX + 1];
};

static void join(const char *name, const json_t *list, char *out, struct str *field,
                 struct ask_errors *errors)
{
    struct buf b;
    const json_t *item;
    size_t i;
    buf_fixed(&b, out, LIST_MAX);
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item) || strchr(json_string_value(item), ';') != NULL) {
            ask_error(errors, name, "wrong-type", "\"%s\" is a list of texts", name);
            return;
        }
        buf_printf(&b, "%s%s", i > 0 ? ";" : "", json_string_value(item));
    }
    if (b.n >= LIST_MAX)
        ask_error(errors, name, "too-long", "\"%s\" has more than %d bytes", name, LIST_MAX);
    *field = buf_view(&b);
}

static bool read_fields(const struct request *r, const struct fact_kind *k, struct fields *f,
                        struct ask_errors *errors)
{
    char names[512];
    struct buf b;
    buf_fixed(&b, names, sizeof names - 1);
    for (size_t i = 0; i < k->count; i++)
        buf_printf(&b, "%s%s", i > 0 ? " " : "", k->columns[i].name);
    names[b.n] = '\0';
    if (!ask_object(r->json, names, errors))
        return false;
    for (size_t i = 0; i < k->count; i++) {
        const char *name = k->columns[i].name;
        const json_t *v = json_object_get(r->json, name);
        f->field[i] = STR("");
        if (k->columns[i].type == COLUMN_LIST && json_is_array(v))
            join(name, v, f->joined[i], &f->field[i], errors);
        else
            f->field[i] = ask_text(r->json, name, LIST_MAX, false, errors);
    }
    return errors->count == 0;
}

struct entering {
    struct fields fields;
    struct entry entry;
};

static void tell(struct request *r, const struct hands *h, const struct desk_work *w,
                 const struct entry *x, const char *warning, enum err e, const struct desk_no *no,
                 int64_t seq, const struct problem *problem)
{
    json_t *json = NULL;
    if (e == OK && no->why == DESK_YES) {
        json = row_json(w->rules, x->kind, x->row);
        if (json != NULL && warning[0] != '\0')
            json_object_set_new(json, "warning", json_string(warning));
    }
    desk_answer(r, h, e, problem, no, seq, x->created ? 201 : 200, json);
}

static void enter(struct request *r, const struct hands *h, const struct fact_kind *k)
{
    const struct desk_work w = desk_work_of(r, h);
    struct ask_errors errors = {.count = 0};
    struct problem problem = {.text = ""}, warning = {.text = ""};
    struct desk_no no;
    int64_t seq = 0;
    struct entering *x = calloc(1, sizeof *x);
    if (x == NULL) {
        outcome_failed(r, ERR_MEMORY, &problem);
        return;
    }
    if (!read_fields(r, k, &x->fields, &errors)) {
        outcome_problem(r, 400, "invalid-entry", "%s", errors.at[0].detail);
    } else if (entry_read(w.rules, k, x->fields.field, &x->entry, &warning) != OK) {
        outcome_problem(r, 400, "invalid-entry", "%s: %.150s", k->columns[x->entry.column].name,
                        warning.text);
    } else {
        enum err e = desk_do(&w, register_enter, &x->entry, &no, &seq, &problem);
        tell(r, h, &w, &x->entry, warning.text, e, &no, seq, &problem);
    }
    free(x);
}

#define BOTH(name, kind)                                                                           \
    void api_##name##s(struct request *r, const struct hands *h)                                   \
    {                                                                                              \
        list(r, h, &(kind));                                                                       \
    }                                                                                              \
    void api_##name##_enter(struct request *r, const struct hands *h)                              \
    {                                                                                              \
        enter(r, h, &(kind));                                                                      \
    }
BOTH(organisation, organisation_kind)
BOTH(line, line_kind)
BOTH(range, range_kind)
BOTH(campaign, campaign_kind)
