#include "registry/number_range.h"

static const struct column columns[] = {
    [RANGE_FIRST] = {.name = "first", .type = COLUMN_NUMBER, .required = true, .key = true},
    [RANGE_LAST] = {.name = "last", .type = COLUMN_NUMBER, .required = true, .key = true},
    [RANGE_ORGANISATION] = {.name = "organisation",
                            .type = COLUMN_ID,
                            .required = true,
                            .refers = "organisations"},
    [RANGE_USE] = {.name = "use",
                   .type = COLUMN_WORD,
                   .required = true,
                   .words = "person service marketing emergency relay"},
    [RANGE_DIRECTION] = {.name = "direction",
                         .type = COLUMN_WORD,
                         .required = true,
                         .words = "both inbound outbound"},
    [RANGE_STATUS] = {.name = "status",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = "active inactive suspended closed"},
};
_Static_assert(sizeof columns / sizeof *columns == RANGE_COLUMNS, "one entry a column");

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    const int64_t first = row[RANGE_FIRST].i, last = row[RANGE_LAST].i;
    *column = RANGE_LAST;
    if (last < first)
        return problem_set(problem, ERR_INVALID, "the last number is before the first");
    /* Numbers of another length would be numbers of other plans in between. */
    int64_t a = first, b = last;
    while (a >= 10 && b >= 10) {
        a /= 10;
        b /= 10;
    }
    if (a >= 10 || b >= 10)
        return problem_set(
            problem, ERR_INVALID,
            "first and last have different numbers of digits; make one range of each "
            "length");
    return OK;
}

/* Blocks nest, so that the narrowest decides; two that cross would leave it open which. */
static enum err against(struct store *s, const struct value *row, size_t *column,
                        struct problem *problem)
{
    if (row[RANGE_FIRST].i == row[RANGE_LAST].i)
        return OK;
    bool crosses = false;
    const struct value v[] = {row[RANGE_FIRST], row[RANGE_LAST]};
    enum err e = store_any(s,
                           "SELECT 1 FROM ranges WHERE \"last\" >= $1 AND \"last\" < $2 AND "
                           "\"first\" < $1 LIMIT 1",
                           v, 2, &crosses, problem);
    if (e == OK && !crosses)
        e = store_any(s,
                      "SELECT 1 FROM ranges WHERE \"first\" > $1 AND \"first\" <= $2 AND "
                      "\"last\" > $2 LIMIT 1",
                      v, 2, &crosses, problem);
    if (e != OK || !crosses)
        return e;
    *column = RANGE_FIRST;
    return problem_set(problem, ERR_INVALID,
                       "crosses a range that is registered; ranges may lie inside each other or "
                       "apart, not overlap in part");
}

const struct fact_kind range_kind = {
    .name = "ranges",
    .table = "ranges",
    .columns = columns,
    .count = RANGE_COLUMNS,
    .importable = true,
    .check = check,
    .against = against,
};

enum err range_of_another(struct store *s, int64_t first, int64_t last, struct str carrier,
                          bool *yes, struct problem *problem)
{
    const struct value v[] = {value_int(first), value_int(last), value_text(carrier)};
    return store_any(s,
                     "SELECT 1 FROM (SELECT r.\"organisation\" FROM ranges r JOIN organisations o "
                     "ON o.\"id\" = r.\"organisation\" WHERE r.\"first\" <= $1 AND r.\"last\" >= "
                     "$2 AND o.\"kind\" = 'carrier' ORDER BY r.\"last\" - r.\"first\" LIMIT 1) h "
                     "WHERE h.\"organisation\" <> $3",
                     v, 3, yes, problem);
}
