#include "person/member.h"

static const struct column columns[] = {
    [MEMBER_ID] = {.name = "id", .type = COLUMN_ID, .required = true, .key = true},
    [MEMBER_ORGANISATION] = {.name = "organisation",
                             .type = COLUMN_ID,
                             .required = true,
                             .refers = "organisations"},
    [MEMBER_STORE] = {.name = "store", .type = COLUMN_ID, .refers = "organisations"},
    [MEMBER_POOL] = {.name = "pool", .type = COLUMN_WORD, .present = true, .words = "store city"},
    [MEMBER_ALIAS] = {.name = "alias", .type = COLUMN_TEXT, .internal = true},
    [MEMBER_OWNER] = {.name = "owner", .type = COLUMN_ID, .internal = true},
    [MEMBER_NUMBER] = {.name = "number", .type = COLUMN_TEXT, .internal = true},
    [MEMBER_ADDED_AT] = {.name = "added_at", .type = COLUMN_TIME, .internal = true},
    [MEMBER_POOL_SINCE] = {.name = "pool_since", .type = COLUMN_TIME, .internal = true},
    [MEMBER_CLAIMED_AT] = {.name = "claimed_at", .type = COLUMN_TIME, .internal = true},
    [MEMBER_FOLLOWED_AT] = {.name = "followed_at", .type = COLUMN_TIME, .internal = true},
    [MEMBER_FROZEN_UNTIL] = {.name = "frozen_until", .type = COLUMN_UNTIL, .internal = true},
    [MEMBER_CONTRACT_UNTIL] = {.name = "contract_until", .type = COLUMN_UNTIL, .internal = true},
    [MEMBER_CONTRACT] = {.name = "contract",
                         .type = COLUMN_LIST,
                         .items = ITEM_WORD,
                         .words = CATEGORY_WORDS,
                         .internal = true},
    [MEMBER_VERSION] = {.name = "version", .type = COLUMN_COUNT, .internal = true},
    [MEMBER_STATUS] = {.name = "status",
                       .type = COLUMN_WORD,
                       .words = "active erased",
                       .internal = true},
    [MEMBER_PROTECTED_UNTIL] = {.name = "protected_until", .type = COLUMN_UNTIL, .internal = true},
    [MEMBER_NUMBER_SINCE] = {.name = "number_since", .type = COLUMN_TIME, .internal = true},
};
_Static_assert(sizeof columns / sizeof *columns == MEMBER_COLUMNS, "one entry a column");

const struct fact_kind member_kind = {
    .name = "persons",
    .table = "members",
    .columns = columns,
    .count = MEMBER_COLUMNS,
    .importable = true,
};
