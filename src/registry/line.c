#include "registry/line.h"

#include "core/buf.h"

static const char documents[] = "licence permit number-certificate filing plan";

static const struct column columns[] = {
    [LINE_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [LINE_ORGANISATION] = {.name = "organisation",
                           .type = COLUMN_ID,
                           .present = true,
                           .refers = "organisations"},
    [LINE_CARRIER] = {.name = "carrier", .type = COLUMN_TEXT, .present = true},
    [LINE_LOCATION] = {.name = "location", .type = COLUMN_TEXT, .present = true},
    [LINE_PURPOSE] = {.name = "purpose",
                      .type = COLUMN_WORD,
                      .present = true,
                      .words = "marketing service person relay interconnect international"},
    [LINE_CALLERS] = {.name = "callers",
                      .type = COLUMN_LIST,
                      .present = true,
                      .items = ITEM_PATTERN},
    [LINE_PEERS] = {.name = "peers", .type = COLUMN_LIST, .present = true, .items = ITEM_ADDRESS},
    [LINE_DOCUMENTS] = {.name = "documents",
                        .type = COLUMN_LIST,
                        .present = true,
                        .items = ITEM_WORD,
                        .words = documents},
    [LINE_STATUS] = {.name = "status",
                     .type = COLUMN_WORD,
                     .required = true,
                     .words = "active inactive suspended closed"},
    [LINE_SERVICE] = {.name = "service",
                      .type = COLUMN_WORD,
                      .words = "appointment delivery verification alarm contract care notice"},
};
_Static_assert(sizeof columns / sizeof *columns == LINE_COLUMNS, "one entry a column");

static bool holds(struct str list, struct str word)
{
    struct str item;
    while (str_split(&list, ';', &item))
        if (str_eq(item, word))
            return true;
    return false;
}

static void list_missing(const struct value *row, struct buf *out)
{
    static const size_t fields[] = {LINE_ORGANISATION, LINE_LOCATION, LINE_PURPOSE, LINE_CALLERS};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (row[fields[i]].type == VALUE_NULL)
            buf_printf(out, "%s%s", out->n ? ", " : "", columns[fields[i]].name);
    struct str rest = str_of(documents), word;
    bool first = true;
    while (str_split(&rest, ' ', &word)) {
        if (row[LINE_DOCUMENTS].type == VALUE_TEXT && holds(row[LINE_DOCUMENTS].s, word))
            continue;
        buf_printf(out, "%s%s%.*s", out->n ? ", " : "", first ? "documents " : "", STR_ARG(word));
        first = false;
    }
}

/* Whole classes of numbers: what only a carrier's trunk, which carries others' calls, may show. */
static bool shows_everybody(const struct value *row)
{
    struct str list = fact_text(&row[LINE_CALLERS]), item, purpose = fact_text(&row[LINE_PURPOSE]);
    if (purpose.n == 0 || str_eq(purpose, STR("interconnect")) ||
        str_eq(purpose, STR("international")))
        return false;
    while (list.n > 0 && str_split(&list, ';', &item))
        if (str_eq(item, STR("*")) || str_eq(item, STR("domestic")) ||
            str_eq(item, STR("international")))
            return true;
    return false;
}

/*
 * A line record is complete with user, location, purpose, callers (138号: 四项) and
 * the five documents that a carrier verifies (信管〔2020〕81号).
 */
static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    *column = LINE_STATUS;
    char text[256];
    struct buf missing;
    buf_fixed(&missing, text, sizeof text);
    list_missing(row, &missing);
    const bool everybody = shows_everybody(row);
    if ((missing.n == 0 && !everybody) || !str_eq(row[LINE_STATUS].s, STR("active")))
        return OK;
    row[LINE_STATUS] = value_text(STR("inactive"));
    if (everybody)
        *column = LINE_CALLERS;
    problem_set(problem, OK, "imported inactive: %s%s%.*s",
                everybody ? "callers may be *, domestic or international only where the purpose is "
                            "interconnect or international; name the numbers"
                          : "missing ",
                everybody && missing.n > 0 ? "; missing " : "", STR_ARG(buf_view(&missing)));
    return OK;
}

const struct fact_kind line_kind = {
    .name = "lines",
    .table = "lines",
    .columns = columns,
    .count = LINE_COLUMNS,
    .importable = true,
    .check = check,
};
