-- Registers: an association's own list, the market regulator's, published penalties and criticism
-- (desk/listing.h). What was written about an entry lies in desk_texts.
CREATE TABLE listings (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "register"     TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "case"         TEXT,
    "by"           TEXT NOT NULL,
    "source"       TEXT,
    "ground"       TEXT NOT NULL,
    "basis"        TEXT NOT NULL,
    "exit"         TEXT,
    "amount_fen"   BIGINT,
    "document"     TEXT,
    "decided_at"   BIGINT,
    "at"           BIGINT NOT NULL,
    "due"          BIGINT,
    "from"         BIGINT,
    "review"       BIGINT,
    "until"        BIGINT,
    "objected_at"  BIGINT,
    "objection"    TEXT,
    "proven_at"    BIGINT,
    "ended_at"     BIGINT,
    "end"          TEXT,
    "status"       TEXT NOT NULL
);
CREATE INDEX listings_public ON listings ("status", "register", "from");
CREATE INDEX listings_organisation ON listings ("organisation", "register");
CREATE INDEX listings_document ON listings ("document");
CREATE INDEX listings_due ON listings ("id") WHERE "ended_at" IS NULL;
