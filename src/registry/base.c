#include "registry/base.h"

static const struct column columns[] = {
    [BASE_NAME] = {.name = "name", .type = COLUMN_ID, .required = true, .key = true},
    [BASE_HASH] = {.name = "hash", .type = COLUMN_EVIDENCE, .required = true},
    [BASE_NUMBERS] = {.name = "numbers", .type = COLUMN_COUNT, .required = true},
    [BASE_COPIED_AT] = {.name = "copied_at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof columns / sizeof *columns == BASE_COLUMNS, "one entry a column");

const struct fact_kind base_kind = {
    .name = "bases",
    .table = "bases",
    .columns = columns,
    .count = BASE_COLUMNS,
};
