#include "registry/staff.h"

static const struct column columns[] = {
    [STAFF_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [STAFF_ORGANISATION] = {.name = "organisation",
                            .type = COLUMN_ID,
                            .required = true,
                            .refers = "organisations"},
    [STAFF_NAME] = {.name = "name", .type = COLUMN_TEXT, .required = true},
    [STAFF_ROLE] = {.name = "role",
                    .type = COLUMN_WORD,
                    .required = true,
                    .words = "sales manager compliance officer approver examiner auditor operator"},
    [STAFF_LOGIN] = {.name = "login", .type = COLUMN_TEXT, .present = true},
    [STAFF_CERTIFICATE] = {.name = "certificate", .type = COLUMN_CERTIFICATE, .present = true},
    [STAFF_STATUS] = {.name = "status",
                      .type = COLUMN_WORD,
                      .required = true,
                      .words = "active suspended left closed"},
};
_Static_assert(sizeof columns / sizeof *columns == STAFF_COLUMNS, "one entry a column");

const struct fact_kind staff_kind = {
    .name = "staff",
    .table = "staff",
    .columns = columns,
    .count = STAFF_COLUMNS,
    .importable = true,
};
