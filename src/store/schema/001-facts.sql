-- The facts of the call gate, and the journal of their changes.
--
-- Instants are nanoseconds since 1970 UTC, telephone numbers their E.164 digits as
-- a number, lists are joined by ";". Columns are those of the import files
-- (docs/import.md). References between tables are checked where facts enter:
-- facts are never deleted, and a copy of a registry may come in any order.

CREATE TABLE journal_head (
    "id"  BIGINT NOT NULL PRIMARY KEY,
    "seq" BIGINT NOT NULL
);

INSERT INTO journal_head ("id", "seq") VALUES (1, 0);

CREATE TABLE journal (
    "seq"     BIGINT NOT NULL PRIMARY KEY,
    "at"      BIGINT NOT NULL,
    "node"    TEXT NOT NULL,
    "actor"   TEXT NOT NULL,
    "kind"    TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "payload" TEXT NOT NULL
);

-- Who writes here: the name in journal.node, the origin and verifier key of its
-- log, where it is reached, and the last checkpoint it is known to have signed.
CREATE TABLE nodes (
    "name"       TEXT NOT NULL PRIMARY KEY,
    "origin"     TEXT,
    "vkey"       TEXT,
    "address"    TEXT,
    "checkpoint" TEXT,
    "seen_at"    BIGINT
);

CREATE TABLE organisations (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "name"         TEXT NOT NULL,
    "kind"         TEXT NOT NULL,
    "sector"       TEXT,
    "licence"      TEXT,
    "region"       TEXT,
    "status"       TEXT NOT NULL,
    "parent"       TEXT,
    "legal_entity" TEXT,
    "filing"       TEXT
);

CREATE TABLE staff (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "organisation" TEXT NOT NULL,
    "name"         TEXT NOT NULL,
    "role"         TEXT NOT NULL,
    "login"        TEXT,
    "certificate"  TEXT,
    "status"       TEXT NOT NULL
);

CREATE TABLE ranges (
    "first"        BIGINT NOT NULL,
    "last"         BIGINT NOT NULL,
    "organisation" TEXT NOT NULL,
    "use"          TEXT NOT NULL,
    "direction"    TEXT NOT NULL,
    "status"       TEXT NOT NULL,
    PRIMARY KEY ("first", "last")
);
CREATE INDEX ranges_last ON ranges ("last");

CREATE TABLE lines (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "organisation" TEXT,
    "carrier"      TEXT,
    "location"     TEXT,
    "purpose"      TEXT,
    "callers"      TEXT,
    "peers"        TEXT,
    "documents"    TEXT,
    "status"       TEXT NOT NULL,
    "service"      TEXT
);

CREATE TABLE campaigns (
    "id"            TEXT NOT NULL PRIMARY KEY,
    "principal"     TEXT NOT NULL,
    "callers"       TEXT,
    "sector"        TEXT NOT NULL,
    "purpose"       TEXT NOT NULL,
    "lines"         TEXT,
    "consent_basis" TEXT,
    "from"          BIGINT,
    "until"         BIGINT,
    "status"        TEXT NOT NULL
);

CREATE TABLE entrustments (
    "principal" TEXT NOT NULL,
    "caller"    TEXT NOT NULL,
    "purpose"   TEXT NOT NULL,
    "from"      BIGINT NOT NULL,
    "until"     BIGINT,
    "document"  TEXT NOT NULL,
    PRIMARY KEY ("principal", "caller", "purpose")
);

CREATE TABLE orders (
    "id"       TEXT NOT NULL PRIMARY KEY,
    "subject"  TEXT NOT NULL,
    "act"      TEXT NOT NULL,
    "from"     BIGINT NOT NULL,
    "until"    BIGINT,
    "by"       TEXT NOT NULL,
    "reason"   TEXT NOT NULL,
    "document" TEXT
);

CREATE TABLE copies (
    "name"      TEXT NOT NULL PRIMARY KEY,
    "copied_at" BIGINT NOT NULL
);

CREATE TABLE assignments (
    "number"      BIGINT NOT NULL,
    "assigned_at" BIGINT NOT NULL,
    "released_at" BIGINT,
    PRIMARY KEY ("number", "assigned_at")
);

CREATE TABLE preferences (
    "number"  BIGINT NOT NULL PRIMARY KEY,
    "sectors" TEXT,
    "classes" TEXT,
    "hours"   TEXT,
    "block"   TEXT,
    "allow"   TEXT
);

CREATE TABLE refusals (
    "number"       BIGINT NOT NULL,
    "organisation" TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    PRIMARY KEY ("number", "organisation")
);

CREATE TABLE consents (
    "number"       BIGINT NOT NULL,
    "organisation" TEXT NOT NULL,
    "purposes"     TEXT NOT NULL,
    "categories"   TEXT NOT NULL,
    "channels"     TEXT NOT NULL,
    "from"         BIGINT NOT NULL,
    "until"        BIGINT,
    "wording"      TEXT NOT NULL,
    "evidence"     TEXT NOT NULL,
    "status"       TEXT NOT NULL,
    PRIMARY KEY ("number", "organisation", "purposes", "evidence")
);
