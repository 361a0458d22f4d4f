#include "person/assignment.h"

static const struct column columns[] = {
    [ASSIGNMENT_NUMBER] = {.name = "number", .type = COLUMN_NUMBER, .required = true, .key = true},
    [ASSIGNMENT_ASSIGNED_AT] = {.name = "assigned_at",
                                .type = COLUMN_TIME,
                                .required = true,
                                .key = true},
    [ASSIGNMENT_RELEASED_AT] = {.name = "released_at", .type = COLUMN_TIME, .present = true},
};
_Static_assert(sizeof columns / sizeof *columns == ASSIGNMENT_COLUMNS, "one entry a column");

static enum err check(const struct rules *rules, struct value *row, size_t *column,
                      struct problem *problem)
{
    (void)rules;
    *column = ASSIGNMENT_RELEASED_AT;
    if (row[ASSIGNMENT_RELEASED_AT].type == VALUE_INT &&
        row[ASSIGNMENT_RELEASED_AT].i < row[ASSIGNMENT_ASSIGNED_AT].i)
        return problem_set(problem, ERR_INVALID, "released before it was assigned");
    return OK;
}

const struct fact_kind assignment_kind = {
    .name = "assignments",
    .table = "assignments",
    .columns = columns,
    .count = ASSIGNMENT_COLUMNS,
    .importable = true,
    .check = check,
};
