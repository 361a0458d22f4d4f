-- Official papers that were issued (desk/document.h): number, whose, for whom, hash. What one says
-- lies sealed in desk_texts under its id. "link" is of a person to whom a paper is addressed, in no
-- journal. Numbers count by organisation, paper and year in the transaction that issues.
CREATE TABLE documents (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "paper"        TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "year"         BIGINT NOT NULL,
    "ordinal"       BIGINT NOT NULL,
    "number"       TEXT NOT NULL,
    "case"         TEXT,
    "subject"      TEXT,
    "addressee"    TEXT,
    "by"           TEXT,
    "at"           BIGINT NOT NULL,
    "hash"         TEXT NOT NULL,
    "status"       TEXT NOT NULL,
    "annulled_at"  BIGINT,
    "link"         BYTEA,
    UNIQUE ("organisation", "paper", "year", "ordinal"),
    UNIQUE ("hash")
);
CREATE INDEX documents_case ON documents ("case");

CREATE TABLE document_numbers (
    "organisation" TEXT NOT NULL,
    "paper"        TEXT NOT NULL,
    "year"         BIGINT NOT NULL,
    "last"         BIGINT NOT NULL,
    PRIMARY KEY ("organisation", "paper", "year")
);
