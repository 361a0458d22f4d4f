/* Routes of official papers. */
#include "http/routes.h"

enum {
    PAPER_READERS = SUPERVISORS | ROLE_CARRIER | ROLE_BUSINESS | KEEPERS,
};

static const struct query_param document_query[] = {
    {.name = "language", .type = QUERY_WORD, .words = "zh en", .summary = "else zh"},
    {.name = "format",
     .type = QUERY_WORD,
     .words = "html json",
     .summary = "json: the bytes whose SHA-256 is on the paper; else html"},
    {0},
};

static const struct query_param documents_query[] = {
    {.name = "case",
     .type = QUERY_TEXT,
     .max = 64,
     .summary = "the case whose papers they are; else those that your organisation issued or "
                "was sent, the newest first"},
    {.name = "subject",
     .type = QUERY_TEXT,
     .max = 64,
     .summary = "instead: what else they are of, an act, a draw, an entry of a register"},
    {0},
};

static const struct query_param names_query[] = {
    {.name = "ids",
     .type = QUERY_TEXT,
     .max = 1600,
     .summary = "these, joined by \",\": a hundred"},
    {0},
};

const struct route routes_papers[] = {
    {.method = "GET",
     .path = "/v1/officers/names",
     .access = ACCESS_ROLE,
     .roles = PAPER_READERS,
     .scope = SCOPE_DESK,
     .query = names_query,
     .summary = "What officers of associations and authorities are called: by their ids; who works "
                "elsewhere is not named",
     .answers = "application/json",
     .answer_schema = "OfficerNames",
     .codes = "400 503",
     .work = api_officer_names},
    {.method = "GET",
     .path = "/v1/documents",
     .access = ACCESS_ROLE,
     .roles = PAPER_READERS,
     .scope = SCOPE_DESK,
     .query = documents_query,
     .summary = "The papers of a case or another subject that you may read, in the order in which "
                "they were issued; or, of neither, the newest 200 that your organisation issued or "
                "was sent",
     .answers = "application/json",
     .answer_schema = "Documents",
     .work = api_documents},
    {.method = "GET",
     .path = "/v1/documents/{id}",
     .access = ACCESS_ROLE,
     .roles = PAPER_READERS,
     .scope = SCOPE_DESK,
     .query = document_query,
     .summary = "An official paper as a page that prints on A4: for whose it is, whom it is "
                "addressed to, and an authority of an association's sector and region; one to a "
                "person of her complaint opens on record, which she sees",
     .answers = "text/html",
     .also = "application/json",
     .codes = "404 409 429 503",
     .work = api_document},
    {.method = "GET",
     .path = "/v1/me/documents",
     .access = ACCESS_ROLE,
     .roles = ROLE_PERSON,
     .scope = SCOPE_ME,
     .summary = "The papers that are addressed to you, the newest first",
     .answers = "application/json",
     .answer_schema = "Documents",
     .codes = "403",
     .work = api_my_documents},
    {.method = "GET",
     .path = "/v1/me/documents/{id}",
     .access = ACCESS_ROLE,
     .roles = ROLE_PERSON,
     .scope = SCOPE_ME,
     .query = document_query,
     .summary = "The same of a paper that is addressed to you",
     .answers = "text/html",
     .also = "application/json",
     .codes = "404",
     .work = api_my_document},
    {.method = "GET",
     .path = "/v1/public/documents/{hash}",
     .access = ACCESS_PUBLIC,
     .summary = "Is the paper with this SHA-256 genuine, whose is it, since when? Nothing of what "
                "it says; as a page for browsers",
     .answers = "application/json",
     .also = "text/html",
     .answer_schema = "DocumentVerdict",
     .codes = "429",
     .handle = api_public_document},
    {0},
};
