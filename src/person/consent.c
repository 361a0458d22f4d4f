#include "person/consent.h"

#include "person/wording.h"

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

bool consent_bundled(const struct rules *r, struct str purposes, categories what)
{
    return fact_items(purposes) > 1 || (wording_separate(r, what) != 0 && (what & (what - 1)) != 0);
}

static categories what_of(const struct value *row)
{
    return categories_of(fact_text(&row[CONSENT_CATEGORIES]), ';');
}

static enum err say_bundled(const struct rules *rules, const struct value *row, size_t *column,
                            struct problem *problem)
{
    char separate[CATEGORIES_TEXT];
    *column = CONSENT_PURPOSES;
    if (fact_items(row[CONSENT_PURPOSES].s) > 1)
        return problem_set(problem, ERR_INVALID,
                           "several purposes in one are no consent; split the row, one for each "
                           "purpose");
    *column = CONSENT_CATEGORIES;
    categories_list(wording_separate(rules, what_of(row)), separate);
    return problem_set(problem, ERR_INVALID,
                       "sensitive data need a consent of their own, here %s; split the row, one "
                       "for each of these and one for the rest, each with evidence of its own",
                       separate);
}

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    row[CONSENT_STATUS] = value_text(STR("asserted"));
    row[CONSENT_VERSION] = value_int(1);
    if (consent_bundled(rules, row[CONSENT_PURPOSES].s, what_of(row)))
        return say_bundled(rules, row, column, problem);
    *column = CONSENT_UNTIL;
    if (row[CONSENT_UNTIL].type == VALUE_INT && row[CONSENT_UNTIL].i <= row[CONSENT_FROM].i)
        return problem_set(problem, ERR_INVALID, "until is not after from");
    return OK;
}

/* Evidence is part of the key: that of one consent would replace it by another. */
static enum err against(struct store *s, const struct value *row, size_t *column,
                        struct problem *problem)
{
    struct fact_row old;
    enum err e = fact_find(s, &consent_kind, row, &old, problem);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    *column = CONSENT_EVIDENCE;
    if ((what_of(old.v) & what_of(row)) == 0)
        return problem_set(problem, ERR_INVALID,
                           "this is the evidence of a consent to other categories for the same "
                           "purpose; each consent needs evidence of its own");
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
    .against = against,
    .merge = keep_hers,
};

bool consent_for_calls(struct str channels)
{
    struct str part;
    while (channels.n && str_split(&channels, ';', &part))
        if (str_eq(part, STR("call")) || str_eq(part, STR("phone")) || str_eq(part, STR("voice")))
            return true;
    return false;
}
