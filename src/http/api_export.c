/*
 * GET /v1/exports/persons, /v1/exports/persons.csv: members as their files show them, for
 * an agency that moves.
 *
 * Page by page, each a look of its own, so that a consent withdrawn meanwhile acts on the
 * next page, and whatever a file would not show is not in an export either. A column that
 * no row of a page shows is absent from it.
 */
#include "core/csv.h"
#include "gate/look_ask.h"
#include "http/person_page.h"
#include "http/route.h"
#include "person/vault.h"

#include <stdio.h>

enum { EXPORT_BYTES = 16 << 20 };

static const char *const always[] = {"id", "alias", "owner", "claimed_at", "returns_at"};
static const char *const parts[] = {"shown", "masked"};
enum { ALWAYS = sizeof always / sizeof *always, PARTS = sizeof parts / sizeof *parts };

/* Field: its category, in the order of categories; a field is of one only. */
static void add_columns(json_t *columns, const json_t *person, const char *category)
{
    for (size_t k = 0; k < PARTS; k++) {
        void *some = json_object_get(json_object_get(person, parts[k]), category);
        for (void *at = json_object_iter(some); at != NULL; at = json_object_iter_next(some, at))
            if (json_object_set_new(columns, json_object_iter_key(at), json_string(category)) != 0)
                return;
    }
}

static json_t *columns_of(const json_t *persons)
{
    json_t *columns = json_object();
    for (int c = 0; c < CATEGORIES; c++)
        for (size_t i = 0; i < json_array_size(persons); i++)
            add_columns(columns, json_array_get(persons, i), category_word(c));
    return columns;
}

static void put_cell(struct buf *out, const json_t *value)
{
    if (json_is_string(value))
        csv_put_safe(out, (struct str){json_string_value(value), json_string_length(value)});
    else if (json_is_true(value))
        buf_str(out, STR("yes"));
    for (size_t i = 0; i < json_array_size(value); i++) /* the numbers of photos */
        buf_printf(out, "%s%lld", i > 0 ? ";" : "",
                   (long long)json_integer_value(json_array_get(value, i)));
}

static const json_t *cell_of(const json_t *person, const char *category, const char *field)
{
    for (size_t k = 0; k < PARTS; k++) {
        const json_t *some = json_object_get(json_object_get(person, parts[k]), category);
        if (json_object_get(some, field) != NULL)
            return json_object_get(some, field);
    }
    return NULL;
}

static void put_row(struct buf *out, json_t *columns, const json_t *person)
{
    for (size_t k = 0; k < ALWAYS; k++) {
        buf_str(out, str_of(k > 0 ? "," : ""));
        put_cell(out, json_object_get(person, always[k]));
    }
    for (void *at = json_object_iter(columns); at != NULL;
         at = json_object_iter_next(columns, at)) {
        buf_u8(out, ',');
        put_cell(out, cell_of(person, json_string_value(json_object_iter_value(at)),
                              json_object_iter_key(at)));
    }
    buf_str(out, STR("\r\n"));
}

static void put_table(struct buf *out, json_t *columns, const json_t *persons)
{
    for (size_t k = 0; k < ALWAYS; k++)
        buf_printf(out, "%s%s", k > 0 ? "," : "", always[k]);
    for (void *at = json_object_iter(columns); at != NULL;
         at = json_object_iter_next(columns, at)) {
        buf_u8(out, ',');
        csv_put_safe(out, str_of(json_object_iter_key(at)));
    }
    buf_str(out, STR("\r\n"));
    for (size_t i = 0; i < json_array_size(persons); i++)
        put_row(out, columns, json_array_get(persons, i));
}

static void answer_csv(struct request *r, json_t *persons, json_t *next)
{
    json_t *columns = columns_of(persons);
    struct problem problem = {.text = "an export's page has no room"};
    struct buf out;
    buf_init(&out, EXPORT_BYTES);
    put_table(&out, columns, persons);
    if (json_is_string(next))
        respond_header(r, "X-Menshen-Next", json_string_value(next));
    json_decref(columns);
    json_decref(persons);
    json_decref(next);
    if (out.failed) {
        respond_failed(r, ERR_MEMORY, &problem);
    } else {
        respond_header(r, "Content-Disposition", "attachment; filename=\"persons.csv\"");
        respond(r, 200, "text/csv; charset=utf-8", out.p, out.n);
    }
    vault_wipe(&out);
}

void api_export(struct request *r)
{
    person_page(r, SURFACE_EXPORT, LOOK_PERSONS, page_json);
}

void api_export_csv(struct request *r)
{
    person_page(r, SURFACE_EXPORT, LOOK_PERSONS, answer_csv);
}
