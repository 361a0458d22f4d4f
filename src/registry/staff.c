#include "registry/staff.h"

static const struct column columns[] = {
    [STAFF_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [STAFF_ORGANISATION] = {.name = "organisation",
                            .type = COLUMN_ID,
                            .required = true,
                            .refers = "organisations"},
    [STAFF_NAME] = {.name = "name", .type = COLUMN_TEXT, .required = true},
    [STAFF_ROLE] = {.name = "role", .type = COLUMN_WORD, .required = true, .words = POSITION_WORDS},
    [STAFF_LOGIN] = {.name = "login", .type = COLUMN_TEXT, .present = true},
    [STAFF_CERTIFICATE] = {.name = "certificate", .type = COLUMN_CERTIFICATE, .present = true},
    [STAFF_STATUS] = {.name = "status",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = "active suspended left closed"},
};
_Static_assert(sizeof columns / sizeof *columns == STAFF_COLUMNS, "one entry a column");

enum position position_of(struct str word)
{
    struct str rest = STR(POSITION_WORDS), one;
    int i = 0;
    while (str_split(&rest, ' ', &one) && !str_eq(one, word))
        i++;
    return (enum position)i;
}

/* A login names one person, whichever organisation she works for. */
static enum err against(struct store *s, const struct value *row, size_t *column,
                        struct problem *problem)
{
    if (row[STAFF_LOGIN].type != VALUE_TEXT)
        return OK;
    bool taken = false;
    const struct value v[] = {row[STAFF_LOGIN], row[STAFF_ID]};
    enum err e = store_any(s, "SELECT 1 FROM staff WHERE \"login\" = $1 AND \"id\" <> $2 LIMIT 1",
                           v, 2, &taken, problem);
    if (e != OK || !taken)
        return e;
    *column = STAFF_LOGIN;
    return problem_set(problem, ERR_INVALID,
                       "another member of staff has this login; a login names one person in all "
                       "organisations, so free it there first by importing hers without");
}

const struct fact_kind staff_kind = {
    .name = "staff",
    .table = "staff",
    .columns = columns,
    .count = STAFF_COLUMNS,
    .importable = true,
    .against = against,
};

enum err staff_serves(struct store *s, struct str id, struct str organisation, bool *yes,
                      struct problem *problem)
{
    const struct value v[] = {value_text(id), value_text(organisation)};
    return store_any(s,
                     "SELECT 1 FROM staff WHERE \"id\" = $1 AND \"organisation\" = $2 AND "
                     "\"status\" = 'active'",
                     v, 2, yes, problem);
}
