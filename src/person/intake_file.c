#include "person/intake_file.h"

#include "person/member.h"
#include "person/officer.h"

#include <sodium.h>
#include <stdlib.h>

enum { NUMBER_COLUMN }; /* before the fields of profiles */

static const struct column number_column = {
    .name = "number", .type = COLUMN_NUMBER, .required = true};

static enum err read_number(const struct intake_file *f, struct str text, number *out,
                            struct problem *problem)
{
    struct fact_scratch scratch;
    struct value v = value_null();
    enum err e = fact_parse(f->intake.vault.rules, &number_column, text, &scratch, &v, problem);
    *out = e == OK ? (number)v.i : 0;
    return e;
}

static enum err check(void *to, size_t column, struct str text, struct problem *problem)
{
    const struct intake_file *f = to;
    const struct vault_field field = {str_of(f->column[column].name), text};
    enum category c;
    number n;
    if (column == NUMBER_COLUMN)
        return read_number(f, text, &n, problem);
    if (!rules_field(f->intake.vault.rules, field.name, &c))
        return problem_set(problem, ERR_INVALID, "no field of the rule pack");
    return vault_check(f->intake.vault.rules, c, &field, problem);
}

static enum err prepare(void *to, struct value *const *rows, size_t count, struct problem *problem)
{
    const struct intake_file *f = to;
    struct str *ids = calloc(count + 1, sizeof *ids);
    if (ids == NULL)
        return problem_set(problem, ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++)
        ids[i] = rows[i][MEMBER_ID].s;
    enum err e = intake_prepare(&f->intake, ids, count, clock_now(clock_real()), problem);
    free(ids);
    return e;
}

static enum err write_row(void *to, const struct value *row, const struct str *fields,
                          const struct fact_origin *origin, bool *changed, int64_t *seq,
                          struct problem *problem)
{
    const struct intake_file *f = to;
    struct vault_field field[CSV_FIELDS];
    struct intake_member m = {
        .id = row[MEMBER_ID].s,
        .organisation = row[MEMBER_ORGANISATION].s,
        .store = fact_text(&row[MEMBER_STORE]),
        .pool = fact_text(&row[MEMBER_POOL]),
        .field = field,
    };
    for (size_t i = NUMBER_COLUMN + 1; i < f->extra.count; i++)
        if (fields[i].p != NULL)
            field[m.count++] = (struct vault_field){str_of(f->column[i].name), fields[i]};
    /* An export has no numbers: whom it shows comes without one, or keeps hers. */
    m.numberless = fields[NUMBER_COLUMN].p == NULL;
    enum err e = m.numberless ? OK : read_number(f, fields[NUMBER_COLUMN], &m.number, problem);
    if (e == OK)
        e = intake_put(&f->intake, &m, origin, changed, seq, problem);
    sodium_memzero(&m.number, sizeof m.number);
    return e;
}

enum err intake_file_init(struct intake_file *f, const struct intake *intake,
                          struct problem *problem)
{
    static const char no_officer[] =
        "sealed to officers, and no officer's key is registered; register one "
        "(`menshen user officer-key -h`) and import the file again";
    *f = (struct intake_file){.intake = *intake};
    size_t n = 0;
    bool officers;
    enum err e = officer_any(intake->vault.store, &officers, problem);
    if (e != OK)
        return e;
    f->column[n++] = (struct import_column){.name = "number", .required = true};
    for (int c = 0; c < CATEGORIES; c++) {
        const struct category_rule *r = rules_category(intake->vault.rules, (enum category)c);
        for (size_t i = 0; i < r->field_count; i++) {
            if (n == CSV_FIELDS)
                return problem_set(problem, ERR_LIMIT,
                                   "the rule pack has more fields than a file may have columns "
                                   "(%d)",
                                   CSV_FIELDS);
            const bool name = str_eq(str_of(r->fields[i]), STR("name"));
            f->column[n++] =
                (struct import_column){.name = r->fields[i],
                                       .present = name,
                                       .kept_out = r->sealed && !officers ? no_officer : NULL};
        }
    }
    f->extra = (struct import_extra){.columns = f->column,
                                     .count = n,
                                     .check = check,
                                     .prepare = prepare,
                                     .write = write_row,
                                     .to = f};
    return OK;
}
