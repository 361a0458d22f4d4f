-- Contracts of members, what was paid on them, and what was delivered (person/contract.h).
--
-- "reason", why one was ended, and the text, one row a version, are sealed under the
-- member's KEY_CONTRACT; neither is in the journal.
CREATE TABLE contracts (
    "id"               TEXT NOT NULL PRIMARY KEY,
    "person"           TEXT NOT NULL,
    "organisation"     TEXT NOT NULL,
    "edition"          TEXT NOT NULL,
    "version"          BIGINT NOT NULL,
    "hash"             TEXT NOT NULL,
    "score"            TEXT NOT NULL,
    "total_fen"        BIGINT NOT NULL,
    "from"             BIGINT NOT NULL,
    "until"            BIGINT NOT NULL,
    "categories"       TEXT,
    "cooling_days"     BIGINT NOT NULL,
    "agency_signed_at" BIGINT,
    "agency_signed_by" TEXT,
    "person_signed_at" BIGINT,
    "cooling_until"    BIGINT,
    "status"           TEXT NOT NULL,
    "ended_at"         BIGINT,
    "fault"            TEXT,
    "refund_fen"       BIGINT,
    "refund_due_at"    BIGINT,
    "reason"           BYTEA
);
CREATE INDEX contracts_person ON contracts ("person", "status");
CREATE INDEX contracts_organisation ON contracts ("organisation", "id");

CREATE TABLE contract_texts (
    "contract" TEXT NOT NULL,
    "version"  BIGINT NOT NULL,
    "sealed"   BYTEA NOT NULL,
    PRIMARY KEY ("contract", "version")
);

CREATE TABLE contract_payments (
    "id"         TEXT NOT NULL PRIMARY KEY,
    "contract"   TEXT NOT NULL,
    "amount_fen" BIGINT NOT NULL,
    "refund"     BIGINT NOT NULL,
    "at"         BIGINT NOT NULL,
    "route"      TEXT NOT NULL,
    "payee"      TEXT NOT NULL,
    "entered_by" TEXT NOT NULL,
    "entered_at" BIGINT NOT NULL
);
CREATE INDEX contract_payments_contract ON contract_payments ("contract", "at");

CREATE TABLE contract_services (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "contract"     TEXT NOT NULL,
    "item"         BIGINT NOT NULL,
    "count"        BIGINT NOT NULL,
    "at"           BIGINT NOT NULL,
    "introduction" TEXT,
    "entered_by"   TEXT NOT NULL,
    "entered_at"   BIGINT NOT NULL,
    "answer"       TEXT,
    "answered_at"  BIGINT
);
CREATE INDEX contract_services_contract ON contract_services ("contract", "at");
