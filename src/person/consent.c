#include "person/consent.h"

static const struct column columns[] = {
    [CONSENT_NUMBER] = {.name = "number", .type = COLUMN_NUMBER, .required = true, .key = true},
    [CONSENT_ORGANISATION] = {.name = "organisation",
                              .type = COLUMN_ID,
                              .required = true,
                              .key = true,
                              .refers = "organisations"},
    [CONSENT_PURPOSES] =
        {.name = "purposes", .type = COLUMN_LIST, .required = true, .key = true, .items = ITEM_ID},
    [CONSENT_CATEGORIES] = {.name = "categories",
                            .type = COLUMN_LIST,
                            .required = true,
                            .items = ITEM_WORD,
                            .words = CATEGORY_WORDS},
    [CONSENT_CHANNELS] = {.name = "channels",
                          .type = COLUMN_LIST,
                          .required = true,
                          .items = ITEM_ID},
    [CONSENT_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [CONSENT_UNTIL] = {.name = "until", .type = COLUMN_UNTIL, .present = true},
    [CONSENT_WORDING] = {.name = "wording", .type = COLUMN_TEXT, .required = true},
    [CONSENT_EVIDENCE] = {.name = "evidence",
                          .type = COLUMN_EVIDENCE,
                          .required = true,
                          .key = true},
    [CONSENT_STATUS] = {.name = "status",
                        .type = COLUMN_WORD,
                        .words = "asserted confirmed",
                        .internal = true},
    [CONSENT_VERSION] = {.name = "version", .type = COLUMN_COUNT, .internal = true},
    [CONSENT_ENDED_AT] = {.name = "ended_at", .type = COLUMN_TIME, .internal = true},
    [CONSENT_ENDED] = {.name = "ended",
                       .type = COLUMN_WORD,
                       .words = CONSENT_ENDS,
                       .internal = true},
};
_Static_assert(sizeof columns / sizeof *columns == CONSENT_COLUMNS, "one entry a column");

/* Marketing next to anything else is a bundle: a grant that the person could not make apart. */
static bool is_bundle(struct str purposes)
{
    const struct str marketing = STR("marketing");
    struct str item;
    size_t count = 0, sells = 0;
    while (str_split(&purposes, ';', &item)) {
        count++;
        sells += str_eq(item, marketing) || str_starts(item, STR("marketing."));
    }
    return sells > 0 && sells < count;
}

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    row[CONSENT_STATUS] = value_text(STR("asserted"));
    row[CONSENT_VERSION] = value_int(1);
    *column = CONSENT_PURPOSES;
    if (is_bundle(row[CONSENT_PURPOSES].s))
        return problem_set(problem, ERR_INVALID,
                           "marketing bundled with another purpose is no consent; one grant a "
                           "purpose, each in a row of its own");
    *column = CONSENT_UNTIL;
    if (row[CONSENT_UNTIL].type == VALUE_INT && row[CONSENT_UNTIL].i <= row[CONSENT_FROM].i)
        return problem_set(problem, ERR_INVALID, "until is not after from");
    return OK;
}

/* What the person confirmed or ended, no file of an organisation changes. */
static void keep_hers(const struct value *old, struct value *row)
{
    if (str_eq(old[CONSENT_STATUS].s, STR("confirmed")) || old[CONSENT_ENDED_AT].type == VALUE_INT)
        memcpy(row, old, CONSENT_COLUMNS * sizeof *row);
}

const struct fact_kind consent_kind = {
    .name = "consents",
    .table = "consents",
    .columns = columns,
    .count = CONSENT_COLUMNS,
    .importable = true,
    .check = check,
    .merge = keep_hers,
};
