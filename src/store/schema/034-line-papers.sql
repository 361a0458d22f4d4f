-- What a carrier keeps of a line: documents of its user, versions of the contract with him
-- (registry/line_paper.h).
CREATE TABLE line_documents (
    "line"       TEXT NOT NULL,
    "kind"       TEXT NOT NULL,
    "number"     TEXT NOT NULL,
    "until"      BIGINT,
    "evidence"   TEXT NOT NULL,
    "entered_by" TEXT NOT NULL,
    "entered_at" BIGINT NOT NULL,
    PRIMARY KEY ("line", "kind")
);
CREATE INDEX line_documents_until ON line_documents ("until");

CREATE TABLE line_contracts (
    "line"        TEXT NOT NULL,
    "version"     BIGINT NOT NULL,
    "clauses"     TEXT,
    "calls_a_day" BIGINT,
    "signed_at"   BIGINT NOT NULL,
    "evidence"    TEXT NOT NULL,
    "entered_by"  TEXT NOT NULL,
    "entered_at"  BIGINT NOT NULL,
    PRIMARY KEY ("line", "version")
);
