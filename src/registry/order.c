#include "registry/order.h"

#include <inttypes.h>
#include <stdio.h>

static const struct column columns[] = {
    [ORDER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [ORDER_SUBJECT] = {.name = "subject", .type = COLUMN_ID, .required = true},
    [ORDER_ACT] = {.name = "act", .type = COLUMN_WORD, .required = true, .words = ORDER_ACTS},
    [ORDER_FROM] = {.name = "from", .type = COLUMN_TIME, .required = true},
    [ORDER_UNTIL] = {.name = "until", .type = COLUMN_UNTIL},
    [ORDER_BY] = {.name = "by", .type = COLUMN_TEXT, .required = true},
    [ORDER_REASON] = {.name = "reason", .type = COLUMN_TEXT, .required = true},
    [ORDER_DOCUMENT] = {.name = "document", .type = COLUMN_TEXT},
};
_Static_assert(sizeof columns / sizeof *columns == ORDER_COLUMNS, "one entry a column");

const struct fact_kind order_kind = {
    .name = "orders",
    .table = "orders",
    .columns = columns,
    .count = ORDER_COLUMNS,
};

static enum err write(struct store *s, const struct value *row, const struct release *r,
                      int64_t *seq, struct problem *problem)
{
    enum err e = store_begin(s, problem);
    if (e == OK)
        e = fact_write(s, &order_kind, row, r->node, r->actor, r->at, seq, problem);
    return store_end(s, e, problem);
}

enum err order_release(struct store *s, const struct release *r, char id[static FRESH_ID],
                       int64_t *seq, struct problem *problem)
{
    const struct str reason = str_trim(r->reason);
    if (r->number == 0)
        return problem_set(problem, ERR_INVALID, "a release needs a telephone number");
    if (r->until <= r->at)
        return problem_set(problem, ERR_INVALID, "a release must end after it begins");
    if (reason.n == 0 || reason.n > TEXT_MAX)
        return problem_set(problem, ERR_INVALID, "a release needs a reason of at most %d bytes",
                           TEXT_MAX);
    char subject[24];
    fresh_id("ord", id);
    snprintf(subject, sizeof subject, "%" PRIu64, r->number);
    const struct value row[ORDER_COLUMNS] = {
        [ORDER_ID] = value_text(str_of(id)),      [ORDER_SUBJECT] = value_text(str_of(subject)),
        [ORDER_ACT] = value_text(STR("release")), [ORDER_FROM] = value_int(r->at),
        [ORDER_UNTIL] = value_int(r->until),      [ORDER_BY] = value_text(r->actor),
        [ORDER_REASON] = value_text(reason),      [ORDER_DOCUMENT] = value_null(),
    };
    return write(s, row, r, seq, problem);
}
