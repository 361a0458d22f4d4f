#include "person/suppression.h"

static const struct column columns[] = {
    [SUPPRESSION_LINK] = {.name = "link", .type = COLUMN_ID, .required = true, .key = true},
    [SUPPRESSION_ORGANISATION] = {.name = "organisation",
                                  .type = COLUMN_ID,
                                  .required = true,
                                  .key = true},
    [SUPPRESSION_AT] = {.name = "at", .type = COLUMN_TIME, .required = true},
    [SUPPRESSION_SECTORS] = {.name = "sectors", .type = COLUMN_LIST, .items = ITEM_SECTOR},
    [SUPPRESSION_CLASSES] = {.name = "classes",
                             .type = COLUMN_LIST,
                             .items = ITEM_WORD,
                             .words = "mobile fixed 95 96 400 1010 short international"},
    [SUPPRESSION_HOURS] = {.name = "hours", .type = COLUMN_LIST, .items = ITEM_HOURS},
    [SUPPRESSION_BLOCK] = {.name = "block", .type = COLUMN_LIST, .items = ITEM_PARTY},
};
_Static_assert(sizeof columns / sizeof *columns == SUPPRESSION_COLUMNS, "one entry a column");

const struct fact_kind suppression_kind = {
    .name = "suppressions",
    .table = "suppressions",
    .columns = columns,
    .count = SUPPRESSION_COLUMNS,
};
