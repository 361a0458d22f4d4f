#include "registry/campaign.h"

static const struct column columns[] = {
    [CAMPAIGN_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [CAMPAIGN_PRINCIPAL] = {.name = "principal",
                            .type = COLUMN_ID,
                            .required = true,
                            .refers = "organisations"},
    [CAMPAIGN_CALLERS] = {.name = "callers",
                          .type = COLUMN_LIST,
                          .present = true,
                          .items = ITEM_ID,
                          .refers = "organisations"},
    [CAMPAIGN_SECTOR] = {.name = "sector", .type = COLUMN_SECTOR, .required = true},
    [CAMPAIGN_PURPOSE] = {.name = "purpose", .type = COLUMN_ID, .required = true},
    [CAMPAIGN_LINES] = {.name = "lines",
                        .type = COLUMN_LIST,
                        .present = true,
                        .items = ITEM_ID,
                        .refers = "lines"},
    [CAMPAIGN_CONSENT_BASIS] = {.name = "consent_basis", .type = COLUMN_TEXT, .present = true},
    [CAMPAIGN_FROM] = {.name = "from", .type = COLUMN_TIME, .present = true},
    [CAMPAIGN_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .present = true},
    [CAMPAIGN_STATUS] = {.name = "status",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = "draft active inactive paused suspended closed ended"},
};
_Static_assert(sizeof columns / sizeof *columns == CAMPAIGN_COLUMNS, "one entry a column");

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    *column = CAMPAIGN_UNTIL;
    if (row[CAMPAIGN_FROM].type == VALUE_INT && row[CAMPAIGN_UNTIL].type == VALUE_INT &&
        row[CAMPAIGN_UNTIL].i <= row[CAMPAIGN_FROM].i)
        return problem_set(problem, ERR_INVALID, "until is not after from");
    return OK;
}

const struct fact_kind campaign_kind = {
    .name = "campaigns",
    .table = "campaigns",
    .columns = columns,
    .count = CAMPAIGN_COLUMNS,
    .importable = true,
    .check = check,
};
