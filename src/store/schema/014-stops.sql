-- Accounts of staff that are stopped, since what they obtained without a valid grant
-- passed a line of rule 20 (registry/stop.h).
CREATE TABLE stops (
    "id"                TEXT NOT NULL PRIMARY KEY,
    "staff"             TEXT NOT NULL,
    "organisation"      TEXT NOT NULL,
    "at"                BIGINT NOT NULL,
    "points"            BIGINT NOT NULL,
    "review_due"        BIGINT,
    "review"            TEXT,
    "review_reason"     TEXT,
    "reviewed_by"       TEXT,
    "reviewed_at"       BIGINT,
    "compliance"        TEXT,
    "compliance_at"     BIGINT,
    "compliance_reason" TEXT,
    "manager"           TEXT,
    "manager_at"        BIGINT,
    "manager_reason"    TEXT,
    "lifted_at"         BIGINT,
    "lifted_points"     BIGINT,
    "status"            TEXT NOT NULL
);
CREATE UNIQUE INDEX stops_in_force ON stops ("staff") WHERE "status" = 'stopped';
CREATE INDEX stops_staff ON stops ("staff", "at");

-- What each node has counted of each of them, over the looks that it recorded. Made anew
-- from the record whenever it changes; in no journal.
CREATE TABLE tallies (
    "node"   TEXT NOT NULL,
    "staff"  TEXT NOT NULL,
    "points" BIGINT NOT NULL,
    "items"  BIGINT NOT NULL,
    "since"  BIGINT NOT NULL,
    "last"   BIGINT NOT NULL,
    PRIMARY KEY ("node", "staff")
);

-- Why an opening was declared unlawful; its status is "void" then.
ALTER TABLE openings ADD COLUMN "why" TEXT;
