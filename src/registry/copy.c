#include "registry/copy.h"

static const struct column columns[] = {
    [COPY_NAME] = {.name = "name", .type = COLUMN_ID, .required = true, .key = true},
    [COPY_COPIED_AT] = {.name = "copied_at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == COPY_COLUMNS, "one entry a column");

const struct fact_kind copy_kind = {
    .name = "copies",
    .table = "copies",
    .columns = columns,
    .count = COPY_COLUMNS,
};
