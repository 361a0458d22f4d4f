#include "person/preference.h"

#include "registry/hours.h"

static const struct column columns[] = {
    [PREFERENCE_NUMBER] = {.name = "number", .type = COLUMN_NUMBER, .required = true, .key = true},
    [PREFERENCE_SECTORS] = {.name = "sectors",
                            .type = COLUMN_LIST,
                            .present = true,
                            .items = ITEM_SECTOR},
    [PREFERENCE_CLASSES] = {.name = "classes",
                            .type = COLUMN_LIST,
                            .present = true,
                            .items = ITEM_WORD,
                            .words = "mobile fixed 95 96 400 1010 short international"},
    [PREFERENCE_HOURS] = {.name = "hours",
                          .type = COLUMN_LIST,
                          .present = true,
                          .items = ITEM_HOURS},
    [PREFERENCE_BLOCK] = {.name = "block",
                          .type = COLUMN_LIST,
                          .present = true,
                          .items = ITEM_PARTY},
    [PREFERENCE_ALLOW] = {.name = "allow",
                          .type = COLUMN_LIST,
                          .present = true,
                          .items = ITEM_PARTY},
};
_Static_assert(sizeof columns / sizeof *columns == PREFERENCE_COLUMNS, "one entry a column");

const struct fact_kind preference_kind = {
    .name = "preferences",
    .table = "preferences",
    .columns = columns,
    .count = PREFERENCE_COLUMNS,
    .importable = true,
};

bool preference_hours(struct str text, struct hours *out)
{
    return hours_parse(text, out, NULL) == OK;
}
