#include "http/looks_csv.h"

#include "core/csv.h"

#include <stdio.h>

static const char *const of_look[] = {
    "record",       "person",  "at",          "number",  "gap",     "looker",
    "organisation", "role",    "certificate", "through", "purpose", "task",
    "surface",      "dry_run", "imported",    "proven",  "proof",   NULL};
static const char *const of_category[] = {"verdict", "reason",      "rule",
                                          "basis",   "legal_basis", NULL};

static void put(struct buf *out, const json_t *value)
{
    char number[24];
    if (json_is_string(value)) {
        csv_put_safe(out, (struct str){json_string_value(value), json_string_length(value)});
    } else if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        buf_str(out, str_of(number));
    } else if (json_is_boolean(value)) {
        buf_str(out, json_is_true(value) ? STR("true") : STR("false"));
    }
}

static void put_all(struct buf *out, const json_t *object, const char *const *names)
{
    for (; *names != NULL; names++) {
        buf_u8(out, ',');
        put(out, json_object_get(object, *names));
    }
}

static void put_row(struct buf *out, const json_t *look, const char *category, const json_t *answer)
{
    put(out, json_object_get(look, of_look[0]));
    put_all(out, look, of_look + 1);
    buf_u8(out, ',');
    csv_put(out, str_of(category));
    put_all(out, answer, of_category);
    buf_str(out, STR("\r\n"));
}

static void put_names(struct buf *out, const char *const *names)
{
    for (; *names != NULL; names++) {
        buf_str(out, str_of(*names));
        buf_u8(out, ',');
    }
}

void looks_csv(const json_t *looks, struct buf *out)
{
    size_t i;
    json_t *look, *answer;
    const char *category;
    put_names(out, of_look);
    buf_str(out, STR("category"));
    for (const char *const *name = of_category; *name != NULL; name++) {
        buf_u8(out, ',');
        buf_str(out, str_of(*name));
    }
    buf_str(out, STR("\r\n"));
    json_array_foreach(looks, i, look)
    {
        json_t *categories = json_object_get(look, "categories");
        if (json_object_size(categories) == 0)
            put_row(out, look, "", NULL);
        json_object_foreach(categories, category, answer) put_row(out, look, category, answer);
    }
}
