-- A person's rights: erasure, and what is left of her after it.

-- What an erased person's number still refuses, under its keyed hash
-- (person/suppression.h).
CREATE TABLE suppressions (
    "link"         TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "at"           BIGINT NOT NULL,
    "sectors"      TEXT,
    "classes"      TEXT,
    "hours"        TEXT,
    "block"        TEXT,
    PRIMARY KEY ("link", "organisation")
);

-- One row a member that an erasure is about (person/erase.h); "id" is the request's.
CREATE TABLE erasures (
    "id"       TEXT NOT NULL,
    "person"   TEXT NOT NULL,
    "asked_at" BIGINT NOT NULL,
    "due_at"   BIGINT NOT NULL,
    "done_at"  BIGINT,
    "whole"    BIGINT NOT NULL,
    "status"   TEXT NOT NULL,
    PRIMARY KEY ("id", "person")
);
CREATE INDEX erasures_person ON erasures ("person");
CREATE INDEX erasures_status ON erasures ("status", "due_at");

-- What must stay of her until its term ends, sealed under her KEY_CONTRACT.
CREATE TABLE kept (
    "person" TEXT NOT NULL,
    "label"  TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "until"  BIGINT NOT NULL,
    PRIMARY KEY ("person", "label")
);
CREATE INDEX kept_until ON kept ("until");

-- From facts about a number to the journal's rows about them.
CREATE INDEX journal_refusals ON journal ("subject") WHERE "kind" = 'refusals';

-- Since when a person waits for an export that she asked for without a further code.
CREATE TABLE exports (
    "subject"  TEXT NOT NULL PRIMARY KEY,
    "asked_at" BIGINT NOT NULL
);
