#include "registry/line_paper.h"

static const struct column documents[] = {
    [LINE_DOCUMENT_LINE] =
        {.name = "line", .type = COLUMN_ID, .required = true, .key = true, .refers = "lines"},
    [LINE_DOCUMENT_KIND] = {.name = "kind",
                            .type = COLUMN_WORD,
                            .required = true,
                            .key = true,
                            .words = LINE_DOCUMENTS_WORDS},
    [LINE_DOCUMENT_NUMBER] = {.name = "number", .type = COLUMN_TEXT, .required = true},
    [LINE_DOCUMENT_UNTIL] = {.name = "until", .type = COLUMN_UNTIL},
    [LINE_DOCUMENT_EVIDENCE] = {.name = "evidence", .type = COLUMN_EVIDENCE, .required = true},
    [LINE_DOCUMENT_BY] = {.name = "entered_by", .type = COLUMN_ID, .required = true},
    [LINE_DOCUMENT_AT] = {.name = "entered_at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof documents / sizeof *documents == LINE_DOCUMENT_COLUMNS, "one entry a column");

const struct fact_kind line_document_kind = {.name = "line-documents",
                                             .table = "line_documents",
                                             .columns = documents,
                                             .count = LINE_DOCUMENT_COLUMNS};

static const struct column contracts[] = {
    [LINE_CONTRACT_LINE] =
        {.name = "line", .type = COLUMN_ID, .required = true, .key = true, .refers = "lines"},
    [LINE_CONTRACT_VERSION] = {.name = "version",
                               .type = COLUMN_COUNT,
                               .required = true,
                               .key = true},
    [LINE_CONTRACT_CLAUSES] = {.name = "clauses",
                               .type = COLUMN_LIST,
                               .items = ITEM_WORD,
                               .words = LINE_CLAUSES},
    [LINE_CONTRACT_CALLS] = {.name = "calls_a_day", .type = COLUMN_COUNT},
    [LINE_CONTRACT_SIGNED] = {.name = "signed_at", .type = COLUMN_TIME, .required = true},
    [LINE_CONTRACT_EVIDENCE] = {.name = "evidence", .type = COLUMN_EVIDENCE, .required = true},
    [LINE_CONTRACT_BY] = {.name = "entered_by", .type = COLUMN_ID, .required = true},
    [LINE_CONTRACT_AT] = {.name = "entered_at", .type = COLUMN_TIME, .required = true},
};
_Static_assert(sizeof contracts / sizeof *contracts == LINE_CONTRACT_COLUMNS, "one entry a column");

const struct fact_kind line_contract_kind = {.name = "line-contracts",
                                             .table = "line_contracts",
                                             .columns = contracts,
                                             .count = LINE_CONTRACT_COLUMNS};
