-- Persons as their organisations know them, and what is kept about them, sealed.
--
-- No table here holds a key (DATA/keys/persons has them, wrapped), and none but
-- member_links leads from a number to a person.

CREATE TABLE members (
    "id"             TEXT NOT NULL PRIMARY KEY,
    "organisation"   TEXT NOT NULL,
    "store"          TEXT,
    "pool"           TEXT,
    "alias"          TEXT,
    "owner"          TEXT,
    "number"         TEXT,
    "added_at"       BIGINT,
    "pool_since"     BIGINT,
    "claimed_at"     BIGINT,
    "followed_at"    BIGINT,
    "frozen_until"   BIGINT,
    "contract_until" BIGINT,
    "contract"       TEXT,
    "version"        BIGINT,
    "status"         TEXT
);
CREATE INDEX members_pool ON members ("organisation", "pool", "id");
CREATE UNIQUE INDEX members_alias ON members ("organisation", "alias");
CREATE INDEX members_owner ON members ("owner", "id");

-- The blind index of numbers: a keyed hash, removed with an erasure. Not journalled.
CREATE TABLE member_links (
    "link"   BYTEA NOT NULL,
    "person" TEXT NOT NULL,
    PRIMARY KEY ("link", "person")
);
CREATE INDEX member_links_person ON member_links ("person");

-- Sealed under the person's keys (person/unwrap.h): `label` is a category, or a
-- category and a file's name ("photo/1").
CREATE TABLE vault (
    "person"  TEXT NOT NULL,
    "label"   TEXT NOT NULL,
    "sealed"  BYTEA NOT NULL,
    "changed" BIGINT NOT NULL,
    PRIMARY KEY ("person", "label")
);
