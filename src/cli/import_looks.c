#include "cli/import_looks.h"
#include "gate/look_import.h"
#include "gate/look_record.h"
#include "http/look_json.h"

#include <stdlib.h>

/* The file --------------------------------------------------------------------------------------
 */

enum { AT, STAFF, PERSON, WHAT, PURPOSE, SURFACE, ITEMS, COLUMNS };

static const struct column columns[] = {
    [AT] = {.name = "at", .type = COLUMN_TIME, .required = true, .key = true},
    [STAFF] = {.name = "staff", .type = COLUMN_ID, .required = true, .key = true},
    [PERSON] = {.name = "person", .type = COLUMN_ID, .required = true, .key = true},
    [WHAT] = {.name = "categories",
              .type = COLUMN_LIST,
              .items = ITEM_WORD,
              .words = CATEGORY_WORDS,
              .required = true,
              .key = true},
    [PURPOSE] = {.name = "purpose", .type = COLUMN_ID, .present = true, .key = true},
    [SURFACE] = {.name = "surface",
                 .type = COLUMN_WORD,
                 .words = "detail list search export feed",
                 .present = true,
                 .key = true},
    [ITEMS] = {.name = "items", .type = COLUMN_COUNT, .key = true},
};
_Static_assert(sizeof columns / sizeof *columns == COLUMNS, "one entry a column");

enum { ITEMS_MAX = 1000000 };

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    *column = ITEMS;
    if (row[ITEMS].type == VALUE_INT && row[ITEMS].i > ITEMS_MAX)
        return problem_set(problem, ERR_INVALID, "more than %d of one look", ITEMS_MAX);
    *column = PURPOSE;
    return fact_text(&row[PURPOSE]).n < PURPOSE_MAX
               ? OK
               : problem_set(problem, ERR_INVALID, "longer than %d bytes", PURPOSE_MAX - 1);
}

const struct fact_kind look_file_kind = {
    .name = "looks", .columns = columns, .count = COLUMNS, .check = check};

/* To the owner ----------------------------------------------------------------------------------
 */

static json_t *row_of(const struct value *v)
{
    json_t *row = json_pack("[I]", (json_int_t)v[AT].i);
    for (size_t i = STAFF; row != NULL && i < ITEMS; i++) {
        struct str s = fact_text(&v[i]);
        json_array_append_new(row, json_stringn(s.n > 0 ? s.p : "", s.n));
    }
    if (row != NULL)
        json_array_append_new(row, json_integer(v[ITEMS].type == VALUE_INT ? v[ITEMS].i : 0));
    return row;
}

static enum err hand_over(struct look_file *f, struct value *const *rows, size_t count,
                          bool *written, struct problem *problem)
{
    json_t *looks = json_array(), *answer = NULL;
    for (size_t i = 0; i < count; i++)
        json_array_append_new(looks, row_of(rows[i]));
    enum err e = client_ask(f->owner, json_pack("{s:s, s:o}", "do", "looks", "looks", looks),
                            &answer, problem);
    for (size_t i = 0; e == OK && i < count; i++)
        written[i] = json_is_true(json_array_get(json_object_get(answer, "written"), i));
    json_decref(answer);
    return e;
}

static enum err prepare(void *to, struct value *const *rows, size_t count, struct problem *problem)
{
    struct look_file *f = to;
    enum err e = OK;
    f->next = 0;
    if (f->written == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = 0; f->owner != NULL && e == OK && i < count; i += LOOK_IMPORT_MAX) {
        size_t n = count - i < LOOK_IMPORT_MAX ? count - i : LOOK_IMPORT_MAX;
        e = hand_over(f, rows + i, n, f->written + i, problem);
    }
    return e;
}

/* The chunk's rows come in the order in which they were prepared. */
static enum err tell(void *to, const struct value *row, const struct str *fields,
                     const struct fact_origin *origin, bool *changed, int64_t *seq,
                     struct problem *problem)
{
    struct look_file *f = to;
    *changed = f->owner != NULL && f->written[f->next++];
    return OK;
}

void look_file_init(struct look_file *f, struct client *owner)
{
    *f = (struct look_file){.owner = owner, .written = calloc(IMPORT_CHUNK, sizeof(bool))};
    f->extra = (struct import_extra){.prepare = prepare, .write = tell, .to = f};
}

void look_file_fini(struct look_file *f)
{
    free(f->written);
    f->written = NULL;
}

/* The owner's side ------------------------------------------------------------------------------
 */

static struct str text_at(const json_t *row, size_t i)
{
    const json_t *v = json_array_get(row, i);
    return json_is_string(v) ? (struct str){.p = json_string_value(v), .n = json_string_length(v)}
                             : STR("");
}

static bool read_look(const json_t *row, struct look_told *out)
{
    struct str surface = text_at(row, SURFACE);
    const json_int_t items = json_integer_value(json_array_get(row, ITEMS));
    *out = (struct look_told){.at = json_integer_value(json_array_get(row, AT)),
                              .staff = text_at(row, STAFF),
                              .person = text_at(row, PERSON),
                              .what = categories_of(text_at(row, WHAT), ';'),
                              .purpose = text_at(row, PURPOSE),
                              .items = (uint32_t)(items >= 0 && items <= ITEMS_MAX ? items : 0)};
    return out->staff.n > 0 && out->staff.n < ID_MAX && out->person.n > 0 &&
           out->person.n < ID_MAX && out->what != 0 && out->purpose.n < PURPOSE_MAX &&
           (surface.n == 0 || look_surface_find(surface, &out->surface));
}

static json_t *answer_of(const bool *written, size_t count)
{
    json_t *all = json_array();
    for (size_t i = 0; all != NULL && i < count; i++)
        json_array_append_new(all, json_boolean(written[i]));
    return json_pack("{s:o}", "written", all);
}

json_t *look_file_do(struct control_state *s, const json_t *request, struct problem *problem)
{
    const json_t *rows = json_object_get(request, "looks"), *row;
    size_t i, count = json_array_size(rows);
    struct look_told *looks = calloc(LOOK_IMPORT_MAX, sizeof *looks);
    bool *written = calloc(LOOK_IMPORT_MAX, sizeof *written);
    enum err e = looks != NULL && written != NULL ? OK : ERR_MEMORY;
    problem_set(problem, e, "out of memory");
    if (e == OK && count > LOOK_IMPORT_MAX)
        e = problem_set(problem, ERR_LIMIT, "at most %d looks at once", LOOK_IMPORT_MAX);
    if (e == OK)
        json_array_foreach(rows, i, row)
        {
            if (!read_look(row, &looks[i]))
                e = problem_set(problem, ERR_INVALID, "look %zu of the request is none", i + 1);
        }
    if (e == OK)
        e = gate_look_import(s->options.gate, looks, count, written, problem);
    json_t *answer = e == OK ? answer_of(written, count) : NULL;
    free(looks);
    free(written);
    return answer;
}
