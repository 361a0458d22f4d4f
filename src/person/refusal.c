#include "person/refusal.h"

static const struct column columns[] = {
    [REFUSAL_NUMBER] = {.name = "number", .type = COLUMN_NUMBER, .required = true, .key = true},
    [REFUSAL_ORGANISATION] = {.name = "organisation",
                              .type = COLUMN_ID,
                              .required = true,
                              .key = true,
                              .refers = "organisations"},
    [REFUSAL_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == REFUSAL_COLUMNS, "one entry a column");

static void keep_earliest(const struct value *old, struct value *row)
{
    if (old[REFUSAL_AT].i < row[REFUSAL_AT].i)
        row[REFUSAL_AT] = old[REFUSAL_AT];
}

const struct fact_kind refusal_kind = {
    .name = "refusals",
    .table = "refusals",
    .columns = columns,
    .count = REFUSAL_COLUMNS,
    .importable = true,
    .merge = keep_earliest,
};
