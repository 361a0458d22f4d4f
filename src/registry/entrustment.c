#include "registry/entrustment.h"

static const struct column columns[] = {
    [ENTRUSTMENT_PRINCIPAL] = {.name = "principal",
                               .type = COLUMN_ID,
                               .required = true,
                               .key = true,
                               .refers = "organisations"},
    [ENTRUSTMENT_CALLER] = {.name = "caller",
                            .type = COLUMN_ID,
                            .required = true,
                            .key = true,
                            .refers = "organisations"},
    [ENTRUSTMENT_PURPOSE] = {.name = "purpose", .type = COLUMN_ID, .required = true, .key = true},
    [ENTRUSTMENT_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [ENTRUSTMENT_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .present = true},
    [ENTRUSTMENT_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == ENTRUSTMENT_COLUMNS, "one entry a column");

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    *column = ENTRUSTMENT_UNTIL;
    if (row[ENTRUSTMENT_UNTIL].type == VALUE_INT &&
        row[ENTRUSTMENT_UNTIL].i <= row[ENTRUSTMENT_FROM].i)
        return problem_set(problem, ERR_INVALID, "until is not after from");
    *column = ENTRUSTMENT_CALLER;
    if (str_eq(row[ENTRUSTMENT_PRINCIPAL].s, row[ENTRUSTMENT_CALLER].s))
        return problem_set(problem, ERR_INVALID,
                           "an organisation needs no entrustment to call for itself");
    return OK;
}

const struct fact_kind entrustment_kind = {
    .name = "entrustments",
    .table = "entrustments",
    .columns = columns,
    .count = ENTRUSTMENT_COLUMNS,
    .importable = true,
    .check = check,
};
