#include "registry/organisation.h"

static const struct column columns[] = {
    [ORGANISATION_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [ORGANISATION_NAME] = {.name = "name", .type = COLUMN_TEXT, .required = true},
    [ORGANISATION_KIND] = {.name = "kind",
                           .type = COLUMN_WORD,
                           .required = true,
                           .words = "agency enterprise call_centre carrier platform media "
                                    "association authority"},
    [ORGANISATION_SECTOR] = {.name = "sector", .type = COLUMN_SECTOR, .present = true},
    [ORGANISATION_LICENCE] = {.name = "licence", .type = COLUMN_TEXT, .present = true},
    [ORGANISATION_REGION] = {.name = "region", .type = COLUMN_TEXT, .present = true},
    [ORGANISATION_STATUS] = {.name = "status",
                             .type = COLUMN_WORD,
                             .required = true,
                             .words = "active suspended closed"},
    [ORGANISATION_PARENT] = {.name = "parent", .type = COLUMN_ID, .refers = "organisations"},
    [ORGANISATION_LEGAL_ENTITY] = {.name = "legal_entity", .type = COLUMN_TEXT},
    [ORGANISATION_FILING] = {.name = "filing", .type = COLUMN_TEXT},
};
_Static_assert(sizeof columns / sizeof *columns == ORGANISATION_COLUMNS, "one entry a column");

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    if (row[ORGANISATION_PARENT].type == VALUE_TEXT &&
        str_eq(row[ORGANISATION_PARENT].s, row[ORGANISATION_ID].s)) {
        *column = ORGANISATION_PARENT;
        return problem_set(problem, ERR_INVALID, "an organisation cannot be its own parent");
    }
    return OK;
}

const struct fact_kind organisation_kind = {
    .name = "organisations",
    .table = "organisations",
    .columns = columns,
    .count = ORGANISATION_COLUMNS,
    .importable = true,
    .check = check,
};
