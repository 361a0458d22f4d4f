-- Officers, to whom chats and histories are sealed, and what lets such a thing be opened.

-- The public halves of officers' keys.
CREATE TABLE officers (
    "id"     TEXT NOT NULL PRIMARY KEY,
    "staff"  TEXT NOT NULL,
    "public" TEXT NOT NULL,
    "since"  BIGINT NOT NULL,
    "status" TEXT NOT NULL
);

CREATE TABLE openings (
    "id"           TEXT NOT NULL PRIMARY KEY,
    "person"       TEXT NOT NULL,
    "categories"   TEXT NOT NULL,
    "basis"        TEXT NOT NULL,
    "holder"       TEXT NOT NULL,
    "from"         BIGINT NOT NULL,
    "until"        BIGINT NOT NULL,
    "document"     TEXT,
    "task"         TEXT,
    "asked_by"     TEXT NOT NULL,
    "asked_at"     BIGINT NOT NULL,
    "confirmed_by" TEXT,
    "confirmed_at" BIGINT,
    "secret_until" BIGINT,
    "status"       TEXT NOT NULL
);
CREATE INDEX openings_person ON openings ("person", "status");
CREATE INDEX openings_until ON openings ("status", "until");

-- Content keys, sealed by an officer to an opening's key (DATA/keys/persons has that one);
-- removed when it ends. Not journalled.
CREATE TABLE opening_keys (
    "opening" TEXT NOT NULL,
    "label"   TEXT NOT NULL,
    "sealed"  BYTEA NOT NULL,
    PRIMARY KEY ("opening", "label")
);
